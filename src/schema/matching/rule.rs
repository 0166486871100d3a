//! A matching rule that is known here.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::registry::ALL;
use super::{Key, PreparedParts, Undefined};
use crate::model::Substring;
use crate::schema::syntax::Syntax;
use crate::schema::{Preparation, Schema};

/// A matching rule that is known here: it can compare.
///
/// The definition of a rule, which a server publishes, is a [`MatchingRule`](crate::schema::MatchingRule). Rules take the
/// schema along, since some ask it what a name stands for and how naming attributes compare.
///
/// ```
/// use ldapwire::schema::{Rule, Schema};
///
/// let schema = Schema::empty();
/// let rule = Rule::find("caseIgnoreMatch").expect("it is known");
/// assert_eq!(rule.matches(&schema, b"Babs  Jensen", b"babs jensen"), Ok(true));
/// assert_eq!(rule.key(&schema, b"Babs")?, rule.key(&schema, b" BABS ")?);
///
/// let rule = Rule::find("integerOrderingMatch").expect("it is known");
/// assert_eq!(rule.matches(&schema, b"9", b"10"), Ok(true), "9 comes before 10");
/// # Ok::<(), ldapwire::schema::Undefined>(())
/// ```
#[derive(Clone, Copy)]
pub struct Rule(&'static Entry);

/// What a rule is meant for in the definition of an attribute type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RulePurpose {
    /// `EQUALITY`: whether two values are the same.
    Equality,
    /// `ORDERING`: whether a value comes before another one.
    Ordering,
    /// `SUBSTR`: whether a value has certain parts.
    Substrings,
    /// Only extensible filters.
    Other,
}

pub(super) struct Entry {
    pub(super) oid: &'static str,
    pub(super) name: &'static str,
    /// The syntax of asserted values.
    pub(super) syntax: &'static str,
    /// The syntaxes of the values that it compares them with.
    pub(super) applies: &'static [&'static str],
    pub(super) algorithm: Algorithm,
}

/// From a value to what it is compared by.
pub(super) type KeyFunction = fn(&Schema, &[u8]) -> Result<Key, Undefined>;

/// Whether a value has parts.
pub(super) type SubstringsFunction = fn(&[u8], &[Substring<&str>]) -> Result<bool, Undefined>;

pub(super) enum Algorithm {
    /// Keys are equal.
    Equality(KeyFunction),
    /// A part of the value and the assertion have equal keys.
    Component { value: KeyFunction, assertion: KeyFunction },
    /// The key of the value comes before that of the assertion.
    Ordering(KeyFunction),
    /// The value has the parts, when both are prepared.
    Substrings(Parts),
    /// Whatever else.
    Other(fn(&[u8], &[u8]) -> Result<bool, Undefined>),
}

/// How parts are found.
pub(super) enum Parts {
    /// Value and parts are prepared so.
    Of(Preparation),
    /// The value is more than one string.
    By(SubstringsFunction),
}

impl Rule {
    /// `octetStringMatch`, by which all values can be compared.
    pub const OCTET_STRING: Self = Self(&super::octet_string::MATCH);

    /// Returns the rule of this name, ASCII letters in either case, or object identifier, if it is known.
    pub fn find(name: &str) -> Option<Self> {
        let mut entries = ALL.iter().flat_map(|family| family.iter());
        entries.find(|entry| entry.oid == name || entry.name.eq_ignore_ascii_case(name)).map(Self)
    }

    /// Walks all rules that are known.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.iter().flat_map(|family| family.iter()).map(Self)
    }

    /// Returns the object identifier.
    pub const fn oid(self) -> &'static str {
        self.0.oid
    }

    /// Returns the name.
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// Returns the object identifier of the syntax of asserted values.
    pub const fn assertion_syntax(self) -> &'static str {
        self.0.syntax
    }

    /// Tells whether the rule is one for values of the syntax with this object identifier.
    ///
    /// ```
    /// use ldapwire::schema::Rule;
    ///
    /// let rule = Rule::find("integerMatch").expect("it is known");
    /// assert!(rule.applies_to("1.3.6.1.4.1.1466.115.121.1.27"), "Integer");
    /// assert!(!rule.applies_to("1.3.6.1.4.1.1466.115.121.1.15"), "Directory String");
    /// ```
    pub fn applies_to(self, syntax: &str) -> bool {
        self.0.applies.contains(&syntax)
    }

    /// Returns what the rule is meant for.
    pub const fn purpose(self) -> RulePurpose {
        match self.0.algorithm {
            Algorithm::Equality(_) | Algorithm::Component { .. } => RulePurpose::Equality,
            Algorithm::Ordering(_) => RulePurpose::Ordering,
            Algorithm::Substrings(_) => RulePurpose::Substrings,
            Algorithm::Other(_) => RulePurpose::Other,
        }
    }

    /// Returns what a value of an attribute is compared by: equality and ordering rules have such a key.
    ///
    /// # Errors
    ///
    /// The value is none that the rule compares, or the rule has no keys.
    pub fn key(self, schema: &Schema, value: &[u8]) -> Result<Key, Undefined> {
        match self.0.algorithm {
            Algorithm::Equality(key) | Algorithm::Ordering(key) => key(schema, value),
            Algorithm::Component { value: key, .. } => key(schema, value),
            Algorithm::Substrings(_) | Algorithm::Other(_) => Err(Undefined::Purpose),
        }
    }

    /// Returns what an asserted value is compared by. It differs from [`key`](Self::key) where the assertion is only a
    /// component of the value.
    ///
    /// # Errors
    ///
    /// As [`key`](Self::key).
    pub fn assertion_key(self, schema: &Schema, assertion: &[u8]) -> Result<Key, Undefined> {
        match self.0.algorithm {
            Algorithm::Component { assertion: key, .. } => key(schema, assertion),
            _ => self.key(schema, assertion),
        }
    }

    /// Tells whether a value can be asserted: it is one of the [syntax](Self::assertion_syntax) of assertions, and one that the
    /// rule can compare.
    pub(in crate::schema) fn is_assertion(self, schema: &Schema, value: &[u8]) -> bool {
        let is_of_syntax = Syntax::find(self.0.syntax).is_none_or(|syntax| syntax.validate(value).is_ok());
        is_of_syntax
            && match self.0.algorithm {
                Algorithm::Substrings(_) | Algorithm::Other(_) => true,
                _ => self.assertion_key(schema, value).is_ok(),
            }
    }

    /// Tells whether a value of an attribute matches an assertion.
    ///
    /// By an ordering rule it does if it "appears earlier than" the assertion: greater-or-equal is the negation. By a
    /// substrings rule the assertion is a Substring Assertion, such as `a*b*`.
    ///
    /// # Errors
    ///
    /// The comparison is Undefined.
    pub fn matches(self, schema: &Schema, value: &[u8], assertion: &[u8]) -> Result<bool, Undefined> {
        match self.0.algorithm {
            Algorithm::Equality(_) | Algorithm::Component { .. } => {
                Ok(self.key(schema, value)? == self.assertion_key(schema, assertion)?)
            }
            Algorithm::Ordering(key) => Ok(key(schema, value)? < key(schema, assertion)?),
            Algorithm::Substrings(ref rule) => super::substrings::of_assertion(value, assertion, rule),
            Algorithm::Other(matches) => matches(value, assertion),
        }
    }

    /// Tells whether a value of an attribute has certain parts, in their order and without overlap; the rule is one for
    /// substrings.
    ///
    /// # Errors
    ///
    /// The comparison is Undefined.
    ///
    /// ```
    /// use ldapwire::model::Substring;
    /// use ldapwire::schema::Rule;
    ///
    /// let rule = Rule::find("caseIgnoreSubstringsMatch").expect("it is known");
    /// let parts = [Substring::Initial(b"ba".as_slice()), Substring::Final(b"SEN")];
    /// assert_eq!(rule.matches_substrings(b"Babs Jensen", parts), Ok(true));
    /// # Ok::<(), ldapwire::schema::Undefined>(())
    /// ```
    pub fn matches_substrings<'a>(
        self,
        value: &[u8],
        parts: impl IntoIterator<Item = Substring<&'a [u8]>>,
    ) -> Result<bool, Undefined> {
        match self.0.algorithm {
            Algorithm::Substrings(ref rule) => PreparedParts::new(rule, parts)?.are_in(value),
            _ => Err(Undefined::Purpose),
        }
    }

    /// Makes the parts of an assertion ready for many values; the rule is one for substrings.
    ///
    /// # Errors
    ///
    /// The comparison is Undefined for every value.
    pub fn prepare_substrings<'a>(
        self,
        parts: impl IntoIterator<Item = Substring<&'a [u8]>>,
    ) -> Result<PreparedParts, Undefined> {
        match self.0.algorithm {
            Algorithm::Substrings(ref rule) => PreparedParts::new(rule, parts),
            _ => Err(Undefined::Purpose),
        }
    }

    /// Returns the order of two values of an attribute.
    ///
    /// # Errors
    ///
    /// One of them is none that the rule compares, or the rule is not one for ordering.
    pub fn compare(self, schema: &Schema, left: &[u8], right: &[u8]) -> Result<Ordering, Undefined> {
        match self.0.algorithm {
            Algorithm::Ordering(key) => Ok(key(schema, left)?.cmp(&key(schema, right)?)),
            _ => Err(Undefined::Purpose),
        }
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.0.oid == other.0.oid
    }
}

impl Eq for Rule {}

impl Hash for Rule {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.oid.hash(state);
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rule({})", self.0.name)
    }
}
