//! Why an entry and a struct do not go together.

use std::error::Error;
use std::fmt;
use std::str::Utf8Error;

use serde::{de, ser};

use crate::model::LdapString;

/// An entry is not what a struct asks for, or a struct is nothing that an entry can hold. It names the entry and the
/// attribute.
///
/// ```
/// use ldapwire::mapping::MappingFault;
/// use ldapwire::model::Entry;
/// use serde::Deserialize;
///
/// #[derive(Debug, Deserialize)]
/// struct Account {
///     uid: u32,
/// }
///
/// let error = Entry::new("cn=a").with("uid", ["ada"]).deserialize::<Account>().unwrap_err();
/// assert_eq!(error.to_string(), "entry cn=a, attribute uid: expected a number that fits, found 'ada'");
/// assert!(matches!(error.fault(), MappingFault::NotNumber(_)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingError(Box<Parts>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    dn: Option<LdapString>,
    attribute: Option<LdapString>,
    fault: MappingFault,
}

/// What does not go together.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MappingFault {
    /// The struct needs an attribute that the entry does not have.
    Missing,
    /// The struct takes one value, and the entry has another number of them.
    NotOneValue(usize),
    /// The value is not UTF-8.
    NotText(Utf8Error),
    /// The value is not a number, or does not fit.
    NotNumber(LdapString),
    /// The value is neither `TRUE` nor `FALSE`.
    NotBoolean(LdapString),
    /// The value is not one character.
    NotCharacter(LdapString),
    /// Two attributes go to the same field.
    Twice,
    /// The struct allows no other attributes than its own.
    Unknown,
    /// The name of the entry is to be written, and the struct has no text in a field `dn`.
    NoName,
    /// An entry holds attributes and an attribute holds values: nothing is nested deeper, and nothing else is an entry.
    Shape(&'static str),
    /// What the type of a field says.
    Other(Box<str>),
}

impl MappingError {
    #[cold]
    pub(super) fn new(fault: MappingFault) -> Self {
        Self(Box::new(Parts { dn: None, attribute: None, fault }))
    }

    /// Returns the name of the entry, if that is known.
    pub fn dn(&self) -> Option<&str> {
        self.0.dn.as_deref()
    }

    /// Returns the attribute, if it is one that is at fault.
    pub fn attribute(&self) -> Option<&str> {
        self.0.attribute.as_deref()
    }

    /// Returns what is wrong.
    pub fn fault(&self) -> &MappingFault {
        &self.0.fault
    }

    /// Adds the attribute, if none is named yet.
    #[cold]
    pub(super) fn of_attribute(mut self, attribute: &str) -> Self {
        self.0.attribute.get_or_insert_with(|| attribute.into());
        self
    }

    /// Adds the name of the entry.
    #[cold]
    pub(super) fn of_entry(mut self, dn: &str) -> Self {
        self.0.dn.get_or_insert_with(|| dn.into());
        self
    }
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.dn(), self.attribute()) {
            (Some(dn), Some(attribute)) => write!(f, "entry {dn}, attribute {attribute}: ")?,
            (Some(dn), None) => write!(f, "entry {dn}: ")?,
            (None, Some(attribute)) => write!(f, "attribute {attribute}: ")?,
            (None, None) => {}
        }
        match self.fault() {
            MappingFault::Missing => f.write_str("expected the attribute, and the entry does not have it"),
            MappingFault::NotOneValue(count) => write!(f, "expected one value, found {count}"),
            MappingFault::NotText(error) => write!(f, "expected UTF-8: {error}"),
            MappingFault::NotNumber(text) => write!(f, "expected a number that fits, found '{text}'"),
            MappingFault::NotBoolean(text) => write!(f, "expected 'TRUE' or 'FALSE', found '{text}'"),
            MappingFault::NotCharacter(text) => write!(f, "expected one character, found '{text}'"),
            MappingFault::Twice => f.write_str("expected the attribute once"),
            MappingFault::Unknown => f.write_str("the struct has no field for it, and allows no others"),
            MappingFault::NoName => f.write_str("expected a field `dn` with the name of the entry"),
            MappingFault::Shape(expected) => write!(f, "expected {expected}"),
            MappingFault::Other(text) => f.write_str(text),
        }
    }
}

impl Error for MappingError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.fault() {
            MappingFault::NotText(error) => Some(error),
            _ => None,
        }
    }
}

impl de::Error for MappingError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(MappingFault::Other(message.to_string().into()))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(MappingFault::Missing).of_attribute(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(MappingFault::Twice).of_attribute(field)
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::new(MappingFault::Unknown).of_attribute(field)
    }
}

impl ser::Error for MappingError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(MappingFault::Other(message.to_string().into()))
    }
}
