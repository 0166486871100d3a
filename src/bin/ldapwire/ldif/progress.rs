//! How far the work has come, on a terminal.

use std::cell::Cell;
use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use ldapwire::files::{Input, Progress};

/// A bar with octets, entries a second and the time that is left. There is none unless the error stream is a terminal and the
/// output is not: they would write over each other.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: ProgressBar,
    progress: Option<Progress>,
    records: Cell<u64>,
    failed: Cell<u64>,
}

/// Records between two looks at the bar.
const STEP: u64 = 1024;

impl Bar {
    /// Begins a bar for a file.
    pub(crate) fn of(input: &Input) -> Self {
        Self::begin(input, io::stderr().is_terminal() && !io::stdout().is_terminal())
    }

    /// Begins a bar for a file, for a verb that prints nothing meanwhile.
    pub(crate) fn alone(input: &Input) -> Self {
        Self::begin(input, io::stderr().is_terminal())
    }

    fn begin(input: &Input, is_shown: bool) -> Self {
        let bar = Self::with_style(
            is_shown,
            input.size(),
            "{bar:30} {binary_bytes}/{binary_total_bytes} ({binary_bytes_per_sec}) {msg} {eta}",
            "{spinner} {binary_bytes} ({binary_bytes_per_sec}) {msg}",
        );
        Self { bar, progress: Some(input.progress()), records: Cell::new(0), failed: Cell::new(0) }
    }

    /// Begins a bar for so many entries to make.
    pub(crate) fn for_entries(count: u64) -> Self {
        let is_shown = io::stderr().is_terminal() && !io::stdout().is_terminal();
        let known = "{bar:30} {human_pos}/{human_len} ({per_sec}) {eta}";
        let bar = Self::with_style(is_shown, Some(count), known, "");
        Self { bar, progress: None, records: Cell::new(0), failed: Cell::new(0) }
    }

    /// Counts a record.
    pub(crate) fn tick(&self) {
        let records = self.records.get() + 1;
        self.records.set(records);
        if records.is_multiple_of(STEP) && !self.bar.is_hidden() {
            self.show(records);
        }
    }

    /// Counts a record that did not get what it wanted.
    pub(crate) fn tick_failed(&self) {
        self.failed.set(self.failed.get() + 1);
        self.tick();
    }

    fn show(&self, records: u64) {
        match &self.progress {
            Some(progress) => {
                self.bar.set_position(progress.octets());
                let seconds = self.bar.elapsed().as_secs_f64().max(0.001);
                let rate = records as f64 / seconds;
                self.bar.set_message(match self.failed.get() {
                    0 => format!("{rate:.0} records/s"),
                    failed => format!("{rate:.0} records/s, {failed} failed"),
                });
            }
            None => self.bar.set_position(records),
        }
    }

    fn with_style(is_shown: bool, length: Option<u64>, known: &str, unknown: &str) -> ProgressBar {
        if !is_shown {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::stderr_with_hz(10));
        let template = if length.is_some() { known } else { unknown };
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
