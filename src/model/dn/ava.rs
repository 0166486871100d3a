//! `AttributeTypeAndValue`: one assertion of a name.

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;

use super::error::{DnExpected, DnParseError};
use super::{decode, parse, print};
use crate::model::LdapString;
use crate::model::attribute_description::{AttributeDescriptionProblem, attribute_type};

/// An attribute value assertion, such as `cn=Babs Jensen`: a part of an [`Rdn`](super::Rdn).
///
/// ```text
/// AttributeTypeAndValue ::= SEQUENCE {
///     type  AttributeType,
///     value AttributeValue }                                    (RFC 4514 2)
/// ```
///
/// The value is octets. Of the two ways in which a text writes them, the plain one gives the value as LDAP transfers
/// it; the other, `#` and hexadecimal digits, gives its BER encoding, which stays as it is: [`is_ber`](Self::is_ber)
/// says so, and [`decoded`](Self::decoded) what it stands for.
///
/// Equality is that of [`Dn`](super::Dn).
///
/// ```
/// use ldapwire::model::Ava;
///
/// let ava = Ava::new("cn", "Smith, John")?;
/// assert_eq!(ava.to_string(), r"cn=Smith\, John");
/// assert_eq!(r"CN=smith\2C  JOHN".parse::<Ava>()?, ava);
/// # Ok::<(), ldapwire::model::DnParseError>(())
/// ```
#[derive(Clone)]
pub struct Ava {
    attribute: LdapString,
    value: Bytes,
    is_ber: bool,
}

impl Ava {
    /// Makes an assertion of an attribute type and the octets of a value, which are taken for what they are and never
    /// as syntax.
    ///
    /// # Errors
    ///
    /// The type is neither a name nor an object identifier (RFC 4512 1.4), or has options.
    pub fn new(attribute: impl AsRef<str>, value: impl AsRef<[u8]>) -> Result<Self, DnParseError> {
        let attribute = check_attribute(attribute.as_ref())?;
        Ok(Self { attribute, value: Bytes::copy_from_slice(value.as_ref()), is_ber: false })
    }

    /// Makes an assertion of an attribute type and the BER encoding of a value; it is written with `#`.
    ///
    /// The encoding is not looked at.
    ///
    /// # Errors
    ///
    /// The type is wrong, as for [`new`](Self::new), or the encoding is empty, which no text can say.
    ///
    /// ```
    /// use ldapwire::model::Ava;
    ///
    /// let ava = Ava::from_ber("1.3.6.1.4.1.1466.0", [0x04, 0x02, 0x48, 0x69])?;
    /// assert_eq!(ava.to_string(), "1.3.6.1.4.1.1466.0=#04024869");
    /// # Ok::<(), ldapwire::model::DnParseError>(())
    /// ```
    pub fn from_ber(attribute: impl AsRef<str>, ber: impl AsRef<[u8]>) -> Result<Self, DnParseError> {
        let (attribute, ber) = (check_attribute(attribute.as_ref())?, ber.as_ref());
        if ber.is_empty() {
            return Err(DnParseError::new(b"", 0, DnExpected::HexPair));
        }
        Ok(Self { attribute, value: Bytes::copy_from_slice(ber), is_ber: true })
    }

    /// Reads one assertion.
    ///
    /// # Errors
    ///
    /// The text is no assertion, or goes on behind it; the error says where.
    pub fn parse(text: &str) -> Result<Self, DnParseError> {
        parse::ava(text)
    }

    /// Puts together what the grammar has read.
    pub(super) const fn from_parts(attribute: LdapString, value: Bytes, is_ber: bool) -> Self {
        Self { attribute, value, is_ber }
    }

    /// Returns the attribute type, as it was written.
    pub fn attribute(&self) -> &str {
        &self.attribute
    }

    /// Returns the octets of the value, or those of its BER encoding if [`is_ber`](Self::is_ber) says so.
    pub const fn value(&self) -> &Bytes {
        &self.value
    }

    /// Returns the value as text, if it is UTF-8 and no BER encoding.
    pub fn value_str(&self) -> Option<&str> {
        if self.is_ber { None } else { std::str::from_utf8(&self.value).ok() }
    }

    /// Returns the octets of the value as LDAP transfers it: those that the name has, or what its BER encoding stands for.
    ///
    /// Encodings are decoded that are one primitive UTF8String, PrintableString, IA5String, NumericString, OCTET STRING,
    /// BOOLEAN, or INTEGER of up to 16 octets; others have no value that can be told without knowing the type.
    ///
    /// ```
    /// use ldapwire::model::Ava;
    ///
    /// assert_eq!("cn=#0C0141".parse::<Ava>()?.decoded().as_deref(), Some(&b"A"[..]));
    /// assert_eq!("cn=A".parse::<Ava>()?.decoded().as_deref(), Some(&b"A"[..]));
    /// assert_eq!("cn=#3000".parse::<Ava>()?.decoded(), None);
    /// # Ok::<(), ldapwire::model::DnParseError>(())
    /// ```
    pub fn decoded(&self) -> Option<Bytes> {
        if self.is_ber { decode::ldap_value(&self.value) } else { Some(self.value.clone()) }
    }

    /// The same, of an encoding only if the attribute's type is known: of another nobody can tell what its values are.
    pub(crate) fn decoded_if(&self, is_known: impl FnOnce() -> bool) -> Option<Bytes> {
        if self.is_ber && !is_known() { None } else { self.decoded() }
    }

    /// Whether [`value`](Self::value) is a BER encoding, written with `#`.
    pub const fn is_ber(&self) -> bool {
        self.is_ber
    }

    /// Whether both have the same type, letter by letter, and the same octets in the same form.
    pub fn is_identical(&self, other: &Self) -> bool {
        self.is_ber == other.is_ber
            && self.attribute.as_str() == other.attribute.as_str()
            && self.value == other.value
    }

    pub(super) fn detach(&self) -> Self {
        Self {
            attribute: self.attribute.detach(),
            value: Bytes::copy_from_slice(&self.value),
            is_ber: self.is_ber,
        }
    }
}

impl fmt::Display for Ava {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print::ava(self, f)
    }
}

impl fmt::Debug for Ava {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ava({self})")
    }
}

impl FromStr for Ava {
    type Err = DnParseError;

    fn from_str(text: &str) -> Result<Self, DnParseError> {
        Self::parse(text)
    }
}

/// Checks that a text is an attribute type and nothing more.
fn check_attribute(attribute: &str) -> Result<LdapString, DnParseError> {
    let text = attribute.as_bytes();
    let (position, expected) = match attribute_type(text, 0) {
        Ok(end) if end == text.len() => return Ok(LdapString::from(attribute)),
        Ok(end) => (end, DnExpected::End),
        Err(error) if error.problem() == AttributeDescriptionProblem::MalformedOid => {
            (error.position(), DnExpected::Oid)
        }
        Err(error) => (error.position(), DnExpected::AttributeType),
    };
    Err(DnParseError::new(text, position, expected))
}
