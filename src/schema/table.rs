//! Definitions of one kind, found by name or identifier.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use rustc_hash::FxHasher;

use super::{Definition, SchemaFault};
use crate::model::LdapString;

/// Definitions in the order in which they came, with an index by all names, ASCII letters in either case.
#[derive(Clone, Debug)]
pub(super) struct Table<D> {
    definitions: Vec<D>,
    index: HashMap<Name, usize, BuildHasherDefault<FxHasher>>,
}

impl<D: Definition> Table<D> {
    /// Adds a definition. Of two with the same identifier the first stays; where they say the same, nothing is wrong.
    /// A name that is taken keeps what it stands for.
    ///
    /// # Errors
    ///
    /// The identifier or a name is taken.
    pub(super) fn add(&mut self, definition: D) -> Result<(), SchemaFault> {
        if let Some(own) = self.get(definition.identifier()) {
            let is_same = *own == definition;
            return if is_same { Ok(()) } else { Err(SchemaFault::IdentifierTaken) };
        }
        let index = self.definitions.len();
        let mut outcome = Ok(());
        self.index.insert(Name(definition.shared_identifier()), index);
        for name in definition.names() {
            match self.find(name) {
                None => {
                    self.index.insert(Name(name.clone()), index);
                }
                // Twice in the same definition.
                Some(taken) if taken == index => {}
                Some(taken) => {
                    let by = self.definitions.get(taken).map_or("", D::identifier).into();
                    outcome = Err(SchemaFault::NameTaken { name: name.clone(), by });
                }
            }
        }
        self.definitions.push(definition);
        outcome
    }

    pub(super) fn get(&self, name: &str) -> Option<&D> {
        self.definitions.get(self.find(name)?)
    }

    /// Returns the place of the definition of this name or identifier.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        self.index.get(&name as &dyn Folded).copied()
    }

    pub(super) fn as_slice(&self) -> &[D] {
        &self.definitions
    }
}

impl<D> Default for Table<D> {
    fn default() -> Self {
        Self { definitions: Vec::new(), index: HashMap::default() }
    }
}

/// A key that is equal in either case, and can be asked for by a `&str` without a copy.
#[derive(Clone, Debug)]
struct Name(LdapString);

/// What [`Name`] and `&str` have in common.
trait Folded {
    fn text(&self) -> &str;
}

impl Folded for Name {
    fn text(&self) -> &str {
        &self.0
    }
}

impl Folded for &str {
    fn text(&self) -> &str {
        self
    }
}

impl Hash for dyn Folded + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // In chunks, since a hasher that is fed octet by octet is several times slower.
        let mut chunk = [0_u8; 8];
        for octets in self.text().as_bytes().chunks(8) {
            let folded = chunk.iter_mut().zip(octets);
            folded.for_each(|(target, octet)| *target = octet.to_ascii_lowercase());
            chunk.iter_mut().skip(octets.len()).for_each(|rest| *rest = 0xff);
            state.write_u64(u64::from_le_bytes(chunk));
        }
    }
}

impl PartialEq for dyn Folded + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.text().eq_ignore_ascii_case(other.text())
    }
}

impl Eq for dyn Folded + '_ {}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self as &dyn Folded).hash(state);
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for Name {}

impl<'a> Borrow<dyn Folded + 'a> for Name {
    fn borrow(&self) -> &(dyn Folded + 'a) {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::AttributeType;

    fn attribute(text: &str) -> AttributeType {
        AttributeType::parse(text).unwrap()
    }

    #[test]
    fn names_are_found_in_either_case() {
        let mut table = Table::default();
        table.add(attribute("( 1.2 NAME ( 'localityName' 'l' ) SYNTAX 1.3 )")).unwrap();
        for name in ["localityname", "LOCALITYNAME", "L", "1.2"] {
            assert_eq!(table.find(name), Some(0), "{name}");
        }
        for name in ["", "localityNam", "localityNames", "1.20"] {
            assert_eq!(table.find(name), None, "{name}");
        }
    }

    #[test]
    fn the_first_of_two_stays() {
        let mut table = Table::default();
        table.add(attribute("( 1.2 NAME 'a' SYNTAX 1.3 )")).unwrap();
        assert_eq!(table.add(attribute("( 1.2 NAME 'a' SYNTAX 1.3 )")), Ok(()));
        assert_eq!(table.add(attribute("( 1.2 NAME 'b' SYNTAX 1.3 )")), Err(SchemaFault::IdentifierTaken));
        let taken = SchemaFault::NameTaken { name: "A".into(), by: "1.2".into() };
        assert_eq!(table.add(attribute("( 1.3 NAME ( 'A' 'c' 'C' ) SYNTAX 1.3 )")), Err(taken));
        assert_eq!(table.as_slice().len(), 2);
        assert_eq!((table.find("a"), table.find("c"), table.find("1.3")), (Some(0), Some(1), Some(1)));
    }
}
