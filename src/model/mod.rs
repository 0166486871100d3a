//! The directory's vocabulary and its text forms; knows no BER.

mod ldap_string;

pub use ldap_string::LdapString;
