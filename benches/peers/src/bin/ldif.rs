//! This crate's readers of LDIF, and the least that can be done with a file.
//!
//! `ldif people COUNT` writes a file of so many people; `ldif line-ends FILE` and the other verbs read one and print what
//! they have seen: entries, values, octets and the sum of all first octets.

use std::env;
use std::fs::File;
use std::io::{self, Read as _, Write as _};

use ldapwire::files::{ParallelRecords, Records};
use ldapwire::ldif::{Body, Change, LdifRecord, Located, ReadOptions, RecordRef};

#[path = "../../../people/mod.rs"]
mod people;

use people::{line_ends, people, scan};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut seen = Seen::default();
    match words[..] {
        ["people", count] => return write_people(count.parse().expect("a number")),
        ["line-ends", file] => pieces(file, |piece| seen.octets += line_ends(piece)),
        ["scan", file] => pieces(file, |piece| seen.octets += scan(piece).1),
        ["in-place", file] => {
            let mut records = Records::open(file, ReadOptions::new()).expect("a file");
            while let Some(record) = records.next_ref() {
                seen.in_place(&record.expect("a good file"));
            }
        }
        ["entries", file] => {
            let records = Records::open(file, ReadOptions::new()).expect("a file");
            records.for_each(|record| seen.record(&record.expect("a good file")));
        }
        ["requests", file] => {
            let records = Records::open(file, ReadOptions::new().content_as_adds()).expect("a file");
            records.for_each(|record| seen.record(&record.expect("a good file")));
        }
        ["in-place-by-two", file] => {
            let mut records = two(file, ReadOptions::new);
            while let Some(record) = records.next_ref() {
                seen.in_place(&record.expect("a good file"));
            }
        }
        ["entries-by-two", file] => {
            two(file, ReadOptions::new).for_each(|record| seen.record(&record.expect("a good file")));
        }
        ["requests-by-two", file] => {
            let records = two(file, || ReadOptions::new().content_as_adds());
            records.for_each(|record| seen.record(&record.expect("a good file")));
        }
        _ => panic!("people COUNT, or what to do and FILE"),
    }
    println!("{} {} {} {}", seen.entries, seen.values, seen.octets, seen.mark);
}

fn write_people(count: usize) {
    const AT_ONCE: usize = 1000;
    let mut target = io::stdout().lock();
    for start in (0..count).step_by(AT_ONCE) {
        target.write_all(&people(start..count.min(start + AT_ONCE))).expect("room for the file");
    }
}

/// Gives out the file in pieces of whole records.
fn pieces(file: &str, mut take: impl FnMut(&[u8])) {
    let mut file = File::open(file).expect("a file");
    let mut buffer = vec![0; PIECE];
    let mut held = 0;
    loop {
        let count = file.read(&mut buffer[held..]).expect("octets");
        if count == 0 {
            return take(&buffer[..held]);
        }
        held += count;
        let end = memchr::memmem::rfind(&buffer[..held], b"\n\n").map_or(0, |end| end + 2);
        take(&buffer[..end]);
        buffer.copy_within(end..held, 0);
        held -= end;
    }
}

/// As much as the readers of this crate take at once.
const PIECE: usize = 256 * 1024;

fn two(file: &str, options: fn() -> ReadOptions) -> ParallelRecords {
    ParallelRecords::new(File::open(file).expect("a file"), 2, options)
}

/// What was seen. Every peer must have seen the same.
#[derive(Default)]
struct Seen {
    entries: u64,
    values: u64,
    octets: u64,
    mark: u64,
}

impl Seen {
    fn in_place(&mut self, record: &RecordRef<'_>) {
        let Body::Content(lines) = record.body() else { panic!("an entry") };
        self.entry(record.dn());
        lines.for_each(|line| self.value(line.value()));
    }

    fn record(&mut self, located: &Located) {
        match &located.record {
            LdifRecord::Content(entry) => {
                self.entry(entry.dn());
                let values = entry.attributes().iter().flat_map(|attribute| attribute.values());
                values.for_each(|value| self.value(value));
            }
            LdifRecord::Change(record) => {
                let Change::Add(request) = record.change() else { panic!("an entry") };
                self.entry(request.dn());
                let values = request.attributes().iter().flat_map(|attribute| attribute.values());
                values.for_each(|value| self.value(value));
            }
        }
    }

    fn entry(&mut self, dn: &str) {
        self.entries += 1;
        self.octets += dn.len() as u64;
    }

    fn value(&mut self, value: &[u8]) {
        self.values += 1;
        self.octets += value.len() as u64;
        self.mark += u64::from(value.first().copied().unwrap_or_default());
    }
}
