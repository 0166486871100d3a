//! Where attributes come from: an entry of one's own, or one that a search found, in place.

use std::slice;

use crate::model::{Attribute, Entry, Value};
use crate::proto::{Attributes, SearchResultEntry, Values};

/// An entry of either kind.
#[derive(Clone, Copy)]
pub(super) enum Source<'de> {
    Entry(&'de Entry),
    Found(&'de SearchResultEntry),
}

/// Its attributes, of which those that were walked are gone.
pub(super) enum SourceAttributes<'de> {
    Entry(slice::Iter<'de, Attribute>),
    Found(Attributes<'de>),
}

/// The values of an attribute, of which those that were walked are gone.
#[derive(Clone)]
pub(super) enum SourceValues<'de> {
    Entry(slice::Iter<'de, Value>),
    Found(Values<'de>),
    /// The name of an entry, which a map takes as an attribute of one value.
    Name(Option<&'de str>),
}

impl<'de> Source<'de> {
    pub(super) fn dn(self) -> &'de str {
        match self {
            Self::Entry(entry) => entry.dn(),
            Self::Found(entry) => entry.dn(),
        }
    }

    pub(super) fn attributes(self) -> SourceAttributes<'de> {
        match self {
            Self::Entry(entry) => SourceAttributes::Entry(entry.attributes().iter()),
            Self::Found(entry) => SourceAttributes::Found(entry.attributes()),
        }
    }
}

impl<'de> Iterator for SourceAttributes<'de> {
    type Item = (&'de str, SourceValues<'de>);

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Entry(attributes) => {
                let attribute = attributes.next()?;
                let values = SourceValues::Entry(attribute.values().iter());
                Some((attribute.description().as_str(), values))
            }
            Self::Found(attributes) => {
                let attribute = attributes.next()?;
                Some((attribute.description(), SourceValues::Found(attribute.values())))
            }
        }
    }
}

impl<'de> Iterator for SourceValues<'de> {
    type Item = &'de [u8];

    fn next(&mut self) -> Option<&'de [u8]> {
        match self {
            Self::Entry(values) => values.next().map(Value::as_bytes),
            Self::Found(values) => values.next(),
            Self::Name(name) => name.take().map(str::as_bytes),
        }
    }
}
