//! A schema as the rules by which entries are compared, changed and put to filters.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::matching::registry::{IA5_STRING, NUMERIC_STRING, TELEPHONE_NUMBER};
use super::{AttributeTypeRef, Definition, Rule, Schema, Syntax};
use crate::model::{
    AttributeDescription, Filter, MatchingRules, Substring, Substrings, Truth, Value, ValueEquality,
};

/// Values are equal by the EQUALITY rule of their attribute's type; see [`Schema::value_key`].
///
/// ```
/// use ldapwire::model::Entry;
/// use ldapwire::schema::Schema;
///
/// let before = Entry::new("cn=a").with("telephoneNumber", ["+1 512-315"]).with("userPassword", ["a"]);
/// let after = Entry::new("cn=a").with("telephoneNumber", ["+1512315"]).with("userPassword", ["A"]);
/// assert_eq!(before.diff(&after).len(), 2);
/// assert_eq!(before.diff_by(&after, &Schema::standard()).len(), 1);
/// ```
impl ValueEquality for Schema {
    fn key<'v>(&self, attribute: &AttributeDescription, value: &'v [u8]) -> Cow<'v, [u8]> {
        Cow::Owned(self.value_key(attribute, value).into())
    }

    /// A type that the schema does not know has a rule as far as anybody knows. Active Directory's definitions name none: its
    /// server compares as the syntax says (MS-ADTS 3.1.1.2.2.4).
    fn has_rule(&self, attribute: &AttributeDescription) -> bool {
        const MICROSOFT: &str = "1.2.840.113556.";

        let is_named = |found: AttributeTypeRef<'_>| found.equality_name().is_some();
        self.attribute_type(attribute.attribute_type()).is_none_or(|found| {
            is_named(found)
                || found.definition().identifier().starts_with(MICROSOFT)
                || !self.attribute_type("objectClass").is_none_or(is_named)
        })
    }

    fn is_implied(&self, attribute: &AttributeDescription, value: &[u8], others: &[&Value]) -> bool {
        let found = self.attribute_type(attribute.attribute_type());
        let class = |value: &[u8]| self.object_class(std::str::from_utf8(value).ok()?);
        let (true, Some(own)) = (found.is_some_and(|found| found.is_called("objectClass")), class(value))
        else {
            return false;
        };
        let mut others = others.iter().filter_map(|other| class(other));
        others.any(|other| other != own && other.is_same_or_subclass_of(own.definition().identifier()))
    }
}

/// Filters compare by the rules of the attributes' types: "Undefined" is what has no such rule, what the schema does not
/// know, and what the rule cannot compare (RFC 4511 4.5.1.7).
///
/// ```
/// use ldapwire::filter;
/// use ldapwire::model::{Entry, Truth};
/// use ldapwire::schema::Schema;
///
/// let entry = Entry::new("uid=ada").with("uidNumber", ["1000"]).with("cn", ["Ada  Lovelace"]);
/// let schema = Schema::standard();
/// assert_eq!(filter!("(name=ADA LOVELACE)").evaluate_by(&entry, &schema), Truth::True);
/// assert_eq!(filter!("(uidNumber=01000)").evaluate_by(&entry, &schema), Truth::Undefined);
/// ```
impl MatchingRules for Schema {
    fn knows(&self, attribute: &AttributeDescription) -> bool {
        self.attribute_type(attribute.attribute_type()).is_some()
    }

    /// Whether there is a rule for what an item asserts, and the rule can compare the asserted value.
    fn is_decidable(&self, item: &Filter) -> bool {
        let found = |attribute: &AttributeDescription| self.attribute_type(attribute.attribute_type());
        let takes =
            |rule: Option<Rule>, value: &[u8]| rule.is_some_and(|rule| rule.is_assertion(self, value));
        match item {
            Filter::Equality(assertion) | Filter::Approximate(assertion) => {
                found(assertion.attribute()).is_some_and(|found| takes(found.equality(), assertion.value()))
            }
            Filter::GreaterOrEqual(assertion) | Filter::LessOrEqual(assertion) => {
                found(assertion.attribute()).is_some_and(|found| takes(found.ordering(), assertion.value()))
            }
            Filter::Substrings(substrings) => {
                let Some(found) = found(substrings.attribute()) else { return false };
                let rule = found.substrings();
                rule.is_some_and(|rule| rule.prepare_substrings(substrings.octets()).is_ok())
                    && found.equality().is_none_or(|rule| may_be_parts(rule, substrings))
            }
            Filter::Present(attribute) => found(attribute).is_some(),
            Filter::Extensible(extensible) => {
                let attribute = extensible.attribute().map(found);
                let value = extensible.value();
                match (attribute, extensible.rule()) {
                    (Some(None), _) => false,
                    (Some(Some(found)), Some(rule)) => {
                        takes(self.rule(rule).filter(|rule| found.supports(*rule)), value)
                    }
                    (None, Some(rule)) => takes(self.rule(rule), value),
                    (Some(Some(found)), None) => takes(found.equality(), value),
                    (None, None) => true,
                }
            }
            Filter::And(_) | Filter::Or(_) | Filter::Not(_) => true,
        }
    }

    fn is_same_or_subtype(&self, own: &AttributeDescription, requested: &AttributeDescription) -> bool {
        Self::is_same_or_subtype(self, own, requested)
    }

    fn equality(&self, attribute: &AttributeDescription, value: &[u8], asserted: &[u8]) -> Truth {
        let Some(found) = self.attribute_type(attribute.attribute_type()) else { return Truth::Undefined };
        let Some(rule) = found.equality() else { return Truth::Undefined };
        let result = Truth::from(rule.matches(self, value, asserted));
        if result == Truth::True || !found.is_called("objectClass") {
            return result;
        }
        let name = std::str::from_utf8(asserted).unwrap_or_default();
        // "All entries belong to the 'top' abstract object class." (RFC 4512 2.4.1)
        if self.object_class("top").is_some_and(|top| top.is_called(name)) {
            return Truth::True;
        }
        // "All superclasses of the named classes SHALL be implicitly added as well" (RFC 4512 3.3), and not every server
        // writes them down.
        let class = std::str::from_utf8(value).ok().and_then(|name| self.object_class(name));
        match class {
            Some(class) if result == Truth::False => class.is_same_or_subclass_of(name).into(),
            _ => result,
        }
    }

    fn ordering(&self, attribute: &AttributeDescription, value: &[u8], asserted: &[u8]) -> Option<Ordering> {
        let rule = self.attribute_type(attribute.attribute_type())?.ordering()?;
        rule.compare(self, value, asserted).ok()
    }

    fn substrings(&self, attribute: &AttributeDescription, value: &[u8], asserted: &Substrings) -> Truth {
        let rule = self.attribute_type(attribute.attribute_type()).and_then(|found| found.substrings());
        rule.map_or(Truth::Undefined, |rule| rule.matches_substrings(value, asserted.octets()).into())
    }

    /// By any rule that is known here and that the attribute's type [supports](super::AttributeTypeRef::supports); a type
    /// that the schema does not know supports all, as far as anybody knows. A rule for ordering matches what comes before
    /// the assertion.
    fn named_rule(
        &self,
        rule: &str,
        attribute: &AttributeDescription,
        value: &[u8],
        asserted: &[u8],
    ) -> Truth {
        let found = self.attribute_type(attribute.attribute_type());
        let rule = self.rule(rule).filter(|rule| found.is_none_or(|found| found.supports(*rule)));
        rule.map_or(Truth::Undefined, |rule| rule.matches(self, value, asserted).into())
    }
}

impl Schema {
    /// Returns the rule of this name or identifier, if it is one that can compare. A name may stand for another rule than
    /// usual: the schema knows.
    pub fn rule(&self, name: &str) -> Option<Rule> {
        let defined = self.matching_rule(name).map_or(name, |definition| definition.oid.as_str());
        Rule::find(defined).or_else(|| Rule::find(name))
    }
}

/// "The AssertionValue in a substrings filter item conforms to the assertion syntax of the EQUALITY matching rule for the
/// attribute type" (RFC 4511 4.5.1.7.2).
///
/// That is asked only of syntaxes that are no more than a set of characters: others may have a form that parts of their
/// values have not.
fn may_be_parts(equality: Rule, substrings: &Substrings) -> bool {
    let syntax = Some(equality.assertion_syntax())
        .filter(|syntax| [IA5_STRING, NUMERIC_STRING, TELEPHONE_NUMBER].contains(syntax))
        .and_then(Syntax::find);
    syntax.is_none_or(|syntax| {
        substrings.octets().all(|part| match part {
            Substring::Initial(octets) | Substring::Any(octets) | Substring::Final(octets) => {
                syntax.validate(octets).is_ok()
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::filter;
    use crate::model::{Entry, Modification};
    use crate::schema::{DefinitionKind, RulePurpose, Undefined};

    #[test]
    fn filters_compare_by_the_rules_of_the_schema() {
        let entry = Entry::new("cn=a,ou=x")
            .with("objectClass", ["inetOrgPerson"])
            .with("cn;lang-de", ["Ada  Lovelace"])
            .with("uidNumber", ["9"])
            .with("mail", ["Ada@Example.org"])
            .with("member", ["CN=B, OU=X"])
            .with("jpegPhoto", ["x"])
            .with("createTimestamp", ["20240101000000Z"])
            .with("unknown", ["x"]);
        use Truth::{False, True, Undefined};
        for (filter, truth) in [
            ("(cn=ada lovelace)", True),
            ("(2.5.4.41=ada lovelace)", True),
            ("(cn;lang-fr=ada lovelace)", False),
            ("(cn=*LOVE*)", True),
            ("(objectClass=2.16.840.1.113730.3.2.2)", True),
            ("(objectClass=PERSON)", True),
            ("(objectClass=2.5.6.6)", True),
            ("(objectClass=top)", True),
            ("(objectClass=2.5.6.0)", True),
            ("(objectClass=device)", False),
            ("(objectClass=nothing)", Undefined),
            ("(member=cn=b,ou=x)", True),
            ("(mail=*@EXAMPLE.ORG)", True),
            // No ORDERING, no EQUALITY, no SUBSTR, not known.
            ("(uidNumber>=1)", Undefined),
            ("(jpegPhoto=x)", Undefined),
            ("(jpegPhoto=*)", True),
            ("(member=cn=*)", Undefined),
            ("(unknown=x)", Undefined),
            ("(!(unknown=x))", Undefined),
            ("(createTimestamp>=202401010000Z)", True),
            ("(createTimestamp<=2023123123Z)", False),
            ("(uidNumber:1.2.840.113556.1.4.803:=8)", True),
            ("(cn:caseExactMatch:=ada lovelace)", False),
            ("(uidNumber:integerOrderingMatch:=10)", True),
            ("(mail:1.2.3:=a)", Undefined),
            // Undefined or false, also where the entry does not have the attribute.
            ("(!(sn:1.2.3:=a))", Undefined),
            ("(!(gidNumber=x))", Undefined),
            ("(!(gidNumber=1))", True),
            ("(!(owner=x))", Undefined),
            ("(!(owner=*x*))", Undefined),
            ("(!(gidNumber>=1))", Undefined),
            ("(!(modifyTimestamp>=x))", Undefined),
            ("(!(sn:caseExactMatch:=x))", True),
            ("(!(:integerMatch:=x))", Undefined),
            // "Not valid for the attribute type".
            ("(cn:integerMatch:=5)", Undefined),
            ("(!(sn:integerMatch:=5))", Undefined),
            ("(!(mail:caseExactMatch:=ada@example.org))", Undefined),
            ("(!(uidNumber:caseIgnoreMatch:=8))", Undefined),
            ("(!(uidNumber:distinguishedNameMatch:=cn=a))", Undefined),
            ("(!(member:uniqueMemberMatch:=cn=b,ou=x))", Undefined),
            ("(!(name:numericStringMatch:=5))", Undefined),
            ("(!(cn:dn:integerMatch:=5))", Undefined),
            ("(cn:dn:caseExactMatch:=a)", True),
            // Of the syntax, without being named by the type.
            ("(telephoneNumber:caseIgnoreMatch:=x)", False),
            ("(jpegPhoto:octetStringMatch:=x)", True),
            ("(!(c:caseExactMatch:=DE))", True),
            // "The assertion value is invalid": it is none of the rule's syntax.
            ("(!(cn=))", Undefined),
            ("(!(mail=ad\u{e4}))", Undefined),
            ("(!(telephoneNumber=1_2))", Undefined),
            ("(!(telephoneNumber=1 2))", True),
            ("(!(mail=*\u{e9}*))", Undefined),
            ("(!(mail=a*\u{e9}*b))", Undefined),
            ("(!(mail=\u{e9}*))", Undefined),
            ("(!(mail=*\u{e9}))", Undefined),
            ("(!(mail=*q*))", True),
            ("(!(telephoneNumber=*_*))", Undefined),
            ("(!(telephoneNumber=*-*))", True),
            ("(!(telephoneNumber=+1 *))", True),
            ("(!(x121Address=*a*))", Undefined),
            ("(!(x121Address=*1 *))", True),
            ("(!(cn=*\u{e9}*))", True),
            ("(!(postalAddress=* *))", True),
            ("(!(postalAddress=*$*))", True),
            ("(!(:caseIgnoreSubstringsMatch:=a))", Undefined),
            ("(!(:caseIgnoreSubstringsMatch:=\\2aq))", True),
            // Other attributes than those that support the rule do not count.
            ("(!(:integerMatch:=7))", True),
            ("(:integerMatch:=9)", True),
            ("(:caseExactMatch:=Ada@Example.org)", False),
            ("(:caseExactIA5Match:=Ada@Example.org)", True),
        ] {
            let filter = Filter::parse(filter).unwrap();
            assert_eq!(filter.evaluate_by(&entry, &Schema::standard()), truth, "{filter}");
        }
    }

    #[test]
    fn every_entry_with_a_class_belongs_to_top() {
        let schema = Schema::standard();
        for class in ["uidObject", "unknown", "no class", "top", "2.5.6.0"] {
            let entry = Entry::new("").with("objectClass", [class]);
            for filter in ["(objectClass=top)", "(objectClass=TOP)", "(objectClass=2.5.6.0)"] {
                assert!(
                    Filter::parse(filter).unwrap().evaluate_by(&entry, &schema).is_true(),
                    "{class} {filter}"
                );
            }
        }
        let classless = Entry::new("").with("cn", ["top"]);
        assert_eq!(filter!("(objectClass=top)").evaluate_by(&classless, &schema), Truth::False);
        assert_eq!(filter!("(cn=top)").evaluate_by(&classless.with("cn", ["a"]), &schema), Truth::True);
    }

    #[test]
    fn superclasses_are_no_difference() {
        let of = |classes: &[&str]| Entry::new("cn=a").with("objectClass", classes.iter().copied());
        let schema = Schema::standard();
        for (before, after, expected) in [
            (&["person", "top"][..], &["person"][..], vec![]),
            (&["inetOrgPerson", "2.5.6.7", "PERSON", "top"], &["inetorgperson"], vec![]),
            // Where they are not, they come; and a class that another does not have above it goes.
            (&["person"], &["person", "top"], vec![Modification::add("objectClass", ["top"])]),
            (
                &["person", "top", "posixAccount"],
                &["person"],
                vec![Modification::replace("objectClass", ["person"])],
            ),
            (&["wizard", "top"], &["wizard"], vec![Modification::delete("objectClass", ["top"])]),
        ] {
            assert_eq!(of(before).diff_by(&of(after), &schema), expected, "{before:?} {after:?}");
        }
        let before = Entry::new("cn=a").with("description", ["person", "top"]);
        assert_eq!(before.diff_by(&Entry::new("cn=a").with("description", ["person"]), &schema).len(), 1);
    }

    #[test]
    fn values_are_told_apart_by_a_rule_that_the_schema_names() {
        let is_without = |schema: &Schema, name: &str| !schema.has_rule(&name.into());
        let standard = Schema::standard();
        for (name, expected) in [
            ("jpegPhoto", true),
            ("telexNumber;x-a", true),
            ("2.5.4.23", true),
            ("cn", false),
            ("commonName", false),
            ("givenName", false),
            ("unknown", false),
        ] {
            assert_eq!(is_without(&standard, name), expected, "{name}");
        }
        let microsoft = Schema::builder()
            .schema(&standard)
            .definition(
                DefinitionKind::AttributeType,
                "( 1.2.840.113556.1.4.99 NAME 'x' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
            )
            .build();
        assert!(!is_without(&microsoft, "x") && is_without(&microsoft, "jpegPhoto"));
        // A server that publishes no rules has some all the same.
        let published = Schema::from_ldif(
            "attributeTypes: ( 2.5.4.0 NAME 'objectClass' SYNTAX 1.3.6.1.4.1.1466.115.121.1.38 )
attributeTypes: ( 2.5.4.3 NAME 'cn' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
",
        );
        assert!(!is_without(&published, "cn"));
    }

    #[test]
    fn a_schema_says_what_else_a_rule_is_good_for() {
        let text = "attributeTypes: ( 1.1 NAME 'number' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributeTypes: ( 1.2 NAME 'street' SUP number )
attributeTypes: ( 1.3 NAME 'odd' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
attributeTypes: ( 1.4 NAME 'unknown' SYNTAX 1.2.3 )
matchingRuleUse: ( 2.5.13.14 NAME 'integerMatch' APPLIES ( number $ nothing ) )
";
        let schema = Schema::from_ldif(text);
        let entry = Entry::new("")
            .with("number", ["a"])
            .with("street", ["7"])
            .with("odd", ["5"])
            .with("unknown", ["5"]);
        use Truth::{False, True, Undefined};
        for (filter, truth) in [
            ("(street:integerMatch:=7)", True),
            ("(!(street:integerMatch:=8))", True),
            ("(number:caseExactMatch:=7)", True),
            ("(number:integerOrderingMatch:=8)", Undefined),
            ("(odd:integerMatch:=5)", True),
            ("(odd:2.5.13.14:=6)", False),
            ("(unknown:integerMatch:=5)", Undefined),
        ] {
            let filter = Filter::parse(filter).unwrap();
            assert_eq!(filter.evaluate_by(&entry, &schema), truth, "{filter}");
        }
        let supports =
            |name| schema.attribute_type(name).unwrap().supports(Rule::find("integerMatch").unwrap());
        assert_eq!(["number", "street", "odd", "unknown"].map(supports), [true, true, true, false]);
    }

    #[test]
    fn purposes_and_rules_agree() {
        for rule in Rule::all() {
            let has_key = rule.key(&Schema::empty(), b"") != Err(Undefined::Purpose);
            let expected = matches!(rule.purpose(), RulePurpose::Equality | RulePurpose::Ordering);
            assert_eq!(has_key, expected, "{rule:?}");
        }
    }
}
