//! What an `and`, an `or` and a `not` hold.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::Filter;

/// The filters in an `and` or `or`: any number, in their order, shared between clones.
///
/// ```
/// use ldapwire::model::Filter;
///
/// let Filter::Or(filters) = Filter::parse("(|(cn=a)(cn=b))")? else { unreachable!() };
/// assert_eq!(filters[1], Filter::equality("cn", "b"));
/// # Ok::<(), ldapwire::model::FilterParseError>(())
/// ```
// `None` is the empty list. The vector is inside of the `Arc`, not a slice, because only of a sized value can
// `Arc::into_inner` make sure that of two threads that drop their clones one gets to take it apart.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Filters(Option<Arc<Vec<Filter>>>);

impl Filters {
    pub(super) const EMPTY: Self = Self(None);

    /// Adds a filter; copies the list only if it is shared.
    pub(super) fn with(mut self, filter: Filter) -> Self {
        Arc::make_mut(self.0.get_or_insert_default()).push(filter);
        self
    }

    /// Takes the filters out, when nobody will look at this list again.
    pub(super) fn take(&mut self) -> Option<Arc<Vec<Filter>>> {
        self.0.take()
    }
}

impl Drop for Filters {
    /// Takes the tree apart level by level: what is dropped has lost its members before.
    fn drop(&mut self) {
        let mut next = self.0.take();
        let mut pending = Vec::new();
        while let Some(filters) = next {
            // Whoever else holds them drops them.
            if let Some(mut filters) = Arc::into_inner(filters) {
                pending.extend(filters.iter_mut().filter_map(Filter::take_members));
            }
            next = pending.pop();
        }
    }
}

impl Deref for Filters {
    type Target = [Filter];

    fn deref(&self) -> &[Filter] {
        self.0.as_ref().map_or(&[], |filters| filters.as_slice())
    }
}

impl<'a> IntoIterator for &'a Filters {
    type IntoIter = std::slice::Iter<'a, Filter>;
    type Item = &'a Filter;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl From<Vec<Filter>> for Filters {
    fn from(filters: Vec<Filter>) -> Self {
        Self(if filters.is_empty() { None } else { Some(Arc::new(filters)) })
    }
}

impl<F: Into<Filter>> FromIterator<F> for Filters {
    fn from_iter<T: IntoIterator<Item = F>>(filters: T) -> Self {
        filters.into_iter().map(Into::into).collect::<Vec<Filter>>().into()
    }
}

impl fmt::Debug for Filters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

/// The filter in a `not`.
///
/// ```
/// use ldapwire::model::Filter;
///
/// let Filter::Not(negated) = Filter::parse("(!(cn=a))")? else { unreachable!() };
/// assert_eq!(*negated, Filter::equality("cn", "a"));
/// # Ok::<(), ldapwire::model::FilterParseError>(())
/// ```
// Always one filter. As a list, it is dropped by the same loop.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Negated(Filters);

impl Negated {
    /// Returns the filter as a list of one.
    pub(super) fn as_slice(&self) -> &[Filter] {
        &self.0
    }

    /// Takes the filter out, when nobody will look at this again.
    pub(super) fn take(&mut self) -> Option<Arc<Vec<Filter>>> {
        self.0.take()
    }
}

impl From<Filter> for Negated {
    fn from(filter: Filter) -> Self {
        Self(Filters::from(vec![filter]))
    }
}

impl Deref for Negated {
    type Target = Filter;

    fn deref(&self) -> &Filter {
        self.0.first().expect("it is made of a filter, which only `drop` takes out")
    }
}

impl fmt::Debug for Negated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}
