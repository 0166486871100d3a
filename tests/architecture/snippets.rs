//! Proves the rules on sources that keep them and on sources that offend.

use super::document::Document;
use super::rules::{self, Offence, RootMacros};
use super::source::SourceFile;

fn document() -> Document {
    Document::parse(
        "## Floors\n| floor | modules | holds |\n|---|---|---|\n| 0 octets | `ber` | |\n\
         | 1 words | `model`, `schema` | |\n| 2 protocol | `proto` | |\n| 4 error | `error`, `transport` | |\n\
         | 7 tools | `bin/tool` | |\n\
         ## Long files\n| file | reason |\n|---|---|\n| `src/ber/long.rs` | a table |\n",
    )
}

fn order(name: &str, text: &str) -> Vec<String> {
    let macros = RootMacros::from([("filter".to_owned(), "model".to_owned())]);
    lines(rules::order(&SourceFile::new(name, text), &document(), &macros))
}

fn lines(offences: impl IntoIterator<Item = Offence>) -> Vec<String> {
    let mut lines: Vec<String> = offences.into_iter().map(|offence| offence.to_string()).collect();
    for line in &mut lines {
        // The place and the first name are enough to tell the offences apart.
        let end = line.find(" (floor").unwrap_or(line.len());
        *line = match line.split_once("imports from ") {
            Some((_, rest)) => format!("{} {}", &line[..end], rest.split('`').nth(1).unwrap_or_default()),
            None => line.clone(),
        };
    }
    lines
}

#[test]
fn imports_downwards_and_inside_a_module_are_free() {
    let text = "use crate::ber::Reader;\nuse crate::model::{Dn, Filter};\nuse crate::proto::limits;\n\
                use super::op::Op;\nuse super::super::ber;\nuse self::inner::X;\nuse std::fmt;\npub(crate) struct A;";
    assert_eq!(order("src/proto/bind.rs", text), [""; 0]);
}

#[test]
fn upward_import_names_file_line_and_both_modules() {
    let file = SourceFile::new("src/ber/reader.rs", "//! Doc.\n\nuse crate::proto::Message;\n");
    let offences = rules::order(&file, &document(), &RootMacros::new());
    assert_eq!(
        offences.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["src/ber/reader.rs:3: `ber` (floor 0) imports from `proto` (floor 2), which stands after it"]
    );
}

#[test]
fn order_holds_within_a_floor() {
    assert_eq!(order("src/model/dn.rs", "use crate::schema::Syntax;"), ["src/model/dn.rs:1: `model` schema"]);
    assert_eq!(order("src/schema/syntax.rs", "use crate::model::Oid;"), [""; 0]);
}

#[test]
fn groups_count_member_by_member_on_their_own_lines() {
    let text = "use crate::{\n    ber::{self, Reader},\n    proto::{\n        bind,\n        search::{Search, Scope as S},\n    },\n    \
                transport as t,\n};\n";
    assert_eq!(
        order("src/model/dn.rs", text),
        [
            "src/model/dn.rs:3: `model` proto",
            "src/model/dn.rs:3: `model` proto",
            "src/model/dn.rs:3: `model` proto",
            "src/model/dn.rs:7: `model` transport"
        ]
    );
}

#[test]
fn paths_inside_code_count() {
    let text = "fn f(x: &crate::proto::Message) -> bool {\n    x.is(<crate::error::Error as Into<u8>>::into)\n}\n\
                macro_rules! m { () => { $crate::transport::connect() } }";
    assert_eq!(
        order("src/ber/mod.rs", text),
        [
            "src/ber/mod.rs:1: `ber` proto",
            "src/ber/mod.rs:2: `ber` error",
            "src/ber/mod.rs:4: `ber` transport"
        ]
    );
}

#[test]
fn super_that_reaches_the_root_counts() {
    assert_eq!(order("src/ber/mod.rs", "use super::proto::X;"), ["src/ber/mod.rs:1: `ber` proto"]);
    assert_eq!(order("src/ber/reader.rs", "use super::proto::X;"), [""; 0]);
    assert_eq!(
        order("src/ber/reader.rs", "use super::super::proto::X;"),
        ["src/ber/reader.rs:1: `ber` proto"]
    );
    assert_eq!(
        order("src/ber/reader.rs", "use super::{super::proto::X, Tag};"),
        ["src/ber/reader.rs:1: `ber` proto"]
    );
}

#[test]
fn inline_modules_add_a_level() {
    let text = "mod inner {\n    use super::proto::X;\n    use super::super::super::proto::Y;\n}\nuse super::super::proto::Z;";
    assert_eq!(
        order("src/ber/reader.rs", text),
        ["src/ber/reader.rs:3: `ber` proto", "src/ber/reader.rs:5: `ber` proto"]
    );
}

#[test]
fn comments_and_literals_do_not_count() {
    let text = r####"//! use crate::proto::A;
/// ```
/// use crate::proto::B;
/// ```
/* use crate::proto::C; /* nested */ crate::proto::D */
const TEXTS: [&str; 4] = ["crate::proto::E", "\" crate::proto::F", r#"" crate::proto::G"#, "two
crate::proto::H lines"];
const OCTETS: (&[u8], u8, char, char) = (b"crate::proto::I", b'"', '\'', '"');
fn lifetime<'a>(text: &'a str) -> &'a str { text }
use crate::transport::X;
"####;
    assert_eq!(order("src/ber/reader.rs", text), ["src/ber/reader.rs:10: `ber` transport"]);
}

#[test]
fn test_code_may_import_anything() {
    let text = "use crate::ber::Tag;\n#[cfg(test)]\n#[path = \"x\"]\nmod tests {\n    use crate::proto::Message;\n    fn f() {}\n}\n\
                #[cfg(all(test, feature = \"x\"))]\nuse crate::{proto::X, error};\nuse crate::error::E;";
    assert_eq!(order("src/ber/reader.rs", text), ["src/ber/reader.rs:10: `ber` error"]);
    assert_eq!(order("src/ber/reader/tests.rs", "use crate::proto::Message;"), [""; 0]);
    assert_eq!(order("src/ber/tests/hostile.rs", "use crate::proto::Message;"), [""; 0]);
}

#[test]
fn code_after_a_test_only_item_counts_again() {
    let text = "#[cfg(test)]\nuse crate::proto::{A, B};\nuse crate::error::E;\n#[cfg(test)]\nfn f() -> [u8; 2] { [0; 2] }\nuse crate::error::F;";
    assert_eq!(
        order("src/ber/reader.rs", text),
        ["src/ber/reader.rs:3: `ber` error", "src/ber/reader.rs:6: `ber` error"]
    );
}

#[test]
fn names_of_the_root_are_no_way_around_the_order() {
    for text in ["use crate::Error;", "use crate::*;", "type X = crate::Error;"] {
        let offences = order("src/model/dn.rs", text);
        assert!(matches!(&offences[..], [one] if one.contains("root")), "{text}: {offences:?}");
    }
}

#[test]
fn exported_macros_belong_to_the_module_that_defines_them() {
    let defining =
        SourceFile::new("src/model/filter.rs", "#[macro_export]\nmacro_rules! filter { () => {} }");
    assert_eq!(rules::exported_macros(&[defining])["filter"], "model");
    assert_eq!(order("src/proto/search.rs", "const F: Filter = crate::filter!(\"(a=b)\");"), [""; 0]);
    assert_eq!(order("src/ber/tag.rs", "use crate::filter;"), ["src/ber/tag.rs:1: `ber` model"]);
}

#[test]
fn unknown_modules_offend() {
    let unknown = |name| rules::known_module(&SourceFile::new(name, ""), &document()).is_some();
    assert!(unknown("src/novel/mod.rs"));
    assert!(unknown("src/novel.rs"));
    assert!(unknown("src/bin/other/main.rs"));
    assert!(!unknown("src/lib.rs"));
    assert!(!unknown("src/ber/novel.rs"));
    assert!(!unknown("src/bin/tool/main.rs"));
}

#[test]
fn outside_world_offends_on_low_floors_only() {
    let text = "use std::{fmt, net::{IpAddr, TcpStream}};\nuse tokio::io;\nlet now = std::time::Instant::now();\n\
                use core::time::Duration;\nuse core::net::IpAddr;\n// use std::fs::File;\n";
    let offences = |name| lines(rules::no_outside_world(&SourceFile::new(name, text), &document()));
    let low = offences("src/ber/reader.rs");
    let places: Vec<&str> = low.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(places, ["`std::net`", "`std::net`", "`tokio::io`", "`std::time`"]);
    assert!(low[3].starts_with("src/ber/reader.rs:3:"));
    assert_eq!(offences("src/transport/tcp.rs"), [""; 0]);
}

#[test]
fn logic_in_module_files_offends() {
    let text = "//! fn f() {}\nmod a;\npub use a::A;\nimpl A {}\npub fn f() {}\n#[cfg(test)]\nmod tests { fn g() {} }";
    let places = |name| lines(rules::no_logic_in_module_files(&SourceFile::new(name, text)));
    assert_eq!(
        places("src/ber/mod.rs"),
        ["src/ber/mod.rs:4: `impl` in a module file", "src/ber/mod.rs:5: `fn` in a module file"]
    );
    assert_eq!(places("src/lib.rs").len(), 2);
    assert_eq!(places("src/ber/tag.rs"), [""; 0]);
}

#[test]
fn source_from_elsewhere_offends() {
    let text = "#[path = \"../../ber/reader.rs\"]\nmod reader;\ninclude!(\"x.rs\");\nconst X: &str = include_str!(\"x\");";
    let offences = rules::no_foreign_source(&SourceFile::new("src/bin/tool/main.rs", text));
    assert_eq!(
        lines(offences),
        [
            "src/bin/tool/main.rs:1: source from another place",
            "src/bin/tool/main.rs:3: source from another place"
        ]
    );
}

#[test]
fn empty_names_offend() {
    let offends = |name| rules::telling_name(&SourceFile::new(name, "")).is_some();
    assert!(offends("src/proto/utils.rs"));
    assert!(offends("src/common/mod.rs"));
    assert!(!offends("src/proto/bind.rs"));
}

#[test]
fn long_files_offend_unless_excused() {
    let long = "mod a;\n".repeat(601);
    let tested =
        format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", "mod a;\n".repeat(600), "mod b;\n".repeat(100));
    let sources = [
        SourceFile::new("src/ber/a.rs", &long),
        SourceFile::new("src/ber/b.rs", &tested),
        SourceFile::new("src/ber/b/tests.rs", &long),
        SourceFile::new("src/ber/long.rs", &long),
    ];
    assert_eq!(lines(rules::length(&sources, &document())), ["src/ber/a.rs:601: 601 lines, more than 600"]);
    let sources = [SourceFile::new("src/ber/long.rs", "mod a;")];
    assert_eq!(lines(rules::length(&sources, &document())).len(), 1);
    assert_eq!(lines(rules::length(&[], &document())), ["src/ber/long.rs:1: excused as long, but not there"]);
}
