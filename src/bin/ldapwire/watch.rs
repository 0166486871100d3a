//! How far work with a server has come, on a terminal.

use std::io::{self, IsTerminal};
use std::path::Path;
use std::time::Duration;

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use ldapwire::bulk::Progress;
use tokio::time::{MissedTickBehavior, interval};

/// Awaits work, and shows meanwhile how far it has come, unless that would stand between what is printed.
///
/// Nothing is shown unless the error stream is a terminal, or if the output is one, too.
pub(crate) async fn watch<T>(progress: Progress, output: &Path, work: impl Future<Output = T>) -> T {
    if !is_watched(output) {
        return work.await;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10));
    let style =
        |template| ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style("{spinner} {human_pos} entries ({per_sec}) {msg}"));
    let mut ticks = interval(Duration::from_millis(200));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => {
                bar.finish_and_clear();
                return done;
            }
            _ = ticks.tick() => {
                if let (Some(expected), None) = (progress.expected(), bar.length()) {
                    bar.set_length(expected);
                    bar.set_style(style("{bar:30} {human_pos}/{human_len} ({per_sec}) {msg} {eta}"));
                }
                if progress.octets() > 0 {
                    bar.set_message(HumanBytes(progress.octets()).to_string());
                }
                bar.set_position(progress.entries());
            }
        }
    }
}

/// Whether somebody sees what is told on the way.
pub(crate) fn is_watched(output: &Path) -> bool {
    let is_stream = output.as_os_str() == "-";
    io::stderr().is_terminal() && !(is_stream && io::stdout().is_terminal())
}
