//! One thing done with one person, or with a schema of 4,000 definitions, so often, and nothing else: for counting
//! instructions.
//!
//! ```sh
//! valgrind --tool=callgrind target/release/deps/callgrind-* borrowed 10000
//! ```
//!
//! `benches/run` runs it with two numbers and divides the difference, so that the start of the program does not
//! count.

use std::env;
use std::hint::black_box;

use ldapwire::ber::{Tag, Writer};
use ldapwire::proto::{
    Attributes, Context, LdapMessage, Limits, OpKind, ProtocolOp, Quirks, SearchResultEntry,
    SearchResultEntryRef,
};
use ldapwire::schema::Schema;

use definitions::{definitions, ldif};
use shapes::Shape;
use structs::{Account, Borrowed, BorrowedAccount, Person};
use yardsticks::walk;

mod definitions;
#[allow(dead_code, reason = "only one of the shapes is counted here")]
mod shapes;
mod structs;
#[allow(dead_code, reason = "only the walk is counted here")]
mod yardsticks;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).filter(|word| !word.starts_with("--")).collect();
    let [what, repeats] = &arguments[..] else {
        println!("callgrind WHAT REPEATS");
        return;
    };
    let repeats: u64 = repeats.parse().expect("a number of repeats");
    let shape = Shape::person();
    let (limits, quirks) = (Limits::default(), Quirks::default());
    let context = Context::new(&shape.frame, &limits, &quirks);
    let entry = owned(&context);
    let mut writer = Writer::with_capacity(shape.frame.len());
    let schema = if what.starts_with("schema") { ldif(&definitions(4_000)) } else { String::new() };
    let subschema = Schema::from_ldif(&schema).to_entry("cn=schema");
    let sum: u64 = (0..repeats)
        .map(|_| match what.as_str() {
            "walk" => {
                let mut slices = Vec::new();
                walk(black_box(&shape.frame), &mut slices).expect("elements");
                slices.len() as u64
            }
            "borrowed" => borrowed(black_box(&context)),
            "owned" => visit(owned(black_box(&context)).attributes()),
            "decode" => made(owned(black_box(&context))),
            "encode" => {
                black_box(&shape.value).encode(&mut writer).expect("a message");
                writer.len() as u64
            }
            "nine_fields" => made(black_box(&entry).deserialize::<Account>().expect("an account")),
            "nine_by_name" => made(structs::account_by_name(black_box(&entry)).expect("an account")),
            "nine_by_walk" => made(structs::account_by_walk(black_box(&entry)).expect("an account")),
            "nine_borrowed" => {
                made(black_box(&entry).deserialize::<BorrowedAccount<'_>>().expect("an account"))
            }
            "nine_borrowed_by_walk" => {
                made(structs::borrowed_account_by_walk(black_box(&entry)).expect("an account"))
            }
            "all_fields" => made(black_box(&entry).deserialize::<Person>().expect("a person")),
            "all_by_walk" => made(structs::person_by_walk(black_box(&entry)).expect("a person")),
            "all_borrowed" => made(black_box(&entry).deserialize::<Borrowed<'_>>().expect("a person")),
            "schema_ldif" => made(Schema::from_ldif(black_box(&schema))),
            "schema_entry" => made(Schema::from_entry(black_box(&subschema))),
            other => panic!("{other}: nothing of this name is counted"),
        })
        .sum();
    black_box(sum);
}

fn borrowed(context: &Context<'_>) -> u64 {
    let mut message = context.reader().sequence().expect("a message");
    message.expect(Tag::INTEGER).expect("an id");
    let content = message.expect(OpKind::SearchResultEntry.tag()).expect("an entry");
    let entry = SearchResultEntryRef::decode(content, context).expect("an entry");
    visit(entry.attributes())
}

fn owned(context: &Context<'_>) -> SearchResultEntry {
    let ProtocolOp::SearchResultEntry(entry) = LdapMessage::decode(context).expect("a message").op else {
        panic!("an entry")
    };
    entry
}

fn visit(attributes: Attributes<'_>) -> u64 {
    let values = attributes.flat_map(|attribute| attribute.values());
    values.map(|value| value.len() as u64 + u64::from(value.first().copied().unwrap_or_default())).sum()
}

/// What was made is dropped, which belongs to its price.
fn made<T>(value: T) -> u64 {
    drop(black_box(value));
    1
}
