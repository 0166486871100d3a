use proptest::prelude::*;

use crate::ldif::{Change, ChangeRecord, LdifRecord, SliceReader};
use crate::model::{Attribute, Control, Entry, LdapString, Modification, ModifyOperation, Oid};
use crate::proto::{AddRequest, DeleteRequest, ModifyDnRequest, ModifyRequest, OldRdn};
use crate::testing::{fuzz, strategies};

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

/// Writes a change.
fn change(change: impl Into<Change>, controls: &[Control]) -> Result<String, WriteError> {
    let mut target = Vec::new();
    let record = ChangeRecord::new(change).with_controls(controls.iter().cloned());
    let written = Writer::new().change(&record, &mut target);
    assert!(written.is_ok() || target.is_empty(), "what cannot be written leaves nothing behind");
    written.map(|()| String::from_utf8(target).unwrap())
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
fn policies_ask_for_more_or_less_base64() {
    use Base64Policy::*;
    for (value, written) in [
        ("a", [("a", Required), ("a", ControlCharacters), ("a", ExceptUtf8), (":YQ==", Always)]),
        ("\t", [("\t", Required), (":CQ==", ControlCharacters), ("\t", ExceptUtf8), (":CQ==", Always)]),
        ("é", [(":w6k=", Required), (":w6k=", ControlCharacters), ("é", ExceptUtf8), (":w6k=", Always)]),
        (" ", [(":IA==", Required), (":IA==", ControlCharacters), (":IA==", ExceptUtf8), (":IA==", Always)]),
    ] {
        for (expected, policy) in written {
            let expected = expected
                .strip_prefix(':')
                .map_or_else(|| format!("cn: {expected}\n"), |base64| format!("cn:: {base64}\n"));
            assert_eq!(line(Writer::new().base64(policy), "cn", value), expected, "{policy:?}");
        }
        assert_eq!(line(Writer::new().base64(Always), "cn", ""), "cn:\n");
    }
    assert_eq!(line(Writer::new().base64(ExceptUtf8), "cn", b"\xff"), "cn:: /w==\n");
    assert_eq!(line(Writer::new().base64(ExceptUtf8).columns(7), "cn", "aéé"), "cn: aé\n é\n");
}

#[test]
fn lines_end_as_is_asked_for() {
    let mut writer = Writer::new().line_end(LineEnd::CrLf).columns(8);
    let mut target = Vec::new();
    writer.version(&mut target);
    writer.comment("12345678", &mut target);
    writer.content(&Entry::new("cn=a").with("cn", ["12345"]), &mut target).unwrap();
    let text = String::from_utf8(target).unwrap();
    assert_eq!(text, "version:\r\n  1\r\n\r\n# 123456\r\n 78\r\ndn: cn=a\r\ncn: 1234\r\n 5\r\n\r\n");
}

#[test]
fn changes_are_written_as_the_standard_has_them() {
    let oid = Oid::from_static("1.2.3");
    let controls = [
        Control::new(oid.clone()),
        Control::new(oid.clone()).critical().with_value("v"),
        Control::new(oid.clone()).with_value(""),
        Control::new(oid).critical().with_value(vec![0xff]),
    ];
    assert_eq!(
        change(DeleteRequest::new("cn=a"), &controls).unwrap(),
        "dn: cn=a\ncontrol: 1.2.3\ncontrol: 1.2.3 true: v\ncontrol: 1.2.3:\ncontrol: 1.2.3 true:: /w==\nchangetype: delete\n\n"
    );
    let add = AddRequest::from(Entry::new("cn=a").with("changetype", ["x"]).with("cn", ["a", " "]));
    assert_eq!(change(add, &[]).unwrap(), "dn: cn=a\nchangetype: add\nchangetype: x\ncn: a\ncn:: IA==\n\n");
    let modify = ModifyRequest::new(
        "cn=a",
        [
            Modification::add("cn;lang-de", ["b", ""]),
            Modification::delete_attribute("sn"),
            Modification::clear("l"),
            Modification::increment("uidNumber", -1),
        ],
    );
    assert_eq!(
        change(modify, &[]).unwrap(),
        "dn: cn=a\nchangetype: modify\nadd: cn;lang-de\ncn;lang-de: b\ncn;lang-de:\n-\ndelete: sn\n-\nreplace: l\n-\nincrement: uidNumber\nuidNumber: -1\n-\n\n"
    );
    let rename = ModifyDnRequest::new("cn=a", "cn=é", OldRdn::Delete);
    assert_eq!(
        change(rename.clone(), &[]).unwrap(),
        "dn: cn=a\nchangetype: modrdn\nnewrdn:: Y249w6k=\ndeleteoldrdn: 1\n\n"
    );
    assert!(
        change(rename.with_new_superior(""), &[]).unwrap().ends_with("deleteoldrdn: 1\nnewsuperior:\n\n")
    );
}

#[test]
fn changes_that_ldif_cannot_hold_are_refused() {
    let modify = |modification| change(ModifyRequest::new("cn=a", [modification]), &[]);
    let other = Modification::new(ModifyOperation::from_number(4), Attribute::without_values("cn"));
    assert_eq!(modify(other), Err(WriteError::Operation(4)));
    let increment = |values: &[&str]| {
        Modification::new(ModifyOperation::Increment, Attribute::new("n", values.iter().copied()))
    };
    assert_eq!(modify(increment(&[])), Err(WriteError::OneIncrement));
    assert_eq!(modify(increment(&["1", "2"])), Err(WriteError::OneIncrement));
    assert_eq!(modify(Modification::clear("-")), Err(WriteError::Name { octet: b'-', position: 0 }));
    assert_eq!(modify(Modification::clear("a\n-")), Err(WriteError::Name { octet: b'\n', position: 1 }));
    assert_eq!(change(AddRequest::from(Entry::new("cn=a")), &[]), Err(WriteError::NoAttributes));
    let named = Entry::new("cn=a").with("cn", ["a"]).with("DN", ["cn=b"]);
    assert_eq!(change(AddRequest::from(&named), &[]), Err(WriteError::ReadsAsName));
    assert_eq!(entry(&named), Err(WriteError::ReadsAsName));
    for oid in ["", "cn", "1.", ".1", "1.2\nchangetype: delete", "1.2 true"] {
        let control = Control::new(Oid::from_wire(LdapString::from(oid)));
        assert_eq!(change(DeleteRequest::new("cn=a"), &[control]), Err(WriteError::ControlOid), "{oid}");
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
    fn every_record_comes_back_in_any_form(
        records in prop_oneof![
            prop::collection::vec(strategies::content_record(), 0..4),
            prop::collection::vec(strategies::change_record(), 0..4),
        ],
        columns in 0_usize..100,
        crlf in any::<bool>(),
        policy in prop::sample::select(&[
            Base64Policy::Required, Base64Policy::ControlCharacters, Base64Policy::ExceptUtf8, Base64Policy::Always,
        ]),
        comment in any::<String>(),
    ) {
        let line_end = if crlf { LineEnd::CrLf } else { LineEnd::Lf };
        let mut writer = Writer::new().columns(columns).line_end(line_end).base64(policy);
        let mut text = Vec::new();
        writer.version(&mut text);
        for record in &records {
            writer.comment(&comment, &mut text);
            writer.ldif_record(record, &mut text).unwrap();
        }
        let read: Result<Vec<LdifRecord>, _> =
            SliceReader::new(&text).map(|located| located.map(|located| located.record)).collect();
        prop_assert_eq!(read, Ok(records), "{}", text.escape_ascii());
    }

    #[test]
    fn what_was_read_comes_back(form in any::<u8>(), file in strategies::ldif_text()) {
        fuzz::ldif_round_trip(&[&[form][..], &file].concat());
    }

    #[test]
    fn comments_stay_comments_in_any_columns(columns in 2_usize..20, text in "[a-zé𝄞 \n\r:]{0,60}") {
        let mut target = Vec::new();
        Writer::new().columns(columns).comment(&text, &mut target);
        let text = std::str::from_utf8(&target).unwrap();
        prop_assert!(text.lines().all(|line| line.starts_with(['#', ' '])), "{}", text);
    }
}
