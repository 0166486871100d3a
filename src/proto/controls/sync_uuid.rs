//! `syncUUID` (RFC 4533 2.1.1): which entry a message of a content synchronization is about.

use std::fmt;

use crate::ber::{DecodeError, Fault, Reader};

/// The `entryUUID` of an entry, in its 16 octets.
///
/// ```text
/// syncUUID ::= OCTET STRING (SIZE(16))
///      -- constrained to UUID                                   (RFC 4533 2.1.1)
/// ```
///
/// ```
/// use ldapwire::proto::controls::SyncUuid;
///
/// let uuid = SyncUuid::new(*b"\x59\x7a\xe2\xf6\x16\xa6\x10\x27\x98\xf4\xd2\x8b\x53\x65\xdc\x14");
/// assert_eq!(uuid.to_string(), "597ae2f6-16a6-1027-98f4-d28b5365dc14");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SyncUuid([u8; 16]);

impl SyncUuid {
    /// Makes an identifier of its octets.
    pub const fn new(octets: [u8; 16]) -> Self {
        Self(octets)
    }

    /// Returns the octets.
    pub const fn as_octets(&self) -> &[u8; 16] {
        &self.0
    }

    pub(super) fn from_content(content: Reader<'_>) -> Result<Self, DecodeError> {
        let octets = content.octets().try_into();
        octets
            .map(Self)
            .map_err(|_| content.fault(Fault::Invalid { field: "syncUUID", expected: "16 octets" }))
    }
}

/// Writes the text of RFC 4530 2.1, which is the value of `entryUUID`.
impl fmt::Display for SyncUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, octet) in self.0.iter().enumerate() {
            let dash = if matches!(place, 4 | 6 | 8 | 10) { "-" } else { "" };
            write!(f, "{dash}{octet:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for SyncUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SyncUuid({self})")
    }
}
