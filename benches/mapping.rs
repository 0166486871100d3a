//! Making structs of an entry that a search found, beside the decoding that comes before.
//!
//! | row | does |
//! |---|---|
//! | `decode` | `LdapMessage`, nothing visited |
//! | `nine_fields` | a struct of nine fields that owns its values: what applications ask for |
//! | `by_hand` | the nine fields, asked for one after the other |
//! | `nine_by_walk` | the nine fields, in one walk over the attributes that takes names and values as they come |
//! | `nine_borrowed` | the nine fields, borrowed but for the list of two |
//! | `nine_borrowed_by_walk` | the same by one walk |
//! | `all_fields` | a struct of every attribute and the name, which owns its values |
//! | `all_by_walk` | the same by one walk: the least that has to be done |
//! | `borrowed` | the same, borrowed |

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ldapwire::proto::{Context, LdapMessage, Limits, ProtocolOp, Quirks};

use shapes::Shape;
use structs::{Account, Borrowed, BorrowedAccount, Person};

#[allow(dead_code, reason = "only the person is made into structs")]
mod shapes;
mod structs;

fn map(criterion: &mut Criterion) {
    let frame = Shape::person().frame;
    let (limits, quirks) = (Limits::default(), Quirks::default());
    let decode =
        || LdapMessage::decode(&Context::new(black_box(&frame), &limits, &quirks)).expect("a message");
    let ProtocolOp::SearchResultEntry(entry) = decode().op else { panic!("an entry") };

    let mut group = criterion.benchmark_group("map_person");
    group.throughput(Throughput::Elements(1));
    group.bench_function("decode", |bencher| bencher.iter(decode));
    group.bench_function("nine_fields", |bencher| {
        bencher.iter(|| black_box(&entry).deserialize::<Account>().expect("an account"));
    });
    group.bench_function("by_hand", |bencher| {
        bencher.iter(|| structs::account_by_name(black_box(&entry)).expect("an account"));
    });
    group.bench_function("nine_by_walk", |bencher| {
        bencher.iter(|| structs::account_by_walk(black_box(&entry)).expect("an account"));
    });
    group.bench_function("nine_borrowed", |bencher| {
        bencher.iter(|| black_box(&entry).deserialize::<BorrowedAccount<'_>>().expect("an account"));
    });
    group.bench_function("nine_borrowed_by_walk", |bencher| {
        bencher.iter(|| structs::borrowed_account_by_walk(black_box(&entry)).expect("an account"));
    });
    group.bench_function("all_fields", |bencher| {
        bencher.iter(|| black_box(&entry).deserialize::<Person>().expect("a person"));
    });
    group.bench_function("all_by_walk", |bencher| {
        bencher.iter(|| structs::person_by_walk(black_box(&entry)).expect("a person"));
    });
    group.bench_function("borrowed", |bencher| {
        bencher.iter(|| black_box(&entry).deserialize::<Borrowed<'_>>().expect("a person"));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(40);
    targets = map
}
criterion_main!(benches);
