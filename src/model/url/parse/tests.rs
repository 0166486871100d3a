use proptest::prelude::*;

use super::*;
use crate::dn;
use crate::model::{DnExpected, UrlScheme};

fn url(text: &str) -> LdapUrl {
    LdapUrl::parse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn refused(text: &str) -> (usize, LdapUrlProblem) {
    let error = LdapUrl::parse(text).expect_err(text);
    (error.position(), error.problem().clone())
}

fn attributes(url: &LdapUrl) -> Vec<&str> {
    url.attributes().iter().map(AttributeDescription::as_str).collect()
}

#[test]
fn examples_of_rfc_4516() {
    let michigan = dn!("o=University of Michigan,c=US");
    for (text, host) in [
        ("ldap:///o=University%20of%20Michigan,c=US", None),
        ("ldap://ldap1.example.net/o=University%20of%20Michigan,c=US", Some("ldap1.example.net")),
    ] {
        let url = url(text);
        assert_eq!((url.host(), url.port_or_default()), (host, Some(389)));
        assert_eq!(url.dn(), &michigan);
        assert_eq!((url.scope(), url.scope_or_default()), (None, Scope::BaseObject));
        assert_eq!(url.filter(), None);
        assert_eq!(url.filter_or_default().to_string(), "(objectClass=*)");
        assert!(url.attributes().is_empty());
        assert_eq!(url.to_string(), text);
    }

    let text = "ldap://ldap1.example.net/o=University%20of%20Michigan,c=US?postalAddress";
    assert_eq!(attributes(&url(text)), ["postalAddress"]);
    assert_eq!(url(text).to_string(), text);

    let text = "ldap://ldap1.example.net:6666/o=University%20of%20Michigan,c=US??sub?(cn=Babs%20Jensen)";
    let babs = url(text);
    assert_eq!(babs.port(), Some(6666));
    assert_eq!(babs.scope(), Some(Scope::WholeSubtree));
    assert_eq!(babs.filter(), Some(&Filter::parse("(cn=Babs Jensen)").unwrap()));
    assert_eq!(babs.to_string(), text);

    let children = url("LDAP://ldap1.example.com/c=GB?objectClass?ONE");
    assert_eq!(attributes(&children), ["objectClass"]);
    assert_eq!(children.scope(), Some(Scope::SingleLevel));
    assert_eq!(children.to_string(), "ldap://ldap1.example.com/c=GB?objectClass?one");

    let question = url("ldap://ldap2.example.com/o=Question%3f,c=US?mail");
    assert_eq!(question.dn(), &dn!("o=Question?,c=US"));
    assert_eq!(question.to_string(), "ldap://ldap2.example.com/o=Question%3F,c=US?mail");

    let octets = url("ldap://ldap3.example.com/o=Babsco,c=US???(four-octet=%5c00%5c00%5c00%5c04)");
    assert_eq!(octets.filter(), Some(&Filter::parse(r"(four-octet=\00\00\00\04)").unwrap()));
    assert_eq!(LdapUrl::parse(&octets.to_string()), Ok(octets));

    let example = url("ldap://ldap.example.com/o=An%20Example%5C2C%20Inc.,c=US");
    assert_eq!(example.dn().rdns()[0].first().value_str(), Some("An Example, Inc."));

    for text in ["ldap://ldap.example.net", "ldap://ldap.example.net/", "ldap://ldap.example.net/?"] {
        assert_eq!(url(text), url("ldap://ldap.example.net"));
        assert_eq!(url(text).to_string(), "ldap://ldap.example.net");
    }

    for (text, is_critical) in [
        ("ldap:///??sub??e-bindname=cn=Manager%2cdc=example%2cdc=com", false),
        ("ldap:///??sub??!e-bindname=cn=Manager%2cdc=example%2cdc=com", true),
    ] {
        let url = url(text);
        let [extension] = url.extensions() else { panic!("{text}") };
        assert_eq!(extension.name(), "e-bindname");
        assert_eq!(extension.value(), Some("cn=Manager,dc=example,dc=com"));
        assert_eq!(extension.is_critical(), is_critical);
        assert_eq!(url.unknown_critical_extensions(&[]).count(), usize::from(is_critical));
        assert_eq!(url.unknown_critical_extensions(&["E-bindname"]).count(), 0);
        assert_eq!(url.to_string(), text.replace("%2c", "%2C"));
    }
}

#[test]
fn hosts_and_ports() {
    for (text, host, port, default) in [
        ("ldap://", None, None, Some(389)),
        ("ldap:///", None, None, Some(389)),
        ("ldap://:3389", None, Some(3389), Some(3389)),
        ("LdapS://a.example/", Some("a.example"), None, Some(636)),
        ("ldap://a:", Some("a"), None, Some(389)),
        ("ldap://a:0389/", Some("a"), Some(389), Some(389)),
        ("ldap://a:65535", Some("a"), Some(65535), Some(65535)),
        ("ldap://192.0.2.1:1", Some("192.0.2.1"), Some(1), Some(1)),
        ("ldap://[2001:db8::7]", Some("2001:db8::7"), None, Some(389)),
        ("ldap://[2001:db8::7]:390/dc=x", Some("2001:db8::7"), Some(390), Some(390)),
        ("ldap://[::ffff:192.0.2.1]:/", Some("::ffff:192.0.2.1"), None, Some(389)),
        ("ldap://[v1f.a:b]", Some("v1f.a:b"), None, Some(389)),
        ("ldap://a%2Db%c3%a9", Some("a-bé"), None, Some(389)),
        ("ldap://bücher.example", Some("bücher.example"), None, Some(389)),
        ("ldap://a_b~!$&'()*+,;=c", Some("a_b~!$&'()*+,;=c"), None, Some(389)),
    ] {
        let url = url(text);
        assert_eq!((url.host(), url.port(), url.port_or_default()), (host, port, default), "{text}");
        assert_eq!(url.socket_path(), None);
        assert_eq!(LdapUrl::parse(&url.to_string()), Ok(url));
    }
    for (text, written) in [
        ("ldap://", "ldap:///"),
        ("ldap://:3389/", "ldap://:3389"),
        ("ldap://[::1]:0389/?", "ldap://[::1]:389"),
        ("ldap://%3A%3A1", "ldap://%3A%3A1"),
        ("ldaps://bücher.example", "ldaps://b%C3%BCcher.example"),
    ] {
        assert_eq!(url(text).to_string(), written);
    }
}

#[test]
fn hosts_are_equal_in_either_case_and_socket_paths_are_not() {
    for (left, right, is_equal) in [
        ("ldap://A.Example/DC=X", "ldap://a.example/dc=x", true),
        ("ldaps://[2001:DB8::A]:636", "ldaps://[2001:db8::a]:636", true),
        ("ldap://a", "ldaps://a", false),
        ("ldap://a", "ldap://a:389", false),
        ("ldap://%3A%3A1", "ldap://[::1]", false),
        ("ldapi://%2FA", "ldapi://%2fA", true),
        ("ldapi://%2FA", "ldapi://%2Fa", false),
    ] {
        assert_eq!(url(left) == url(right), is_equal, "{left} and {right}");
    }
}

#[test]
fn socket_paths() {
    for (text, path, written) in [
        ("ldapi://", None, "ldapi:///"),
        ("ldapi:///", None, "ldapi:///"),
        ("LDAPI://%2fvar%2frun%2fldapi/", Some("/var/run/ldapi"), "ldapi://%2Fvar%2Frun%2Fldapi"),
        ("ldapi://%2Ftmp%2Fa%3Ab/dc=x??sub", Some("/tmp/a:b"), "ldapi://%2Ftmp%2Fa%3Ab/dc=x??sub"),
    ] {
        let url = url(text);
        assert_eq!((url.scheme(), url.socket_path()), (UrlScheme::Ldapi, path));
        assert_eq!((url.host(), url.port_or_default()), (None, None));
        assert_eq!(url.to_string(), written);
    }
}

#[test]
fn parts_are_cut_first_then_decoded_then_understood() {
    let text = "ldap://h/cn=a%3Fb%2Cdc=c?cn;lang-de,*,+,1.1,@person,%6Fu?SUBORDINATES?(cn=%3f%2528)?x-a,!x-b=,x-c=a=b!%00/";
    let all = url(text);
    assert_eq!(all.dn(), &dn!("cn=a?b,dc=c"));
    assert_eq!(attributes(&all), ["cn;lang-de", "*", "+", "1.1", "@person", "ou"]);
    assert_eq!(all.scope(), Some(Scope::SubordinateSubtree));
    assert_eq!(all.filter(), Some(&Filter::parse("(cn=?%28)").unwrap()));
    let extensions: Vec<_> =
        all.extensions().iter().map(|e| (e.is_critical(), e.name(), e.value())).collect();
    assert_eq!(extensions, [(false, "x-a", None), (true, "x-b", Some("")), (false, "x-c", Some("a=b!\0/"))]);
    assert_eq!(
        all.to_string(),
        "ldap://h/cn=a%3Fb,dc=c?cn;lang-de,*,+,1.1,@person,ou?subordinates?(cn=%3F%2528)?x-a,!x-b=,x-c=a=b!%00/"
    );
}

#[test]
fn characters_that_no_url_may_contain_are_read() {
    let raw = url("ldap://h/o=An Example\\2C Inc.,c=é??sub?(cn=Babs \\2aJ\u{e9}n)");
    assert_eq!(raw.dn().rdns()[0].first().value_str(), Some("An Example, Inc."));
    assert_eq!(raw.filter(), Some(&Filter::parse("(cn=Babs \\2aJén)").unwrap()));
    assert_eq!(url("ldap:///cn=#0402,o=[a]").dn(), &dn!("cn=#0402,o=[a]"));
}

#[test]
fn an_absent_value_differs_from_an_empty_one() {
    let text = "ldap:///????a,b=,!c==";
    let values: Vec<_> = url(text).extensions().iter().map(|e| e.value().map(str::to_owned)).collect();
    assert_eq!(values, [None, Some(String::new()), Some("=".to_owned())]);
    assert_eq!(url(text).to_string(), text);
}

#[test]
fn malformed_urls_are_refused_with_place_and_cause() {
    use LdapUrlProblem::*;
    for (text, position, problem) in [
        ("", 0, Scheme),
        ("ldap", 0, Scheme),
        ("ldap:", 0, Scheme),
        ("ldap:/", 0, Scheme),
        ("ldap:/h", 0, Scheme),
        ("//h", 0, Scheme),
        ("://h", 0, Scheme),
        (" ldap://h", 0, Scheme),
        ("http://h", 0, Scheme),
        ("cldap://h", 0, Scheme),
        ("ld%61p://h", 0, Scheme),
        ("ldap://h?cn", 8, Slash),
        ("ldap://h#x", 8, Slash),
        ("ldap://a b", 8, Host),
        ("ldap://user@h", 11, Host),
        ("ldap://a\\b", 8, Host),
        ("ldap://a\0", 8, Host),
        ("ldap://a%00", 7, Nul),
        ("ldap://a%", 8, HexPair),
        ("ldap://a%f", 8, HexPair),
        ("ldap://a%fg/", 8, HexPair),
        ("ldap://a%ff/", 8, Utf8),
        ("ldap://h:65536", 9, Port),
        ("ldap://h:+1", 9, Port),
        ("ldap://h:-1/", 9, Port),
        ("ldap://h:x", 9, Port),
        ("ldap://h:1:2", 9, Port),
        ("ldap://::1/", 8, Port),
        ("ldap://h:99999999999999999999", 9, Port),
        ("ldap://[::1", 7, Literal),
        ("ldap://[]", 7, Literal),
        ("ldap://[1.2.3.4]", 7, Literal),
        ("ldap://[::g]", 7, Literal),
        ("ldap://[fe80::1%25eth0]", 7, Literal),
        ("ldap://[v.a]", 7, Literal),
        ("ldap://[v1.]", 7, Literal),
        ("ldap://[::1]x", 12, Slash),
        ("ldap://[::1]389", 12, Slash),
        ("ldap://x[::1]", 8, Host),
        ("ldapi://[::1]", 8, Literal),
        ("ldapi://%2Fa:389", 12, Host),
        ("ldap:///%", 8, HexPair),
        ("ldap:///cn=%4", 11, HexPair),
        ("ldap:///cn=%é0", 11, HexPair),
        ("ldap:///cn=%c3", 11, Utf8),
        ("ldap:///cn=%00", 8, Nul),
        ("ldap:///cn=a?,cn", 13, Attribute(AttributeDescription::parse("").unwrap_err())),
        ("ldap:///?cn,", 12, Attribute(AttributeDescription::parse("").unwrap_err())),
        ("ldap:///?cn,s%20n", 12, Attribute(AttributeDescription::parse("s n").unwrap_err())),
        ("ldap:///?cn%2Csn", 9, Attribute(AttributeDescription::parse("cn,sn").unwrap_err())),
        ("ldap:///??subtree", 10, Scope),
        ("ldap:///??2", 10, Scope),
        ("ldap:///??sub%20", 10, Scope),
        ("ldap:///???cn=a", 11, Filter(crate::model::Filter::parse("cn=a").unwrap_err())),
        ("ldap:///???(cn=a", 11, Filter(crate::model::Filter::parse("(cn=a").unwrap_err())),
        ("ldap:///???(cn=%5C)", 11, Filter(crate::model::Filter::parse(r"(cn=\)").unwrap_err())),
        ("ldap:///???(cn=%00)", 11, Nul),
        ("ldap:///????", 12, ExtensionType),
        ("ldap:///????a,", 14, ExtensionType),
        ("ldap:///????!", 13, ExtensionType),
        ("ldap:///????!!a", 13, ExtensionType),
        ("ldap:///????=a", 12, ExtensionType),
        ("ldap:///????%21a", 12, ExtensionType),
        ("ldap:///????a%3Db", 12, ExtensionType),
        ("ldap:///????1.02=a", 12, ExtensionType),
        ("ldap:///????a=%f", 14, HexPair),
        ("ldap:///????a,b=%ff", 16, Utf8),
        ("ldap:///????a=b?", 15, QuestionMark),
    ] {
        assert_eq!(refused(text), (position, problem), "{text:?}");
    }
    let (position, problem) = refused("ldap://h/cn");
    let Dn(error) = problem else { panic!("{problem:?}") };
    assert_eq!((position, error.position(), error.expected()), (9, 2, DnExpected::Equals));
}

#[test]
fn errors_say_what_was_expected_and_where() {
    use std::error::Error;
    let error = LdapUrl::parse("ldap://h:x").unwrap_err();
    assert_eq!(error.to_string(), "LDAP URL: expected a port from 0 to 65535 at offset 9");
    assert!(error.source().is_none());
    let error = LdapUrl::parse("ldap://h/cn").unwrap_err();
    let cause = "distinguished name: expected '=' at offset 2, found the end";
    assert_eq!(error.to_string(), format!("LDAP URL, part at offset 9: {cause}"));
    assert_eq!(error.source().unwrap().to_string(), cause);
}

#[test]
fn every_truncation_is_read_or_refused() {
    let text =
        "ldap://[2001:db8::7]:389/cn=a%5C2Cb,dc=%C3%A9?cn,sn;x?sub?(&(cn=a%20b)(sn=%5c2a))?!a=%2C,1.2=b";
    for end in 0..text.len() {
        if let Ok(url) = LdapUrl::parse(&text[..end]) {
            assert_eq!(LdapUrl::parse(&url.to_string()), Ok(url));
        }
    }
}

#[test]
fn hostile_lengths_are_read_or_refused() {
    let most = LdapUrl::MAX_LENGTH;
    for (prefix, filler) in [
        ("ldap://", ","),
        ("ldap://", "%41"),
        ("ldap://h:", "1"),
        ("ldap://[", ":"),
        ("ldap:///", ","),
        ("ldap:///", "?"),
        ("ldap:///cn=", "%5C"),
        ("ldap:///?", "a,"),
        ("ldap:///???", "("),
        ("ldap:///???", "(!"),
        ("ldap:///????", "a,"),
        ("ldap:///????a=", "%00"),
    ] {
        let text = format!("{prefix}{}", filler.repeat((most - prefix.len()) / filler.len()));
        if let Ok(url) = LdapUrl::parse(&text) {
            assert!(url.to_string().len() <= text.len());
        }
    }
    assert_eq!(refused(&"a".repeat(most + 1)), (most, LdapUrlProblem::TooLong));
}

#[test]
fn built_urls_say_what_they_were_given() {
    let built = LdapUrl::new(UrlScheme::Ldap)
        .with_host("a/b?c:d é")
        .unwrap()
        .with_port(1)
        .with_dn(dn!("cn={},o=[#]", "?,%"))
        .with_attributes(["*", "+", "@person", "cn;x"])
        .unwrap()
        .with_scope(Scope::SubordinateSubtree)
        .unwrap()
        .with_extension(UrlExtension::new("1.2").unwrap().with_value("?,=%\0é[]").critical())
        .with_extension(UrlExtension::new("x-a").unwrap());
    let text = "ldap://a%2Fb%3Fc%3Ad%20%C3%A9:1/cn=%3F%5C,%25,o=%5B%23%5D?*,+,@person,cn;x?subordinates\
                ??!1.2=%3F%2C=%25%00%C3%A9%5B%5D,x-a";
    assert_eq!(built.to_string(), text);
    assert_eq!(url(text), built);

    let url = LdapUrl::new(UrlScheme::Ldapi);
    assert_eq!(url.clone().with_port(389).port(), None);
    assert!(url.clone().with_host("\0").is_err());
    assert!(url.clone().with_attributes(["a,b"]).is_err());
    assert!(url.with_scope(Scope::Other(7)).is_err());
    assert!(UrlExtension::new("!a").is_err());
    assert!(UrlExtension::new("").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_read_is_written_to_the_same(
        text in prop_oneof![
            "ldap[si]?://[a\\[\\]:1%20é]{0,6}(/[a=,%5C\\\\\"#é ]{0,8}(\\?[a,*;%2]{0,5}){0,1}(\\?(sub|ONE)?)?(\\?(\\(a=[%5C\\\\a*20é]{0,5}\\))?)?(\\?!?a=?[a,=%2C0é\u{0}]{0,6})?)?",
            "ldap:///[a-c=,+%/?#0-9A-F()*&! \u{0}é]{0,24}",
            any::<String>(),
        ]
    ) {
        if let Ok(url) = LdapUrl::parse(&text) {
            let written = url.to_string();
            let is_uri_octet = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~:/?[]@!$&'()*+,;=%".contains(&octet);
            prop_assert!(written.bytes().all(is_uri_octet), "{:?} -> {:?}", text, written);
            let read = LdapUrl::parse(&written);
            prop_assert_eq!(read.as_ref(), Ok(&url), "{:?} -> {:?}", text, written);
            prop_assert_eq!(read.map(|url| url.to_string()), Ok(written));
        }
    }

    #[test]
    fn no_text_becomes_syntax(host in any::<String>(), value in any::<Vec<u8>>(), extension in any::<String>()) {
        let url = LdapUrl::new(UrlScheme::Ldap)
            .with_host(host.replace('\0', ""))
            .unwrap()
            .with_dn(dn!("uid={},dc=example", value))
            .with_extension(UrlExtension::new("x").unwrap().with_value(extension));
        prop_assert_eq!(LdapUrl::parse(&url.to_string()), Ok(url));
    }
}
