//! How values compare (RFC 4517 4.2, 4523 2, 4530 2, and some of Active Directory's): [`Rule`].
//!
//! One file for each family; [`registry`](Rule::all) lists them. An equality or an ordering rule is a function from a value to
//! a [`Key`]: values are equal when their keys are, and sort as their keys do. That is what an index is made of, too.
//!
//! **A rule asks of a value only what it needs to compare it.** Whether it conforms to its syntax is for
//! [`Syntax::validate`](crate::schema::Syntax::validate) to say. What cannot be compared is [`Undefined`].

mod bit_string;
mod bitwise;
mod boolean;
mod certificate;
mod dn;
mod first_component;
mod generalized_time;
mod integer;
mod key;
mod list;
mod octet_string;
mod oid;
mod prepared_parts;
pub(super) mod registry;
mod rule;
mod string;
mod substrings;
mod undefined;
mod unique_member;
mod uuid;
mod word;

pub use key::Key;
pub use prepared_parts::PreparedParts;
pub use rule::{Rule, RulePurpose};
pub use undefined::Undefined;

pub(super) use dn::dn_key;
#[cfg(feature = "directory")]
pub(crate) use dn::dn_key_above;

#[cfg(test)]
mod tests;
