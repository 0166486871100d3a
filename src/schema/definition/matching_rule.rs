//! `matchingRules`: how values compare.

use std::fmt;

use super::element::definition;
use super::print::Printer;
use super::scan::{Field, Scanner};
use super::{DefinitionExpected, DefinitionParseError, Extension};
use crate::model::{LdapString, Oid};

/// The definition of a matching rule: how a value is compared with an asserted one.
///
/// ```text
/// MatchingRuleDescription = LPAREN WSP
///     numericoid                 ; object identifier
///     [ SP "NAME" SP qdescrs ]   ; short names (descriptors)
///     [ SP "DESC" SP qdstring ]  ; description
///     [ SP "OBSOLETE" ]          ; not active
///     SP "SYNTAX" SP numericoid  ; assertion syntax
///     extensions WSP RPAREN      ; extensions                   (RFC 4512 4.1.3)
/// ```
///
/// What a rule does is not in its definition: [`Rule`](crate::schema::Rule) is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MatchingRule {
    /// The object identifier; some servers have a name here.
    pub oid: Oid,
    /// The short names (`NAME`).
    pub names: Vec<LdapString>,
    /// The description (`DESC`).
    pub description: Option<LdapString>,
    /// Whether it is no longer in use (`OBSOLETE`).
    pub is_obsolete: bool,
    /// The syntax of asserted values (`SYNTAX`).
    pub syntax: LdapString,
    /// What it says beyond the standard (`X-`).
    pub extensions: Vec<Extension>,
}

definition!(MatchingRule, oid);

/// In the order of the grammar.
const KEYWORDS: [&str; 4] = ["NAME", "DESC", "OBSOLETE", "SYNTAX"];

fn read(scanner: &mut Scanner<'_>) -> Result<MatchingRule, DefinitionParseError> {
    let mut rule = MatchingRule {
        oid: scanner.numericoid()?,
        names: Vec::new(),
        description: None,
        is_obsolete: false,
        syntax: LdapString::new(),
        extensions: Vec::new(),
    };
    while let Some(field) = scanner.field(&KEYWORDS)? {
        match field {
            Field::Known("NAME") => rule.names = scanner.spaced(Scanner::qdescrs)?,
            Field::Known("DESC") => rule.description = scanner.spaced(Scanner::qdstring)?,
            Field::Known("OBSOLETE") => rule.is_obsolete = true,
            Field::Known("SYNTAX") => rule.syntax = scanner.spaced(Scanner::numericoid_without_length)?,
            Field::Known(_) => {}
            Field::Extension(name) => rule.extensions.push(scanner.extension(name)?),
        }
    }
    if rule.syntax.is_empty() {
        return scanner.fail(DefinitionExpected::Syntax);
    }
    Ok(rule)
}

impl fmt::Display for MatchingRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer::open(f, self.oid.as_str())?;
        printer.head(&self.names, self.description.as_ref(), self.is_obsolete)?;
        printer.word("SYNTAX", &self.syntax)?;
        printer.close(&self.extensions)
    }
}
