//! The forms of values (RFC 4517 3.3): whether some octets are a value of a syntax.
//!
//! One file each, with the grammar above the function that checks it; [`registry`] lists them. `cursor` is what they
//! read with. **Words in quotes in a grammar stand for either case** (RFC 5234 2.3): `true` is a Boolean.

mod bit_string;
mod boolean;
mod certificate;
mod certificate_exact_assertion;
mod certificate_list_exact_assertion;
mod country_string;
mod cursor;
mod definition;
mod delivery_method;
mod directory_string;
mod dn;
mod error;
mod facsimile_telephone_number;
mod generalized_time;
mod gser;
mod guide;
mod ia5_string;
mod integer;
mod jpeg;
mod name_and_optional_uid;
mod nis;
mod numeric_string;
mod octet_string;
mod oid;
mod other_mailbox;
mod postal_address;
mod printable_string;
mod refinement;
mod registry;
mod substring_assertion;
mod subtree_specification;
mod teletex_terminal_identifier;
mod telex_number;
mod utc_time;
mod uuid;
mod x509;

pub use certificate_exact_assertion::CertificateExactAssertion;
pub use certificate_list_exact_assertion::CertificateListExactAssertion;
pub use error::SyntaxError;
pub use generalized_time::GeneralizedTime;
pub use refinement::Refinement;
pub use registry::Syntax;
pub use subtree_specification::{SpecificExclusion, SubtreeSpecification};

pub(super) use name_and_optional_uid::split as split_name_and_optional_uid;
pub(super) use postal_address::lines as postal_address_lines;
pub(super) use substring_assertion::parts as substring_assertion_parts;
pub(super) use uuid::octets as uuid_octets;

#[cfg(test)]
mod tests;
