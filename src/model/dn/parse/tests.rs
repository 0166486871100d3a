use proptest::prelude::*;

use super::*;

/// The parts of a name: type and value of each assertion, `+` between those of one relative name.
fn parts(text: &str) -> Vec<Vec<(String, Vec<u8>)>> {
    let dn = Dn::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    let pair = |ava: &Ava| (ava.attribute().to_owned(), ava.value().to_vec());
    dn.rdns().iter().map(|rdn| rdn.avas().map(pair).collect()).collect()
}

fn value(text: &str) -> Vec<u8> {
    parts(&format!("cn={text}")).remove(0).remove(0).1
}

fn part(attribute: &str, value: impl AsRef<[u8]>) -> (String, Vec<u8>) {
    (attribute.to_owned(), value.as_ref().to_vec())
}

#[test]
fn names_one_after_the_other_are_checked_like_each_alone() {
    let mut superior = Vec::new();
    for text in [
        "cn=a,dc=example,dc=org",
        "cn=b,dc=example,dc=org",
        "cn=b",
        "cn=c+sn=d,dc=example,dc=org",
        "cn=c,dc=example,dc",
        "cn=d,dc=example,dc",
        "cn=d,",
        "cn=e,",
        "",
        "cn",
        "dc=example,dc=org",
        "cn=\\,dc=example,dc=org",
        "cn=f,dc=example,dc=org",
        "dc,dc=example,dc=org",
    ] {
        assert_eq!(Dn::check_next(text, &mut superior).err(), Dn::parse(text).err(), "{text}");
    }
    let long = format!("cn=a,{}", vec!["a="; Dn::MAX_AVAS - 1].join(","));
    assert!(Dn::check_next(&long, &mut superior).is_ok());
    assert!(Dn::check_next(&format!("cn=b+{long}"), &mut superior).is_err());
}

fn assert_refused(text: &str, position: usize, expected: DnExpected) {
    assert_eq!(Dn::check(text).err(), Dn::parse(text).err(), "{text:.80}");
    let error = Dn::parse(text).expect_err(text);
    assert_eq!((error.position(), error.expected()), (position, expected), "{text:?}");
    assert_eq!(error.found(), text.as_bytes().get(position).copied(), "{text:?}");
}

#[test]
fn examples_of_rfc_4514() {
    let base = [vec![part("DC", "example")], vec![part("DC", "net")]];
    let below = |rdn: Vec<_>| [vec![rdn], base.to_vec()].concat();
    for (text, expected) in [
        ("UID=jsmith,DC=example,DC=net", below(vec![part("UID", "jsmith")])),
        (
            "OU=Sales+CN=J.  Smith,DC=example,DC=net",
            below(vec![part("OU", "Sales"), part("CN", "J.  Smith")]),
        ),
        (
            r#"CN=James \"Jim\" Smith\, III,DC=example,DC=net"#,
            below(vec![part("CN", r#"James "Jim" Smith, III"#)]),
        ),
        (r"CN=Before\0dAfter,DC=example,DC=net", below(vec![part("CN", "Before\rAfter")])),
        ("1.3.6.1.4.1.1466.0=#04024869", vec![vec![part("1.3.6.1.4.1.1466.0", [0x04, 0x02, 0x48, 0x69])]]),
    ] {
        assert_eq!(parts(text), expected);
        assert_eq!(Dn::parse(text).unwrap().to_string(), text, "written as the standard writes it");
    }
    assert_eq!(parts(r"CN=Lu\C4\8Di\C4\87"), [[part("CN", "Lučić")]]);
    assert_eq!(Dn::parse(r"CN=Lu\C4\8Di\C4\87").unwrap().to_string(), "CN=Lučić");
    // Appendix A
    assert_eq!(parts(r"CN=Sam\ "), [[part("CN", "Sam ")]]);
    let long =
        "CN=Kurt D.  Zeilenga,OU=Engineering,L=Redwood Shores,O=OpenLDAP Foundation,ST=California,C=US";
    assert_eq!(parts(long).len(), 6);
    assert_eq!(Dn::parse(long).unwrap().to_string(), long);
}

#[test]
fn examples_of_rfc_2253_are_read_and_written_anew() {
    for (text, written) in [
        ("CN=Steve Kille,O=Isode Limited,C=GB", "CN=Steve Kille,O=Isode Limited,C=GB"),
        ("OU=Sales+CN=J. Smith,O=Widget Inc.,C=US", "OU=Sales+CN=J. Smith,O=Widget Inc.,C=US"),
        (r"CN=L. Eagle,O=Sue\, Grabbit and Runn,C=GB", r"CN=L. Eagle,O=Sue\, Grabbit and Runn,C=GB"),
        (r#"CN=L. Eagle,O="Sue, Grabbit and Runn",C=GB"#, r"CN=L. Eagle,O=Sue\, Grabbit and Runn,C=GB"),
        ("1.3.6.1.4.1.1466.0=#04024869,O=Test,C=GB", "1.3.6.1.4.1.1466.0=#04024869,O=Test,C=GB"),
        (r"SN=Lu\C4\8Di\C4\87", "SN=Lučić"),
        ("CN = a ; O = b , C = c", "CN=a,O=b,C=c"),
        ("  CN  =  a b  +  SN  =  c  ", "CN=a b+SN=c"),
        ("OID.2.5.4.3=a,oid.2.5.4.10=b", "2.5.4.3=a,2.5.4.10=b"),
        (r#"CN="a,=+<>#;b\"\\\2c " ,C="" "#, r#"CN=a\,=\+\<\>#\;b\"\\\,\ ,C="#),
        (r##"CN="#04" "##, r"CN=\#04"),
        ("CN= #0402 ,C=#ff", "CN=#0402,C=#ff"),
    ] {
        assert_eq!(Dn::parse(text).unwrap().to_string(), written, "{text:?}");
    }
}

#[test]
fn values_are_octets() {
    for (text, octets) in [
        ("", &b""[..]),
        ("a=b", b"a=b"),
        ("=", b"="),
        ("a#b", b"a#b"),
        (r"\#04", b"#04"),
        (r"\ a\ ", b" a "),
        (r"\ ", b" "),
        (r"a\ \ ", b"a  "),
        (r"a \  ", b"a  "),
        (r"a  b", b"a  b"),
        (r"\,\+\;\<\>\=\#\ \\", br",+;<>=# \"),
        (r#"\""#, b"\""),
        (r"\00", b"\0"),
        (r"\c4", b"\xc4"),
        (r"\C4\8d", "č".as_bytes()),
        ("\u{1}\t\n\u{7f}", b"\x01\t\n\x7f"),
        (r"\5c2c", br"\2c"),
        (r"\5C", br"\"),
        (r"\20", b" "),
        (r"\20a\20", b" a "),
        ("{}", b"{}"),
        ("a'*()&|!/?", b"a'*()&|!/?"),
        ("\u{a0}a\u{a0}", "\u{a0}a\u{a0}".as_bytes()),
    ] {
        assert_eq!(value(text), octets, "{text:?}");
    }
}

#[test]
fn malformed_names_are_refused_with_place_and_cause() {
    use DnExpected::*;
    for (text, position, expected) in [
        (" ", 1, AttributeType),
        (",", 0, AttributeType),
        ("=", 0, AttributeType),
        ("=a", 0, AttributeType),
        ("+", 0, AttributeType),
        ("cn", 2, Equals),
        ("cn,", 2, Equals),
        ("cn a=b", 3, Equals),
        ("cn=a,", 5, AttributeType),
        ("cn=a;", 5, AttributeType),
        ("cn=a+", 5, AttributeType),
        ("cn=a, ", 6, AttributeType),
        ("cn=a,,cn=b", 5, AttributeType),
        ("cn=a,+cn=b", 5, AttributeType),
        (",cn=a", 0, AttributeType),
        ("cn=a,b", 6, Equals),
        ("-a=b", 0, AttributeType),
        ("é=b", 0, AttributeType),
        ("\tcn=b", 0, AttributeType),
        ("a_b=c", 1, Equals),
        ("cn;lang-de=a", 2, Equals),
        ("2.5.4.3;lang-de=a", 7, Equals),
        ("1=a", 1, Oid),
        ("1.=a", 2, Oid),
        ("1.02=a", 2, Oid),
        ("01.2=a", 0, Oid),
        ("1..2=a", 2, Oid),
        ("1.2.cn=a", 4, Oid),
        ("1.2a=a", 3, Equals),
        ("OID.cn=a", 4, Oid),
        ("OID.=a", 4, Oid),
        ("Oid.1.2=a", 3, Equals),
        ("OID=a,x", 7, Equals),
        ("cn=a<b", 4, Backslash),
        ("cn=a>b", 4, Backslash),
        ("cn=a\"b", 4, Backslash),
        ("cn=a\0b", 4, Backslash),
        ("cn=\0", 3, Backslash),
        ("cn=\"\0\"", 4, Backslash),
        ("cn=<a", 3, Backslash),
        ("cn=\\", 4, Escape),
        ("cn=a\\", 5, Escape),
        ("cn=\\a", 4, Escape),
        ("cn=\\4", 4, Escape),
        ("cn=\\4,", 4, Escape),
        ("cn=\\4g", 4, Escape),
        ("cn=\\x41", 4, Escape),
        ("cn=\\n", 4, Escape),
        ("cn=\\é", 4, Escape),
        ("cn=\\\0", 4, Escape),
        ("cn=\\'", 4, Escape),
        ("cn=#", 4, HexPair),
        ("cn=#,", 4, HexPair),
        ("cn=#0", 5, HexPair),
        ("cn=#040", 7, HexPair),
        ("cn=#g0", 4, HexPair),
        ("cn=# 04", 4, HexPair),
        ("cn=#04 02", 7, Separator),
        ("cn=#04g", 6, Separator),
        ("cn=#04\\20", 6, Separator),
        ("cn=\"a", 5, ClosingQuote),
        ("cn=\"", 4, ClosingQuote),
        ("cn=\"a\\\"", 7, ClosingQuote),
        ("cn=\"a\"b", 6, Separator),
        ("cn=\"a\"\"b\"", 6, Separator),
        ("cn=\"\\x\"", 5, Escape),
    ] {
        assert_refused(text, position, expected);
    }
}

#[test]
fn a_single_part_is_read_alone() {
    assert_eq!(Rdn::parse("cn=a+sn=b").unwrap().avas().len(), 2);
    assert_eq!(Ava::parse("cn=a").unwrap().value_str(), Some("a"));
    for (error, position) in [
        (Rdn::parse("cn=a,sn=b").unwrap_err(), 4),
        (Ava::parse("cn=a+sn=b").unwrap_err(), 4),
        (Ava::parse("cn=a,sn=b").unwrap_err(), 4),
    ] {
        assert_eq!((error.position(), error.expected()), (position, DnExpected::End));
    }
    assert_eq!(Rdn::parse("").unwrap_err().expected(), DnExpected::AttributeType);
}

#[test]
fn errors_say_what_was_expected_and_what_came() {
    for (text, message) in [
        (
            "cn=a<",
            "distinguished name: expected a '\\' before a character that is not allowed in a value at offset 4, found '<'",
        ),
        (
            "cn=\0",
            "distinguished name: expected a '\\' before a character that is not allowed in a value at offset 3, found octet 0x00",
        ),
        ("cn=#0", "distinguished name: expected two hexadecimal digits at offset 5, found the end"),
        ("é", "distinguished name: expected an attribute type at offset 0, found octet 0xc3"),
    ] {
        assert_eq!(Dn::parse(text).unwrap_err().to_string(), message);
    }
}

#[test]
fn every_truncation_is_read_or_refused_in_place() {
    let text =
        r##"OID.2.5.4.3=Lu\C4\8Di\C4\87 + SN="a,\"b" ; OU=#0402FF00,O=\ x\, y\ ,DC=example  ,  DC=net"##;
    let complete = Dn::parse(text).unwrap();
    for (end, _) in text.char_indices() {
        match Dn::parse(&text[..end]) {
            Ok(dn) => assert!(dn.depth() <= complete.depth()),
            // What is missing is at the end, or an escape is cut.
            Err(error) => assert!(error.position() + 1 >= end, "{end}: {error}"),
        }
    }
}

#[test]
fn hostile_lengths_are_read_or_refused() {
    let mebibyte = 1024 * 1024;
    assert_refused(&",".repeat(mebibyte), 0, DnExpected::AttributeType);
    assert_refused(&"\\".repeat(mebibyte), 0, DnExpected::AttributeType);
    assert_refused(&" ".repeat(mebibyte), mebibyte, DnExpected::AttributeType);
    assert_refused(&"a".repeat(mebibyte), mebibyte, DnExpected::Equals);
    assert_refused(&format!("1.{}", "2.".repeat(mebibyte)), 2 * mebibyte + 2, DnExpected::Oid);
    assert_refused(&format!("cn=\"{}", "a".repeat(mebibyte)), mebibyte + 4, DnExpected::ClosingQuote);
    assert_refused(&format!("cn=#{}", "0".repeat(mebibyte + 1)), mebibyte + 5, DnExpected::HexPair);
    assert_eq!(value(&"\\,".repeat(mebibyte)).len(), mebibyte);
    assert_eq!(value(&format!("a{}", " ".repeat(mebibyte))), b"a");
    assert_eq!(value(&format!("{}a", " ".repeat(mebibyte))), b"a");
    assert_eq!(value(&r"\ ".repeat(mebibyte)).len(), mebibyte);
}

#[test]
fn names_have_limits() {
    let most = vec!["a="; Dn::MAX_AVAS].join(",");
    assert_eq!(Dn::parse(&most).unwrap().depth(), Dn::MAX_AVAS);
    assert_refused(&format!("{most},a="), most.len() + 1, DnExpected::FewerAvas);
    let most = vec!["a="; Dn::MAX_AVAS].join("+");
    assert_eq!(Rdn::parse(&most).unwrap().avas().len(), Dn::MAX_AVAS);
    assert_refused(&format!("{most}+a="), most.len() + 1, DnExpected::FewerAvas);
    assert!(DnExpected::FewerAvas.as_str().contains(&Dn::MAX_AVAS.to_string()));

    let longest = format!("a={}", "x".repeat(Dn::MAX_LENGTH - 2));
    assert_eq!(Dn::parse(&longest).unwrap().depth(), 1);
    let longer = format!("{longest}x");
    assert_refused(&longer, Dn::MAX_LENGTH, DnExpected::ShorterText);
    assert_eq!(Rdn::parse(&longer).unwrap_err().expected(), DnExpected::ShorterText);
    assert_eq!(Ava::parse(&longer).unwrap_err().expected(), DnExpected::ShorterText);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_read_is_written_to_the_same(
        text in prop_oneof![
            "[ a-c0-2.,+;=\"#\\\\<>{}\u{0}é-]{0,24}",
            "(cn|1\\.2|OID\\.2\\.5|ou) ?= ?(\\\\[0-9a-f]{2}|\\\\[ ,+#]|[a =#\"é]){0,6}[,;+]?(cn=[ a#\\\\,20]{0,6})?",
            any::<String>(),
        ]
    ) {
        prop_assert_eq!(Dn::check(&text).err(), Dn::parse(&text).err());
        if let Ok(dn) = Dn::parse(&text) {
            let written = dn.to_string();
            let read = Dn::parse(&written).unwrap();
            prop_assert!(read.is_identical(&dn), "{:?} -> {:?}", text, written);
            prop_assert_eq!(read.to_string(), written);
        }
    }
}
