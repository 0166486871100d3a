//! RFC 4514, 4515 and 4516: the text forms.

use ldapwire::model::{Ava, Dn, Filter, LdapUrl, Scope};
use ldapwire::proto::{LdapMessage, MessageId, ProtocolOp, SearchRequest};

use crate::cases::{check_refused, octets, rows, unshown, variant};

#[test]
fn names_mean_what_rfc_4514_says() {
    for case in rows(include_str!("../data/standards/dn.txt"), "\t") {
        let text = unshown(case[1]);
        let read = Dn::parse(&text);
        let [meaning, written] = case[2..] else {
            check_refused(&case, case[2], read, |error| (error.position(), variant(&error.expected())));
            continue;
        };
        let name = read.unwrap_or_else(|error| panic!("{case:?}: {error}"));
        let shown: Vec<String> =
            name.rdns().iter().map(|rdn| rdn.avas().map(assertion).collect::<Vec<_>>().join(" + ")).collect();
        assert_eq!(shown.join(" / "), unshown(meaning), "{case:?}");
        let written = if written == "=" { text } else { unshown(written) };
        assert_eq!(name.to_string(), written, "{case:?}");
        let again = Dn::parse(&written).unwrap();
        assert!(again.is_identical(&name) && again == name, "{case:?}");
    }
}

fn assertion(ava: &Ava) -> String {
    let sharp = if ava.is_ber() { "#" } else { "" };
    format!("{}{sharp}<{}>", ava.attribute(), ava.value().escape_ascii())
}

#[test]
fn names_are_equal_as_far_as_that_is_known_without_schema() {
    for case in rows(include_str!("../data/standards/dn_equality.txt"), "\t") {
        let [_section, relation, left, right] = case[..] else { panic!("{case:?}") };
        let (left, right) = (Dn::parse(&unshown(left)).unwrap(), Dn::parse(&unshown(right)).unwrap());
        assert_eq!(left == right, relation == "==", "{case:?}");
        assert_eq!(left.cmp(&right).is_eq(), relation == "==", "{case:?}");
    }
}

#[test]
fn filters_mean_what_rfc_4515_says() {
    for case in rows(include_str!("../data/standards/filter.txt"), "\t") {
        let text = unshown(case[1]);
        let read = Filter::parse(&text);
        let [stands_for, written] = case[2..] else {
            check_refused(&case, case[2], read, |error| (error.position(), variant(&error.expected())));
            continue;
        };
        let filter = read.unwrap_or_else(|error| panic!("{case:?}: {error}"));
        let search = SearchRequest::new("", Scope::BaseObject, filter.clone());
        let message = LdapMessage::new(MessageId::FIRST, search).to_bytes().unwrap();
        let tail = [octets(stands_for), octets("3000")].concat();
        assert!(message.ends_with(&tail), "{case:?}: {message:02x?}");
        let ProtocolOp::SearchRequest(search) = LdapMessage::parse(&message).unwrap().op else { panic!() };
        assert_eq!(search.filter(), &filter, "{case:?}");
        let written = if written == "=" { text } else { unshown(written) };
        assert_eq!(filter.to_string(), written, "{case:?}");
        assert_eq!(Filter::parse(&written).as_ref(), Ok(&filter), "{case:?}");
    }
}

#[test]
fn urls_mean_what_rfc_4516_says() {
    for case in rows(include_str!("../data/standards/url.txt"), "\t") {
        let text = unshown(case[1]);
        let read = LdapUrl::parse(&text);
        let [meaning, written] = case[2..] else {
            check_refused(&case, case[2], read, |error| (error.position(), variant(error.problem())));
            continue;
        };
        let url = read.unwrap_or_else(|error| panic!("{case:?}: {error}"));
        assert_eq!(parts(&url), unshown(meaning), "{case:?}");
        let written = if written == "=" { text } else { unshown(written) };
        assert_eq!(url.to_string(), written, "{case:?}");
        assert_eq!(LdapUrl::parse(&written), Ok(url), "{case:?}");
    }
}

/// Names the parts that a URL has, the others not at all.
fn parts(url: &LdapUrl) -> String {
    let mut parts = vec![url.scheme().as_str().to_owned()];
    let mut add =
        |name: &str, value: Option<String>| parts.extend(value.map(|value| format!("{name}={value}")));
    add("host", url.host().map(str::to_owned));
    add("path", url.socket_path().map(str::to_owned));
    add("port", url.port().map(|port| port.to_string()));
    add("dn", (!url.dn().is_root()).then(|| url.dn().to_string()));
    for attribute in url.attributes() {
        add("attribute", Some(attribute.to_string()));
    }
    add("scope", url.scope().map(|scope| scope.to_string()));
    add("filter", url.filter().map(ToString::to_string));
    for extension in url.extensions() {
        let mark = if extension.is_critical() { "!" } else { "" };
        let value = extension.value().map(|value| format!("={value:?}")).unwrap_or_default();
        add("extension", Some(format!("{mark}{}{value}", extension.name())));
    }
    parts.join(" ")
}
