//! What is wrong with a template.

use std::error::Error;
use std::fmt;

/// A template that cannot be used: at which line, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    line: usize,
    problem: Problem,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem {
    Expected(&'static str),
    Unknown {
        what: &'static str,
        name: String,
    },
    TooMany {
        what: &'static str,
        limit: usize,
    },
    /// The size is too small for what the template says.
    TooFew {
        least: u64,
    },
    TooLarge,
}

impl TemplateError {
    pub(super) const fn new(line: usize, problem: Problem) -> Self {
        Self { line, problem }
    }

    pub(super) const fn expected(line: usize, what: &'static str) -> Self {
        Self { line, problem: Problem::Expected(what) }
    }

    pub(super) fn unknown(line: usize, what: &'static str, name: &str) -> Self {
        Self { line, problem: Problem::Unknown { what, name: name.to_owned() } }
    }

    /// Returns the line of the template, from 1; 0 if it is the size that does not fit.
    pub const fn line(&self) -> usize {
        self.line
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {}: ", self.line)?;
        }
        match &self.problem {
            Problem::Expected(what) => write!(f, "expected {what}"),
            Problem::Unknown { what, name } => write!(f, "unknown {what} '{}'", name.escape_debug()),
            Problem::TooMany { what, limit } => write!(f, "more than {limit} {what}"),
            Problem::TooFew { least } => write!(f, "the template makes at least {least} entries"),
            Problem::TooLarge => f.write_str("the template makes more entries than can be counted"),
        }
    }
}

impl Error for TemplateError {}
