//! The filter itself.

use std::hash::{Hash, Hasher};
use std::mem;
use std::str::FromStr;
use std::sync::Arc;

use super::assembly::{FilterAssembly, FilterGroup};
use super::group::{Filters, Negated};
use super::walk::{Direction, FilterEvent, FilterWalk};
use super::{Assertion, ExtensibleMatch, FilterParseError, Substrings, SubstringsBuilder, parse};
use crate::model::{AttributeDescription, Value};

/// What an entry must be like to be found.
///
/// ```text
/// Filter ::= CHOICE {
///      and             [0] SET SIZE (1..MAX) OF filter Filter,
///      or              [1] SET SIZE (1..MAX) OF filter Filter,
///      not             [2] Filter,
///      equalityMatch   [3] AttributeValueAssertion,
///      substrings      [4] SubstringFilter,
///      greaterOrEqual  [5] AttributeValueAssertion,
///      lessOrEqual     [6] AttributeValueAssertion,
///      present         [7] AttributeDescription,
///      approxMatch     [8] AttributeValueAssertion,
///      extensibleMatch [9] MatchingRuleAssertion,
///      ...  }                                                   (RFC 4511 4.5.1.7)
/// ```
///
/// There are three ways to make one. The builders and the macro [`filter!`](crate::filter) take values from anywhere, whatever
/// octets they are; a text for [`parse`](Self::parse) must not be put together of such values.
///
/// ```
/// use ldapwire::filter;
/// use ldapwire::model::Filter;
///
/// let name = "Babs (*)";
/// let built = Filter::and([Filter::equality("objectClass", "person"), Filter::equality("cn", name)]);
/// let filled = filter!("(&(objectClass=person)(cn={}))", name);
/// let read = Filter::parse(r"(&(objectClass=person)(cn=Babs \28\2a\29))")?;
/// assert!(built == filled && built == read);
/// assert_eq!(built.to_string(), r"(&(objectClass=person)(cn=Babs \28\2a\29))");
/// # Ok::<(), ldapwire::model::FilterParseError>(())
/// ```
///
/// | text | builder |
/// |---|---|
/// | `(&(a=1)(b=2))` | [`Filter::and`], `a & b` |
/// | `(\|(a=1)(b=2))` | [`Filter::or`], `a \| b` |
/// | `(!(a=1))` | [`Filter::not`], `!a` |
/// | `(&)` and `(\|)` | [`Filter::absolute_true`] and [`Filter::absolute_false`] |
/// | `(cn=Babs)` | [`Filter::equality`] |
/// | `(cn=*)` | [`Filter::present`] |
/// | `(cn=Ba*b*s)` | [`Filter::substrings`], [`Filter::starts_with`], [`Filter::contains`], [`Filter::ends_with`] |
/// | `(age>=18)` and `(age<=65)` | [`Filter::greater_or_equal`] and [`Filter::less_or_equal`] |
/// | `(cn~=Babs)` | [`Filter::approximate`] |
/// | `(cn:dn:caseExactMatch:=Babs)` | [`ExtensibleMatch::new`], [`ExtensibleMatch::any_attribute`] |
///
/// Values are octets. Names of attributes are not checked by the builders, see [`AttributeDescription`].
///
/// Cloning takes the same short time for every filter, since members are shared. **No depth of nesting exhausts the
/// stack, whatever is done with the filter:** building, cloning, walking, comparing, hashing, printing and
/// dropping all keep their own stack on the heap.
///
/// Two filters are equal when they have the same form: names in either case, values octet by octet, members in their
/// order.
#[derive(Clone)]
#[non_exhaustive]
pub enum Filter {
    /// All of these match.
    And(Filters),
    /// At least one of these matches.
    Or(Filters),
    /// This one does not match.
    Not(Negated),
    /// A value equals.
    Equality(Assertion),
    /// A value has these parts.
    Substrings(Substrings),
    /// A value is not less.
    GreaterOrEqual(Assertion),
    /// A value is not greater.
    LessOrEqual(Assertion),
    /// There is a value.
    Present(AttributeDescription),
    /// A value is similar, as the server sees it.
    Approximate(Assertion),
    /// A value matches by a certain rule.
    Extensible(ExtensibleMatch),
}

impl Filter {
    /// The deepest nesting that is read from text: this many pairs of parentheses, one within the other.
    ///
    /// No search by people comes near to it, and servers refuse more than some hundreds. Filters that are built are
    /// not limited.
    pub const MAX_DEPTH: usize = 128;

    /// How many filters, those within others and the parts of substrings included, are read from text.
    ///
    /// A filter takes a hundred octets of memory and its text as few as three, so that without this a text would grow
    /// thirty times. It is what a message may have by default, too. Filters that are built are not limited.
    pub const MAX_ITEMS: usize = 65_536;

    /// Reads a filter.
    ///
    /// The grammar is that of RFC 4515 section 3, with `(&)` and `(|)` of RFC 4526, and nothing else: no spaces between
    /// the parts, no underscore in names, no missing parentheses. Where the grammar lets two `*` follow each
    /// other, as in `(cn=**)`, there is an empty part between them, which no server takes; it is refused here.
    ///
    /// # Errors
    ///
    /// The text is no filter, nested deeper than [`MAX_DEPTH`](Self::MAX_DEPTH), or has more than
    /// [`MAX_ITEMS`](Self::MAX_ITEMS); the error says where and why.
    ///
    /// ```
    /// use ldapwire::model::Filter;
    ///
    /// let error = Filter::parse("(&(cn=a)(sn =b))").unwrap_err();
    /// assert_eq!(error.position(), 11);
    /// ```
    pub fn parse(text: &str) -> Result<Self, FilterParseError> {
        parse::filter(text.as_bytes())
    }

    /// Reads a filter of a text that need not be UTF-8.
    ///
    /// "Implementations SHOULD accept as input strings that are not valid UTF-8 strings" (RFC 4515 3). What is not
    /// UTF-8 can only stand in a value, and is written as `\xx` again.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    ///
    /// ```
    /// use ldapwire::model::Filter;
    ///
    /// let filter = Filter::parse_octets(b"(cn=Zo\xeb)")?;
    /// assert_eq!(filter.to_string(), r"(cn=Zo\eb)");
    /// # Ok::<(), ldapwire::model::FilterParseError>(())
    /// ```
    pub fn parse_octets(text: &[u8]) -> Result<Self, FilterParseError> {
        parse::filter(text)
    }

    /// Matches what all of these match.
    pub fn and<F: Into<Self>>(filters: impl IntoIterator<Item = F>) -> Self {
        Self::And(filters.into_iter().collect())
    }

    /// Matches what at least one of these matches.
    pub fn or<F: Into<Self>>(filters: impl IntoIterator<Item = F>) -> Self {
        Self::Or(filters.into_iter().collect())
    }

    /// Matches what this one does not match.
    ///
    /// Entries whose values the server cannot compare, since it does not know the attribute or the rule, match neither a
    /// filter nor its negation (RFC 4511 4.5.1.7).
    pub fn not(filter: impl Into<Self>) -> Self {
        Self::Not(Negated::from(filter.into()))
    }

    /// Matches everything: `(&)`, for servers that announce it as feature `1.3.6.1.4.1.4203.1.5.3` (RFC 4526).
    pub const fn absolute_true() -> Self {
        Self::And(Filters::EMPTY)
    }

    /// Matches nothing: `(|)`, for servers that announce it as feature `1.3.6.1.4.1.4203.1.5.3` (RFC 4526).
    pub const fn absolute_false() -> Self {
        Self::Or(Filters::EMPTY)
    }

    /// Matches entries with a value that equals this one.
    pub fn equality(attribute: impl Into<AttributeDescription>, value: impl Into<Value>) -> Self {
        Self::Equality(Assertion::new(attribute, value))
    }

    /// Matches entries that have the attribute.
    pub fn present(attribute: impl Into<AttributeDescription>) -> Self {
        Self::Present(attribute.into())
    }

    /// Begins a filter of the parts of a value; see [`SubstringsBuilder`].
    ///
    /// ```
    /// use ldapwire::model::Filter;
    ///
    /// let filter = Filter::substrings("cn").initial("B").any("J").last("n").build();
    /// assert_eq!(filter.to_string(), "(cn=B*J*n)");
    /// ```
    pub fn substrings(attribute: impl Into<AttributeDescription>) -> SubstringsBuilder {
        SubstringsBuilder::new(attribute.into())
    }

    /// Matches entries with a value that begins like this. If empty, that is every value.
    pub fn starts_with(attribute: impl Into<AttributeDescription>, value: impl Into<Value>) -> Self {
        Self::substrings(attribute).initial(value).build()
    }

    /// Matches entries with a value that contains this. If empty, that is every value.
    pub fn contains(attribute: impl Into<AttributeDescription>, value: impl Into<Value>) -> Self {
        Self::substrings(attribute).any(value).build()
    }

    /// Matches entries with a value that ends like this. If empty, that is every value.
    pub fn ends_with(attribute: impl Into<AttributeDescription>, value: impl Into<Value>) -> Self {
        Self::substrings(attribute).last(value).build()
    }

    /// Matches entries with a value that is this one or comes after it.
    pub fn greater_or_equal(attribute: impl Into<AttributeDescription>, value: impl Into<Value>) -> Self {
        Self::GreaterOrEqual(Assertion::new(attribute, value))
    }

    /// Matches entries with a value that is this one or comes before it.
    pub fn less_or_equal(attribute: impl Into<AttributeDescription>, value: impl Into<Value>) -> Self {
        Self::LessOrEqual(Assertion::new(attribute, value))
    }

    /// Matches entries with a value that the server takes to be similar.
    pub fn approximate(attribute: impl Into<AttributeDescription>, value: impl Into<Value>) -> Self {
        Self::Approximate(Assertion::new(attribute, value))
    }

    /// Returns what joins the members of an `and`, `or` or `not`, and these members.
    ///
    /// ```
    /// use ldapwire::model::{Filter, FilterGroup};
    ///
    /// let filter = Filter::parse("(|(cn=a)(cn=b))")?;
    /// assert!(matches!(filter.group(), Some((FilterGroup::Or, [_, _]))));
    /// # Ok::<(), ldapwire::model::FilterParseError>(())
    /// ```
    pub fn group(&self) -> Option<(FilterGroup, &[Self])> {
        match self {
            Self::And(filters) => Some((FilterGroup::And, filters)),
            Self::Or(filters) => Some((FilterGroup::Or, filters)),
            Self::Not(negated) => Some((FilterGroup::Not, negated.as_slice())),
            _ => None,
        }
    }

    /// Walks this filter and all filters within it, without recursion.
    ///
    /// ```
    /// use ldapwire::model::{Filter, FilterEvent};
    ///
    /// let filter = Filter::parse("(&(objectClass=person)(!(cn=a*)))")?;
    /// let items = filter.walk().filter(|event| matches!(event, FilterEvent::Item(_)));
    /// assert_eq!(items.count(), 2);
    /// # Ok::<(), ldapwire::model::FilterParseError>(())
    /// ```
    pub const fn walk(&self) -> FilterWalk<'_> {
        FilterWalk::new(self, Direction::Forward)
    }

    /// Walks like [`walk`](Self::walk), but the members of each group from the last to the first: for writers that
    /// begin at the end of a message.
    pub const fn walk_backward(&self) -> FilterWalk<'_> {
        FilterWalk::new(self, Direction::Backward)
    }

    /// Returns how deep filters are nested: 1 without `and`, `or` and `not`, which add 1 each.
    ///
    /// ```
    /// use ldapwire::model::Filter;
    ///
    /// assert_eq!(Filter::parse("(&(a=1)(!(b=2)))")?.depth(), 3);
    /// # Ok::<(), ldapwire::model::FilterParseError>(())
    /// ```
    pub fn depth(&self) -> usize {
        let mut walk = self.walk();
        let mut depth = 0;
        while let Some(event) = walk.next() {
            let own = walk.depth() + usize::from(matches!(event, FilterEvent::Item(_)));
            depth = depth.max(own);
        }
        depth
    }

    /// Copies all names and values out of the frame they are part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        let mut assembly = FilterAssembly::new();
        for event in self.walk() {
            match event {
                FilterEvent::Enter(group, _) => assembly.open(group),
                FilterEvent::Item(item) => assembly.add(item.detach_item()),
                FilterEvent::Leave(_) => assembly.close(),
            }
        }
        assembly.finish().unwrap_or_else(|| self.clone())
    }

    fn detach_item(&self) -> Self {
        match self {
            Self::And(_) | Self::Or(_) | Self::Not(_) => self.clone(),
            Self::Equality(assertion) => Self::Equality(assertion.detach()),
            Self::Substrings(substrings) => Self::Substrings(substrings.detach()),
            Self::GreaterOrEqual(assertion) => Self::GreaterOrEqual(assertion.detach()),
            Self::LessOrEqual(assertion) => Self::LessOrEqual(assertion.detach()),
            Self::Present(attribute) => Self::Present(attribute.detach()),
            Self::Approximate(assertion) => Self::Approximate(assertion.detach()),
            Self::Extensible(extensible) => Self::Extensible(extensible.detach()),
        }
    }

    /// Whether both are the same item; groups are not compared here.
    fn is_same_item(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Equality(left), Self::Equality(right))
            | (Self::GreaterOrEqual(left), Self::GreaterOrEqual(right))
            | (Self::LessOrEqual(left), Self::LessOrEqual(right))
            | (Self::Approximate(left), Self::Approximate(right)) => left == right,
            (Self::Substrings(left), Self::Substrings(right)) => left == right,
            (Self::Present(left), Self::Present(right)) => left == right,
            (Self::Extensible(left), Self::Extensible(right)) => left == right,
            _ => false,
        }
    }

    fn hash_item<H: Hasher>(&self, state: &mut H) {
        mem::discriminant(self).hash(state);
        match self {
            Self::And(_) | Self::Or(_) | Self::Not(_) => {}
            Self::Equality(assertion)
            | Self::GreaterOrEqual(assertion)
            | Self::LessOrEqual(assertion)
            | Self::Approximate(assertion) => assertion.hash(state),
            Self::Substrings(substrings) => substrings.hash(state),
            Self::Present(attribute) => attribute.hash(state),
            Self::Extensible(extensible) => extensible.hash(state),
        }
    }

    /// Takes the members out of a group that is about to be dropped.
    pub(super) fn take_members(&mut self) -> Option<Arc<Vec<Self>>> {
        match self {
            Self::And(filters) | Self::Or(filters) => filters.take(),
            Self::Not(negated) => negated.take(),
            _ => None,
        }
    }
}

impl PartialEq for Filter {
    fn eq(&self, other: &Self) -> bool {
        use FilterEvent::{Enter, Item, Leave};

        let (mut left, mut right) = (self.walk(), other.walk());
        loop {
            let is_same = match (left.next(), right.next()) {
                (None, None) => return true,
                (Some(Enter(left, left_members)), Some(Enter(right, right_members))) => {
                    left == right && left_members.len() == right_members.len()
                }
                (Some(Item(left)), Some(Item(right))) => left.is_same_item(right),
                // Groups that were entered together have as many members, so they are left together.
                (Some(Leave(_)), Some(Leave(_))) => true,
                _ => false,
            };
            if !is_same {
                return false;
            }
        }
    }
}

impl Eq for Filter {}

impl Hash for Filter {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for event in self.walk() {
            match event {
                FilterEvent::Enter(group, members) => (group, members.len()).hash(state),
                FilterEvent::Item(item) => item.hash_item(state),
                FilterEvent::Leave(_) => {}
            }
        }
    }
}

impl FromStr for Filter {
    type Err = FilterParseError;

    fn from_str(text: &str) -> Result<Self, FilterParseError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for Filter {
    type Error = FilterParseError;

    fn try_from(text: &str) -> Result<Self, FilterParseError> {
        Self::parse(text)
    }
}

impl From<Substrings> for Filter {
    fn from(substrings: Substrings) -> Self {
        Self::Substrings(substrings)
    }
}

impl From<&Self> for Filter {
    fn from(filter: &Self) -> Self {
        filter.clone()
    }
}

#[cfg(test)]
mod tests;
