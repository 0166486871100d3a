//! `LDAPOID`: the name of an operation, a control, a feature.

use std::borrow::Borrow;
use std::error::Error;
use std::fmt;
use std::str::FromStr;

use super::LdapString;

/// An object identifier in dotted-decimal form, such as `1.3.6.1.4.1.1466.20037`.
///
/// ```text
/// LDAPOID ::= OCTET STRING -- Constrained to <numericoid>
///                          -- [RFC4512]                         (RFC 4511 4.1.2)
/// ```
///
/// [`parse`](Self::parse) and [`from_static`](Self::from_static) take well-formed identifiers only. A peer may send
/// anything where an identifier belongs, and the message around it has to survive that, so
/// [`from_wire`](Self::from_wire) keeps whatever came; [`is_valid`](Self::is_valid) tells the difference.
///
/// Two identifiers are equal when their texts are, and they sort as texts do. Both agree with `str`, so a map keyed
/// by `Oid` can be asked with a `&str`.
///
/// ```
/// use ldapwire::model::Oid;
///
/// const START_TLS: Oid = Oid::from_static("1.3.6.1.4.1.1466.20037");
/// assert_eq!(Oid::parse("1.3.6.1.4.1.1466.20037")?, START_TLS);
/// assert!(Oid::parse("1.3.06").is_err());
/// # Ok::<(), ldapwire::model::OidParseError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(LdapString);

impl Oid {
    /// Reads an identifier.
    ///
    /// Beyond the grammar of RFC 4512 1.4 the first two arcs must be possible ones: the first is 0, 1 or 2, and below
    /// 0 and 1 the second is at most 39 (X.660). Arcs may have any number of digits.
    ///
    /// # Errors
    ///
    /// The text is no identifier; the error says where and why.
    pub fn parse(text: &str) -> Result<Self, OidParseError> {
        check(text.as_bytes())?;
        Ok(Self(LdapString::from(text)))
    }

    /// Makes an identifier of text that lives as long as the program, without a copy.
    ///
    /// # Panics
    ///
    /// The text is no identifier. In a `const` that is an error at compile time:
    ///
    /// ```compile_fail,E0080
    /// use ldapwire::model::Oid;
    ///
    /// const WRONG: Oid = Oid::from_static("1.3.06");
    /// # let _ = WRONG;
    /// ```
    pub const fn from_static(text: &'static str) -> Self {
        match check(text.as_bytes()) {
            Ok(()) => Self(LdapString::from_static(text)),
            Err(error) => panic!("{}", error.problem.as_str()),
        }
    }

    /// Takes the text of a received identifier as it is, well-formed or not, without a copy.
    ///
    /// ```
    /// use ldapwire::model::{LdapString, Oid};
    ///
    /// let odd = Oid::from_wire(LdapString::from("foo"));
    /// assert_eq!(odd, "foo");
    /// assert!(!odd.is_valid());
    /// ```
    pub const fn from_wire(text: LdapString) -> Self {
        Self(text)
    }

    /// Whether this is a well-formed identifier, as [`parse`](Self::parse) demands.
    ///
    /// False only for one made by [`from_wire`](Self::from_wire).
    pub fn is_valid(&self) -> bool {
        Self::is_valid_text(&self.0)
    }

    /// The same of a text that is not made an identifier.
    pub(crate) fn is_valid_text(text: &str) -> bool {
        check(text.as_bytes()).is_ok()
    }

    /// Returns how long the well-formed identifier is that some octets begin with: up to what is neither a digit nor the dot of a
    /// further arc.
    pub(crate) fn valid_length(octets: &[u8]) -> Option<usize> {
        let end = numericoid(octets, 0).ok()?;
        check_arcs(octets, end).is_ok().then_some(end)
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text as it goes into a message.
    pub const fn as_ldap_string(&self) -> &LdapString {
        &self.0
    }

    /// Copies the text out of the frame it is part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Oid({})", self.0.escape_debug())
    }
}

impl FromStr for Oid {
    type Err = OidParseError;

    fn from_str(text: &str) -> Result<Self, OidParseError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for Oid {
    type Error = OidParseError;

    fn try_from(text: &str) -> Result<Self, OidParseError> {
        Self::parse(text)
    }
}

impl From<Oid> for LdapString {
    fn from(oid: Oid) -> Self {
        oid.0
    }
}

impl AsRef<str> for Oid {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Oid {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl PartialEq<str> for Oid {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Oid {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

/// Why a text is no object identifier, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OidParseError {
    position: usize,
    problem: OidProblem,
}

impl OidParseError {
    /// Returns the offset, in octets, of the place that is wrong.
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Returns what is wrong there.
    pub const fn problem(&self) -> OidProblem {
        self.problem
    }
}

impl fmt::Display for OidParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at offset {}", self.problem.as_str(), self.position)
    }
}

impl Error for OidParseError {}

/// What can be wrong with an object identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OidProblem {
    /// A digit is missing: an arc is empty, or something else stands in its place.
    ExpectedDigit,
    /// Something other than a digit or a dot follows an arc.
    ExpectedDotOrEnd,
    /// An arc other than `0` begins with `0`.
    LeadingZero,
    /// There is one arc only.
    SingleArc,
    /// The first arc is not 0, 1 or 2.
    FirstArcTooLarge,
    /// The second arc is above 39 while the first is 0 or 1.
    SecondArcTooLarge,
}

impl OidProblem {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ExpectedDigit => "object identifier: expected a digit",
            Self::ExpectedDotOrEnd => "object identifier: expected a digit, a dot or the end",
            Self::LeadingZero => "object identifier: expected an arc without a leading zero",
            Self::SingleArc => "object identifier: expected at least two arcs, found one",
            Self::FirstArcTooLarge => "object identifier: expected 0, 1 or 2 as first arc",
            Self::SecondArcTooLarge => "object identifier: expected a second arc of at most 39 below 0 and 1",
        }
    }
}

/// Checks `numericoid` and that X.660 has such a first and second arc.
const fn check(text: &[u8]) -> Result<(), OidParseError> {
    let end = match numericoid(text, 0) {
        Ok(end) => end,
        Err(error) => return Err(error),
    };
    if end < text.len() {
        return Err(OidParseError { position: end, problem: OidProblem::ExpectedDotOrEnd });
    }
    check_arcs(text, end)
}

/// Checks that X.660 has the first and second arc of a `numericoid` that ends here.
const fn check_arcs(text: &[u8], end: usize) -> Result<(), OidParseError> {
    // At least two arcs are there: the shortest text that comes here is `0.0`.
    if text[0] > b'2' || text[1] != b'.' {
        return Err(OidParseError { position: 0, problem: OidProblem::FirstArcTooLarge });
    }
    let second_arc_has_two_digits = end > 3 && text[3] != b'.';
    let second_arc_is_longer = end > 4 && second_arc_has_two_digits && text[4] != b'.';
    if text[0] < b'2' && (second_arc_is_longer || (second_arc_has_two_digits && text[2] > b'3')) {
        return Err(OidParseError { position: 2, problem: OidProblem::SecondArcTooLarge });
    }
    Ok(())
}

/// Reads the longest `numericoid` that begins at `start` and returns its end.
///
/// ```text
/// numericoid = number 1*( DOT number )
/// number     = DIGIT / ( LDIGIT 1*DIGIT )                       (RFC 4512 1.4)
/// ```
///
/// Nothing more than the grammar, which is what names and filters are held to. It is `const` for the templates that
/// are checked at compile time.
pub(super) const fn numericoid(text: &[u8], start: usize) -> Result<usize, OidParseError> {
    let mut position = start;
    let mut arcs = 0_usize;
    loop {
        let arc = position;
        while position < text.len() && text[position].is_ascii_digit() {
            position += 1;
        }
        if position == arc {
            return Err(OidParseError { position, problem: OidProblem::ExpectedDigit });
        }
        if text[arc] == b'0' && position > arc + 1 {
            return Err(OidParseError { position: arc, problem: OidProblem::LeadingZero });
        }
        arcs += 1;
        if position == text.len() || text[position] != b'.' {
            break;
        }
        position += 1;
    }
    if arcs < 2 {
        return Err(OidParseError { position, problem: OidProblem::SingleArc });
    }
    Ok(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_formed_identifiers_are_kept_as_written() {
        for text in [
            "0.0",
            "0.39",
            "1.39.0",
            "2.5.4.3",
            "2.40",
            "2.999.1",
            "1.3.6.1.4.1.1466.20037",
            "0.9.2342.19200300.100.1.25",
        ] {
            let oid = Oid::parse(text).unwrap();
            assert_eq!(oid.to_string(), text);
            assert!(oid.is_valid());
        }
    }

    #[test]
    fn an_arc_may_have_any_number_of_digits() {
        let text = format!("2.25.{}", "9".repeat(100_000));
        assert_eq!(text.parse::<Oid>().unwrap(), text.as_str());
    }

    #[test]
    fn an_identifier_ends_before_what_is_none_of_it() {
        for (octets, length) in [
            (&b"2.5.4.3"[..], Some(7)),
            (b"2.5.4.3 NAME", Some(7)),
            (b"1.3.6.1{64}", Some(7)),
            (b"0.3)", Some(3)),
            (b"1.39x", Some(4)),
            (b"1.40 ", None),
            (b"1.5.", None),
            (b"3.1 ", None),
            (b"2 ", None),
            (b"cn", None),
            (b"", None),
        ] {
            assert_eq!(Oid::valid_length(octets), length, "{octets:?}");
        }
    }

    #[test]
    fn malformed_identifiers_are_refused_with_place_and_cause() {
        use OidProblem::*;
        for (text, position, problem) in [
            ("", 0, ExpectedDigit),
            ("1", 1, SingleArc),
            ("1.", 2, ExpectedDigit),
            (".1", 0, ExpectedDigit),
            ("1..2", 2, ExpectedDigit),
            ("1.2.", 4, ExpectedDigit),
            ("1.02", 2, LeadingZero),
            ("00.1", 0, LeadingZero),
            ("1.2 ", 3, ExpectedDotOrEnd),
            (" 1.2", 0, ExpectedDigit),
            ("1.2a", 3, ExpectedDotOrEnd),
            ("1.-2", 2, ExpectedDigit),
            ("1.٣", 2, ExpectedDigit),
            ("cn", 0, ExpectedDigit),
            ("3.1", 0, FirstArcTooLarge),
            ("10.1", 0, FirstArcTooLarge),
            ("0.40", 2, SecondArcTooLarge),
            ("1.100.1", 2, SecondArcTooLarge),
            ("1.390", 2, SecondArcTooLarge),
        ] {
            let error = Oid::parse(text).unwrap_err();
            assert_eq!((error.position(), error.problem()), (position, problem), "{text:?}");
        }
    }

    #[test]
    fn errors_say_what_was_expected_and_where() {
        assert_eq!(
            Oid::parse("1.02").unwrap_err().to_string(),
            "object identifier: expected an arc without a leading zero at offset 2"
        );
    }

    #[test]
    fn what_a_peer_sent_is_kept_whatever_it_is() {
        for text in ["", "foo", "1", "1.02", "cn\0"] {
            let oid = Oid::from_wire(LdapString::from(text));
            assert_eq!(oid, text);
            assert!(!oid.is_valid());
        }
        assert!(Oid::from_wire(LdapString::from("1.2.3")).is_valid());
    }

    #[test]
    fn a_map_keyed_by_oid_is_asked_with_text() {
        let map = std::collections::HashMap::from([(Oid::from_static("1.2.3"), 1)]);
        assert_eq!(map.get("1.2.3"), Some(&1));
        assert_eq!(map.get("1.2.4"), None);
    }
}
