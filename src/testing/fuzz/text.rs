//! Filters, names, URLs and words.

use std::hash::{BuildHasher, BuildHasherDefault};

use rustc_hash::FxHasher;

use super::message::round_trip;
use crate::ber::{Tag, Writer};
use crate::model::{AttributeDescription, AuthzId, Dn, Filter, LdapUrl, Oid, Rdn, Scope};
use crate::proto::{LdapMessage, MessageId, OpKind, ProtocolOp, SearchRequest};
use crate::schema::GeneralizedTime;

/// Reads the octets as the text of a filter, and as a filter in BER.
///
/// # Panics
///
/// The filter does not come back from its text or from BER, or its text means another one.
pub fn filter(octets: &[u8]) {
    if let Ok(filter) = Filter::parse_octets(octets) {
        let text = filter.to_string();
        let again = Filter::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(again, filter);
        assert_eq!(again.to_string(), text);
        assert_eq!(hash(&again), hash(&filter));
        assert!(filter.depth() <= Filter::MAX_DEPTH);
        round_trip(&search(&filter));
    }
    if let Some(filter) = decode(octets) {
        // Names from the wire need not be names, and then the text is refused.
        if let Ok(again) = Filter::parse(&filter.to_string()) {
            assert_eq!(again, filter);
        }
        round_trip(&search(&filter));
    }
}

fn search(filter: &Filter) -> LdapMessage {
    LdapMessage::new(MessageId::FIRST, SearchRequest::new("", Scope::BaseObject, filter.clone()))
}

/// Decodes a filter as that of a search.
fn decode(filter: &[u8]) -> Option<Filter> {
    let mut writer = Writer::new();
    writer.constructed(Tag::SEQUENCE, |writer| {
        writer.constructed(OpKind::SearchRequest.tag(), |writer| {
            writer.constructed(Tag::SEQUENCE, |_| {});
            writer.raw(filter);
            writer.boolean(Tag::BOOLEAN, false);
            writer.integer(Tag::INTEGER, 0);
            writer.integer(Tag::INTEGER, 0);
            writer.integer(Tag::ENUMERATED, 0);
            writer.integer(Tag::ENUMERATED, 0);
            writer.octet_string(Tag::OCTET_STRING, b"");
        });
        writer.integer(Tag::INTEGER, 1);
    });
    match LdapMessage::parse(&writer.finish()).ok()?.op {
        ProtocolOp::SearchRequest(search) => Some(search.filter().clone()),
        other => panic!("{} from a search", other.kind()),
    }
}

/// Reads one or two names, one in each line.
///
/// # Panics
///
/// A name does not come back from its text or from its parts, or equality, order and hash disagree.
pub fn dn(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let mut names = text.splitn(2, '\n').filter_map(|line| Dn::parse(line).ok());
    let Some(first) = names.next() else { return };
    check_dn(&first);
    let Some(second) = names.next() else { return };
    check_dn(&second);

    assert_eq!(first.cmp(&second), second.cmp(&first).reverse());
    assert_eq!(first == second, first.cmp(&second).is_eq());
    if first == second {
        assert_eq!(hash(&first), hash(&second));
    }
    if first.is_identical(&second) {
        assert_eq!(first, second);
        assert_eq!(first.to_string(), second.to_string());
    }
    let joined = first.join(&second);
    assert_eq!(joined.depth(), first.depth() + second.depth());
    assert!(joined.is_within(&second) && joined >= second);
    let relative = joined.relative_to(&second).expect("it is within");
    assert!(relative.is_identical(&first));
}

fn check_dn(name: &Dn) {
    let text = name.to_string();
    let again = Dn::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(again.is_identical(name), "{again:?} from {name:?}");
    assert_eq!(&again, name);
    assert_eq!(hash(&again), hash(name));
    assert_eq!(again.to_string(), text);
    assert!(name.detach().is_identical(name));
    assert_eq!(name.ancestors().count(), name.depth());
    if let (Some(rdn), Some(parent)) = (name.rdn(), name.parent()) {
        assert!(parent.child_rdn(rdn.clone()).is_identical(name));
        assert!(name.is_child_of(&parent) && *name > parent);
    }
}

/// Reads a URL.
///
/// # Panics
///
/// The URL does not come back from its text.
pub fn url(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    let Ok(url) = LdapUrl::parse(text) else { return };
    let text = url.to_string();
    let again = LdapUrl::parse(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert_eq!(again, url);
    assert_eq!(again.to_string(), text);
    assert!(again.dn().is_identical(url.dn()));
    assert!(text.is_ascii(), "{text}");
}

/// Reads the octets as each of the short words of a directory: an attribute description, an object identifier, a part
/// of a name, a time, an authorization identity.
///
/// # Panics
///
/// What is read does not come back from its text.
pub fn word(octets: &[u8]) {
    let Ok(text) = std::str::from_utf8(octets) else { return };
    if let Ok(description) = AttributeDescription::parse(text) {
        let again = description.to_string();
        assert_eq!(AttributeDescription::parse(&again).as_ref(), Ok(&description));
    }
    if let Ok(oid) = Oid::parse(text) {
        let again = oid.to_string();
        assert_eq!(Oid::parse(&again).as_ref(), Ok(&oid));
    }
    if let Ok(rdn) = Rdn::parse(text) {
        let again = rdn.to_string();
        assert_eq!(Rdn::parse(&again).as_ref(), Ok(&rdn), "{again}");
    }
    if let Ok(time) = GeneralizedTime::parse(text) {
        // At either end of the calendar a difference to universal time leads out of it, so only the text comes back.
        let again = time.to_string();
        assert_eq!(GeneralizedTime::parse(&again).map(|time| time.to_string()).as_ref(), Ok(&again));
    }
    let identity = AuthzId::from_wire(text.into());
    assert_eq!(identity.as_str(), text);
    assert_eq!(identity.is_anonymous(), text.is_empty() || identity.dn() == Some(""));
    assert!(identity.dn().is_none() || identity.user().is_none());
}

fn hash(value: &impl std::hash::Hash) -> u64 {
    BuildHasherDefault::<FxHasher>::default().hash_one(value)
}
