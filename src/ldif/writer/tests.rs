use proptest::prelude::*;

use crate::model::{Attribute, Entry};

use super::*;

fn line(mut writer: Writer, name: &str, value: impl AsRef<[u8]>) -> String {
    let mut target = Vec::new();
    writer.line(name, value.as_ref(), &mut target).unwrap();
    String::from_utf8(target).unwrap()
}

fn entry(entry: &Entry) -> Result<String, WriteError> {
    let mut target = b"before\n".to_vec();
    let written = Writer::new().entry(&SearchResultEntry::from(entry), &mut target);
    let text = String::from_utf8(target).unwrap();
    let text = text.strip_prefix("before\n").unwrap().to_owned();
    if written.is_err() {
        assert_eq!(text, "", "what cannot be written leaves nothing behind");
    }
    written.map(|()| text)
}

/// Reads lines back as RFC 2849 says: unfolds, drops comments, splits at the colon, decodes.
fn read(text: &str) -> Vec<(String, Vec<u8>)> {
    let unfolded = text.replace("\n ", "");
    let lines = unfolded.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.split_once(':').unwrap();
            let value = match value.strip_prefix(':') {
                Some(base64) => BASE64.decode(base64.trim_start_matches(' ').as_bytes()).unwrap(),
                None => value.trim_start_matches(' ').as_bytes().to_vec(),
            };
            (name.to_owned(), value)
        })
        .collect()
}

#[test]
fn safe_values_stand_as_they_are_and_others_in_base64() {
    let cases: [(&[u8], &str); 18] = [
        (b"Ada", "cn: Ada\n"),
        (b"", "cn:\n"),
        (b"a:b<c", "cn: a:b<c\n"),
        (b"\x01\t\x7f", "cn: \x01\t\x7f\n"),
        (b"#1", "cn: #1\n"),
        (b" x", "cn:: IHg=\n"),
        (b":x", "cn:: Ong=\n"),
        (b"<x", "cn:: PHg=\n"),
        (b"x ", "cn:: eCA=\n"),
        (b" ", "cn:: IA==\n"),
        (b"x\0", "cn:: eAA=\n"),
        (b"x\ny", "cn:: eAp5\n"),
        (b"x\ry", "cn:: eA15\n"),
        ("Zoë".as_bytes(), "cn:: Wm/Dqw==\n"),
        (b"\xff", "cn:: /w==\n"),
        (b"\x80", "cn:: gA==\n"),
        (b"\0", "cn:: AA==\n"),
        (b"-", "cn: -\n"),
    ];
    for (value, expected) in cases {
        assert_eq!(line(Writer::new(), "cn", value), expected, "{value:02x?}");
    }
}

#[test]
fn lines_fold_at_exactly_the_columns() {
    let writer = Writer::new().columns(10);
    assert_eq!(line(writer.clone(), "cn", "123456"), "cn: 123456\n");
    assert_eq!(line(writer.clone(), "cn", "1234567"), "cn: 123456\n 7\n");
    assert_eq!(line(writer.clone(), "cn", "123456123456789"), "cn: 123456\n 123456789\n");
    assert_eq!(line(writer.clone(), "cn", "1234561234567890"), "cn: 123456\n 123456789\n 0\n");
    // The name itself is as long as a line, or longer.
    assert_eq!(line(writer.clone(), "1234567890", "a"), "1234567890\n : a\n");
    assert_eq!(line(writer.clone(), "123456789", ""), "123456789:\n");
    assert_eq!(line(writer.clone(), "123456789", "a"), "123456789:\n  a\n");
    assert_eq!(line(writer, "12345678901", ""), "1234567890\n 1:\n");

    let whole = "x".repeat(DEFAULT_COLUMNS - 4);
    assert_eq!(line(Writer::new(), "cn", &whole), format!("cn: {whole}\n"));
    assert_eq!(line(Writer::new(), "cn", format!("{whole}y")), format!("cn: {whole}\n y\n"));
    assert_eq!(line(Writer::new().unfolded(), "cn", whole.repeat(9)), format!("cn: {}\n", whole.repeat(9)));
}

#[test]
fn the_narrowest_columns_leave_one_character_a_line() {
    for columns in [0, 1, 2] {
        assert_eq!(line(Writer::new().columns(columns), "cn", "abc"), "cn\n :\n  \n a\n b\n c\n");
    }
}

#[test]
fn comments_hold_any_text_and_no_fold_cuts_a_character() {
    let comment = |columns, text: &str| {
        let mut target = Vec::new();
        Writer::new().columns(columns).comment(text, &mut target);
        String::from_utf8(target).unwrap()
    };
    assert_eq!(comment(76, "ref: ldap://a/"), "# ref: ldap://a/\n");
    assert_eq!(comment(76, ""), "#\n");
    assert_eq!(comment(76, "a\ndn: b\r\nc\rd"), "# a\n# dn: b\n# c\n# d\n");
    assert_eq!(comment(5, "éé"), "# é\n é\n");
    assert_eq!(comment(6, "ééé"), "# éé\n é\n");
    assert_eq!(comment(2, "é𝄞"), "# \n é\n 𝄞\n");
}

#[test]
fn records_end_with_an_empty_line_and_keep_the_order() {
    let ada = Entry::new("cn=Zoë").with("cn", ["Zoë", "b"]).with("mail", ["a@b"]);
    assert_eq!(entry(&ada).unwrap(), "dn:: Y249Wm/Dqw==\ncn:: Wm/Dqw==\ncn: b\nmail: a@b\n\n");
    assert_eq!(entry(&Entry::new("")).unwrap(), "dn:\n\n");
}

#[test]
fn an_attribute_without_values_gets_an_empty_one() {
    let mut types_only = Entry::new("cn=a");
    types_only.push(Attribute::without_values("cn"));
    types_only.push(Attribute::without_values("userCertificate;binary"));
    assert_eq!(entry(&types_only).unwrap(), "dn: cn=a\ncn:\nuserCertificate;binary:\n\n");
}

#[test]
fn names_that_would_smuggle_in_lines_are_refused() {
    let named = |name: &str| {
        let mut named = Entry::new("cn=a").with("sn", ["b"]);
        named.push(Attribute::new(name, ["x"]));
        entry(&named)
    };
    assert_eq!(named(""), Err(WriteError::EmptyName));
    assert_eq!(named("a\ndn"), Err(WriteError::Name { octet: b'\n', position: 1 }));
    assert_eq!(named("a:"), Err(WriteError::Name { octet: b':', position: 1 }));
    assert_eq!(named(" a"), Err(WriteError::Name { octet: b' ', position: 0 }));
    assert_eq!(named("#a"), Err(WriteError::Name { octet: b'#', position: 0 }));
    assert_eq!(named("é"), Err(WriteError::Name { octet: 0xc3, position: 0 }));
    for name in ["member;range=0-1499", "x_y", "2.5.4.3", "a#"] {
        assert_eq!(named(name).unwrap(), format!("dn: cn=a\nsn: b\n{name}: x\n\n"));
    }
}

#[test]
fn an_entry_never_reads_as_a_change() {
    for name in ["changetype", "ChangeType", "control"] {
        let delete = Entry::new("cn=a").with(name, ["delete"]);
        assert_eq!(entry(&delete), Err(WriteError::ReadsAsChange));
        let second = Entry::new("cn=a").with("cn", ["a"]).with(name, ["delete"]);
        assert!(entry(&second).is_ok());
    }
}

proptest! {
    #[test]
    fn every_value_comes_back_in_any_columns(
        columns in 2_usize..90,
        dn in ".{0,20}",
        values in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 1..4),
    ) {
        let written = Entry::new(dn.as_str()).with("cn;lang-de", values.iter());
        let mut target = Vec::new();
        let mut writer = Writer::new().columns(columns);
        writer.entry(&SearchResultEntry::from(&written), &mut target).unwrap();
        let text = std::str::from_utf8(&target).unwrap();
        prop_assert!(text.is_ascii() && text.ends_with("\n\n"));
        prop_assert!(text.lines().all(|line| line.len() <= columns), "{}", text);

        let mut expected = vec![("dn".to_owned(), dn.into_bytes())];
        expected.extend(values.into_iter().map(|value| ("cn;lang-de".to_owned(), value)));
        prop_assert_eq!(read(text), expected);
    }

    #[test]
    fn comments_stay_comments_in_any_columns(columns in 2_usize..20, text in "[a-zé𝄞 \n\r:]{0,60}") {
        let mut target = Vec::new();
        Writer::new().columns(columns).comment(&text, &mut target);
        let text = std::str::from_utf8(&target).unwrap();
        prop_assert!(text.lines().all(|line| line.starts_with(['#', ' '])), "{}", text);
    }
}
