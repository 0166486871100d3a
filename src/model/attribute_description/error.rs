//! Why a text is no attribute description.

use std::error::Error;
use std::fmt;

/// Why a text is no attribute description, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttributeDescriptionParseError {
    position: usize,
    problem: AttributeDescriptionProblem,
}

impl AttributeDescriptionParseError {
    pub(super) const fn new(position: usize, problem: AttributeDescriptionProblem) -> Self {
        Self { position, problem }
    }

    /// Returns the offset, in octets, of the place that is wrong.
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Returns what is wrong there.
    pub const fn problem(&self) -> AttributeDescriptionProblem {
        self.problem
    }
}

impl fmt::Display for AttributeDescriptionParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = match self.problem {
            AttributeDescriptionProblem::ExpectedType => {
                "a name that begins with a letter, or an object identifier"
            }
            AttributeDescriptionProblem::MalformedOid => {
                "an object identifier of two or more arcs without leading zeros"
            }
            AttributeDescriptionProblem::ExpectedSemicolonOrEnd => "a letter, a digit, '-', ';' or the end",
            AttributeDescriptionProblem::ExpectedOption => "an option of letters, digits and '-'",
        };
        write!(f, "attribute description: expected {expected} at offset {}", self.position)
    }
}

impl Error for AttributeDescriptionParseError {}

/// What can be wrong with an attribute description.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttributeDescriptionProblem {
    /// There is neither a name nor an object identifier.
    ExpectedType,
    /// The type begins as an object identifier and is none.
    MalformedOid,
    /// Something that belongs to no name follows the type or an option.
    ExpectedSemicolonOrEnd,
    /// An option is empty.
    ExpectedOption,
}
