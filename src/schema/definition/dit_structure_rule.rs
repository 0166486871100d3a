//! `dITStructureRules`: where entries may stand.

use std::fmt;

use super::element::definition;
use super::print::Printer;
use super::scan::{Field, Scanner};
use super::{DefinitionExpected, DefinitionParseError, Extension};
use crate::model::LdapString;

/// The definition of a DIT structure rule: below which entries those of a name form may stand.
///
/// ```text
/// DITStructureRuleDescription = LPAREN WSP
///     ruleid                     ; rule identifier
///     [ SP "NAME" SP qdescrs ]   ; short names (descriptors)
///     [ SP "DESC" SP qdstring ]  ; description
///     [ SP "OBSOLETE" ]          ; not active
///     SP "FORM" SP oid           ; NameForm
///     [ SP "SUP" ruleids ]       ; superior rules
///     extensions WSP RPAREN      ; extensions                   (RFC 4512 4.1.7.1)
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DitStructureRule {
    /// The number of the rule.
    pub id: LdapString,
    /// The short names (`NAME`).
    pub names: Vec<LdapString>,
    /// The description (`DESC`).
    pub description: Option<LdapString>,
    /// Whether it is no longer in use (`OBSOLETE`).
    pub is_obsolete: bool,
    /// The name form (`FORM`).
    pub form: LdapString,
    /// The rules that govern the entries above (`SUP`).
    pub superiors: Vec<LdapString>,
    /// What it says beyond the standard (`X-`).
    pub extensions: Vec<Extension>,
}

definition!(DitStructureRule, id);

/// In the order of the grammar.
const KEYWORDS: [&str; 5] = ["NAME", "DESC", "OBSOLETE", "FORM", "SUP"];

fn read(scanner: &mut Scanner<'_>) -> Result<DitStructureRule, DefinitionParseError> {
    let mut rule = DitStructureRule {
        id: scanner.rule_id()?,
        names: Vec::new(),
        description: None,
        is_obsolete: false,
        form: LdapString::new(),
        superiors: Vec::new(),
        extensions: Vec::new(),
    };
    while let Some(field) = scanner.field(&KEYWORDS)? {
        match field {
            Field::Known("NAME") => rule.names = scanner.spaced(Scanner::qdescrs)?,
            Field::Known("DESC") => rule.description = scanner.spaced(Scanner::qdstring)?,
            Field::Known("OBSOLETE") => rule.is_obsolete = true,
            Field::Known("FORM") => rule.form = scanner.spaced(Scanner::oid)?,
            Field::Known("SUP") => rule.superiors = scanner.rule_ids()?,
            Field::Known(_) => {}
            Field::Extension(name) => rule.extensions.push(scanner.extension(name)?),
        }
    }
    if rule.form.is_empty() {
        return scanner.fail(DefinitionExpected::Form);
    }
    Ok(rule)
}

impl fmt::Display for DitStructureRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer::open(f, &self.id)?;
        printer.head(&self.names, self.description.as_ref(), self.is_obsolete)?;
        printer.word("FORM", &self.form)?;
        printer.list("SUP", " ", &self.superiors)?;
        printer.close(&self.extensions)
    }
}
