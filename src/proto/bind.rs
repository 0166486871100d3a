//! The Bind operation (RFC 4511 4.2).

use std::fmt;

use bytes::Bytes;

use crate::ber::{Class, DecodeError, Fault, Reader, Tag, Writer};
use crate::model::{LdapString, Secret};

use super::{Context, EncodeError, LdapResult, OpKind};

/// Asks to be known under a name.
///
/// ```text
/// BindRequest ::= [APPLICATION 0] SEQUENCE {
///      version                 INTEGER (1 ..  127),
///      name                    LDAPDN,
///      authentication          AuthenticationChoice }
/// ```
///
/// Its `Debug` form shows no secret.
#[derive(Clone, Debug)]
pub struct BindRequest {
    version: u8,
    name: LdapString,
    authentication: Authentication,
}

/// How the client proves who it is.
///
/// ```text
/// AuthenticationChoice ::= CHOICE {
///      simple                  [0] OCTET STRING,
///                              -- 1 and 2 reserved
///      sasl                    [3] SaslCredentials,
///      ...  }
///
/// SaslCredentials ::= SEQUENCE {
///      mechanism               LDAPString,
///      credentials             OCTET STRING OPTIONAL }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Authentication {
    /// A password.
    Simple(Secret),
    /// A SASL mechanism and what it says; absent credentials differ from empty ones (RFC 4513 5.2.1.3).
    Sasl {
        /// The mechanism's name; empty to abort a negotiation (RFC 4511 4.2.1).
        mechanism: LdapString,
        /// What the mechanism says.
        credentials: Option<Secret>,
    },
    /// A choice that this version of the protocol does not have: "authMethodNotSupported" is the answer.
    Other {
        /// Its tag.
        tag: Tag,
        /// Its content.
        content: Secret,
    },
}

impl BindRequest {
    const SIMPLE: Tag = Tag::context_primitive(0);
    const SASL: Tag = Tag::context(3);

    /// The version that this crate speaks.
    pub const VERSION: u8 = 3;

    /// Makes a request for any kind of authentication.
    pub fn new(name: impl Into<LdapString>, authentication: Authentication) -> Self {
        Self { version: Self::VERSION, name: name.into(), authentication }
    }

    /// Makes a simple bind. An empty name with an empty password is an anonymous bind.
    pub fn simple(name: impl Into<LdapString>, password: impl Into<Secret>) -> Self {
        Self::new(name, Authentication::Simple(password.into()))
    }

    /// Makes one step of a SASL bind. The name is empty, as RFC 4513 5.2.1.2 asks.
    pub fn sasl(mechanism: impl Into<LdapString>, credentials: Option<Secret>) -> Self {
        Self::new("", Authentication::Sasl { mechanism: mechanism.into(), credentials })
    }

    /// Sets another version of the protocol, for testing a server.
    #[must_use]
    pub const fn with_version(mut self, version: u8) -> Self {
        self.version = version;
        self
    }

    /// Returns the version of the protocol, 1 to 127.
    pub const fn version(&self) -> u8 {
        self.version
    }

    /// Returns the name to be known under.
    pub const fn name(&self) -> &LdapString {
        &self.name
    }

    /// Returns the proof.
    pub const fn authentication(&self) -> &Authentication {
        &self.authentication
    }

    pub(super) fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let version = content.expect(Tag::INTEGER)?;
        let number = version.as_integer::<u8>("version")?;
        if !(1..=127).contains(&number) {
            return Err(version.fault(Fault::OutOfRange { field: "version" }));
        }
        let name = context.text(&mut content, Tag::OCTET_STRING, "name")?;
        let choice = content.peek().unwrap_or(Self::SIMPLE);
        let authentication = Authentication::decode(&mut content, context)?;
        content.finish_extensible_after(&[
            Tag::INTEGER,
            Tag::OCTET_STRING,
            Self::SIMPLE,
            Self::SASL,
            choice,
        ])?;
        Ok(Self { version: number, name, authentication })
    }

    /// Writes the request under its tag.
    ///
    /// # Errors
    ///
    /// The version is 0 or above 127, or the tag of [`Authentication::Other`] is that of a choice with a name of its
    /// own or no tag of a choice at all.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        if !(1..=127).contains(&self.version) {
            return Err(EncodeError::Invalid { field: "version", expected: "1 to 127" });
        }
        writer.constructed(OpKind::BindRequest.tag(), |writer| {
            self.authentication.encode(writer)?;
            writer.octet_string(Tag::OCTET_STRING, self.name.as_bytes());
            writer.integer(Tag::INTEGER, i64::from(self.version));
            Ok(())
        })
    }
}

/// Two requests are equal if their octets are. The time that comparing takes depends on the secrets: for tests.
impl PartialEq for BindRequest {
    fn eq(&self, other: &Self) -> bool {
        self.version == other.version
            && self.name == other.name
            && self.authentication == other.authentication
    }
}

impl Eq for BindRequest {}

impl Authentication {
    pub(super) fn decode<'a>(reader: &mut Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        if reader.is_empty() {
            return Err(reader.fault(Fault::Missing { expected: BindRequest::SIMPLE }));
        }
        if let Some(password) = reader.optional(BindRequest::SIMPLE)? {
            return Ok(Self::Simple(Secret::from(password.octets())));
        }
        if let Some(mut sasl) = reader.optional(BindRequest::SASL)? {
            let mechanism = context.text(&mut sasl, Tag::OCTET_STRING, "mechanism")?;
            let credentials = sasl.optional(Tag::OCTET_STRING)?;
            sasl.finish_extensible_after(&[Tag::OCTET_STRING])?;
            let credentials = credentials.map(|credentials| Secret::from(credentials.octets()));
            return Ok(Self::Sasl { mechanism, credentials });
        }
        let start = *reader;
        let other = reader.read()?;
        if !Self::is_unknown_choice(other.tag) {
            let choice = "authentication";
            return Err(start.fault(Fault::UnknownChoice { choice, found: other.tag }));
        }
        Ok(Self::Other { tag: other.tag, content: Secret::from(other.content.octets()) })
    }

    pub(super) fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        match self {
            Self::Simple(password) => writer.octet_string(BindRequest::SIMPLE, password.expose()),
            Self::Sasl { mechanism, credentials } => writer.constructed(BindRequest::SASL, |writer| {
                if let Some(credentials) = credentials {
                    writer.octet_string(Tag::OCTET_STRING, credentials.expose());
                }
                writer.octet_string(Tag::OCTET_STRING, mechanism.as_bytes());
            }),
            Self::Other { tag, .. } if !Self::is_unknown_choice(*tag) => {
                return Err(EncodeError::Invalid {
                    field: "authentication",
                    expected: "a context-specific tag other than [0] and [3]",
                });
            }
            Self::Other { tag, content } => writer.octet_string(*tag, content.expose()),
        }
        Ok(())
    }

    /// Returns whether the tag can be that of a choice that a later version of the protocol may add.
    fn is_unknown_choice(tag: Tag) -> bool {
        tag.class() == Class::ContextSpecific
            && !tag.is_long_form()
            && !tag.is_same_type(BindRequest::SIMPLE)
            && !tag.is_same_type(BindRequest::SASL)
    }
}

impl PartialEq for Authentication {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Simple(one), Self::Simple(two)) => one.expose() == two.expose(),
            (
                Self::Sasl { mechanism: one, credentials: first },
                Self::Sasl { mechanism: two, credentials: second },
            ) => one == two && first.as_ref().map(Secret::expose) == second.as_ref().map(Secret::expose),
            (Self::Other { tag: one, content: first }, Self::Other { tag: two, content: second }) => {
                one == two && first.expose() == second.expose()
            }
            _ => false,
        }
    }
}

impl Eq for Authentication {}

/// The answer to a [`BindRequest`].
///
/// ```text
/// BindResponse ::= [APPLICATION 1] SEQUENCE {
///      COMPONENTS OF LDAPResult,
///      serverSaslCreds    [7] OCTET STRING OPTIONAL }             (RFC 4511 4.2.2)
/// ```
///
/// Its `Debug` form shows no credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct BindResponse {
    result: LdapResult,
    server_sasl_creds: Option<Bytes>,
}

impl BindResponse {
    const SERVER_SASL_CREDS: Tag = Tag::context_primitive(7);

    /// Makes a response without credentials.
    pub const fn new(result: LdapResult) -> Self {
        Self { result, server_sasl_creds: None }
    }

    /// Sets the challenge or the final data of a SASL mechanism.
    #[must_use]
    pub fn with_server_sasl_creds(mut self, credentials: impl Into<Bytes>) -> Self {
        self.server_sasl_creds = Some(credentials.into());
        self
    }

    /// Returns how the bind ended.
    pub const fn result(&self) -> &LdapResult {
        &self.result
    }

    /// Returns the challenge or the final data of a SASL mechanism; absent differs from empty.
    pub const fn server_sasl_creds(&self) -> Option<&Bytes> {
        self.server_sasl_creds.as_ref()
    }

    pub(super) fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let result = LdapResult::decode_components(&mut content, context)?;
        let credentials = content.optional(Self::SERVER_SASL_CREDS)?;
        LdapResult::finish(&mut content, &[Self::SERVER_SASL_CREDS])?;
        Ok(Self {
            result,
            server_sasl_creds: credentials.map(|credentials| context.share(credentials.octets())),
        })
    }

    /// Writes the response under its tag.
    ///
    /// # Errors
    ///
    /// The result is one that cannot be sent.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.constructed(OpKind::BindResponse.tag(), |writer| {
            if let Some(credentials) = &self.server_sasl_creds {
                writer.octet_string(Self::SERVER_SASL_CREDS, credentials);
            }
            self.result.encode_components(writer)
        })
    }
}

impl fmt::Debug for BindResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BindResponse")
            .field("result", &self.result)
            .field("server_sasl_creds_octets", &self.server_sasl_creds.as_ref().map(Bytes::len))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::ProtocolOp;
    use crate::proto::tests::{refused, round_trip};

    #[test]
    fn requests_have_the_octets_of_the_standard() {
        let simple = b"\x30\x12\x02\x01\x05\x60\x0d\x02\x01\x03\x04\x04cn=a\x80\x02pw";
        assert_eq!(round_trip(simple), BindRequest::simple("cn=a", "pw").into());
        let external = b"\x30\x16\x02\x01\x05\x60\x11\x02\x01\x03\x04\x00\xa3\x0a\x04\x08EXTERNAL";
        assert_eq!(round_trip(external), BindRequest::sasl("EXTERNAL", None).into());
        let empty = b"\x30\x18\x02\x01\x05\x60\x13\x02\x01\x03\x04\x00\xa3\x0c\x04\x08EXTERNAL\x04\x00";
        assert_eq!(round_trip(empty), BindRequest::sasl("EXTERNAL", Some(Secret::from(""))).into());
        assert_ne!(
            BindRequest::sasl("EXTERNAL", None),
            BindRequest::sasl("EXTERNAL", Some(Secret::from("")))
        );
        let version_2 = b"\x30\x0c\x02\x01\x05\x60\x07\x02\x01\x02\x04\x00\x80\x00";
        assert_eq!(round_trip(version_2), BindRequest::simple("", "").with_version(2).into());
    }

    #[test]
    fn versions_are_1_to_127() {
        let field = "version";
        let zero = b"\x30\x0c\x02\x01\x05\x60\x07\x02\x01\x00\x04\x00\x80\x00";
        assert_eq!(refused(zero), (9, Fault::OutOfRange { field }));
        let large = b"\x30\x0d\x02\x01\x05\x60\x08\x02\x02\x00\x80\x04\x00\x80\x00";
        assert_eq!(refused(large), (9, Fault::OutOfRange { field }));
        for version in [0, 128] {
            let request = BindRequest::simple("", "").with_version(version);
            assert!(request.encode(&mut Writer::new()).is_err());
        }
    }

    #[test]
    fn unknown_choices_are_kept_for_the_operation_to_refuse() {
        let octets = b"\x30\x0d\x02\x01\x05\x60\x08\x02\x01\x03\x04\x00\x89\x01x";
        let ProtocolOp::BindRequest(request) = round_trip(octets) else { panic!() };
        let Authentication::Other { tag, content } = request.authentication() else { panic!() };
        assert_eq!((*tag, content.expose()), (Tag::context_primitive(9), &b"x"[..]));
        let fault = refused(b"\x30\x0c\x02\x01\x05\x60\x07\x02\x01\x03\x04\x00\xa0\x00").1;
        assert!(matches!(fault, Fault::UnexpectedTag { .. }));
        let fault = refused(b"\x30\x0c\x02\x01\x05\x60\x07\x02\x01\x03\x04\x00\x04\x00").1;
        assert!(matches!(fault, Fault::UnknownChoice { choice: "authentication", .. }));
        let fault = refused(b"\x30\x0a\x02\x01\x05\x60\x05\x02\x01\x03\x04\x00").1;
        assert!(matches!(fault, Fault::Missing { .. }));
        for tag in [Tag::OCTET_STRING, Tag::context(0), Tag::context_primitive(3), Tag::from_octet(0x9f)] {
            let content = Secret::from("");
            let request = BindRequest::new("", Authentication::Other { tag, content });
            assert!(request.encode(&mut Writer::new()).is_err(), "{tag}");
        }
    }

    #[test]
    fn absent_and_empty_credentials_of_the_server_differ() {
        let response = BindResponse::new(LdapResult::success());
        let octets = b"\x30\x0c\x02\x01\x05\x61\x07\x0a\x01\x00\x04\x00\x04\x00";
        assert_eq!(round_trip(octets), response.clone().into());
        let octets = b"\x30\x0e\x02\x01\x05\x61\x09\x0a\x01\x00\x04\x00\x04\x00\x87\x00";
        assert_eq!(round_trip(octets), response.with_server_sasl_creds("").into());
    }

    #[test]
    fn no_debug_form_shows_a_secret() {
        let canary = || Secret::from("canary");
        let tag = Tag::context_primitive(9);
        let shown = format!(
            "{:?} {:?} {:?} {:?}",
            BindRequest::simple("cn=a", "canary"),
            BindRequest::sasl("PLAIN", Some(canary())),
            BindRequest::new("", Authentication::Other { tag, content: canary() }),
            BindResponse::new(LdapResult::success()).with_server_sasl_creds("canary"),
        );
        assert!(!shown.contains("canary"), "{shown}");
    }
}
