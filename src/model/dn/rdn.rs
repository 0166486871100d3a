//! `RelativeDistinguishedName`: what names an entry below its parent.

use std::fmt;
use std::iter;
use std::str::FromStr;

use super::ava::Ava;
use super::error::DnParseError;
use super::{compare, parse, print};
use crate::model::LdapString;

/// A relative distinguished name, such as `uid=jsmith`: one assertion, or several joined by `+` whose order has no
/// meaning.
///
/// ```text
/// RelativeDistinguishedName ::= SET SIZE (1..MAX) OF
///     AttributeTypeAndValue                                     (RFC 4514 2)
/// ```
///
/// Equality is that of [`Dn`](super::Dn).
///
/// ```
/// use ldapwire::model::Rdn;
///
/// let rdn = Rdn::new("ou", "Sales")?.with("cn", "J.  Smith")?;
/// assert_eq!(rdn.to_string(), "ou=Sales+cn=J.  Smith");
/// assert_eq!(rdn, "CN=j. smith+OU=sales".parse()?);
/// # Ok::<(), ldapwire::model::DnParseError>(())
/// ```
#[derive(Clone)]
pub struct Rdn {
    first: Ava,
    /// Empty in nearly every name, and then nothing is allocated for it.
    others: Vec<Ava>,
}

impl Rdn {
    /// Makes a name of one attribute type and the octets of its value, which never become syntax.
    ///
    /// # Errors
    ///
    /// The type is neither a name nor an object identifier, or has options.
    ///
    /// ```
    /// use ldapwire::model::Rdn;
    ///
    /// assert_eq!(Rdn::new("uid", "a,b=c+d")?.to_string(), r"uid=a\,b=c\+d");
    /// assert!(Rdn::new("uid=x,ou", "y").is_err());
    /// # Ok::<(), ldapwire::model::DnParseError>(())
    /// ```
    pub fn new(attribute: impl AsRef<str>, value: impl AsRef<[u8]>) -> Result<Self, DnParseError> {
        Ava::new(attribute, value).map(Self::from)
    }

    /// Adds an assertion: the name becomes multi-valued.
    ///
    /// # Errors
    ///
    /// The type is neither a name nor an object identifier, or has options.
    pub fn with(self, attribute: impl AsRef<str>, value: impl AsRef<[u8]>) -> Result<Self, DnParseError> {
        Ok(self.with_ava(Ava::new(attribute, value)?))
    }

    /// Adds an assertion that is already one.
    #[must_use]
    pub fn with_ava(mut self, ava: Ava) -> Self {
        self.others.push(ava);
        self
    }

    /// Reads one relative name.
    ///
    /// # Errors
    ///
    /// The text is no relative name, or goes on behind it; the error says where.
    pub fn parse(text: &str) -> Result<Self, DnParseError> {
        parse::rdn(text)
    }

    /// Walks the assertions in the order in which they were written; there is at least one.
    pub fn avas(&self) -> impl ExactSizeIterator<Item = &Ava> + DoubleEndedIterator + Clone {
        Avas { first: Some(&self.first), others: self.others.iter() }
    }

    /// Returns the first assertion, which is the only one in nearly every name.
    pub const fn first(&self) -> &Ava {
        &self.first
    }

    /// Whether there are several assertions.
    pub const fn is_multi_valued(&self) -> bool {
        !self.others.is_empty()
    }

    /// Returns the first assertion of this attribute type, if there is one; types compare as in names.
    ///
    /// ```
    /// use ldapwire::model::Rdn;
    ///
    /// let rdn = Rdn::parse("OU=Sales+CN=J. Smith")?;
    /// assert_eq!(rdn.find("commonName").and_then(|ava| ava.value_str()), Some("J. Smith"));
    /// # Ok::<(), ldapwire::model::DnParseError>(())
    /// ```
    pub fn find(&self, attribute: &str) -> Option<&Ava> {
        self.avas().find(|ava| compare::is_same_attribute(ava.attribute(), attribute))
    }

    /// Whether both have identical assertions in the same order, octet by octet.
    pub fn is_identical(&self, other: &Self) -> bool {
        self.others.len() == other.others.len()
            && iter::zip(self.avas(), other.avas()).all(|(left, right)| left.is_identical(right))
    }

    pub(super) fn push(&mut self, ava: Ava) {
        self.others.push(ava);
    }

    pub(super) fn detach(&self) -> Self {
        Self { first: self.first.detach(), others: self.others.iter().map(Ava::detach).collect() }
    }
}

impl fmt::Display for Rdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print::rdn(self, f)
    }
}

impl fmt::Debug for Rdn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rdn({self})")
    }
}

impl FromStr for Rdn {
    type Err = DnParseError;

    fn from_str(text: &str) -> Result<Self, DnParseError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for Rdn {
    type Error = DnParseError;

    fn try_from(text: &str) -> Result<Self, DnParseError> {
        Self::parse(text)
    }
}

impl From<Ava> for Rdn {
    fn from(first: Ava) -> Self {
        Self { first, others: Vec::new() }
    }
}

impl From<&Rdn> for LdapString {
    fn from(rdn: &Rdn) -> Self {
        Self::from(rdn.to_string())
    }
}

impl From<Rdn> for LdapString {
    fn from(rdn: Rdn) -> Self {
        Self::from(&rdn)
    }
}

/// The first assertion and then the others; `Chain` does not know its length.
#[derive(Clone)]
struct Avas<'a> {
    first: Option<&'a Ava>,
    others: std::slice::Iter<'a, Ava>,
}

impl<'a> Iterator for Avas<'a> {
    type Item = &'a Ava;

    fn next(&mut self) -> Option<&'a Ava> {
        self.first.take().or_else(|| self.others.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let count = usize::from(self.first.is_some()) + self.others.len();
        (count, Some(count))
    }
}

impl DoubleEndedIterator for Avas<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.others.next_back().or_else(|| self.first.take())
    }
}

impl ExactSizeIterator for Avas<'_> {}
