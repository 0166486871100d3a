//! The standard output stream, its form and its colours.

use std::fmt::{self, Display};
use std::io::{self, IsTerminal, Write};

use clap::Args;

use crate::failure::Failure;

/// The form of what is printed.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Format {
    /// Print JSON, one object a line; failures are a JSON object on the standard error stream
    #[arg(long)]
    pub(crate) json: bool,
}

/// What is to be printed, gathered to large writes.
#[derive(Debug)]
pub(crate) struct Output {
    pub(crate) buffer: Vec<u8>,
}

/// The octets that are gathered before they are written: enough that the system calls no longer show.
const GATHERED: usize = 64 * 1024;

/// Returns a count with the word for one or that for several.
pub(crate) fn counted(count: u64, one: &str, several: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { several })
}

impl Output {
    pub(crate) fn new() -> Self {
        Self { buffer: Vec::with_capacity(2 * GATHERED) }
    }

    /// Writes what is gathered, if it is much.
    pub(crate) fn relieve(&mut self) -> Result<(), Failure> {
        if self.buffer.len() >= GATHERED { self.flush() } else { Ok(()) }
    }

    /// Writes what is gathered.
    pub(crate) fn flush(&mut self) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        let written = stdout.write_all(&self.buffer).and_then(|()| stdout.flush());
        self.buffer.clear();
        // One large entry should not stay in memory.
        self.buffer.shrink_to(2 * GATHERED);
        written.map_err(|error| Failure::output(&error))
    }

    /// Prints one line and is done.
    pub(crate) fn print(line: impl Display) -> Result<(), Failure> {
        let buffer = format!("{line}\n").into_bytes();
        Self { buffer }.flush()
    }
}

/// Colours, where somebody sees them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Palette {
    is_on: bool,
}

impl Palette {
    /// Returns colours for a stream: on a terminal, unless `NO_COLOR` is set (no-color.org).
    pub(crate) fn of(stream: &impl IsTerminal) -> Self {
        let is_unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self { is_on: stream.is_terminal() && !is_unwanted }
    }

    /// Returns no colours.
    #[cfg(test)]
    pub(crate) const fn plain() -> Self {
        Self { is_on: false }
    }

    pub(crate) fn fault<T: Display>(self, text: T) -> impl Display {
        Painted { code: self.is_on.then_some("1;31"), text }
    }

    pub(crate) fn name<T: Display>(self, text: T) -> impl Display {
        Painted { code: self.is_on.then_some("1"), text }
    }

    pub(crate) fn faint<T: Display>(self, text: T) -> impl Display {
        Painted { code: self.is_on.then_some("2"), text }
    }
}

struct Painted<T> {
    code: Option<&'static str>,
    text: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "\u{1b}[{code}m{}\u{1b}[0m", self.text),
            None => self.text.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_on_or_off() {
        let text = |is_on| Palette { is_on }.fault("x").to_string();
        assert_eq!(text(true), "\u{1b}[1;31mx\u{1b}[0m");
        assert_eq!(text(false), "x");
    }
}
