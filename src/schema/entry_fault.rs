//! What is wrong with an entry.

use std::fmt;

use super::SyntaxError;
use crate::model::{AttributeDescription, DnParseError, LdapString};

/// Something that the schema does not allow in an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EntryFault {
    /// The name is no distinguished name.
    Name(DnParseError),
    /// There is no `objectClass`.
    NoObjectClass,
    /// The schema does not know this class.
    UnknownClass(LdapString),
    /// No class is structural: "an entry has exactly one structural object class" (RFC 4512 2.4.2).
    NoStructuralClass,
    /// Two structural classes, of which neither is made of the other.
    SeveralStructuralClasses(LdapString, LdapString),
    /// An abstract class that none of the others is made of.
    AbstractClass(LdapString),
    /// An auxiliary class that the content rule of the entry does not allow.
    ClassNotAllowed(LdapString),
    /// An attribute that a class, or the content rule, requires.
    MissingAttribute {
        /// The attribute.
        attribute: LdapString,
        /// What requires it.
        class: LdapString,
    },
    /// The schema does not know this attribute type.
    UnknownAttribute(AttributeDescription),
    /// An attribute that none of the classes allows.
    AttributeNotAllowed(AttributeDescription),
    /// An attribute that the content rule precludes.
    AttributePrecluded(AttributeDescription),
    /// An attribute is there twice, perhaps by another of its names.
    AttributeTwice(AttributeDescription),
    /// An attribute without a value.
    NoValue(AttributeDescription),
    /// An attribute of one value has more.
    SeveralValues(AttributeDescription),
    /// Octets that are no value of the attribute's syntax.
    Value {
        /// The attribute.
        attribute: AttributeDescription,
        /// Which value, counted from 0.
        index: usize,
        /// What is wrong with it.
        error: SyntaxError,
    },
    /// Two values are equal by the attribute's rule; this is the second one.
    ValueTwice {
        /// The attribute.
        attribute: AttributeDescription,
        /// Which value, counted from 0.
        index: usize,
    },
    /// The relative name has a value that the entry does not: "the RDN values ... are among the attributes of the entry"
    /// (X.501 9.3).
    NamingValueMissing(AttributeDescription),
    /// The relative name has an attribute that the name form does not allow, or lacks one that it requires.
    Naming {
        /// The attribute.
        attribute: LdapString,
        /// The name form.
        form: LdapString,
    },
}

impl EntryFault {
    /// Returns the attribute that is at fault, if it is one.
    pub const fn attribute(&self) -> Option<&AttributeDescription> {
        match self {
            Self::UnknownAttribute(attribute)
            | Self::AttributeNotAllowed(attribute)
            | Self::AttributePrecluded(attribute)
            | Self::AttributeTwice(attribute)
            | Self::NoValue(attribute)
            | Self::SeveralValues(attribute)
            | Self::Value { attribute, .. }
            | Self::ValueTwice { attribute, .. }
            | Self::NamingValueMissing(attribute) => Some(attribute),
            _ => None,
        }
    }
}

impl fmt::Display for EntryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(error) => write!(f, "{error}"),
            Self::NoObjectClass => f.write_str("expected an object class"),
            Self::UnknownClass(class) => write!(f, "object class '{class}' is not defined"),
            Self::NoStructuralClass => f.write_str("expected a structural object class"),
            Self::SeveralStructuralClasses(one, other) => {
                write!(f, "expected one structural object class, found '{one}' and '{other}'")
            }
            Self::AbstractClass(class) => {
                write!(f, "object class '{class}' is abstract, and no other one is made of it")
            }
            Self::ClassNotAllowed(class) => {
                write!(f, "object class '{class}' is not allowed by the content rule")
            }
            Self::MissingAttribute { attribute, class } => {
                write!(f, "expected attribute '{attribute}', which '{class}' requires")
            }
            Self::UnknownAttribute(attribute) => write!(f, "attribute '{attribute}' is not defined"),
            Self::AttributeNotAllowed(attribute) => {
                write!(f, "attribute '{attribute}' is not allowed by any object class of the entry")
            }
            Self::AttributePrecluded(attribute) => {
                write!(f, "attribute '{attribute}' is precluded by the content rule")
            }
            Self::AttributeTwice(attribute) => write!(f, "attribute '{attribute}' is there twice"),
            Self::NoValue(attribute) => write!(f, "attribute '{attribute}' has no value"),
            Self::SeveralValues(attribute) => {
                write!(f, "attribute '{attribute}' has several values, and may have one")
            }
            Self::Value { attribute, index, error } => {
                write!(f, "value {} of attribute '{attribute}': {error}", index + 1)
            }
            Self::ValueTwice { attribute, index } => {
                write!(f, "value {} of attribute '{attribute}' is there twice", index + 1)
            }
            Self::NamingValueMissing(attribute) => {
                write!(f, "expected the value of '{attribute}' in the entry's name among its attributes")
            }
            Self::Naming { attribute, form } => {
                write!(f, "name form '{form}' does not go with '{attribute}' in the entry's name")
            }
        }
    }
}
