//! Where and why a file is no LDIF.

use std::error::Error;
use std::fmt;

use super::{Position, UrlError};
use crate::model::{DnParseError, LdapString};

/// Where a record is not what RFC 2849 says, what was expected there and what came.
///
/// ```
/// use ldapwire::ldif::{Expected, FaultKind, SliceReader};
///
/// let fault = SliceReader::new(b"dn: cn=Ada\ncn: Ada\nsn Lovelace\n").next().unwrap().unwrap_err();
/// assert_eq!((fault.line(), fault.column(), fault.offset()), (3, 3, 21));
/// assert_eq!(fault.kind(), FaultKind::Expected(Expected::Colon));
/// assert_eq!(fault.dn().unwrap(), "cn=Ada");
/// assert_eq!(
///     fault.to_string(),
///     "line 3, column 3: expected ':' behind the name of the attribute, found ' ' \
///      (record 1 at line 1, cn=Ada)"
/// );
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Fault(Box<Parts>);

/// Boxed, so that a result is no larger than the record in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub(super) line: u64,
    pub(super) column: u64,
    pub(super) offset: u64,
    pub(super) record: Position,
    pub(super) dn: Option<LdapString>,
    pub(super) kind: FaultKind,
    pub(super) found: Found,
}

impl Fault {
    pub(super) fn new(parts: Parts) -> Self {
        Self(Box::new(parts))
    }

    /// Counts the records before this one, too.
    #[cfg(feature = "files")]
    pub(crate) fn renumbered(mut self, before: u64) -> Self {
        self.0.record = self.0.record.renumbered(before);
        self
    }

    /// Returns the line of the place that is wrong, from 1: lines as an editor counts them, folded or not.
    pub fn line(&self) -> u64 {
        self.0.line
    }

    /// Returns the column of the place, from 1, in octets. A byte order mark does not count.
    pub fn column(&self) -> u64 {
        self.0.column
    }

    /// Returns the offset of the place from the beginning of the file, from 0, in octets.
    pub fn offset(&self) -> u64 {
        self.0.offset
    }

    /// Returns where the record begins.
    pub fn record(&self) -> Position {
        self.0.record
    }

    /// Returns the name of the entry, if it was read before the fault.
    pub fn dn(&self) -> Option<&LdapString> {
        self.0.dn.as_ref()
    }

    /// Returns what is wrong.
    pub fn kind(&self) -> FaultKind {
        self.0.kind
    }

    /// Returns what stands at the place.
    pub fn found(&self) -> Found {
        self.0.found
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line(), self.column(), self.kind())?;
        if let FaultKind::Expected(_) = self.kind() {
            write!(f, ", found {}", self.found())?;
        }
        write!(f, " ({}", self.record())?;
        if let Some(dn) = self.dn() {
            // Not the terminal of whoever reads this.
            write!(f, ", {}", dn.escape_debug())?;
        }
        f.write_str(")")
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0.kind {
            FaultKind::Dn(error) => Some(error),
            FaultKind::Url(error) => Some(error),
            _ => None,
        }
    }
}

/// What is wrong with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// Something else should stand at the place.
    Expected(Expected),
    /// A limit is passed.
    TooLarge(Limit),
    /// The value is no base64.
    Base64(Base64Problem),
    /// The name of the entry is no distinguished name.
    Dn(DnParseError),
    /// A value stands behind a URL, and there is no resolver: see [`ReadOptions::urls`](super::ReadOptions::urls).
    UrlsAreOff,
    /// The resolver gave no value for the URL.
    Url(UrlError),
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(expected) => write!(f, "expected {}", expected.as_str()),
            Self::TooLarge(limit) => limit.fmt(f),
            Self::Base64(problem) => f.write_str(problem.as_str()),
            Self::Dn(error) => error.fmt(f),
            Self::UrlsAreOff => {
                f.write_str("a value from a URL, which is not read unless a resolver is given")
            }
            Self::Url(error) => error.fmt(f),
        }
    }
}

/// What the grammar of RFC 2849 expects where a record goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Expected {
    /// A line that begins with something else than a space: there is none before it that it could continue.
    FirstLine,
    /// `version: 1` or `dn:`, at the beginning of a file.
    VersionOrDn,
    /// `1` as version, and nothing behind it.
    VersionOne,
    /// `dn:`, at the beginning of a record.
    Dn,
    /// `:` or `::` and a name, not a URL.
    Name,
    /// An attribute, `control:` or `changetype:`, behind the name of the entry.
    Body,
    /// `control:` or `changetype:`, behind a control.
    ChangeType,
    /// `add`, `delete`, `modify`, `modrdn` or `moddn`, and nothing behind it.
    ChangeTypeName,
    /// At least one attribute.
    Attribute,
    /// The name of an attribute: letters, digits and `-` after a letter, or an object identifier.
    AttributeType,
    /// An option of letters, digits and `-`, behind a `;`.
    Option,
    /// The end of the line, behind the name of an attribute.
    EndOfName,
    /// `:` behind the name of an attribute.
    Colon,
    /// The end of a record, or another attribute than `dn`: an empty line may be missing.
    NoSecondDn,
    /// A value that does not begin with `:` or `<`: such ones stand in base64.
    InitialCharacter,
    /// A character that may stand in a value: neither NUL nor CR. Such values stand in base64.
    SafeCharacter,
    /// UTF-8; other octets stand in base64.
    Utf8,
    /// Letters, digits, `+`, `/` and `=`: base64.
    Base64,
    /// A URL.
    Url,
    /// An object identifier.
    Oid,
    /// A space and `true` or `false`, a value, or the end, behind the object identifier of a control.
    Criticality,
    /// `:`, `::` or `:<` and a value, or the end, behind the criticality of a control.
    ControlValue,
    /// `add:`, `delete:`, `replace:` or `increment:`, or the end of the record.
    ModifyOperation,
    /// A value of the attribute that this part of the modification is about, or `-`.
    ValueOrHyphen,
    /// `-`, which ends each part of a modification.
    Hyphen,
    /// One value, which is the amount of an `increment:` (RFC 4525).
    OneIncrement,
    /// `newrdn:`.
    NewRdn,
    /// `deleteoldrdn:`.
    DeleteOldRdn,
    /// `0` or `1`, and nothing behind it.
    ZeroOrOne,
    /// `newsuperior:` or the end of the record.
    NewSuperiorOrEnd,
    /// The end of the record.
    EndOfRecord,
    /// An entry: "An LDIF file specifies a set of directory entries, or a set of changes to be applied to directory
    /// entries, but not both." (RFC 2849)
    Content,
    /// A change, for the same reason.
    Change,
}

impl Expected {
    const fn as_str(self) -> &'static str {
        match self {
            Self::FirstLine => "a line without a space before it, since there is none that it could continue",
            Self::VersionOrDn => "'version: 1' or 'dn:'",
            Self::VersionOne => "version '1'",
            Self::Dn => "'dn:'",
            Self::Name => "a name, not a URL",
            Self::Body => "an attribute, 'control:' or 'changetype:'",
            Self::ChangeType => "'control:' or 'changetype:'",
            Self::ChangeTypeName => "'add', 'delete', 'modify', 'modrdn' or 'moddn'",
            Self::Attribute => "at least one attribute",
            Self::AttributeType => "the name of an attribute",
            Self::Option => "an option of letters, digits and '-'",
            Self::EndOfName => "the end of the line behind the name of the attribute",
            Self::Colon => "':' behind the name of the attribute",
            Self::NoSecondDn => "no second 'dn:' in a record (is an empty line missing?)",
            Self::InitialCharacter => "base64 ('::') for a value that begins so",
            Self::SafeCharacter => "base64 ('::') for a value with this character",
            Self::Utf8 => "UTF-8, or base64 ('::') for other octets",
            Self::Base64 => "base64",
            Self::Url => "a URL",
            Self::Oid => "an object identifier",
            Self::Criticality => "' true', ' false', a value or the end of the line",
            Self::ControlValue => "a value or the end of the line",
            Self::ModifyOperation => "'add:', 'delete:', 'replace:', 'increment:' or the end of the record",
            Self::ValueOrHyphen => "a value of the attribute named above or '-'",
            Self::Hyphen => "'-' at the end of this part of the modification",
            Self::OneIncrement => "exactly one value to increment by",
            Self::NewRdn => "'newrdn:'",
            Self::DeleteOldRdn => "'deleteoldrdn:'",
            Self::ZeroOrOne => "'0' or '1'",
            Self::NewSuperiorOrEnd => "'newsuperior:' or the end of the record",
            Self::EndOfRecord => "the end of the record",
            Self::Content => "no change among entries",
            Self::Change => "no entry among changes",
        }
    }
}

/// What stands where something else was expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Found {
    /// This octet.
    Octet(u8),
    /// The end of the line.
    EndOfLine,
    /// The end of the record: an empty line, or the end of the file.
    EndOfRecord,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Octet(octet) if octet.is_ascii_graphic() || octet == b' ' => {
                write!(f, "'{}'", char::from(octet))
            }
            Self::Octet(octet) => write!(f, "octet {octet:#04x}"),
            Self::EndOfLine => f.write_str("the end of the line"),
            Self::EndOfRecord => f.write_str("the end of the record"),
        }
    }
}

/// A limit of [`ReadLimits`](super::ReadLimits) with its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Limit {
    /// Octets of a line.
    Line(usize),
    /// Octets of a record.
    Record(usize),
    /// Octets of a value.
    Value(usize),
    /// Values of a record.
    Values(usize),
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(octets) => write!(f, "expected a line of at most {octets} octets"),
            Self::Record(octets) => write!(f, "expected a record of at most {octets} octets"),
            Self::Value(octets) => write!(f, "expected a value of at most {octets} octets"),
            Self::Values(count) => {
                write!(f, "expected at most {count} values, changes and controls in a record")
            }
        }
    }
}

/// What is wrong with base64 whose characters are all allowed.
///
/// "LDIF does not permit any extraneous characters, other than those used for line folding." (RFC 2849 note 10)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Base64Problem {
    /// The characters are no multiple of four: padding or more is missing.
    Length,
    /// There is a `=` where none belongs.
    Padding,
    /// The last character stands for bits that belong to no octet.
    TrailingBits,
}

impl Base64Problem {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Length => "expected base64 in groups of four characters, padded with '='",
            Self::Padding => {
                "expected '=' only at the end of base64, to fill the last group of four characters"
            }
            Self::TrailingBits => "expected base64 whose last character has no bits left over",
        }
    }
}

/// Faults that a reader has collected.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    list: Vec<Fault>,
    count: u64,
}

impl Faults {
    /// Returns the first of them, as many as [`ReadLimits::faults`](super::ReadLimits::faults) allows.
    pub fn list(&self) -> &[Fault] {
        &self.list
    }

    /// Returns how many there were.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Whether there was none.
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(super) fn push(&mut self, fault: Fault, limit: usize) {
        self.count = self.count.saturating_add(1);
        if self.list.len() < limit {
            self.list.push(fault);
        }
    }
}
