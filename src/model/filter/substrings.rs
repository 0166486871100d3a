//! `SubstringFilter`: parts of a value in their order.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::Filter;
use crate::model::{AttributeDescription, Value};

/// An attribute and the parts that one of its values must have, in this order and without overlap.
///
/// ```text
/// SubstringFilter ::= SEQUENCE {
///      type           AttributeDescription,
///      substrings     SEQUENCE SIZE (1..MAX) OF substring CHOICE {
///           initial [0] AssertionValue,  -- can occur at most once
///           any     [1] AssertionValue,
///           final   [2] AssertionValue } -- can occur at most once
///      }                                                        (RFC 4511 4.5.1.7.2)
/// ```
///
/// There is always at least one part, the initial one is the first and the final one is the last: there is no way to
/// make one otherwise. [`Filter::substrings`] begins to build one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Substrings {
    attribute: AttributeDescription,
    /// Shared, so that cloning costs the same however many there are.
    parts: Arc<Parts>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Parts {
    initial: Option<Value>,
    any: Vec<Value>,
    last: Option<Value>,
}

impl Substrings {
    /// Takes the parts as they stand in a message, empty ones too.
    ///
    /// # Errors
    ///
    /// There is no part, or an initial or final one stands in the wrong place.
    ///
    /// ```
    /// use ldapwire::model::{Filter, Substring, Substrings, SubstringsError};
    ///
    /// let parts = [Substring::Initial("univ"), Substring::Any("of"), Substring::Any("mich")];
    /// assert_eq!(Filter::from(Substrings::from_parts("o", parts)?), Filter::parse("(o=univ*of*mich*)")?);
    ///
    /// let parts = [Substring::Any("of"), Substring::Initial("univ")];
    /// assert_eq!(Substrings::from_parts("o", parts), Err(SubstringsError::InitialNotFirst));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_parts<V: Into<Value>>(
        attribute: impl Into<AttributeDescription>,
        parts: impl IntoIterator<Item = Substring<V>>,
    ) -> Result<Self, SubstringsError> {
        let mut taken = Parts::default();
        for part in parts {
            if taken.last.is_some() {
                return Err(SubstringsError::FinalNotLast);
            }
            match part {
                Substring::Initial(value) if taken.is_empty() => taken.initial = Some(value.into()),
                Substring::Initial(_) => return Err(SubstringsError::InitialNotFirst),
                Substring::Any(value) => taken.any.push(value.into()),
                Substring::Final(value) => taken.last = Some(value.into()),
            }
        }
        if taken.is_empty() {
            return Err(SubstringsError::NoPart);
        }
        Ok(Self { attribute: attribute.into(), parts: Arc::new(taken) })
    }

    /// Returns the attribute.
    pub const fn attribute(&self) -> &AttributeDescription {
        &self.attribute
    }

    /// Returns what the value begins with.
    pub fn initial(&self) -> Option<&Value> {
        self.parts.initial.as_ref()
    }

    /// Returns what the value contains in between.
    pub fn any(&self) -> &[Value] {
        &self.parts.any
    }

    /// Returns what the value ends with: the `final` part.
    pub fn last(&self) -> Option<&Value> {
        self.parts.last.as_ref()
    }

    /// Walks the parts in the order of the message.
    pub fn parts(&self) -> impl DoubleEndedIterator<Item = Substring<&Value>> {
        let initial = self.initial().map(Substring::Initial).into_iter();
        let any = self.any().iter().map(Substring::Any);
        initial.chain(any).chain(self.last().map(Substring::Final))
    }

    /// As [`parts`](Self::parts), as octets.
    pub(crate) fn octets(&self) -> impl DoubleEndedIterator<Item = Substring<&[u8]>> {
        self.parts().map(|part| part.map(Value::as_bytes))
    }

    /// Copies everything out of the frame it is part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        let parts = Parts {
            initial: self.initial().map(Value::detach),
            any: self.any().iter().map(Value::detach).collect(),
            last: self.last().map(Value::detach),
        };
        Self { attribute: self.attribute.detach(), parts: Arc::new(parts) }
    }
}

impl Parts {
    const fn is_empty(&self) -> bool {
        self.initial.is_none() && self.any.is_empty() && self.last.is_none()
    }
}

/// One part of [`Substrings`], as it stands in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Substring<V> {
    /// What the value begins with.
    Initial(V),
    /// What it contains somewhere behind the part before.
    Any(V),
    /// What it ends with.
    Final(V),
}

impl<V> Substring<V> {
    /// Returns the same part, whose value is borrowed.
    pub const fn as_ref(&self) -> Substring<&V> {
        match self {
            Self::Initial(value) => Substring::Initial(value),
            Self::Any(value) => Substring::Any(value),
            Self::Final(value) => Substring::Final(value),
        }
    }

    /// Returns a part of the same kind whose value is made of this one.
    pub fn map<U>(self, change: impl FnOnce(V) -> U) -> Substring<U> {
        match self {
            Self::Initial(value) => Substring::Initial(change(value)),
            Self::Any(value) => Substring::Any(change(value)),
            Self::Final(value) => Substring::Final(change(value)),
        }
    }
}

/// Collects the parts of a substring filter: see [`Filter::substrings`].
///
/// **An empty part is left out, since every value has it. If no other is left, the result is a
/// [presence](Filter::Present) filter**, which matches the same entries: there is no `substrings` without a part.
///
/// ```
/// use ldapwire::model::Filter;
///
/// let filter = Filter::substrings("o").initial("univ").any("of").any("mich").build();
/// assert_eq!(filter.to_string(), "(o=univ*of*mich*)");
/// assert_eq!(Filter::substrings("o").any("").build(), Filter::present("o"));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SubstringsBuilder {
    attribute: AttributeDescription,
    parts: Parts,
}

impl SubstringsBuilder {
    pub(super) fn new(attribute: AttributeDescription) -> Self {
        Self { attribute, parts: Parts::default() }
    }

    /// Sets what the value begins with. Default anything.
    pub fn initial(mut self, value: impl Into<Value>) -> Self {
        self.parts.initial = Some(value.into()).filter(|value| !value.is_empty());
        self
    }

    /// Adds what the value contains behind what was added before. Default nothing.
    pub fn any(mut self, value: impl Into<Value>) -> Self {
        self.parts.any.extend(Some(value.into()).filter(|value| !value.is_empty()));
        self
    }

    /// Sets what the value ends with: the `final` part. Default anything.
    pub fn last(mut self, value: impl Into<Value>) -> Self {
        self.parts.last = Some(value.into()).filter(|value| !value.is_empty());
        self
    }

    /// Makes the filter.
    #[must_use]
    pub fn build(self) -> Filter {
        if self.parts.is_empty() {
            return Filter::Present(self.attribute);
        }
        Filter::Substrings(Substrings { attribute: self.attribute, parts: Arc::new(self.parts) })
    }
}

impl From<SubstringsBuilder> for Filter {
    fn from(builder: SubstringsBuilder) -> Self {
        builder.build()
    }
}

/// Why parts are no [`Substrings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SubstringsError {
    /// There is none.
    NoPart,
    /// Another part comes before an initial one.
    InitialNotFirst,
    /// Another part comes after a final one.
    FinalNotLast,
}

impl fmt::Display for SubstringsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoPart => "substrings: expected at least one part, found none",
            Self::InitialNotFirst => "substrings: expected an initial part first, found it after another",
            Self::FinalNotLast => "substrings: expected a final part last, found another after it",
        })
    }
}

impl Error for SubstringsError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_keep_the_order_that_a_message_must_have() {
        use Substring::{Any, Final, Initial};
        use SubstringsError::{FinalNotLast, InitialNotFirst, NoPart};
        let refused = |parts: &[Substring<&str>]| Substrings::from_parts("cn", parts.to_vec()).unwrap_err();
        assert_eq!(refused(&[]), NoPart);
        assert_eq!(refused(&[Initial("a"), Initial("b")]), InitialNotFirst);
        assert_eq!(refused(&[Any("a"), Initial("b")]), InitialNotFirst);
        assert_eq!(refused(&[Final("a"), Final("b")]), FinalNotLast);
        assert_eq!(refused(&[Final("a"), Any("b")]), FinalNotLast);
        assert_eq!(refused(&[Final("a"), Initial("b")]), FinalNotLast);
    }

    #[test]
    fn parts_are_walked_from_both_ends_as_they_were_given() {
        use Substring::{Any, Final, Initial};
        for parts in [
            vec![Initial("a"), Any("b"), Any("c"), Final("d")],
            vec![Initial("a")],
            vec![Any("")],
            vec![Final("a")],
        ] {
            let substrings = Substrings::from_parts("cn", parts.clone()).unwrap();
            let values = parts.iter().map(|part| match *part {
                Initial(text) => Initial(Value::from(text)),
                Any(text) => Any(Value::from(text)),
                Final(text) => Final(Value::from(text)),
            });
            let values: Vec<_> = values.collect();
            assert!(substrings.parts().eq(values.iter().map(|part| match part {
                Initial(value) => Initial(value),
                Any(value) => Any(value),
                Final(value) => Final(value),
            })));
            assert_eq!(substrings.parts().rev().count(), parts.len());
            assert_eq!(substrings.detach(), substrings);
        }
    }

    #[test]
    fn empty_parts_are_left_out_when_building() {
        let built = Filter::substrings("cn").initial("").any("").any("b").last("").build();
        assert_eq!(built, Filter::contains("cn", "b"));
        assert_eq!(Filter::substrings("cn").initial("").last("").build(), Filter::present("cn"));
        assert_eq!(Filter::substrings("cn").build(), Filter::present("cn"));
    }
}
