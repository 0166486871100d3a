//! Every filter within a filter.

use std::slice;

use super::{Filter, FilterGroup};

/// What a [`FilterWalk`] meets.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum FilterEvent<'a> {
    /// The beginning of an `and`, `or` or `not`, and what it holds. Each of these follows, and then
    /// [`Leave`](Self::Leave).
    Enter(FilterGroup, &'a [Filter]),
    /// A filter of any other kind.
    Item(&'a Filter),
    /// The end of the group that was entered last.
    Leave(FilterGroup),
}

/// Walks a filter and all filters within it, each group before its members, on a stack of its own: see
/// [`Filter::walk`].
#[derive(Clone, Debug)]
#[must_use]
pub struct FilterWalk<'a> {
    start: Option<&'a Filter>,
    /// The groups that are entered, each with its members to come.
    open: Vec<(FilterGroup, slice::Iter<'a, Filter>)>,
    direction: Direction,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Direction {
    Forward,
    Backward,
}

impl<'a> FilterWalk<'a> {
    pub(super) const fn new(filter: &'a Filter, direction: Direction) -> Self {
        Self { start: Some(filter), open: Vec::new(), direction }
    }

    /// Returns how many groups are entered and not left: after [`FilterEvent::Enter`] this group among them, after
    /// [`FilterEvent::Leave`] no more.
    pub const fn depth(&self) -> usize {
        self.open.len()
    }

    /// Passes over what is left of the group that was entered last; its [`FilterEvent::Leave`] comes next.
    pub fn skip_members(&mut self) {
        if let Some((_, members)) = self.open.last_mut() {
            *members = [].iter();
        }
    }
}

impl<'a> Iterator for FilterWalk<'a> {
    type Item = FilterEvent<'a>;

    fn next(&mut self) -> Option<FilterEvent<'a>> {
        let filter = match self.open.last_mut() {
            None => self.start.take()?,
            Some((group, members)) => {
                let group = *group;
                let member = match self.direction {
                    Direction::Forward => members.next(),
                    Direction::Backward => members.next_back(),
                };
                match member {
                    Some(member) => member,
                    None => {
                        self.open.pop();
                        return Some(FilterEvent::Leave(group));
                    }
                }
            }
        };
        Some(match filter.group() {
            None => FilterEvent::Item(filter),
            Some((group, members)) => {
                self.open.push((group, members.iter()));
                FilterEvent::Enter(group, members)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes down each event with the depth behind it.
    fn trace(mut walk: FilterWalk<'_>) -> String {
        let mut trace = String::new();
        while let Some(event) = walk.next() {
            let event = match event {
                FilterEvent::Enter(group, members) => format!("{group:?}[{}]", members.len()),
                FilterEvent::Item(filter) => filter.to_string(),
                FilterEvent::Leave(group) => format!("/{group:?}"),
            };
            trace += &format!("{event}@{} ", walk.depth());
        }
        assert!(walk.next().is_none());
        trace
    }

    #[test]
    fn groups_come_before_their_members_and_end_after_them() {
        let filter = Filter::parse("(|(a=1)(!(b=2))(&))").unwrap();
        assert_eq!(trace(filter.walk()), "Or[3]@1 (a=1)@1 Not[1]@2 (b=2)@2 /Not@1 And[0]@2 /And@1 /Or@0 ");
        assert_eq!(trace(Filter::present("a").walk()), "(a=*)@0 ");
    }

    #[test]
    fn what_is_left_of_a_group_can_be_passed_over() {
        let filter = Filter::parse("(|(&(a=1)(b=2))(c=3))").unwrap();
        let mut walk = filter.walk();
        let mut next = || walk.by_ref().next();
        assert!(matches!((next(), next(), next()), (Some(_), Some(_), Some(FilterEvent::Item(_)))));
        walk.skip_members();
        assert_eq!(trace(walk), "/And@1 (c=3)@1 /Or@0 ");
    }

    #[test]
    fn walking_backward_turns_members_round_but_not_groups() {
        let filter = Filter::parse("(|(a=1)(!(b=2)))").unwrap();
        assert_eq!(trace(filter.walk_backward()), "Or[2]@1 Not[1]@2 (b=2)@2 /Not@1 (a=1)@1 /Or@0 ");
    }
}
