//! LDAP URLs (RFC 4516): [`LdapUrl`], which names a server, an entry, or a whole search.
//!
//! | file | holds |
//! |---|---|
//! | `ldap_url` | the type, what it answers, how it is built |
//! | `extension` | one extension of it |
//! | `error` | where a text went wrong, and why |
//! | `parse` | the grammar: first cut, then decode, then understand |
//! | `print` | the way back |
//! | `percent` | percent-encoding |

mod error;
mod extension;
mod ldap_url;
mod parse;
mod percent;
mod print;

pub use error::{LdapUrlParseError, LdapUrlProblem};
pub use extension::UrlExtension;
pub use ldap_url::{LdapUrl, UrlScheme};
