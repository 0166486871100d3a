//! `Attribute`: a description and its values, owned.

use super::value_list::ValueList;
use super::{AttributeDescription, Value};

/// An attribute description with its values.
///
/// ```text
/// PartialAttribute ::= SEQUENCE {
///      type       AttributeDescription,
///      vals       SET OF value AttributeValue }
///
/// Attribute ::= PartialAttribute(WITH COMPONENTS {
///      ...,
///      vals (SIZE(1..MAX))})                                    (RFC 4511 4.1.7)
/// ```
///
/// One type serves both: without values it is what a search for types only returns, or what a modification deletes
/// as a whole. On the wire the values are a set; here they keep the order they came in, and equality heeds it.
///
/// ```
/// use ldapwire::model::Attribute;
///
/// let mail = Attribute::new("mail", ["ada@example.org", "countess@example.org"]);
/// assert!(mail.has_value("ada@example.org"));
/// assert_eq!(mail.first_text(), Some("ada@example.org"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attribute {
    description: AttributeDescription,
    pub(super) values: ValueList,
}

impl Attribute {
    /// Makes an attribute with these values.
    pub fn new<V: Into<Value>>(
        description: impl Into<AttributeDescription>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self { description: description.into(), values: values.into_iter().map(Into::into).collect() }
    }

    /// Makes an attribute that has no value.
    pub fn without_values(description: impl Into<AttributeDescription>) -> Self {
        Self { description: description.into(), values: ValueList::new() }
    }

    /// Adds a value behind the others, whether or not it is there already.
    pub fn push(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
    }

    /// Returns the description.
    pub const fn description(&self) -> &AttributeDescription {
        &self.description
    }

    /// Returns the values.
    pub fn values(&self) -> &[Value] {
        self.values.as_slice()
    }

    /// Returns the first value if it is text.
    ///
    /// Meant for attributes that have one value: which of several comes first is up to the server.
    pub fn first_text(&self) -> Option<&str> {
        self.values().first()?.as_str().ok()
    }

    /// Whether one of the values consists of these octets.
    pub fn has_value(&self, octets: impl AsRef<[u8]>) -> bool {
        let octets = octets.as_ref();
        self.values().iter().any(|value| value == octets)
    }

    /// Takes the attribute apart.
    pub fn into_parts(self) -> (AttributeDescription, Vec<Value>) {
        (self.description, self.values.into_vec())
    }

    /// Copies everything out of the frame it is part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self {
            description: self.description.detach(),
            values: self.values().iter().map(Value::detach).collect(),
        }
    }
}

impl<V: Into<Value>> Extend<V> for Attribute {
    fn extend<T: IntoIterator<Item = V>>(&mut self, values: T) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_text_or_octets_in_the_order_given() {
        let mut attribute = Attribute::new("cn", ["b", "a"]);
        attribute.push(b"\xff");
        assert_eq!(attribute.description(), &"CN");
        assert_eq!(attribute.values(), [Value::from("b"), Value::from("a"), Value::from(b"\xff")]);
        assert!(attribute.has_value(b"\xff"));
        assert!(!attribute.has_value("A"));
    }

    #[test]
    fn first_text_needs_a_value_that_is_text() {
        assert_eq!(Attribute::new("cn", ["b", "a"]).first_text(), Some("b"));
        assert_eq!(Attribute::new("cn", [b"\xff"]).first_text(), None);
        assert_eq!(Attribute::without_values("cn").first_text(), None);
    }
}
