//! Reading a schema of 4,000 definitions, from LDIF and from a subschema entry, with all that follows: references,
//! inheritance, checks. `copy` copies the octets of the texts, each of its own; `print` is the way back.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ldapwire::schema::{DefinitionKind, Schema};

use definitions::{definitions, ldif};

mod definitions;

const DEFINITIONS: usize = 4_000;

fn schema(criterion: &mut Criterion) {
    let texts = definitions(DEFINITIONS);
    let file = ldif(&texts);
    let schema = Schema::from_ldif(&file);
    assert_eq!(schema.problems(), [], "nothing is wrong with it");
    let count = |kind| schema.texts(kind).len();
    assert_eq!(DefinitionKind::ALL.into_iter().map(count).sum::<usize>(), DEFINITIONS);
    let entry = schema.to_entry("cn=schema");
    println!("{DEFINITIONS} definitions, {} octets of LDIF", file.len());

    let mut group = criterion.benchmark_group("schema_4000");
    group.throughput(Throughput::Elements(DEFINITIONS as u64));
    group.bench_function("copy", |bencher| {
        bencher.iter_with_large_drop(|| {
            black_box(&texts).iter().map(|(_, text)| text.clone()).collect::<Vec<_>>()
        });
    });
    group.bench_function("ldif", |bencher| {
        bencher.iter_with_large_drop(|| Schema::from_ldif(black_box(&file)));
    });
    group.bench_function("entry", |bencher| {
        bencher.iter_with_large_drop(|| Schema::from_entry(black_box(&entry)));
    });
    group.bench_function("print", |bencher| {
        bencher.iter(|| DefinitionKind::ALL.map(|kind| black_box(&schema).texts(kind).len()));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(3))
        .sample_size(40);
    targets = schema
}
criterion_main!(benches);
