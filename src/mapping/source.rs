//! Where attributes come from: an entry of one's own, or one that a search found, in place.

use std::slice;

use crate::model::{Entry, Value};
use crate::proto::{SearchResultEntry, Values};

/// An entry of either kind.
pub(super) trait Source {
    /// The values of an attribute, of which those that were walked are gone.
    type Values<'de>: SourceValues<'de>
    where
        Self: 'de;

    fn dn(&self) -> &str;

    /// Walks the descriptions, which are UTF-8, and the values. Text is made of a description only where it is needed.
    fn attributes(&self) -> impl Iterator<Item = (&[u8], Self::Values<'_>)>;
}

/// What walks the values of an attribute; the default walks none.
pub(super) trait SourceValues<'de>: Iterator<Item = &'de [u8]> + Clone + Default {
    /// Whether none is left.
    fn is_empty(&self) -> bool;
}

impl Source for Entry {
    type Values<'de> = OwnValues<'de>;

    fn dn(&self) -> &str {
        Self::dn(self)
    }

    #[inline]
    fn attributes(&self) -> impl Iterator<Item = (&[u8], OwnValues<'_>)> {
        Self::attributes(self).iter().map(|attribute| {
            (attribute.description().as_str().as_bytes(), OwnValues(attribute.values().iter()))
        })
    }
}

/// The values of an attribute of one's own.
#[derive(Clone, Default)]
pub(super) struct OwnValues<'de>(slice::Iter<'de, Value>);

impl<'de> Iterator for OwnValues<'de> {
    type Item = &'de [u8];

    #[inline]
    fn next(&mut self) -> Option<&'de [u8]> {
        self.0.next().map(Value::as_bytes)
    }
}

impl<'de> SourceValues<'de> for OwnValues<'de> {
    #[inline]
    fn is_empty(&self) -> bool {
        self.0.as_slice().is_empty()
    }
}

impl Source for SearchResultEntry {
    type Values<'de> = Values<'de>;

    fn dn(&self) -> &str {
        Self::dn(self)
    }

    #[inline]
    fn attributes(&self) -> impl Iterator<Item = (&[u8], Values<'_>)> {
        Self::attributes(self).map(|attribute| (attribute.description_octets(), attribute.values()))
    }
}

impl<'de> SourceValues<'de> for Values<'de> {
    #[inline]
    fn is_empty(&self) -> bool {
        Values::is_empty(self)
    }
}
