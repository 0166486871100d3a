//! What a directory holds: classes, attributes, syntaxes and matching rules (RFC 4512, 4517, 4518).
//!
//! Begin with [`Schema`]: what a server publishes, or [`Schema::standard`], where no server is asked. It finds
//! definitions by name or object identifier and knows what they inherit.
//!
//! | part | holds |
//! |---|---|
//! | `definition` | the eight kinds of definitions, read and printed |
//! | `subschema`, `table`, `builder`, `text` | [`Schema`], its indexes, and where it comes from |
//! | `attribute`, `class` | an attribute type and an object class with all they inherit |
//! | `problem`, `check`, `diff` | what is wrong with a schema, and how two of them differ |
//! | `syntax` | the forms of values: [`Syntax`] |
//! | `prepare` | the preparation of strings: [`Preparation`] |
//! | `matching` | how values compare: [`Rule`] |
//! | `compare`, `rules`, `validate`, `entry_fault` | names and entries compared, put to filters, and checked |
//! | `builtin` | [`Schema::standard`]: the definitions of the standards, as files |
//!
//! Nothing here knows a server: schemas come as entries, as texts or as files that somebody else has read.

mod attribute;
mod builder;
mod builtin;
mod check;
mod class;
mod compare;
mod definition;
mod diff;
mod entry_fault;
mod matching;
mod prepare;
mod problem;
mod resolve;
mod rules;
mod subschema;
mod syntax;
mod table;
mod text;
mod validate;

pub use attribute::AttributeTypeRef;
pub use builder::SchemaBuilder;
pub use builtin::BuiltinSchema;
pub use class::ObjectClassRef;
pub use definition::{
    AttributeType, AttributeUsage, Definition, DefinitionExpected, DefinitionKind, DefinitionParseError,
    DitContentRule, DitStructureRule, Extension, LdapSyntax, MatchingRule, MatchingRuleUse, NameForm,
    ObjectClass, ObjectClassKind, SyntaxReference, Tolerance, Tolerated,
};
pub use diff::SchemaDifference;
pub use entry_fault::EntryFault;
#[cfg(feature = "directory")]
pub(crate) use matching::dn_key_above;
pub use matching::{Key, PreparedParts, Rule, RulePurpose, Undefined};
pub use prepare::{Preparation, PreparationError, SubstringPart};
pub use problem::{SchemaFault, SchemaProblem, Severity};
pub use subschema::Schema;
pub use syntax::{
    CertificateExactAssertion, CertificateListExactAssertion, GeneralizedTime, Refinement, SpecificExclusion,
    SubtreeSpecification, Syntax, SyntaxError,
};

#[cfg(test)]
mod tests;
