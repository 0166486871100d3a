//! What cannot be written as LDIF.

use std::fmt;

/// An entry that has no form in LDIF. Nothing of it was written.
///
/// A value or a distinguished name can always be written, by base64 if need be. The description of an attribute
/// has no such way out, and it comes from the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WriteError {
    /// The description of an attribute is empty.
    EmptyName,
    /// The description of an attribute has an octet that would end or bend its line.
    Name {
        /// The octet.
        octet: u8,
        /// Where it stands in the description.
        position: usize,
    },
    /// The first attribute is called `changetype` or `control`: the record would read as a change, not as an entry.
    ReadsAsChange,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptyName => f.write_str("LDIF cannot hold an attribute without a name"),
            Self::Name { octet, position } => {
                write!(f, "LDIF cannot hold an attribute's name with octet {octet:02x} at {position}")
            }
            Self::ReadsAsChange => {
                f.write_str("LDIF would take a first attribute 'changetype' or 'control' for a change")
            }
        }
    }
}

impl std::error::Error for WriteError {}
