use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn value(octets: impl AsRef<[u8]>) -> String {
    let text = Filter::equality("a", octets.as_ref()).to_string();
    text["(a=".len()..text.len() - 1].to_owned()
}

#[test]
fn syntax_in_values_is_escaped() {
    assert_eq!(value(r"a(b)c*d\e"), r"a\28b\29c\2ad\5ce");
    assert_eq!(value("\0"), r"\00");
    assert_eq!(value(" =&|!~<>:,{}\" "), " =&|!~<>:,{}\" ");
}

#[test]
fn octets_that_are_not_utf8_are_escaped_and_text_is_not() {
    assert_eq!(value("Lučić 😀"), "Lučić 😀");
    assert_eq!(value(b"\xff"), r"\ff");
    assert_eq!(value(b"a\xc4"), r"a\c4");
    assert_eq!(value(b"\xc4\x8d\xc4(\x80"), r"č\c4\28\80");
    // A surrogate and an overlong NUL are not UTF-8.
    assert_eq!(value(b"\xed\xa0\x80\xc0\x80"), r"\ed\a0\80\c0\80");
}

#[test]
fn control_characters_are_escaped() {
    assert_eq!(value("a\r\nb\t\x1b[1m\x7f"), r"a\0d\0ab\09\1b[1m\7f");
    assert_eq!(value("\u{85}\u{9b}"), r"\c2\85\c2\9b");
}

#[test]
fn names_that_are_none_never_become_syntax() {
    for (filter, text) in [
        (Filter::equality("cn=a)(uid", "x"), r"(cn\3da\29\28uid=x)"),
        (Filter::present("&"), r"(\26=*)"),
        (Filter::present("*"), r"(\2a=*)"),
        (Filter::present("a b"), r"(a\20b=*)"),
        (Filter::equality("cn:", "x"), r"(cn\3a=x)"),
        (Filter::equality("cn>", "x"), r"(cn\3e=x)"),
        (Filter::equality("ü\n", "x"), r"(\c3\bc\0a=x)"),
        (Filter::equality("foo_bar", "x"), "(foo_bar=x)"),
        (Filter::equality("", "x"), r"(\=x)"),
        (ExtensibleMatch::new("cn", "x").with_rule("dn:=y)").into(), r"(cn:dn\3a\3dy\29:=x)"),
        (ExtensibleMatch::new("cn", "x").with_rule("").into(), r"(cn:\:=x)"),
        (ExtensibleMatch::new("", "x").with_rule("r").into(), r"(\:r:=x)"),
    ] {
        assert_eq!(filter.to_string(), text);
        assert!(Filter::parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_rule_named_dn_with_an_attribute_has_no_text_form() {
    let rule = ExtensibleMatch::new("cn", "x").with_rule("DN");
    let text = Filter::from(rule.clone()).to_string();
    assert_eq!(text, r"(cn:\44\4e:=x)");
    assert!(Filter::parse(&text).is_err());
    assert_eq!(Filter::from(rule.with_dn_attributes()).to_string(), "(cn:dn:DN:=x)");
}

#[test]
fn empty_parts_of_a_message_are_shown_and_never_mean_another_filter() {
    use Substring::{Any, Final, Initial};
    for (parts, text) in [
        (vec![Any("")], "(a=**)"),
        (vec![Initial("b"), Any(""), Final("c")], "(a=b**c)"),
        (vec![Initial("")], r"(a=\*)"),
        (vec![Final("")], r"(a=*\)"),
        (vec![Initial(""), Any("b"), Final("")], r"(a=\*b*\)"),
        (vec![Initial(""), Any(""), Final("")], r"(a=\**\)"),
    ] {
        let filter = Filter::from(Substrings::from_parts("a", parts).unwrap());
        assert_eq!(filter.to_string(), text);
        assert!(Filter::parse(text).is_err(), "{text}");
    }
}

fn attribute() -> impl Strategy<Value = String> {
    "([A-Za-z][A-Za-z0-9-]{0,8}|[0-2](\\.(0|[1-9][0-9]{0,4})){1,4})(;[A-Za-z0-9-]{1,4}){0,2}"
}

fn octets() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..12),
        any::<String>().prop_map(String::into_bytes),
        "[()*\\\\ a]{0,6}".prop_map(String::into_bytes)
    ]
}

fn substrings() -> impl Strategy<Value = Filter> {
    let part = || proptest::option::of(octets());
    (attribute(), part(), vec(octets(), 0..4), part()).prop_map(|(attribute, initial, any, last)| {
        let mut builder = Filter::substrings(attribute);
        if let Some(initial) = initial {
            builder = builder.initial(initial);
        }
        if let Some(last) = last {
            builder = builder.last(last);
        }
        any.into_iter().fold(builder, |builder, value| builder.any(value)).build()
    })
}

fn extensible() -> impl Strategy<Value = Filter> {
    let rule = "[A-CE-Za-ce-z][A-Za-z0-9-]{0,8}|1\\.2\\.[1-9]";
    (proptest::option::of(attribute()), proptest::option::of(rule), octets(), any::<bool>()).prop_map(
        |(attribute, rule, value, dn_attributes)| {
            let extensible = match (attribute, rule) {
                (None, rule) => {
                    ExtensibleMatch::any_attribute(rule.unwrap_or_else(|| "dn".to_owned()), value)
                }
                (Some(attribute), None) => ExtensibleMatch::new(attribute, value),
                (Some(attribute), Some(rule)) => ExtensibleMatch::new(attribute, value).with_rule(rule),
            };
            Filter::from(if dn_attributes { extensible.with_dn_attributes() } else { extensible })
        },
    )
}

fn item() -> impl Strategy<Value = Filter> {
    prop_oneof![
        (attribute(), octets()).prop_map(|(attribute, value)| Filter::equality(attribute, value)),
        (attribute(), octets()).prop_map(|(attribute, value)| Filter::greater_or_equal(attribute, value)),
        (attribute(), octets()).prop_map(|(attribute, value)| Filter::less_or_equal(attribute, value)),
        (attribute(), octets()).prop_map(|(attribute, value)| Filter::approximate(attribute, value)),
        attribute().prop_map(Filter::present),
        substrings(),
        extensible(),
    ]
}

fn filter() -> impl Strategy<Value = Filter> {
    item().prop_recursive(6, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Filter::and),
            vec(inner.clone(), 0..4).prop_map(Filter::or),
            inner.prop_map(Filter::not),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_to_an_equal_filter(filter in filter()) {
        let text = filter.to_string();
        prop_assert!(!text.contains(char::is_control));
        let read = Filter::parse(&text).unwrap();
        prop_assert_eq!(&read, &filter);
        prop_assert_eq!(read.to_string(), text);
        prop_assert_eq!(filter.detach(), filter);
    }
}

proptest! {
    // R-23: 10^5 arbitrary values.
    #![proptest_config(ProptestConfig { cases: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_value_changes_the_structure(value in octets()) {
        let built = Filter::and([Filter::present("a"), Filter::equality("cn", value.as_slice())]);
        prop_assert_eq!(&crate::filter!("(&(a=*)(cn={}))", &value), &built);
        let Filter::And(filters) = Filter::parse(&built.to_string()).unwrap() else { panic!("{built}") };
        prop_assert_eq!(filters.len(), 2);
        let Filter::Equality(assertion) = &filters[1] else { panic!("{built}") };
        prop_assert_eq!(assertion.value(), &value.as_slice());

        let built = crate::filter!("(!(cn=x{}*{}))", &value, &value);
        let Filter::Not(negated) = Filter::parse(&built.to_string()).unwrap() else { panic!("{built}") };
        let Filter::Substrings(substrings) = &*negated else { panic!("{built}") };
        prop_assert_eq!(&substrings.initial().unwrap()[1..], value.as_slice());
        prop_assert_eq!(substrings.last().map_or(&[][..], |last| last), value.as_slice());
        prop_assert!(substrings.any().is_empty());
    }
}
