//! `GUID` (MS-DTYP 2.3.4): `objectGUID`, `schemaIDGUID`.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use super::WindowsValueError;

/// A globally unique identifier: sixteen octets, of which Windows writes the first three numbers with the least
/// significant octet first.
///
/// ```text
/// GUID ::= Data1 (4 octets, little-endian) Data2 (2, little-endian)
///          Data3 (2, little-endian) Data4 (8)
/// ```
///
/// serde takes the octets, or text, such as that of `entryUUID` (RFC 4530); it gives octets to an entry, and text to
/// formats that people read.
///
/// ```
/// use ldapwire::mapping::Guid;
///
/// let guid: Guid = "{00112233-4455-6677-8899-aabbccddeeff}".parse()?;
/// assert_eq!(guid.to_octets()[..4], [0x33, 0x22, 0x11, 0x00]);
/// assert_eq!(guid.to_string(), "00112233-4455-6677-8899-aabbccddeeff");
/// # Ok::<(), ldapwire::mapping::WindowsValueError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guid(u128);

impl Guid {
    /// Makes an identifier of the octets of an attribute.
    pub const fn from_octets(octets: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(swapped(octets)))
    }

    /// Returns the octets of an attribute, which a filter compares with.
    pub const fn to_octets(self) -> [u8; 16] {
        swapped(self.0.to_be_bytes())
    }
}

/// Turns the first three numbers around.
const fn swapped(octets: [u8; 16]) -> [u8; 16] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = octets;
    [d, c, b, a, f, e, h, g, i, j, k, l, m, n, o, p]
}

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:032x}", self.0);
        let (first, rest) = digits.split_at(8);
        let (second, rest) = rest.split_at(4);
        let (third, rest) = rest.split_at(4);
        let (fourth, fifth) = rest.split_at(4);
        write!(f, "{first}-{second}-{third}-{fourth}-{fifth}")
    }
}

impl fmt::Debug for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Guid({self})")
    }
}

impl FromStr for Guid {
    type Err = WindowsValueError;

    /// Reads `00112233-4455-6677-8899-aabbccddeeff`, in either case and perhaps in braces.
    fn from_str(text: &str) -> Result<Self, WindowsValueError> {
        const LENGTH: usize = 36;
        let braces = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let (inner, before) = braces.map_or((text, 0), |inner| (inner, 1));
        let mut number = 0_u128;
        for (position, octet) in inner.bytes().take(LENGTH).enumerate() {
            let is_hyphen = matches!(position, 8 | 13 | 18 | 23);
            match (is_hyphen, char::from(octet).to_digit(16)) {
                (true, _) if octet == b'-' => {}
                (false, Some(digit)) => number = number << 4 | u128::from(digit),
                (true, _) => return Err(WindowsValueError::new(before + position, "'-'")),
                (false, None) => {
                    return Err(WindowsValueError::new(before + position, "a hexadecimal digit"));
                }
            }
        }
        if inner.len() != LENGTH {
            let position = before + inner.len().min(LENGTH);
            return Err(WindowsValueError::new(position, "32 hexadecimal digits and 4 hyphens"));
        }
        Ok(Self(number))
    }
}

impl Serialize for Guid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.to_octets())
        }
    }
}

impl<'de> Deserialize<'de> for Guid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(GuidVisitor)
        } else {
            deserializer.deserialize_bytes(GuidVisitor)
        }
    }
}

struct GuidVisitor;

impl Visitor<'_> for GuidVisitor {
    type Value = Guid;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the 16 octets or the text of a GUID")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Guid, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_bytes<E: de::Error>(self, octets: &[u8]) -> Result<Guid, E> {
        match (<[u8; 16]>::try_from(octets), std::str::from_utf8(octets)) {
            (Ok(octets), _) => Ok(Guid::from_octets(octets)),
            (Err(_), Ok(text)) => self.visit_str(text),
            (Err(_), Err(_)) => Err(E::invalid_length(octets.len(), &self)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_octets_are_each_other_s_reverse() {
        let text = "3f79048f-42cd-4c77-8426-835cd9f8a3ad";
        let octets =
            [0x8f, 0x04, 0x79, 0x3f, 0xcd, 0x42, 0x77, 0x4c, 0x84, 0x26, 0x83, 0x5c, 0xd9, 0xf8, 0xa3, 0xad];
        assert_eq!(Guid::from_octets(octets).to_string(), text);
        assert_eq!(text.to_uppercase().parse::<Guid>().unwrap().to_octets(), octets);
    }

    #[test]
    fn what_is_none_is_refused_with_its_place() {
        for (text, position) in [
            ("", 0),
            ("{}", 1),
            ("3f79048f-42cd-4c77-8426-835cd9f8a3a", 35),
            ("3f79048f-42cd-4c77-8426-835cd9f8a3ad0", 36),
            ("3f79048f042cd-4c77-8426-835cd9f8a3ad", 8),
            ("3g79048f-42cd-4c77-8426-835cd9f8a3ad", 1),
            ("{3f79048f-42cd-4c77-8426-835cd9f8a3ad", 0),
            ("é", 0),
        ] {
            assert_eq!(text.parse::<Guid>().unwrap_err().position(), position, "{text}");
        }
    }
}
