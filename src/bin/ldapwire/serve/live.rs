//! What the server is doing, on a terminal.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use ldapwire::server::layers::{Counter, Counts};
use tokio::time::{Instant, interval};

/// The time between two looks, over which operations are counted.
const STEP: Duration = Duration::from_secs(1);

/// Shows what is done each second, in one line; never returns. There is none unless the error stream is a terminal.
pub(super) async fn show(counter: Counter) {
    if !io::stderr().is_terminal() {
        return std::future::pending().await;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
        bar.set_style(style);
    }
    let (mut before, mut last) = (counter.counts(), Instant::now());
    let mut turns = interval(STEP);
    loop {
        let now = turns.tick().await;
        let counts = counter.counts();
        bar.set_message(line(&before, &counts, now.duration_since(last)));
        bar.tick();
        (before, last) = (counts, now);
    }
}

/// What was done between two moments.
fn line(before: &Counts, now: &Counts, time: Duration) -> String {
    // The first look comes at once.
    let seconds = time.as_secs_f64().max(0.001);
    let rate = |count: fn(&Counts) -> u64| {
        let done = count(now).saturating_sub(count(before));
        HumanCount((done as f64 / seconds).round() as u64)
    };
    format!(
        "{} connections   {} operations/s: {} searches, {} writes, {} binds, {} errors   {} entries/s",
        HumanCount(now.connections),
        rate(|counts| counts.operations),
        rate(|counts| counts.searches),
        rate(|counts| counts.writes),
        rate(|counts| counts.binds),
        rate(|counts| counts.errors),
        rate(|counts| counts.entries),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_those_of_the_time_between() {
        let before = Counts::default();
        let mut now = before;
        (now.connections, now.operations, now.searches, now.entries) = (3, 3000, 2500, 1_000_000);
        (now.writes, now.binds, now.errors) = (400, 100, 1);
        assert_eq!(
            line(&before, &now, Duration::from_secs(2)),
            "3 connections   1,500 operations/s: 1,250 searches, 200 writes, 50 binds, 1 errors   500,000 entries/s"
        );
        assert!(line(&now, &now, Duration::ZERO).starts_with("3 connections   0 operations/s"));
    }
}
