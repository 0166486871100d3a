//! `AttributeValueAssertion`: an attribute and a value to compare it with.

use crate::model::{AttributeDescription, Value};

/// An attribute and a value to compare it with.
///
/// ```text
/// AttributeValueAssertion ::= SEQUENCE {
///      attributeDesc   AttributeDescription,
///      assertionValue  AssertionValue }                         (RFC 4511 4.1.6)
/// ```
///
/// How they are compared is up to what holds the assertion: [`Filter::Equality`](super::Filter::Equality) and its
/// neighbours.
///
/// ```
/// use ldapwire::model::{Assertion, Filter};
///
/// let Filter::Equality(assertion) = Filter::parse("(cn=Babs Jensen)")? else { unreachable!() };
/// assert_eq!(assertion, Assertion::new("CN", "Babs Jensen"));
/// # Ok::<(), ldapwire::model::FilterParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Assertion {
    attribute: AttributeDescription,
    value: Value,
}

impl Assertion {
    /// Makes an assertion. The value may be any octets; the name is not checked.
    pub fn new(attribute: impl Into<AttributeDescription>, value: impl Into<Value>) -> Self {
        Self { attribute: attribute.into(), value: value.into() }
    }

    /// Returns the attribute.
    pub const fn attribute(&self) -> &AttributeDescription {
        &self.attribute
    }

    /// Returns the value.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// Copies both out of the frame they are part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self { attribute: self.attribute.detach(), value: self.value.detach() }
    }
}
