use std::cmp::Ordering;

use proptest::prelude::*;

use super::*;
use crate::model::{Attribute, Value};
use crate::testing::strategies;

fn ada() -> Entry {
    let mut entry = Entry::new("uid=ada,ou=People,dc=example,dc=org")
        .with("objectClass", ["top", "inetOrgPerson"])
        .with("cn", ["Ada Lovelace"])
        .with("cn;lang-fr", ["Adèle"])
        .with("uidNumber", ["10"])
        .with("jpegPhoto", [b"\xff\xd8\x00"]);
    entry.push(Attribute::new("cn", ["Countess"]));
    entry
}

#[track_caller]
fn value(filter: &str) -> Truth {
    Filter::parse(filter).unwrap().evaluate(&ada())
}

#[test]
fn every_kind_of_filter_is_evaluated() {
    use Truth::{False, True, Undefined};
    for (filter, expected) in [
        ("(cn=ada  LOVELACE)", True),
        ("(CN=countess)", True),
        ("(cn=Adele)", False),
        ("(cn=adèle)", True),
        ("(cn;lang-fr=countess)", False),
        ("(cn;lang-fr=ADÈLE)", True),
        ("(sn=x)", False),
        ("(!(sn=x))", True),
        (r"(jpegPhoto=\ff\d8\00)", True),
        (r"(jpegPhoto=\ff\d8)", False),
        ("(cn=*)", True),
        ("(cn;lang-de=*)", False),
        ("(sn=*)", False),
        ("(cn=a*love*e)", True),
        ("(cn=*zzz*)", False),
        ("(uidNumber>=9)", True),
        ("(uidNumber>=10)", True),
        ("(uidNumber>=11)", False),
        ("(uidNumber<=9)", False),
        ("(uidNumber<=100)", True),
        ("(sn>=a)", False),
        ("(cn~=ada lovelace)", True),
        ("(cn:=countess)", True),
        ("(cn:caseExactMatch:=countess)", False),
        ("(cn:1.2.3:=countess)", Undefined),
        ("(sn:1.2.3:=countess)", Undefined),
        ("(:caseExactMatch:=Countess)", True),
        ("(:caseExactMatch:=countess)", False),
        ("(ou=people)", False),
        ("(ou:dn:=people)", True),
        ("(ou:=people)", False),
        ("(:dn:caseIgnoreMatch:=EXAMPLE)", True),
        ("(:caseIgnoreMatch:=EXAMPLE)", False),
        ("(:dn:1.2.3:=x)", Undefined),
        // Whether or not the entry has the attribute.
        ("(nothing:1.2.3:=x)", Undefined),
        ("(!(nothing:1.2.3:=x))", Undefined),
        ("(!(nothing:caseExactMatch:=x))", True),
        ("(uidNumber:1.2.840.113556.1.4.803:=2)", True),
    ] {
        assert_eq!(value(filter), expected, "{filter}");
    }
}

#[test]
fn three_values_are_joined_as_the_standard_says() {
    use Truth::{False, True, Undefined};
    let (t, f, u) = ("(cn=*)", "(sn=*)", "(cn:1.2.3:=x)");
    for (left, right, and, or) in [
        (t, t, True, True),
        (t, f, False, True),
        (f, f, False, False),
        (t, u, Undefined, True),
        (f, u, False, Undefined),
        (u, u, Undefined, Undefined),
    ] {
        for (left, right) in [(left, right), (right, left)] {
            assert_eq!(value(&format!("(&{left}{right})")), and);
            assert_eq!(value(&format!("(|{left}{right})")), or);
            assert_eq!(value(&format!("(!(&{left}{right}))")), !and);
        }
    }
    assert_eq!((value("(&)"), value("(|)")), (True, False));
    assert_eq!((value(&format!("(!{u})")), value("(!(!(cn=*)))")), (Undefined, True));
}

#[test]
fn a_name_that_is_none_is_undefined_for_its_attributes() {
    let entry = Entry::new("no name").with("cn", ["a"]);
    let value = |filter| Filter::parse(filter).unwrap().evaluate(&entry);
    assert_eq!(value("(ou:dn:=x)"), Truth::Undefined);
    assert_eq!(value("(cn:dn:=a)"), Truth::True);
    assert_eq!(value("(ou=x)"), Truth::False);
}

/// Rules of a schema that knows one attribute, and no order.
struct OnlyCn;

impl MatchingRules for OnlyCn {
    fn knows(&self, attribute: &AttributeDescription) -> bool {
        attribute.attribute_type().eq_ignore_ascii_case("cn")
    }

    fn equality(&self, _: &AttributeDescription, value: &[u8], asserted: &[u8]) -> Truth {
        (value == asserted).into()
    }

    fn ordering(&self, _: &AttributeDescription, _: &[u8], _: &[u8]) -> Option<Ordering> {
        None
    }
}

#[test]
fn rules_of_the_caller_are_asked() {
    for (filter, expected) in [
        ("(shoeSize=*)", Truth::Undefined),
        ("(shoeSize=12)", Truth::Undefined),
        ("(shoeSize>=12)", Truth::Undefined),
        ("(cn=countess)", Truth::False),
        ("(cn~=Countess)", Truth::True),
        ("(cn>=a)", Truth::Undefined),
    ] {
        assert_eq!(Filter::parse(filter).unwrap().evaluate_by(&ada(), &OnlyCn), expected, "{filter}");
    }
}

#[test]
fn what_is_decided_is_not_looked_at() {
    /// Fails if it is asked for anything but the first attribute.
    struct Impatient;
    impl MatchingRules for Impatient {
        fn equality(&self, attribute: &AttributeDescription, _: &[u8], _: &[u8]) -> Truth {
            assert_eq!(*attribute, "objectClass");
            Truth::True
        }
    }
    let filter = Filter::parse("(|(objectClass=x)(cn=a)(&(cn=b)(!(cn=c))))").unwrap();
    assert_eq!(filter.evaluate_by(&ada(), &Impatient), Truth::True);
    let filter = Filter::parse("(&(!(objectClass=x))(cn=a)(cn=b))").unwrap();
    assert_eq!(filter.evaluate_by(&ada(), &Impatient), Truth::False);
}

#[test]
fn a_million_levels_need_no_stack() {
    let mut filter = Filter::present("sn");
    for _ in 0..1_000_000 {
        filter = Filter::not(filter);
    }
    assert_eq!(filter.evaluate(&ada()), Truth::False);
}

proptest! {
    #[test]
    fn a_filter_and_its_negation_are_opposites(filter in strategies::filter(), entry in strategies::entry(0)) {
        let value = filter.evaluate(&entry);
        prop_assert_eq!(Filter::not(filter.clone()).evaluate(&entry), !value);
        prop_assert_eq!(Filter::and([filter.clone(), filter.clone()]).evaluate(&entry), value);
        prop_assert_eq!(Filter::or([filter.clone(), filter]).evaluate(&entry), value);
    }

    #[test]
    fn every_value_equals_itself(entry in strategies::entry(1)) {
        for attribute in entry.attributes() {
            for value in attribute.values() {
                let value: &Value = value;
                prop_assert!(Filter::equality(attribute.description(), value).evaluate(&entry).is_true());
                prop_assert!(Filter::greater_or_equal(attribute.description(), value).evaluate(&entry).is_true());
            }
        }
    }
}
