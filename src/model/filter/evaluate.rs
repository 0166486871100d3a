//! A filter put to an entry.

use super::walk::FilterEvent;
use super::{Assertion, ExtensibleMatch, Filter, FilterGroup, MatchingRules, SchemalessRules, Truth};
use crate::model::{AttributeDescription, Dn, Entry, LdapString, Value};

impl Filter {
    /// Returns whether an entry matches, values compared without a schema: see [`SchemalessRules`].
    ///
    /// ```
    /// use ldapwire::model::{Entry, Filter, Truth};
    ///
    /// let ada = Entry::new("uid=ada,dc=example").with("cn", ["Ada Lovelace"]).with("loginCount", ["10"]);
    /// let value = |filter: &str| Filter::parse(filter).map(|filter| filter.evaluate(&ada));
    /// assert_eq!(value("(&(cn=*love*)(loginCount>=9)(!(mail=*)))")?, Truth::True);
    /// assert_eq!(value("(mail=ada@example.org)")?, Truth::False);
    /// assert_eq!(value("(!(cn:1.2.3:=x))")?, Truth::Undefined);
    /// # Ok::<(), ldapwire::model::FilterParseError>(())
    /// ```
    pub fn evaluate(&self, entry: &Entry) -> Truth {
        self.evaluate_by(entry, &SchemalessRules)
    }

    /// Returns whether an entry matches, values compared by rules of the caller's.
    ///
    /// An attribute that the entry does not have makes an assertion about it false, not undefined: the
    /// negation matches. An assertion that the rules [can never decide](MatchingRules::is_decidable) is undefined for every
    /// entry. What is decided is not looked at any further.
    pub fn evaluate_by(&self, entry: &Entry, rules: &(impl MatchingRules + ?Sized)) -> Truth {
        self.evaluate_on(entry, rules)
    }

    /// As [`evaluate_by`](Self::evaluate_by), for an entry in any form.
    pub(crate) fn evaluate_on(&self, entry: &impl Evaluated, rules: &(impl MatchingRules + ?Sized)) -> Truth {
        // The groups that are entered, each with what its members come to so far.
        let mut open: Vec<(FilterGroup, Truth)> = Vec::new();
        let mut walk = self.walk();
        while let Some(event) = walk.next() {
            let value = match event {
                FilterEvent::Enter(group, _) => {
                    // "(&)" is true and "(|)" is false (RFC 4526).
                    open.push((group, (group == FilterGroup::And).into()));
                    continue;
                }
                FilterEvent::Item(item) => match item.evaluate_item(entry, rules) {
                    Truth::False if !rules.is_decidable(item) => Truth::Undefined,
                    value => value,
                },
                FilterEvent::Leave(_) => match open.pop() {
                    Some((FilterGroup::Not, value)) => !value,
                    Some((_, value)) => value,
                    None => return Truth::Undefined,
                },
            };
            let Some((group, joined)) = open.last_mut() else { return value };
            *joined = match group {
                FilterGroup::And => joined.and(value),
                FilterGroup::Or => joined.or(value),
                FilterGroup::Not => value,
            };
            if matches!((*group, *joined), (FilterGroup::And, Truth::False) | (FilterGroup::Or, Truth::True))
            {
                walk.skip_members();
            }
        }
        Truth::Undefined
    }

    fn evaluate_item(&self, entry: &impl Evaluated, rules: &(impl MatchingRules + ?Sized)) -> Truth {
        match self {
            Self::Equality(assertion) => {
                compare(assertion, entry, rules, |own, value, asserted| rules.equality(own, value, asserted))
            }
            // "TRUE when the ORDERING rule returns FALSE": not less.
            Self::GreaterOrEqual(assertion) => compare(assertion, entry, rules, |own, value, asserted| {
                rules.ordering(own, value, asserted).map_or(Truth::Undefined, |order| order.is_ge().into())
            }),
            Self::LessOrEqual(assertion) => compare(assertion, entry, rules, |own, value, asserted| {
                rules.ordering(own, value, asserted).map_or(Truth::Undefined, |order| order.is_le().into())
            }),
            Self::Approximate(assertion) => compare(assertion, entry, rules, |own, value, asserted| {
                rules.approximate(own, value, asserted)
            }),
            Self::Substrings(substrings) => any_value(substrings.attribute(), entry, rules, |own, value| {
                rules.substrings(own, value, substrings)
            }),
            Self::Present(attribute) if !rules.knows(attribute) => Truth::Undefined,
            Self::Present(attribute) => {
                entry.find(&mut |own, _| rules.is_same_or_subtype(own, attribute)).into()
            }
            Self::Extensible(extensible) => evaluate_extensible(extensible, entry, rules),
            // Groups are walked, not evaluated here.
            Self::And(_) | Self::Or(_) | Self::Not(_) => Truth::Undefined,
        }
    }
}

/// Says of an attribute and its values whether they are what was looked for.
pub(crate) type IsFound<'a> = dyn FnMut(&AttributeDescription, &mut dyn Iterator<Item = &[u8]>) -> bool + 'a;

/// What a filter is put to: an entry in whatever form it is kept.
pub(crate) trait Evaluated {
    /// The name.
    fn name(&self) -> LdapString;

    /// Shows one attribute after the other, with its values, until `is_found` says that it is enough. Returns whether it did.
    fn find(&self, is_found: &mut IsFound<'_>) -> bool;
}

impl Evaluated for Entry {
    fn name(&self) -> LdapString {
        self.dn().clone()
    }

    fn find(&self, is_found: &mut IsFound<'_>) -> bool {
        let mut attributes = self.attributes().iter();
        attributes.any(|own| is_found(own.description(), &mut own.values().iter().map(Value::as_bytes)))
    }
}

fn compare(
    assertion: &Assertion,
    entry: &impl Evaluated,
    rules: &(impl MatchingRules + ?Sized),
    mut is_match: impl FnMut(&AttributeDescription, &[u8], &[u8]) -> Truth,
) -> Truth {
    any_value(assertion.attribute(), entry, rules, |own, value| is_match(own, value, assertion.value()))
}

/// Asks about each value of an attribute and its subtypes: one that matches is enough.
fn any_value(
    requested: &AttributeDescription,
    entry: &impl Evaluated,
    rules: &(impl MatchingRules + ?Sized),
    mut is_match: impl FnMut(&AttributeDescription, &[u8]) -> Truth,
) -> Truth {
    if !rules.knows(requested) {
        return Truth::Undefined;
    }
    let mut joined = Truth::False;
    entry.find(&mut |own, values| {
        if rules.is_same_or_subtype(own, requested) {
            joined = joined.or(any_of(own, values, &mut is_match));
        }
        joined.is_true()
    });
    joined
}

fn any_of(
    own: &AttributeDescription,
    values: &mut dyn Iterator<Item = &[u8]>,
    is_match: &mut impl FnMut(&AttributeDescription, &[u8]) -> Truth,
) -> Truth {
    let mut joined = Truth::False;
    for value in values {
        joined = joined.or(is_match(own, value));
        if joined.is_true() {
            break;
        }
    }
    joined
}

fn evaluate_extensible(
    extensible: &ExtensibleMatch,
    entry: &impl Evaluated,
    rules: &(impl MatchingRules + ?Sized),
) -> Truth {
    let asserted = extensible.value();
    let mut is_match = |own: &AttributeDescription, value: &[u8]| match extensible.rule() {
        None => rules.equality(own, value, asserted),
        Some(rule) => match rules.named_rule(rule, own, value, asserted) {
            // "The matchValue is compared against all attributes in an entry that support that matchingRule": what it
            // cannot compare is of one that does not.
            Truth::Undefined if extensible.attribute().is_none() => Truth::False,
            compared => compared,
        },
    };
    let in_entry = match extensible.attribute() {
        Some(attribute) => any_value(attribute, entry, rules, &mut is_match),
        None => {
            let mut joined = Truth::False;
            entry.find(&mut |own, values| {
                joined = joined.or(any_of(own, values, &mut is_match));
                joined.is_true()
            });
            joined
        }
    };
    if in_entry.is_true() || !extensible.has_dn_attributes() {
        return in_entry;
    }
    // "the match is additionally applied against all the AttributeValueAssertions in an entry's distinguished name"
    let Ok(dn) = Dn::try_from(&entry.name()) else { return in_entry.or(Truth::Undefined) };
    let in_name = dn.rdns().iter().flat_map(|rdn| rdn.avas()).map(|ava| {
        let own = AttributeDescription::from(ava.attribute());
        let is_asked =
            extensible.attribute().is_none_or(|requested| rules.is_same_or_subtype(&own, requested));
        match (is_asked, ava.is_ber()) {
            (false, _) => Truth::False,
            (true, true) => Truth::Undefined,
            (true, false) => is_match(&own, ava.value()),
        }
    });
    in_name.fold(in_entry, Truth::or)
}

#[cfg(test)]
mod tests;
