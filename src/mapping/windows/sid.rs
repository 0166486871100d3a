//! `SID` (MS-DTYP 2.4.2): `objectSid`, `sIDHistory`, `tokenGroups`.

use std::fmt;
use std::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use super::WindowsValueError;

/// A security identifier: an authority and up to fifteen numbers below it.
///
/// ```text
/// SID ::= Revision (1) SubAuthorityCount (1) IdentifierAuthority (6, big-endian)
///         SubAuthority (4 each, little-endian)
/// ```
///
/// serde takes octets or text; it gives octets to an entry, and text to formats that people read.
///
/// ```
/// use ldapwire::mapping::Sid;
///
/// let sid: Sid = "S-1-5-21-1004336348-1177238915-682003330-512".parse()?;
/// assert_eq!(sid.rid(), Some(512));
/// assert_eq!(Sid::from_octets(&sid.to_octets())?, sid);
/// # Ok::<(), ldapwire::mapping::WindowsValueError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sid {
    authority: u64,
    numbers: Vec<u32>,
}

impl Sid {
    /// How many numbers an identifier may have, as MS-DTYP has it.
    pub const MAX_NUMBERS: usize = 15;

    /// Reads the octets of an attribute.
    ///
    /// # Errors
    ///
    /// They are no security identifier, or go on behind it.
    pub fn from_octets(octets: &[u8]) -> Result<Self, WindowsValueError> {
        let (sid, length) = Self::read(octets)?;
        if length < octets.len() {
            return Err(WindowsValueError::new(length, "the end of a security identifier"));
        }
        Ok(sid)
    }

    /// Reads the identifier that octets begin with, and how many of them it takes.
    pub(super) fn read(octets: &[u8]) -> Result<(Self, usize), WindowsValueError> {
        let error = |position| WindowsValueError::new(position, "a security identifier of revision 1");
        let [1, count, a, b, c, d, e, f, rest @ ..] = octets else { return Err(error(0)) };
        let count = usize::from(*count);
        if count > Self::MAX_NUMBERS {
            return Err(WindowsValueError::new(1, "at most 15 numbers"));
        }
        let authority = u64::from_be_bytes([0, 0, *a, *b, *c, *d, *e, *f]);
        let numbers = rest.get(..count * 4).ok_or_else(|| error(octets.len()))?;
        let number = |octets: &[u8]| octets.try_into().ok().map(u32::from_le_bytes);
        let numbers = numbers.chunks_exact(4).filter_map(number).collect();
        Ok((Self { authority, numbers }, 8 + count * 4))
    }

    /// Returns the octets of an attribute, which a filter compares with.
    pub fn to_octets(&self) -> Vec<u8> {
        // Both ways in see to the count.
        let mut octets = vec![1, u8::try_from(self.numbers.len()).unwrap_or(u8::MAX)];
        octets.extend_from_slice(&self.authority.to_be_bytes()[2..]);
        self.numbers.iter().for_each(|number| octets.extend_from_slice(&number.to_le_bytes()));
        octets
    }

    /// Returns the authority, such as 5 for `NT AUTHORITY`.
    pub const fn authority(&self) -> u64 {
        self.authority
    }

    /// Returns the numbers below the authority.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// Returns the last number, which tells the account within its domain.
    pub fn rid(&self) -> Option<u32> {
        self.numbers.last().copied()
    }
}

impl fmt::Display for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An authority that does not fit in 32 bits is written in hexadecimal digits (MS-DTYP 2.4.2.1).
        if self.authority < 1 << 32 {
            write!(f, "S-1-{}", self.authority)?;
        } else {
            write!(f, "S-1-0x{:012x}", self.authority)?;
        }
        self.numbers.iter().try_for_each(|number| write!(f, "-{number}"))
    }
}

impl fmt::Debug for Sid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sid({self})")
    }
}

impl FromStr for Sid {
    type Err = WindowsValueError;

    /// Reads `S-1-5-32-544`.
    fn from_str(text: &str) -> Result<Self, WindowsValueError> {
        let mut position = 4;
        let rest = match text.get(..position) {
            Some(prefix) if prefix.eq_ignore_ascii_case("S-1-") => text.get(position..).unwrap_or_default(),
            _ => return Err(WindowsValueError::new(0, "'S-1-'")),
        };
        let mut parts = rest.split('-');
        let first = parts.next().unwrap_or_default();
        let authority = match first.strip_prefix("0x").or_else(|| first.strip_prefix("0X")) {
            Some(hex) => number(hex, 16),
            None => number(first, 10),
        };
        let authority = authority.filter(|authority| *authority < 1 << 48);
        let authority =
            authority.ok_or_else(|| WindowsValueError::new(position, "an authority of 48 bits"))?;
        position += first.len() + 1;
        let mut numbers = Vec::new();
        for part in parts {
            if numbers.len() == Self::MAX_NUMBERS {
                return Err(WindowsValueError::new(position, "at most 15 numbers"));
            }
            let number = number(part, 10).and_then(|number| u32::try_from(number).ok());
            numbers.push(number.ok_or_else(|| WindowsValueError::new(position, "a number of 32 bits"))?);
            position += part.len() + 1;
        }
        Ok(Self { authority, numbers })
    }
}

/// Reads digits, and no sign.
fn number(digits: &str, radix: u32) -> Option<u64> {
    u64::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'))
}

impl Serialize for Sid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_bytes(&self.to_octets())
        }
    }
}

impl<'de> Deserialize<'de> for Sid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            deserializer.deserialize_str(SidVisitor)
        } else {
            deserializer.deserialize_bytes(SidVisitor)
        }
    }
}

struct SidVisitor;

impl Visitor<'_> for SidVisitor {
    type Value = Sid;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the octets or the text of a security identifier")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Sid, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_bytes<E: de::Error>(self, octets: &[u8]) -> Result<Sid, E> {
        // The octets begin with the revision.
        if octets.first().is_some_and(|first| first.eq_ignore_ascii_case(&b'S')) {
            return self.visit_str(std::str::from_utf8(octets).map_err(E::custom)?);
        }
        Sid::from_octets(octets).map_err(E::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_octets_are_each_other_s_reverse() {
        for (text, octets) in [
            ("S-1-0", vec![1, 0, 0, 0, 0, 0, 0, 0]),
            ("S-1-5-32-544", vec![1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0]),
            ("S-1-0xffffffffffff-4294967295", [vec![1, 1], vec![255; 10]].concat()),
        ] {
            let sid: Sid = text.parse().unwrap();
            assert_eq!(sid.to_octets(), octets);
            assert_eq!(Sid::from_octets(&octets).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_none_is_refused_with_its_place() {
        for (text, position) in [
            ("", 0),
            ("S-2-5", 0),
            ("S-1-", 4),
            ("S-1-x", 4),
            ("S-1-0x1000000000000", 4),
            ("S-1-5-", 6),
            ("S-1-5-4294967296", 6),
            ("S-1-5-+1", 6),
            ("S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16", 42),
        ] {
            assert_eq!(text.parse::<Sid>().unwrap_err().position(), position, "{text}");
        }
        let octets = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0];
        for end in 0..octets.len() {
            assert!(Sid::from_octets(&octets[..end]).is_err());
        }
        assert_eq!(Sid::from_octets(&[&octets[..], &[0]].concat()).unwrap_err().position(), 16);
        assert!(Sid::from_octets(&[1, 16, 0, 0, 0, 0, 0, 5]).is_err());
        assert!(Sid::from_octets(&[2, 0, 0, 0, 0, 0, 0, 5]).is_err());
    }
}
