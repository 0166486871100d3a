//! Many operations at a time, at a rate if wanted.

use std::cell::Cell;
use std::io::{self, IsTerminal};
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep_until, timeout, timeout_at};

use super::result::{Counts, Measured};
use super::work::Begun;

/// How much and how long.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) concurrency: u32,
    pub(super) rate: Option<u32>,
    pub(super) warm_up: Duration,
    pub(super) duration: Duration,
}

/// How long answers are waited for when the time is over. What a server that hangs owes then has failed.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the workers share.
struct Shared {
    /// The number of the next operation, which says when it is due.
    next: AtomicU64,
    began: Instant,
    /// From when on operations count.
    counts_from: Instant,
    end: Instant,
    /// What is shown on the way.
    live: Mutex<Counts>,
}

impl Load {
    /// Runs it to its end, or until it is interrupted: then what was under way does not count.
    pub(super) async fn run(self, work: Begun, interrupted: impl Future<Output = ()>) -> Measured {
        let began = Instant::now();
        let counts_from = began + self.warm_up;
        let end = counts_from + self.duration;
        let live = Mutex::new(Counts::new());
        let shared = Arc::new(Shared { next: AtomicU64::new(0), began, counts_from, end, live });
        let (interrupt, heard) = watch::channel(false);
        let mut all = Counts::new();
        let gather = async {
            let mut workers = JoinSet::new();
            for _ in 0..self.concurrency {
                workers.spawn(self.worker(Arc::clone(&shared), work.clone(), heard.clone()));
            }
            while let Some(counts) = workers.join_next().await {
                // A worker that panicked has said so.
                if let Ok(counts) = counts {
                    all.add(&counts);
                }
            }
        };
        let ended = Cell::new(None);
        let stop = async {
            interrupted.await;
            ended.set(Some(Instant::now()));
            interrupt.send_replace(true);
            std::future::pending().await
        };
        tokio::select! {
            () = stop => {}
            () = show(&shared) => {}
            () = gather => {}
        }
        let measured = |ended: Instant| ended.saturating_duration_since(counts_from).min(self.duration);
        Measured::new(all, ended.get().map_or(self.duration, measured))
    }

    async fn worker(
        self,
        shared: Arc<Shared>,
        work: Begun,
        mut interrupted: watch::Receiver<bool>,
    ) -> Counts {
        let mut counts = Counts::new();
        let mut random = Rng::new();
        loop {
            let due = self.rate.map(|rate| {
                let number = shared.next.fetch_add(1, Ordering::Relaxed);
                shared.began + Duration::from_secs_f64(number as f64 / f64::from(rate))
            });
            if due.unwrap_or_else(Instant::now) >= shared.end {
                return counts;
            }
            let ready = async {
                let began = Instant::now();
                let chosen = timeout_at(shared.end + PATIENCE, work.choose(&mut random)).await;
                // What could not be made ready has taken the time of that.
                let began = if matches!(chosen, Ok(Ok(_))) { Instant::now() } else { began };
                if let Some(due) = due {
                    sleep_until(due).await;
                }
                (due.unwrap_or(began), chosen)
            };
            let (due, chosen) = tokio::select! {
                ready = ready => ready,
                () = heard(&mut interrupted) => return counts,
            };
            if due >= shared.end {
                return counts;
            }
            let outcome = match chosen {
                Ok(Ok(operation)) => {
                    let is_change = operation.is_change();
                    let mut performed = pin!(timeout_at(shared.end + PATIENCE, work.perform(operation)));
                    tokio::select! {
                        outcome = &mut performed => outcome,
                        () = heard(&mut interrupted) => {
                            // What is put back would not stay so if this came behind it.
                            if is_change {
                                let _ = timeout(PATIENCE, performed).await;
                            }
                            return counts;
                        }
                    }
                }
                Ok(Err(word)) => Ok(Err(word)),
                Err(elapsed) => Err(elapsed),
            };
            // What hangs from the warm-up on is not left out.
            let counts_it = due >= shared.counts_from || outcome.is_err();
            let outcome = outcome.unwrap_or_else(|_| Err("unanswered".to_owned()));
            let took = due.elapsed();
            if counts_it {
                counts.record(took, &outcome);
            }
            shared.lock().record(took, &outcome);
        }
    }
}

/// Waits until somebody wants an end.
async fn heard(interrupted: &mut watch::Receiver<bool>) {
    if interrupted.wait_for(|interrupted| *interrupted).await.is_err() {
        std::future::pending().await
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows what was done within each second, on a terminal; never returns.
async fn show(shared: &Shared) {
    if !io::stderr().is_terminal() {
        return std::future::pending().await;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
        bar.set_style(style);
    }
    let mut turns = interval(Duration::from_secs(1));
    let mut last = turns.tick().await;
    loop {
        let now = turns.tick().await;
        let counts = std::mem::replace(&mut *shared.lock(), Counts::new());
        let seconds = now.duration_since(last).as_secs_f64().max(0.001);
        last = now;
        let phase = if now < shared.counts_from { "warm-up  " } else { "" };
        bar.set_message(format!(
            "{phase}{} operations/s   p50 {:.2} ms   p99 {:.2} ms   {} failed   {:.0} s left",
            HumanCount((counts.operations() as f64 / seconds).round() as u64),
            counts.quantile(0.5) * 1e3,
            counts.quantile(0.99) * 1e3,
            HumanCount(counts.failed()),
            shared.end.saturating_duration_since(now).as_secs_f64(),
        ));
        bar.tick();
    }
}
