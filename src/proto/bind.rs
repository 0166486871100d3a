//! The Bind operation (RFC 4511 4.2).

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Reader, Tag, Writer};
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
        let authentication = Authentication::decode(&mut content, context)?;
        content.finish_extensible()?;
        Ok(Self { version: number, name, authentication })
    }

    /// Writes the request under its tag.
    ///
    /// # Errors
    ///
    /// The version is 0 or above 127.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        if !(1..=127).contains(&self.version) {
            return Err(EncodeError::Invalid { field: "version", expected: "1 to 127" });
        }
        writer.constructed(OpKind::BindRequest.tag(), |writer| {
            self.authentication.encode(writer);
            writer.octet_string(Tag::OCTET_STRING, self.name.as_bytes());
            writer.integer(Tag::INTEGER, i64::from(self.version));
        });
        Ok(())
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
    fn decode<'a>(reader: &mut Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        if reader.is_empty() {
            return Err(reader.fault(Fault::Missing { expected: BindRequest::SIMPLE }));
        }
        if let Some(password) = reader.optional(BindRequest::SIMPLE)? {
            return Ok(Self::Simple(Secret::from(password.octets())));
        }
        if let Some(mut sasl) = reader.optional(BindRequest::SASL)? {
            let mechanism = context.text(&mut sasl, Tag::OCTET_STRING, "mechanism")?;
            let credentials = sasl.optional(Tag::OCTET_STRING)?;
            sasl.finish_extensible()?;
            let credentials = credentials.map(|credentials| Secret::from(credentials.octets()));
            return Ok(Self::Sasl { mechanism, credentials });
        }
        let other = reader.read()?;
        Ok(Self::Other { tag: other.tag, content: Secret::from(other.content.octets()) })
    }

    fn encode(&self, writer: &mut Writer) {
        match self {
            Self::Simple(password) => writer.octet_string(BindRequest::SIMPLE, password.expose()),
            Self::Sasl { mechanism, credentials } => writer.constructed(BindRequest::SASL, |writer| {
                if let Some(credentials) = credentials {
                    writer.octet_string(Tag::OCTET_STRING, credentials.expose());
                }
                writer.octet_string(Tag::OCTET_STRING, mechanism.as_bytes());
            }),
            Self::Other { tag, content } => writer.octet_string(*tag, content.expose()),
        }
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
#[derive(Clone, Debug, PartialEq, Eq)]
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
        content.finish_extensible()?;
        Ok(Self {
            result,
            server_sasl_creds: credentials.map(|credentials| context.share(credentials.octets())),
        })
    }

    /// Writes the response under its tag.
    ///
    /// # Errors
    ///
    /// None today.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.constructed(OpKind::BindResponse.tag(), |writer| {
            if let Some(credentials) = &self.server_sasl_creds {
                writer.octet_string(Self::SERVER_SASL_CREDS, credentials);
            }
            self.result.encode_components(writer);
        });
        Ok(())
    }
}
