//! One entry of a population.

use std::collections::HashSet;
use std::ops::Range;

use super::Population;
use super::names::{NAMES, Names, WORDS};
use super::numbers::parent_index;
use super::random::Random;
use super::template::{Line, Piece};
use crate::model::{Ava, Entry, Value};

/// An entry that a [`Population`] has made: its name and its lines, in memory that the next one takes over.
#[derive(Clone, Debug, Default)]
pub struct Member {
    dn: String,
    descriptions: String,
    values: Vec<u8>,
    lines: Vec<(Range<usize>, Range<usize>)>,
    /// Names on their way into a value, kept for the next.
    scratch: Vec<u8>,
}

impl Member {
    /// Returns the distinguished name.
    pub fn dn(&self) -> &str {
        &self.dn
    }

    /// Walks descriptions and values, in the order of the template; the values of an attribute stand together.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.lines.iter().map(|(description, value)| {
            let description = self.descriptions.get(description.clone()).unwrap_or_default();
            (description, self.values.get(value.clone()).unwrap_or_default())
        })
    }

    /// Returns it as a value of its own.
    pub fn to_entry(&self) -> Entry {
        self.lines()
            .fold(Entry::new(self.dn.as_str()), |entry, (name, value)| entry.with(name, [Value::from(value)]))
    }

    pub(super) fn make(&mut self, population: &Population, kind: usize, index: u64) {
        self.dn.clear();
        self.descriptions.clear();
        self.values.clear();
        self.lines.clear();
        let maker = Maker { population, kind, index, random: population.random(kind, index) };
        maker.name(&mut self.scratch, &mut self.dn);
        let Some(own) = population.kinds.get(kind) else { return };
        for (number, line) in own.lines.iter().enumerate() {
            let mut random = maker.random.fork(number as u64);
            if random.below(100) < line.percent {
                self.make_line(&maker, line, random);
            }
        }
    }

    fn make_line(&mut self, maker: &Maker<'_>, line: &Line, mut random: Random) {
        let start = self.descriptions.len();
        self.scratch.clear();
        maker.pattern(&line.description, &mut random, Turn::ONLY, &mut self.dn, &mut self.scratch);
        self.descriptions.push_str(std::str::from_utf8(&self.scratch).unwrap_or_default());
        let description = start..self.descriptions.len();
        let mut count = random.within(&line.values);
        let others = line.pattern.iter().find_map(|piece| match piece {
            Piece::NameOf(kind) => Some(maker.others(*kind)),
            _ => None,
        });
        if let Some(others) = others {
            count = count.min(others);
        }
        // Values of a set differ. Names do by the way in which they are chosen.
        let mut seen = (count > 1 && others.is_none()).then(HashSet::new);
        let first = random.next();
        for number in 0..count {
            let start = self.values.len();
            let turn = Turn { first, number, count };
            maker.pattern(&line.pattern, &mut random, turn, &mut self.dn, &mut self.values);
            let value = start..self.values.len();
            let is_new = |seen: &mut HashSet<Vec<u8>>| {
                seen.insert(self.values.get(value.clone()).unwrap_or_default().to_vec())
            };
            if seen.as_mut().is_none_or(is_new) {
                self.lines.push((description.clone(), value));
            }
        }
    }
}

impl Population {
    fn random(&self, kind: usize, index: u64) -> Random {
        Random::new(self.seed).fork(kind as u64).fork(index)
    }
}

/// Which value of a line is made, and of how many.
#[derive(Clone, Copy)]
struct Turn {
    first: u64,
    number: u64,
    count: u64,
}

impl Turn {
    const ONLY: Self = Self { first: 0, number: 0, count: 1 };
}

/// What the values of one entry depend on.
#[derive(Clone, Copy)]
struct Maker<'a> {
    population: &'a Population,
    kind: usize,
    index: u64,
    random: Random,
}

impl<'a> Maker<'a> {
    fn of(population: &'a Population, kind: usize, index: u64) -> Self {
        Self { population, kind, index, random: population.random(kind, index) }
    }

    /// Returns how many entries of a kind may be named here: those that come before.
    fn others(&self, kind: usize) -> u64 {
        if kind == self.kind {
            return self.index;
        }
        self.population.counts.get(kind).copied().unwrap_or_default()
    }

    /// Appends the name of the entry, from itself up to the root.
    fn name(&self, scratch: &mut Vec<u8>, target: &mut String) {
        let mut maker = *self;
        while let Some(kind) = self.population.kinds.get(maker.kind) {
            scratch.clear();
            let mut random = maker.random.fork(NAMING);
            maker.plain_pattern(&kind.naming, &mut random, scratch);
            let Some(parent) = kind.parent else {
                target.push_str(std::str::from_utf8(scratch).unwrap_or_default());
                return;
            };
            push_ava(&kind.naming_attribute, scratch, target);
            target.push(',');
            maker = maker.above(parent);
        }
    }

    /// Returns the entry above, which is of the kind `parent`.
    fn above(&self, parent: usize) -> Self {
        let parents = self.population.counts.get(parent).copied().unwrap_or_default();
        let count = self.population.kinds.get(self.kind).map(|kind| kind.count);
        let index = count.map_or(0, |count| parent_index(count, self.index, parents));
        Self::of(self.population, parent, index)
    }

    /// Appends a value; `dn` is the name of this entry.
    fn pattern(
        &self,
        pieces: &[Piece],
        random: &mut Random,
        turn: Turn,
        dn: &mut String,
        target: &mut Vec<u8>,
    ) {
        for piece in pieces {
            let named = match piece {
                Piece::NameOf(kind) => Some(Self::of(self.population, *kind, self.pick(*kind, random, turn))),
                Piece::Parent => {
                    let parent = self.population.kinds.get(self.kind).and_then(|kind| kind.parent);
                    parent.map(|parent| self.above(parent))
                }
                _ => {
                    self.piece(piece, random, target);
                    continue;
                }
            };
            let Some(named) = named else { continue };
            // The end of this entry's own name serves as room for the other one.
            let (own, mut scratch) = (dn.len(), Vec::new());
            named.name(&mut scratch, dn);
            target.extend_from_slice(dn.as_bytes().get(own..).unwrap_or_default());
            dn.truncate(own);
        }
    }

    /// Chooses an entry of a kind. Of several in a line, each comes from a stretch of its own, so that none comes twice.
    fn pick(&self, kind: usize, random: &mut Random, turn: Turn) -> u64 {
        let others = self.others(kind);
        let stretch = others.checked_div(turn.count).unwrap_or_default().max(1);
        let offset = turn.number.saturating_mul(stretch).saturating_add(random.below(stretch));
        turn.first
            .checked_rem(others)
            .map_or(0, |first| (first.wrapping_add(offset)).checked_rem(others).unwrap_or(0))
    }

    fn plain_pattern(&self, pieces: &[Piece], random: &mut Random, target: &mut Vec<u8>) {
        for piece in pieces {
            self.piece(piece, random, target);
        }
    }

    fn piece(&self, piece: &Piece, random: &mut Random, target: &mut Vec<u8>) {
        match piece {
            Piece::Text(text) => target.extend_from_slice(text.as_bytes()),
            Piece::Index { width } => push_number(self.index, *width, target),
            Piece::Given => target.extend_from_slice(self.person().given.0.as_bytes()),
            Piece::GivenAscii => target.extend_from_slice(self.person().given.1.as_bytes()),
            Piece::Family => target.extend_from_slice(self.person().family.0.as_bytes()),
            Piece::FamilyAscii => target.extend_from_slice(self.person().family.1.as_bytes()),
            Piece::Language => target.extend_from_slice(self.person().language.as_bytes()),
            Piece::Uid => {
                let person = self.person();
                target.extend_from_slice(person.given.1.as_bytes());
                target.push(b'.');
                target.extend_from_slice(person.family.1.as_bytes());
                push_number(self.index, 0, target);
            }
            Piece::Number(range) => push_number(random.within(range), 0, target),
            Piece::Digits(count) => push_characters(*count, b"0123456789", random, target),
            Piece::Base64(count) => push_characters(*count, BASE64, random, target),
            Piece::Pick(texts) => {
                target.extend_from_slice(choose(texts, random).map_or(&[], |text| text.as_bytes()))
            }
            Piece::Words(range) => {
                for number in 0..random.within(range) {
                    if number > 0 {
                        target.push(b' ');
                    }
                    target.extend_from_slice(choose(&WORDS, random).map_or(&[], |word| word.as_bytes()));
                }
            }
            Piece::Octets(range) => {
                let count = usize::try_from(random.within(range)).unwrap_or_default();
                random.fill(count, target);
            }
            Piece::Photo(range) => {
                let frame = (JPEG_BEGIN.len() + JPEG_END.len()) as u64;
                let count = random.within(range).saturating_sub(frame);
                target.extend_from_slice(JPEG_BEGIN);
                random.fill(usize::try_from(count).unwrap_or_default(), target);
                target.extend_from_slice(JPEG_END);
            }
            Piece::Time => push_time(random, target),
            // Names are made where there is room for them.
            Piece::NameOf(_) | Piece::Parent => {}
        }
    }

    /// Returns the names of the person that this entry is.
    fn person(&self) -> Person {
        let mut random = self.random.fork(PERSON);
        let mut share = random.below(100);
        let mut chosen: &Names = &NAMES[0];
        for names in &NAMES {
            if share < names.share {
                chosen = names;
                break;
            }
            share -= names.share;
        }
        let given = choose(&chosen.given, &mut random).copied().unwrap_or_default();
        let family = choose(&chosen.family, &mut random).copied().unwrap_or_default();
        Person { language: chosen.language, given, family }
    }
}

/// A name as it is written, and in ASCII letters.
type Written = (&'static str, &'static str);

struct Person {
    language: &'static str,
    given: Written,
    family: Written,
}

/// Where the naming of an entry and the names of a person fork off: behind all lines.
const NAMING: u64 = u64::MAX;
const PERSON: u64 = u64::MAX - 1;

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The marker of a JPEG, and the head of its JFIF segment.
const JPEG_BEGIN: &[u8] = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00";
const JPEG_END: &[u8] = b"\xff\xd9";

fn choose<'t, T>(choices: &'t [T], random: &mut Random) -> Option<&'t T> {
    choices.get(usize::try_from(random.below(choices.len() as u64)).unwrap_or_default())
}

/// Appends a number, with zeros before it up to `width`. Half of what an entry consists of are numbers: the standard
/// library's way would be most of the work.
fn push_number(mut number: u64, width: usize, target: &mut Vec<u8>) {
    /// Of the largest number.
    const DIGITS: usize = 20;
    let mut digits = [b'0'; DIGITS];
    let mut count = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
        count += 1;
        if number == 0 {
            break;
        }
    }
    target.resize(target.len() + width.saturating_sub(count), b'0');
    target.extend_from_slice(digits.get(DIGITS - count..).unwrap_or_default());
}

fn push_characters(count: u64, alphabet: &[u8], random: &mut Random, target: &mut Vec<u8>) {
    for _ in 0..count {
        target.extend(choose(alphabet, random));
    }
}

/// A moment of the years 2000 to 2025: `20070921043000Z`.
fn push_time(random: &mut Random, target: &mut Vec<u8>) {
    for range in [2000..=2025, 1..=12, 1..=28, 0..=23, 0..=59, 0..=59] {
        push_number(random.within(&range), 2, target);
    }
    target.push(b'Z');
}

/// Appends `attribute=value` of a name.
fn push_ava(attribute: &str, value: &[u8], target: &mut String) {
    let is_plain = |octet: &u8| octet.is_ascii_alphanumeric() || matches!(octet, b'.' | b'-' | b'_' | b'@');
    match std::str::from_utf8(value) {
        Ok(text) if value.iter().all(is_plain) && !value.is_empty() => {
            target.push_str(attribute);
            target.push('=');
            target.push_str(text);
        }
        // The parser of the template has seen that the attribute is one.
        _ => target.push_str(&Ava::new(attribute, value).map(|ava| ava.to_string()).unwrap_or_default()),
    }
}
