use super::*;

fn error(text: &str) -> (usize, &'static str) {
    let error = SubtreeSpecification::parse(text).expect_err(text);
    (error.position(), error.expected())
}

#[test]
fn values_are_read_and_written() {
    for (text, written) in [
        ("{}", None),
        ("{ }", Some("{}")),
        ("{   }", Some("{}")),
        (r#"{ base "" }"#, Some("{}")),
        (r#"{ base "ou=a,ou=b" }"#, None),
        (r#"{base "ou=a,ou=b"}"#, Some(r#"{ base "ou=a,ou=b" }"#)),
        (r#"{ base "cn=a \22b\22" }"#, Some(r#"{ base "cn=a \""b\""" }"#)),
        (r#"{ base "cn=a \""b\""" }"#, None),
        ("{ minimum 0, maximum 0 }", Some("{ maximum 0 }")),
        ("{ minimum 1, maximum 18446744073709551615 }", None),
        // Larger than any name is long: the same.
        ("{ maximum 99999999999999999999999 }", Some("{ maximum 18446744073709551615 }")),
        (r#"{ specificExclusions {} }"#, Some("{}")),
        (r#"{ specificExclusions { chopBefore:"cn=x", chopAfter:"" } }"#, None),
        (
            r#"{ specificExclusions {chopAfter:"cn=x",   chopAfter:"cn=y"} }"#,
            Some(r#"{ specificExclusions { chopAfter:"cn=x", chopAfter:"cn=y" } }"#),
        ),
        ("{ specificationFilter item:2.5.6.6 }", None),
        ("{ specificationFilter not:not:item:person }", None),
        ("{ specificationFilter and:{} }", None),
        ("{ specificationFilter or:{ } }", Some("{ specificationFilter or:{} }")),
        ("{ specificationFilter and:{ or:{ item:a, not:and:{} }, item:b, not:or:{ item:c } } }", None),
        (
            r#"{ base "o=x", specificExclusions { chopBefore:"cn=x" }, minimum 1, maximum 2, specificationFilter item:a }"#,
            None,
        ),
    ] {
        let value = SubtreeSpecification::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(value.to_string(), written.unwrap_or(text));
        assert_eq!(value.to_string().parse(), Ok(value));
    }
}

#[test]
fn what_is_none_is_refused_at_its_place() {
    let component = "a component, each once and in order";
    for (text, expected) in [
        ("", (0, "'{'")),
        (" {}", (0, "'{'")),
        ("{} ", (2, "the end")),
        ("{ , }", (2, component)),
        ("{ BASE \"\" }", (2, component)),
        ("{ bases \"\" }", (2, component)),
        ("{ base\"\" }", (6, "a space")),
        ("{ base \"nothing\" }", (8, "a distinguished name")),
        ("{ base \"\" , minimum 1 }", (10, "',' or '}'")),
        ("{ base \"\", }", (11, component)),
        ("{ minimum 1, minimum 1 }", (13, component)),
        ("{ maximum 1, minimum 1 }", (13, component)),
        ("{ minimum -1 }", (10, "a number that is not negative")),
        ("{ specificExclusions { chop:\"cn=x\" } }", (23, "'chopBefore' or 'chopAfter'")),
        ("{ specificExclusions { chopAfter \"cn=x\" } }", (32, "':'")),
        ("{ specificationFilter item }", (26, "':'")),
        ("{ specificationFilter and:item:a }", (26, "'{'")),
        ("{ specificationFilter xor:{} }", (22, "'item', 'and', 'or' or 'not'")),
        ("{ specificationFilter not:{} }", (26, "'item', 'and', 'or' or 'not'")),
        ("{ specificationFilter and:{ item:a,} }", (35, "'item', 'and', 'or' or 'not'")),
    ] {
        assert_eq!(error(text), expected, "{text}");
    }
    for text in [
        "{ minimum 01 }",
        "{ minimum }",
        "{ minimum - }",
        "{ specificationFilter item:1..2 }",
        "{ specificationFilter item: }",
    ] {
        assert!(SubtreeSpecification::parse(text).is_err(), "{text}");
    }
    assert!(check(b"{ base \"cn=\xff\" }").is_err());
}

#[test]
fn every_beginning_is_an_error() {
    let text = r#"{ base "o=x", specificExclusions { chopBefore:"cn=x" }, minimum 1, maximum 2, specificationFilter and:{ or:{}, not:item:a } }"#;
    for end in 0..text.len() {
        let error = SubtreeSpecification::parse(&text[..end]).unwrap_err();
        assert!(error.position() <= end, "{error}");
    }
}

#[test]
fn depth_and_number_have_limits() {
    // Deep as it may be, it is walked, compared, cloned and dropped on a small stack.
    let run = || {
        let nested = |depth: usize| {
            format!("{{ specificationFilter {}item:a{} }}", "and:{ ".repeat(depth), " }".repeat(depth))
        };
        let deepest = SubtreeSpecification::parse(&nested(Refinement::MAX_ITEMS - 1)).unwrap();
        assert_eq!(deepest.to_string(), nested(Refinement::MAX_ITEMS - 1));
        assert_eq!(deepest.clone(), deepest);
        let entry = Entry::new("cn=x").with("objectClass", ["a"]);
        assert!(deepest.contains(&entry, &Dn::root(), &Schema::standard()));
        assert!(error(&nested(Refinement::MAX_ITEMS)).1.starts_with("no further refinement"));
        assert!(error(&nested(1_000_000)).1.starts_with("no further refinement"));
        let negated = format!("{{ specificationFilter {}item:a }}", "not:".repeat(Refinement::MAX_ITEMS));
        assert!(error(&negated).1.starts_with("no further refinement"));
    };
    std::thread::Builder::new().stack_size(256 * 1024).spawn(run).unwrap().join().unwrap();

    let exclusions = |count: usize, name: &str| {
        let one = format!("chopAfter:\"{name}\"");
        format!("{{ specificExclusions {{ {} }} }}", vec![one; count].join(", "))
    };
    assert!(SubtreeSpecification::parse(&exclusions(SubtreeSpecification::MAX_EXCLUSIONS, "")).is_ok());
    assert!(
        error(&exclusions(SubtreeSpecification::MAX_EXCLUSIONS + 1, ""))
            .1
            .starts_with("no further exclusion")
    );
    let long = vec!["a=b"; SubtreeSpecification::MAX_EXCLUSIONS / 2].join(",");
    assert!(SubtreeSpecification::parse(&exclusions(2, &long)).is_ok());
    assert!(error(&exclusions(3, &long)).1.starts_with("no further exclusion"));
}

#[test]
fn entries_are_within_or_not() {
    let area = Dn::parse("o=area").unwrap();
    for (text, within, without) in [
        ("{}", &["o=area", "cn=a,o=area", "O=AREA"][..], &["", "o=other", "cn=o\\=area"][..]),
        (r#"{ base "ou=p" }"#, &["ou=p,o=area", "cn=a,OU=P,o=area"], &["o=area", "ou=p", "cn=a,ou=q,o=area"]),
        (
            r#"{ specificExclusions { chopBefore:"ou=p" } }"#,
            &["o=area", "ou=q,o=area"],
            &["ou=p,o=area", "cn=a,ou=p,o=area"],
        ),
        (r#"{ specificExclusions { chopAfter:"ou=p" } }"#, &["o=area", "ou=p,o=area"], &["cn=a,ou=p,o=area"]),
        (r#"{ base "ou=p", specificExclusions { chopAfter:"" } }"#, &["ou=p,o=area"], &["cn=a,ou=p,o=area"]),
        // Names of exclusions are relative to the base.
        (
            r#"{ base "ou=p", specificExclusions { chopBefore:"ou=p" } }"#,
            &["ou=p,o=area"],
            &["cn=a,ou=p,ou=p,o=area"],
        ),
        ("{ minimum 1 }", &["cn=a,o=area"], &["o=area"]),
        ("{ maximum 1 }", &["o=area", "cn=a,o=area"], &["cn=b,cn=a,o=area"]),
        ("{ minimum 2, maximum 1 }", &[], &["o=area", "cn=a,o=area", "cn=b,cn=a,o=area"]),
        ("{ specificationFilter item:person }", &["o=area"], &[]),
        ("{ specificationFilter item:2.5.6.6 }", &["o=area"], &[]),
        ("{ specificationFilter item:device }", &[], &["o=area"]),
        (
            "{ specificationFilter and:{ item:top, not:item:device, or:{ item:device, item:wizard } } }",
            &["o=area"],
            &[],
        ),
        ("{ specificationFilter and:{} }", &["o=area"], &[]),
        ("{ specificationFilter or:{} }", &[], &["o=area"]),
        ("{ specificationFilter not:not:item:WIZARD }", &["o=area"], &[]),
    ] {
        let subtree = SubtreeSpecification::parse(text).unwrap();
        for (dn, expected) in within.iter().map(|dn| (dn, true)).chain(without.iter().map(|dn| (dn, false))) {
            let entry = Entry::new(*dn).with("objectClass", ["inetOrgPerson", "wizard"]);
            assert_eq!(subtree.contains(&entry, &area, &Schema::standard()), expected, "{text} {dn}");
        }
    }
}

#[test]
fn what_is_made_is_what_is_read() {
    let made = SubtreeSpecification::new()
        .with_base(Dn::parse("ou=p").unwrap())
        .with_exclusion(SpecificExclusion::ChopBefore(Dn::parse("cn=x").unwrap()))
        .with_minimum(1)
        .with_maximum(3)
        .with_filter(Refinement::or([Refinement::item("person"), Refinement::and([])]));
    let text = r#"{ base "ou=p", specificExclusions { chopBefore:"cn=x" }, minimum 1, maximum 3, specificationFilter or:{ item:person, and:{} } }"#;
    assert_eq!(made.to_string(), text);
    assert_eq!(SubtreeSpecification::parse(text), Ok(made.clone()));
    assert_eq!((made.base().depth(), made.exclusions().len(), made.filter().is_some()), (1, 1, true));
}
