//! `objectClasses`: what an entry may and must have.

use std::fmt;

use super::element::definition;
use super::print::Printer;
use super::scan::{Field, Scanner};
use super::{DefinitionExpected, DefinitionParseError, Extension};
use crate::model::{LdapString, Oid};

/// The definition of an object class: which attributes its entries must and may have.
///
/// ```text
/// ObjectClassDescription = LPAREN WSP
///     numericoid                 ; object identifier
///     [ SP "NAME" SP qdescrs ]   ; short names (descriptors)
///     [ SP "DESC" SP qdstring ]  ; description
///     [ SP "OBSOLETE" ]          ; not active
///     [ SP "SUP" SP oids ]       ; superior object classes
///     [ SP kind ]                ; kind of class
///     [ SP "MUST" SP oids ]      ; attribute types
///     [ SP "MAY" SP oids ]       ; attribute types
///     extensions WSP RPAREN                                     (RFC 4512 4.1.1)
/// ```
///
/// The fields say what the definition says. What a class inherits is known to the whole schema only:
/// [`ObjectClassRef`](crate::schema::ObjectClassRef).
///
/// ```
/// use ldapwire::schema::{ObjectClass, ObjectClassKind};
///
/// let class = ObjectClass::parse("( 2.5.6.2 NAME 'country' SUP top MUST c MAY ( searchGuide $ description ) )")?;
/// assert_eq!(class.kind, ObjectClassKind::Structural);
/// assert_eq!(class.may.len(), 2);
/// # Ok::<(), ldapwire::schema::DefinitionParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct ObjectClass {
    /// The object identifier; some servers have a name here.
    pub oid: Oid,
    /// The short names (`NAME`).
    pub names: Vec<LdapString>,
    /// The description (`DESC`).
    pub description: Option<LdapString>,
    /// Whether it is no longer in use (`OBSOLETE`).
    pub is_obsolete: bool,
    /// The classes it is made of (`SUP`).
    pub superiors: Vec<LdapString>,
    /// What entries it makes (`ABSTRACT`, `STRUCTURAL`, `AUXILIARY`).
    pub kind: ObjectClassKind,
    /// The attributes that entries must have (`MUST`).
    pub must: Vec<LdapString>,
    /// The attributes that entries may have (`MAY`).
    pub may: Vec<LdapString>,
    /// What it says beyond the standard (`X-`).
    pub extensions: Vec<Extension>,
}

definition!(ObjectClass, oid);

/// In the order of the grammar.
const KEYWORDS: [&str; 9] =
    ["NAME", "DESC", "OBSOLETE", "SUP", "ABSTRACT", "STRUCTURAL", "AUXILIARY", "MUST", "MAY"];

fn read(scanner: &mut Scanner<'_>) -> Result<ObjectClass, DefinitionParseError> {
    let mut class = ObjectClass {
        oid: scanner.numericoid()?,
        names: Vec::new(),
        description: None,
        is_obsolete: false,
        superiors: Vec::new(),
        kind: ObjectClassKind::default(),
        must: Vec::new(),
        may: Vec::new(),
        extensions: Vec::new(),
    };
    let mut has_kind = false;
    while let Some(field) = scanner.field(&KEYWORDS)? {
        match field {
            Field::Known("NAME") => class.names = scanner.spaced(Scanner::qdescrs)?,
            Field::Known("DESC") => class.description = scanner.spaced(Scanner::qdstring)?,
            Field::Known("OBSOLETE") => class.is_obsolete = true,
            Field::Known("SUP") => class.superiors = scanner.spaced(Scanner::oids)?,
            Field::Known(keyword @ ("ABSTRACT" | "STRUCTURAL" | "AUXILIARY")) => {
                if has_kind {
                    return scanner.fail(DefinitionExpected::OtherField);
                }
                has_kind = true;
                class.kind = ObjectClassKind::of_keyword(keyword);
            }
            Field::Known("MUST") => class.must = scanner.spaced(Scanner::oids)?,
            Field::Known("MAY") => class.may = scanner.spaced(Scanner::oids)?,
            Field::Known(_) => {}
            Field::Extension(name) => class.extensions.push(scanner.extension(name)?),
        }
    }
    Ok(class)
}

impl fmt::Display for ObjectClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer::open(f, self.oid.as_str())?;
        printer.head(&self.names, self.description.as_ref(), self.is_obsolete)?;
        printer.oids("SUP", &self.superiors)?;
        printer.flag(self.kind.keyword(), true)?;
        printer.oids("MUST", &self.must)?;
        printer.oids("MAY", &self.may)?;
        printer.close(&self.extensions)
    }
}

/// What entries an object class makes.
///
/// ```text
/// kind = "ABSTRACT" / "STRUCTURAL" / "AUXILIARY"                (RFC 4512 4.1.1)
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ObjectClassKind {
    /// None: other classes are made of it.
    Abstract,
    /// Entries of their own kind; the default.
    #[default]
    Structural,
    /// None, but entries may have it beside their structural class.
    Auxiliary,
}

impl ObjectClassKind {
    /// Returns the keyword.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Abstract => "ABSTRACT",
            Self::Structural => "STRUCTURAL",
            Self::Auxiliary => "AUXILIARY",
        }
    }

    fn of_keyword(keyword: &str) -> Self {
        match keyword {
            "ABSTRACT" => Self::Abstract,
            "AUXILIARY" => Self::Auxiliary,
            _ => Self::Structural,
        }
    }
}
