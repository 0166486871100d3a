//! The identifier octet.

use std::fmt;

/// The identifier octet of an element: class, form and number (X.690 8.1.2).
///
/// Numbers above 30 take more than one octet; LDAP has no such tag. [`Reader`](super::Reader) refuses them, and passes
/// over them only where elements that it does not know may stand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(u8);

/// The class of a [`Tag`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "two bits have four values")]
pub enum Class {
    /// Types of ASN.1 itself.
    Universal,
    /// Types of the protocol: in LDAP the operations.
    Application,
    /// Meaning given by the element around it.
    ContextSpecific,
    /// By private agreement; LDAP has none.
    Private,
}

impl Tag {
    /// `BOOLEAN`
    pub const BOOLEAN: Self = Self(0x01);
    /// `INTEGER`
    pub const INTEGER: Self = Self(0x02);
    /// `OCTET STRING`, primitive, the only form that LDAP allows.
    pub const OCTET_STRING: Self = Self(0x04);
    /// `NULL`
    pub const NULL: Self = Self(0x05);
    /// `ENUMERATED`
    pub const ENUMERATED: Self = Self(0x0a);
    /// `SEQUENCE` and `SEQUENCE OF`
    pub const SEQUENCE: Self = Self(0x30);
    /// `SET` and `SET OF`
    pub const SET: Self = Self(0x31);

    /// Reserved for the end of contents of indefinite length (X.690 8.1.5).
    pub(super) const END_OF_CONTENTS: Self = Self(0x00);

    const CONSTRUCTED: u8 = 0x20;
    const NUMBER: u8 = 0x1f;

    /// Makes a tag of the octet as it stands on the wire.
    pub const fn from_octet(octet: u8) -> Self {
        Self(octet)
    }

    /// Returns `[APPLICATION number]`, constructed: an operation that is a SEQUENCE.
    ///
    /// # Panics
    ///
    /// The number is above 30.
    pub const fn application(number: u8) -> Self {
        assert!(number <= 30, "tag numbers above 30 need more than one octet");
        Self(0x60 | number)
    }

    /// Returns `[APPLICATION number]`, primitive.
    ///
    /// # Panics
    ///
    /// The number is above 30.
    pub const fn application_primitive(number: u8) -> Self {
        assert!(number <= 30, "tag numbers above 30 need more than one octet");
        Self(0x40 | number)
    }

    /// Returns `[number]`, constructed.
    ///
    /// # Panics
    ///
    /// The number is above 30.
    pub const fn context(number: u8) -> Self {
        assert!(number <= 30, "tag numbers above 30 need more than one octet");
        Self(0xa0 | number)
    }

    /// Returns `[number]`, primitive.
    ///
    /// # Panics
    ///
    /// The number is above 30.
    pub const fn context_primitive(number: u8) -> Self {
        assert!(number <= 30, "tag numbers above 30 need more than one octet");
        Self(0x80 | number)
    }

    /// Returns the octet.
    pub const fn octet(self) -> u8 {
        self.0
    }

    /// Returns the class.
    pub const fn class(self) -> Class {
        match self.0 >> 6 {
            0 => Class::Universal,
            1 => Class::Application,
            2 => Class::ContextSpecific,
            _ => Class::Private,
        }
    }

    /// Returns the number within the class; 31 announces a longer form, which LDAP does not use.
    pub const fn number(self) -> u8 {
        self.0 & Self::NUMBER
    }

    /// Returns whether the content is made of elements.
    pub const fn is_constructed(self) -> bool {
        self.0 & Self::CONSTRUCTED != 0
    }

    /// Returns whether the octet announces a number above 30.
    pub const fn is_long_form(self) -> bool {
        self.number() == Self::NUMBER
    }

    /// Returns whether class and number are the same, whatever the form.
    pub const fn is_same_type(self, other: Self) -> bool {
        (self.0 ^ other.0) & !Self::CONSTRUCTED == 0
    }
}

/// Prints as people write tags: `OCTET STRING (04)`, `[APPLICATION 3] (63)`, `[0] (80)`.
impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match *self {
            Self::BOOLEAN => "BOOLEAN",
            Self::INTEGER => "INTEGER",
            Self::OCTET_STRING => "OCTET STRING",
            Self::NULL => "NULL",
            Self::ENUMERATED => "ENUMERATED",
            Self::SEQUENCE => "SEQUENCE",
            Self::SET => "SET",
            _ => {
                match self.class() {
                    Class::Universal => write!(f, "[UNIVERSAL {}]", self.number()),
                    Class::Application => write!(f, "[APPLICATION {}]", self.number()),
                    Class::ContextSpecific => write!(f, "[{}]", self.number()),
                    Class::Private => write!(f, "[PRIVATE {}]", self.number()),
                }?;
                return write!(f, " ({:02x})", self.0);
            }
        };
        write!(f, "{name} ({:02x})", self.0)
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_those_of_the_protocol() {
        assert_eq!(Tag::application(3).octet(), 0x63);
        assert_eq!(Tag::application_primitive(10).octet(), 0x4a);
        assert_eq!(Tag::context(0).octet(), 0xa0);
        assert_eq!(Tag::context_primitive(7).octet(), 0x87);
        assert!(Tag::context(0).is_same_type(Tag::context_primitive(0)));
        assert!(!Tag::context(0).is_same_type(Tag::application(0)));
    }

    #[test]
    fn tags_print_with_name_and_octet() {
        assert_eq!(Tag::OCTET_STRING.to_string(), "OCTET STRING (04)");
        assert_eq!(Tag::application(3).to_string(), "[APPLICATION 3] (63)");
        assert_eq!(Tag::context_primitive(0).to_string(), "[0] (80)");
        assert_eq!(Tag::from_octet(0x0c).to_string(), "[UNIVERSAL 12] (0c)");
        assert_eq!(Tag::from_octet(0xc1).to_string(), "[PRIVATE 1] (c1)");
    }
}
