//! What `docs/robustness.md` promises: that the tests it names are there, and that nothing reads octets of others
//! without one.

use super::document::{quoted, rows};
use super::source::SourceFile;

/// The tests that the document names and that none of the sources has.
pub(crate) fn missing_tests(document: &str, sources: &[String]) -> Vec<String> {
    let tables = ["## What a server sends", "## How a server behaves", "## What a caller does", READERS];
    let named = tables.iter().flat_map(|heading| rows(document, heading));
    let named =
        named.filter_map(|row| row.last().map(|cell| quoted(cell).map(str::to_owned).collect::<Vec<_>>()));
    let is_there = |name: &String| sources.iter().any(|source| source.contains(&format!("fn {name}(")));
    named.flatten().filter(|name| !is_there(name)).collect()
}

/// The public functions that make sense of octets or text, and have no row.
pub(crate) fn readers_without_a_test(document: &str, sources: &[SourceFile]) -> Vec<String> {
    let known: Vec<(&str, &str)> = rows(document, READERS)
        .filter(|row| row.len() == 3 && quoted(row[2]).next().is_some())
        .flat_map(|row| {
            quoted(row[0]).flat_map(|file| quoted(row[1]).map(move |name| (file, name))).collect::<Vec<_>>()
        })
        .collect();
    let mut missing = Vec::new();
    for file in sources.iter().filter(|file| !file.is_tool() && file.top_level() != Some("testing")) {
        for (name, line) in readers(file) {
            if !known.contains(&(file.name.as_str(), name)) {
                missing.push(format!("{}:{line}: `{name}` reads what others wrote", file.name));
            }
        }
    }
    missing
}

/// Public functions whose names say that they read, and that take octets or text; each with its line.
fn readers(file: &SourceFile) -> Vec<(&str, usize)> {
    let words: Vec<&str> = file.tokens.iter().map(|token| token.text.as_str()).collect();
    let mut found = Vec::new();
    for (at, _) in words.iter().enumerate().filter(|(_, word)| **word == "fn") {
        let is_public =
            words[..at].iter().rev().find(|word| !["const", "async"].contains(word)) == Some(&"pub");
        let Some(name) =
            words.get(at + 1).filter(|name| is_public && VERBS.iter().any(|verb| name.starts_with(verb)))
        else {
            continue;
        };
        let parameters =
            words[at..].iter().skip_while(|word| **word != "(").take_while(|word| !["{", ";"].contains(word));
        // What stands behind the arrow is returned.
        let mut depth = 0;
        let parameters = parameters.take_while(|word| {
            depth += match **word {
                "(" => 1,
                ")" => -1,
                _ => 0,
            };
            depth > 0
        });
        if parameters.into_iter().any(|word| TYPES.contains(word)) {
            found.push((*name, file.tokens[at].line));
        }
    }
    found
}

const READERS: &str = "## What reads octets of others";

/// How the names of functions begin that read.
const VERBS: [&str; 6] = ["parse", "decode", "peek", "handle", "feed", "frame_length"];

/// What they read from.
const TYPES: [&str; 5] = ["u8", "str", "Bytes", "BytesMut", "Reader"];

#[test]
fn a_reader_without_a_row_is_found() {
    let source = "
        impl Thing {
            pub fn parse(text: &str) -> Result<Self, Error> { todo() }
            pub const fn decode_value<'a>(value: Option<&'a Bytes>) -> Self { todo() }
            pub(crate) fn parse_inside(text: &str) {}
            fn parse_here(octets: &[u8]) {}
            pub fn parse_number(number: u32) -> Vec<u8> { todo() }
            pub fn print(text: &str) {}
        }
        #[cfg(test)]
        mod tests { pub fn parse_test(text: &str) {} }
    ";
    let file = || vec![SourceFile::new("src/thing.rs", source)];
    let missing = readers_without_a_test("", &file());
    assert_eq!(
        missing,
        [
            "src/thing.rs:3: `parse` reads what others wrote",
            "src/thing.rs:4: `decode_value` reads what others wrote"
        ]
    );
    let document = format!("{READERS}\n| `src/thing.rs` | `parse`, `decode_value` | `thing` |\n");
    assert_eq!(readers_without_a_test(&document, &file()), [""; 0]);
    let document = format!("{READERS}\n| `src/thing.rs` | `parse`, `decode_value` | later |\n");
    assert_eq!(readers_without_a_test(&document, &file()).len(), 2);
}

#[test]
fn a_test_that_is_not_there_is_found() {
    let document =
        "## What a server sends\n| text | an error | `one_test`, `another` |\n\n## Next\n| `x` | y | `z` |\n";
    let sources = ["#[test]\nfn one_test() {}".to_owned()];
    assert_eq!(missing_tests(document, &sources), ["another"]);
}
