//! Verify credentials (OpenLDAP's): a bind that changes nobody's connection.

use std::fmt;

use bytes::Bytes;

use crate::ber::{DecodeError, Tag, Writer};
use crate::model::{Control, LdapString, Oid, ResultCode, Secret};
use crate::proto::{
    Authentication, Context, ExtendedResponse, LdapResult, Quirks, control, number, sequence_value, value,
};

use super::ExtendedOp;

/// Asks whether a bind would succeed, without doing it: the connection stays whose it is.
///
/// ```text
/// VCRequest ::= SEQUENCE {
///      cookie          [0] OCTET STRING OPTIONAL,
///      name            LDAPDN,
///      authentication  AuthenticationChoice,
///      controls        [2] Controls OPTIONAL }
/// ```
///
/// The octets of the value are wiped when the request is dropped; a frame that it was encoded into is its owner's to
/// wipe. **Nothing here keeps a password off a connection that others can read**: look at
/// [`is_private`](crate::Client::is_private).
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyCredentials {
    cookie: Option<Bytes>,
    name: LdapString,
    authentication: Authentication,
    controls: Vec<Control>,
}

const COOKIE: Tag = Tag::context_primitive(0);
const SERVER_SASL_CREDS: Tag = Tag::context_primitive(1);
const CONTROLS: Tag = Tag::context(2);

impl VerifyCredentials {
    /// Asks about a name and a password.
    pub fn simple(name: impl Into<LdapString>, password: impl Into<Secret>) -> Self {
        Self::with(name.into(), Authentication::Simple(password.into()))
    }

    /// Asks about credentials of a SASL mechanism.
    pub fn sasl(mechanism: impl Into<LdapString>, credentials: Option<Secret>) -> Self {
        let mechanism = mechanism.into();
        Self::with(LdapString::new(), Authentication::Sasl { mechanism, credentials })
    }

    const fn with(name: LdapString, authentication: Authentication) -> Self {
        Self { cookie: None, name, authentication, controls: Vec::new() }
    }

    /// Sets the cookie of the answer before, for a mechanism of several steps. Default none.
    #[must_use]
    pub fn with_cookie(mut self, cookie: impl Into<Bytes>) -> Self {
        self.cookie = Some(cookie.into());
        self
    }

    /// Adds a control that the bind would have.
    #[must_use]
    pub fn with_bind_control(mut self, control: impl Into<Control>) -> Self {
        self.controls.push(control.into());
        self
    }

    /// Returns the cookie of the answer before.
    pub const fn cookie(&self) -> Option<&Bytes> {
        self.cookie.as_ref()
    }

    /// Returns who the credentials are of.
    pub const fn name(&self) -> &LdapString {
        &self.name
    }

    /// Returns the credentials.
    pub const fn authentication(&self) -> &Authentication {
        &self.authentication
    }

    /// Returns the controls that the bind would have.
    pub fn bind_controls(&self) -> &[Control] {
        &self.controls
    }

    /// Returns the octets that the value takes at most, so that no part of a secret is left behind by a writer that
    /// grows.
    fn room(&self) -> usize {
        /// Tags and lengths of an element and of those around it.
        const HEADERS: usize = 64;
        let secret = match &self.authentication {
            Authentication::Simple(secret) | Authentication::Other { content: secret, .. } => {
                secret.expose().len()
            }
            Authentication::Sasl { mechanism, credentials } => {
                let credentials = credentials.as_ref().map_or(0, |secret| secret.expose().len());
                mechanism.len().saturating_add(credentials)
            }
        };
        let controls = self.controls.iter().map(|control| {
            let value = control.value().map_or(0, Bytes::len);
            control.oid().as_str().len().saturating_add(value).saturating_add(HEADERS)
        });
        let fields = [HEADERS, secret, self.name.len(), self.cookie.as_ref().map_or(0, Bytes::len)];
        fields.into_iter().chain(controls).fold(0, usize::saturating_add)
    }
}

impl ExtendedOp for VerifyCredentials {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.4203.666.6.5");

    type Response = CredentialsVerified;

    fn encode_value(&self) -> Option<Bytes> {
        let mut writer = Writer::with_capacity(self.room());
        let written = writer.constructed(Tag::SEQUENCE, |writer| {
            if !self.controls.is_empty() {
                control::encode_list_as(CONTROLS, &self.controls, writer);
            }
            self.authentication.encode(writer)?;
            writer.octet_string(Tag::OCTET_STRING, self.name.as_bytes());
            if let Some(cookie) = &self.cookie {
                writer.octet_string(COOKIE, cookie);
            }
            Ok::<_, crate::proto::EncodeError>(())
        });
        let value = value::wiped_value(writer);
        written.is_ok().then_some(value)
    }

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let cookie = context.optional_octets(&mut sequence, COOKIE)?;
        let name = context.text(&mut sequence, Tag::OCTET_STRING, "name")?;
        let authentication = Authentication::decode(&mut sequence, &context)?;
        let controls = match sequence.optional(CONTROLS)? {
            None => Vec::new(),
            Some(list) => control::decode_elements(list, &context)?,
        };
        sequence.finish_extensible_after(&[CONTROLS])?;
        Ok(Self { cookie, name, authentication, controls })
    }

    fn encode_response(verified: &CredentialsVerified) -> ExtendedResponse {
        let value = sequence_value(|writer| {
            if !verified.controls.is_empty() {
                control::encode_list_as(CONTROLS, &verified.controls, writer);
            }
            let octets = [(SERVER_SASL_CREDS, &verified.server_sasl_creds), (COOKIE, &verified.cookie)];
            for (tag, octets) in octets {
                if let Some(octets) = octets {
                    writer.octet_string(tag, octets);
                }
            }
            writer.octet_string(Tag::OCTET_STRING, verified.diagnostic_message.as_bytes());
            writer.integer(Tag::ENUMERATED, i64::from(verified.code.number()));
        });
        ExtendedResponse::new(LdapResult::success()).with_value(value)
    }

    /// The code may be written as an INTEGER: OpenLDAP does so.
    fn decode_response_with(
        response: &ExtendedResponse,
        quirks: &Quirks,
    ) -> Result<CredentialsVerified, DecodeError> {
        let context = Context::of_value(response.value(), quirks)?;
        let mut sequence = context.sequence()?;
        let tag = if sequence.peek() == Some(Tag::INTEGER) { Tag::INTEGER } else { Tag::ENUMERATED };
        let code = ResultCode::new(number::decode(&mut sequence, tag, "resultCode")?);
        let diagnostic_message = context.text(&mut sequence, Tag::OCTET_STRING, "diagnosticMessage")?;
        let cookie = context.optional_octets(&mut sequence, COOKIE)?;
        let server_sasl_creds = context.optional_octets(&mut sequence, SERVER_SASL_CREDS)?;
        let controls = match sequence.optional(CONTROLS)? {
            None => Vec::new(),
            Some(list) => control::decode_elements(list, &context)?,
        };
        sequence.finish_extensible_after(&[COOKIE, SERVER_SASL_CREDS, CONTROLS])?;
        Ok(CredentialsVerified { code, diagnostic_message, cookie, server_sasl_creds, controls })
    }
}

impl fmt::Debug for VerifyCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyCredentials").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Whether a bind would have succeeded. **The operation itself succeeds also where the bind would not**: the code is
/// in here.
///
/// ```text
/// VCResponse ::= SEQUENCE {
///      resultCode         ResultCode,
///      diagnosticMessage  LDAPString,
///      cookie             [0] OCTET STRING OPTIONAL,
///      serverSaslCreds    [1] OCTET STRING OPTIONAL,
///      controls           [2] Controls OPTIONAL }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "the operation succeeds also where the credentials are wrong"]
pub struct CredentialsVerified {
    code: ResultCode,
    diagnostic_message: LdapString,
    cookie: Option<Bytes>,
    server_sasl_creds: Option<Bytes>,
    controls: Vec<Control>,
}

impl CredentialsVerified {
    /// Says with what code the bind would have ended; codes above `maxInt` become `other`.
    pub const fn new(code: ResultCode) -> Self {
        Self {
            code: number::sendable(code),
            diagnostic_message: LdapString::new(),
            cookie: None,
            server_sasl_creds: None,
            controls: Vec::new(),
        }
    }

    /// Sets the text for people. Default empty.
    pub fn with_diagnostic_message(mut self, text: impl Into<LdapString>) -> Self {
        self.diagnostic_message = text.into();
        self
    }

    /// Sets the challenge of a mechanism, and the cookie to answer it with. Default none.
    pub fn with_challenge(mut self, cookie: impl Into<Bytes>, credentials: impl Into<Bytes>) -> Self {
        self.cookie = Some(cookie.into());
        self.server_sasl_creds = Some(credentials.into());
        self
    }

    /// Adds a control that the bind response would have had.
    pub fn with_bind_control(mut self, control: impl Into<Control>) -> Self {
        self.controls.push(control.into());
        self
    }

    /// Whether the credentials are right.
    pub const fn is_success(&self) -> bool {
        self.code.is_success()
    }

    /// Returns with what code the bind would have ended.
    pub const fn code(&self) -> ResultCode {
        self.code
    }

    /// Returns the text for people.
    pub const fn diagnostic_message(&self) -> &LdapString {
        &self.diagnostic_message
    }

    /// Returns the cookie to send with the next step.
    pub const fn cookie(&self) -> Option<&Bytes> {
        self.cookie.as_ref()
    }

    /// Returns the challenge of the mechanism.
    pub const fn server_sasl_creds(&self) -> Option<&Bytes> {
        self.server_sasl_creds.as_ref()
    }

    /// Returns the controls that the bind response would have had.
    pub fn bind_controls(&self) -> &[Control] {
        &self.controls
    }
}

impl fmt::Debug for CredentialsVerified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsVerified")
            .field("code", &self.code)
            .field("diagnostic_message", &self.diagnostic_message)
            .field("controls", &self.controls)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::{AuthorizationIdentity, Controls};

    fn read(octets: &'static [u8]) -> Result<CredentialsVerified, DecodeError> {
        let response = ExtendedResponse::new(LdapResult::success());
        VerifyCredentials::decode_response(&response.with_value(octets))
    }

    #[test]
    fn requests_have_the_octets_of_the_specification() {
        for (request, octets) in [
            (VerifyCredentials::simple("cn=user", "pw"), &b"\x30\x0d\x04\x07cn=user\x80\x02pw"[..]),
            (
                VerifyCredentials::sasl("X", Some(Secret::from(""))).with_cookie("c"),
                b"\x30\x0c\x80\x01c\x04\x00\xa3\x05\x04\x01X\x04\x00",
            ),
            (
                VerifyCredentials::simple("", "").with_bind_control(AuthorizationIdentity),
                b"\x30\x22\x04\x00\x80\x00\xa2\x1c\x30\x1a\x04\x182.16.840.1.113730.3.4.16",
            ),
        ] {
            assert_eq!(request.encode_value().unwrap(), octets);
            assert!(request.room() >= octets.len());
            assert_eq!(VerifyCredentials::from_request(&request.clone().into()), Some(Ok(request)));
            for end in 0..octets.len() {
                let cut = Bytes::copy_from_slice(&octets[..end]);
                assert!(VerifyCredentials::decode_value(Some(&cut)).is_err(), "cut after {end}");
            }
        }
    }

    #[test]
    fn responses_have_the_octets_of_the_specification() {
        let wrong = CredentialsVerified::new(ResultCode::INVALID_CREDENTIALS);
        assert!(!wrong.is_success());
        let response = VerifyCredentials::encode_response(&wrong);
        assert_eq!(
            (response.name(), response.value().unwrap()),
            (None, &Bytes::from_static(b"\x30\x05\x0a\x01\x31\x04\x00"))
        );
        assert_eq!(VerifyCredentials::decode_response(&response), Ok(wrong.clone()));
        assert_eq!(read(b"\x30\x05\x02\x01\x31\x04\x00"), Ok(wrong));
        let step = CredentialsVerified::new(ResultCode::SASL_BIND_IN_PROGRESS)
            .with_diagnostic_message("go")
            .with_challenge("c", "d")
            .with_bind_control(AuthorizationIdentity);
        let response = VerifyCredentials::encode_response(&step);
        let octets = b"\x30\x2b\x0a\x01\x0e\x04\x02go\x80\x01c\x81\x01d\xa2\x1c\x30\x1a\x04\x182.16.840.1.113730.3.4.16";
        assert_eq!(response.value().unwrap(), &octets[..]);
        for end in 0..octets.len() {
            assert!(read(&octets[..end]).is_err(), "cut after {end}");
        }
        let verified = read(octets).unwrap();
        assert_eq!(
            (verified.cookie().unwrap(), verified.server_sasl_creds().unwrap()),
            (&"c".into(), &"d".into())
        );
        assert!(verified.bind_controls().control::<AuthorizationIdentity>().is_some());
        assert_eq!(verified, step);
    }

    #[test]
    fn no_debug_form_shows_a_secret() {
        let request = VerifyCredentials::simple("cn=a", "canary");
        let verified = CredentialsVerified::new(ResultCode::SUCCESS).with_challenge("canary", "canary");
        let shown = format!("{request:?} {verified:?} {:?}", request.clone().into_request());
        assert!(!shown.contains("canary"), "{shown}");
    }
}
