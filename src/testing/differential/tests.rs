use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::*;
use crate::testing::strategies;

/// How many messages each test makes.
const MESSAGES: u32 = 100_000;

/// What we write and the other decoder's types have a place for, it reads as we meant it.
#[test]
fn what_we_write_is_read_by_the_other_decoder() {
    let mut verdicts = BTreeMap::new();
    for message in messages() {
        let verdict = differential(&message.to_bytes().unwrap());
        let is_representable = convert::message(&message).is_some();
        assert_eq!(is_representable, verdict == Verdict::Same, "{verdict:?} {message:?}");
        *verdicts.entry(verdict).or_insert(0u32) += 1;
    }
    assert!(verdicts[&Verdict::Same] > MESSAGES * 3 / 4, "{verdicts:#?}");
    assert!(verdicts.len() >= 5, "{verdicts:#?}");
}

/// Broken in small ways, messages are read alike or refused alike.
#[test]
fn what_is_broken_is_judged_alike() {
    let mut verdicts = BTreeMap::new();
    let mut random = Random(0x1d4_a511);
    for message in messages() {
        let octets = random.damage(&message.to_bytes().unwrap());
        *verdicts.entry(differential(&octets)).or_insert(0u32) += 1;
    }
    assert!(verdicts[&Verdict::Same] > MESSAGES / 20, "{verdicts:#?}");
    assert!(verdicts[&Verdict::Refused] > MESSAGES / 20, "{verdicts:#?}");
    let only_theirs = verdicts.keys().filter(|verdict| matches!(verdict, Verdict::OnlyTheirs(_)));
    assert!(only_theirs.count() >= 3, "{verdicts:#?}");
}

#[test]
fn every_known_difference_is_one() {
    let message = |op: Vec<u8>| element(0x30, &[b"\x02\x01\x05", &op]);
    let result = |code: &[u8], text: &[u8]| {
        message(element(0x65, &[&element(0x0a, &[code]), b"\x04\x00", &element(0x04, &[text])]))
    };
    let bind = |rest: &[u8]| message(element(0x60, &[rest]));
    let search = |scope: u8, deref_aliases: u8, filter: &[u8]| {
        let numbers = [0x04, 0x00, 0x0a, 0x01, scope, 0x0a, 0x01, deref_aliases];
        message(element(0x63, &[&numbers, b"\x02\x01\x00\x02\x01\x00\x01\x01\x00", filter, b"\x30\x00"]))
    };
    let filter = |filter: &[u8]| search(0, 0, filter);
    let nested = (0..65).fold(b"\x87\x01a".to_vec(), |filter, _| element(0xa0, &[&filter]));
    let change = |operation: u8| {
        let change = element(0x30, &[&[0x0a, 0x01, operation], b"\x30\x05\x04\x01a\x31\x00"]);
        message(element(0x66, &[b"\x04\x00", &element(0x30, &[&change])]))
    };
    let valueless = element(0x68, &[b"\x04\x00", b"\x30\x07\x30\x05\x04\x01a\x31\x00"]);
    let cases = [
        (b"\x30\x80\x02\x01\x05\x42\x00\x00\x00".to_vec(), "theirs RFC 4511 5.1: \"Only the definite"),
        (message(b"\x6a\x03\x04\x01a".to_vec()), "theirs RFC 4511 5.1: \"OCTET STRING"),
        (b"\x30\x05\x22\x01\x05\x42\x00".to_vec(), "theirs RFC 4511 5.1: \"OCTET STRING"),
        (b"\x3f\x10\x05\x02\x01\x05\x42\x00".to_vec(), "theirs X.690 8.1.2.2"),
        (b"\x30\x09\x02\x05\x00\x80\x00\x00\x00\x42\x00".to_vec(), "theirs RFC 4511 4.1.1"),
        (bind(b"\x02\x01\x00\x04\x00\x80\x00"), "theirs RFC 4511 4.2: (1 .. 127)"),
        (message(b"\x77\x03\x80\x01\xff".to_vec()), "theirs RFC 4511 4.1.2"),
        (message(valueless), "theirs RFC 4511 4.1.7"),
        (filter(b"\xa4\x05\x04\x01a\x30\x00"), "theirs RFC 4511 4.5.1: substrings"),
        (filter(b"\xa4\x09\x04\x01a\x30\x04\x81\x00\x80\x00"), "theirs RFC 4511 4.5.1.7.2"),
        (filter(b"\xa4\x09\x04\x01a\x30\x04\x82\x00\x81\x00"), "theirs RFC 4511 4.5.1.7.2"),
        (filter(b"\xa9\x03\x83\x01v"), "theirs RFC 4511 4.5.1.7.7"),
        (filter(b"\x82\x03\x87\x01a"), "theirs X.690 8.14.3"),
        (result(b"\x09", b""), "ours RFC 4511 4.1.9"),
        (result(b"\x00", b"\xff"), "ours the result counts"),
        (search(3, 0, b"\x87\x01a"), "ours RFC 4511 4.5.1.2"),
        (search(0, 4, b"\x87\x01a"), "ours the number is kept"),
        (filter(&nested), "ours the other decoder counts depth"),
        (change(3), "ours RFC 4511 4.6"),
        (bind(b"\x02\x01\x03\x04\x00\x89\x00"), "ours RFC 4511 4.2"),
        (b"\x30\x07\x02\x01\x05\x42\x00\x9e\x00".to_vec(), "ours RFC 4511 4:"),
    ];
    for (octets, expected) in cases {
        let found = match differential(&octets) {
            Verdict::OnlyTheirs(reason) => format!("theirs {reason}"),
            Verdict::OnlyOurs(reason) => format!("ours {reason}"),
            other => format!("{other:?}"),
        };
        assert!(found.starts_with(expected), "{found}: {octets:02x?}");
    }
}

/// Writes one element around the parts.
fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let mut octets = vec![tag, 0x81, u8::try_from(content.len()).unwrap()];
    octets.extend(content);
    octets
}

/// The same messages in each run: a failure here is found again.
fn messages() -> impl Iterator<Item = LdapMessage> {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let strategy = strategies::message();
    (0..MESSAGES).map(move |_| strategy.new_tree(&mut runner).unwrap().current())
}

/// Numbers that look random (xorshift), enough to break messages with.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    /// Changes one or two octets, or inserts an element.
    fn damage(&mut self, octets: &[u8]) -> Vec<u8> {
        const TELLING: &[u8] =
            &[0x00, 0x01, 0x02, 0x04, 0x05, 0x0a, 0x1f, 0x24, 0x30, 0x31, 0x7f, 0x80, 0x84, 0xa0, 0xff];
        let mut octets = octets.to_vec();
        if self.below(3) == 0 {
            self.insert_element(&mut octets);
            return octets;
        }
        for _ in 0..=self.below(2) {
            let place = self.below(octets.len());
            match self.below(4) {
                0 => octets[place] ^= 1 << self.below(8),
                1 => octets[place] ^= 0x20,
                2 => octets[place] = TELLING[self.below(TELLING.len())],
                _ => octets[place] = octets[place].wrapping_add(1),
            }
        }
        octets
    }

    /// Puts an element at the end of some element, and mends the lengths around it.
    fn insert_element(&mut self, octets: &mut Vec<u8>) {
        const ELEMENTS: &[&[u8]] =
            &[b"\x9e\x00", b"\xbe\x02\x04\x00", b"\x04\x00", b"\x01\x01\x00", b"\x8a\x01x", b"\x81\x00"];
        let mut path = vec![];
        let mut start = 0;
        // Goes down some way, to an element that holds elements.
        while octets[start] & 0x20 != 0 && octets[start + 1] < 0x70 {
            let end = start + 2 + usize::from(octets[start + 1]);
            path.push((start, end));
            let mut children = vec![];
            let mut child = start + 2;
            while child + 1 < end && octets[child + 1] < 0x80 {
                children.push(child);
                child += 2 + usize::from(octets[child + 1]);
            }
            if children.is_empty() || self.below(4) == 0 {
                break;
            }
            start = children[self.below(children.len())];
        }
        let Some((_, end)) = path.last().copied() else { return };
        let element = ELEMENTS[self.below(ELEMENTS.len())];
        for (start, _) in path {
            octets[start + 1] += element.len() as u8;
        }
        octets.splice(end..end, element.iter().copied());
    }
}
