//! Which attributes an entry is shown with.

use std::borrow::Cow;

use crate::model::{Attribute, AttributeDescription, Entry, Filter, LdapString, MatchingRules, Value};
use crate::proto::{AttributeList, SearchResultEntry};

use super::computed::{self, Placed};

/// The attributes that a search, or a control that reads an entry, asks for (RFC 4511 4.5.1.8, RFC 3673).
#[derive(Clone, Debug)]
pub(super) struct Selection {
    all_user: bool,
    all_operational: bool,
    named: Vec<AttributeDescription>,
    values: Values,
    /// Whether what other entries determine is left out.
    is_synchronized: bool,
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
            is_synchronized: false,
            matched: Vec::new(),
        }
    }

    /// Leaves out what a copy cannot keep: "Where values of an operational attribute are determined by values not held as
    /// part of the entry it appears in, the operational attribute SHOULD NOT support synchronization" (RFC 4533 4.2).
    pub(super) const fn synchronized(mut self) -> Self {
        self.is_synchronized = true;
        self
    }

    /// Restricts the values to those that match one of these filters (RFC 3876).
    pub(super) fn with_matched(mut self, filters: &[Filter]) -> Self {
        self.matched = filters.to_vec();
        self
    }

    /// Makes what is returned of an entry.
    pub(super) fn show(&self, placed: &Placed<'_>) -> SearchResultEntry {
        SearchResultEntry::new(placed.record.name(), self.attributes(placed))
    }

    pub(super) fn attributes(&self, placed: &Placed<'_>) -> AttributeList {
        let record = placed.record;
        if self.all_user && !self.all_operational && self.named.is_empty() {
            let users = record.user_attributes();
            // They go out as they are kept.
            return if self.is_as_kept() { users } else { self.encode(placed, &users.to_attributes()) };
        }
        let mut chosen = Vec::new();
        for (list, is_all) in [
            (record.user_attributes(), self.all_user),
            (record.operational_attributes(), self.all_operational),
        ] {
            let own = list.iter().filter(|own| is_all || self.names(placed, &list.describe(own)));
            chosen.extend(own.map(|own| list.to_attribute(own)));
        }
        if self.all_operational || self.named.iter().any(computed::is_computed) {
            let computed = placed.computed().into_iter();
            let computed =
                computed.filter(|own| !self.is_synchronized || !computed::is_of_others(own.description()));
            chosen
                .extend(computed.filter(|own| self.all_operational || self.names(placed, own.description())));
        }
        self.encode(placed, &chosen)
    }

    fn is_as_kept(&self) -> bool {
        self.values == Values::Shown && self.matched.is_empty()
    }

    /// Whether an attribute, or one that it is a subtype of, is named.
    fn names(&self, placed: &Placed<'_>, own: &AttributeDescription) -> bool {
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
            Values::Shown if self.is_as_kept() => attributes.into(),
            Values::Shown => attributes.iter().map(|own| self.select(placed, own)).collect(),
            Values::LeftOut => {
                let types = attributes.iter().map(|own| Attribute::without_values(own.description().clone()));
                types.collect()
            }
        };
        AttributeList::new(&*attributes)
    }
}
