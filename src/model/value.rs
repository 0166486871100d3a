//! `AttributeValue`, `AssertionValue`: octets.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;
use std::str::Utf8Error;

use bytes::Bytes;

use super::LdapString;
use crate::ber::text;

/// One value of an attribute, or one to compare with: any octets, with a view as text.
///
/// ```text
/// AttributeValue ::= OCTET STRING                               (RFC 4511 4.1.5)
/// AssertionValue ::= OCTET STRING                               (RFC 4511 4.1.6)
/// ```
///
/// Text and octets of the caller turn into a value by `into()`. Cloning is cheap: the octets are shared. A clone of a
/// received value keeps its whole frame alive; [`detach`](Self::detach) copies the octets out.
///
/// Values are compared octet by octet: the matching rules of the schema are not known here.
///
/// ```
/// use ldapwire::model::Value;
///
/// let value = Value::from("Ada");
/// assert_eq!(value.as_str(), Ok("Ada"));
/// assert_eq!(value, b"Ada");
/// assert_eq!(format!("{:?}", Value::from([0xff, 0x00])), "0xff00");
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Value(Bytes);

impl Value {
    /// Makes a value of octets that live as long as the program, without a copy.
    pub const fn from_static(octets: &'static [u8]) -> Self {
        Self(Bytes::from_static(octets))
    }

    /// Returns the octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Returns the octets, sharing them.
    pub fn to_bytes(&self) -> Bytes {
        self.0.clone()
    }

    /// Returns the octets as text.
    ///
    /// # Errors
    ///
    /// The octets are not UTF-8; the error says where.
    pub fn as_str(&self) -> Result<&str, Utf8Error> {
        text(&self.0)
    }

    /// Copies the octets out of the frame they are part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(Bytes::copy_from_slice(&self.0))
    }
}

impl Deref for Value {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl AsRef<[u8]> for Value {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Borrow<[u8]> for Value {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Value {
    /// Writes text in quotes, and what is not UTF-8 as hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.as_str() {
            Ok(text) => fmt::Debug::fmt(text, f),
            Err(_) => {
                f.write_str("0x")?;
                self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
            }
        }
    }
}

impl From<Bytes> for Value {
    fn from(octets: Bytes) -> Self {
        Self(octets)
    }
}

impl From<Value> for Bytes {
    fn from(value: Value) -> Self {
        value.0
    }
}

impl From<Vec<u8>> for Value {
    fn from(octets: Vec<u8>) -> Self {
        Self(Bytes::from(octets))
    }
}

impl From<&Vec<u8>> for Value {
    fn from(octets: &Vec<u8>) -> Self {
        Self::from(octets.as_slice())
    }
}

impl From<&[u8]> for Value {
    fn from(octets: &[u8]) -> Self {
        Self(Bytes::copy_from_slice(octets))
    }
}

impl<const N: usize> From<&[u8; N]> for Value {
    fn from(octets: &[u8; N]) -> Self {
        Self::from(octets.as_slice())
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(octets: [u8; N]) -> Self {
        Self::from(octets.as_slice())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self(Bytes::from(text))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<LdapString> for Value {
    fn from(text: LdapString) -> Self {
        Self(text.to_bytes())
    }
}

impl From<&LdapString> for Value {
    fn from(text: &LdapString) -> Self {
        Self(text.to_bytes())
    }
}

impl From<&Self> for Value {
    fn from(value: &Self) -> Self {
        value.clone()
    }
}

impl PartialEq<[u8]> for Value {
    fn eq(&self, other: &[u8]) -> bool {
        self.0 == other
    }
}

impl PartialEq<&[u8]> for Value {
    fn eq(&self, other: &&[u8]) -> bool {
        self.0 == *other
    }
}

impl<const N: usize> PartialEq<[u8; N]> for Value {
    fn eq(&self, other: &[u8; N]) -> bool {
        self.0 == other.as_slice()
    }
}

impl<const N: usize> PartialEq<&[u8; N]> for Value {
    fn eq(&self, other: &&[u8; N]) -> bool {
        self.0 == other.as_slice()
    }
}

impl PartialEq<str> for Value {
    fn eq(&self, other: &str) -> bool {
        self.0 == other.as_bytes()
    }
}

impl PartialEq<&str> for Value {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_octets_become_the_same_value() {
        let values = [
            Value::from("ab"),
            Value::from(String::from("ab")),
            Value::from(&String::from("ab")),
            Value::from(b"ab"),
            Value::from([b'a', b'b']),
            Value::from(b"ab".as_slice()),
            Value::from(b"ab".to_vec()),
            Value::from(Bytes::from_static(b"ab")),
            Value::from(LdapString::from("ab")),
            Value::from_static(b"ab"),
        ];
        assert!(values.iter().all(|value| value == "ab" && value == b"ab"));
    }

    #[test]
    fn text_is_a_view_that_may_fail() {
        assert_eq!(Value::from("Zoë").as_str(), Ok("Zoë"));
        assert_eq!(Value::from(b"Zo\xeb").as_str().unwrap_err().valid_up_to(), 2);
    }

    #[test]
    fn debug_shows_text_or_hexadecimal_digits() {
        assert_eq!(format!("{:?}", Value::from("Zoë\0")), r#""Zoë\0""#);
        assert_eq!(format!("{:?}", Value::from(b"Zo\xeb")), "0x5a6feb");
        assert_eq!(format!("{:?}", Value::default()), r#""""#);
    }

    #[test]
    fn only_a_detached_value_is_a_copy() {
        let octets = Bytes::from(vec![1, 2, 3]);
        let value = Value::from(octets.clone());
        assert_eq!(value.clone().as_ptr(), octets.as_ptr());
        assert_ne!(value.detach().as_ptr(), octets.as_ptr());
    }
}
