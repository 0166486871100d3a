//! Inputs that have made readers slow, and what is done with each.

use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher, Hash};

use bytes::Bytes;
use ldapwire::ber::frame_length;
use ldapwire::model::{AttributeDescription, Dn, Filter, LdapUrl, Oid};
use ldapwire::proto::LdapMessage;

/// A kind of input, of any size.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    before: &'static [u8],
    /// Repeated as often as the size allows.
    part: &'static [u8],
    after: &'static [u8],
    /// Reads the input and does with it whatever else walks through it.
    pub(crate) read: fn(&[u8]),
}

impl Kind {
    /// Returns an input of about this many octets.
    pub(crate) fn input(&self, size: usize) -> Vec<u8> {
        let repeated = self.part.repeat(size / self.part.len());
        [self.before, &repeated, self.after].concat()
    }
}

/// Writes the kinds that a function reads: name, what stands before, what is repeated, what stands behind.
macro_rules! kinds {
    ($($read:ident { $($name:literal: $before:literal $part:literal $after:literal;)* })*) => {
        pub(crate) const KINDS: &[Kind] = &[$($(Kind {
            name: concat!(stringify!($read), "::", $name),
            before: $before,
            part: $part,
            after: $after,
            read: $read,
        },)*)*];
    };
}

kinds! {
    filter {
        "parentheses": b"" b"(" b"";
        "ands": b"" b"(&" b"";
        "nots": b"" b"(!" b"";
        "many_filters": b"(|" b"(a=b)" b")";
        "many_groups": b"(&" b"(!(a=b))(|)" b")";
        "long_value": b"(a=" b"x" b")";
        "value_without_end": b"(a=" b"x" b"";
        "escapes": b"(a=" b"\\2a" b")";
        "octets_that_are_not_utf8": b"(a=" b"\xff\xc3" b")";
        "characters_of_two_octets": b"(a=" b"\xc3\xa9" b")";
        "controls": b"(a=" b"\x01" b")";
        "backslashes": b"(a=" b"\\" b")";
        "asterisks": b"(a=" b"*" b")";
        "substrings": b"(a=" b"*x" b")";
        "options": b"(a" b";x" b"=b)";
        "arcs": b"(1" b".2" b"=b)";
        "colons": b"(a" b":" b"=b)";
        "dn_attributes": b"(a" b":dn" b":=b)";
        "spaces": b"(" b" " b"";
    }
    dn {
        "commas": b"" b"," b"";
        "assertions": b"" b"a=b," b"a=b";
        "multi_valued": b"" b"a=b+" b"a=b";
        "multi_valued_from_last_to_first": b"b=1" b"+a=A+A=a" b"";
        "escaped_commas": b"a=" b"\\," b"";
        "escaped_spaces": b"a=" b"\\ " b"";
        "hex_pairs": b"a=" b"\\ff" b"";
        "backslashes": b"a=" b"\\" b"";
        "spaces_before": b"a=" b" " b"b";
        "spaces_behind": b"a=b" b" " b"";
        "spaces_within": b"a=b" b" " b"c";
        "words": b"a=" b"b " b"c";
        "quotes": b"a=" b"\"" b"";
        "quoted_without_end": b"a=\"" b"x" b"";
        "hexstring": b"a=#" b"0a" b"";
        "arcs": b"1" b".2" b"=a";
        "prefixes": b"" b"OID." b"";
        "equals": b"a" b"=" b"";
        "controls": b"a=" b"\x01" b"";
    }
    url {
        "host": b"ldap://" b"a" b"";
        "encoded_host": b"ldap://" b"%61" b"";
        "literal": b"ldap://[" b":" b"]";
        "port": b"ldap://h:" b"0" b"1";
        "slashes": b"ldap://h" b"/" b"";
        "question_marks": b"ldap://h/" b"?" b"";
        "encoded_name": b"ldap:///a=" b"%5c," b"";
        "encoded_characters": b"ldap:///a=" b"%c3%a9" b"";
        "percents": b"ldap:///a=" b"%" b"";
        "attributes": b"ldap:///?" b"a," b"a";
        "filter": b"ldap:///???(|" b"(a=%2a)" b")";
        "extensions": b"ldap:///????" b"a," b"a";
        "extension_value": b"ldap:///????a=" b"%00" b"";
    }
    name {
        "letters": b"" b"a" b"";
        "arcs": b"1" b".0" b"";
        "digits": b"1." b"9" b"";
        "equal_options": b"a" b";x" b"";
        "options": b"a" b";x;y;Z;ab;Ac;b-1;0;-" b"";
    }
    contents {
        "octets": b"" b"\x00" b"";
        "long_tag": b"\x9f" b"\x80" b"";
        "lengths_of_127_octets": b"" b"\x30\xfe" b"";
        "empty_sequences": b"" b"\x30\x00" b"";
        "empty_strings": b"" b"\x04\x00" b"";
        "unknown_elements": b"\x42\x00" b"\x9e\x00" b"";
        "unknown_long_tags": b"\x42\x00" b"\x9f\x81\x00\x00" b"";
    }
    search {
        "ands": b"" b"\xa0\x02" b"";
        "empty_groups": b"" b"\xa0\x00" b"";
        "presences": b"" b"\x87\x01a" b"";
        "equalities": b"" b"\xa3\x05\x04\x01a\x04\x00" b"";
        "long_lengths": b"" b"\x87\x84\x00\x00\x00\x01a" b"";
    }
    entry {
        "attributes": b"" b"\x30\x05\x04\x01a\x31\x00" b"";
        "unknown_elements": b"" b"\x30\x07\x04\x01a\x31\x00\x80\x00" b"";
    }
    values {
        "empty": b"" b"\x04\x00" b"";
        "of_one_octet": b"" b"\x04\x01x" b"";
    }
    reference {
        "empty": b"" b"\x04\x00" b"";
    }
}

fn filter(octets: &[u8]) {
    let Ok(filter) = Filter::parse_octets(octets) else { return };
    let again = Filter::parse(&filter.to_string()).unwrap();
    assert!(again == filter && hash(&again) == hash(&filter));
    assert!(filter.detach() == filter && filter.depth() > 0);
}

fn dn(octets: &[u8]) {
    let Ok(name) = Dn::parse(std::str::from_utf8(octets).unwrap()) else { return };
    let again = Dn::parse(&name.to_string()).unwrap();
    assert!(again == name && hash(&again) == hash(&name) && again.cmp(&name).is_eq());
    assert!(again.is_identical(&name.detach()) && name.ancestors().count() == name.depth());
}

fn url(octets: &[u8]) {
    let Ok(url) = LdapUrl::parse(std::str::from_utf8(octets).unwrap()) else { return };
    assert!(LdapUrl::parse(&url.to_string()).unwrap() == url);
}

fn name(octets: &[u8]) {
    let text = std::str::from_utf8(octets).unwrap();
    let _ = Oid::parse(text);
    let name = AttributeDescription::from(text);
    let other = AttributeDescription::from(text.to_ascii_uppercase());
    assert!(name == other && hash(&name) == hash(&other) && name.cmp(&other).is_eq());
    assert!(name.is_valid() && name.is_same_or_subtype_of(&other));
}

/// Takes the octets for the contents of a message behind its id.
fn contents(octets: &[u8]) {
    message(&element(0x30, &[b"\x02\x01\x01", octets]));
}

/// Takes the octets for the members of an `and`.
fn search(octets: &[u8]) {
    let filter = element(0xa0, &[octets]);
    let fields = b"\x04\x00\x0a\x01\x00\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00";
    contents(&element(0x63, &[fields, &filter, b"\x30\x00"]));
}

/// Takes the octets for the attributes of an entry.
fn entry(octets: &[u8]) {
    contents(&element(0x64, &[b"\x04\x00", &element(0x30, &[octets])]));
}

/// Takes the octets for the values of one attribute.
fn values(octets: &[u8]) {
    entry(&element(0x30, &[b"\x04\x01a", &element(0x31, &[octets])]));
}

/// Takes the octets for the URLs of a search reference.
fn reference(octets: &[u8]) {
    contents(&element(0x73, &[octets]));
}

fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [&[tag, 0x84], &length[..], &content].concat()
}

fn message(octets: &[u8]) {
    assert_eq!(frame_length(octets, usize::MAX), Ok(Some(octets.len())));
    let Ok(message) = LdapMessage::parse(&Bytes::copy_from_slice(octets)) else { return };
    assert!(!format!("{message:?}").is_empty());
    let Ok(written) = message.to_bytes() else { return };
    assert!(LdapMessage::parse(&written).unwrap() == message);
}

fn hash(value: &impl Hash) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(value)
}
