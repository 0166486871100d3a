//! The directory's vocabulary and its text forms; knows no BER.

mod attribute_description;
mod dn;
mod ldap_string;
mod oid;

pub use attribute_description::{
    AttributeDescription, AttributeDescriptionParseError, AttributeDescriptionProblem,
};
#[doc(hidden)]
pub use dn::DnTemplate;
pub use dn::{Ava, Dn, DnExpected, DnParseError, Rdn};
pub use ldap_string::LdapString;
pub use oid::{Oid, OidParseError, OidProblem};
