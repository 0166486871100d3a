//! `Entry`: a name and its attributes, owned.

use super::{Attribute, LdapString, Value};

mod apply;
mod diff;
mod rename;

pub use apply::{ModifyError, ModifyProblem, Strictness};

/// An entry of the directory: a distinguished name and attributes.
///
/// The name is kept as text and not parsed. Attributes are found by name, ASCII letters in either case and options in
/// any order, without regard to the schema: `cn` finds neither `2.5.4.3` nor `cn;lang-de`.
///
/// Equality heeds the order of attributes and values and the spelling of the name: it tells whether two entries are
/// written alike, not whether a directory takes them for the same.
///
/// ```
/// use ldapwire::model::Entry;
///
/// let ada = Entry::new("uid=ada,dc=example,dc=org")
///     .with("objectClass", ["inetOrgPerson"])
///     .with("cn", ["Ada Lovelace"]);
/// assert_eq!(ada.first_text("CN"), Some("Ada Lovelace"));
/// assert!(ada.has_value("objectclass", "inetOrgPerson"));
/// assert_eq!(ada.values("mail").len(), 0);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    dn: LdapString,
    attributes: Vec<Attribute>,
}

impl Entry {
    /// Makes an entry without attributes.
    pub fn new(dn: impl Into<LdapString>) -> Self {
        Self { dn: dn.into(), attributes: Vec::new() }
    }

    /// Makes an entry of its parts.
    pub(crate) const fn from_parts(dn: LdapString, attributes: Vec<Attribute>) -> Self {
        Self { dn, attributes }
    }

    /// Adds values: to the attribute of this name if the entry has it, else as a new attribute.
    #[must_use]
    pub fn with<V: Into<Value>>(
        mut self,
        name: impl AsRef<str>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let name = name.as_ref();
        match self.attributes.iter_mut().find(|attribute| attribute.description() == name) {
            Some(attribute) => attribute.extend(values),
            None => self.attributes.push(Attribute::new(name, values)),
        }
        self
    }

    /// Adds an attribute behind the others, whether or not one of its name is there already.
    pub fn push(&mut self, attribute: Attribute) {
        self.attributes.push(attribute);
    }

    /// Returns the distinguished name.
    pub const fn dn(&self) -> &LdapString {
        &self.dn
    }

    /// Returns the attributes in their order.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// Returns the first attribute of this name.
    pub fn attribute(&self, name: impl AsRef<str>) -> Option<&Attribute> {
        let name = name.as_ref();
        self.attributes.iter().find(|attribute| attribute.description() == name)
    }

    /// Returns the values of an attribute; none if the entry does not have it.
    pub fn values(&self, name: impl AsRef<str>) -> &[Value] {
        self.attribute(name).map_or(&[], Attribute::values)
    }

    /// Returns the first value of an attribute if it is text.
    pub fn first_text(&self, name: impl AsRef<str>) -> Option<&str> {
        self.attribute(name)?.first_text()
    }

    /// Whether one of the values of an attribute consists of these octets.
    pub fn has_value(&self, name: impl AsRef<str>, octets: impl AsRef<[u8]>) -> bool {
        self.attribute(name).is_some_and(|attribute| attribute.has_value(octets))
    }

    /// Takes the entry apart.
    pub fn into_parts(self) -> (LdapString, Vec<Attribute>) {
        (self.dn, self.attributes)
    }

    /// Copies everything out of the frame it is part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self { dn: self.dn.detach(), attributes: self.attributes.iter().map(Attribute::detach).collect() }
    }
}

impl Extend<Attribute> for Entry {
    /// Adds attributes as [`push`](Self::push) does.
    fn extend<T: IntoIterator<Item = Attribute>>(&mut self, attributes: T) {
        self.attributes.extend(attributes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_found_by_name_with_options_as_a_set() {
        let entry = Entry::new("cn=a").with("cn;lang-de;x-old", ["alt"]).with("cn", ["neu"]);
        assert_eq!(entry.first_text("CN"), Some("neu"));
        assert_eq!(entry.first_text("cn;X-OLD;lang-de"), Some("alt"));
        assert!(entry.attribute("cn;lang-de").is_none());
        assert!(entry.attribute(entry.attributes()[0].description()).is_some());
    }

    #[test]
    fn building_with_a_known_name_adds_to_it_and_pushing_does_not() {
        let mut entry = Entry::new("cn=a").with("mail", ["a@b"]).with("MAIL", ["c@d"]);
        assert_eq!(entry.attributes().len(), 1);
        assert_eq!(entry.values("mail"), [Value::from("a@b"), Value::from("c@d")]);
        entry.push(Attribute::new("mail", ["e@f"]));
        assert_eq!(entry.attributes().len(), 2);
        assert!(!entry.has_value("mail", "e@f"));
    }
}
