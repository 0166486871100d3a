//! Why some octets or a text are no value of Active Directory.

use std::error::Error;
use std::fmt;

/// A value that is not what Active Directory has: what was expected, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowsValueError {
    position: usize,
    expected: &'static str,
}

impl WindowsValueError {
    pub(super) const fn new(position: usize, expected: &'static str) -> Self {
        Self { position, expected }
    }

    /// Returns the offset, in octets, of the place that is wrong.
    pub const fn position(&self) -> usize {
        self.position
    }
}

impl fmt::Display for WindowsValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at offset {}", self.expected, self.position)
    }
}

impl Error for WindowsValueError {}
