//! Other text in the place of text: the same for the same, and different for different.
//!
//! Advice for the next maintainer: what has to hold is that two names that differ never become one, or a file would have
//! entries twice. So a word is not hashed but put through a permutation of all words of its shape (letters stay
//! letters, digits stay digits), which is a Feistel network over its characters, and HMAC its round function. Nothing else about it is
//! secret: lengths and shapes show, and short words have few others of their shape.

use std::collections::HashMap;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Makes pseudonyms of words by a key.
pub(crate) struct Pseudonyms {
    mac: Hmac<Sha256>,
    /// Words that were met lately.
    known: HashMap<String, String>,
}

/// Words that are remembered; their pseudonyms need not be computed again.
const REMEMBERED: usize = 65_536;

/// The octets of the longest of them.
const LONGEST_REMEMBERED: usize = 64;

/// Characters of a word that are permuted together: a value of nothing but letters is cut, or it would take many times
/// its size in memory.
const LONGEST_WORD: usize = 1024;

/// Rounds of the network. Four make a permutation that looks random (Luby and Rackoff); halves of one character want more.
const ROUNDS: u8 = 10;

impl Pseudonyms {
    pub(crate) fn new(key: &[u8]) -> Self {
        // A key of any length is one.
        let mac = Hmac::new_from_slice(key).expect("HMAC takes keys of any length");
        Self { mac, known: HashMap::new() }
    }

    /// Appends `text` with a pseudonym for each word in it; what stands between words stays.
    pub(crate) fn text(&mut self, text: &str, target: &mut String) {
        let mut rest = text;
        while let Some(start) = rest.find(char::is_alphanumeric) {
            let (between, from) = rest.split_at(start);
            target.push_str(between);
            let length = from.chars().take(LONGEST_WORD).take_while(|character| character.is_alphanumeric());
            let end = length.map(char::len_utf8).sum();
            let (word, behind) = from.split_at(end);
            self.word(word, target);
            rest = behind;
        }
        target.push_str(rest);
    }

    /// Appends octets of the same number that depend on these, one way.
    pub(crate) fn octets(&self, octets: &[u8], target: &mut Vec<u8>) {
        let seed = self.digest(&[b"octets", octets]);
        let end = target.len() + octets.len();
        let mut counter = 0_u64;
        while target.len() < end {
            target.extend_from_slice(&self.digest(&[b"more", &seed, &counter.to_be_bytes()]));
            counter += 1;
        }
        target.truncate(end);
    }

    /// Appends hexadecimal digits for such digits.
    pub(crate) fn hexadecimal(&self, digits: &str, target: &mut String) {
        let slots = digits.chars().map(|digit| (digit.to_digit(16).unwrap_or_default(), 16)).collect();
        let permuted = self.permute(slots);
        target.extend(permuted.into_iter().filter_map(|(digit, _)| char::from_digit(digit, 16)));
    }

    /// Returns a number below `limit` that depends on text.
    pub(crate) fn number(&self, text: &str, limit: u32) -> u32 {
        let [first, second, third, fourth, ..] = self.digest(&[b"number", text.as_bytes()]);
        u32::from_be_bytes([first, second, third, fourth]).checked_rem(limit).unwrap_or_default()
    }

    fn word(&mut self, word: &str, target: &mut String) {
        if let Some(known) = self.known.get(word) {
            target.push_str(known);
            return;
        }
        let is_number =
            word.len() > 1 && word.bytes().all(|octet| octet.is_ascii_digit()) && !word.starts_with('0');
        let classes: Vec<Class> =
            word.chars().enumerate().map(|(at, own)| Class::of(own, is_number && at == 0)).collect();
        let slots = classes.iter().map(|class| (class.index, class.size)).collect();
        let pseudonym: String = self
            .permute(slots)
            .into_iter()
            .zip(&classes)
            .map(|((index, _), class)| class.character(index))
            .collect();
        target.push_str(&pseudonym);
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        if word.len() <= LONGEST_REMEMBERED {
            self.known.insert(word.to_owned(), pseudonym);
        }
    }

    /// Permutes words of one shape: each slot has a character as a number, and how many there are.
    fn permute(&self, mut slots: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
        let middle = slots.len() / 2;
        for round in 0..ROUNDS {
            let (left, right) = slots.split_at_mut(middle);
            let (changed, other) = if round % 2 == 0 { (right, left) } else { (left, right) };
            let mut message = vec![round];
            // The shape of the whole, and the characters of the half that stays.
            changed.iter().for_each(|(_, size)| message.extend_from_slice(&size.to_be_bytes()));
            message.push(b'/');
            for (index, size) in other.iter() {
                message.extend_from_slice(&size.to_be_bytes());
                message.extend_from_slice(&index.to_be_bytes());
            }
            let mut stream = Vec::with_capacity(changed.len() * 4);
            let mut counter = 0_u64;
            while stream.len() < changed.len() * 4 {
                stream.extend_from_slice(&self.digest(&[b"round", &message, &counter.to_be_bytes()]));
                counter += 1;
            }
            for ((index, size), add) in changed.iter_mut().zip(stream.chunks_exact(4)) {
                let add = add.iter().fold(0_u64, |sum, octet| sum << 8 | u64::from(*octet));
                let moved = (u64::from(*index) + add) % u64::from((*size).max(1));
                *index = u32::try_from(moved).unwrap_or_default();
            }
        }
        slots
    }

    fn digest(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = self.mac.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// Which characters may stand in the place of one.
#[derive(Clone, Copy)]
struct Class {
    first: u32,
    size: u32,
    index: u32,
    is_upper: bool,
}

/// Letters of scripts that follow each other without gaps: first, how many.
const SCRIPTS: [(char, u32); 10] = [
    ('а', 32),
    ('α', 17),
    ('σ', 7),
    ('א', 27),
    ('ب', 19),
    ('क', 38),
    ('ぁ', 83),
    ('ァ', 83),
    ('가', 11_172),
    ('一', 20_902),
];

impl Class {
    fn of(character: char, is_leading_digit: bool) -> Self {
        let mut lower = character.to_lowercase();
        let folded = match (lower.next(), lower.next()) {
            (Some(lower), None) => lower,
            _ => character,
        };
        // Only where it can be undone, or two words could become one.
        let is_upper = folded != character && folded.to_uppercase().eq([character]);
        let own = u32::from(if is_upper { folded } else { character });
        let ranges = [('a', 26), ('0', 10)].into_iter().chain(SCRIPTS);
        let range = ranges
            .map(|(first, size)| (u32::from(first), size))
            .find(|(first, size)| (*first..first + size).contains(&own));
        let (first, size) = match range {
            _ if is_leading_digit => (u32::from('1'), 9),
            Some(range) => range,
            // A letter of another script, or one with an accent: it stays. Its word changes around it.
            None => (own, 1),
        };
        Self { first, size, index: own - first, is_upper }
    }

    fn character(self, index: u32) -> char {
        let character = char::from_u32(self.first + index).unwrap_or('x');
        if !self.is_upper {
            return character;
        }
        let mut upper = character.to_uppercase();
        match (upper.next(), upper.next()) {
            (Some(upper), None) => upper,
            _ => character,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn pseudonym(text: &str) -> String {
        let mut target = String::new();
        Pseudonyms::new(b"key").text(text, &mut target);
        target
    }

    #[test]
    fn words_of_one_shape_are_permuted() {
        for (from, to) in [(0_u32, 10_u32), (10, 100), (100, 1000)] {
            let words: HashSet<String> = (from..to).map(|number| pseudonym(&format!("{number}"))).collect();
            assert_eq!(words.len() as u32, to - from, "{from}");
            assert!(words.iter().all(|word| from == 0 || !word.starts_with('0')), "{words:?}");
        }
        let words: HashSet<String> = ('a'..='z')
            .flat_map(|first| ('a'..='z').map(move |second| pseudonym(&format!("{first}{second}"))))
            .collect();
        assert_eq!(words.len(), 26 * 26);
        let words: HashSet<String> = (0..3000).map(|number| pseudonym(&format!("user{number:04}"))).collect();
        assert_eq!(words.len(), 3000);
    }

    #[test]
    fn shape_and_case_stay_and_the_same_word_is_the_same_everywhere() {
        let (name, mail) = (pseudonym("Ada Lovelace"), pseudonym("ada.lovelace@example.org"));
        let words: Vec<&str> = name.split(' ').collect();
        assert!(
            mail.starts_with(&format!("{}.{}@", words[0].to_lowercase(), words[1].to_lowercase())),
            "{name} {mail}"
        );
        assert!(words[0].starts_with(|first: char| first.is_ascii_uppercase()), "{name}");
        assert_ne!(name, "Ada Lovelace");
        for text in ["Иванов", "ΑΘΗΝΑ", "王伟", "علي", "राम", "さくら", "O'Brien-Smith", "+1 555 0100"]
        {
            let other = pseudonym(text);
            assert_eq!(other.chars().count(), text.chars().count(), "{text} {other}");
            assert_ne!(other, text);
            for (left, right) in text.chars().zip(other.chars()) {
                assert_eq!(left.is_alphanumeric(), right.is_alphanumeric(), "{text} {other}");
            }
        }
        assert_eq!(pseudonym(", .;"), ", .;");
        assert_eq!(pseudonym(&"x".repeat(5 * LONGEST_WORD / 2)).len(), 5 * LONGEST_WORD / 2);
    }

    #[test]
    fn another_key_gives_another_word() {
        let mut other = String::new();
        Pseudonyms::new(b"other").text("lovelace", &mut other);
        assert_ne!(other, pseudonym("lovelace"));
        let mut octets = Vec::new();
        Pseudonyms::new(b"key").octets(&[7; 100], &mut octets);
        assert_eq!(octets.len(), 100);
    }
}
