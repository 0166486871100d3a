//! Entries as JSON lines.
//!
//! An entry is `{"dn": "...", "attributes": {"cn": ["..."], "jpegPhoto": [{"base64": "..."}]}}`: a value that is not UTF-8
//! is an object with its octets in base64. Written piece by piece into the buffer, since a search prints them by the
//! hundred thousand.

use std::io::Write;

use data_encoding::BASE64;
use ldapwire::model::{Control, LdapString};
use ldapwire::proto::{PartialAttribute, SearchResultEntry};

use crate::controls;

/// Writes one entry and the end of its line.
///
/// An attribute that a server sends in several parts, which RFC 4511 does not allow, becomes one member: a reader of
/// JSON would keep the last part only.
pub(crate) fn entry(entry: &SearchResultEntry, target: &mut Vec<u8>) {
    target.extend_from_slice(b"{\"dn\":");
    text(entry.dn(), target);
    target.extend_from_slice(b",\"attributes\":{");
    let attributes: Vec<_> = entry.attributes().collect();
    let is_in_parts = has_duplicates(&attributes);
    let mut members = List::default();
    for (position, attribute) in attributes.iter().enumerate() {
        let name = attribute.description();
        let is_same = |other: &&PartialAttribute<'_>| other.description() == name;
        if is_in_parts && attributes[..position].iter().any(|other| is_same(&other)) {
            continue;
        }
        members.next(target);
        text(name, target);
        target.extend_from_slice(b":[");
        let mut elements = List::default();
        let parts = if is_in_parts { &attributes[position..] } else { &attributes[position..=position] };
        for octets in parts.iter().filter(is_same).flat_map(PartialAttribute::values) {
            elements.next(target);
            value(octets, target);
        }
        target.push(b']');
    }
    target.extend_from_slice(b"}}\n");
}

/// Writes the servers to ask for a part of the tree, `{"references": ["ldap://..."]}`, and the end of the line.
pub(crate) fn references(urls: &[LdapString], target: &mut Vec<u8>) {
    target.extend_from_slice(b"{\"references\":[");
    let mut elements = List::default();
    for url in urls {
        elements.next(target);
        text(url, target);
    }
    target.extend_from_slice(b"]}\n");
}

/// Writes controls, `{"controls":[{"oid":"...",...}]}`, and the end of the line.
pub(crate) fn controls(controls: &[Control], target: &mut Vec<u8>) {
    let objects: Vec<_> = controls.iter().map(controls::to_json).collect();
    let line = serde_json::json!({ "controls": objects });
    writeln!(target, "{line}").expect("memory takes what is written to it");
}

/// Writes what a message between entries says, `{"message":"..."}`, and the end of the line.
pub(crate) fn intermediate(what: &str, target: &mut Vec<u8>) {
    target.extend_from_slice(b"{\"message\":");
    text(what, target);
    target.extend_from_slice(b"}\n");
}

/// Writes octets: as text, or in base64.
pub(crate) fn value(octets: &[u8], target: &mut Vec<u8>) {
    match std::str::from_utf8(octets) {
        Ok(characters) => text(characters, target),
        Err(_) => {
            write!(target, "{{\"base64\":\"{}\"}}", BASE64.encode_display(octets))
                .expect("memory takes what is written to it");
        }
    }
}

/// Writes text in quotes.
pub(crate) fn text(characters: &str, target: &mut Vec<u8>) {
    serde_json::to_writer(target, characters).expect("all text has a form in JSON, and memory takes it");
}

/// The commas of a list.
#[derive(Default)]
pub(crate) struct List {
    is_begun: bool,
}

impl List {
    /// Goes on to the next element.
    pub(crate) fn next(&mut self, target: &mut Vec<u8>) {
        if std::mem::replace(&mut self.is_begun, true) {
            target.push(b',');
        }
    }
}

fn has_duplicates(attributes: &[PartialAttribute<'_>]) -> bool {
    let mut names: Vec<&str> = attributes.iter().map(PartialAttribute::description).collect();
    names.sort_unstable();
    names.windows(2).any(|pair| pair[0] == pair[1])
}

#[cfg(test)]
mod tests {
    use ldapwire::model::{Attribute, Entry};
    use serde_json::{Value, json};

    use super::*;

    fn written(written: &Entry) -> Value {
        let mut target = Vec::new();
        entry(&SearchResultEntry::from(written), &mut target);
        assert_eq!(target.iter().filter(|octet| **octet == b'\n').count(), 1, "one line an entry");
        serde_json::from_slice(&target).unwrap()
    }

    #[test]
    fn text_is_text_and_octets_are_base64() {
        let ada = Entry::new("cn=Zoë")
            .with("cn", ["Zoë", "a\"\n\u{7f}"])
            .with("jpegPhoto", [b"\xff\xd8"])
            .with("description", [""]);
        assert_eq!(
            written(&ada),
            json!({"dn": "cn=Zoë", "attributes": {
                "cn": ["Zoë", "a\"\n\u{7f}"], "jpegPhoto": [{"base64": "/9g="}], "description": [""]
            }})
        );
        assert_eq!(written(&Entry::new("")), json!({"dn": "", "attributes": {}}));
    }

    #[test]
    fn types_only_gives_empty_lists() {
        let mut types = Entry::new("cn=a");
        types.push(Attribute::without_values("cn"));
        types.push(Attribute::without_values("sn"));
        assert_eq!(written(&types)["attributes"], json!({"cn": [], "sn": []}));
    }

    #[test]
    fn an_attribute_in_parts_becomes_one_member() {
        let mut parts = Entry::new("cn=a").with("cn", ["1"]).with("sn", ["x"]);
        parts.push(Attribute::new("cn", ["2", "3"]));
        assert_eq!(written(&parts)["attributes"], json!({"cn": ["1", "2", "3"], "sn": ["x"]}));
    }

    #[test]
    fn references_are_a_line_of_their_own() {
        let mut target = Vec::new();
        references(&["ldap://a/".into(), "ldap://b/".into()], &mut target);
        assert_eq!(target, b"{\"references\":[\"ldap://a/\",\"ldap://b/\"]}\n");
    }
}
