//! A filter put together from the outside in.

use super::Filter;

/// Puts a filter together in the order in which text and messages tell of it: a group, its members, the end of the
/// group. The open groups are kept on a stack of its own, so that a reader needs no recursion.
///
/// With [`Filter::walk`] it rewrites filters:
///
/// ```
/// use ldapwire::model::{Filter, FilterAssembly, FilterEvent};
///
/// let filter = Filter::parse("(&(uid=ada)(!(mail=*)))")?;
/// let mut assembly = FilterAssembly::new();
/// for event in filter.walk() {
///     match event {
///         FilterEvent::Enter(group, _) => assembly.open(group),
///         FilterEvent::Item(Filter::Present(name)) if *name == "mail" => assembly.add(Filter::present("rfc822Mailbox")),
///         FilterEvent::Item(item) => assembly.add(item.clone()),
///         FilterEvent::Leave(_) => assembly.close(),
///         _ => {}
///     }
/// }
/// let rewritten = assembly.finish().expect("all groups are closed");
/// assert_eq!(rewritten.to_string(), "(&(uid=ada)(!(rfc822Mailbox=*)))");
/// # Ok::<(), ldapwire::model::FilterParseError>(())
/// ```
#[derive(Debug, Default)]
pub struct FilterAssembly {
    open: Vec<(FilterGroup, Vec<Filter>)>,
    /// What was added outside of all groups.
    outermost: Vec<Filter>,
    /// Whether a `not` was closed that had not exactly one filter.
    broken: bool,
}

impl FilterAssembly {
    /// Begins with nothing.
    pub const fn new() -> Self {
        Self { open: Vec::new(), outermost: Vec::new(), broken: false }
    }

    /// Begins a group within the one that is open.
    pub fn open(&mut self, group: FilterGroup) {
        self.open.push((group, Vec::new()));
    }

    /// Adds a filter to the group that is open.
    pub fn add(&mut self, filter: Filter) {
        match self.open.last_mut() {
            // A `not` holds one filter; there are many of them in the worst of nests, so no room is left for others.
            Some((FilterGroup::Not, members)) if members.is_empty() => *members = vec![filter],
            Some((_, members)) => members.push(filter),
            None => self.outermost.push(filter),
        }
    }

    /// Ends the group that is open, and adds it to the one around it.
    pub fn close(&mut self) {
        let mut innermost = self.open.pop();
        if let Some((_, members)) = &mut innermost
            && members.len() <= members.capacity() / 2
        {
            // Room for members that never came would be the larger part of many small groups.
            members.shrink_to_fit();
        }
        match innermost {
            Some((FilterGroup::And, members)) => self.add(Filter::And(members.into())),
            Some((FilterGroup::Or, members)) => self.add(Filter::Or(members.into())),
            Some((FilterGroup::Not, mut members)) => match (members.pop(), members.is_empty()) {
                (Some(filter), true) => self.add(Filter::not(filter)),
                _ => self.broken = true,
            },
            None => self.broken = true,
        }
    }

    /// Returns how many groups are open.
    pub const fn depth(&self) -> usize {
        self.open.len()
    }

    /// Returns the filter.
    ///
    /// Nothing comes of it if a group is still open or one too many was closed, if a `not` had none or more than one
    /// filter, or if there is not exactly one filter outside of all groups.
    pub fn finish(mut self) -> Option<Filter> {
        let filter = self.outermost.pop()?;
        (self.outermost.is_empty() && self.open.is_empty() && !self.broken).then_some(filter)
    }
}

/// What joins filters to a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "logic has no other")]
pub enum FilterGroup {
    /// All match.
    And,
    /// At least one matches.
    Or,
    /// The only one does not match.
    Not,
}

#[cfg(test)]
mod tests {
    use super::*;
    use FilterGroup::{And, Not, Or};

    /// Makes what this trace tells: groups to open, attributes to add as presence, `)` to close.
    fn assemble(trace: &str) -> Option<String> {
        let mut assembly = FilterAssembly::new();
        for step in trace.chars() {
            match step {
                '&' => assembly.open(And),
                '|' => assembly.open(Or),
                '!' => assembly.open(Not),
                ')' => assembly.close(),
                name => assembly.add(Filter::present(name.to_string())),
            }
        }
        assembly.finish().map(|filter| filter.to_string())
    }

    #[test]
    fn groups_become_filters_with_their_end() {
        assert_eq!(assemble("&!!a))|))").as_deref(), Some("(&(!(!(a=*)))(|))"));
        assert_eq!(assemble("a").as_deref(), Some("(a=*)"));
    }

    #[test]
    fn nothing_comes_of_what_is_not_one_whole_filter() {
        for trace in ["", "&", "&a", "a)", "!)", "!ab)", "&!)a)", "ab", "&)&)"] {
            assert_eq!(assemble(trace), None, "{trace}");
        }
    }
}
