//! Reading LDIF of people, beside the least that can be done with such a file.
//!
//! `line_ends` only finds every line end; `scan` unfolds, splits and decodes base64, and checks nothing. `borrowed`
//! reads records in place, `owned` makes entries to keep, `fed` reads in place what comes in pieces of 64 KiB.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ldapwire::ldif::{Body, LdifReader, LdifRecord, RecordRef, SliceReader, Writer};

use people::{line_ends, people, scan, touch};

mod people;

/// 22 MB: more than the caches hold.
const PEOPLE: usize = 20_000;

/// What one read brings.
const READ: usize = 64 * 1024;

fn read(criterion: &mut Criterion) {
    let file = people(0..PEOPLE);
    let records: Vec<_> =
        SliceReader::new(&file).map(|located| located.expect("a good file").record).collect();
    assert_eq!(records.len(), PEOPLE);
    assert_eq!(borrowed(&file), scan(&file).1);

    let mut group = criterion.benchmark_group("ldif_read");
    group.throughput(Throughput::Elements(PEOPLE as u64));
    group.bench_function("line_ends", |bencher| bencher.iter(|| line_ends(black_box(&file))));
    group.bench_function("scan", |bencher| bencher.iter(|| scan(black_box(&file))));
    group.bench_function("borrowed", |bencher| bencher.iter(|| borrowed(black_box(&file))));
    group.bench_function("fed", |bencher| bencher.iter(|| fed(black_box(&file))));
    group.bench_function("owned", |bencher| bencher.iter(|| owned(black_box(&file))));
    group.finish();

    let mut group = criterion.benchmark_group("ldif_write");
    group.throughput(Throughput::Elements(PEOPLE as u64));
    let (mut writer, mut target) = (Writer::new(), Vec::with_capacity(file.len()));
    group.bench_function("write", |bencher| {
        bencher.iter(|| {
            target.clear();
            let records = black_box(&records);
            records.iter().for_each(|record| writer.ldif_record(record, &mut target).expect("LDIF"));
            target.len()
        });
    });
    group.finish();
}

fn borrowed(file: &[u8]) -> u64 {
    let mut reader = SliceReader::new(file);
    let mut sum = 0;
    while let Some(record) = reader.next_ref() {
        sum += visit(&record.expect("a good file"));
    }
    sum
}

fn fed(file: &[u8]) -> u64 {
    let mut reader = LdifReader::new();
    let mut sum = 0;
    for piece in file.chunks(READ) {
        reader.feed(piece);
        while let Some(record) = reader.next_ref() {
            sum += visit(&record.expect("a good file"));
        }
    }
    sum
}

fn owned(file: &[u8]) -> u64 {
    let mut sum = 0;
    for located in SliceReader::new(file) {
        let LdifRecord::Content(entry) = located.expect("a good file").record else { panic!("an entry") };
        sum += entry.attributes().len() as u64;
    }
    sum
}

fn visit(record: &RecordRef<'_>) -> u64 {
    let Body::Content(lines) = record.body() else { panic!("an entry") };
    let name = "dn".len() as u64 + touch(record.dn().as_bytes());
    lines.fold(name, |sum, line| sum + line.name_octets().len() as u64 + touch(line.value()))
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .sample_size(20);
    targets = read
}
criterion_main!(benches);
