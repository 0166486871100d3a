//! The eight kinds of definitions that a schema consists of (RFC 4512 4.1), read and printed.
//!
//! | file | holds |
//! |---|---|
//! | `kind` | the kinds, and the attributes that hold them |
//! | `element` | what all of them have in common |
//! | `scan`, `octet` | the grammar below the level of a definition |
//! | `tolerance` | what is read although the grammar forbids it |
//! | `error` | where a text went wrong, and what was expected there |
//! | `print` | the way back |
//! | `attribute_type` and its sisters | one kind each: grammar, type, both directions |
//!
//! **Keywords are read in either case**: words in quotes in a grammar stand for both (RFC 5234 2.3).
//!
//! For the next maintainer: a definition has no nesting beyond one list, so that nothing here recurses, and each octet
//! is looked at a fixed number of times. Strings are slices of the text that was read.

mod attribute_type;
mod dit_content_rule;
mod dit_structure_rule;
mod element;
mod error;
mod extension;
mod kind;
mod ldap_syntax;
mod matching_rule;
mod matching_rule_use;
mod name_form;
mod object_class;
mod octet;
mod print;
mod scan;
mod tolerance;

pub use attribute_type::{AttributeType, AttributeUsage, SyntaxReference};
pub use dit_content_rule::DitContentRule;
pub use dit_structure_rule::DitStructureRule;
pub use element::Definition;
pub use error::{DefinitionExpected, DefinitionParseError};
pub use extension::Extension;
pub use kind::DefinitionKind;
pub use ldap_syntax::LdapSyntax;
pub use matching_rule::MatchingRule;
pub use matching_rule_use::MatchingRuleUse;
pub use name_form::NameForm;
pub use object_class::{ObjectClass, ObjectClassKind};
pub use tolerance::{Tolerance, Tolerated};

#[cfg(test)]
mod tests;
