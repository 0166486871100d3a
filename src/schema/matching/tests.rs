use super::*;
use crate::model::{Dn, Substring};
use crate::schema::{Schema, Syntax};

fn schema() -> Schema {
    Schema::from_ldif(
        "attributeTypes: ( 2.5.4.3 NAME ( 'cn' 'commonName' ) EQUALITY caseIgnoreMatch )\n\
         attributeTypes: ( 1.2.1 NAME 'exact' EQUALITY caseExactMatch )\n\
         attributeTypes: ( 1.2.2 NAME 'number' EQUALITY integerMatch )\n\
         attributeTypes: ( 1.2.3 NAME 'member' EQUALITY distinguishedNameMatch )\n\
         attributeTypes: ( 1.2.4 NAME 'unique' EQUALITY uniqueMemberMatch )\n\
         objectClasses: ( 2.5.6.6 NAME 'person' )\n",
    )
}

fn matches(rule: &str, value: &str, assertion: &str) -> Option<bool> {
    let rule = Rule::find(rule).unwrap_or_else(|| panic!("{rule}"));
    rule.matches(&schema(), value.as_bytes(), assertion.as_bytes()).ok()
}

const TRUE: Option<bool> = Some(true);
const FALSE: Option<bool> = Some(false);
const UNDEFINED: Option<bool> = None;

#[test]
fn values_match_by_their_rules() {
    for (rule, value, assertion, result) in [
        ("caseIgnoreMatch", "Foo  Bar ", "foo bar", TRUE),
        ("caseIgnoreMatch", "foobar", "foo bar", FALSE),
        ("caseIgnoreMatch", "", " ", TRUE),
        ("caseIgnoreMatch", "\u{1f600}", "\u{1f600}", UNDEFINED),
        ("caseIgnoreOrderingMatch", "Abc", "abD", TRUE),
        ("caseIgnoreOrderingMatch", "abc", "ABC", FALSE),
        // A space comes before every letter, at the end of a value too.
        ("caseIgnoreOrderingMatch", "ab", "ab c", TRUE),
        ("caseExactMatch", "Foo", "Foo ", TRUE),
        ("caseExactMatch", "Foo", "foo", FALSE),
        ("caseExactOrderingMatch", "B", "a", TRUE),
        ("caseExactIA5Match", "a  b", "a b", TRUE),
        ("caseExactIA5Match", "a", "A", FALSE),
        ("caseIgnoreIA5Match", "A@b", "a@B", TRUE),
        ("caseIgnoreListMatch", "A  b$\\24c", "a b$ \\24C", TRUE),
        ("caseIgnoreListMatch", "a$b", "a b", FALSE),
        ("caseIgnoreListMatch", "a\\24b", "a$b", FALSE),
        ("numericStringMatch", "12 3", "1 23", TRUE),
        ("numericStringMatch", "123", "124", FALSE),
        ("numericStringOrderingMatch", "1 1", "12", TRUE),
        ("telephoneNumberMatch", "+1 512-315 0280", "+15123150280", TRUE),
        ("telephoneNumberMatch", "1", "2", FALSE),
        ("integerMatch", "1321", "1321", TRUE),
        ("integerMatch", "123456789012345678901234567890", "123456789012345678901234567890", TRUE),
        ("integerMatch", "01", "1", UNDEFINED),
        ("integerMatch", "x", "1", UNDEFINED),
        ("booleanMatch", "TRUE", "true", TRUE),
        ("booleanMatch", "TRUE", "FALSE", FALSE),
        ("booleanMatch", "yes", "TRUE", UNDEFINED),
        ("bitStringMatch", "'010'B", "'010'B", TRUE),
        ("bitStringMatch", "'010'B", "'01'B", FALSE),
        ("octetStringMatch", "a", "a", TRUE),
        ("octetStringMatch", "a", "a ", FALSE),
        ("octetStringOrderingMatch", "a", "a ", TRUE),
        ("generalizedTimeMatch", "199412161032Z", "199412160532-0500", TRUE),
        ("generalizedTimeMatch", "199412161032Z", "19941216103200.1Z", FALSE),
        ("generalizedTimeMatch", "199412161032Z", "now", UNDEFINED),
        ("generalizedTimeOrderingMatch", "1994121610Z", "19941216100000.1Z", TRUE),
        ("objectIdentifierMatch", "2.5.6.6", "PERSON", TRUE),
        ("objectIdentifierMatch", "cn", "commonname", TRUE),
        ("objectIdentifierMatch", "2.5.6.6", "2.5.6.60", FALSE),
        ("objectIdentifierMatch", "2.5.6.6", "nobody", UNDEFINED),
        ("objectIdentifierMatch", "2.5.06", "2.5.6", UNDEFINED),
        ("distinguishedNameMatch", "CN=A  b,exact=X", "commonName=a B,1.2.1=X", TRUE),
        ("distinguishedNameMatch", "cn=a,exact=X", "cn=a,exact=x", FALSE),
        ("distinguishedNameMatch", "cn=a+exact=X", "exact=X+cn=a", TRUE),
        ("distinguishedNameMatch", "cn=a+exact=X", "cn=a", FALSE),
        ("distinguishedNameMatch", "cn=a,cn=b", "cn=b,cn=a", FALSE),
        ("distinguishedNameMatch", "x", "x", UNDEFINED),
        ("uniqueMemberMatch", "cn=A#'01'B", "CN=a#'01'b", TRUE),
        ("uniqueMemberMatch", "cn=a#'01'B", "cn=a", FALSE),
        ("uniqueMemberMatch", "cn=a#'01'B", "cn=a#'010'B", FALSE),
        ("objectIdentifierFirstComponentMatch", "( 2.5.6.6 NAME 'person' )", "person", TRUE),
        ("objectIdentifierFirstComponentMatch", "(2.5.6.6)", "2.5.6.6", TRUE),
        ("objectIdentifierFirstComponentMatch", "( 2.5.6.7 )", "2.5.6.6", FALSE),
        ("objectIdentifierFirstComponentMatch", "2.5.6.7", "2.5.6.6", UNDEFINED),
        ("integerFirstComponentMatch", "( 2 FORM f )", "2", TRUE),
        ("integerFirstComponentMatch", "( 2 FORM f )", "3", FALSE),
        ("directoryStringFirstComponentMatch", "( 'A b' 1 )", "a  B", TRUE),
        ("wordMatch", "Babs Jensen (sales)", "SALES", TRUE),
        ("wordMatch", "Babs Jensen", "Jens", FALSE),
        ("keywordMatch", "a,b", "b", TRUE),
        ("uuidMatch", "597ae2f6-16a6-1027-98f4-d28b5365dc14", "597AE2F6-16A6-1027-98F4-D28B5365DC14", TRUE),
        (
            "uuidOrderingMatch",
            "097ae2f6-16a6-1027-98f4-d28b5365dc14",
            "597AE2F6-16A6-1027-98F4-D28B5365DC14",
            TRUE,
        ),
        ("uuidMatch", "597ae2f6", "597ae2f6", UNDEFINED),
        ("1.2.840.113556.1.4.803", "514", "2", TRUE),
        ("1.2.840.113556.1.4.803", "512", "514", FALSE),
        ("1.2.840.113556.1.4.804", "512", "514", TRUE),
        ("1.2.840.113556.1.4.804", "512", "0", FALSE),
        ("1.2.840.113556.1.4.803", "-2147483646", "2147483648", TRUE),
    ] {
        assert_eq!(matches(rule, value, assertion), result, "{rule} {value:?} {assertion:?}");
    }
}

#[test]
fn substrings_match_by_their_rules() {
    for (rule, value, assertion, result) in [
        ("caseIgnoreSubstringsMatch", "Babs Jensen", "b*JEN*sen", TRUE),
        ("caseIgnoreSubstringsMatch", "Babs", "*", TRUE),
        ("caseIgnoreSubstringsMatch", "abc", "ab*bc", FALSE),
        ("caseIgnoreSubstringsMatch", "aXbXc", "a*x*x*c", TRUE),
        ("caseIgnoreSubstringsMatch", "aXbc", "a*x*x*c", FALSE),
        ("caseIgnoreSubstringsMatch", "a*b", "*\\2a*", TRUE),
        ("caseIgnoreSubstringsMatch", "ab", "*\\2a*", FALSE),
        ("caseIgnoreSubstringsMatch", "ab", "ab", UNDEFINED),
        ("caseExactSubstringsMatch", "Foo", "f*", FALSE),
        ("caseExactSubstringsMatch", "Foo", "F*", TRUE),
        ("caseIgnoreIA5SubstringsMatch", "a@B.c", "*@b*", TRUE),
        ("numericStringSubstringsMatch", "1 2 3", "12*", TRUE),
        ("telephoneNumberSubstringsMatch", "+1-512 315", "*5123-1*", TRUE),
        ("caseIgnoreListSubstringsMatch", "Main St.$Any town$USA", "main*town*usa", TRUE),
        ("caseIgnoreListSubstringsMatch", "ab$cd", "*bc*", FALSE),
        ("caseIgnoreListSubstringsMatch", "ab$cd", "*b*c*", TRUE),
        ("caseIgnoreListSubstringsMatch", "ab$cd", "*b*cd", TRUE),
        ("caseIgnoreListSubstringsMatch", "ab$cd", "ab*", TRUE),
        ("caseIgnoreListSubstringsMatch", "ab", "ab *", TRUE),
        ("caseIgnoreListSubstringsMatch", "ab", "* ab", TRUE),
        // Where lines meet there is no space but their own.
        ("caseIgnoreListSubstringsMatch", "ab$cd", "* c*", FALSE),
        ("caseIgnoreListSubstringsMatch", "ab$cd", "ab *", FALSE),
        ("caseIgnoreListSubstringsMatch", "ab$cd", "* cd", FALSE),
        ("caseIgnoreListSubstringsMatch", "ab$cd", "*b *", FALSE),
        ("caseIgnoreListSubstringsMatch", "ab$cd$ef", "* cd*", FALSE),
        ("caseIgnoreListSubstringsMatch", "ab$cd$ef", "*cd *", FALSE),
        ("caseIgnoreListSubstringsMatch", "ab$cd$ef", "*cd*", TRUE),
        ("caseIgnoreListSubstringsMatch", "ab $ cd", "*b *", TRUE),
        ("caseIgnoreListSubstringsMatch", "ab $ cd", "ab *", TRUE),
        ("caseIgnoreListSubstringsMatch", "ab$ cd", "* cd", TRUE),
        ("caseIgnoreListSubstringsMatch", "1 Main St$Anytown", "1 Main St *", FALSE),
        ("caseIgnoreListSubstringsMatch", "1 Main St$Anytown", "1 Main St*", TRUE),
        ("caseIgnoreListSubstringsMatch", "1  Main St$Anytown", "* main *", TRUE),
        ("caseIgnoreListSubstringsMatch", "$ab$$cd$", "ab*cd", TRUE),
        ("caseIgnoreListSubstringsMatch", "", "*a*", FALSE),
        ("caseIgnoreListSubstringsMatch", "$", "*a*", FALSE),
        // RFC 4518 appendix B.
        ("caseIgnoreSubstringsMatch", "foobar", "foo * bar", FALSE),
        ("caseIgnoreSubstringsMatch", "foo  bar", "foo * bar", TRUE),
        ("caseIgnoreSubstringsMatch", "foo bar", "foo * bar", TRUE),
        ("caseIgnoreSubstringsMatch", "foobar", "* foobar *", TRUE),
        ("caseIgnoreSubstringsMatch", "foobar", "* *foobar* *", TRUE),
    ] {
        assert_eq!(matches(rule, value, assertion), result, "{rule} {value:?} {assertion:?}");
    }
    let rule = Rule::find("caseIgnoreSubstringsMatch").unwrap();
    let parts = || [Substring::Any(b"*".as_slice())];
    assert_eq!(rule.matches_substrings(b"a*b", parts()), Ok(true));
    assert_eq!(rule.matches_substrings(b"ab", parts()), Ok(false));
    assert_eq!(rule.matches_substrings(b"ab", [Substring::Any(b"\xff".as_slice())]).ok(), None);
    let equality = Rule::find("caseIgnoreMatch").unwrap();
    assert_eq!(equality.matches_substrings(b"ab", parts()), Err(Undefined::Purpose));
}

#[test]
fn numbers_sort_by_magnitude() {
    let rule = Rule::find("integerOrderingMatch").unwrap();
    let sorted = [
        "-123456789012345678901234567890",
        "-100",
        "-99",
        "-10",
        "-9",
        "-1",
        "0",
        "1",
        "9",
        "10",
        "99",
        "100",
        "123456789012345678901234567890",
    ];
    for (index, left) in sorted.iter().enumerate() {
        for (other, right) in sorted.iter().enumerate() {
            let order = rule.compare(&Schema::empty(), left.as_bytes(), right.as_bytes());
            assert_eq!(order, Ok(index.cmp(&other)), "{left} {right}");
        }
    }
}

#[test]
fn names_compare_as_their_attributes_do() {
    let schema = schema();
    let key = |text: &str| dn_key(&schema, &Dn::parse(text).unwrap());
    assert_eq!(key("member=cn\\=A"), key("MEMBER=CN\\=a"));
    assert_eq!(key("number=7"), key("1.2.2=7"));
    // Unknown to the schema: by caseIgnoreMatch. Not comparable: by its octets.
    assert_eq!(key("foo=A  b"), key("FOO=a B"));
    assert_eq!(key("number=x"), key("number=x"));
    assert_ne!(key("number=x"), key("number=X"));
    assert_eq!(key("cn=\u{1f600}"), key("CN=\u{1f600}"));
    assert_ne!(key("cn=#0401"), key("cn=0401"));
    assert!(key("cn=a,cn=b,cn=c").as_bytes().starts_with(key("cn=B,cn=C").as_bytes()));
    assert!(!key("cn=a,cn=bb").as_bytes().starts_with(key("cn=b").as_bytes()));
}

#[test]
fn names_in_names_end_at_a_limit() {
    let schema = schema();
    let nested = |depth: usize, last: &str| format!("{}cn={last}", "member=".repeat(depth));
    let rule = Rule::find("distinguishedNameMatch").unwrap();
    let is_same =
        |depth| rule.matches(&schema, nested(depth, "a").as_bytes(), nested(depth, "A").as_bytes()).unwrap();
    assert!(is_same(Undefined::MAX_NESTED_NAMES));
    // Beyond, the octets decide.
    assert!(!is_same(Undefined::MAX_NESTED_NAMES + 1));
    for deep in [nested(100_000, "a"), nested(100_000, "a").replace("member", "unique")] {
        assert_eq!(rule.matches(&schema, deep.as_bytes(), deep.as_bytes()), Ok(true));
        let unique = Rule::find("uniqueMemberMatch").unwrap();
        assert_eq!(unique.matches(&schema, deep.as_bytes(), deep.as_bytes()), Ok(true));
    }
}

#[test]
fn rules_have_unique_names_and_known_syntaxes() {
    let mut names: Vec<_> = Rule::all().flat_map(|rule| [rule.name(), rule.oid()]).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
    for rule in Rule::all() {
        assert!(Syntax::find(rule.assertion_syntax()).is_some(), "{rule:?}");
        assert_eq!(Rule::find(&rule.name().to_uppercase()), Some(rule));
        // Whatever comes, there is an answer.
        for octets in [b"".as_slice(), b"\xff", b"(", b"( '", b"#", b"'", b"*", b"-"] {
            let _ = rule.matches(&Schema::empty(), octets, octets);
        }
    }
    assert!(Rule::find("nothing").is_none());
}

#[test]
fn certificates_match_by_number_and_issuer() {
    let certificate = include_bytes!("../../../tests/pem/ec.der");
    let rule = Rule::find("certificateExactMatch").unwrap();
    let number = "642910071307192695960243350895932181067026399191";
    for (assertion, result) in [
        (format!("{{ serialNumber {number}, issuer rdnSequence:\"cn=elliptic\" }}"), TRUE),
        (format!("{{serialNumber {number},issuer rdnSequence:\"CN=Elliptic \"}}"), TRUE),
        (format!("{{  serialNumber   {number},  issuer  rdnSequence:\"2.5.4.3=elliptic\"  }}"), TRUE),
        (format!("{{ serialNumber {number}, issuer rdnSequence:\"cn=other\" }}"), FALSE),
        (format!("{{ serialNumber {number}, issuer rdnSequence:\"cn=elliptic,dc=x\" }}"), FALSE),
        (format!("{{ serialNumber {number}, issuer rdnSequence:\"cn=elliptic+dc=x\" }}"), FALSE),
        (format!("{{ serialNumber {number}, issuer rdnSequence:\"\" }}"), FALSE),
        ("{ serialNumber 1, issuer rdnSequence:\"cn=elliptic\" }".to_owned(), FALSE),
        (format!("{{ serialNumber -{number}, issuer rdnSequence:\"cn=elliptic\" }}"), FALSE),
        (format!("{number}$cn=elliptic"), UNDEFINED),
    ] {
        let found = rule.matches(&schema(), certificate, assertion.as_bytes());
        assert_eq!(found.ok(), result, "{assertion}");
    }
    assert_eq!(rule.key(&schema(), certificate), rule.key(&schema(), certificate));
    assert!(rule.key(&schema(), b"\x30\x00").is_err());
}

#[test]
fn certificate_lists_match_by_issuer_and_time() {
    let list = include_bytes!("../../../tests/pem/ec.crl.der");
    let rule = Rule::find("certificateListExactMatch").unwrap();
    for (issuer, time, result) in [
        ("cn=elliptic", r#"utcTime:"261123211111Z""#, TRUE),
        ("CN=Elliptic", r#"utcTime:"261123221111+0100""#, TRUE),
        ("2.5.4.3=elliptic", r#"generalizedTime:"20261123211111Z""#, TRUE),
        ("cn=elliptic", r#""20261123211111.0Z""#, TRUE),
        ("cn=elliptic", r#"utcTime:"261123211112Z""#, FALSE),
        ("cn=elliptic", r#"utcTime:"2611232111Z""#, FALSE),
        ("cn=elliptic", r#"generalizedTime:"19261123211111Z""#, FALSE),
        ("cn=elliptic", r#"generalizedTime:"20261123211111.5Z""#, FALSE),
        ("cn=other", r#"utcTime:"261123211111Z""#, FALSE),
        ("cn=elliptic,dc=x", r#"utcTime:"261123211111Z""#, FALSE),
        ("", r#"utcTime:"261123211111Z""#, FALSE),
        ("cn=elliptic", r#""261123211111Z""#, UNDEFINED),
        ("cn=elliptic", r#"utcTime:"261123211111Z", distributionPoint x"#, UNDEFINED),
    ] {
        let assertion = format!("{{ issuer rdnSequence:\"{issuer}\", thisUpdate {time} }}");
        assert_eq!(rule.matches(&schema(), list, assertion.as_bytes()).ok(), result, "{assertion}");
    }
    assert_eq!(rule.key(&schema(), list), rule.key(&schema(), list));
    assert!(rule.key(&schema(), include_bytes!("../../../tests/pem/ec.der")).is_err());
}

/// A short certificate with this number and this name of its issuer, cut behind it.
fn certificate(number: &[u8], issuer: &[(&[u8], u8, &[u8])]) -> Vec<u8> {
    let element = |tag: u8, content: &[u8]| {
        let long_form: &[u8] = if content.len() < 0x80 { b"" } else { b"\x81" };
        [&[tag], long_form, &[u8::try_from(content.len()).unwrap()], content].concat()
    };
    let ava = |(attribute, tag, value): &(&[u8], u8, &[u8])| {
        element(0x30, &[element(0x06, attribute), element(*tag, value)].concat())
    };
    let rdns: Vec<_> = issuer.iter().map(|one| element(0x31, &ava(one))).collect();
    let parts = [element(0x02, number), element(0x30, b""), element(0x30, &rdns.concat())].concat();
    element(0x30, &element(0x30, &parts))
}

#[test]
fn issuers_match_as_names_do_and_nest_as_deep() {
    let rule = Rule::find("2.5.13.34").unwrap();
    let (cn, dc) = (&b"\x55\x04\x03"[..], &b"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"[..]);
    let value = certificate(&[5], &[(dc, 0x16, b"Example"), (cn, 0x0c, b"a \"b\""), (cn, 0x02, b"\x07")]);
    for (issuer, result) in [
        (r#"cn=#020107,CN=A  \""b\"",DC=example"#, TRUE),
        (r#"cn=#020107,cn=a \22b\22,0.9.2342.19200300.100.1.25=example"#, TRUE),
        (r#"dc=example,cn=a \22b\22,cn=#020107"#, FALSE),
        (r#"cn=#020108,cn=a \22b\22,dc=example"#, FALSE),
    ] {
        let assertion = format!("{{ serialNumber 5, issuer rdnSequence:\"{issuer}\" }}");
        assert_eq!(rule.matches(&Schema::standard(), &value, assertion.as_bytes()).ok(), result, "{issuer}");
    }
    // A certificate in the issuer of one in the issuer of one: where it is too deep the octets decide.
    let nested = |name: &[u8], depth: usize| {
        let inner = certificate(&[5], &[(cn, 0x0c, name)]);
        (0..depth).fold(inner, |inner, _| certificate(&[5], &[(b"\x55\x04\x24", 0x0c, &inner)]))
    };
    for depth in 0..=Undefined::MAX_NESTED_NAMES + 1 {
        let key = |name| rule.key(&Schema::standard(), &nested(name, depth)).unwrap();
        assert_eq!(key(b"a") == key(b"A"), depth <= Undefined::MAX_NESTED_NAMES, "{depth}");
    }
}
