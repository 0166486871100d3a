//! How a filter's values are compared with those of an entry.

use std::cmp::Ordering;

use super::{Filter, Substring, Substrings, Truth};
use crate::model::case_ignore;
use crate::model::integer::Integer;
use crate::model::{AttributeDescription, Dn};

/// The matching rules that [`Filter::evaluate_by`](super::Filter::evaluate_by) compares by.
///
/// Each method is asked about one value of an entry; `attribute` is the description that it stands under. A value that the rule cannot be
/// applied to, or an attribute that has no such rule, is [`Truth::Undefined`]; an error is nothing that a filter has.
/// The defaults of the methods are those of [`SchemalessRules`].
pub trait MatchingRules {
    /// Whether the attribute type is known. If not, every assertion about it is undefined.
    fn knows(&self, attribute: &AttributeDescription) -> bool {
        let _ = attribute;
        true
    }

    /// Whether a filter item can come to anything but undefined. It is asked where nothing in an entry matches the item, so
    /// that what is undefined is so for every entry, whatever attributes it has.
    ///
    /// "A filter item evaluates to Undefined when the server would not be able to determine whether the assertion value
    /// matches an entry", such as when "a matching rule id in the [...] matchingRuleAssertion is not recognized"
    /// (RFC 4511 4.5.1.7). `item` is no group.
    fn is_decidable(&self, item: &Filter) -> bool {
        match item {
            Filter::Extensible(extensible) => {
                let can_decide = |rule: NamedRule| rule.is_assertion(extensible.value());
                extensible.rule().is_none_or(|rule| NamedRule::of(rule).is_some_and(can_decide))
            }
            _ => true,
        }
    }

    /// Whether an attribute of an entry is the one that a filter asks for, or a subtype of it.
    fn is_same_or_subtype(&self, own: &AttributeDescription, requested: &AttributeDescription) -> bool {
        own.is_same_or_subtype_of(requested)
    }

    /// Whether both are equal, by the EQUALITY rule of the attribute.
    fn equality(&self, attribute: &AttributeDescription, value: &[u8], asserted: &[u8]) -> Truth {
        let _ = attribute;
        is_equal(value, asserted).into()
    }

    /// How the value of the entry stands to the asserted one, by the ORDERING rule of the attribute; nothing if that
    /// cannot be told.
    fn ordering(&self, attribute: &AttributeDescription, value: &[u8], asserted: &[u8]) -> Option<Ordering> {
        let _ = attribute;
        Some(compare(value, asserted))
    }

    /// Whether the value has the parts, by the SUBSTR rule of the attribute.
    fn substrings(&self, attribute: &AttributeDescription, value: &[u8], asserted: &Substrings) -> Truth {
        let _ = attribute;
        has_parts(value, asserted).into()
    }

    /// Whether both are similar. "If approximate matching is not supported for the attribute, this filter item should be
    /// treated as an equalityMatch" (RFC 4511 4.5.1.7.6), and that is the default.
    fn approximate(&self, attribute: &AttributeDescription, value: &[u8], asserted: &[u8]) -> Truth {
        self.equality(attribute, value, asserted)
    }

    /// Whether both match by a rule that is named or numbered. [`Truth::Undefined`] if the rule is not known, or not
    /// suitable for the attribute.
    fn named_rule(
        &self,
        rule: &str,
        attribute: &AttributeDescription,
        value: &[u8],
        asserted: &[u8],
    ) -> Truth {
        let _ = attribute;
        NamedRule::of(rule).map_or(Truth::Undefined, |rule| rule.matches(value, asserted))
    }
}

/// Rules for where no schema is at hand. Nearly all attributes that people search for have
/// `caseIgnoreMatch`, so this is how text is compared:
///
/// | filter | compares |
/// |---|---|
/// | equality, approximate | as `caseIgnoreMatch` does (RFC 4517 4.2.11): letters in either case, white space as one space and not at the ends; octets that are not UTF-8 one by one |
/// | greater, less | as `integerOrderingMatch` where both values are INTEGERs (RFC 4517 3.3.16), however long; else as `caseIgnoreOrderingMatch`, which for times of one form is their order, too |
/// | substrings | as `caseIgnoreSubstringsMatch`; octets that are not UTF-8 one by one |
/// | extensible | by the rules below, named or numbered; others are undefined |
///
/// Rules that are known: `objectIdentifierMatch`, `distinguishedNameMatch`, `caseIgnoreMatch`, `caseExactMatch`,
/// `integerMatch`, `octetStringMatch`, `caseExactIA5Match`, `caseIgnoreIA5Match`, and the bits of Active Directory
/// (1.2.840.113556.1.4.803 and .804).
///
/// Every attribute counts as known, and as a subtype of another only by its options (RFC 4512 2.5.2.1).
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::exhaustive_structs, reason = "it has nothing to hold")]
pub struct SchemalessRules;

impl MatchingRules for SchemalessRules {}

fn is_equal(value: &[u8], asserted: &[u8]) -> bool {
    if value == asserted {
        return true;
    }
    match (std::str::from_utf8(value), std::str::from_utf8(asserted)) {
        (Ok(value), Ok(asserted)) => case_ignore::is_equal(value, asserted),
        _ => false,
    }
}

/// White space counts as one space and not at the ends, as in `caseIgnoreMatch`; letters differ by their case.
fn is_equal_in_case(value: &[u8], asserted: &[u8]) -> bool {
    if value == asserted {
        return true;
    }
    match (std::str::from_utf8(value), std::str::from_utf8(asserted)) {
        (Ok(value), Ok(asserted)) => value.split_whitespace().eq(asserted.split_whitespace()),
        _ => false,
    }
}

fn compare(value: &[u8], asserted: &[u8]) -> Ordering {
    if let (Some(value), Some(asserted)) = (Integer::parse(value), Integer::parse(asserted)) {
        return value.cmp(&asserted);
    }
    match (std::str::from_utf8(value), std::str::from_utf8(asserted)) {
        (Ok(value), Ok(asserted)) => case_ignore::compare(value, asserted),
        _ => value.cmp(asserted),
    }
}

/// Looks for the parts in their order, without overlap. Each is taken where it is met first, which leaves most room for the next.
fn has_parts(value: &[u8], asserted: &Substrings) -> bool {
    let Ok(text) = std::str::from_utf8(value) else {
        return has_pieces(value, asserted.parts());
    };
    let value = prepared(text, Extent::Whole);
    let mut parts = Vec::new();
    for part in asserted.parts() {
        let (Substring::Initial(octets) | Substring::Any(octets) | Substring::Final(octets)) = part;
        // A part that is not UTF-8 is in no text.
        let Ok(text) = std::str::from_utf8(octets) else { return false };
        parts.push(match part {
            Substring::Initial(_) => Substring::Initial(prepared(text, Extent::Initial)),
            Substring::Any(_) => Substring::Any(prepared(text, Extent::Any)),
            Substring::Final(_) => Substring::Final(prepared(text, Extent::Final)),
        });
    }
    has_pieces(value.as_bytes(), parts.iter().map(Substring::as_ref))
}

/// What of a value a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    Initial,
    Any,
    Final,
}

/// Returns lower case with space folded for substrings (RFC 4518 2.6.1): a value begins and ends with one space and has
/// two between words, so that of parts next to each other one may end and the other begin with space. A part has one at
/// those of its ends that are the value's, or where it had some.
fn prepared(text: &str, extent: Extent) -> String {
    let mut prepared = String::with_capacity(text.len() + 2);
    if matches!(extent, Extent::Whole | Extent::Initial) || text.starts_with(char::is_whitespace) {
        prepared.push(' ');
    }
    let begins_at = prepared.len();
    for word in text.split_whitespace() {
        if prepared.len() > begins_at {
            prepared.push_str("  ");
        }
        prepared.extend(word.chars().flat_map(char::to_lowercase));
    }
    if prepared.len() == begins_at {
        // "If the input string contains no non-space character, then the output is exactly two SPACEs", and of a part
        // "exactly one SPACE".
        return if extent == Extent::Whole { "  ".to_owned() } else { " ".to_owned() };
    }
    if matches!(extent, Extent::Whole | Extent::Final) || text.ends_with(char::is_whitespace) {
        prepared.push(' ');
    }
    prepared
}

fn has_pieces<'a, T: AsRef<[u8]> + 'a + ?Sized>(
    value: &[u8],
    parts: impl Iterator<Item = Substring<&'a T>>,
) -> bool {
    let mut rest = value;
    for part in parts {
        let left = match part {
            Substring::Initial(octets) => rest.strip_prefix(octets.as_ref()),
            Substring::Final(octets) => rest.strip_suffix(octets.as_ref()),
            Substring::Any(octets) => {
                let octets = octets.as_ref();
                memchr::memmem::find(rest, octets)
                    .and_then(|start| rest.get(start.saturating_add(octets.len())..))
            }
        };
        let Some(left) = left else { return false };
        rest = left;
    }
    true
}

/// A rule that needs no schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NamedRule {
    CaseIgnore,
    CaseExact,
    Octets,
    DistinguishedName,
    Integer,
    AllBits,
    AnyBit,
}

impl NamedRule {
    fn of(rule: &str) -> Option<Self> {
        NAMED_RULES
            .iter()
            .find(|(name, oid, _)| rule == *oid || rule.eq_ignore_ascii_case(name))
            .map(|(_, _, known)| *known)
    }

    /// Whether the rule can compare anything with this: "The assertion value is invalid" otherwise (RFC 4511 4.5.1.7).
    fn is_assertion(self, asserted: &[u8]) -> bool {
        match self {
            Self::CaseIgnore | Self::CaseExact | Self::Octets => true,
            Self::DistinguishedName => name(asserted).is_some(),
            Self::Integer => Integer::parse(asserted).is_some(),
            Self::AllBits | Self::AnyBit => Integer::parse(asserted).and_then(Integer::to_i128).is_some(),
        }
    }

    fn matches(self, value: &[u8], asserted: &[u8]) -> Truth {
        match self {
            Self::CaseIgnore => is_equal(value, asserted).into(),
            Self::CaseExact => is_equal_in_case(value, asserted).into(),
            Self::Octets => (value == asserted).into(),
            Self::DistinguishedName => match (name(value), name(asserted)) {
                (_, None) => Truth::Undefined,
                (value, asserted) => (value == asserted).into(),
            },
            Self::Integer => match (Integer::parse(value), Integer::parse(asserted)) {
                (Some(value), Some(asserted)) => (value == asserted).into(),
                _ => Truth::Undefined,
            },
            Self::AllBits | Self::AnyBit => {
                let number = |text| Integer::parse(text).and_then(Integer::to_i128);
                match (number(value), number(asserted)) {
                    (Some(value), Some(mask)) if self == Self::AllBits => (value & mask == mask).into(),
                    (Some(value), Some(mask)) => (value & mask != 0).into(),
                    _ => Truth::Undefined,
                }
            }
        }
    }
}

fn name(octets: &[u8]) -> Option<Dn> {
    Dn::parse(std::str::from_utf8(octets).ok()?).ok()
}

/// Names and numbers of RFC 4517 4.2, and of MS-ADTS 3.1.1.3.4.4.
const NAMED_RULES: [(&str, &str, NamedRule); 10] = [
    ("caseIgnoreMatch", "2.5.13.2", NamedRule::CaseIgnore),
    ("caseIgnoreIA5Match", "1.3.6.1.4.1.1466.109.114.2", NamedRule::CaseIgnore),
    ("objectIdentifierMatch", "2.5.13.0", NamedRule::CaseIgnore),
    ("caseExactMatch", "2.5.13.5", NamedRule::CaseExact),
    ("caseExactIA5Match", "1.3.6.1.4.1.1466.109.114.1", NamedRule::CaseExact),
    ("octetStringMatch", "2.5.13.17", NamedRule::Octets),
    ("distinguishedNameMatch", "2.5.13.1", NamedRule::DistinguishedName),
    ("integerMatch", "2.5.13.14", NamedRule::Integer),
    ("bitAndMatch", "1.2.840.113556.1.4.803", NamedRule::AllBits),
    ("bitOrMatch", "1.2.840.113556.1.4.804", NamedRule::AnyBit),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Filter;

    #[test]
    fn parts_are_found_in_their_order_without_overlap() {
        for (value, filter, is_match) in [
            ("Ada King Lovelace", "(a=ada*KING*lace)", true),
            ("Ada King Lovelace", "(a=*lace*king*)", false),
            ("aba", "(a=ab*ba)", false),
            ("abba", "(a=ab*ba)", true),
            ("aa", "(a=*a*a*)", true),
            ("a", "(a=*a*a*)", false),
            ("Ada   King", "(a=ada k*)", true),
            ("Ada   King", "(a=*a *)", true),
            ("  Ada", "(a= ada*)", true),
            // RFC 4518 2.6.1: a value begins and ends with space, and has enough of it between words for two parts.
            ("Ada", "(a=*a *)", true),
            ("Ada", "(a= *)", true),
            ("Ada", "(a=* )", true),
            ("Ada", "(a=* *)", true),
            ("Ada", "(a=ad *)", false),
            ("Ada", "(a=* da*)", false),
            ("Ada King", "(a=ada * king)", true),
            ("Ada King", "(a=*a * k*)", true),
            ("Ada King", "(a=*a * * k*)", false),
            ("AdaKing", "(a=ada * king)", false),
            ("ZOË", "(a=*oë)", true),
            ("abc", "(a=a\\ff*)", false),
        ] {
            let Filter::Substrings(parts) = Filter::parse(filter).unwrap() else { panic!() };
            assert_eq!(has_parts(value.as_bytes(), &parts), is_match, "{value} {filter}");
        }
        let Filter::Substrings(parts) = Filter::parse(r"(a=\ff*\00)").unwrap() else { panic!() };
        assert!(has_parts(b"\xff\x01\x00", &parts));
        assert!(!has_parts(b"\xff\x01", &parts));
    }

    #[test]
    fn order_is_by_number_where_both_are_numbers() {
        for (left, right, order) in [
            ("9", "10", Ordering::Less),
            ("-9", "-10", Ordering::Greater),
            ("9", "10a", Ordering::Greater),
            ("B", "a", Ordering::Greater),
            ("20260101000000Z", "20251231235959Z", Ordering::Greater),
            ("007", "7", Ordering::Less),
        ] {
            assert_eq!(compare(left.as_bytes(), right.as_bytes()), order, "{left} {right}");
        }
    }

    #[test]
    fn named_rules_need_no_schema_and_others_are_undefined() {
        let cn = AttributeDescription::from("cn");
        for (rule, value, asserted, truth) in [
            ("CaseExactMatch", "A", "a", Truth::False),
            ("caseExactMatch", " Ada  King", "Ada King ", Truth::True),
            ("caseExactMatch", "AdaKing", "Ada King", Truth::False),
            ("caseExactIA5Match", "a\tb", "a b", Truth::True),
            ("octetStringMatch", "a  b", "a b", Truth::False),
            ("2.5.13.2", "A", "a", Truth::True),
            ("distinguishedNameMatch", "CN=a, dc=b", "cn=A,dc=b", Truth::True),
            ("distinguishedNameMatch", "no name", "cn=A,dc=b", Truth::False),
            ("distinguishedNameMatch", "cn=a", "no name", Truth::Undefined),
            ("integerMatch", "10", "x", Truth::Undefined),
            ("1.2.840.113556.1.4.803", "514", "2", Truth::True),
            ("1.2.840.113556.1.4.803", "512", "514", Truth::False),
            ("1.2.840.113556.1.4.804", "512", "514", Truth::True),
            ("1.2.3", "a", "a", Truth::Undefined),
        ] {
            let found = SchemalessRules.named_rule(rule, &cn, value.as_bytes(), asserted.as_bytes());
            assert_eq!(found, truth, "{rule} {value} {asserted}");
        }
    }
}
