//! `attributeTypes`: what an attribute holds.

use std::fmt;

use super::element::definition;
use super::print::Printer;
use super::scan::{Field, Scanner};
use super::{DefinitionExpected, DefinitionParseError, Extension};
use crate::model::{LdapString, Oid};

/// The definition of an attribute type: what values it holds and how they compare.
///
/// ```text
/// AttributeTypeDescription = LPAREN WSP
///     numericoid                    ; object identifier
///     [ SP "NAME" SP qdescrs ]      ; short names (descriptors)
///     [ SP "DESC" SP qdstring ]     ; description
///     [ SP "OBSOLETE" ]             ; not active
///     [ SP "SUP" SP oid ]           ; supertype
///     [ SP "EQUALITY" SP oid ]      ; equality matching rule
///     [ SP "ORDERING" SP oid ]      ; ordering matching rule
///     [ SP "SUBSTR" SP oid ]        ; substrings matching rule
///     [ SP "SYNTAX" SP noidlen ]    ; value syntax
///     [ SP "SINGLE-VALUE" ]         ; single-value
///     [ SP "COLLECTIVE" ]           ; collective
///     [ SP "NO-USER-MODIFICATION" ] ; not user modifiable
///     [ SP "USAGE" SP usage ]       ; usage
///     extensions WSP RPAREN         ; extensions                (RFC 4512 4.1.2)
/// ```
///
/// The fields say what the definition says. What a type inherits from its supertype is known to the whole
/// schema only: [`AttributeTypeRef`](crate::schema::AttributeTypeRef).
///
/// ```
/// use ldapwire::schema::AttributeType;
///
/// let text = "( 2.5.4.20 NAME 'telephoneNumber' EQUALITY telephoneNumberMatch \
///     SYNTAX 1.3.6.1.4.1.1466.115.121.1.50{32} )";
/// let phone = AttributeType::parse(text)?;
/// assert_eq!(phone.names[0], "telephoneNumber");
/// assert_eq!(phone.syntax.as_ref().and_then(|syntax| syntax.length), Some(32));
/// assert_eq!(phone.to_string(), text);
/// # Ok::<(), ldapwire::schema::DefinitionParseError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AttributeType {
    /// The object identifier; some servers have a name here.
    pub oid: Oid,
    /// The short names (`NAME`).
    pub names: Vec<LdapString>,
    /// The description (`DESC`).
    pub description: Option<LdapString>,
    /// Whether it is no longer in use (`OBSOLETE`).
    pub is_obsolete: bool,
    /// The supertype (`SUP`).
    pub superior: Option<LdapString>,
    /// The rule by which values are equal (`EQUALITY`).
    pub equality: Option<LdapString>,
    /// The rule by which values are ordered (`ORDERING`).
    pub ordering: Option<LdapString>,
    /// The rule by which parts of values are found (`SUBSTR`).
    pub substrings: Option<LdapString>,
    /// The form of values (`SYNTAX`).
    pub syntax: Option<SyntaxReference>,
    /// Whether an entry has at most one value (`SINGLE-VALUE`).
    pub is_single_value: bool,
    /// Whether many entries share the values (`COLLECTIVE`, RFC 3671).
    pub is_collective: bool,
    /// Whether only the server sets the values (`NO-USER-MODIFICATION`).
    pub is_no_user_modification: bool,
    /// What the attribute is for (`USAGE`).
    pub usage: AttributeUsage,
    /// What it says beyond the standard (`X-`).
    pub extensions: Vec<Extension>,
}

definition!(AttributeType, oid);

/// In the order of the grammar.
const KEYWORDS: [&str; 12] = [
    "NAME",
    "DESC",
    "OBSOLETE",
    "SUP",
    "EQUALITY",
    "ORDERING",
    "SUBSTR",
    "SYNTAX",
    "SINGLE-VALUE",
    "COLLECTIVE",
    "NO-USER-MODIFICATION",
    "USAGE",
];

fn read(scanner: &mut Scanner<'_>) -> Result<AttributeType, DefinitionParseError> {
    let mut attribute = AttributeType {
        oid: scanner.numericoid()?,
        names: Vec::new(),
        description: None,
        is_obsolete: false,
        superior: None,
        equality: None,
        ordering: None,
        substrings: None,
        syntax: None,
        is_single_value: false,
        is_collective: false,
        is_no_user_modification: false,
        usage: AttributeUsage::default(),
        extensions: Vec::new(),
    };
    while let Some(field) = scanner.field(&KEYWORDS)? {
        match field {
            Field::Known("NAME") => attribute.names = scanner.spaced(Scanner::qdescrs)?,
            Field::Known("DESC") => attribute.description = scanner.spaced(Scanner::qdstring)?,
            Field::Known("OBSOLETE") => attribute.is_obsolete = true,
            Field::Known("SUP") => attribute.superior = Some(scanner.spaced(Scanner::oid)?),
            Field::Known("EQUALITY") => attribute.equality = Some(scanner.spaced(Scanner::oid)?),
            Field::Known("ORDERING") => attribute.ordering = Some(scanner.spaced(Scanner::oid)?),
            Field::Known("SUBSTR") => attribute.substrings = Some(scanner.spaced(Scanner::oid)?),
            Field::Known("SYNTAX") => {
                let (oid, length) = scanner.spaced(Scanner::noidlen)?;
                attribute.syntax = Some(SyntaxReference { oid, length });
            }
            Field::Known("SINGLE-VALUE") => attribute.is_single_value = true,
            Field::Known("COLLECTIVE") => attribute.is_collective = true,
            Field::Known("NO-USER-MODIFICATION") => attribute.is_no_user_modification = true,
            Field::Known("USAGE") => attribute.usage = scanner.spaced(usage)?,
            Field::Known(_) => {}
            Field::Extension(name) => attribute.extensions.push(scanner.extension(name)?),
        }
    }
    Ok(attribute)
}

impl fmt::Display for AttributeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut printer = Printer::open(f, self.oid.as_str())?;
        printer.head(&self.names, self.description.as_ref(), self.is_obsolete)?;
        printer.oid("SUP", self.superior.as_ref())?;
        printer.oid("EQUALITY", self.equality.as_ref())?;
        printer.oid("ORDERING", self.ordering.as_ref())?;
        printer.oid("SUBSTR", self.substrings.as_ref())?;
        if let Some(syntax) = &self.syntax {
            printer.word("SYNTAX", syntax)?;
        }
        printer.flag("SINGLE-VALUE", self.is_single_value)?;
        printer.flag("COLLECTIVE", self.is_collective)?;
        printer.flag("NO-USER-MODIFICATION", self.is_no_user_modification)?;
        if self.usage != AttributeUsage::default() {
            printer.word("USAGE", self.usage)?;
        }
        printer.close(&self.extensions)
    }
}

/// A syntax with the number of characters or octets that servers should allow at least.
///
/// ```text
/// noidlen = numericoid [ LCURLY len RCURLY ]                    (RFC 4512 4.1)
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SyntaxReference {
    /// The object identifier.
    pub oid: LdapString,
    /// The length: characters where the syntax is one of strings, else octets.
    pub length: Option<u64>,
}

impl fmt::Display for SyntaxReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.length {
            Some(length) => write!(f, "{}{{{length}}}", self.oid),
            None => f.write_str(&self.oid),
        }
    }
}

/// What an attribute is for.
///
/// ```text
/// usage = "userApplications"     /  ; user
///         "directoryOperation"   /  ; directory operational
///         "distributedOperation" /  ; DSA-shared operational
///         "dSAOperation"            ; DSA-specific operational  (RFC 4512 4.1.2)
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttributeUsage {
    /// Information of users: the default.
    #[default]
    UserApplications,
    /// Operational, the same on all servers.
    DirectoryOperation,
    /// Operational, shared by servers.
    DistributedOperation,
    /// Operational, of one server.
    DsaOperation,
}

impl AttributeUsage {
    const ALL: [Self; 4] =
        [Self::UserApplications, Self::DirectoryOperation, Self::DistributedOperation, Self::DsaOperation];

    /// Whether such attributes are returned only when they are asked for by name or by `+`.
    pub const fn is_operational(self) -> bool {
        !matches!(self, Self::UserApplications)
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::UserApplications => "userApplications",
            Self::DirectoryOperation => "directoryOperation",
            Self::DistributedOperation => "distributedOperation",
            Self::DsaOperation => "dSAOperation",
        }
    }
}

impl fmt::Display for AttributeUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

fn usage(scanner: &mut Scanner<'_>) -> Result<AttributeUsage, DefinitionParseError> {
    let word = scanner.word()?;
    let found = AttributeUsage::ALL.into_iter().find(|usage| word.eq_ignore_ascii_case(usage.as_str()));
    found.map_or_else(|| scanner.fail(DefinitionExpected::Usage), Ok)
}
