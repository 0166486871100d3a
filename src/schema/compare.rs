//! Names, values and entries compared as the schema says.

use std::collections::{BTreeSet, HashMap};

use super::matching::dn_key;
use super::{Definition, Key, Schema};
use crate::model::{AttributeDescription, Dn, Entry};

impl Schema {
    /// Returns what a name is compared by. **The key of a name begins with that of every name above it**, so that in an
    /// index a subtree is a range.
    ///
    /// Values compare by the equality rules of their attribute types. Types that the schema does not know compare as
    /// caseIgnoreMatch does, and where a rule has no result the octets decide: every name equals itself.
    ///
    /// ```
    /// use ldapwire::dn;
    /// use ldapwire::schema::Schema;
    ///
    /// let schema = Schema::standard();
    /// assert_eq!(schema.dn_key(&dn!("uidNumber=7,dc=example")), schema.dn_key(&dn!("UIDNUMBER=7,DC=Example")));
    /// ```
    pub fn dn_key(&self, name: &Dn) -> Key {
        dn_key(self, name)
    }

    /// Whether two names are those of the same entry: see [`dn_key`](Self::dn_key).
    pub fn is_same_dn(&self, left: &Dn, right: &Dn) -> bool {
        left.depth() == right.depth() && self.dn_key(left) == self.dn_key(right)
    }

    /// Returns what a value of an attribute is compared by: by the equality rule of its type, or by its octets where the
    /// schema does not know the type or the rule has no result.
    pub fn value_key(&self, attribute: &AttributeDescription, value: &[u8]) -> Key {
        match self.attribute_type(attribute.attribute_type()) {
            Some(attribute) => attribute.value_key(value),
            None => Key::from(value.to_vec()),
        }
    }

    /// Whether two descriptions are of the same attribute: their types have the same identifier, and their options are the
    /// same set.
    ///
    /// ```
    /// use ldapwire::schema::Schema;
    ///
    /// let schema = Schema::standard();
    /// assert!(schema.is_same_attribute(&"cn;lang-de".into(), &"2.5.4.3;LANG-DE".into()));
    /// assert!(!schema.is_same_attribute(&"cn".into(), &"sn".into()));
    /// ```
    pub fn is_same_attribute(&self, left: &AttributeDescription, right: &AttributeDescription) -> bool {
        left == right || self.canonical(left) == self.canonical(right)
    }

    /// Whether an attribute of this description answers a request for another one: its type is the same or a subtype,
    /// and it has all the options (RFC 4512 2.5.2).
    pub fn is_same_or_subtype(
        &self,
        attribute: &AttributeDescription,
        requested: &AttributeDescription,
    ) -> bool {
        let requested_type = requested.attribute_type();
        let is_of_type = match self.attribute_type(attribute.attribute_type()) {
            Some(own) => own.is_same_or_subtype_of(requested_type),
            None => attribute.attribute_type().eq_ignore_ascii_case(requested_type),
        };
        is_of_type && requested.options().all(|option| attribute.has_option(option))
    }

    /// Whether two entries are the same: their names are, they have the same attributes, and each has the same set of
    /// values. The order of attributes and values does not matter, and neither does what the rules do not see.
    ///
    /// A name that is none compares by its octets.
    ///
    /// ```
    /// use ldapwire::model::Entry;
    /// use ldapwire::schema::Schema;
    ///
    /// let one = Entry::new("cn=Ada,dc=example").with("cn", ["Ada"]).with("mail", ["a@b", "c@d"]);
    /// let other = Entry::new("CN=ada,DC=example").with("mail", ["C@D", "A@B"]).with("commonName", ["ADA"]);
    /// assert!(Schema::standard().is_same_entry(&one, &other));
    /// ```
    pub fn is_same_entry(&self, left: &Entry, right: &Entry) -> bool {
        let is_same_name = match (Dn::try_from(left.dn()), Dn::try_from(right.dn())) {
            (Ok(left), Ok(right)) => self.is_same_dn(&left, &right),
            _ => left.dn() == right.dn(),
        };
        is_same_name && self.contents(left) == self.contents(right)
    }

    /// The attributes of an entry, each with the keys of its values.
    fn contents(&self, entry: &Entry) -> HashMap<AttributeDescription, BTreeSet<Key>> {
        let mut contents: HashMap<_, BTreeSet<Key>> = HashMap::new();
        for attribute in entry.attributes() {
            let keys = attribute.values().iter().map(|value| self.value_key(attribute.description(), value));
            contents.entry(self.canonical(attribute.description())).or_default().extend(keys);
        }
        contents
    }

    /// The description with the identifier of its type, if the schema knows it.
    pub(super) fn canonical(&self, attribute: &AttributeDescription) -> AttributeDescription {
        let name = attribute.attribute_type();
        match self.attribute_type(name) {
            Some(found) => {
                let options = attribute.as_str().get(name.len()..).unwrap_or_default();
                AttributeDescription::from(format!("{}{options}", found.definition().identifier()))
            }
            None => attribute.clone(),
        }
    }
}
