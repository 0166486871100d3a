//! RFC 4512 and 4513: object identifiers, attribute descriptions, identities.

use ldapwire::model::{AttributeDescription, AuthzId, LdapString, Oid};

use crate::cases::{check_refused, rows, unshown, variant};

#[test]
fn object_identifiers_have_the_form_of_numericoid() {
    for case in rows(include_str!("../data/standards/oid.txt"), "\t") {
        let text = unshown(case[1]);
        let read = Oid::parse(&text);
        let received = Oid::from_wire(LdapString::from(text.as_str()));
        assert_eq!(received.is_valid(), case[2] == "=", "{case:?}");
        assert_eq!(received.as_str(), text, "{case:?}");
        if case[2] == "=" {
            assert_eq!(read.map(|oid| oid.to_string()), Ok(text), "{case:?}");
        } else {
            check_refused(&case, case[2], read, |error| (error.position(), variant(&error.problem())));
        }
    }
}

#[test]
fn attribute_descriptions_have_the_form_of_rfc_4512() {
    for case in rows(include_str!("../data/standards/attribute_description.txt"), "\t") {
        let text = unshown(case[1]);
        let read = AttributeDescription::parse(&text);
        assert_eq!(
            AttributeDescription::from(text.as_str()).is_valid(),
            !case[2].starts_with('!'),
            "{case:?}"
        );
        if case[2].starts_with('!') {
            check_refused(&case, case[2], read, |error| (error.position(), variant(&error.problem())));
            continue;
        }
        let name = read.unwrap_or_else(|error| panic!("{case:?}: {error}"));
        assert_eq!(name.as_str(), text, "{case:?}");
        let parts: Vec<&str> = [name.attribute_type()].into_iter().chain(name.options()).collect();
        assert_eq!(parts.join(" "), case[2], "{case:?}");
    }
}

#[test]
fn attribute_descriptions_are_equal_by_type_and_set_of_options() {
    for case in rows(include_str!("../data/standards/attribute_equality.txt"), "\t") {
        let [_section, relation, left, right] = case[..] else { panic!("{case:?}") };
        let (left, right) = (AttributeDescription::from(left), AttributeDescription::from(right));
        let subtype = left.is_same_or_subtype_of(&right);
        let found = match (left == right, subtype, right.is_same_or_subtype_of(&left)) {
            (true, true, true) => "==",
            (false, true, false) => "<",
            (false, false, false) => "!=",
            other => panic!("{case:?}: {other:?}"),
        };
        assert_eq!(found, relation, "{case:?}");
        assert_eq!(left.cmp(&right).is_eq(), relation == "==", "{case:?}");
    }
}

#[test]
fn identities_are_told_apart_by_their_prefix() {
    for case in rows(include_str!("../data/standards/authz_id.txt"), "\t") {
        let identity = AuthzId::from_wire(LdapString::from(case[1]));
        let found = match (identity.is_anonymous(), identity.dn(), identity.user()) {
            (true, None, None) => "anonymous".to_owned(),
            // The name of zero length is nobody's (RFC 4513 5.1.1).
            (true, Some(""), None) => "dn <>".to_owned(),
            (false, Some(name), None) => format!("dn <{name}>"),
            (false, None, Some(user)) => format!("user <{user}>"),
            (false, None, None) => "other".to_owned(),
            other => panic!("{case:?}: {other:?}"),
        };
        assert_eq!(found, case[2], "{case:?}");
        assert_eq!(identity.as_str(), case[1]);
    }
}
