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
//!
//! Nothing here knows a server: schemas come as entries, as texts or as files that somebody else has read.

mod attribute;
mod builder;
mod check;
mod class;
mod definition;
mod diff;
mod problem;
mod resolve;
mod subschema;
mod table;
mod text;

pub use attribute::AttributeTypeRef;
pub use builder::SchemaBuilder;
pub use class::ObjectClassRef;
pub use definition::{
    AttributeType, AttributeUsage, Definition, DefinitionExpected, DefinitionKind, DefinitionParseError,
    DitContentRule, DitStructureRule, Extension, LdapSyntax, MatchingRule, MatchingRuleUse, NameForm,
    ObjectClass, ObjectClassKind, SyntaxReference, Tolerance, Tolerated,
};
pub use diff::SchemaDifference;
pub use problem::{SchemaFault, SchemaProblem, Severity};
pub use subschema::Schema;

#[cfg(test)]
mod tests;
