use proptest::prelude::*;

use super::*;

fn parse(text: &str) -> Filter {
    Filter::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn assert_refused(text: impl AsRef<[u8]>, position: usize, expected: FilterExpected) {
    let text = text.as_ref();
    let shown = String::from_utf8_lossy(text);
    let error = Filter::parse_octets(text).expect_err(&shown);
    assert_eq!((error.position(), error.expected()), (position, expected), "{shown}");
    assert_eq!(error.found(), text.get(position).copied(), "{shown}");
}

/// The value of an equality filter.
fn value(text: &str) -> Vec<u8> {
    match parse(text) {
        Filter::Equality(assertion) => assertion.value().to_vec(),
        other => panic!("{other}"),
    }
}

#[test]
fn examples_of_rfc_4515_section_4() {
    let person = Filter::equality("objectClass", "Person");
    let babs = Filter::starts_with("cn", "Babs J");
    for (text, filter) in [
        ("(cn=Babs Jensen)", Filter::equality("cn", "Babs Jensen")),
        ("(!(cn=Tim Howes))", Filter::not(Filter::equality("cn", "Tim Howes"))),
        (
            "(&(objectClass=Person)(|(sn=Jensen)(cn=Babs J*)))",
            Filter::and([person, Filter::or([Filter::equality("sn", "Jensen"), babs])]),
        ),
        ("(o=univ*of*mich*)", Filter::substrings("o").initial("univ").any("of").any("mich").build()),
        ("(seeAlso=)", Filter::equality("seeAlso", "")),
    ] {
        assert_eq!(parse(text), filter);
        assert_eq!(filter.to_string(), text);
    }
}

#[test]
fn examples_of_rfc_4515_section_4_extensible() {
    for (text, extensible) in [
        (
            "(cn:caseExactMatch:=Fred Flintstone)",
            ExtensibleMatch::new("cn", "Fred Flintstone").with_rule("caseExactMatch"),
        ),
        ("(cn:=Betty Rubble)", ExtensibleMatch::new("cn", "Betty Rubble")),
        (
            "(sn:dn:2.4.6.8.10:=Barney Rubble)",
            ExtensibleMatch::new("sn", "Barney Rubble").with_rule("2.4.6.8.10").with_dn_attributes(),
        ),
        ("(o:dn:=Ace Industry)", ExtensibleMatch::new("o", "Ace Industry").with_dn_attributes()),
        ("(:1.2.3:=Wilma Flintstone)", ExtensibleMatch::any_attribute("1.2.3", "Wilma Flintstone")),
        ("(:DN:2.4.6.8.10:=Dino)", ExtensibleMatch::any_attribute("2.4.6.8.10", "Dino").with_dn_attributes()),
    ] {
        let filter = Filter::from(extensible);
        assert_eq!(parse(text), filter);
        assert_eq!(filter.to_string(), text.replace("DN", "dn"));
    }
}

#[test]
fn examples_of_rfc_4515_section_4_escapes() {
    for (text, filter) in [
        (
            r"(o=Parens R Us \28for all your parenthetical needs\29)",
            Filter::equality("o", "Parens R Us (for all your parenthetical needs)"),
        ),
        (r"(cn=*\2A*)", Filter::contains("cn", "*")),
        (r"(filename=C:\5cMyFile)", Filter::equality("filename", r"C:\MyFile")),
        (r"(bin=\00\00\00\04)", Filter::equality("bin", [0, 0, 0, 4])),
        (r"(sn=Lu\c4\8di\c4\87)", Filter::equality("sn", "Lučić")),
        (r"(1.3.6.1.4.1.1466.0=\04\02\48\69)", Filter::equality("1.3.6.1.4.1.1466.0", b"\x04\x02Hi")),
    ] {
        assert_eq!(parse(text), filter);
        assert_eq!(parse(&filter.to_string()), filter);
    }
}

#[test]
fn object_guid_of_nul_and_ff() {
    let filter = parse(r"(objectGUID=\00\ff)");
    assert_eq!(filter, Filter::equality("objectGUID", [0x00, 0xff]));
    assert_eq!(filter.to_string(), r"(objectGUID=\00\ff)");
}

#[test]
fn escaped_asterisk_is_equality() {
    assert_eq!(parse(r"(cn=\2a)"), Filter::equality("cn", "*"));
    assert_eq!(Filter::equality("cn", "*").to_string(), r"(cn=\2a)");
}

#[test]
fn absolute_true() {
    assert_eq!(parse("(&)"), Filter::absolute_true());
    assert_eq!(parse("(!(&))"), !Filter::absolute_true());
}

#[test]
fn absolute_false() {
    assert_eq!(parse("(|)"), Filter::absolute_false());
    assert_eq!(parse("(&(|)(|))"), Filter::and([Filter::absolute_false(), Filter::absolute_false()]));
}

#[test]
fn an_asterisk_alone_is_presence() {
    assert_eq!(parse("(objectClass=*)"), Filter::present("objectClass"));
    assert_eq!(parse("(2.5.4.3;x-a=*)"), Filter::present("2.5.4.3;x-a"));
}

#[test]
fn asterisks_cut_substrings() {
    for (text, initial, any, last) in [
        ("(a=b*)", Some("b"), vec![], None),
        ("(a=*b)", None, vec![], Some("b")),
        ("(a=*b*)", None, vec!["b"], None),
        ("(a=b*c)", Some("b"), vec![], Some("c")),
        ("(a=b*c*d*e)", Some("b"), vec!["c", "d"], Some("e")),
        (r"(a= *\2a* )", Some(" "), vec!["*"], Some(" ")),
    ] {
        let Filter::Substrings(substrings) = parse(text) else { panic!("{text}") };
        assert_eq!(substrings.attribute(), &"a");
        assert_eq!(substrings.initial(), initial.map(Value::from).as_ref());
        assert_eq!(substrings.any(), any.into_iter().map(Value::from).collect::<Vec<_>>());
        assert_eq!(substrings.last(), last.map(Value::from).as_ref());
    }
    assert_refused("(cn=**)", 5, FilterExpected::Substring);
    assert_refused("(cn=a**b)", 6, FilterExpected::Substring);
    assert_refused("(cn=*a***)", 7, FilterExpected::Substring);
}

#[test]
fn an_asterisk_is_illegal_in_other_values() {
    assert_refused("(cn>=a*)", 6, FilterExpected::Escape);
    assert_refused("(cn<=*)", 5, FilterExpected::Escape);
    assert_refused("(cn~=**)", 5, FilterExpected::Escape);
    assert_refused("(cn:=*a)", 5, FilterExpected::Escape);
    assert_refused("(:rule:=a*b)", 9, FilterExpected::Escape);
    assert_eq!(parse(r"(cn>=a\2A)"), Filter::greater_or_equal("cn", "a*"));
}

#[test]
fn values_may_be_empty() {
    assert_eq!(parse("(a=)"), Filter::equality("a", ""));
    assert_eq!(parse("(a>=)"), Filter::greater_or_equal("a", ""));
    assert_eq!(parse("(a<=)"), Filter::less_or_equal("a", ""));
    assert_eq!(parse("(a~=)"), Filter::approximate("a", ""));
    assert_eq!(parse("(a:=)"), ExtensibleMatch::new("a", "").into());
}

#[test]
fn values_hold_all_but_five_octets() {
    assert_eq!(value("(a= b  c )"), b" b  c ");
    assert_eq!(value("(a==~<>:&|!,;+\"#/%{}\n\x7f)"), b"=~<>:&|!,;+\"#/%{}\n\x7f");
    assert_eq!(value("(a=Lučić)"), "Lučić".as_bytes());
    assert_eq!(value(r"(a=\C4\8D\c4\8d\00\5C\28)"), b"\xc4\x8d\xc4\x8d\0\\(");
    assert_refused("(a=b(c)", 4, FilterExpected::Escape);
    assert_refused("(a=b\0)", 4, FilterExpected::Escape);
    assert_refused("(a=b)c)", 5, FilterExpected::End);
}

#[test]
fn an_escape_is_two_hexadecimal_digits() {
    assert_refused(r"(a=\)", 4, FilterExpected::HexPair);
    assert_refused(r"(a=\2)", 5, FilterExpected::HexPair);
    assert_refused(r"(a=\2", 5, FilterExpected::HexPair);
    assert_refused(r"(a=\zz)", 4, FilterExpected::HexPair);
    assert_refused(r"(a=\2g)", 5, FilterExpected::HexPair);
    assert_refused(r"(a=\*)", 4, FilterExpected::HexPair);
    assert_refused(r"(a=\\)", 4, FilterExpected::HexPair);
    assert_refused(r"(a>=\(\))", 5, FilterExpected::HexPair);
}

#[test]
fn text_that_is_not_utf8_is_read_in_values_alone() {
    let filter = Filter::parse_octets(b"(|(cn=\xff\\fe\x80)(cn=a*\xc4*))").unwrap();
    assert_eq!(filter.to_string(), r"(|(cn=\ff\fe\80)(cn=a*\c4*))");
    assert_refused(b"(c\xff=a)", 2, FilterExpected::Comparison);
    assert_refused(b"\xff(cn=a)", 0, FilterExpected::OpeningParenthesis);
}

#[test]
fn attributes_are_names_or_identifiers_with_options() {
    assert_eq!(parse("(cn;lang-en;x-1=a)"), Filter::equality("cn;lang-en;x-1", "a"));
    assert_eq!(parse("(2.5.4.3;binary>=a)"), Filter::greater_or_equal("2.5.4.3;binary", "a"));
    assert_eq!(
        parse("(userAccountControl:1.2.840.113556.1.4.803:=2)"),
        ExtensibleMatch::new("userAccountControl", "2").with_rule("1.2.840.113556.1.4.803").into()
    );
    assert_refused("(foo_bar=a)", 4, FilterExpected::Comparison);
    assert_refused("(1cn=a)", 2, FilterExpected::Oid);
    assert_refused("(1=a)", 2, FilterExpected::Oid);
    assert_refused("(1.02=a)", 3, FilterExpected::Oid);
    assert_refused("(01.2=a)", 1, FilterExpected::Oid);
    assert_refused("(1.2.=a)", 5, FilterExpected::Oid);
    assert_refused("(cn;=a)", 4, FilterExpected::AttributeOption);
    assert_refused("(cn;a;;b=a)", 6, FilterExpected::AttributeOption);
    assert_refused("(-cn=a)", 1, FilterExpected::Component);
    assert_refused("(=a)", 1, FilterExpected::Component);
    assert_refused("(ü=a)", 1, FilterExpected::Component);
    assert_refused(r"(c\6e=a)", 2, FilterExpected::Comparison);
}

#[test]
fn dn_comes_first_and_in_either_case() {
    let dn = |text: &str| match parse(text) {
        Filter::Extensible(extensible) => {
            (extensible.has_dn_attributes(), extensible.rule().map(|rule| rule.to_string()))
        }
        other => panic!("{other}"),
    };
    let rule = |name: &str| Some(name.to_owned());
    assert_eq!(dn("(cn:Dn:=x)"), (true, None));
    assert_eq!(dn("(cn:dN:r:=x)"), (true, rule("r")));
    assert_eq!(dn("(cn:dn:dn:=x)"), (true, rule("dn")));
    assert_eq!(dn("(:dn:dn:=x)"), (true, rule("dn")));
    assert_eq!(dn("(:DN:1.2:=x)"), (true, rule("1.2")));
    assert_eq!(dn("(cn:dnx:=x)"), (false, rule("dnx")));
    assert_eq!(dn("(:dn-:=x)"), (false, rule("dn-")));
    assert_eq!(dn("(cn;x-a:d:=x)"), (false, rule("d")));
    assert_refused("(cn:r:dn:=x)", 6, FilterExpected::Equals);
    assert_refused("(cn:dn:r:s:=x)", 9, FilterExpected::Equals);
}

#[test]
fn a_rule_named_dn_needs_no_attribute() {
    assert_eq!(parse("(:dn:=x)"), ExtensibleMatch::any_attribute("dn", "x").into());
    assert_eq!(parse("(:dn:=x)").to_string(), "(:dn:=x)");
}

#[test]
fn an_extensible_match_has_an_attribute_or_a_rule() {
    assert_refused("(:=x)", 2, FilterExpected::MatchingRule);
    assert_refused("(:)", 2, FilterExpected::MatchingRule);
    assert_refused("(::=x)", 2, FilterExpected::MatchingRule);
    assert_refused("(:dn::=x)", 5, FilterExpected::MatchingRule);
    assert_refused("(cn:)", 4, FilterExpected::MatchingRuleOrEquals);
    assert_refused("(cn::=x)", 4, FilterExpected::MatchingRuleOrEquals);
    assert_refused("(cn:dn::=x)", 7, FilterExpected::MatchingRuleOrEquals);
    assert_refused("(cn: r:=x)", 4, FilterExpected::MatchingRuleOrEquals);
    assert_refused("(cn:1:=x)", 5, FilterExpected::Oid);
    assert_refused("(cn:r;x:=x)", 5, FilterExpected::ColonEquals);
    assert_refused("(cn:r=x)", 5, FilterExpected::ColonEquals);
    assert_refused("(cn:dn=x)", 6, FilterExpected::ColonEquals);
    assert_refused("(cn:r:x)", 6, FilterExpected::Equals);
    assert_refused("(dn:r: =x)", 6, FilterExpected::Equals);
}

#[test]
fn spaces_stand_in_values_alone() {
    assert_refused("", 0, FilterExpected::OpeningParenthesis);
    assert_refused(" (cn=a)", 0, FilterExpected::OpeningParenthesis);
    assert_refused("( cn=a)", 1, FilterExpected::Component);
    assert_refused("(cn =a)", 3, FilterExpected::Comparison);
    assert_refused("(cn> =a)", 4, FilterExpected::Equals);
    assert_refused("(& (cn=a))", 2, FilterExpected::FilterOrEnd);
    assert_refused("(&(cn=a) (cn=b))", 8, FilterExpected::FilterOrEnd);
    assert_refused("(&(cn=a) )", 8, FilterExpected::FilterOrEnd);
    assert_refused("(! (cn=a))", 2, FilterExpected::OpeningParenthesis);
    assert_refused("(!(cn=a) )", 8, FilterExpected::ClosingParenthesis);
    assert_refused("(cn=a) ", 6, FilterExpected::End);
    assert_refused("(cn=a)\n", 6, FilterExpected::End);
}

#[test]
fn parentheses_are_neither_missing_nor_too_many() {
    assert_refused("uid=x", 0, FilterExpected::OpeningParenthesis);
    assert_refused("&(uid=x)", 0, FilterExpected::OpeningParenthesis);
    assert_refused("(", 1, FilterExpected::Component);
    assert_refused("()", 1, FilterExpected::Component);
    assert_refused(")", 0, FilterExpected::OpeningParenthesis);
    assert_refused("((cn=a))", 1, FilterExpected::Component);
    assert_refused("(cn)", 3, FilterExpected::Comparison);
    assert_refused("(cn", 3, FilterExpected::Comparison);
    assert_refused("(cn=a", 5, FilterExpected::ClosingParenthesis);
    assert_refused("(cn=a))", 6, FilterExpected::End);
    assert_refused("(cn=a)(cn=b)", 6, FilterExpected::End);
    assert_refused("(&", 2, FilterExpected::FilterOrEnd);
    assert_refused("(&cn=a)", 2, FilterExpected::FilterOrEnd);
    assert_refused("(&(cn=a)", 8, FilterExpected::FilterOrEnd);
    assert_refused("(!)", 2, FilterExpected::OpeningParenthesis);
    assert_refused("(!cn=a)", 2, FilterExpected::OpeningParenthesis);
    assert_refused("(!(cn=a)(cn=b))", 8, FilterExpected::ClosingParenthesis);
    assert_refused("(cn>a)", 4, FilterExpected::Equals);
    assert_refused("(cn<)", 4, FilterExpected::Equals);
    assert_refused("(cn~~=a)", 4, FilterExpected::Equals);
    assert_refused("(cn!=a)", 3, FilterExpected::Comparison);
}

#[test]
fn errors_say_what_was_expected_where_and_what_came() {
    for (text, message) in [
        ("(cn>a)", "filter: expected '=' at offset 4, found 'a'"),
        ("(cn=a", "filter: expected ')' at offset 5, found the end"),
        (
            "(a=b\0)",
            r"filter: expected an escape, such as '\28', '\2a' or '\00' at offset 4, found octet 0x00",
        ),
        (
            "(ü=a)",
            "filter: expected an attribute, '&', '|', '!' or ':' after '(' at offset 1, found octet 0xc3",
        ),
    ] {
        assert_eq!(Filter::parse(text).unwrap_err().to_string(), message);
    }
}

const SAMPLES: [&str; 8] = [
    "(&(objectClass=Person)(|(sn=Jensen)(cn=Babs J*)))",
    "(!(&(a=1)(!(|)))) ",
    "(sn:dn:2.4.6.8.10:=Barney Rubble)",
    "(:caseExactMatch:=x)",
    r"(1.3.6.1.4.1.1466.0;lang-de=\04\02\48\69)",
    "(|(a>=1)(b<=2)(c~=3)(d=*))",
    "(o=univ*of*mich*)",
    "(cn=Lučić)",
];

#[test]
fn every_truncation_is_refused() {
    for text in SAMPLES.map(str::trim_end) {
        parse(text);
        for end in 0..text.len() {
            let error = Filter::parse_octets(&text.as_bytes()[..end]).expect_err(text);
            assert!(error.position() <= end && error.found().is_none(), "{error}");
        }
    }
}

#[test]
fn nesting_is_limited() {
    let nested = |depth: usize| format!("{}(a=b){}", "(!".repeat(depth - 1), ")".repeat(depth - 1));
    let deepest = parse(&nested(Filter::MAX_DEPTH));
    assert_eq!(deepest.depth(), Filter::MAX_DEPTH);
    assert_eq!(parse(&deepest.to_string()), deepest);
    let error = Filter::parse(&nested(Filter::MAX_DEPTH + 1)).unwrap_err();
    assert!(error.is_too_deep());
    assert_eq!(error.position(), 2 * Filter::MAX_DEPTH);
    assert!(!Filter::parse("(").unwrap_err().is_too_deep());
    // One after the other they are not nested.
    let wide = format!("(|{})", "(&(a=b)(!(c=d)))".repeat(1000));
    assert_eq!(parse(&wide).to_string(), wide);
}

#[test]
fn the_number_of_filters_is_limited() {
    let most = Filter::MAX_ITEMS;
    let flat = |count: usize| format!("(|{})", "(a=)".repeat(count - 1));
    assert!(parse(&flat(most)).group().is_some_and(|(_, members)| members.len() == most - 1));
    // A substring filter is one, and so is each part of it.
    for (parts, begin, end) in [(most - 1, "(a=x*", "x)"), (most - 1, "(a=*", ")"), (most - 1, "(a=", "x)")] {
        let inner = parts - begin.matches('x').count() - end.matches('x').count();
        let of = |inner: usize| format!("{begin}{}{end}", "x*".repeat(inner));
        let Filter::Substrings(found) = parse(&of(inner)) else { panic!("{begin}") };
        assert_eq!(found.parts().count(), parts);
        let error = Filter::parse(&of(inner + 1)).unwrap_err();
        assert_eq!((error.expected(), error.position()), (FilterExpected::FewerFilters, 0), "{begin}");
    }
    for (text, position) in [
        (flat(most + 1), 2 + 4 * (most - 1)),
        (format!("(&{})", "(!(a=*))".repeat(most / 2)), 2 + 8 * (most / 2 - 1) + 2),
        (format!("(&{}", "(&)".repeat(most)), 2 + 3 * (most - 1)),
    ] {
        let error = Filter::parse(&text).unwrap_err();
        assert_eq!((error.expected(), error.position()), (FilterExpected::FewerFilters, position));
        let shown = error.to_string();
        assert!(
            shown.starts_with("filter: expected at most 65536 filters and parts of substrings at"),
            "{shown}"
        );
    }
}

#[test]
fn hostile_texts_are_refused_at_once() {
    let million = 1_000_000;
    for (text, position) in [
        ("(".repeat(million), 1),
        (")".repeat(million), 0),
        ("(&".repeat(million), 256),
        ("(!".repeat(million), 256),
        ("(a=b)".repeat(million), 5),
        (format!("(a={}", "*".repeat(million)), 4),
        (format!("(a={})", "\\".repeat(million)), 4),
    ] {
        assert_eq!(Filter::parse(&text).unwrap_err().position(), position);
    }
}

#[test]
fn long_values_and_lists_are_read() {
    let mebi = 1 << 20;
    for octet in ["a", r"\00", "é"] {
        let text = format!("(a={})", octet.repeat(mebi));
        assert_eq!(parse(&text).to_string(), text);
    }
    for text in [
        format!("(a=b{})", "*b".repeat(Filter::MAX_ITEMS - 2)),
        format!("(|{})", "(a=b)".repeat(Filter::MAX_ITEMS - 1)),
        format!("(a{}=b)", ";x".repeat(mebi)),
        format!("(a:1{}:=b)", ".2".repeat(mebi)),
    ] {
        assert_eq!(parse(&text).to_string(), text);
    }
}

#[test]
fn parts_share_one_copy_of_the_text() {
    let Filter::And(filters) = parse("(&(cn=abc)(cn=def))") else { panic!() };
    let [Filter::Equality(first), Filter::Equality(second)] = &*filters else { panic!() };
    let distance = second.value().as_ptr() as usize - first.value().as_ptr() as usize;
    assert_eq!(distance, "abc)(cn=".len());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_octets_are_refused_or_read_to_an_equal_filter(
        text in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..40),
            "[(][&|!a:=*\\\\20()dn.;~<>é ]{0,16}[)]".prop_map(String::into_bytes),
            "[(](a|1\\.2|cn;x)?(:dn)?(:r|:1\\.2)?(=|:=|>=)[a*\\\\20]{0,6}[)]".prop_map(String::into_bytes),
        ]
    ) {
        match Filter::parse_octets(&text) {
            Ok(filter) => prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter)),
            Err(error) => prop_assert!(error.position() <= text.len()),
        }
    }
}
