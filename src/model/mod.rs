//! The directory's vocabulary and its text forms; knows no BER.

mod attribute;
mod attribute_description;
mod authz_id;
mod case_ignore;
mod control;
mod deref_aliases;
mod dn;
mod entry;
mod equality;
mod filter;
mod integer;
mod ldap_string;
mod modification;
mod oid;
mod old_rdn;
mod result_code;
mod scope;
mod secret;
mod url;
mod value;
mod value_list;

pub use attribute::Attribute;
pub use attribute_description::{
    AttributeDescription, AttributeDescriptionParseError, AttributeDescriptionProblem,
};
pub use authz_id::AuthzId;
pub use control::{Control, Criticality};
pub use deref_aliases::{DerefAliases, DerefAliasesParseError};
#[doc(hidden)]
pub use dn::DnTemplate;
pub use dn::{Ava, Dn, DnExpected, DnParseError, Rdn};
#[cfg(feature = "bulk")]
pub(crate) use dn::{SortKeys, keys_above};
pub use entry::{Entry, ModifyError, ModifyProblem, Strictness};
pub use equality::{CaseIgnoreEquality, OctetEquality, ValueEquality};
#[doc(hidden)]
pub use filter::FilterTemplate;
pub use filter::{
    Assertion, ExtensibleMatch, Filter, FilterAssembly, FilterEvent, FilterExpected, FilterGroup,
    FilterParseError, FilterWalk, Filters, MatchingRules, Negated, SchemalessRules, Substring, Substrings,
    SubstringsBuilder, SubstringsError, Truth,
};
#[cfg(feature = "directory")]
pub(crate) use filter::{Evaluated, IsFound};
pub use ldap_string::LdapString;
pub use modification::{Modification, ModifyOperation, ModifyOperationParseError};
pub use oid::{Oid, OidParseError, OidProblem};
pub use old_rdn::OldRdn;
pub use result_code::ResultCode;
pub use scope::{Scope, ScopeParseError};
pub use secret::Secret;
pub use url::{LdapUrl, LdapUrlParseError, LdapUrlProblem, UrlExtension, UrlScheme};
pub use value::Value;
