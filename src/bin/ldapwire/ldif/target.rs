//! Files that verbs write.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use ldapwire::files::Output;

use crate::failure::Failure;
use crate::status::Status;

/// Where the output goes.
#[derive(Args, Clone, Debug)]
pub(crate) struct Destination {
    /// Write to FILE, compressed if its name ends in .gz, .zst or .zstd; default is the standard output stream
    #[arg(short = 'o', long, value_name = "FILE", default_value = "-", hide_default_value = true)]
    output: PathBuf,
}

impl Destination {
    pub(crate) fn path(&self) -> &Path {
        &self.output
    }

    /// Creates the file. None of `sources` may be the same one: it would be emptied before it is read.
    pub(crate) fn create(&self, sources: &[&Path]) -> Result<Target, Failure> {
        let own = fs::canonicalize(&self.output).ok();
        let is_same = |source: &&Path| own.is_some() && fs::canonicalize(source).ok() == own;
        if sources.iter().any(is_same) {
            let what =
                format_args!("{} is read and cannot be written at the same time", self.output.display());
            return Err(Failure::usage(what));
        }
        Target::create(&self.output)
    }
}

/// What is to be written, gathered to large writes.
pub(crate) struct Target {
    pub(crate) buffer: Vec<u8>,
    output: Output,
    path: PathBuf,
}

/// The octets that are gathered before they are written.
const GATHERED: usize = 128 * 1024;

impl Target {
    pub(crate) fn create(path: &Path) -> Result<Self, Failure> {
        let output = Output::create(path)
            .map_err(|error| Failure::usage(format_args!("cannot write {}: {error}", path.display())))?;
        Ok(Self { buffer: Vec::with_capacity(2 * GATHERED), output, path: path.to_owned() })
    }

    /// Writes what is gathered, if it is much.
    pub(crate) fn relieve(&mut self) -> Result<(), Failure> {
        if self.buffer.len() >= GATHERED { self.flush() } else { Ok(()) }
    }

    /// Writes what is left.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.flush()?;
        let Self { output, path, .. } = self;
        output.finish().map_err(|error| failed(&path, &error))
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let written = self.output.write_all(&self.buffer);
        self.buffer.clear();
        // One large entry should not stay in memory.
        self.buffer.shrink_to(2 * GATHERED);
        written.map_err(|error| failed(&self.path, &error))
    }
}

fn failed(path: &Path, error: &std::io::Error) -> Failure {
    if path.as_os_str() == "-" {
        return Failure::output(error);
    }
    Failure::new(Status::Connection, format_args!("cannot write {}: {error}", path.display()))
}
