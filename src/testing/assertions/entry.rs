//! What an entry has.

use std::fmt;

use crate::directory::Directory;
use crate::model::{Attribute, Entry, Filter, Value};

/// An entry that is there, for more to be said of it.
///
/// Values are compared by the rules of the directory: `ADA@example.org` is the `mail` `ada@example.org`.
#[derive(Clone)]
#[must_use = "say what the entry has; that it is there was checked already"]
pub struct AssertedEntry<'a> {
    directory: &'a Directory,
    dn: String,
    entry: Entry,
}

impl Directory {
    /// Asserts that there is an entry of this name.
    ///
    /// ```
    /// use ldapwire::directory::Directory;
    ///
    /// let ldif = "dn: cn=ada\nobjectClass: person\nsn: Lovelace\ntelephoneNumber: 1\ntelephoneNumber: 2\n";
    /// let directory = Directory::builder().ldif(ldif).build()?;
    /// let _ = directory
    ///     .assert_entry("CN=Ada")
    ///     .has("sn", "lovelace")
    ///     .has_only("telephoneNumber", ["2", "1"])
    ///     .has_not("telephoneNumber", "3")
    ///     .lacks("mail")
    ///     .matches("(&(objectClass=person)(sn=love*))");
    /// # Ok::<(), ldapwire::directory::DirectoryError>(())
    /// ```
    ///
    /// # Panics
    ///
    /// There is none.
    #[track_caller]
    pub fn assert_entry(&self, dn: &str) -> AssertedEntry<'_> {
        let Some(entry) = self.entry(dn) else { panic!("there is no entry '{dn}'; {}", Names(self)) };
        AssertedEntry { directory: self, dn: dn.to_owned(), entry }
    }

    /// Asserts that there is no entry of this name.
    ///
    /// # Panics
    ///
    /// There is one.
    #[track_caller]
    pub fn assert_no_entry(&self, dn: &str) {
        assert!(self.entry(dn).is_none(), "there is an entry '{dn}'");
    }
}

impl AssertedEntry<'_> {
    /// Asserts that the attribute has a value, maybe among others.
    ///
    /// # Panics
    ///
    /// It has not.
    #[track_caller]
    pub fn has(self, attribute: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        assert!(
            self.has_value(attribute, &value),
            "{self}: {attribute} has not {value:?}; {}",
            self.shown(attribute)
        );
        self
    }

    /// Asserts that the attribute has not this value.
    ///
    /// # Panics
    ///
    /// It has.
    #[track_caller]
    pub fn has_not(self, attribute: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        assert!(
            !self.has_value(attribute, &value),
            "{self}: {attribute} has {value:?}; {}",
            self.shown(attribute)
        );
        self
    }

    /// Asserts that the attribute has these values and no others, in any order.
    ///
    /// # Panics
    ///
    /// It has others, or not all of them.
    #[track_caller]
    pub fn has_only<V: Into<Value>>(self, attribute: &str, values: impl IntoIterator<Item = V>) -> Self {
        let values: Vec<Value> = values.into_iter().map(Into::into).collect();
        let has_all = values.iter().all(|value| self.has_value(attribute, value));
        let has_others = self.entry.values(attribute).iter().any(|own| {
            let alone = Entry::new("").with(attribute, [own.clone()]);
            !values.iter().any(|value| self.directory.would_match(&alone, &equality(attribute, value)))
        });
        assert!(
            has_all && !has_others,
            "{self}: {attribute} has not just {values:?}; {}",
            self.shown(attribute)
        );
        self
    }

    /// Asserts that the attribute has no value at all.
    ///
    /// # Panics
    ///
    /// It has one.
    #[track_caller]
    pub fn lacks(self, attribute: &str) -> Self {
        assert!(self.entry.values(attribute).is_empty(), "{self}: {}", self.shown(attribute));
        self
    }

    /// Asserts that the entry matches a filter.
    ///
    /// # Panics
    ///
    /// It does not, or the text is no filter.
    #[track_caller]
    pub fn matches(self, filter: &str) -> Self {
        let parsed = Filter::parse(filter).unwrap_or_else(|error| panic!("'{filter}' is no filter: {error}"));
        let is_match = self.directory.is_match(&self.dn, &parsed);
        assert!(is_match, "{self} does not match {filter}; it is {:?}", Shown(self.entry.attributes()));
        self
    }

    /// Returns the entry, as it was when it was found.
    pub const fn entry(&self) -> &Entry {
        &self.entry
    }

    fn has_value(&self, attribute: &str, value: &Value) -> bool {
        self.directory.is_match(&self.dn, &equality(attribute, value))
    }

    fn shown(&self, attribute: &str) -> String {
        match self.entry.attribute(attribute) {
            Some(attribute) => format!("it has {:?}", Shown(std::slice::from_ref(attribute))),
            None => format!("it has {:?}", Shown(self.entry.attributes())),
        }
    }
}

impl fmt::Display for AssertedEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.entry.dn())
    }
}

impl fmt::Debug for AssertedEntry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("AssertedEntry").field(self.entry.dn()).finish()
    }
}

fn equality(attribute: &str, value: &Value) -> Filter {
    Filter::equality(attribute, value.as_bytes())
}

/// Attributes with their values, but for passwords.
struct Shown<'a>(&'a [Attribute]);

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for attribute in self.0 {
            let description = attribute.description();
            if description.is_secret() {
                map.entry(&description.as_str(), &format_args!("{} not shown", attribute.values().len()));
            } else {
                map.entry(&description.as_str(), &attribute.values());
            }
        }
        map.finish()
    }
}

/// The names of the entries that are there, for a test that looks for another: the first of them.
struct Names<'a>(&'a Directory);

/// Names that are shown at most.
const MAX_NAMES: usize = 20;

impl fmt::Display for Names<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.0.entries();
        write!(f, "there are {}", entries.len())?;
        for (position, entry) in entries.iter().take(MAX_NAMES).enumerate() {
            write!(f, "{} '{}'", if position == 0 { ":" } else { "," }, entry.dn())?;
        }
        if entries.len() > MAX_NAMES { f.write_str(", ...") } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    fn told(assert: impl FnOnce(&Directory)) -> String {
        let ldif = "dn: cn=ada\nobjectClass: person\nsn: Lovelace\nmail: a@x.org\nmail: b@x.org\nuserPassword: canary\n";
        let directory = Directory::builder().ldif(ldif).build().unwrap();
        let panic = catch_unwind(AssertUnwindSafe(|| assert(&directory)));
        panic.err().map_or_else(String::new, |told| *told.downcast::<String>().unwrap())
    }

    #[test]
    fn what_is_so_is_taken_and_what_is_not_is_told() {
        type Assert = fn(&Directory);
        let so: [Assert; 6] = [
            |directory| drop(directory.assert_entry("CN=ADA").has("SN", "LOVELACE").has("mail", "a@x.org")),
            |directory| drop(directory.assert_entry("cn=ada").has_only("mail", ["b@x.org", "A@x.org"])),
            |directory| drop(directory.assert_entry("cn=ada").has_not("mail", "c@x.org").lacks("uid")),
            |directory| drop(directory.assert_entry("cn=ada").matches("(&(sn=love*)(entryDN=cn=ada))")),
            |directory| directory.assert_no_entry("cn=bob"),
            |directory| directory.assert_no_entry("no name"),
        ];
        for (number, assert) in so.into_iter().enumerate() {
            assert_eq!(told(assert), "", "{number}");
        }
        let not_so: [(Assert, &str); 9] = [
            (
                |directory| drop(directory.assert_entry("cn=ada").has_only("mail", ["a@x.org", "A@x.org"])),
                "not just",
            ),
            (|directory| drop(directory.assert_entry("cn=bob")), "no entry 'cn=bob'; there are 1: 'cn=ada'"),
            (|directory| directory.assert_no_entry("cn=Ada"), "there is an entry 'cn=Ada'"),
            (
                |directory| drop(directory.assert_entry("cn=ada").has("sn", "Byron")),
                "it has {\"sn\": [\"Lovelace\"]}",
            ),
            (
                |directory| drop(directory.assert_entry("cn=ada").has("uid", "a")),
                "uid has not \"a\"; it has {",
            ),
            (
                |directory| drop(directory.assert_entry("cn=ada").has_not("sn", "lovelace")),
                "sn has \"lovelace\"",
            ),
            (
                |directory| drop(directory.assert_entry("cn=ada").has_only("mail", ["a@x.org"])),
                "has not just [\"a@x.org\"]",
            ),
            (|directory| drop(directory.assert_entry("cn=ada").lacks("sn")), "'cn=ada': it has {\"sn\""),
            (|directory| drop(directory.assert_entry("cn=ada").matches("(sn=b*)")), "does not match (sn=b*)"),
        ];
        for (assert, part) in not_so {
            let text = told(assert);
            assert!(text.contains(part) && !text.contains("canary"), "{part}: {text}");
        }
    }
}
