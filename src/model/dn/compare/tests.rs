use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use proptest::prelude::*;

use super::*;

fn dn(text: &str) -> Dn {
    Dn::parse(text).unwrap()
}

fn hash(dn: &Dn) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(dn)
}

#[test]
fn equal_names_compare_hash_and_sort_as_one() {
    for (left, right) in [
        ("", ""),
        ("cn=a,dc=b", "CN=A,DC=B"),
        ("cn=a,dc=b", "cn = a ; dc = b"),
        ("cn=a", "commonname=A"),
        ("cn=a", "2.5.4.3=A"),
        ("COMMONNAME=a", "oid.2.5.4.3=A"),
        ("l=x,st=x,o=x,ou=x,c=x", "2.5.4.7=x,2.5.4.8=x,2.5.4.10=x,2.5.4.11=x,2.5.4.6=x"),
        ("street=x,dc=x,uid=x", "2.5.4.9=x,0.9.2342.19200300.100.1.25=x,0.9.2342.19200300.100.1.1=x"),
        (
            "localityName=x,stateOrProvinceName=x,organizationName=x,organizationalUnitName=x,countryName=x",
            "l=x,st=x,o=x,ou=x,c=x",
        ),
        ("streetAddress=x,domainComponent=x,userId=x", "street=x,dc=x,uid=x"),
        ("x-own=a", "X-OWN=a"),
        (r"cn=\ a  b\ ", "cn=a b"),
        (r"cn=a\09\0a b", "cn=a b"),
        ("cn=a\u{a0}b", "cn=a b"),
        ("cn=ZOË", "cn=zoë"),
        (r"cn=Lu\C4\8Ci", "cn=luči"),
        (r"cn=\ ", "cn="),
        ("cn=a+sn=b", "SN=B+CN=A"),
        ("cn=a+cn=b+sn=c", "sn=c+cn=B+commonName=a"),
        ("cn=#0402ff00", "CN=#0402FF00"),
        (r"cn=\ff\41", r"cn=\ffA"),
    ] {
        let (left, right) = (dn(left), dn(right));
        assert_eq!(left, right);
        assert_eq!(hash(&left), hash(&right), "{left} and {right}");
        assert_eq!(left.cmp(&right), Ordering::Equal);
    }
}

#[test]
fn different_names_compare_and_sort_apart() {
    for (left, right) in [
        ("", "cn="),
        ("cn=a", "cn=b"),
        ("cn=a", "sn=a"),
        ("cn=a", "cn=a,dc=b"),
        ("cn=a,dc=b", "dc=b,cn=a"),
        ("cn=a+sn=b", "cn=a,sn=b"),
        ("cn=a+sn=b", "cn=a"),
        ("cn=a+sn=b", "cn=b+sn=a"),
        ("cn=a+cn=a", "cn=a"),
        ("cn=ab", "cn=a b"),
        ("cn=é", "cn=e"),
        ("cn=#04024869", "cn=Hi"),
        (r"cn=\ffa", r"cn=\ffA"),
        ("cn=#04", "cn=#0402"),
        (r"cn=\04", "cn=#04"),
        ("2.5.4.3=a", "2.5.4.4=a"),
    ] {
        let (left, right) = (dn(left), dn(right));
        assert_ne!(left, right);
        assert_ne!(hash(&left), hash(&right), "{left} and {right}");
        assert_ne!(left.cmp(&right), Ordering::Equal);
        assert_eq!(left.cmp(&right), right.cmp(&left).reverse());
    }
}

#[test]
fn order_is_that_of_the_tree() {
    let mut names = ["cn=a,dc=b", "dc=c", "", "dc=b", "cn=z,cn=a,DC=B", "cn=b,dc=b", "cn=A,dc=c"].map(dn);
    names.sort();
    assert_eq!(
        names.map(|dn| dn.to_string()),
        ["", "dc=b", "cn=a,dc=b", "cn=z,cn=a,DC=B", "cn=b,dc=b", "dc=c", "cn=A,dc=c"]
    );
}

#[test]
fn identical_is_more_than_equal() {
    for (left, right) in [
        ("cn=a", "CN=a"),
        ("cn=a", "cn=A"),
        ("cn=a", "2.5.4.3=a"),
        ("cn=a+sn=b", "sn=b+cn=a"),
        (r"cn=a  b", "cn=a b"),
    ] {
        assert_eq!(dn(left), dn(right));
        assert!(!dn(left).is_identical(&dn(right)));
    }
    assert!(dn("cn=a+sn=#04").is_identical(&dn(" cn = a + sn = #04 ")));
    assert!(!dn("cn=#04").is_identical(&dn(r"cn=\04")));
}

#[test]
fn large_multi_valued_parts_compare() {
    let forwards: Vec<_> = (0..Dn::MAX_AVAS).map(|number| format!("cn={number}")).collect();
    let mut backwards = forwards.clone();
    backwards.reverse();
    let (forwards, backwards) = (dn(&forwards.join("+")), dn(&backwards.join("+")));
    assert_eq!(forwards, backwards);
    assert_eq!(hash(&forwards), hash(&backwards));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn equality_order_and_hash_agree(
        left in "((cn|CN|2\\.5\\.4\\.3|sn)=(a|A| |\\\\ff|é|É|#04){0,3},?){1,2}",
        right in "((cn|CN|2\\.5\\.4\\.3|sn)=(a|A| |\\\\ff|é|É|#04){0,3},?){1,2}",
        third in "(cn|commonName)=(a|A| |é|É){0,3}",
    ) {
        if let (Ok(left), Ok(right), Ok(third)) = (Dn::parse(&left), Dn::parse(&right), Dn::parse(&third)) {
            prop_assert_eq!(left == right, left.cmp(&right).is_eq());
            prop_assert_eq!(left.cmp(&right), right.cmp(&left).reverse());
            prop_assert!(left != right || hash(&left) == hash(&right));
            if left <= right && right <= third {
                prop_assert!(left <= third);
            }
        }
    }
}
