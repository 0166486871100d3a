use super::*;
use crate::model::ExtensibleMatch;

#[test]
fn holes_take_any_octets() {
    let (text, string, octets, shared) = ("a*", String::from("("), [0xff_u8], Bytes::from_static(b"\\"));
    let filter = filter!("(&(a={})(b>={})(c:dn:r:={})(!(d~={})))", text, string, octets, &shared,);
    assert_eq!(filter.to_string(), r"(&(a=a\2a)(b>=\28)(c:dn:r:=\ff)(!(d~=\5c)))");
    assert_eq!(filter!("(a={})", "{}"), Filter::equality("a", "{}"));
    assert_eq!(filter!("(a={})", ""), Filter::equality("a", ""));
    assert_eq!(filter!("(a={})", "*"), Filter::equality("a", "*"));
    assert_eq!(filter!("(:r:={})", "*"), ExtensibleMatch::any_attribute("r", "*").into());
}

#[test]
fn holes_may_be_parts_of_values() {
    assert_eq!(filter!("(a={}{})", "b", "c"), Filter::equality("a", "bc"));
    assert_eq!(filter!("(a=x{}y)", "*"), Filter::equality("a", "x*y"));
    assert_eq!(filter!("(a={}*{}*{})", "*", "b", ")").to_string(), r"(a=\2a*b*\29)");
    assert_eq!(filter!(r"(a=\2a{}\29*)", "{"), Filter::starts_with("a", "*{)"));
}

#[test]
fn parts_that_are_filled_with_nothing_are_left_out() {
    assert_eq!(filter!("(a={}*)", ""), Filter::present("a"));
    assert_eq!(filter!("(a=*{}*b)", ""), Filter::ends_with("a", "b"));
    assert_eq!(filter!("(a=*{}*)", ""), Filter::present("a"));
}

#[test]
fn doubled_braces_are_braces() {
    assert_eq!(filter!("(a={{x}})"), Filter::equality("a", "{x}"));
    assert_eq!(filter!("(a={{{}}})", "x"), Filter::equality("a", "{x}"));
    assert_eq!(filter!("(a={{}})"), Filter::equality("a", "{}"));
    assert_eq!(filter!("(a={{*}})").to_string(), "(a={*})");
}

#[test]
fn the_template_may_be_a_constant() {
    const PERSON: &str = "(&(objectClass=person)(uid={}))";
    assert_eq!(filter!(PERSON, "ada").to_string(), "(&(objectClass=person)(uid=ada))");
    assert_eq!(filter!("(|)"), Filter::absolute_false());
}

#[test]
fn wrong_templates_are_refused() {
    let is_refused =
        |text: &'static str| std::panic::catch_unwind(|| FilterTemplate::<1>::new(text)).is_err();
    assert!(!is_refused("(a={})"));
    let too_deep = format!("{}(a={{}}){}", "(!".repeat(128), ")".repeat(128)).leak();
    for text in [
        "",
        "(a=b)",
        "(a={})(b=c)",
        "(|(a={})(b={}))",
        "(a={}{})",
        "a={}",
        "{}",
        "({})",
        "({}=b)",
        "(a{}=b)",
        "(a;{}=b)",
        "(a:{}:=b)",
        "(a={}=*",
        "(&{})",
        "(!{})",
        "(a={)",
        "(a=})",
        "(a={x})",
        "(a={0})",
        "(a={}})",
        "(a={{})",
        r"(a=\{})",
        r"(a=\2{})",
        "(a=**{})",
        "(a>={}*)",
        too_deep,
    ] {
        assert!(is_refused(text), "{text}");
    }
}
