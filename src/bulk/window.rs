//! How many operations a connection has under way.

use std::time::Duration;

/// The operations that may be under way on one connection: as many as the load allows, fewer where the server cannot follow.
///
/// An answer that took longer than [`SLOW`], or `busy`, halves it; a window's worth of answers in time widens it by one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Window {
    size: usize,
    most: usize,
    /// Answers in time since the last change.
    in_time: usize,
    /// Answers that were under way when the window was halved and tell nothing new.
    stale: usize,
}

/// An answer that takes longer is a sign of too much at a time: a second is far from the time limits of operations, which count from
/// when they are begun.
const SLOW: Duration = Duration::from_secs(1);

impl Window {
    pub(super) fn new(most: usize) -> Self {
        let most = most.max(1);
        Self { size: most, most, in_time: 0, stale: 0 }
    }

    pub(super) const fn size(&self) -> usize {
        self.size
    }

    /// Notes an answer, and how long it took.
    pub(super) fn answered(&mut self, after: Duration) {
        if after > SLOW {
            return self.narrow();
        }
        self.stale = self.stale.saturating_sub(1);
        self.in_time += 1;
        if self.in_time >= self.size {
            self.in_time = 0;
            self.size = (self.size + 1).min(self.most);
        }
    }

    /// Notes that the server has too much to do.
    pub(super) fn narrow(&mut self) {
        if self.stale > 0 {
            self.stale -= 1;
            return;
        }
        self.stale = self.size;
        self.in_time = 0;
        self.size = (self.size / 2).max(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_answers_halve_it_once_a_window_and_quick_ones_bring_it_back() {
        let mut window = Window::new(64);
        for _ in 0..=64 {
            window.answered(2 * SLOW);
        }
        assert_eq!(window.size(), 32, "64 were under way when it was halved");
        for _ in 0..1000 {
            window.narrow();
        }
        assert_eq!(window.size(), 1);
        let mut answers = 0;
        while window.size() < 64 {
            window.answered(SLOW);
            answers += 1;
        }
        assert_eq!(answers, (1..64).sum::<i32>());
        window.answered(SLOW);
        assert_eq!(window.size(), 64);
        assert_eq!(Window::new(0).size(), 1);
    }
}
