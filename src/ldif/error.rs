//! What cannot be written as LDIF.

use std::fmt;

/// A record that has no form in LDIF. Nothing of it was written.
///
/// A value or a distinguished name can always be written, by base64 if need be. The description of an attribute
/// has no such way out, and it may come from a peer.
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
    /// An attribute is called `dn`: it would read as the beginning of a record.
    ReadsAsName,
    /// A request to add an entry has no attributes.
    NoAttributes,
    /// The identifier of a control is no object identifier.
    ControlOid,
    /// A part of a modification has an operation that LDIF has no word for: this number.
    Operation(u32),
    /// An increment has no value or several: "The modification must provide one and only one value." (RFC 4525 2)
    OneIncrement,
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
            Self::ReadsAsName => f.write_str("LDIF would take an attribute 'dn' for the name of an entry"),
            Self::NoAttributes => {
                f.write_str("LDIF cannot hold a request to add an entry without attributes")
            }
            Self::ControlOid => f.write_str("LDIF cannot hold a control without an object identifier"),
            Self::Operation(number) => write!(f, "LDIF has no word for modify operation {number}"),
            Self::OneIncrement => f.write_str("LDIF can increment only by exactly one value"),
        }
    }
}

impl std::error::Error for WriteError {}
