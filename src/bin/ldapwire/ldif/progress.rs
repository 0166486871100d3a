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
    /// Whether there is somebody to show it to.
    is_shown: bool,
}

/// Records between two looks at the bar.
const STEP: u64 = 1024;

impl Bar {
    /// Begins a bar for a file.
    pub(crate) fn of(input: &Input) -> Self {
        let bar = Self::begin(input, io::stderr().is_terminal() && !io::stdout().is_terminal());
        bar.start();
        bar
    }

    /// Makes a bar for a file, for a verb that prints nothing meanwhile. It is there when it is [started](Self::start): a
    /// question for a password comes before.
    pub(crate) fn alone(input: &Input) -> Self {
        Self::begin(input, io::stderr().is_terminal())
    }

    /// Shows it, if it is to be shown. The time runs from here.
    pub(crate) fn start(&self) {
        if self.is_shown {
            self.bar.reset_elapsed();
            self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(10));
            self.bar.enable_steady_tick(Duration::from_millis(200));
        }
    }

    fn begin(input: &Input, is_shown: bool) -> Self {
        let bar = Self::with_style(
            input.size(),
            "{bar:30} {binary_bytes}/{binary_total_bytes} ({binary_bytes_per_sec}) {msg} {eta}",
            "{spinner} {binary_bytes} ({binary_bytes_per_sec}) {msg}",
        );
        let progress = Some(input.progress());
        Self { bar, progress, records: Cell::new(0), failed: Cell::new(0), is_shown }
    }

    /// Begins a bar for so many entries to make.
    pub(crate) fn for_entries(count: u64) -> Self {
        let is_shown = io::stderr().is_terminal() && !io::stdout().is_terminal();
        let bar = Self::with_style(Some(count), "{bar:30} {human_pos}/{human_len} {msg} {eta}", "");
        let bar = Self { bar, progress: None, records: Cell::new(0), failed: Cell::new(0), is_shown };
        bar.start();
        bar
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
        let rate = records as f64 / self.bar.elapsed().as_secs_f64().max(0.001);
        let Some(progress) = &self.progress else {
            self.bar.set_position(records);
            self.bar.set_message(format!("{rate:.0} entries/s"));
            return;
        };
        self.bar.set_position(progress.octets());
        self.bar.set_message(match self.failed.get() {
            0 => format!("{rate:.0} records/s"),
            failed => format!("{rate:.0} records/s, {failed} failed"),
        });
    }

    /// Makes a bar that is not shown yet.
    fn with_style(length: Option<u64>, known: &str, unknown: &str) -> ProgressBar {
        let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden());
        let template = if length.is_some() { known } else { unknown };
        bar.set_style(
            ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()),
        );
        bar
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
