//! `change` of a `ModifyRequest`: one step of a modification.

use std::error::Error;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::{Attribute, AttributeDescription, Value};

/// One change to an entry: what to do, and with which attribute and values.
///
/// ```text
/// change SEQUENCE {
///      operation       ENUMERATED { add (0), delete (1), replace (2), ... },
///      modification    PartialAttribute }                       (RFC 4511 4.6)
/// ```
///
/// ```
/// use ldapwire::model::Modification;
///
/// let changes = [
///     Modification::replace("mail", ["ada@example.org"]),
///     Modification::delete("member", ["cn=old"]),
///     Modification::delete_attribute("description"),
///     Modification::increment("uidNumber", 1),
/// ];
/// assert_eq!(changes[3].attribute().first_text(), Some("1"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Modification {
    operation: ModifyOperation,
    attribute: Attribute,
}

impl Modification {
    /// Makes a change of any operation.
    pub const fn new(operation: ModifyOperation, attribute: Attribute) -> Self {
        Self { operation, attribute }
    }

    /// Adds these values, and the attribute if it is not there.
    pub fn add<V: Into<Value>>(
        description: impl Into<AttributeDescription>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self::new(ModifyOperation::Add, Attribute::new(description, values))
    }

    /// Deletes these values.
    ///
    /// **Without any value the whole attribute is deleted.** Where the list of values is computed, see that it is not
    /// empty; where the whole is meant, [`delete_attribute`](Self::delete_attribute) says so.
    pub fn delete<V: Into<Value>>(
        description: impl Into<AttributeDescription>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self::new(ModifyOperation::Delete, Attribute::new(description, values))
    }

    /// Deletes the attribute with all its values. If it is not there the server answers `noSuchAttribute`;
    /// [`clear`](Self::clear) does without.
    pub fn delete_attribute(description: impl Into<AttributeDescription>) -> Self {
        Self::new(ModifyOperation::Delete, Attribute::without_values(description))
    }

    /// Replaces all values by these, creating the attribute if it is not there.
    pub fn replace<V: Into<Value>>(
        description: impl Into<AttributeDescription>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self::new(ModifyOperation::Replace, Attribute::new(description, values))
    }

    /// Replaces all values by none: deletes the attribute, and succeeds if it was not there.
    pub fn clear(description: impl Into<AttributeDescription>) -> Self {
        Self::new(ModifyOperation::Replace, Attribute::without_values(description))
    }

    /// Adds an amount to each value, which must be an INTEGER (RFC 4525).
    pub fn increment(description: impl Into<AttributeDescription>, amount: i64) -> Self {
        Self::new(ModifyOperation::Increment, Attribute::new(description, [amount.to_string()]))
    }

    /// Returns what to do.
    pub const fn operation(&self) -> ModifyOperation {
        self.operation
    }

    /// Returns the attribute to do it with.
    pub const fn attribute(&self) -> &Attribute {
        &self.attribute
    }

    /// Copies everything out of the frame it is part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self { operation: self.operation, attribute: self.attribute.detach() }
    }
}

/// What a [`Modification`] does.
///
/// The list is open: an operation that this crate does not name keeps its number. Two operations are equal when
/// their numbers are. The text form is the keyword of LDIF (RFC 2849), read in any case.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum ModifyOperation {
    /// Adds values.
    Add,
    /// Deletes values, or the attribute when none is given.
    Delete,
    /// Replaces all values.
    Replace,
    /// Adds an amount to each value (RFC 4525).
    Increment,
    /// Any other number.
    Other(u32),
}

impl ModifyOperation {
    /// Returns the operation of this number.
    pub const fn from_number(number: u32) -> Self {
        match number {
            0 => Self::Add,
            1 => Self::Delete,
            2 => Self::Replace,
            3 => Self::Increment,
            other => Self::Other(other),
        }
    }

    /// Returns the number that stands for it in a message.
    pub const fn number(self) -> u32 {
        match self {
            Self::Add => 0,
            Self::Delete => 1,
            Self::Replace => 2,
            Self::Increment => 3,
            Self::Other(number) => number,
        }
    }
}

impl PartialEq for ModifyOperation {
    fn eq(&self, other: &Self) -> bool {
        self.number() == other.number()
    }
}

impl Eq for ModifyOperation {}

impl Hash for ModifyOperation {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number().hash(state);
    }
}

impl fmt::Display for ModifyOperation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Self::from_number(self.number()) {
            Self::Add => f.pad("add"),
            Self::Delete => f.pad("delete"),
            Self::Replace => f.pad("replace"),
            Self::Increment => f.pad("increment"),
            Self::Other(number) => fmt::Display::fmt(&number, f),
        }
    }
}

impl FromStr for ModifyOperation {
    type Err = ModifyOperationParseError;

    /// Reads `add`, `delete`, `replace` or `increment`, in any case.
    fn from_str(text: &str) -> Result<Self, ModifyOperationParseError> {
        match text.to_ascii_lowercase().as_str() {
            "add" => Ok(Self::Add),
            "delete" => Ok(Self::Delete),
            "replace" => Ok(Self::Replace),
            "increment" => Ok(Self::Increment),
            _ => Err(ModifyOperationParseError(())),
        }
    }
}

/// The text is the name of no [`ModifyOperation`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModifyOperationParseError(());

impl fmt::Display for ModifyOperationParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("modify operation: expected 'add', 'delete', 'replace' or 'increment'")
    }
}

impl Error for ModifyOperationParseError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_constructor_has_its_operation_and_values() {
        let cases = [
            (Modification::add("mail", ["a@b"]), 0, 1),
            (Modification::delete("mail", ["a@b", "c@d"]), 1, 2),
            (Modification::delete_attribute("mail"), 1, 0),
            (Modification::replace("mail", ["a@b"]), 2, 1),
            (Modification::clear("mail"), 2, 0),
            (Modification::increment("mail", -7), 3, 1),
        ];
        for (modification, operation, values) in cases {
            assert_eq!(modification.operation().number(), operation);
            assert_eq!(modification.attribute().description(), &"mail");
            assert_eq!(modification.attribute().values().len(), values);
        }
        assert!(Modification::increment("uidNumber", -7).attribute().has_value("-7"));
    }

    #[test]
    fn operations_keep_their_number_and_read_their_name() {
        for number in [0, 1, 2, 3, 4, u32::MAX] {
            assert_eq!(ModifyOperation::from_number(number).number(), number);
        }
        for number in 0..4 {
            let operation = ModifyOperation::from_number(number);
            assert_eq!(operation.to_string().to_uppercase().parse(), Ok(operation));
        }
        assert!("modify".parse::<ModifyOperation>().is_err());
    }
}
