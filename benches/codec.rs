//! Decoding and encoding six messages, beside the least work that it can be and beside `rasn-ldap`.
//!
//! Decoding an entry means that every value was visited. What each row of a group does:
//!
//! | row | decode | encode |
//! |---|---|---|
//! | `copy` | copy the octets | |
//! | `walk` | step over every tag and length, keep all slices in a new list | |
//! | `walk_reused` | the same in a list that is used again | |
//! | `by_hand` | | one backward pass over the fields |
//! | `borrowed` | `SearchResultEntryRef` | |
//! | `owned` | `LdapMessage` | the message of a value of the model |
//! | `received` | | a message that was decoded before |
//! | `rasn` | `rasn_ldap::LdapMessage` | the same |

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ldapwire::ber::{Tag, Writer};
use ldapwire::proto::{
    Attributes, Context, LdapMessage, Limits, OpKind, ProtocolOp, Quirks, SearchResultEntryRef,
};

use shapes::Shape;
use yardsticks::{Fields, Page, walk};

mod shapes;
mod yardsticks;

fn decode(criterion: &mut Criterion) {
    for shape in Shape::all() {
        let frame = &shape.frame;
        let mut group = criterion.benchmark_group(format!("decode/{}", shape.name));
        group.throughput(Throughput::Bytes(frame.len() as u64));

        let mut copy = vec![0; frame.len()];
        group.bench_function("copy", |bencher| bencher.iter(|| copy.copy_from_slice(black_box(frame))));
        group.bench_function("walk", |bencher| {
            bencher.iter(|| {
                let mut slices = Vec::new();
                walk(black_box(frame), &mut slices).expect("elements");
                slices.len()
            });
        });
        let mut slices = Vec::new();
        group.bench_function("walk_reused", |bencher| {
            bencher.iter(|| {
                slices.clear();
                walk(black_box(frame), &mut slices).expect("elements");
                slices.len()
            });
        });
        let (limits, quirks) = (Limits::default(), Quirks::default());
        if matches!(LdapMessage::parse(frame), Ok(LdapMessage { op: ProtocolOp::SearchResultEntry(_), .. })) {
            group.bench_function("borrowed", |bencher| {
                bencher.iter(|| visit_borrowed(&Context::new(black_box(frame), &limits, &quirks)));
            });
        }
        group.bench_function("owned", |bencher| {
            bencher.iter(|| visit_owned(&Context::new(black_box(frame), &limits, &quirks)));
        });
        group.bench_function("rasn", |bencher| bencher.iter(|| visit_rasn(black_box(frame))));
        group.finish();
    }
}

fn encode(criterion: &mut Criterion) {
    for shape in Shape::all() {
        let frame = &shape.frame;
        let mut group = criterion.benchmark_group(format!("encode/{}", shape.name));
        group.throughput(Throughput::Bytes(frame.len() as u64));

        let (fields, mut page) = (Fields::of(frame), Page::new(frame.len()));
        fields.write(&mut page);
        let mut writer = Writer::with_capacity(frame.len());
        shape.value.encode(&mut writer).expect("a message");
        assert_eq!(page.written(), writer.written(), "{}: both have the same to do", shape.name);

        group.bench_function("by_hand", |bencher| {
            bencher.iter(|| {
                page.clear();
                black_box(&fields).write(&mut page);
                page.written().len()
            });
        });
        group.bench_function("owned", |bencher| {
            bencher.iter(|| {
                black_box(&shape.value).encode(&mut writer).expect("a message");
                writer.len()
            });
        });
        let received = LdapMessage::parse(frame).expect("a message");
        group.bench_function("received", |bencher| {
            bencher.iter(|| {
                writer.clear();
                black_box(&received).encode(&mut writer).expect("a message");
                writer.len()
            });
        });
        let message: rasn_ldap::LdapMessage = rasn::ber::decode(frame).expect("a message");
        group.bench_function("rasn", |bencher| {
            bencher.iter(|| rasn::ber::encode(black_box(&message)).expect("a message").len());
        });
        group.finish();
    }
}

fn visit_borrowed(context: &Context<'_>) -> u64 {
    let mut message = context.reader().sequence().expect("a message");
    message.expect(Tag::INTEGER).expect("an id");
    let content = message.expect(OpKind::SearchResultEntry.tag()).expect("an entry");
    let entry = SearchResultEntryRef::decode(content, context).expect("an entry");
    visit(entry.dn(), entry.attributes())
}

fn visit_owned(context: &Context<'_>) -> u64 {
    let message = LdapMessage::decode(context).expect("a message");
    match &message.op {
        ProtocolOp::SearchResultEntry(entry) => visit(entry.dn(), entry.attributes()),
        op => {
            black_box(op);
            0
        }
    }
}

fn visit(dn: &str, attributes: Attributes<'_>) -> u64 {
    let mut sum = dn.len() as u64;
    for attribute in attributes {
        sum += attribute.description().len() as u64;
        attribute.values().for_each(|value| sum += touch(value));
    }
    sum
}

fn visit_rasn(frame: &[u8]) -> u64 {
    let message: rasn_ldap::LdapMessage = rasn::ber::decode(frame).expect("a message");
    let rasn_ldap::ProtocolOp::SearchResEntry(entry) = &message.protocol_op else {
        black_box(&message);
        return 0;
    };
    let mut sum = entry.object_name.0.len() as u64;
    for attribute in &entry.attributes {
        sum += attribute.r#type.0.len() as u64;
        attribute.vals.to_vec().into_iter().for_each(|value| sum += touch(value));
    }
    sum
}

fn touch(value: &[u8]) -> u64 {
    value.len() as u64 + u64::from(value.first().copied().unwrap_or_default())
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .sample_size(40);
    targets = decode, encode
}
criterion_main!(benches);
