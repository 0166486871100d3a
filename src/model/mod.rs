//! The directory's vocabulary and its text forms; knows no BER.

mod ldap_string;
mod oid;

pub use ldap_string::LdapString;
pub use oid::{Oid, OidParseError, OidProblem};
