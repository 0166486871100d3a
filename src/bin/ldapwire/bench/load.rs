//! Many operations at a time, at a rate if wanted.

use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep_until, timeout_at};

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
    pub(super) async fn run(self, work: Begun) -> Measured {
        let began = Instant::now();
        let counts_from = began + self.warm_up;
        let end = counts_from + self.duration;
        let live = Mutex::new(Counts::new());
        let shared = Arc::new(Shared { next: AtomicU64::new(0), began, counts_from, end, live });
        let (interrupt, interrupted) = watch::channel(false);
        let mut all = Counts::new();
        let gather = async {
            let mut workers = JoinSet::new();
            for _ in 0..self.concurrency {
                workers.spawn(self.worker(Arc::clone(&shared), work.clone(), interrupted.clone()));
            }
            while let Some(counts) = workers.join_next().await {
                // A worker that panicked has said so.
                if let Ok(counts) = counts {
                    all.add(&counts);
                }
            }
        };
        let stop = async {
            // Where signals cannot be heard of, it runs to its end.
            if tokio::signal::ctrl_c().await.is_ok() {
                interrupt.send_replace(true);
            }
            std::future::pending().await
        };
        tokio::select! {
            // The signal is listened for before anything begins.
            biased;
            () = stop => {}
            () = show(&shared) => {}
            () = gather => {}
        }
        let measured = counts_from.elapsed().min(self.duration);
        Measured { counts: all, time: if *interrupt.borrow() { measured } else { self.duration } }
    }

    async fn worker(
        self,
        shared: Arc<Shared>,
        work: Begun,
        mut interrupted: watch::Receiver<bool>,
    ) -> Counts {
        let mut counts = Counts::new();
        tokio::select! {
            () = self.work(&shared, &work, &mut counts) => {}
            Ok(_) = interrupted.wait_for(|interrupted| *interrupted) => {}
        }
        counts
    }

    async fn work(self, shared: &Shared, work: &Begun, counts: &mut Counts) {
        let mut random = Rng::new();
        loop {
            let due = match self.rate {
                Some(rate) => {
                    let number = shared.next.fetch_add(1, Ordering::Relaxed);
                    let due = shared.began + Duration::from_secs_f64(number as f64 / f64::from(rate));
                    if due >= shared.end {
                        return;
                    }
                    sleep_until(due).await;
                    due
                }
                None => Instant::now(),
            };
            if due >= shared.end {
                return;
            }
            let outcome = timeout_at(shared.end + PATIENCE, work.perform(&mut random)).await;
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
