//! Another name for an entry (RFC 4511 4.9).

use super::Entry;
use super::apply::{is_of_type, is_value_of};
use crate::model::{Attribute, Dn, DnParseError, OldRdn};

impl Entry {
    /// Gives the entry another name, as the Modify DN operation does: values of the new relative name that the entry does
    /// not have are added, and those of the old one that are not in the new one are deleted or kept.
    ///
    /// Values compare as they do in a [`Dn`]. An assertion written with `#` has no known value, and changes nothing.
    ///
    /// # Errors
    ///
    /// The present name of the entry is no distinguished name. The entry is as it was.
    ///
    /// ```
    /// use ldapwire::dn;
    /// use ldapwire::model::{Entry, OldRdn};
    ///
    /// let mut entry = Entry::new("cn=Ada,dc=example").with("cn", ["Ada", "Augusta"]);
    /// entry.rename(&dn!("uid=ada,ou=people,dc=example"), OldRdn::Delete)?;
    /// assert_eq!(entry, Entry::new("uid=ada,ou=people,dc=example").with("cn", ["Augusta"]).with("uid", ["ada"]));
    /// # Ok::<(), ldapwire::model::DnParseError>(())
    /// ```
    pub fn rename(&mut self, dn: &Dn, old_rdn: OldRdn) -> Result<(), DnParseError> {
        let old = Dn::try_from(&self.dn)?;
        let new_avas = || dn.rdn().into_iter().flat_map(|rdn| rdn.avas());
        if old_rdn == OldRdn::Delete {
            for ava in old.rdn().into_iter().flat_map(|rdn| rdn.avas()) {
                if new_avas().any(|new| new == ava) {
                    continue;
                }
                for attribute in self.attributes.iter_mut().filter(|attribute| is_of_type(attribute, ava)) {
                    attribute.values.retain(|value| !is_value_of(value, ava));
                }
                self.attributes
                    .retain(|attribute| !attribute.values().is_empty() || !is_of_type(attribute, ava));
            }
        }
        self.add_distinguished_values(dn);
        self.dn = dn.into();
        Ok(())
    }

    /// Adds the values of a relative name that the entry does not have, as servers do with entries that are added: they are
    /// part of the entry whether or not the client lists them (RFC 4511 4.7).
    ///
    /// ```
    /// use ldapwire::dn;
    /// use ldapwire::model::Entry;
    ///
    /// let mut entry = Entry::new("cn=Ada+uid=ada,dc=example").with("cn", ["ADA"]);
    /// entry.add_distinguished_values(&dn!("cn=Ada+uid=ada,dc=example"));
    /// assert_eq!(entry, Entry::new("cn=Ada+uid=ada,dc=example").with("cn", ["ADA"]).with("uid", ["ada"]));
    /// ```
    pub fn add_distinguished_values(&mut self, dn: &Dn) {
        for ava in dn.rdn().into_iter().flat_map(|rdn| rdn.avas()).filter(|ava| !ava.is_ber()) {
            if self.holds(ava) {
                continue;
            }
            let value = ava.value().clone();
            match self.attributes.iter_mut().find(|attribute| is_of_type(attribute, ava)) {
                Some(attribute) => attribute.push(value),
                None => self.attributes.push(Attribute::new(ava.attribute(), [value])),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dn;

    #[test]
    fn old_values_go_or_stay_and_new_ones_come_once() {
        let entry = Entry::new("cn=a+sn=b,dc=x").with("commonName", ["A", "c"]).with("sn", ["b"]);
        for (name, old_rdn, expected) in [
            (dn!("cn=d,dc=x"), OldRdn::Delete, Entry::new("cn=d,dc=x").with("commonName", ["c", "d"])),
            (
                dn!("cn=C,dc=x"),
                OldRdn::Keep,
                Entry::new("cn=C,dc=x").with("commonName", ["A", "c"]).with("sn", ["b"]),
            ),
            (dn!("cn=a,dc=y"), OldRdn::Delete, Entry::new("cn=a,dc=y").with("commonName", ["A", "c"])),
            (
                dn!("cn=#04,dc=y"),
                OldRdn::Keep,
                Entry::new("cn=#04,dc=y").with("commonName", ["A", "c"]).with("sn", ["b"]),
            ),
        ] {
            let mut renamed = entry.clone();
            renamed.rename(&name, old_rdn).unwrap();
            assert_eq!(renamed, expected, "{name}");
        }
    }

    #[test]
    fn a_name_that_is_none_cannot_be_left() {
        let mut entry = Entry::new("no name").with("cn", ["a"]);
        assert!(entry.rename(&dn!("cn=b"), OldRdn::Delete).is_err());
        assert_eq!(entry, Entry::new("no name").with("cn", ["a"]));
    }
}
