//! The descriptions of schema elements as values (RFC 4517 3.3.1, 3.3.7, 3.3.8, 3.3.18, 3.3.19, 3.3.20, 3.3.22, 3.3.24).

use super::SyntaxError;
use super::cursor::Cursor;
use crate::schema::Definition;

/// A definition that keeps to the grammar.
pub(super) fn check<D: Definition>(octets: &[u8]) -> Result<(), SyntaxError> {
    let (_, text) = Cursor::text(octets)?;
    match D::parse_strict(text) {
        Ok(_) => Ok(()),
        Err(error) => Err(SyntaxError::new(error.position(), "a definition of this kind to the letter")),
    }
}
