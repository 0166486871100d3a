//! Any number of people, made of ten that were captured.

use std::sync::LazyLock;

use ldapwire::ber::{Reader, Tag, Writer};

/// Entries for one search, ready to be written.
///
/// They are laid out once; for each batch only the six digits are set that make an entry a different person.
pub(super) struct Crowd {
    id: i64,
    octets: Vec<u8>,
    /// Where each entry ends.
    ends: Vec<usize>,
    /// Where the digits of a number begin, and the entry that has them.
    numbers: Vec<(usize, usize)>,
}

impl Crowd {
    /// Prepares entries for the search with this message id.
    pub(super) fn new(id: i64) -> Self {
        Self { id, octets: Vec::new(), ends: Vec::new(), numbers: Vec::new() }
    }

    /// The messages of `count` entries from number `first` on.
    pub(super) fn entries(&mut self, first: usize, count: usize, writer: &mut Writer) -> &[u8] {
        for person in PEOPLE.iter().cycle().skip(self.ends.len() % PEOPLE.len()) {
            if self.ends.len() >= count {
                break;
            }
            self.add(person, writer);
        }
        for &(at, entry) in self.numbers.iter().take_while(|(_, entry)| *entry < count) {
            let mut number = first + entry;
            for digit in self.octets[at..at + DIGITS].iter_mut().rev() {
                *digit = b'0' + (number % 10) as u8;
                number /= 10;
            }
        }
        count.checked_sub(1).map_or(&[], |last| &self.octets[..self.ends[last]])
    }

    fn add(&mut self, person: &Person, writer: &mut Writer) {
        writer.clear();
        writer.constructed(Tag::SEQUENCE, |writer| {
            writer.raw(person.operation);
            writer.integer(Tag::INTEGER, self.id);
        });
        self.octets.extend_from_slice(writer.written());
        let start = self.octets.len() - person.operation.len();
        let entry = self.ends.len();
        self.numbers.extend(person.numbers.iter().map(|at| (start + at, entry)));
        self.ends.push(self.octets.len());
    }
}

/// A captured SearchResultEntry.
struct Person {
    operation: &'static [u8],
    /// Where in it the person's number stands.
    numbers: Vec<usize>,
}

static PEOPLE: LazyLock<Vec<Person>> = LazyLock::new(|| {
    let mut messages = Reader::new(include_bytes!("../../../tests/data/people.ber"));
    let mut people = Vec::new();
    while let Ok(mut message) = messages.sequence() {
        message.integer::<i32>(Tag::INTEGER).expect("a captured message begins with its id");
        people.push(Person { operation: message.octets(), numbers: numbers(message.octets()) });
    }
    people
});

/// Where six digits follow the word `person`, as in `uid=person000001` and `person000001@example.org`.
fn numbers(octets: &[u8]) -> Vec<usize> {
    let windows = octets.windows(MARK.len() + DIGITS).enumerate();
    let marked = windows.filter_map(|(at, window)| Some((at, window.strip_prefix(MARK)?)));
    marked
        .filter(|(_, digits)| digits.iter().all(u8::is_ascii_digit))
        .map(|(at, _)| at + MARK.len())
        .collect()
}

/// What stands before each number in an entry.
const MARK: &[u8] = b"person";

/// Digits of a number; entries above a million begin again at zero.
const DIGITS: usize = 6;
