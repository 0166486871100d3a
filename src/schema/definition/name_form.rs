//! `nameForms`: how entries are named.

use std::fmt;

use super::element::definition;
use super::print::Printer;
use super::scan::{Field, Scanner};
use super::{DefinitionExpected, DefinitionParseError, Extension};
use crate::model::{LdapString, Oid};

/// The definition of a name form: by which attributes entries of a structural class are named.
///
/// ```text
/// NameFormDescription = LPAREN WSP
///     numericoid                 ; object identifier
///     [ SP "NAME" SP qdescrs ]   ; short names (descriptors)
///     [ SP "DESC" SP qdstring ]  ; description
///     [ SP "OBSOLETE" ]          ; not active
///     SP "OC" SP oid             ; structural object class
///     SP "MUST" SP oids          ; attribute types
///     [ SP "MAY" SP oids ]       ; attribute types
///     extensions WSP RPAREN      ; extensions                   (RFC 4512 4.1.7.2)
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct NameForm {
    /// The object identifier; some servers have a name here.
    pub oid: Oid,
    /// The short names (`NAME`).
    pub names: Vec<LdapString>,
    /// The description (`DESC`).
    pub description: Option<LdapString>,
    /// Whether it is no longer in use (`OBSOLETE`).
    pub is_obsolete: bool,
    /// The structural class of the entries (`OC`).
    pub object_class: LdapString,
    /// The attributes that a name must have (`MUST`).
    pub must: Vec<LdapString>,
    /// The attributes that a name may have (`MAY`).
    pub may: Vec<LdapString>,
    /// What it says beyond the standard (`X-`).
    pub extensions: Vec<Extension>,
}

definition!(NameForm, oid);

/// In the order of the grammar.
const KEYWORDS: [&str; 6] = ["NAME", "DESC", "OBSOLETE", "OC", "MUST", "MAY"];

fn read(scanner: &mut Scanner<'_>) -> Result<NameForm, DefinitionParseError> {
    let mut form = NameForm {
        oid: scanner.numericoid()?,
        names: Vec::new(),
        description: None,
        is_obsolete: false,
        object_class: LdapString::new(),
        must: Vec::new(),
        may: Vec::new(),
        extensions: Vec::new(),
    };
    while let Some(field) = scanner.field(&KEYWORDS)? {
        match field {
            Field::Known("NAME") => form.names = scanner.spaced(Scanner::qdescrs)?,
            Field::Known("DESC") => form.description = scanner.spaced(Scanner::qdstring)?,
            Field::Known("OBSOLETE") => form.is_obsolete = true,
            Field::Known("OC") => form.object_class = scanner.spaced(Scanner::oid)?,
            Field::Known("MUST") => form.must = scanner.spaced(Scanner::oids)?,
            Field::Known("MAY") => form.may = scanner.spaced(Scanner::oids)?,
            Field::Known(_) => {}
            Field::Extension(name) => form.extensions.push(scanner.extension(name)?),
        }
    }
    if form.object_class.is_empty() {
        return scanner.fail(DefinitionExpected::Class);
    }
    if form.must.is_empty() {
        return scanner.fail(DefinitionExpected::Must);
    }
    Ok(form)
}

impl fmt::Display for NameForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer::open(f, self.oid.as_str())?;
        printer.head(&self.names, self.description.as_ref(), self.is_obsolete)?;
        printer.word("OC", &self.object_class)?;
        printer.oids("MUST", &self.must)?;
        printer.oids("MAY", &self.may)?;
        printer.close(&self.extensions)
    }
}
