//! Why some octets are no value of a syntax.

use std::error::Error;
use std::fmt;

/// Where a value leaves its syntax, and what was expected there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    position: usize,
    expected: &'static str,
}

impl SyntaxError {
    pub(in crate::schema) const fn new(position: usize, expected: &'static str) -> Self {
        Self { position, expected }
    }

    /// Returns the offset, in octets, of the place that is wrong.
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Returns what was expected there, as text: `"a digit"`.
    pub const fn expected(&self) -> &'static str {
        self.expected
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at offset {}", self.expected, self.position)
    }
}

impl Error for SyntaxError {}
