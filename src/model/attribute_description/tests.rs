use std::collections::HashSet;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use super::*;

fn name(text: &str) -> AttributeDescription {
    AttributeDescription::from(text)
}

fn hash(name: &AttributeDescription) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(name)
}

#[test]
fn examples_of_rfc_4512_are_valid() {
    for (text, attribute_type, options) in [
        ("2.5.4.0", "2.5.4.0", vec![]),
        ("cn;lang-de;lang-en", "cn", vec!["lang-de", "lang-en"]),
        ("owner", "owner", vec![]),
    ] {
        let description = AttributeDescription::parse(text).unwrap();
        assert_eq!(description.to_string(), text);
        assert_eq!(description.attribute_type(), attribute_type);
        assert_eq!(description.options().collect::<Vec<_>>(), options);
        assert!(description.is_valid());
    }
}

#[test]
fn the_grammar_bounds_no_arc() {
    assert!(name("9.99").is_valid());
    assert!(name("a").is_valid());
    assert!(name("x-1-;1").is_valid());
    assert!(name("cn;-").is_valid());
}

#[test]
fn malformed_descriptions_are_refused_with_place_and_cause() {
    use AttributeDescriptionProblem::*;
    for (text, position, problem) in [
        ("", 0, ExpectedType),
        (";", 0, ExpectedType),
        ("-cn", 0, ExpectedType),
        (" cn", 0, ExpectedType),
        ("é", 0, ExpectedType),
        ("*", 0, ExpectedType),
        ("1", 1, MalformedOid),
        ("1.", 2, MalformedOid),
        ("1.02", 2, MalformedOid),
        ("1.2.cn", 4, MalformedOid),
        ("1.2a", 3, ExpectedSemicolonOrEnd),
        ("cn ", 2, ExpectedSemicolonOrEnd),
        ("foo_bar", 3, ExpectedSemicolonOrEnd),
        ("cné", 2, ExpectedSemicolonOrEnd),
        ("cn;", 3, ExpectedOption),
        ("cn;;x", 3, ExpectedOption),
        ("cn;x;", 5, ExpectedOption),
        ("cn;é", 3, ExpectedOption),
        ("member;range=0-1499", 12, ExpectedSemicolonOrEnd),
    ] {
        let error = AttributeDescription::parse(text).unwrap_err();
        assert_eq!((error.position(), error.problem()), (position, problem), "{text:?}");
        assert!(!name(text).is_valid());
    }
}

#[test]
fn errors_say_what_was_expected_and_where() {
    assert_eq!(
        AttributeDescription::parse("cn;").unwrap_err().to_string(),
        "attribute description: expected an option of letters, digits and '-' at offset 3"
    );
}

#[test]
fn odd_names_of_servers_are_kept_as_they_came() {
    let ranged = name("member;range=0-1499");
    assert_eq!(ranged.as_str(), "member;range=0-1499");
    assert!(ranged.has_option("Range=0-1499"));
    assert!(ranged.is_same_or_subtype_of(&name("Member")));
    assert_eq!(name("foo_bar"), "FOO_BAR");
    assert_eq!(format!("{:?}", name("foo_bar")), "\"foo_bar\"");
    assert_eq!(name("").attribute_type(), "");
    assert_eq!(name("").options().count(), 0);
    assert_eq!(name("cn;").options().collect::<Vec<_>>(), [""]);
}

#[test]
fn equality_hash_and_order_know_options_as_a_set() {
    for (left, right) in [
        ("cn", "CN"),
        ("cn;a;b", "CN;B;A"),
        ("cn;a;a;b", "cn;b;a"),
        ("cn;a;b;c;d;e;f;g;h;i;j", "cn;j;i;h;g;f;e;d;c;b;a;A"),
        ("1.2.3;X", "1.2.3;x"),
        ("cn;", "CN;;"),
    ] {
        let (left, right) = (name(left), name(right));
        assert_eq!(left, right);
        assert_eq!(left, right.as_str());
        assert_eq!(left.cmp(&right), Ordering::Equal);
        assert_eq!(hash(&left), hash(&right));
        assert!(left.is_same_or_subtype_of(&right) && right.is_same_or_subtype_of(&left));
    }
    for (left, right) in [
        ("cn", "cn;a"),
        ("cn;a", "cn;b"),
        ("cn;a", "cn;a;b"),
        ("cn", "2.5.4.3"),
        ("cn", "cn;"),
        ("é", "É"),
        ("cn;ab", "cn;a;b"),
    ] {
        let (left, right) = (name(left), name(right));
        assert_ne!(left, right);
        assert_ne!(left.cmp(&right), Ordering::Equal);
        assert_eq!(left.cmp(&right), right.cmp(&left).reverse());
        assert_ne!(hash(&left), hash(&right));
    }
}

#[test]
fn order_is_by_type_then_options() {
    let mut names = ["sn", "CN;b", "cn", "cn;a;c", "cn;B;A", "CN;a"].map(name);
    names.sort();
    assert_eq!(names.map(|name| name.to_string()), ["cn", "CN;a", "cn;B;A", "cn;a;c", "CN;b", "sn"]);
}

#[test]
fn a_set_of_names_holds_each_once() {
    let names: HashSet<_> = ["cn", "CN", "cn;a;b", "cn;B;a", "sn"].map(name).into();
    assert_eq!(names.len(), 3);
}

#[test]
fn subtypes_have_all_the_options_asked_for() {
    for (own, requested, answers) in [
        ("cn", "cn", true),
        ("cn;lang-de", "cn", true),
        ("cn;lang-de;lang-en", "CN;LANG-EN", true),
        ("cn", "cn;lang-de", false),
        ("cn;lang-de", "cn;lang-en", false),
        ("cn;lang-de", "sn", false),
        ("cn;a;c", "cn;a;b", false),
        ("cn;a;b;c", "cn;c;a", true),
    ] {
        assert_eq!(name(own).is_same_or_subtype_of(&name(requested)), answers, "{own} for {requested}");
    }
}

#[test]
fn a_million_options_are_compared_in_linearithmic_time() {
    let forwards: Vec<_> = (0..1_000_000).map(|number| number.to_string()).collect();
    let mut backwards = forwards.clone();
    backwards.reverse();
    let forwards = AttributeDescription::from(format!("cn;{}", forwards.join(";")));
    let backwards = AttributeDescription::from(format!("CN;{}", backwards.join(";")));
    assert_eq!(forwards, backwards);
    assert!(forwards.is_same_or_subtype_of(&backwards));
    assert_eq!(hash(&forwards), hash(&backwards));
}
