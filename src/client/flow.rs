//! One slow reader on a shared connection.
//!
//! LDAP has no flow control within a connection, so it is decided here, for each connection, before each read:
//!
//! 1. A search may pin as many octets of memory as the soft budget: its frames, and what else of the read buffers they
//!    keep.
//! 2. Searches are above it, and **nothing else waits for an answer**: stop reading. TCP carries the pressure to
//!    the server, nothing is lost, memory stays flat.
//! 3. Something else waits: read on, up to the hard budget of the connection. So the caller who changes each entry
//!    that it reads, on the same client, is never locked out by its own search.
//! 4. At the hard budget the search that holds most is given up and ends with an error that says so.

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::transport::READ_SIZE;

/// Returns how many octets of memory a frame of this length keeps from being freed: its share of a read buffer in which
/// only whole frames stay. The frame that is cut by the end of the buffer goes to the next one.
pub(super) const fn pinned(length: usize) -> usize {
    if length <= SMALL || length >= READ_SIZE { length } else { READ_SIZE / (READ_SIZE / length) }
}

/// Frames up to this size fill a read buffer but for a sixteenth at most, which is not worth a division for each.
const SMALL: usize = READ_SIZE / 16;

/// The budgets of a connection, and what is used of them.
#[derive(Debug)]
pub(super) struct Flow {
    soft: usize,
    hard: usize,
    held: AtomicUsize,
    slow: AtomicUsize,
}

// The counters are changed under the locks of the inboxes and read as a hint before each read, so that relaxed
// ordering is enough.
impl Flow {
    pub(super) const fn new(soft: usize, hard: usize) -> Self {
        Self { soft, hard, held: AtomicUsize::new(0), slow: AtomicUsize::new(0) }
    }

    pub(super) const fn soft(&self) -> usize {
        self.soft
    }

    pub(super) fn hold(&self, octets: usize) {
        self.held.fetch_add(octets, Ordering::Relaxed);
    }

    pub(super) fn release(&self, octets: usize) {
        if octets > 0 {
            self.held.fetch_sub(octets, Ordering::Relaxed);
        }
    }

    pub(super) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    pub(super) fn add_slow(&self) {
        self.slow.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn remove_slow(&self) {
        self.slow.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn has_slow(&self) -> bool {
        self.slow.load(Ordering::Relaxed) > 0
    }

    pub(super) fn is_over_hard(&self) -> bool {
        self.held() > self.hard
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_pins_its_share_of_a_read_buffer() {
        const KIB: usize = 1024;
        assert_eq!([pinned(0), pinned(KIB), pinned(4 * KIB)], [0, KIB, 4 * KIB]);
        assert_eq!([pinned(16 * KIB), pinned(16 * KIB + 1)], [16 * KIB, 64 * KIB / 3]);
        assert_eq!(
            [pinned(33 * KIB), pinned(64 * KIB), pinned(1024 * KIB)],
            [64 * KIB, 64 * KIB, 1024 * KIB]
        );
    }
}
