//! `ldapSyntaxes`: the form of values.

use std::fmt;

use super::element::definition;
use super::print::Printer;
use super::scan::{Field, Scanner};
use super::{DefinitionParseError, Extension, Tolerance};
use crate::model::{LdapString, Oid};

/// The definition of a syntax: what values look like.
///
/// ```text
/// SyntaxDescription = LPAREN WSP
///     numericoid                 ; object identifier
///     [ SP "DESC" SP qdstring ]  ; description
///     extensions WSP RPAREN      ; extensions                   (RFC 4512 4.1.5)
/// ```
///
/// ```
/// use ldapwire::schema::LdapSyntax;
///
/// let syntax = LdapSyntax::parse("( 1.3.6.1.4.1.1466.115.121.1.15 DESC 'Directory String' )")?;
/// assert_eq!(syntax.description.as_deref(), Some("Directory String"));
/// # Ok::<(), ldapwire::schema::DefinitionParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct LdapSyntax {
    /// The object identifier; some servers have a name here.
    pub oid: Oid,
    /// The description (`DESC`).
    pub description: Option<LdapString>,
    /// What it says beyond the standard (`X-`).
    pub extensions: Vec<Extension>,
}

definition!(LdapSyntax, oid, nameless);

/// In the order of the grammar, which has no NAME: OpenLDAP's configuration files do.
const KEYWORDS: [&str; 2] = ["NAME", "DESC"];

fn read(scanner: &mut Scanner<'_>) -> Result<LdapSyntax, DefinitionParseError> {
    let mut syntax = LdapSyntax { oid: scanner.numericoid()?, description: None, extensions: Vec::new() };
    while let Some(field) = scanner.field(&KEYWORDS)? {
        match field {
            Field::Known(name @ "NAME") => {
                scanner.tolerate_keyword(Tolerance::SyntaxName, name)?;
                scanner.spaced(Scanner::qdescrs)?;
            }
            Field::Known("DESC") => syntax.description = scanner.spaced(Scanner::qdstring)?,
            Field::Known(_) => {}
            Field::Extension(name) => syntax.extensions.push(scanner.extension(name)?),
        }
    }
    Ok(syntax)
}

impl fmt::Display for LdapSyntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer::open(f, self.oid.as_str())?;
        printer.description(self.description.as_ref())?;
        printer.close(&self.extensions)
    }
}
