//! Definitions of one kind, found by name or identifier.

use std::borrow::Borrow;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use rustc_hash::FxHasher;

use super::{Definition, SchemaFault, SchemaProblem};
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
    pub(super) fn add(&mut self, definition: D) -> Result<(), SchemaProblem> {
        let problem = |fault| SchemaProblem::new(D::KIND, definition.name(), fault);
        let index = self.definitions.len();
        match self.index.entry(definition.shared_identifier().into()) {
            Entry::Vacant(place) => {
                place.insert(index);
            }
            Entry::Occupied(taken) => {
                let is_same = self.definitions.get(*taken.get()) == Some(&definition);
                return if is_same { Ok(()) } else { Err(problem(SchemaFault::IdentifierTaken)) };
            }
        }
        let mut outcome = Ok(());
        for name in definition.names() {
            match self.index.entry(name.clone().into()) {
                Entry::Vacant(place) => {
                    place.insert(index);
                }
                // Twice in the same definition.
                Entry::Occupied(taken) if *taken.get() == index => {}
                Entry::Occupied(taken) => {
                    let by = self.definitions.get(*taken.get()).map_or("", D::identifier).into();
                    outcome = Err(problem(SchemaFault::NameTaken { name: name.clone(), by }));
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
        let asked = Asked { hash: folded_hash(name), text: name };
        self.index.get(&asked as &dyn Folded).copied()
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
struct Name {
    /// The hash of the text, which need not be looked at again as the index grows.
    hash: u64,
    text: LdapString,
}

impl From<LdapString> for Name {
    fn from(text: LdapString) -> Self {
        Self { hash: folded_hash(&text), text }
    }
}

/// What is asked for.
struct Asked<'a> {
    hash: u64,
    text: &'a str,
}

/// What [`Name`] and [`Asked`] have in common.
trait Folded {
    fn hash_and_text(&self) -> (u64, &str);
}

impl Folded for Name {
    fn hash_and_text(&self) -> (u64, &str) {
        (self.hash, &self.text)
    }
}

impl Folded for Asked<'_> {
    fn hash_and_text(&self) -> (u64, &str) {
        (self.hash, self.text)
    }
}

impl Hash for dyn Folded + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash_and_text().0);
    }
}

/// The hash of a text whose capital ASCII letters are taken for small ones.
///
/// By the word, since a hasher that is fed octet by octet is several times slower. The last word takes in as many octets of
/// the one before as it needs to be whole.
fn folded_hash(text: &str) -> u64 {
    let octets = text.as_bytes();
    let mut hasher = FxHasher::default();
    match octets.last_chunk() {
        Some(last) => {
            let (words, _) = octets.as_chunks();
            words
                .iter()
                .chain([last])
                .for_each(|word| hasher.write_u64(lower_case(u64::from_le_bytes(*word))));
        }
        None => {
            let word = octets.iter().fold(1, |word, octet| word << 8 | u64::from(*octet));
            hasher.write_u64(lower_case(word));
        }
    }
    hasher.finish()
}

/// Turns the capital ASCII letters among eight octets into small ones, all at once.
const fn lower_case(octets: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x80 * EACH;
    // The high bit of each octet tells whether it is large enough; nothing is carried from one to the next.
    let low = octets & !HIGH;
    let from_a = low.wrapping_add((0x80 - 'A' as u64) * EACH);
    let beyond_z = low.wrapping_add((0x7f - 'Z' as u64) * EACH);
    let capital = from_a & !beyond_z & !octets & HIGH;
    octets | capital >> 2
}

impl PartialEq for dyn Folded + '_ {
    fn eq(&self, other: &Self) -> bool {
        let ((hash, text), (other_hash, other)) = (self.hash_and_text(), other.hash_and_text());
        // Most names are written in one way.
        hash == other_hash && (text == other || text.eq_ignore_ascii_case(other))
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
        self as &dyn Folded == other as &dyn Folded
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
    use crate::schema::{AttributeType, DefinitionKind};

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
    fn a_word_is_folded_as_its_octets_are() {
        for first in 0..=u8::MAX {
            let octets = [0, 7, 64, 65, 90, 91, 128, 255].map(|step: u8| first.wrapping_add(step));
            let folded = octets.map(|octet| octet.to_ascii_lowercase());
            assert_eq!(lower_case(u64::from_le_bytes(octets)), u64::from_le_bytes(folded), "{octets:?}");
        }
    }

    #[test]
    fn the_first_of_two_stays() {
        let mut table = Table::default();
        table.add(attribute("( 1.2 NAME 'a' SYNTAX 1.3 )")).unwrap();
        assert_eq!(table.add(attribute("( 1.2 NAME 'a' SYNTAX 1.3 )")), Ok(()));
        let problem = |name, fault| SchemaProblem::new(DefinitionKind::AttributeType, name, fault);
        let taken = problem("b", SchemaFault::IdentifierTaken);
        assert_eq!(table.add(attribute("( 1.2 NAME 'b' SYNTAX 1.3 )")), Err(taken));
        let taken = problem("A", SchemaFault::NameTaken { name: "A".into(), by: "1.2".into() });
        assert_eq!(table.add(attribute("( 1.3 NAME ( 'A' 'c' 'C' ) SYNTAX 1.3 )")), Err(taken));
        assert_eq!(table.as_slice().len(), 2);
        assert_eq!((table.find("a"), table.find("c"), table.find("1.3")), (Some(0), Some(1), Some(1)));
    }
}
