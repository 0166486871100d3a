//! What all kinds of definitions have in common.

use std::fmt;

use super::scan::{Mode, Scanner};
use super::{DefinitionExpected, DefinitionKind, DefinitionParseError, Extension, Tolerated};
use crate::model::LdapString;

/// One of the eight kinds of definitions: what they have in common.
///
/// A definition is read from text and printed by `Display` in the form of RFC 4512. **What is printed is read again as an
/// equal definition.** Each type has [`parse`](Self::parse) and [`parse_strict`](Self::parse_strict) as methods of its
/// own, too, so that this trait need not be imported for them.
pub trait Definition: Sized + Clone + PartialEq + fmt::Debug + fmt::Display {
    /// The kind.
    const KIND: DefinitionKind;

    /// How many octets of text are read: definitions have some hundreds. Text beyond is refused before it is looked at.
    const MAX_LENGTH: usize = 1024 * 1024;

    /// How many names, values and references one definition may have, so that a text of [`MAX_LENGTH`](Self::MAX_LENGTH)
    /// cannot become a hundred times as much memory. The largest classes in use have some hundreds.
    const MAX_ELEMENTS: usize = 16 * 1024;

    /// Reads the fields; `text` is what all strings of the definition are slices of.
    #[doc(hidden)]
    fn read(scanner: &mut Scanner<'_>) -> Result<Self, DefinitionParseError>;

    /// Returns the identifier: an object identifier, the number of a DIT structure rule, or whatever came instead.
    fn identifier(&self) -> &str;

    /// Returns the identifier as a part of the text that was read.
    #[doc(hidden)]
    fn shared_identifier(&self) -> LdapString;

    /// Returns the short names; syntaxes have none.
    fn names(&self) -> &[LdapString];

    /// Returns the description.
    fn description(&self) -> Option<&str>;

    /// Whether the definition is no longer in use; syntaxes cannot say so.
    fn is_obsolete(&self) -> bool;

    /// Returns the `X-` keywords with their values.
    fn extensions(&self) -> &[Extension];

    /// Returns the values of an `X-` keyword, ASCII letters in either case.
    fn extension(&self, name: &str) -> Option<&[LdapString]> {
        let found = self.extensions().iter().find(|extension| extension.name.eq_ignore_ascii_case(name));
        found.map(|extension| extension.values.as_slice())
    }

    /// Returns the first short name, or the identifier where there is none: how people call it.
    fn name(&self) -> &str {
        self.names().first().map_or_else(|| self.identifier(), LdapString::as_str)
    }

    /// Whether this is one of its names, or its identifier.
    fn is_called(&self, name: &str) -> bool {
        self.identifier().eq_ignore_ascii_case(name)
            || self.names().iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Reads a definition, and what servers make of the grammar: every [`Tolerance`](super::Tolerance).
    ///
    /// # Errors
    ///
    /// The text is no definition of this kind, or passes a limit; the error says where.
    fn parse(text: &str) -> Result<Self, DefinitionParseError> {
        Self::parse_noting(text).map(|(definition, _)| definition)
    }

    /// Reads a definition that keeps to the grammar.
    ///
    /// # Errors
    ///
    /// The text is no definition of this kind to the letter, or passes a limit; the error says where.
    fn parse_strict(text: &str) -> Result<Self, DefinitionParseError> {
        scan(text, Mode::Strict).map(|(definition, _)| definition)
    }

    /// Reads like [`parse`](Self::parse), and tells which liberties the text took.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    fn parse_noting(text: &str) -> Result<(Self, Tolerated), DefinitionParseError> {
        scan(text, Mode::Lenient)
    }

    /// Reads like [`parse_noting`](Self::parse_noting), without a copy of the text.
    #[doc(hidden)]
    fn parse_shared(text: &LdapString) -> Result<(Self, Tolerated), DefinitionParseError> {
        scan(text, Mode::Lenient)
    }
}

fn scan<D: Definition>(
    text: impl AsRef<[u8]> + Into<LdapString>,
    mode: Mode,
) -> Result<(D, Tolerated), DefinitionParseError> {
    let octets = text.as_ref();
    if octets.len() > D::MAX_LENGTH {
        return Err(DefinitionParseError::new(octets, D::MAX_LENGTH, DefinitionExpected::ShorterText));
    }
    let source = text.into();
    let mut scanner = Scanner::new(&source, mode, D::MAX_ELEMENTS);
    scanner.open()?;
    let definition = D::read(&mut scanner)?;
    Ok((definition, scanner.finish()))
}

/// Gives a kind of definition the methods that people look for on the type itself, and its text form. The file that
/// uses it has a function `read`; `identifier` is the field that a definition begins with.
macro_rules! definition {
    ($type:ident, $identifier:ident $(, $nameless:ident)?) => {
        impl $type {
            /// Reads a definition, and what servers make of the grammar: every
            /// [`Tolerance`](crate::schema::Tolerance).
            ///
            /// # Errors
            ///
            /// The text is no definition of this kind, or passes a limit; the error says where.
            pub fn parse(text: &str) -> Result<Self, $crate::schema::DefinitionParseError> {
                <Self as $crate::schema::Definition>::parse(text)
            }

            /// Reads a definition that keeps to the grammar.
            ///
            /// # Errors
            ///
            /// The text is no definition of this kind to the letter, or passes a limit; the error says where.
            pub fn parse_strict(text: &str) -> Result<Self, $crate::schema::DefinitionParseError> {
                <Self as $crate::schema::Definition>::parse_strict(text)
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::schema::DefinitionParseError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl $crate::schema::Definition for $type {
            const KIND: $crate::schema::DefinitionKind = $crate::schema::DefinitionKind::$type;

            fn read(
                scanner: &mut super::scan::Scanner<'_>,
            ) -> Result<Self, $crate::schema::DefinitionParseError> {
                read(scanner)
            }

            fn identifier(&self) -> &str {
                self.$identifier.as_ref()
            }

            fn shared_identifier(&self) -> $crate::model::LdapString {
                self.$identifier.clone().into()
            }

            fn description(&self) -> Option<&str> {
                self.description.as_deref()
            }

            fn extensions(&self) -> &[$crate::schema::Extension] {
                &self.extensions
            }

            definition!(@names $($nameless)?);
        }
    };
    (@names) => {
        fn names(&self) -> &[$crate::model::LdapString] {
            &self.names
        }

        fn is_obsolete(&self) -> bool {
            self.is_obsolete
        }
    };
    (@names nameless) => {
        fn names(&self) -> &[$crate::model::LdapString] {
            &[]
        }

        fn is_obsolete(&self) -> bool {
            false
        }
    };
}

pub(super) use definition;
