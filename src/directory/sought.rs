//! A filter that is put to many entries.
//!
//! Advice for the next maintainer: what is found out once must come to the same as what [`Rules`] say each time; where it
//! might not, nothing is found out and they are asked.

use std::cmp::Ordering;
use std::ptr;

use crate::model::{
    AttributeDescription, Evaluated, Filter, FilterEvent, IsFound, LdapString, MatchingRules, Substring,
    Substrings, Truth, Value,
};
use crate::schema::{Definition as _, PreparedParts, Rule};

use super::computed::{self, Placed};
use super::record::Record;
use super::rules::Rules;

/// A filter with what has to be found out about it only once.
#[derive(Clone, Debug)]
pub(super) struct Sought<'a> {
    filter: &'a Filter,
    rules: &'a Rules,
    /// Whether it asks about attributes that nobody stores.
    asks_computed: bool,
    items: Vec<Item<'a>>,
    /// What all attributes may be called that it asks about; nothing if the rules have to say it.
    names: Option<Vec<&'a str>>,
}

/// A part of the filter that asks about an attribute.
#[derive(Clone, Debug)]
struct Item<'a> {
    filter: &'a Filter,
    requested: &'a AttributeDescription,
    is_decidable: bool,
    /// What the attributes may be called that are asked about; nothing if the rules have to say it.
    names: Option<Vec<&'a str>>,
    /// The parts that are looked for, and by which rule.
    parts: Option<(Rule, PreparedParts)>,
}

/// Filters with more parts are put to entries as they are: the parts are told apart by looking at one after the other.
const MAX_ITEMS: usize = 16;

/// An attribute that is called by more names, or has subtypes that are, is recognized by the schema.
const MAX_NAMES: usize = 8;

impl<'a> Sought<'a> {
    /// Gets a filter ready for so many entries, roughly.
    pub(super) fn new(filter: &'a Filter, rules: &'a Rules, entries: usize) -> Self {
        let asks_computed = computed::is_asked_by(filter);
        let items = if entries < WORTH_IT { Vec::new() } else { items(filter, rules) };
        let names = all_names(filter, &items);
        Self { filter, rules, asks_computed, items, names }
    }

    /// Whether an entry matches.
    pub(super) fn is_match(&self, placed: &Placed<'_>) -> bool {
        if self.asks_computed {
            let mut entry = placed.record.entry();
            entry.extend(placed.computed());
            return self.filter.evaluate_by(&entry, self).is_true();
        }
        match &self.names {
            Some(names) => self.filter.evaluate_on(&Part { record: placed.record, names }, self).is_true(),
            None => self.filter.evaluate_on(placed.record, self).is_true(),
        }
    }

    fn item_about(&self, requested: &AttributeDescription) -> Option<&Item<'a>> {
        self.items.iter().find(|item| ptr::eq(item.requested, requested))
    }
}

/// For fewer entries it takes longer to get ready than to look.
const WORTH_IT: usize = 256;

/// An entry of which only attributes that are called so are asked about.
struct Part<'p> {
    record: &'p Record,
    names: &'p [&'p str],
}

impl Evaluated for Part<'_> {
    fn name(&self) -> LdapString {
        self.record.name()
    }

    fn find(&self, is_found: &mut IsFound<'_>) -> bool {
        let list = self.record.attributes();
        let is_asked = |own: &[u8]| self.names.iter().any(|name| is_called(own, name.as_bytes()));
        let mut asked = list.iter().filter(|own| is_asked(own.description_octets()));
        asked.any(|own| is_found(&list.describe(&own), &mut own.values()))
    }
}

fn items<'a>(filter: &'a Filter, rules: &'a Rules) -> Vec<Item<'a>> {
    let asked = filter.walk().filter_map(|event| match event {
        FilterEvent::Item(item) => Some((item, requested(item)?)),
        _ => None,
    });
    let asked: Vec<_> = asked.take(MAX_ITEMS + 1).collect();
    if asked.len() > MAX_ITEMS {
        return Vec::new();
    }
    let items = asked.into_iter().map(|(filter, requested)| Item {
        filter,
        requested,
        is_decidable: rules.is_decidable(filter),
        names: names(requested, rules),
        parts: parts(filter, rules),
    });
    items.collect()
}

/// What all attributes may be called that a filter asks about; nothing if some part of it has no names.
fn all_names<'a>(filter: &Filter, items: &[Item<'a>]) -> Option<Vec<&'a str>> {
    let asked = filter.walk().filter(|event| matches!(event, FilterEvent::Item(_))).count();
    let names: Option<Vec<_>> = items.iter().map(|item| item.names.clone()).collect();
    names.filter(|_| items.len() == asked).map(|names| names.concat())
}

/// The attribute that a part of a filter asks about.
const fn requested(item: &Filter) -> Option<&AttributeDescription> {
    match item {
        Filter::Equality(assertion)
        | Filter::Approximate(assertion)
        | Filter::GreaterOrEqual(assertion)
        | Filter::LessOrEqual(assertion) => Some(assertion.attribute()),
        Filter::Substrings(substrings) => Some(substrings.attribute()),
        Filter::Present(attribute) => Some(attribute),
        Filter::Extensible(_) | Filter::And(_) | Filter::Or(_) | Filter::Not(_) => None,
    }
}

/// All names and identifiers of an attribute type and its subtypes.
fn names<'a>(requested: &AttributeDescription, rules: &'a Rules) -> Option<Vec<&'a str>> {
    if requested.options().next().is_some() {
        return None;
    }
    let (schema, asked) = (rules.schema(), requested.attribute_type());
    schema.attribute_type(asked)?;
    // A name may stand in more than one definition, of which the schema takes the first.
    let is_asked =
        |name: &&str| schema.attribute_type(name).is_some_and(|own| own.is_same_or_subtype_of(asked));
    let types = schema.attribute_types().iter();
    let names = types.flat_map(|own| own.names().iter().map(LdapString::as_str).chain([own.identifier()]));
    let names: Vec<_> = names.filter(is_asked).take(MAX_NAMES + 1).collect();
    (names.len() <= MAX_NAMES).then_some(names)
}

fn parts(item: &Filter, rules: &Rules) -> Option<(Rule, PreparedParts)> {
    let Filter::Substrings(asserted) = item else { return None };
    let rule = rules.completion(asserted.attribute())?.substrings?;
    Some((rule, rule.prepare_substrings(octets(asserted)).ok()?))
}

fn octets(asserted: &Substrings) -> impl Iterator<Item = Substring<&[u8]>> {
    asserted.parts().map(|part| part.map(Value::as_bytes))
}

impl MatchingRules for Sought<'_> {
    fn knows(&self, attribute: &AttributeDescription) -> bool {
        self.item_about(attribute).is_some_and(|item| item.names.is_some()) || self.rules.knows(attribute)
    }

    fn is_decidable(&self, item: &Filter) -> bool {
        match self.items.iter().find(|own| ptr::eq(own.filter, item)) {
            Some(item) => item.is_decidable,
            None => self.rules.is_decidable(item),
        }
    }

    fn is_same_or_subtype(&self, own: &AttributeDescription, requested: &AttributeDescription) -> bool {
        match self.item_about(requested).and_then(|item| item.names.as_ref()) {
            Some(names) => names.iter().any(|name| is_called(own.as_str().as_bytes(), name.as_bytes())),
            None => self.rules.is_same_or_subtype(own, requested),
        }
    }

    fn equality(&self, attribute: &AttributeDescription, value: &[u8], asserted: &[u8]) -> Truth {
        self.rules.equality(attribute, value, asserted)
    }

    fn ordering(&self, attribute: &AttributeDescription, value: &[u8], asserted: &[u8]) -> Option<Ordering> {
        self.rules.ordering(attribute, value, asserted)
    }

    fn substrings(&self, attribute: &AttributeDescription, value: &[u8], asserted: &Substrings) -> Truth {
        let prepared = self.item_about(asserted.attribute()).and_then(|item| item.parts.as_ref());
        if let Some((rule, parts)) = prepared
            && let Ok(found) = parts.are_in(value)
            && self.rules.completion(attribute).and_then(|own| own.substrings) == Some(*rule)
        {
            return found.into();
        }
        self.rules.substrings(attribute, value, asserted)
    }

    fn approximate(&self, attribute: &AttributeDescription, value: &[u8], asserted: &[u8]) -> Truth {
        self.rules.approximate(attribute, value, asserted)
    }

    fn named_rule(
        &self,
        rule: &str,
        attribute: &AttributeDescription,
        value: &[u8],
        asserted: &[u8],
    ) -> Truth {
        self.rules.named_rule(rule, attribute, value, asserted)
    }
}

/// Whether a description is of the attribute type of this name, whatever its options.
fn is_called(description: &[u8], name: &[u8]) -> bool {
    match description.get(name.len()) {
        None | Some(b';') => description.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name)),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::rules::SchemaChecks;
    use crate::model::Entry;

    /// With what was found out before, and without.
    #[test]
    fn a_filter_that_was_made_ready_comes_to_the_same() {
        let entry = Entry::new("cn=Ada,dc=x")
            .with("objectClass", ["inetOrgPerson"])
            .with("cn", ["Ada  Lovelace", "Augusta Ada"])
            .with("sn;lang-de", ["Lovelace"])
            .with("2.5.4.42", ["Ada"])
            .with("DESCRIPTION", ["first of  all", "caf\u{e9} au lait"])
            .with("telephoneNumber", ["+44 20-7946"])
            .with("uidNumber", ["7"])
            .with("shoeSize", ["6 half"])
            .with("jpegPhoto", [b"\xff\xd8".as_slice()]);
        for checks in [SchemaChecks::Off, SchemaChecks::On] {
            let rules = Rules::built_in(checks);
            let record = Record::new(&rules, &entry);
            let placed = Placed { record: &record, children: 0, rules: &rules };
            for filter in [
                "(cn=ada lovelace)",
                "(commonName=*ADA  love*)",
                "(cn=ada love*)",
                "(cn= *ada*)",
                "(name=*lovelace)",
                "(sn=*love*)",
                "(sn;lang-de=love*)",
                "(sn;lang-en=love*)",
                "(givenName=a*a)",
                "(description=*of all*)",
                "(description=*AU*lait)",
                "(description=*)",
                "(!(description=*nothing*))",
                "(!(jpegPhoto=*x*))",
                "(!(uidNumber=*7*))",
                "(!(uidNumber=7*))",
                "(uidNumber>=7)",
                "(!(uidNumber>=x))",
                "(telephoneNumber=*4420*)",
                "(shoeSize=*half)",
                "(SHOEsize=*HALF)",
                "(!(unknown=x))",
                "(|(unknown=*)(cn=*gust*))",
                "(&(cn=*ada*)(sn=*l*)(!(cn=*bob*)))",
                "(entryDN=cn=ada,dc=x)",
                "(hasSubordinates=FALSE)",
                "(objectClass=person)",
                "(cn:caseExactMatch:=Augusta Ada)",
                "(cn~=augusta  ada)",
            ] {
                let filter = Filter::parse(filter).unwrap();
                let (ready, plain) =
                    (Sought::new(&filter, &rules, usize::MAX), Sought::new(&filter, &rules, 1));
                assert!(plain.items.is_empty());
                assert_eq!(ready.is_match(&placed), plain.is_match(&placed), "{filter} {checks:?}");
            }
        }
    }

    #[test]
    fn filters_of_many_parts_and_attributes_of_many_names_are_left_to_the_rules() {
        let rules = Rules::built_in(SchemaChecks::Off);
        let many =
            |count: usize| Filter::or((0..count).map(|number| Filter::equality("cn", number.to_string())));
        let items = |filter: &Filter| Sought::new(filter, &rules, usize::MAX).items.len();
        assert_eq!((items(&many(MAX_ITEMS)), items(&many(MAX_ITEMS + 1))), (MAX_ITEMS, 0));
        assert!(names(&"name".into(), &rules).is_none());
        assert_eq!(names(&"DESCRIPTION".into(), &rules), Some(vec!["description", "2.5.4.13"]));
    }
}
