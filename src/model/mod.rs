//! The directory's vocabulary and its text forms; knows no BER.

mod attribute_description;
mod ldap_string;
mod oid;

pub use attribute_description::{
    AttributeDescription, AttributeDescriptionParseError, AttributeDescriptionProblem,
};
pub use ldap_string::LdapString;
pub use oid::{Oid, OidParseError, OidProblem};
