//! Entries as they lie in a sorted run: lengths and octets, for nobody but this program.

use crate::ldif::Position;
use crate::model::{Attribute, Entry, LdapString, Value};
use bytes::Bytes;

/// Appends an entry and its place.
pub(super) fn write(entry: &Entry, position: Position, target: &mut Vec<u8>) {
    for number in [position.number(), position.line(), position.offset()] {
        target.extend_from_slice(&number.to_le_bytes());
    }
    write_octets(entry.dn().as_bytes(), target);
    write_count(entry.attributes().len(), target);
    for attribute in entry.attributes() {
        write_octets(attribute.description().as_str().as_bytes(), target);
        write_count(attribute.values().len(), target);
        attribute.values().iter().for_each(|value| write_octets(value, target));
    }
}

/// Reads what [`write`] wrote; nothing comes of other octets.
pub(super) fn read(octets: Vec<u8>) -> Option<(Entry, Position)> {
    let mut source = Source(Bytes::from(octets));
    let position = Position::new(source.number()?, source.number()?, source.number()?);
    let mut entry = Entry::new(source.text()?);
    for _ in 0..source.number()? {
        let mut attribute = Attribute::without_values(source.text()?);
        for _ in 0..source.number()? {
            attribute.push(Value::from(source.octets()?));
        }
        entry.push(attribute);
    }
    source.0.is_empty().then_some((entry, position))
}

fn write_count(count: usize, target: &mut Vec<u8>) {
    target.extend_from_slice(&(count as u64).to_le_bytes());
}

fn write_octets(octets: &[u8], target: &mut Vec<u8>) {
    write_count(octets.len(), target);
    target.extend_from_slice(octets);
}

struct Source(Bytes);

impl Source {
    fn number(&mut self) -> Option<u64> {
        let (number, _) = self.0.split_first_chunk::<8>()?;
        let number = u64::from_le_bytes(*number);
        let _ = self.0.split_to(8);
        Some(number)
    }

    fn octets(&mut self) -> Option<Bytes> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.0.len()).then(|| self.0.split_to(count))
    }

    fn text(&mut self) -> Option<LdapString> {
        LdapString::from_utf8(self.octets()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::strategies;

    proptest! {
        #[test]
        fn what_was_written_comes_back(entry in strategies::entry(0), line in any::<u64>()) {
            let mut octets = Vec::new();
            let position = Position::new(1, line, 3);
            write(&entry, position, &mut octets);
            prop_assert_eq!(read(octets.clone()), Some((entry, position)));
            octets.pop();
            prop_assert_eq!(read(octets), None);
        }
    }
}
