//! The grammar of RFC 2849, one function for each production, over lines that are joined.
//!
//! What the productions leave open is decided here, and nowhere else:
//!
//! * Keywords are read in any case, as literals of ABNF are (RFC 2234 2.3).
//! * Values may be UTF-8 beyond SAFE-STRING (erratum 3646 knows both readings of note 4).
//! * `ldap-oid` has any number of arcs: the two of RFC 2849 do not reach a single control.
//! * `mod-spec` has `increment:` besides (RFC 4525 3).
//!
//! Whether base64 decodes is found out by decoding it, and is not looked at here.

use nom::branch::alt;
use nom::bytes::complete::{tag, tag_no_case, take_while, take_while_m_n, take_while1};
use nom::bytes::streaming;
use nom::combinator::{cut, not, opt, recognize, rest, value};
use nom::error::{ErrorKind, ParseError};
use nom::multi::{many0_count, separated_list0};
use nom::sequence::{pair, preceded, terminated};
use nom::{Err, IResult, Parser};

use super::Tolerance;
use super::fault::Expected;
use crate::model::ModifyOperation;
use crate::proto::OldRdn;

/// What a production returns.
pub(super) type Parsed<'l, T> = IResult<&'l [u8], T, Mismatch>;

/// Where a line stops being what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// How much of the line is left at that place.
    pub(super) left: usize,
    pub(super) expected: Expected,
}

impl ParseError<&[u8]> for Mismatch {
    fn from_error_kind(line: &[u8], _: ErrorKind) -> Self {
        // Each place where this could surface is named by `expect`.
        Self { left: line.len(), expected: Expected::Body }
    }

    fn append(_: &[u8], _: ErrorKind, other: Self) -> Self {
        other
    }
}

/// A value as it stands in a line.
///
/// ```text
/// value-spec = ":" (    FILL 0*1(SAFE-STRING) /
///                   ":" FILL (BASE64-STRING) /
///                   "<" FILL url)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ValueSpec<'l> {
    Plain(&'l [u8]),
    Base64(&'l [u8]),
    Url(&'l [u8]),
}

/// An attribute with a value, or the lines that look like one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AttrvalSpec<'l> {
    pub(super) description: &'l [u8],
    pub(super) value: ValueSpec<'l>,
}

/// A control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ControlSpec<'l> {
    pub(super) oid: &'l [u8],
    pub(super) is_critical: bool,
    pub(super) value: Option<ValueSpec<'l>>,
}

/// What a `changetype:` line announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangeType {
    Add,
    Delete,
    Modify,
    ModifyDn,
}

/// The productions, as strict as is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grammar(pub(super) Tolerance);

impl Grammar {
    /// ```text
    /// version-spec   = "version:" FILL version-number
    /// version-number = 1*DIGIT
    ///                  ; version-number MUST be "1" for the
    ///                  ; LDIF format described in this document.
    /// ```
    pub(super) fn version_spec(self, line: &[u8]) -> Parsed<'_, ()> {
        let version_number = expect(Expected::VersionOne, tag("1"));
        let keyword = expect(Expected::VersionOrDn, tag_no_case("version:"));
        let (line, _) = (keyword, fill, version_number).parse(line)?;
        self.end(Expected::VersionOne, line)
    }

    /// ```text
    /// dn-spec = "dn:" (FILL distinguishedName /
    ///                  ":" FILL base64-distinguishedName)
    /// ```
    pub(super) fn dn_spec(self, line: &[u8]) -> Parsed<'_, ValueSpec<'_>> {
        preceded(expect(Expected::Dn, tag_no_case("dn:")), |line| self.name(line)).parse(line)
    }

    /// ```text
    /// control = "control:" FILL ldap-oid        ; controlType
    ///           0*1(1*SPACE ("true" / "false")) ; criticality
    ///           0*1(value-spec)                 ; controlValue
    ///           SEP
    /// ```
    pub(super) fn control(self, line: &[u8]) -> Parsed<'_, ControlSpec<'_>> {
        let keyword = expect(Expected::ChangeType, tag_no_case("control:"));
        let (line, oid) = preceded((keyword, fill), expect(Expected::Oid, ldap_oid)).parse(line)?;
        let (line, criticality) = opt(preceded(take_while1(is_space), criticality)).parse(line)?;
        let (line, value) = match line {
            [b':', ..] => self.value_spec(line).map(|(line, value)| (line, Some(value)))?,
            _ => {
                let expected =
                    if criticality.is_some() { Expected::ControlValue } else { Expected::Criticality };
                self.end(expected, line).map(|(line, ())| (line, None))?
            }
        };
        Ok((line, ControlSpec { oid, is_critical: criticality.unwrap_or_default(), value }))
    }

    /// ```text
    /// attrval-spec = AttributeDescription value-spec SEP
    /// ```
    pub(super) fn attrval_spec(self, line: &[u8]) -> Parsed<'_, AttrvalSpec<'_>> {
        let (line, (description, value)) =
            pair(|line| self.attribute_description(line), |line| self.value_spec(line)).parse(line)?;
        Ok((line, AttrvalSpec { description, value }))
    }

    /// ```text
    /// value-spec = ":" (    FILL 0*1(SAFE-STRING) /
    ///                   ":" FILL (BASE64-STRING) /
    ///                   "<" FILL url)
    /// ```
    fn value_spec(self, line: &[u8]) -> Parsed<'_, ValueSpec<'_>> {
        let (line, _) = expect(Expected::Colon, tag(":")).parse(line)?;
        match line {
            [b':', line @ ..] => base64_string(line).map(|(line, value)| (line, ValueSpec::Base64(value))),
            [b'<', line @ ..] => url(line).map(|(line, value)| (line, ValueSpec::Url(value))),
            _ => self.safe_string(line).map(|(line, value)| (line, ValueSpec::Plain(value))),
        }
    }

    /// What `dn:`, `newrdn:` and `newsuperior:` have in common:
    ///
    /// ```text
    /// (FILL distinguishedName / ":" FILL base64-distinguishedName)
    /// distinguishedName        = SAFE-STRING
    /// base64-distinguishedName = BASE64-UTF8-STRING
    /// ```
    fn name(self, line: &[u8]) -> Parsed<'_, ValueSpec<'_>> {
        match line {
            [b':', line @ ..] => base64_string(line).map(|(line, value)| (line, ValueSpec::Base64(value))),
            [b'<', ..] => Err(mismatch(Expected::Name, line)),
            _ => self.safe_string(line).map(|(line, value)| (line, ValueSpec::Plain(value))),
        }
    }

    /// After FILL, which belongs to each place where this stands:
    ///
    /// ```text
    /// SAFE-CHAR      = %x01-09 / %x0B-0C / %x0E-7F
    /// SAFE-INIT-CHAR = %x01-09 / %x0B-0C / %x0E-1F /
    ///                  %x21-39 / %x3B / %x3D-7F
    /// SAFE-STRING    = [SAFE-INIT-CHAR *SAFE-CHAR]
    /// UTF8-CHAR      = SAFE-CHAR / UTF8-2 / UTF8-3 / [..]
    /// ```
    fn safe_string(self, line: &[u8]) -> Parsed<'_, &[u8]> {
        let (line, _) = fill(line)?;
        if self.0 == Tolerance::Standard && matches!(line, [b':' | b'<', ..]) {
            return Err(mismatch(Expected::InitialCharacter, line));
        }
        let (left, text) = take_while(|octet| octet != 0 && octet != b'\r').parse(line)?;
        if !left.is_empty() {
            return Err(mismatch(Expected::SafeCharacter, left));
        }
        match std::str::from_utf8(text) {
            Err(error) if self.0 == Tolerance::Standard => {
                Err(mismatch(Expected::Utf8, text.get(error.valid_up_to()..).unwrap_or_default()))
            }
            _ => Ok((left, text)),
        }
    }

    /// ```text
    /// AttributeDescription = AttributeType [";" options]
    /// AttributeType        = ldap-oid / (ALPHA *(attr-type-chars))
    /// options              = option / (option ";" options)
    /// option               = 1*opt-char
    /// attr-type-chars      = ALPHA / DIGIT / "-"
    /// opt-char             = attr-type-chars
    /// ```
    fn attribute_description(self, line: &[u8]) -> Parsed<'_, &[u8]> {
        if self.0 == Tolerance::AsFound {
            let any = take_while1(|octet: u8| octet.is_ascii_graphic() && octet != b':');
            return expect(Expected::AttributeType, any).parse(line);
        }
        let option = expect(Expected::Option, take_while1(is_attr_type_char));
        recognize(pair(
            expect(Expected::AttributeType, alt((ldap_oid, attribute_type))),
            many0_count(preceded(tag(";"), cut(option))),
        ))
        .parse(line)
    }

    /// ```text
    /// changerecord = "changetype:" FILL
    ///                (change-add / change-delete /
    ///                 change-modify / change-moddn)
    /// change-add    = "add"                SEP 1*attrval-spec
    /// change-delete = "delete"             SEP
    /// change-modify = "modify"             SEP *mod-spec
    /// change-moddn  = ("modrdn" / "moddn") SEP [..]
    /// ```
    pub(super) fn changetype(self, line: &[u8]) -> Parsed<'_, ChangeType> {
        let keyword = expect(Expected::ChangeType, tag_no_case("changetype:"));
        let name = alt((
            value(ChangeType::Add, tag_no_case("add")),
            value(ChangeType::Delete, tag_no_case("delete")),
            value(ChangeType::Modify, tag_no_case("modify")),
            value(ChangeType::ModifyDn, alt((tag_no_case("modrdn"), tag_no_case("moddn")))),
        ));
        let (line, name) = preceded((keyword, fill), expect(Expected::ChangeTypeName, name)).parse(line)?;
        self.end(Expected::ChangeTypeName, line).map(|(line, ())| (line, name))
    }

    /// The line that a part of a modification begins with:
    ///
    /// ```text
    /// mod-spec = ("add:" / "delete:" / "replace:")
    ///            FILL AttributeDescription SEP
    ///            *attrval-spec
    ///            "-" SEP
    /// mod-spec =/ "increment:" FILL AttributeDescription SEP
    ///             attrval-spec "-" SEP                              (RFC 4525 3)
    /// ```
    pub(super) fn mod_spec(self, line: &[u8]) -> Parsed<'_, (ModifyOperation, &[u8])> {
        let operation = alt((
            value(ModifyOperation::Add, tag_no_case("add:")),
            value(ModifyOperation::Delete, tag_no_case("delete:")),
            value(ModifyOperation::Replace, tag_no_case("replace:")),
            value(ModifyOperation::Increment, tag_no_case("increment:")),
        ));
        let (line, operation) = terminated(expect(Expected::ModifyOperation, operation), fill).parse(line)?;
        let (line, description) = self.attribute_description(line)?;
        self.end(Expected::EndOfName, line).map(|(line, ())| (line, (operation, description)))
    }

    /// The `-` that ends a part of a modification.
    pub(super) fn hyphen(self, line: &[u8]) -> Parsed<'_, ()> {
        let (line, _) = expect(Expected::Hyphen, tag("-")).parse(line)?;
        self.end(Expected::Hyphen, line)
    }

    /// ```text
    /// "newrdn:" (FILL rdn / ":" FILL base64-rdn) SEP
    /// ```
    pub(super) fn newrdn(self, line: &[u8]) -> Parsed<'_, ValueSpec<'_>> {
        preceded(expect(Expected::NewRdn, tag_no_case("newrdn:")), |line| self.name(line)).parse(line)
    }

    /// ```text
    /// "deleteoldrdn:" FILL ("0" / "1") SEP
    /// ```
    pub(super) fn deleteoldrdn(self, line: &[u8]) -> Parsed<'_, OldRdn> {
        let keyword = expect(Expected::DeleteOldRdn, tag_no_case("deleteoldrdn:"));
        let digit = alt((value(OldRdn::Keep, tag("0")), value(OldRdn::Delete, tag("1"))));
        let (line, old_rdn) = preceded((keyword, fill), expect(Expected::ZeroOrOne, digit)).parse(line)?;
        self.end(Expected::ZeroOrOne, line).map(|(line, ())| (line, old_rdn))
    }

    /// ```text
    /// 0*1("newsuperior:"
    /// (    FILL distinguishedName /
    ///  ":" FILL base64-distinguishedName) SEP)
    /// ```
    pub(super) fn newsuperior(self, line: &[u8]) -> Parsed<'_, ValueSpec<'_>> {
        let keyword = expect(Expected::NewSuperiorOrEnd, tag_no_case("newsuperior:"));
        preceded(keyword, |line| self.name(line)).parse(line)
    }

    /// Nothing more in this line.
    fn end(self, expected: Expected, line: &[u8]) -> Parsed<'_, ()> {
        let line = if self.0 == Tolerance::AsFound { fill(line)?.0 } else { line };
        if line.is_empty() { Ok((line, ())) } else { Err(mismatch(expected, line)) }
    }
}

/// ```text
/// ldap-oid = 1*DIGIT 0*1("." 1*DIGIT)
///            ; An LDAPOID, as defined in [4]
/// ```
fn ldap_oid(line: &[u8]) -> Parsed<'_, &[u8]> {
    let digits = || take_while1(|octet: u8| octet.is_ascii_digit());
    let arc = preceded(tag("."), cut(expect(Expected::Oid, digits())));
    recognize(pair(digits(), many0_count(arc))).parse(line)
}

/// ```text
/// ALPHA *(attr-type-chars)
/// ```
fn attribute_type(line: &[u8]) -> Parsed<'_, &[u8]> {
    let alpha = take_while_m_n(1, 1, |octet: u8| octet.is_ascii_alphabetic());
    recognize(pair(alpha, take_while(is_attr_type_char))).parse(line)
}

fn criticality(line: &[u8]) -> Parsed<'_, bool> {
    alt((value(true, tag_no_case("true")), value(false, tag_no_case("false")))).parse(line)
}

/// ```text
/// ":" FILL (BASE64-STRING)
/// BASE64-STRING = [*(BASE64-CHAR)]
/// ```
fn base64_string(line: &[u8]) -> Parsed<'_, &[u8]> {
    preceded(fill, rest).parse(line)
}

/// ```text
/// "<" FILL url
/// url = <a Uniform Resource Locator, as defined in [6]>
/// ```
///
/// Which consists of visible ASCII; the rest is the resolver's.
fn url(line: &[u8]) -> Parsed<'_, &[u8]> {
    let (left, url) =
        preceded(fill, expect(Expected::Url, take_while1(|octet: u8| octet.is_ascii_graphic())))
            .parse(line)?;
    if left.is_empty() { Ok((left, url)) } else { Err(mismatch(Expected::Url, left)) }
}

/// ```text
/// FILL = *SPACE
/// ```
fn fill(line: &[u8]) -> Parsed<'_, &[u8]> {
    take_while(is_space).parse(line)
}

const fn is_space(octet: u8) -> bool {
    octet == b' '
}

const fn is_attr_type_char(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || octet == b'-'
}

/// Finds the end of a line that is not joined yet.
pub(super) fn line_feed(data: &[u8]) -> Option<usize> {
    let line: IResult<_, _, Mismatch> =
        terminated(streaming::take_till(|octet| octet == b'\n'), streaming::tag("\n")).parse(data);
    line.ok().map(|(_, line)| line.len())
}

/// Joins the parts of a folded line.
///
/// ```text
/// SEP = (CR LF / LF)
/// ```
pub(super) fn unfold(line: &[u8], target: &mut Vec<u8>) {
    let sep = || alt((tag("\r\n"), tag("\n")));
    let mut part = recognize(many0_count(alt((
        take_while1(|octet| octet != b'\r' && octet != b'\n'),
        terminated(tag("\r"), not(tag("\n"))),
    ))));
    let parts: IResult<_, Vec<&[u8]>, Mismatch> =
        separated_list0(pair(sep(), tag(" ")), |line| part.parse(line)).parse(line);
    if let Ok((_, parts)) = parts {
        parts.into_iter().for_each(|part| target.extend_from_slice(part));
    }
}

/// Says what a parser reads, for the case that it does not stand there.
fn expect<'l, T>(
    expected: Expected,
    mut parser: impl Parser<&'l [u8], Output = T, Error = Mismatch>,
) -> impl Parser<&'l [u8], Output = T, Error = Mismatch> {
    move |line: &'l [u8]| {
        parser.parse(line).map_err(|error| match error {
            Err::Error(_) => mismatch(expected, line),
            error => error,
        })
    }
}

const fn mismatch(expected: Expected, left: &[u8]) -> Err<Mismatch> {
    Err::Error(Mismatch { left: left.len(), expected })
}
