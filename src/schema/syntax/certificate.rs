//! The syntaxes of X.509 (RFC 4523 2): Certificate, Certificate List, Certificate Pair and Supported Algorithm.

use super::SyntaxError;
use crate::ber::{Reader, Tag};

/// A SEQUENCE in BER that is the whole value. What is in it is not looked at.
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let error = |position| SyntaxError::new(position, "one SEQUENCE in BER");
    let mut reader = Reader::new(octets);
    reader.expect(Tag::SEQUENCE).map_err(|_| error(0))?;
    if reader.is_empty() { Ok(()) } else { Err(error(octets.len())) }
}
