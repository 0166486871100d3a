//! Distinguished names (RFC 4517 4.2.15).

use super::registry::DN;
use super::rule::{Algorithm, Entry};
use super::string::{case_ignore, text};
use super::{Key, Undefined, certificate, unique_member};
use crate::model::{Ava, Dn, Rdn};
use crate::schema::{Definition, Schema, SyntaxError};

pub(super) static RULES: [Entry; 1] = [Entry {
    oid: "2.5.13.1",
    name: "distinguishedNameMatch",
    syntax: DN,
    applies: &[DN],
    algorithm: Algorithm::Equality(|schema, value| of_octets(schema, value, 0)),
}];

/// Returns what a name is compared by: its relative names from the root downwards, each with its assertions in a fixed
/// order. **The key of a name begins with that of every name above it**, so that a subtree is a range of keys.
///
/// "Two AVAs with the same attribute type are the same if their values are equal according to the equality matching rule of the
/// attribute type." Where that rule is not known, or has no result, the standard says "Undefined". A directory cannot live
/// with names that do not equal themselves, so there the octets decide; a type that the schema does not know compares as
/// caseIgnoreMatch does.
pub(in crate::schema) fn dn_key(schema: &Schema, name: &Dn) -> Key {
    // Only what is nested in values can be too deep, and there the octets decide.
    let mut key = Vec::with_capacity(USUAL * name.depth());
    add(schema, name.rdns().iter().rev(), 0, &mut key);
    key.into()
}

/// Octets of the key of a relative name, about.
const USUAL: usize = 64;

/// Returns the beginning of the key of a name that is the key of the name above it.
#[cfg(feature = "directory")]
pub(crate) fn dn_key_above(key: &Key) -> &[u8] {
    let octets = key.as_bytes();
    let (mut last, mut rest) = (octets, octets);
    while !rest.is_empty() {
        last = rest;
        rest = behind_rdn(rest).unwrap_or_default();
    }
    octets.get(..octets.len() - last.len()).unwrap_or_default()
}

#[cfg(feature = "directory")]
fn behind_rdn(key: &[u8]) -> Option<&[u8]> {
    let (count, mut rest) = key.split_first_chunk()?;
    for _ in 0..u32::from_be_bytes(*count) {
        let (length, ava) = rest.split_first_chunk()?;
        rest = ava.get(usize::try_from(u32::from_be_bytes(*length)).ok()?..)?;
    }
    Some(rest)
}

pub(super) fn of_octets(schema: &Schema, value: &[u8], depth: usize) -> Result<Key, Undefined> {
    let name = Dn::parse(text(value)?)
        .map_err(|error| SyntaxError::new(error.position(), "a distinguished name"))?;
    if depth > Undefined::MAX_NESTED_NAMES {
        return Err(Undefined::TooDeep);
    }
    let mut key = Vec::new();
    add(schema, name.rdns().iter().rev(), depth, &mut key);
    Ok(key.into())
}

/// Adds relative names, that of the highest entry first.
pub(super) fn add<'a>(
    schema: &Schema,
    rdns: impl IntoIterator<Item = &'a Rdn>,
    depth: usize,
    target: &mut Vec<u8>,
) {
    rdns.into_iter().for_each(|rdn| rdn_key(schema, rdn, depth, target));
}

/// Adds a relative name: the number of its assertions, and each with its length.
fn rdn_key(schema: &Schema, rdn: &Rdn, depth: usize, target: &mut Vec<u8>) {
    let mut avas = rdn.avas();
    target.extend_from_slice(&length(avas.len()));
    let start = target.len();
    avas.by_ref().take(1).for_each(|ava| add_ava(schema, ava, depth, target));
    if avas.len() == 0 {
        return;
    }
    let first = target.split_off(start);
    let others = avas.map(|ava| {
        let mut key = Vec::new();
        add_ava(schema, ava, depth, &mut key);
        key
    });
    let mut all: Vec<_> = std::iter::once(first).chain(others).collect();
    // Any order does that is always the same.
    all.sort_unstable();
    all.iter().for_each(|ava| target.extend_from_slice(ava));
}

/// Adds an assertion with its length.
fn add_ava(schema: &Schema, ava: &Ava, depth: usize, target: &mut Vec<u8>) {
    let start = target.len();
    target.extend_from_slice(&length(0));
    ava_key(schema, ava, depth, target);
    let (_, own) = target.split_at_mut(start);
    if let Some((place, key)) = own.split_first_chunk_mut() {
        *place = length(key.len());
    }
}

/// Adds what an assertion of a name is compared by: its attribute type and its value.
fn ava_key(schema: &Schema, ava: &Ava, depth: usize, key: &mut Vec<u8>) {
    let attribute = schema.attribute_type(ava.attribute());
    let identifier = match attribute {
        Some(attribute) => attribute.definition().identifier(),
        None => ava.attribute(),
    };
    let start = key.len();
    key.extend_from_slice(identifier.as_bytes());
    key.iter_mut().skip(start).for_each(|octet| octet.make_ascii_lowercase());
    key.push(0);
    let Some(value) = ava.decoded_if(|| attribute.is_some()) else {
        key.push(b'#');
        key.extend_from_slice(ava.value());
        return;
    };
    let rule = attribute.map(|attribute| attribute.comparison());
    let compared = match rule {
        None => case_ignore(schema, &value),
        // These read names, which may have such values again: they are told how deep they are.
        Some(rule) if rule.oid() == RULES[0].oid => of_octets(schema, &value, depth + 1),
        Some(rule) if rule.oid() == unique_member::RULES[0].oid => {
            unique_member::of_octets(schema, &value, depth + 1)
        }
        Some(rule) if rule.oid() == certificate::RULES[0].oid => {
            certificate::of_octets(schema, &value, depth + 1)
        }
        Some(rule) if rule.oid() == certificate::RULES[1].oid => {
            certificate::of_list(schema, &value, depth + 1)
        }
        Some(rule) => rule.key(schema, &value),
    };
    match compared {
        Ok(value) => {
            key.push(b'=');
            key.extend_from_slice(value.as_bytes());
        }
        Err(_) => {
            key.push(b'!');
            key.extend_from_slice(&value);
        }
    }
}

/// Counts fit: a name has at most 16 MiB.
fn length(count: usize) -> [u8; 4] {
    u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(all(test, feature = "directory"))]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_a_name_begins_with_that_of_the_name_above() {
        let schema = Schema::standard();
        for name in [
            "",
            "dc=example",
            "uid=ada+cn=Ada,ou=a\\,b,dc=example",
            "member=cn\\3da\\,dc\\3db,cn=#04024869,o=x",
            "a=,b=,c=",
        ] {
            let name = Dn::parse(name).unwrap();
            let key = dn_key(&schema, &name);
            let above = name.parent().map(|above| dn_key(&schema, &above));
            assert_eq!(dn_key_above(&key), above.as_ref().map_or(&[][..], Key::as_bytes), "{name}");
        }
        // What is no key has none above it, and is read to its end.
        for octets in [&[0][..], &[0, 0, 0, 1], &[0, 0, 0, 1, 0, 0, 0, 9, 1], &[255; 9]] {
            assert!(dn_key_above(&octets.to_vec().into()).is_empty());
        }
    }
}
