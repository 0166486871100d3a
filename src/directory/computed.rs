//! Operational attributes that nobody stores.

use crate::model::{Attribute, AttributeDescription, Filter, FilterEvent};

use super::record::Record;
use super::rules::Rules;

/// The name of the subschema entry.
pub(super) const SUBSCHEMA: &str = "cn=Subschema";

/// An entry with what depends on its place in the tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<'a> {
    pub(super) record: &'a Record,
    pub(super) children: usize,
    pub(super) rules: &'a Rules,
}

const NAMES: [&str; 4] = ["entryDN", "hasSubordinates", "numSubordinates", "subschemaSubentry"];

impl Placed<'_> {
    /// Makes the attributes that nobody stores (RFC 5020, X.501, RFC 4512 4.2).
    ///
    /// The root DSE is none of the tree: there is nothing below it or not.
    pub(super) fn computed(&self) -> Vec<Attribute> {
        let has = if self.children > 0 { "TRUE" } else { "FALSE" };
        let [dn, has_subordinates, count, subschema] = NAMES;
        let name = self.record.name();
        let is_in_tree = !name.is_empty();
        let mut computed = vec![Attribute::new(dn, [name])];
        if is_in_tree {
            computed.push(Attribute::new(has_subordinates, [has]));
            computed.push(Attribute::new(count, [self.children.to_string()]));
        }
        computed.push(Attribute::new(subschema, [SUBSCHEMA]));
        computed
    }
}

/// Whether a filter asks about an attribute that nobody stores, or about all there are.
pub(super) fn is_asked_by(filter: &Filter) -> bool {
    filter.walk().any(|event| match event {
        FilterEvent::Item(Filter::Equality(assertion) | Filter::Approximate(assertion))
        | FilterEvent::Item(Filter::GreaterOrEqual(assertion) | Filter::LessOrEqual(assertion)) => {
            is_computed(assertion.attribute())
        }
        FilterEvent::Item(Filter::Substrings(substrings)) => is_computed(substrings.attribute()),
        FilterEvent::Item(Filter::Present(attribute)) => is_computed(attribute),
        FilterEvent::Item(Filter::Extensible(extensible)) => extensible.attribute().is_none_or(is_computed),
        _ => false,
    })
}

/// Whether other entries determine an attribute that nobody stores: all but the entry's own name.
pub(super) fn is_of_others(description: &AttributeDescription) -> bool {
    !description.attribute_type().eq_ignore_ascii_case(NAMES[0])
}

/// Whether an attribute may be one that nobody stores.
pub(super) fn is_computed(description: &AttributeDescription) -> bool {
    let own = description.attribute_type();
    // By its identifier the type is asked for so seldom that one may look twice.
    own.contains('.') || NAMES.iter().any(|name| own.eq_ignore_ascii_case(name))
}
