//! Which entries a filter can match at all.

use crate::model::{Filter, FilterEvent, FilterGroup};

use super::index::{Index, Side, in_order};
use super::store::Id;

/// Returns the entries that a filter can match, in the order of their numbers; nothing if all have to be looked at, or an
/// index finds more than `most` for a part of the filter, so that to look at all is as good.
///
/// Whoever asks puts the filter to each of them.
pub(super) fn candidates(filter: &Filter, index: &Index, most: usize) -> Option<Vec<Id>> {
    // What the members of each open group come to so far.
    let mut open: Vec<(FilterGroup, Joined)> = Vec::new();
    for event in filter.walk() {
        let found = match event {
            FilterEvent::Enter(group, _) => {
                open.push((group, Joined::Nothing));
                continue;
            }
            FilterEvent::Item(item) => of_item(item, index, most),
            FilterEvent::Leave(_) => match open.pop() {
                // What does not match cannot be looked up.
                None | Some((FilterGroup::Not, _)) => None,
                Some((FilterGroup::And, Joined::Nothing)) => None,
                // "(|)" is false (RFC 4526).
                Some((FilterGroup::Or, Joined::Nothing)) => Some(Vec::new()),
                Some((_, Joined::Some(ids))) => Some(ids),
                Some((_, Joined::All)) => None,
            },
        };
        let Some((group, joined)) = open.last_mut() else { return found };
        let before = std::mem::replace(joined, Joined::All);
        *joined = match (*group, before, found) {
            (FilterGroup::Not, ..) => Joined::All,
            (_, Joined::Nothing, Some(ids)) => Joined::Some(ids),
            // Of what must all match, the fewest are enough.
            (FilterGroup::And, Joined::Some(one), Some(two)) => {
                Joined::Some(if two.len() < one.len() { two } else { one })
            }
            (FilterGroup::And, Joined::Some(ids), None) | (FilterGroup::And, Joined::All, Some(ids)) => {
                Joined::Some(ids)
            }
            (FilterGroup::Or, Joined::Some(mut one), Some(two)) => {
                one.extend(two);
                Joined::Some(in_order(one))
            }
            (FilterGroup::And | FilterGroup::Or, ..) => Joined::All,
        };
    }
    None
}

enum Joined {
    /// No member was seen.
    Nothing,
    Some(Vec<Id>),
    All,
}

fn of_item(item: &Filter, index: &Index, most: usize) -> Option<Vec<Id>> {
    match item {
        Filter::Equality(assertion) | Filter::Approximate(assertion) => {
            index.equal(assertion.attribute(), assertion.value(), most)
        }
        Filter::Present(attribute) => index.present(attribute, most),
        Filter::Substrings(substrings) => index.parts(substrings, most),
        Filter::GreaterOrEqual(assertion) => index.range(assertion, Side::From, most),
        Filter::LessOrEqual(assertion) => index.range(assertion, Side::UpTo, most),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::record::Record;
    use crate::directory::rules::{Rules, SchemaChecks};
    use crate::model::Entry;

    #[test]
    fn groups_join_what_their_members_find() {
        let mut index = Index::new(Rules::built_in(SchemaChecks::Off), ["cn", "sn"], []);
        for (id, cn, sn) in [(1, "a", "x"), (2, "b", "x"), (3, "a", "y")] {
            index.add(id, &Record::of(&Entry::new("cn=x").with("cn", [cn]).with("sn", [sn])));
        }
        for (filter, expected) in [
            ("(cn=a)", Some(vec![1, 3])),
            ("(&(sn=x)(cn=b))", Some(vec![2])),
            ("(&(cn=b)(description=*))", Some(vec![2])),
            ("(&(description=*)(cn=b))", Some(vec![2])),
            ("(|(cn=b)(sn=y))", Some(vec![2, 3])),
            ("(|(cn=b)(description=*))", None),
            ("(|(description=*)(cn=b))", None),
            ("(!(cn=a))", None),
            ("(&(!(cn=a))(sn=x))", Some(vec![1, 2])),
            ("(&)", None),
            ("(|)", Some(vec![])),
            ("(&(|)(cn=a))", Some(vec![])),
            ("(description=a)", None),
        ] {
            assert_eq!(candidates(&Filter::parse(filter).unwrap(), &index, usize::MAX), expected, "{filter}");
        }
    }
}
