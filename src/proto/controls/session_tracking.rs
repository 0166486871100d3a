//! Session tracking (draft-wahl-ldap-session-03): for whom a client does an operation, for the server's log.

use core::net::IpAddr;

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Reader, Tag};
use crate::model::{LdapString, Oid};
use crate::proto::{Context, EncodeError, Quirks, sequence_value};

use super::ControlValue;

/// Tells the server about the session for which an operation is done. Not critical, and there may be several.
///
/// ```text
/// SessionIdentifierControlValue ::= SEQUENCE {
///      sessionSourceIp                 LDAPString,
///      sessionSourceName               LDAPString,
///      formatOID                       LDAPOID,
///      sessionTrackingIdentifier       LDAPString
/// }                                                     (draft-wahl-ldap-session-03 2.1)
/// ```
///
/// ```
/// use ldapwire::proto::controls::SessionTracking;
///
/// let session = SessionTracking::new(SessionTracking::USERNAME, "bloggs")
///     .with_source_ip([192, 0, 2, 1].into())
///     .with_source_name("app.example.com")?;
/// # Ok::<(), ldapwire::proto::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionTracking {
    source_ip: LdapString,
    source_name: LdapString,
    format: Oid,
    identifier: LdapString,
}

impl SessionTracking {
    /// The format of a RADIUS Acct-Session-Id.
    pub const RADIUS_ACCT_SESSION_ID: Oid = Oid::from_static("1.3.6.1.4.1.21008.108.63.1.1");
    /// The format of a RADIUS Acct-Multi-Session-Id.
    pub const RADIUS_ACCT_MULTI_SESSION_ID: Oid = Oid::from_static("1.3.6.1.4.1.21008.108.63.1.2");
    /// The format of the name of a user.
    pub const USERNAME: Oid = Oid::from_static("1.3.6.1.4.1.21008.108.63.1.3");

    /// The most octets of a source address: it "MUST NOT be longer than 128 characters".
    pub const MAX_SOURCE_IP: usize = 128;
    /// The most octets of a source name: it "MUST NOT be longer than 65536 bytes".
    pub const MAX_SOURCE_NAME: usize = 65_536;

    /// Tells an identifier of the session, in a format that its own identifier names. The draft advises to stay
    /// below 65,536 characters.
    pub fn new(format: Oid, identifier: impl Into<LdapString>) -> Self {
        let (source_ip, source_name) = (LdapString::new(), LdapString::new());
        Self { source_ip, source_name, format, identifier: identifier.into() }
    }

    /// Sets the address of the system that has the session. Default empty: not known.
    #[must_use]
    pub fn with_source_ip(mut self, address: IpAddr) -> Self {
        self.source_ip = address.to_string().into();
        self
    }

    /// Sets the name of the system that has the session. Default empty: not known.
    ///
    /// # Errors
    ///
    /// The name is longer than [`MAX_SOURCE_NAME`](Self::MAX_SOURCE_NAME).
    pub fn with_source_name(mut self, name: impl Into<LdapString>) -> Result<Self, EncodeError> {
        self.source_name = name.into();
        if self.source_name.len() > Self::MAX_SOURCE_NAME {
            return Err(EncodeError::Invalid {
                field: "sessionSourceName",
                expected: "at most 65536 octets",
            });
        }
        Ok(self)
    }

    /// Returns the address of the system that has the session, as it was written; empty if not known.
    pub const fn source_ip(&self) -> &LdapString {
        &self.source_ip
    }

    /// Returns the name of the system that has the session; empty if not known.
    pub const fn source_name(&self) -> &LdapString {
        &self.source_name
    }

    /// Returns the format of the identifier.
    pub const fn format(&self) -> &Oid {
        &self.format
    }

    /// Returns the identifier of the session.
    pub const fn identifier(&self) -> &LdapString {
        &self.identifier
    }
}

impl ControlValue for SessionTracking {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.21008.108.63.1");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let field = "sessionSourceIp";
        check_length(sequence, Self::MAX_SOURCE_IP, field, "at most 128 octets")?;
        let source_ip = context.text(&mut sequence, Tag::OCTET_STRING, field)?;
        let field = "sessionSourceName";
        check_length(sequence, Self::MAX_SOURCE_NAME, field, "at most 65536 octets")?;
        let source_name = context.text(&mut sequence, Tag::OCTET_STRING, field)?;
        let format = Oid::from_wire(context.text(&mut sequence, Tag::OCTET_STRING, "formatOID")?);
        let identifier = context.text(&mut sequence, Tag::OCTET_STRING, "sessionTrackingIdentifier")?;
        sequence.finish_extensible_after(&[Tag::OCTET_STRING])?;
        Ok(Self { source_ip, source_name, format, identifier })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            for text in [&self.identifier, self.format.as_ldap_string(), &self.source_name, &self.source_ip] {
                writer.octet_string(Tag::OCTET_STRING, text.as_bytes());
            }
        }))
    }
}

/// Looks at the next element without moving.
fn check_length(
    mut sequence: Reader<'_>,
    limit: usize,
    field: &'static str,
    expected: &'static str,
) -> Result<(), DecodeError> {
    let content = sequence.expect(Tag::OCTET_STRING)?;
    if content.octets().len() > limit {
        return Err(content.fault(Fault::Invalid { field, expected }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{known, refused};

    /// The example of draft-wahl-ldap-session-03 3.2.1.
    #[test]
    fn the_example_of_the_draft_comes_out_octet_by_octet() {
        let session = SessionTracking::new(SessionTracking::USERNAME, "bloggs")
            .with_source_ip([192, 0, 2, 1].into())
            .with_source_name("app.example.com")
            .unwrap();
        known(
            session,
            b"\x30\x42\x04\x09192.0.2.1\x04\x0fapp.example.com\x04\x1c1.3.6.1.4.1.21008.108.63.1.3\x04\x06bloggs",
        );
    }

    #[test]
    fn limits_of_the_draft_are_held_both_ways() {
        let session = || SessionTracking::new(SessionTracking::USERNAME, "");
        assert!(session().with_source_name("x".repeat(65_536)).is_ok());
        assert!(session().with_source_name("x".repeat(65_537)).is_err());
        let value = |ip: usize, name: usize| {
            let value = sequence_value(|writer| {
                writer.octet_string(Tag::OCTET_STRING, b"");
                writer.octet_string(Tag::OCTET_STRING, b"1.2");
                writer.octet_string(Tag::OCTET_STRING, &vec![b'x'; name]);
                writer.octet_string(Tag::OCTET_STRING, &vec![b'1'; ip]);
            });
            SessionTracking::decode_value(Some(&value)).map_err(|error| error.fault())
        };
        assert!(value(128, 65_536).is_ok());
        assert!(matches!(value(129, 0), Err(Fault::Invalid { field: "sessionSourceIp", .. })));
        assert!(matches!(value(0, 65_537), Err(Fault::Invalid { field: "sessionSourceName", .. })));
        assert!(matches!(refused::<SessionTracking>(b"\x30\x04\x04\x00\x04\x00"), Fault::Missing { .. }));
    }
}
