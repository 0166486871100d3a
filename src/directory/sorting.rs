//! Search results in order (RFC 2891), and a window onto them (draft-ietf-ldapext-ldapv3-vlv-09).

use std::cmp::{Ordering, Reverse};
use std::ops::Range;

use crate::model::{AttributeDescription, MatchingRules, ResultCode};
use crate::proto::controls::{
    ListTarget, ServerSideSort, ServerSideSortResponse, VirtualListView, VirtualListViewResponse,
};
use crate::schema::{Key, Rule, RulePurpose};

use super::record::Record;
use super::rules::Rules;

/// Entries that one search sorts, at most: their keys are held in memory until the last is found.
pub(super) const DEFAULT_MAX_SORTED: usize = 100_000;

/// In which order entries are returned.
#[derive(Clone, Debug)]
pub(super) struct Order {
    keys: Vec<SortBy>,
}

#[derive(Clone, Debug)]
struct SortBy {
    attribute: AttributeDescription,
    rule: Rule,
    is_reverse: bool,
}

/// What an entry is sorted by. A key that it does not have counts as larger than all values.
pub(super) type SortKeys = Vec<Direction>;

/// One key, in the direction that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Direction {
    Ascending(OrMissing),
    Descending(Reverse<OrMissing>),
}

/// "a missing attribute [...] is treated as [...] larger than any other value".
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum OrMissing {
    Value(Key),
    Missing,
}

impl Order {
    /// Reads what is asked for.
    ///
    /// # Errors
    ///
    /// It cannot be sorted so: the control that says why.
    pub(super) fn read(control: &ServerSideSort, rules: &Rules) -> Result<Self, ServerSideSortResponse> {
        let keys = control.keys().iter().map(|key| {
            let attribute = key.attribute().clone();
            let refuse = |code| ServerSideSortResponse::new(code).with_attribute(attribute.clone());
            if !rules.knows(&attribute) {
                return Err(refuse(ResultCode::NO_SUCH_ATTRIBUTE));
            }
            let rule = match key.ordering_rule() {
                None => rules.ordering_rule(&attribute),
                Some(name) => rules.rule(name).filter(|rule| rule.purpose() == RulePurpose::Ordering),
            };
            let rule = rule.ok_or_else(|| refuse(ResultCode::INAPPROPRIATE_MATCHING))?;
            Ok(SortBy { attribute, rule, is_reverse: key.is_reverse() })
        });
        Ok(Self { keys: keys.collect::<Result<_, _>>()? })
    }

    pub(super) fn keys(&self, record: &Record, rules: &Rules) -> SortKeys {
        self.keys.iter().map(|by| by.direct(by.least(record, rules))).collect()
    }

    /// Where the first entry stands that is not before a value of the first key.
    fn position_of(&self, value: &[u8], rules: &Rules, sorted: &[SortKeys]) -> Option<usize> {
        let by = self.keys.first()?;
        let wanted = by.direct(OrMissing::Value(by.rule.key(rules.schema(), value).ok()?));
        Some(sorted.partition_point(|keys| keys.first().map(|key| key.cmp(&wanted)) == Some(Ordering::Less)))
    }
}

impl SortBy {
    /// "If a sort key is a multi-valued attribute, [...] the server SHOULD use the least value (according to the ORDERING
    /// rule for that attribute)."
    fn least(&self, record: &Record, rules: &Rules) -> OrMissing {
        let entry = record.entry();
        let own = entry
            .attributes()
            .iter()
            .filter(|own| rules.is_same_or_subtype(own.description(), &self.attribute));
        let keys =
            own.flat_map(|own| own.values()).filter_map(|value| self.rule.key(rules.schema(), value).ok());
        keys.min().map_or(OrMissing::Missing, OrMissing::Value)
    }

    fn direct(&self, key: OrMissing) -> Direction {
        if self.is_reverse { Direction::Descending(Reverse(key)) } else { Direction::Ascending(key) }
    }
}

/// Chooses the part of a sorted list that a window shows, and makes the control that says where it is.
pub(super) fn window(
    view: &VirtualListView,
    order: &Order,
    rules: &Rules,
    sorted: &[SortKeys],
) -> Result<(Range<usize>, VirtualListViewResponse), VirtualListViewResponse> {
    let count = sorted.len();
    let response = |position: usize| {
        VirtualListViewResponse::new(
            u32::try_from(position).unwrap_or(u32::MAX),
            u32::try_from(count).unwrap_or(u32::MAX),
        )
    };
    let position = match view.target() {
        // "offset 0 [...] offsetRangeError".
        ListTarget::Offset { offset: 0, .. } => {
            return Err(response(0).with_result(ResultCode::OFFSET_RANGE_ERROR));
        }
        ListTarget::Offset { offset, content_count } => {
            offset_of(u64::from(*offset), u64::from(*content_count), count)
        }
        ListTarget::GreaterOrEqual(value) => match order.position_of(value, rules, sorted) {
            Some(before) => before + 1,
            None => return Err(response(0).with_result(ResultCode::INAPPROPRIATE_MATCHING)),
        },
    };
    // Positions count from 1; the one behind the last is that of what would follow.
    let target = position.saturating_sub(1).min(count);
    let before = usize::try_from(view.before()).unwrap_or(usize::MAX);
    let after = usize::try_from(view.after()).unwrap_or(usize::MAX);
    let end = target.saturating_add(after).saturating_add(1).min(count);
    Ok((target.saturating_sub(before)..end, response(target + 1)))
}

/// "Si = Sc * (Ci / Cc)": what the client takes for the position in a list of its length, in one of the real length.
fn offset_of(offset: u64, client_count: u64, count: usize) -> usize {
    let real = u64::try_from(count).unwrap_or(u64::MAX);
    let scaled = match client_count {
        // "the client has no idea": it counts as right.
        0 => offset,
        _ if offset == 1 => 1,
        _ if offset >= client_count => real,
        _ => (real.saturating_mul(offset) / client_count).max(1),
    };
    usize::try_from(scaled).unwrap_or(usize::MAX).min(count.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_told_where_it_is_in_the_real_list() {
        for (offset, client_count, count, expected) in [
            (1, 0, 10, 1),
            (5, 0, 10, 5),
            (50, 0, 10, 11),
            (1, 100, 10, 1),
            (50, 100, 10, 5),
            (100, 100, 10, 10),
            (5, 3, 10, 10),
            (2, 100, 10, 1),
            (1, 0, 0, 1),
        ] {
            assert_eq!(offset_of(offset, client_count, count), expected, "{offset} of {client_count}");
        }
    }
}
