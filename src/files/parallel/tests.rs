use std::io::Cursor;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::files::Records;
use crate::ldif::{ReadLimits, Writer};
use crate::testing::population::Template;

fn file(size: u64) -> Vec<u8> {
    let (mut writer, mut file) = (Writer::new(), Vec::new());
    writer.version(&mut file);
    let mut population = Template::default().population(size, 3).unwrap();
    while let Some(member) = population.next_member() {
        writer.line("dn", member.dn().as_bytes(), &mut file).unwrap();
        for (name, value) in member.lines() {
            writer.line(name, value, &mut file).unwrap();
        }
        file.push(b'\n');
    }
    file
}

/// What a reader returns, errors as text.
fn all(records: impl Iterator<Item = Result<Located, FileError>>) -> Vec<Result<Located, String>> {
    records.map(|record| record.map_err(|error| error.to_string())).collect()
}

#[test]
fn any_number_of_threads_gives_the_same_records_and_faults() {
    let mut file = file(3_000);
    assert!(file.len() > 4 * 512 * 1024, "several blocks");
    let places: Vec<usize> = memchr::memmem::find_iter(&file, "\ndn: ").collect();
    for place in [10, 1_000, 2_500] {
        // A name without a colon is a fault in the middle.
        let place = places[place] + 3;
        file[place] = b'!';
    }
    for on_fault in [OnFault::Stop, OnFault::Continue] {
        let options = move || ReadOptions::new().on_fault(on_fault);
        let expected = all(Records::with_options(&file[..], options()));
        assert_eq!(
            expected.iter().filter(|record| record.is_err()).count(),
            if on_fault == OnFault::Stop { 1 } else { 3 }
        );
        for workers in [0, 1, 4] {
            let found = all(ParallelRecords::new(Cursor::new(file.clone()), workers, options));
            assert_eq!(found.len(), expected.len());
            assert!(found == expected, "{workers} workers");
        }
    }
}

#[test]
fn a_version_is_taken_at_the_beginning_only_and_a_large_record_is_a_fault() {
    let small = "dn: cn=a\ncn: a\n\n".repeat(50_000);
    let large = format!("dn: cn=b\ncn: {}\n\n", "x".repeat(3 * 1024 * 1024));
    let options =
        || ReadOptions::new().on_fault(OnFault::Continue).limits(ReadLimits::default().record(1024 * 1024));
    for file in [format!("version: 1\n{small}version: 1\n\n{small}"), format!("{small}{large}{small}{large}")]
    {
        let expected = all(Records::with_options(file.as_bytes(), options()));
        let found = all(ParallelRecords::new(Cursor::new(file), 2, options));
        assert!(expected.iter().any(Result::is_err));
        assert!(found == expected);
    }
}

#[test]
fn records_in_place_are_those_to_keep() {
    let mut file = file(3_000);
    let place = memchr::memmem::find_iter(&file, "\ndn: ").nth(1_500).unwrap();
    file[place + 3] = b'!';
    let options = || ReadOptions::new().on_fault(OnFault::Continue);
    let expected = all(Records::with_options(&file[..], options()));
    let mut records = ParallelRecords::new(Cursor::new(file), 2, options);
    let mut found = Vec::new();
    while let Some(record) = records.next_ref() {
        found.push(record.map(|record| record.to_located()).map_err(|error| error.to_string()));
    }
    assert_eq!(found.iter().filter(|record| record.is_err()).count(), 1);
    assert!(found == expected);
}

/// Counts how much was read.
struct Endless(Arc<AtomicUsize>);

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        const RECORD: &[u8] = b"dn: cn=a\ncn: a\n\n";
        let count = self.0.fetch_add(buffer.len(), Ordering::SeqCst);
        for (index, octet) in buffer.iter_mut().enumerate() {
            *octet = RECORD[(count + index) % RECORD.len()];
        }
        Ok(buffer.len())
    }
}

#[test]
fn what_is_under_way_is_bounded_and_threads_end_with_the_reader() {
    let read = Arc::new(AtomicUsize::new(0));
    let mut records = ParallelRecords::new(Endless(Arc::clone(&read)), 2, ReadOptions::new);
    for _ in 0..10 {
        records.next().unwrap().unwrap();
    }
    // Nobody takes more: the channel fills, and the workers wait. Blocks queued, at work, waiting, and the one at hand.
    let bound = 12 * 512 * 1024;
    assert!(read.load(Ordering::SeqCst) <= bound, "{read:?}");
    drop(records);
    // The source belongs to the workers: when it is gone, they have ended.
    let mut waited = 0;
    while Arc::strong_count(&read) > 1 {
        thread::yield_now();
        waited += 1;
        assert!(waited < 100_000_000, "the threads go on");
    }
    assert!(read.load(Ordering::SeqCst) <= 2 * bound);
}

#[test]
fn an_error_of_the_source_comes_behind_what_was_read() {
    struct Broken(bool);
    impl Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(io::ErrorKind::ConnectionReset.into());
            }
            buffer[..16].copy_from_slice(b"dn: cn=a\ncn: a\n\n");
            Ok(16)
        }
    }
    let mut records = ParallelRecords::new(Broken(false), 2, ReadOptions::new).named("pipe");
    let error = records.find_map(Result::err).unwrap();
    assert!(error.to_string().starts_with("pipe: "), "{error}");
    assert!(records.next().is_none());
}

#[test]
fn a_source_that_panics_is_an_error_and_not_the_end() {
    struct Panicking(usize);
    impl Read for Panicking {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0 += buffer.len();
            assert!(self.0 < 4 * 1024 * 1024, "the source fails");
            buffer.fill(b'\n');
            Ok(buffer.len())
        }
    }
    let records = ParallelRecords::new(Panicking(0), 2, ReadOptions::new);
    assert!(records.last().unwrap().is_err());
}
