//! One connection of a load.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::attempt::Rules;
use super::window::Window;

/// The place of one connection, which may be there or not.
#[derive(Debug)]
pub(super) struct Worker<C> {
    pub(super) state: State<C>,
    /// Counts the connections that were here, so that what is heard of an earlier one is told from what is heard of this.
    pub(super) generation: u64,
    pub(super) server: Arc<str>,
    pub(super) rules: Arc<Rules>,
    /// How often in a row no connection could be made.
    pub(super) tries: u32,
    under_way: usize,
    pub(super) window: Window,
    /// Whether operations are begun until the window is full. It is let half empty before: so many requests go out by one write,
    /// and wake the server once.
    is_filling: bool,
    /// Nothing is sent before: the server is busy.
    paused_until: Option<Instant>,
    pauses: u32,
}

#[derive(Debug)]
pub(super) enum State<C> {
    /// To be made, not before this time.
    Down(Instant),
    Connecting,
    Up(Arc<C>),
}

/// The pause before something is tried again; doubles each time, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// The longest pause for a busy server: other connections may be the reason, and go on.
const LONGEST_BUSY: Duration = Duration::from_secs(5);

/// Returns the pause before the next try, when so many have failed.
pub(super) fn pause(tries: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << tries.min(16)).min(LONGEST_PAUSE)
}

impl<C> Worker<C> {
    pub(super) fn new(window: usize, rules: Arc<Rules>, now: Instant) -> Self {
        Self {
            state: State::Down(now),
            generation: 0,
            server: Arc::from(""),
            rules,
            tries: 0,
            under_way: 0,
            window: Window::new(window),
            is_filling: true,
            paused_until: None,
            pauses: 0,
        }
    }

    /// Returns how many more operations may be begun.
    pub(super) fn room(&self, now: Instant) -> usize {
        match self.state {
            State::Up(_) if self.is_filling && self.paused_until.is_none_or(|until| until <= now) => {
                self.window.size().saturating_sub(self.under_way)
            }
            _ => 0,
        }
    }

    /// Whether nothing is under way.
    pub(super) const fn is_idle(&self) -> bool {
        self.under_way == 0
    }

    /// Counts an operation that is begun.
    pub(super) const fn begin(&mut self) {
        self.under_way += 1;
        self.is_filling &= self.under_way < self.window.size();
    }

    /// Counts an operation that is over.
    pub(super) const fn end(&mut self) {
        self.under_way = self.under_way.saturating_sub(1);
        self.is_filling |= self.under_way <= self.window.size() / 2;
    }

    /// Returns how many more operations there is room for, now or soon.
    pub(super) fn promised(&self) -> usize {
        match self.state {
            State::Down(_) => 0,
            State::Connecting | State::Up(_) => self.window.size().saturating_sub(self.under_way),
        }
    }

    /// Returns when something is to be done here without an event.
    pub(super) fn wakes_at(&self) -> Option<Instant> {
        match self.state {
            State::Down(until) => Some(until),
            State::Connecting => None,
            State::Up(_) => self.paused_until,
        }
    }

    /// Notes an answer that is not `busy`, and how long it took.
    pub(super) fn answered(&mut self, after: Duration) {
        self.window.answered(after);
        self.paused_until = None;
        self.pauses = 0;
    }

    /// Notes that the server is busy. What was under way when the pause began does not make it longer.
    pub(super) fn is_busy(&mut self, now: Instant) {
        self.window.narrow();
        if self.paused_until.is_none_or(|until| until <= now) {
            self.paused_until = Some(now + pause(self.pauses).min(LONGEST_BUSY));
            self.pauses = self.pauses.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulk::Mode;
    use crate::bulk::attempt::Undo;
    use crate::model::OctetEquality;

    fn up(window: usize, now: Instant) -> Worker<()> {
        let equality = Arc::new(OctetEquality);
        let rules = Rules { mode: Mode::Add, is_dry_run: false, undo: Undo::Unwanted, equality };
        let mut worker = Worker::new(window, Arc::new(rules), now);
        assert_eq!(worker.room(now), 0, "there is no connection");
        worker.state = State::Up(Arc::new(()));
        worker
    }

    #[test]
    fn a_window_that_was_full_is_filled_again_when_half_of_it_is_empty() {
        let now = Instant::now();
        let mut worker = up(8, now);
        for room in (0..8).rev() {
            worker.begin();
            assert_eq!(worker.room(now), room);
        }
        let rooms = [0, 0, 0, 4].map(|_| {
            worker.end();
            worker.room(now)
        });
        assert_eq!(rooms, [0, 0, 0, 4]);
        // What trickles in meanwhile goes at once.
        worker.begin();
        worker.end();
        worker.end();
        assert_eq!(worker.room(now), 5);
        let mut narrow = up(1, now);
        narrow.begin();
        assert_eq!(narrow.room(now), 0);
        narrow.end();
        assert_eq!((narrow.room(now), narrow.is_idle()), (1, true));
    }

    #[test]
    fn a_busy_server_has_pauses_that_grow_and_end_with_an_answer() {
        let start = Instant::now();
        let mut worker = up(8, start);
        assert_eq!(worker.room(start), 8);
        for _ in 0..8 {
            worker.is_busy(start);
        }
        assert_eq!((worker.room(start), worker.wakes_at()), (0, Some(start + FIRST_PAUSE)));
        let later = start + FIRST_PAUSE;
        assert_eq!(worker.room(later), 4);
        worker.is_busy(later);
        assert_eq!(worker.wakes_at(), Some(later + 2 * FIRST_PAUSE));
        worker.answered(Duration::ZERO);
        assert_eq!((worker.wakes_at(), worker.window.size()), (None, 4));
        assert_eq!((pause(0), pause(3), pause(99)), (FIRST_PAUSE, 8 * FIRST_PAUSE, LONGEST_PAUSE));
    }
}
