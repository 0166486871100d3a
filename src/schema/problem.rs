//! What is wrong with a schema.

use std::fmt;

use super::{Definition, DefinitionKind, DefinitionParseError, Tolerance};
use crate::model::LdapString;

/// Something that is wrong with one definition of a schema. The schema can be used all the same: the text says what
/// was made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaProblem {
    kind: DefinitionKind,
    definition: LdapString,
    fault: SchemaFault,
}

impl SchemaProblem {
    pub(super) fn new(kind: DefinitionKind, definition: &str, fault: SchemaFault) -> Self {
        Self { kind, definition: definition.into(), fault }
    }

    pub(super) fn unresolved<D: Definition>(
        definition: &D,
        keyword: &'static str,
        reference: &LdapString,
    ) -> Self {
        let fault = SchemaFault::Unresolved { keyword, reference: reference.clone() };
        Self::new(D::KIND, definition.name(), fault)
    }

    /// Returns the kind of the definition.
    pub const fn kind(&self) -> DefinitionKind {
        self.kind
    }

    /// Returns the first name or the identifier of the definition, or the beginning of a text that is none.
    pub fn definition(&self) -> &str {
        &self.definition
    }

    /// Returns what is wrong.
    pub const fn fault(&self) -> &SchemaFault {
        &self.fault
    }

    /// Returns how much that matters.
    pub const fn severity(&self) -> Severity {
        self.fault.severity()
    }
}

impl fmt::Display for SchemaProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.kind, self.definition, self.fault)
    }
}

/// How much a problem of a schema matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// A liberty with the grammar. Nothing is lost.
    Note,
    /// Something that the standard forbids, and that can be lived with.
    Warning,
    /// A definition, or a part of it, was left out.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        })
    }
}

/// What can be wrong with a definition of a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SchemaFault {
    /// The text is no definition; it was left out.
    Malformed(DefinitionParseError),
    /// The text is no UTF-8; it was left out.
    NotUtf8,
    /// The text takes a liberty with the grammar, at this offset in octets.
    Tolerated(Tolerance, usize),
    /// The schema has [`MAX_DEFINITIONS`](super::SchemaBuilder::MAX_DEFINITIONS) already; this one was left out.
    TooMany,
    /// Another definition has the identifier and says something else; this one was left out.
    IdentifierTaken,
    /// Another definition has the name and keeps it; this one is found by its identifier.
    NameTaken {
        /// The name.
        name: LdapString,
        /// The identifier of the other definition.
        by: LdapString,
    },
    /// A reference to what the schema does not have.
    Unresolved {
        /// The keyword before the reference.
        keyword: &'static str,
        /// The reference.
        reference: LdapString,
    },
    /// The definition inherits from itself by way of this superior, which was left out.
    Cycle(LdapString),
    /// An attribute type with neither `SYNTAX` nor `SUP`: "Each attribute type description must contain at least one of
    /// the SUP or SYNTAX fields" (RFC 4512 4.1.2).
    NoSyntax,
    /// "COLLECTIVE requires usage userApplications" (RFC 4512 4.1.2).
    CollectiveOperational,
    /// "NO-USER-MODIFICATION requires an operational usage" (RFC 4512 4.1.2).
    UnmodifiableUserAttribute,
    /// "A subtype has the same usage as its direct supertype" (RFC 4512 2.5.1), and here it has not.
    UsageDiffers,
    /// "A subtype must be collective \[RFC3671\] if its supertype is collective" (RFC 4512 2.5.1), and here it is not.
    NotCollective,
    /// "A subtype's syntax must be the same, or a refinement of, its supertype's syntax" (RFC 4512 2.5.1), and here it is
    /// neither.
    SyntaxDiffers,
    /// "Each structural object class is a (direct or indirect) subclass of the 'top' abstract object class" (RFC 4512
    /// 2.4.2), and here it is not.
    NotBelowTop,
    /// "Structural object classes cannot subclass auxiliary object classes" (RFC 4512 2.4.2), nor auxiliary ones
    /// structural ones, nor abstract ones other than abstract ones.
    SuperiorKind(LdapString),
    /// An attribute that is both required and allowed, or required and precluded, where the lists must differ
    /// (RFC 4512 4.1.6 and 4.1.7.2).
    ListsOverlap(LdapString),
    /// A class is not of the kind that it has to be here: structural in a name form and a content rule, auxiliary in
    /// the list of those that a content rule allows.
    ClassKind(LdapString),
}

impl SchemaFault {
    /// Returns how much it matters.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::Tolerated(..) => Severity::Note,
            Self::Malformed(_)
            | Self::NotUtf8
            | Self::TooMany
            | Self::IdentifierTaken
            | Self::NameTaken { .. }
            | Self::Cycle(_) => Severity::Error,
            _ => Severity::Warning,
        }
    }
}

impl fmt::Display for SchemaFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "{error}; left out"),
            Self::NotUtf8 => f.write_str("expected UTF-8; left out"),
            Self::Tolerated(tolerance, position) => write!(f, "{tolerance} at offset {position}"),
            Self::TooMany => f.write_str("expected at most 65536 definitions; left out"),
            Self::IdentifierTaken => {
                f.write_str("another definition has the same identifier and says something else; left out")
            }
            Self::NameTaken { name, by } => {
                write!(f, "{by} has the name '{name}'; found by its identifier only")
            }
            Self::Unresolved { keyword, reference } => {
                write!(f, "{keyword} refers to '{reference}', which is not defined")
            }
            Self::Cycle(superior) => {
                write!(f, "inherits from itself by way of '{superior}'; left out as superior")
            }
            Self::NoSyntax => f.write_str("expected SYNTAX or SUP"),
            Self::CollectiveOperational => f.write_str("COLLECTIVE goes with usage userApplications only"),
            Self::UnmodifiableUserAttribute => {
                f.write_str("NO-USER-MODIFICATION goes with an operational usage only")
            }
            Self::UsageDiffers => f.write_str("expected the usage of the supertype"),
            Self::NotCollective => f.write_str("expected COLLECTIVE, as in the supertype"),
            Self::SyntaxDiffers => f.write_str("expected the syntax of the supertype, or a refinement of it"),
            Self::NotBelowTop => f.write_str("expected 'top' among the superclasses of a structural class"),
            Self::SuperiorKind(superior) => {
                write!(f, "'{superior}' is of a kind that cannot be its superior")
            }
            Self::ListsOverlap(attribute) => {
                write!(f, "'{attribute}' is in two lists that exclude each other")
            }
            Self::ClassKind(class) => write!(f, "'{class}' is of a kind that cannot stand here"),
        }
    }
}
