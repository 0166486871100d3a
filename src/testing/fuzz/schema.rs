//! Definitions of a schema, values of syntaxes, and the preparation of strings.

use unicode_normalization::char::is_combining_mark;

use crate::model::{Dn, Entry};
use crate::schema::{
    AttributeType, CertificateExactAssertion, CertificateListExactAssertion, Definition, DitContentRule,
    DitStructureRule, LdapSyntax, MatchingRule, MatchingRuleUse, NameForm, ObjectClass, Preparation, Rule,
    Schema, SubstringPart, SubtreeSpecification, Syntax, Tolerance,
};

/// Reads each line as a definition of every kind, and all of it as a schema in LDIF and in a configuration file.
///
/// # Panics
///
/// A definition does not come back from its text, a strict reader and a lenient one disagree, or a schema does not come back
/// from its entry.
pub fn schema(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    for line in text.lines() {
        definition::<LdapSyntax>(line);
        definition::<MatchingRule>(line);
        definition::<MatchingRuleUse>(line);
        definition::<AttributeType>(line);
        definition::<ObjectClass>(line);
        definition::<NameForm>(line);
        definition::<DitContentRule>(line);
        definition::<DitStructureRule>(line);
    }
    for schema in [Schema::from_ldif(text), Schema::builder().configuration(text).build()] {
        let again = Schema::from_entry(&schema.to_entry("cn=schema"));
        assert_eq!(again, schema);
        assert!(schema.diff(&again).is_empty());
        for attribute in schema.attribute_types() {
            let found = schema.attribute_type(attribute.oid.as_str()).expect("it is found by its identifier");
            assert!(found.lineage().count() <= schema.attribute_types().len());
            let _ = (found.syntax(), found.comparison());
        }
        for class in schema.object_classes() {
            let found = schema.object_class(class.oid.as_str()).expect("it is found by its identifier");
            assert!(found.lineage().len() <= schema.object_classes().len());
            let entry = Entry::new(text).with("objectClass", [class.oid.as_str()]).with("cn", [text]);
            let _ = schema.validate(&entry);
        }
    }
}

fn definition<D: Definition>(text: &str) {
    let Ok((definition, tolerated)) = D::parse_noting(text) else {
        assert!(D::parse_strict(text).is_err(), "{text}");
        return;
    };
    assert_eq!(D::parse_strict(text).is_ok(), tolerated.is_empty(), "{text}");
    let printed = definition.to_string();
    let (again, left) = D::parse_noting(&printed).unwrap_or_else(|error| panic!("{error}: {printed}"));
    assert_eq!(again, definition, "{printed}");
    assert_eq!(again.to_string(), printed);
    // What cannot be written otherwise stays: names and identifiers.
    let stays = [
        Tolerance::NameForOid,
        Tolerance::NameCharacter,
        Tolerance::OddOid,
        Tolerance::ExtensionName,
        Tolerance::LeadingZero,
    ];
    assert!(left.iter().all(|(liberty, _)| stays.contains(&liberty)), "{printed}: {left:?}");
}

/// Prepares text, and compares it by every rule: a value and an assertion, a line each.
///
/// # Panics
///
/// What is prepared changes when it is prepared again, a value does not equal itself, or a name does not, or an assertion of a
/// certificate or a subtree specification does not come back.
pub fn matching(octets: &[u8]) {
    let mut lines = octets.splitn(2, |octet| *octet == b'\n');
    let (value, assertion) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let schema = Schema::standard();
    for syntax in Syntax::all() {
        if let Err(error) = syntax.validate(value) {
            assert!(error.position() <= value.len(), "{syntax:?}: {error}");
        }
    }
    let text = std::str::from_utf8(value).unwrap_or_default();
    let made = [CertificateExactAssertion::of_certificate(value), text.parse()];
    for printed in made.into_iter().flatten().map(|assertion| assertion.to_string()) {
        let again: Result<CertificateExactAssertion, _> = printed.parse();
        assert_eq!(again.map(|assertion| assertion.to_string()), Ok(printed));
    }
    if let Ok(subtree) = text.parse::<SubtreeSpecification>() {
        assert_eq!(subtree.to_string().parse(), Ok(subtree));
    }
    let made = [CertificateListExactAssertion::of_list(value), text.parse()];
    for printed in made.into_iter().flatten().flat_map(|list| [list.to_string(), list.for_openldap()]) {
        let again: Result<CertificateListExactAssertion, _> = printed.parse();
        assert!(
            again.is_ok_and(|list| [list.to_string(), list.for_openldap()].contains(&printed)),
            "{printed}"
        );
    }
    for rule in Rule::all() {
        let result = rule.matches(&schema, value, assertion);
        if let (Ok(left), Ok(right)) = (rule.key(&schema, value), rule.key(&schema, assertion))
            && let Ok(order) = rule.compare(&schema, value, assertion)
        {
            assert_eq!(order, left.cmp(&right));
            assert_eq!(result, Ok(order.is_lt()));
        }
    }
    let Ok(text) = std::str::from_utf8(value) else { return };
    for preparation in [
        Preparation::CaseExact,
        Preparation::CaseIgnore,
        Preparation::NumericString,
        Preparation::TelephoneNumber,
    ] {
        for part in [SubstringPart::Initial, SubstringPart::Any, SubstringPart::Final] {
            let _ = preparation.substring(text, part);
        }
        let Ok(prepared) = preparation.value(text) else { continue };
        // Where spaces are taken out, which is after normalization (RFC 4518 2.4, 2.6), letters come together that the
        // next one would compose.
        if matches!(preparation, Preparation::NumericString | Preparation::TelephoneNumber) {
            continue;
        }
        // The space that preparation puts before a mark at the beginning is no space to the next one: "followed by no
        // combining marks" (RFC 4518 2.6.1).
        if prepared.chars().nth(1).is_some_and(is_combining_mark) {
            continue;
        }
        assert_eq!(preparation.value(&prepared), Ok(prepared), "{text:?} {preparation:?}");
    }
    if let Ok(name) = Dn::parse(text) {
        assert!(schema.is_same_dn(&name, &name));
        let above = name.parent().map(|parent| schema.dn_key(&parent));
        assert!(above.is_none_or(|above| schema.dn_key(&name).as_bytes().starts_with(above.as_bytes())));
    }
}
