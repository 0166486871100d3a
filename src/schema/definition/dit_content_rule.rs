//! `dITContentRules`: what entries of a structural class may hold.

use std::fmt;

use super::element::definition;
use super::print::Printer;
use super::scan::{Field, Scanner};
use super::{DefinitionParseError, Extension};
use crate::model::{LdapString, Oid};

/// The definition of a DIT content rule: which auxiliary classes and which further attributes entries of a
/// structural class have.
///
/// ```text
/// DITContentRuleDescription = LPAREN WSP
///     numericoid                 ; object identifier
///     [ SP "NAME" SP qdescrs ]   ; short names (descriptors)
///     [ SP "DESC" SP qdstring ]  ; description
///     [ SP "OBSOLETE" ]          ; not active
///     [ SP "AUX" SP oids ]       ; auxiliary object classes
///     [ SP "MUST" SP oids ]      ; attribute types
///     [ SP "MAY" SP oids ]       ; attribute types
///     [ SP "NOT" SP oids ]       ; attribute types
///     extensions WSP RPAREN      ; extensions                   (RFC 4512 4.1.6)
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DitContentRule {
    /// The object identifier of the structural class.
    pub oid: Oid,
    /// The short names (`NAME`).
    pub names: Vec<LdapString>,
    /// The description (`DESC`).
    pub description: Option<LdapString>,
    /// Whether it is no longer in use (`OBSOLETE`).
    pub is_obsolete: bool,
    /// The auxiliary classes that entries may have (`AUX`).
    pub auxiliaries: Vec<LdapString>,
    /// The attributes that entries must have (`MUST`).
    pub must: Vec<LdapString>,
    /// The attributes that entries may have (`MAY`).
    pub may: Vec<LdapString>,
    /// The attributes that entries may not have (`NOT`).
    pub not: Vec<LdapString>,
    /// What it says beyond the standard (`X-`).
    pub extensions: Vec<Extension>,
}

definition!(DitContentRule, oid);

/// In the order of the grammar.
const KEYWORDS: [&str; 7] = ["NAME", "DESC", "OBSOLETE", "AUX", "MUST", "MAY", "NOT"];

fn read(scanner: &mut Scanner<'_>) -> Result<DitContentRule, DefinitionParseError> {
    let mut rule = DitContentRule {
        oid: scanner.numericoid()?,
        names: Vec::new(),
        description: None,
        is_obsolete: false,
        auxiliaries: Vec::new(),
        must: Vec::new(),
        may: Vec::new(),
        not: Vec::new(),
        extensions: Vec::new(),
    };
    while let Some(field) = scanner.field(&KEYWORDS)? {
        match field {
            Field::Known("NAME") => rule.names = scanner.spaced(Scanner::qdescrs)?,
            Field::Known("DESC") => rule.description = scanner.spaced(Scanner::qdstring)?,
            Field::Known("OBSOLETE") => rule.is_obsolete = true,
            Field::Known("AUX") => rule.auxiliaries = scanner.spaced(Scanner::oids)?,
            Field::Known("MUST") => rule.must = scanner.spaced(Scanner::oids)?,
            Field::Known("MAY") => rule.may = scanner.spaced(Scanner::oids)?,
            Field::Known("NOT") => rule.not = scanner.spaced(Scanner::oids)?,
            Field::Known(_) => {}
            Field::Extension(name) => rule.extensions.push(scanner.extension(name)?),
        }
    }
    Ok(rule)
}

impl fmt::Display for DitContentRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer::open(f, self.oid.as_str())?;
        printer.head(&self.names, self.description.as_ref(), self.is_obsolete)?;
        printer.oids("AUX", &self.auxiliaries)?;
        printer.oids("MUST", &self.must)?;
        printer.oids("MAY", &self.may)?;
        printer.oids("NOT", &self.not)?;
        printer.close(&self.extensions)
    }
}
