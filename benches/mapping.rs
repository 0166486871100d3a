//! Making structs of an entry that a search found, beside the decoding that comes before.
//!
//! | row | does |
//! |---|---|
//! | `decode` | `LdapMessage`, nothing visited |
//! | `nine_fields` | a struct of nine fields that owns its values: what applications ask for |
//! | `all_fields` | a struct of every attribute and the name, which owns its values |
//! | `borrowed` | the same, borrowed |
//! | `by_hand` | the nine fields, asked for one after the other |

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ldapwire::model::Value;
use ldapwire::proto::{Context, LdapMessage, Limits, ProtocolOp, Quirks, SearchResultEntry};
use serde::Deserialize;

use shapes::Shape;

#[allow(dead_code, reason = "only the person is made into structs")]
mod shapes;

#[derive(Deserialize)]
#[allow(dead_code, reason = "made, and not looked at")]
#[serde(rename_all = "camelCase")]
struct Account {
    dn: String,
    uid: String,
    cn: String,
    sn: String,
    given_name: Option<String>,
    mail: Vec<String>,
    employee_number: Option<u32>,
    telephone_number: Option<String>,
    department_number: Option<String>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "made, and not looked at")]
#[serde(rename_all = "camelCase")]
struct Person {
    dn: String,
    object_class: Vec<String>,
    uid: String,
    cn: String,
    given_name: String,
    sn: String,
    mail: Vec<String>,
    employee_number: u32,
    employee_type: String,
    department_number: u32,
    room_number: u32,
    telephone_number: String,
    mobile: String,
    title: String,
    o: String,
    l: String,
    postal_address: String,
    #[serde(rename = "labeledURI")]
    labeled_uri: String,
    description: String,
    audio: Value,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "made, and not looked at")]
#[serde(rename_all = "camelCase")]
struct Borrowed<'a> {
    dn: &'a str,
    #[serde(borrow)]
    object_class: Vec<&'a str>,
    uid: &'a str,
    cn: &'a str,
    given_name: &'a str,
    sn: &'a str,
    #[serde(borrow)]
    mail: Vec<&'a str>,
    employee_number: u32,
    employee_type: &'a str,
    department_number: u32,
    room_number: u32,
    telephone_number: &'a str,
    mobile: &'a str,
    title: &'a str,
    o: &'a str,
    l: &'a str,
    postal_address: &'a str,
    #[serde(rename = "labeledURI")]
    labeled_uri: &'a str,
    description: &'a str,
    audio: &'a [u8],
}

fn by_hand(entry: &SearchResultEntry) -> Option<Account> {
    let text = |name: &str| entry.first_text(name).map(str::to_owned);
    let texts = |value: &[u8]| std::str::from_utf8(value).ok().map(str::to_owned);
    Some(Account {
        dn: entry.dn().to_owned(),
        uid: text("uid")?,
        cn: text("cn")?,
        sn: text("sn")?,
        given_name: text("givenName"),
        mail: entry.values("mail").map(texts).collect::<Option<_>>()?,
        employee_number: entry.first_text("employeeNumber").and_then(|number| number.parse().ok()),
        telephone_number: text("telephoneNumber"),
        department_number: text("departmentNumber"),
    })
}

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
    group.bench_function("all_fields", |bencher| {
        bencher.iter(|| black_box(&entry).deserialize::<Person>().expect("a person"));
    });
    group.bench_function("borrowed", |bencher| {
        bencher.iter(|| black_box(&entry).deserialize::<Borrowed<'_>>().expect("a person"));
    });
    group.bench_function("by_hand", |bencher| {
        bencher.iter(|| by_hand(black_box(&entry)).expect("an account"));
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
