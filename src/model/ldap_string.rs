//! `LDAPString`: text on the wire.

use std::borrow::Borrow;
use std::fmt;
use std::ops::{Deref, Range};

use bytes::Bytes;
use bytestring::ByteString;

/// UTF-8 text as it stands in a message: a slice of the received frame, or text of the caller.
///
/// ```text
/// LDAPString ::= OCTET STRING -- UTF-8 encoded,
///                             -- [ISO10646] characters          (RFC 4511 4.1.2)
/// ```
///
/// Cloning is cheap: the octets are shared. A clone of a received string keeps its whole frame alive;
/// [`detach`](Self::detach) copies the text out.
///
/// ```
/// use ldapwire::model::LdapString;
///
/// let base = LdapString::from("dc=example,dc=org");
/// assert!(base.ends_with("dc=org"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LdapString(ByteString);

impl LdapString {
    /// Returns the empty string.
    pub const fn new() -> Self {
        Self(ByteString::new())
    }

    /// Makes a string of text that lives as long as the program, without a copy.
    pub const fn from_static(text: &'static str) -> Self {
        Self(ByteString::from_static(text))
    }

    /// Takes octets, which must be UTF-8, without a copy.
    ///
    /// # Errors
    ///
    /// The octets are not UTF-8; the error says where.
    pub fn from_utf8(octets: Bytes) -> Result<Self, std::str::Utf8Error> {
        Ok(Self(ByteString::try_from(octets)?))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the octets, sharing them.
    pub fn to_bytes(&self) -> Bytes {
        self.0.clone().into_bytes()
    }

    /// Returns a part of the text, sharing the octets.
    ///
    /// # Panics
    ///
    /// The range goes beyond the text or cuts a character; it is for ranges that were found by reading this text.
    pub(crate) fn slice(&self, range: Range<usize>) -> Self {
        Self(self.0.slice_ref(&self.0[range]))
    }

    /// Copies the text out of the frame it is part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(ByteString::from(self.0.to_string()))
    }
}

impl Deref for LdapString {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for LdapString {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl AsRef<[u8]> for LdapString {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl Borrow<str> for LdapString {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LdapString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for LdapString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl From<&str> for LdapString {
    fn from(text: &str) -> Self {
        Self(ByteString::from(text))
    }
}

impl From<String> for LdapString {
    fn from(text: String) -> Self {
        Self(ByteString::from(text))
    }
}

impl From<&String> for LdapString {
    fn from(text: &String) -> Self {
        Self(ByteString::from(text.as_str()))
    }
}

impl From<&Self> for LdapString {
    fn from(text: &Self) -> Self {
        text.clone()
    }
}

impl PartialEq<str> for LdapString {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for LdapString {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_must_be_utf8_and_are_not_copied() {
        let octets = Bytes::from_static("cn=Zoë".as_bytes());
        let text = LdapString::from_utf8(octets.clone()).unwrap();
        assert_eq!(text, "cn=Zoë");
        assert_eq!(text.to_bytes().as_ptr(), octets.as_ptr());
        assert_ne!(text.detach().to_bytes().as_ptr(), octets.as_ptr());
        assert!(LdapString::from_utf8(Bytes::from_static(b"\xff")).is_err());
    }
}
