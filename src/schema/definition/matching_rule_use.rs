//! `matchingRuleUse`: to which attributes a matching rule applies.

use std::fmt;

use super::element::definition;
use super::print::Printer;
use super::scan::{Field, Scanner};
use super::{DefinitionExpected, DefinitionParseError, Extension};
use crate::model::{LdapString, Oid};

/// The attribute types that a matching rule may be used with in an extensible filter.
///
/// ```text
/// MatchingRuleUseDescription = LPAREN WSP
///     numericoid                 ; object identifier
///     [ SP "NAME" SP qdescrs ]   ; short names (descriptors)
///     [ SP "DESC" SP qdstring ]  ; description
///     [ SP "OBSOLETE" ]          ; not active
///     SP "APPLIES" SP oids       ; attribute types
///     extensions WSP RPAREN      ; extensions                   (RFC 4512 4.1.4)
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct MatchingRuleUse {
    /// The object identifier of the matching rule.
    pub oid: Oid,
    /// The short names (`NAME`).
    pub names: Vec<LdapString>,
    /// The description (`DESC`).
    pub description: Option<LdapString>,
    /// Whether it is no longer in use (`OBSOLETE`).
    pub is_obsolete: bool,
    /// The attribute types (`APPLIES`).
    pub applies: Vec<LdapString>,
    /// What it says beyond the standard (`X-`).
    pub extensions: Vec<Extension>,
}

definition!(MatchingRuleUse, oid);

/// In the order of the grammar.
const KEYWORDS: [&str; 4] = ["NAME", "DESC", "OBSOLETE", "APPLIES"];

fn read(scanner: &mut Scanner<'_>) -> Result<MatchingRuleUse, DefinitionParseError> {
    let mut rule_use = MatchingRuleUse {
        oid: scanner.numericoid()?,
        names: Vec::new(),
        description: None,
        is_obsolete: false,
        applies: Vec::new(),
        extensions: Vec::new(),
    };
    while let Some(field) = scanner.field(&KEYWORDS)? {
        match field {
            Field::Known("NAME") => rule_use.names = scanner.spaced(Scanner::qdescrs)?,
            Field::Known("DESC") => rule_use.description = scanner.spaced(Scanner::qdstring)?,
            Field::Known("OBSOLETE") => rule_use.is_obsolete = true,
            Field::Known("APPLIES") => rule_use.applies = scanner.spaced(Scanner::oids)?,
            Field::Known(_) => {}
            Field::Extension(name) => rule_use.extensions.push(scanner.extension(name)?),
        }
    }
    if rule_use.applies.is_empty() {
        return scanner.fail(DefinitionExpected::Applies);
    }
    Ok(rule_use)
}

impl fmt::Display for MatchingRuleUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer::open(f, self.oid.as_str())?;
        printer.head(&self.names, self.description.as_ref(), self.is_obsolete)?;
        printer.oids("APPLIES", &self.applies)?;
        printer.close(&self.extensions)
    }
}
