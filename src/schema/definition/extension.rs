//! `extensions`: what a definition says beyond the standard.

use crate::model::LdapString;

/// An `X-` keyword with its values, such as `X-ORIGIN 'RFC 4519'`.
///
/// ```text
/// extensions = *( SP xstring SP qdstrings )
/// xstring    = "X" HYPHEN 1*( ALPHA / HYPHEN / USCORE )          (RFC 4512 4.1)
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Extension {
    /// The keyword, with `X-`.
    pub name: LdapString,
    /// The values; there may be none.
    pub values: Vec<LdapString>,
}

impl Extension {
    /// Puts a keyword and its values together.
    pub fn new<V: Into<LdapString>>(
        name: impl Into<LdapString>,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        Self { name: name.into(), values: values.into_iter().map(Into::into).collect() }
    }
}
