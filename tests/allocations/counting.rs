//! An allocator that counts what the current thread asks of it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// The system's allocator, counting by thread: what other tests and the server's thread do is not seen.
pub(crate) struct Counting;

/// What a thread did, from the beginning or between two moments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Allocations, growing ones included.
    pub(crate) allocations: usize,
    /// Octets asked for.
    pub(crate) octets: usize,
    /// Octets that are allocated; negative if more was freed than allocated.
    pub(crate) live: isize,
    /// The most octets that were allocated at one moment.
    pub(crate) peak: isize,
}

thread_local! {
    static COUNTS: Cell<Counts> = const {
        Cell::new(Counts { allocations: 0, octets: 0, live: 0, peak: 0 })
    };
}

/// Runs `work` and returns what it allocated on this thread; `live` and `peak` count from the moment before.
pub(crate) fn counted<T>(work: impl FnOnce() -> T) -> (T, Counts) {
    let before = COUNTS.get();
    COUNTS.set(Counts { peak: before.live, ..before });
    let result = work();
    let after = COUNTS.get();
    let counts = Counts {
        allocations: after.allocations - before.allocations,
        octets: after.octets - before.octets,
        live: after.live - before.live,
        peak: after.peak - before.live,
    };
    (result, counts)
}

/// Runs `work` and returns how many of the blocks that it gave back on this thread held these octets.
pub(crate) fn freed_with(octets: &'static [u8], work: impl FnOnce()) -> usize {
    WATCH.set(Watch { octets, found: 0 });
    work();
    WATCH.replace(Watch::NONE).found
}

/// Octets that should be in no block that is given back.
#[derive(Clone, Copy)]
struct Watch {
    octets: &'static [u8],
    found: usize,
}

impl Watch {
    const NONE: Self = Self { octets: &[], found: 0 };
}

thread_local! {
    static WATCH: Cell<Watch> = const { Cell::new(Watch::NONE) };
}

/// Looks into a block that is about to be given back.
///
/// # Safety
///
/// The block is one that the allocator handed out, with this size.
#[allow(unsafe_code, reason = "looks at memory as a debugger would")]
unsafe fn look_into(pointer: *const u8, size: usize) {
    let _ = WATCH.try_with(|cell| {
        let watch = cell.get();
        if watch.octets.is_empty() || size < watch.octets.len() {
            return;
        }
        // Octet by octet and volatile: the compiler takes nothing for granted of what was never written.
        // SAFETY: within the block.
        let octet = |place: usize| unsafe { pointer.add(place).read_volatile() };
        let is_at =
            |place: usize| watch.octets.iter().enumerate().all(|(at, wanted)| octet(place + at) == *wanted);
        if (0..=size - watch.octets.len()).any(is_at) {
            cell.set(Watch { found: watch.found + 1, ..watch });
        }
    });
}

fn allocated(octets: usize, freed: usize) {
    // A thread that ends may allocate when its counts are gone; that is not counted.
    let _ = COUNTS.try_with(|cell| {
        let counts = cell.get();
        let live = counts.live + octets as isize - freed as isize;
        cell.set(Counts {
            allocations: counts.allocations + 1,
            octets: counts.octets + octets,
            live,
            peak: counts.peak.max(live),
        });
    });
}

fn freed(octets: usize) {
    let _ = COUNTS.try_with(|cell| {
        let counts = cell.get();
        cell.set(Counts { live: counts.live - octets as isize, ..counts });
    });
}

#[allow(
    unsafe_code,
    reason = "there is no safe way to count allocations; each call goes to the system's allocator"
)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        allocated(layout.size(), 0);
        // SAFETY: the caller's promise about `layout` is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        freed(layout.size());
        // SAFETY: as the caller promises.
        unsafe { look_into(pointer, layout.size()) };
        // SAFETY: the pointer came from the system's allocator with this layout, as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        allocated(layout.size(), 0);
        // SAFETY: as in `alloc`.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // Until the octets have moved, both places are taken.
        let _ = COUNTS.try_with(|cell| {
            let counts = cell.get();
            cell.set(Counts { peak: counts.peak.max(counts.live + size as isize), ..counts });
        });
        allocated(size, layout.size());
        // SAFETY: as in `dealloc`.
        unsafe { look_into(pointer, layout.size()) };
        // SAFETY: as in `dealloc`, and the caller's promise about `size` is passed on.
        unsafe { System.realloc(pointer, layout, size) }
    }
}
