//! Which attributes an entry is shown with.

use std::borrow::Cow;

use crate::model::{Attribute, AttributeDescription, Entry, Filter, LdapString, MatchingRules, Value};
use crate::proto::{AttributeList, SearchResultEntry};

use super::computed::Placed;

/// The attributes that a search, or a control that reads an entry, asks for (RFC 4511 4.5.1.8, RFC 3673).
#[derive(Clone, Debug)]
pub(super) struct Selection {
    all_user: bool,
    all_operational: bool,
    named: Vec<AttributeDescription>,
    values: Values,
    /// What values are to match, each some of them (RFC 3876); empty for all values.
    matched: Vec<Filter>,
}

/// Whether values are returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Values {
    Shown,
    LeftOut,
}

impl Selection {
    /// "1. An empty list with no attributes requests the return of all user attributes. [...] 2. A list containing "*"
    /// [...] 3. A list containing only the OID "1.1" indicates that no attributes are to be returned. If "1.1" is
    /// provided with other attributeSelector values, the "1.1" attributeSelector is ignored." (RFC 4511 4.5.1.8)
    pub(super) fn new(selectors: &[LdapString], values: Values) -> Self {
        let named = selectors
            .iter()
            .filter(|selector| !matches!(selector.as_str(), "*" | "+" | "1.1"))
            .map(|selector| AttributeDescription::from(selector.as_str()))
            .collect();
        let has = |wanted: &str| selectors.iter().any(|selector| selector.as_str() == wanted);
        Self {
            all_user: selectors.is_empty() || has("*"),
            all_operational: has("+"),
            named,
            values,
            matched: Vec::new(),
        }
    }

    /// Restricts the values to those that match one of these filters (RFC 3876).
    pub(super) fn with_matched(mut self, filters: &[Filter]) -> Self {
        self.matched = filters.to_vec();
        self
    }

    /// Makes what is returned of an entry.
    pub(super) fn show(&self, placed: &Placed<'_>) -> SearchResultEntry {
        SearchResultEntry::new(placed.record.entry.dn().clone(), self.attributes(placed))
    }

    pub(super) fn attributes(&self, placed: &Placed<'_>) -> AttributeList {
        let record = placed.record;
        if self.all_user && !self.all_operational && self.named.is_empty() {
            self.encode(placed, record.user_attributes())
        } else {
            let wants_own = self.all_operational || !self.named.is_empty();
            let computed = if wants_own { placed.computed().to_vec() } else { Vec::new() };
            let users =
                record.user_attributes().iter().filter(|own| self.all_user || self.names(placed, own));
            let own = record.operational_attributes().iter().chain(&computed);
            let own = own.filter(|own| self.all_operational || self.names(placed, own));
            let chosen: Vec<Attribute> = users.chain(own).cloned().collect();
            self.encode(placed, &chosen)
        }
    }

    /// Whether an attribute, or one that it is a subtype of, is named.
    fn names(&self, placed: &Placed<'_>, attribute: &Attribute) -> bool {
        let own = attribute.description();
        self.named.iter().any(|named| placed.rules.is_same_or_subtype(own, named))
    }

    /// "any attribute value which evaluates to TRUE for one of the filters is returned", and "an attribute [...] that has
    /// no values selected is returned with an empty set of values" (RFC 3876 2).
    fn select(&self, placed: &Placed<'_>, attribute: &Attribute) -> Attribute {
        let own = attribute.description();
        let is_selected = |value: &&Value| {
            let one = Entry::new("").with(own.clone(), [(*value).clone()]);
            self.matched.iter().any(|filter| filter.evaluate_by(&one, placed.rules).is_true())
        };
        Attribute::new(own.clone(), attribute.values().iter().filter(is_selected).cloned())
    }

    fn encode(&self, placed: &Placed<'_>, attributes: &[Attribute]) -> AttributeList {
        let attributes: Cow<'_, [Attribute]> = match self.values {
            Values::Shown if self.matched.is_empty() => attributes.into(),
            Values::Shown => attributes.iter().map(|own| self.select(placed, own)).collect(),
            Values::LeftOut => {
                let types = attributes.iter().map(|own| Attribute::without_values(own.description().clone()));
                types.collect()
            }
        };
        AttributeList::new(&*attributes)
    }
}
