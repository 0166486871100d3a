//! `LDAPResult`, the answer to most requests.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;

use crate::ber::{DecodeError, Reader, Tag, Writer};
use crate::model::{LdapString, ResultCode};

use super::{Context, EncodeError, number};

/// How an operation ended.
///
/// ```text
/// LDAPResult ::= SEQUENCE {
///      resultCode         ENUMERATED { success (0), operationsError (1), ... },
///      matchedDN          LDAPDN,
///      diagnosticMessage  LDAPString,
///      referral           [3] Referral OPTIONAL }
///
/// Referral ::= SEQUENCE SIZE (1..MAX) OF uri URI            (RFC 4511 4.1.9, 4.1.10)
/// ```
///
/// The two texts are kept as octets: a server that sends one that is not UTF-8 has answered all the same. An empty
/// referral is read as none. "The referral field is present in an LDAPResult if the resultCode is set to referral, and
/// absent with all other result codes" (RFC 4511 4.1.10): a referral beside another code is read, for whom the
/// server sent it to, and not written.
///
/// ```
/// use ldapwire::model::ResultCode;
/// use ldapwire::proto::LdapResult;
///
/// let result = LdapResult::new(ResultCode::NO_SUCH_OBJECT).with_matched_dn("dc=example,dc=org");
/// assert_eq!(result.to_string(), "noSuchObject (32), matched dc=example,dc=org");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct LdapResult {
    code: ResultCode,
    matched_dn: Bytes,
    diagnostic_message: Bytes,
    referral: Vec<LdapString>,
}

impl LdapResult {
    pub(super) const REFERRAL: Tag = Tag::context(3);

    /// Makes a result without texts.
    pub const fn new(code: ResultCode) -> Self {
        Self { code, matched_dn: Bytes::new(), diagnostic_message: Bytes::new(), referral: Vec::new() }
    }

    /// Returns the result `success`.
    pub const fn success() -> Self {
        Self::new(ResultCode::SUCCESS)
    }

    /// Sets the name of the last entry that was found on the way to the target.
    #[must_use]
    pub fn with_matched_dn(mut self, dn: impl Into<LdapString>) -> Self {
        self.matched_dn = dn.into().to_bytes();
        self
    }

    /// Sets the text for people.
    #[must_use]
    pub fn with_diagnostic_message(mut self, text: impl Into<LdapString>) -> Self {
        self.diagnostic_message = text.into().to_bytes();
        self
    }

    /// Sets the URLs to ask instead, which belong to the code `referral`: beside another the result cannot be encoded.
    #[must_use]
    pub fn with_referral<U: Into<LdapString>>(mut self, urls: impl IntoIterator<Item = U>) -> Self {
        self.referral = urls.into_iter().map(Into::into).collect();
        self
    }

    /// Returns the code.
    pub const fn code(&self) -> ResultCode {
        self.code
    }

    /// Returns the name of the last entry that was found on the way to the target; invalid UTF-8 is replaced.
    pub fn matched_dn(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.matched_dn)
    }

    /// Returns the octets of [`matched_dn`](Self::matched_dn).
    pub const fn matched_dn_octets(&self) -> &Bytes {
        &self.matched_dn
    }

    /// Returns the text for people; invalid UTF-8 is replaced. Programs should not rely on it.
    pub fn diagnostic_message(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.diagnostic_message)
    }

    /// Returns the octets of [`diagnostic_message`](Self::diagnostic_message).
    pub const fn diagnostic_message_octets(&self) -> &Bytes {
        &self.diagnostic_message
    }

    /// Returns the URLs to ask instead. The standard has some only with the code `referral`; a server may have sent them
    /// with another.
    pub fn referral(&self) -> &[LdapString] {
        &self.referral
    }

    /// Returns whether it is a code without texts.
    #[cfg(feature = "client")]
    pub(super) fn is_bare(&self) -> bool {
        self.matched_dn.is_empty() && self.diagnostic_message.is_empty() && self.referral.is_empty()
    }

    /// Copies the texts out of the frame that they are part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self {
            code: self.code,
            matched_dn: Bytes::copy_from_slice(&self.matched_dn),
            diagnostic_message: Bytes::copy_from_slice(&self.diagnostic_message),
            referral: self.referral.iter().map(LdapString::detach).collect(),
        }
    }

    /// Reads the components of the SEQUENCE that other results extend, and stops behind them.
    pub(super) fn decode_components<'a>(
        reader: &mut Reader<'a>,
        context: &Context<'a>,
    ) -> Result<Self, DecodeError> {
        let code = ResultCode::new(number::decode(reader, Tag::ENUMERATED, "resultCode")?);
        let matched_dn = context.octets(reader, Tag::OCTET_STRING)?;
        let diagnostic_message = context.octets(reader, Tag::OCTET_STRING)?;
        let referral = match reader.optional(Self::REFERRAL)? {
            None => Vec::new(),
            Some(urls) => context.list(urls, "referral", context.limits().referral_urls, |reader| {
                context.text(reader, Tag::OCTET_STRING, "referral")
            })?,
        };
        Ok(Self { code, matched_dn, diagnostic_message, referral })
    }

    /// Reads a result that nothing extends.
    pub(super) fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let result = Self::decode_components(&mut content, context)?;
        Self::finish(&mut content, &[])?;
        Ok(result)
    }

    /// Passes over what stands behind the components of a result, and those `more` that the operation adds.
    pub(super) fn finish(content: &mut Reader<'_>, more: &[Tag]) -> Result<(), DecodeError> {
        let known = [Tag::ENUMERATED, Tag::OCTET_STRING, Self::REFERRAL];
        content.finish_extensible_unless(|found| known.iter().chain(more).any(|tag| tag.is_same_type(found)))
    }

    /// Writes the components, last first.
    ///
    /// Refuses a referral that leads nowhere, "Referral ::= SEQUENCE SIZE (1..MAX) OF uri URI", one beside another code
    /// than `referral`, and a code above `maxInt`.
    pub(super) fn encode_components(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        if self.code == ResultCode::REFERRAL && self.referral.is_empty() {
            return Err(EncodeError::Empty { list: "referral" });
        }
        if self.code != ResultCode::REFERRAL && !self.referral.is_empty() {
            return Err(EncodeError::Invalid {
                field: "referral",
                expected: "absent unless the code is referral",
            });
        }
        if !self.referral.is_empty() {
            writer.constructed(Self::REFERRAL, |writer| {
                for url in self.referral.iter().rev() {
                    writer.octet_string(Tag::OCTET_STRING, url.as_bytes());
                }
            });
        }
        writer.octet_string(Tag::OCTET_STRING, &self.diagnostic_message);
        writer.octet_string(Tag::OCTET_STRING, &self.matched_dn);
        number::encode(self.code.number(), Tag::ENUMERATED, "resultCode", writer)
    }

    /// Writes a result that nothing extends under the tag of its operation.
    pub(super) fn encode(&self, tag: Tag, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.constructed(tag, |writer| self.encode_components(writer))
    }
}

impl fmt::Display for LdapResult {
    /// Writes what is there in one line: control characters, which a peer may send to a log or a terminal, are escaped.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if !self.diagnostic_message.is_empty() {
            write!(f, ": {}", OneLine(&self.diagnostic_message()))?;
        }
        if !self.matched_dn.is_empty() {
            write!(f, ", matched {}", OneLine(&self.matched_dn()))?;
        }
        for (position, url) in self.referral.iter().enumerate() {
            write!(f, "{} {}", if position == 0 { ", see" } else { " or" }, OneLine(url))?;
        }
        Ok(())
    }
}

impl fmt::Debug for LdapResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LdapResult({self})")
    }
}

/// A text of a peer, its control characters escaped.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in self.0.split_inclusive(char::is_control) {
            let plain = piece.trim_end_matches(char::is_control);
            write!(f, "{plain}{}", piece[plain.len()..].escape_default())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::ProtocolOp;
    use crate::proto::tests::round_trip;

    #[test]
    fn results_have_the_octets_of_the_standard() {
        let result = LdapResult::new(ResultCode::REFERRAL)
            .with_matched_dn("o=a")
            .with_diagnostic_message("elsewhere")
            .with_referral(["ldap://a/", "ldap://b/"]);
        let octets = b"\x30\x30\x02\x01\x05\x65\x2b\x0a\x01\x0a\x04\x03o=a\x04\x09elsewhere\xa3\x16\x04\x09ldap://a/\x04\x09ldap://b/";
        assert_eq!(round_trip(octets), ProtocolOp::SearchResultDone(result.clone()));
        assert_eq!(result.to_string(), "referral (10): elsewhere, matched o=a, see ldap://a/ or ldap://b/");
        assert_eq!(result.detach(), result);
    }

    #[test]
    fn control_characters_of_a_server_are_not_printed() {
        let result = LdapResult::new(ResultCode::REFERRAL)
            .with_matched_dn("o=\u{9b}2J\\, b")
            .with_diagnostic_message("it's\r\n\x1b[31m \"red\" é")
            .with_referral(["ldap://a/\0"]);
        let shown =
            r#"referral (10): it's\r\n\u{1b}[31m "red" é, matched o=\u{9b}2J\, b, see ldap://a/\u{0}"#;
        assert_eq!(result.to_string(), shown);
        assert_eq!(format!("{result:?}"), format!("LdapResult({shown})"));
    }

    #[test]
    fn what_the_standard_forbids_is_not_written() {
        let refused =
            |result: LdapResult| result.encode(Tag::application(5), &mut Writer::new()).unwrap_err();
        let nowhere = refused(LdapResult::new(ResultCode::REFERRAL));
        assert_eq!(nowhere, EncodeError::Empty { list: "referral" });
        let error = refused(LdapResult::new(ResultCode::new(1 << 31)));
        assert!(matches!(error, EncodeError::Invalid { field: "resultCode", .. }));
        let error = refused(LdapResult::new(ResultCode::NO_SUCH_OBJECT).with_referral(["ldap://a/"]));
        assert!(matches!(error, EncodeError::Invalid { field: "referral", .. }));
    }
}
