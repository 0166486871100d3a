//! Password Modify (RFC 3062).

use std::fmt;

use bytes::Bytes;

use crate::ber::{DecodeError, Tag, Writer};
use crate::model::{Oid, Secret, Value};
use crate::proto::{ExtendedResponse, LdapResult, Quirks, value, value_sequence};

use super::ExtendedOp;

/// Asks to change a password, in whatever way the server keeps it.
///
/// ```text
/// PasswdModifyRequestValue ::= SEQUENCE {
///   userIdentity    [0]  OCTET STRING OPTIONAL
///   oldPasswd       [1]  OCTET STRING OPTIONAL
///   newPasswd       [2]  OCTET STRING OPTIONAL }
///
/// PasswdModifyResponseValue ::= SEQUENCE {
///   genPasswd       [0]     OCTET STRING OPTIONAL }              (RFC 3062 2)
/// ```
///
/// The answer is the password that the server made up, if it was not given a new one. The octets of the value are
/// wiped when the request is dropped; a frame that it was encoded into is its owner's to wipe.
///
/// ```
/// use ldapwire::proto::ExtendedRequest;
/// use ldapwire::proto::extops::PasswordModify;
///
/// let change = PasswordModify::new().of_user("uid=ada,dc=example").with_old("s3cret").with_new("s4cret");
/// let request = ExtendedRequest::from(change);
/// assert!(!format!("{request:?}").contains("s4cret"));
/// ```
#[derive(Clone, Default)]
pub struct PasswordModify {
    user: Option<Value>,
    old: Option<Secret>,
    new: Option<Secret>,
}

const USER_IDENTITY: Tag = Tag::context_primitive(0);
const OLD_PASSWD: Tag = Tag::context_primitive(1);
const NEW_PASSWD: Tag = Tag::context_primitive(2);
const GEN_PASSWD: Tag = Tag::context_primitive(0);

impl PasswordModify {
    /// Asks for a made-up password for the user of this connection.
    pub const fn new() -> Self {
        Self { user: None, old: None, new: None }
    }

    /// Sets whose password is changed, by name or in another way that the server knows. Default the user of this
    /// connection.
    #[must_use]
    pub fn of_user(mut self, identity: impl Into<Value>) -> Self {
        self.user = Some(identity.into());
        self
    }

    /// Sets the password as it is, for the server to check. Default none.
    #[must_use]
    pub fn with_old(mut self, password: impl Into<Secret>) -> Self {
        self.old = Some(password.into());
        self
    }

    /// Sets the password as it shall be. Default none: the server makes one up or refuses.
    #[must_use]
    pub fn with_new(mut self, password: impl Into<Secret>) -> Self {
        self.new = Some(password.into());
        self
    }

    /// Returns whose password is changed; none means the user of this connection.
    pub const fn user(&self) -> Option<&Value> {
        self.user.as_ref()
    }

    /// Returns the password as it is.
    pub const fn old(&self) -> Option<&Secret> {
        self.old.as_ref()
    }

    /// Returns the password as it shall be; none asks the server to make one up.
    pub const fn new_password(&self) -> Option<&Secret> {
        self.new.as_ref()
    }
}

impl ExtendedOp for PasswordModify {
    /// `passwdModifyOID OBJECT IDENTIFIER ::= 1.3.6.1.4.1.4203.1.11.1`
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.4203.1.11.1");

    type Response = Option<Secret>;

    /// "If the requestValue field is provided, it SHALL contain a PasswdModifyRequestValue with one or more fields
    /// present" (RFC 3062 2.1).
    fn encode_value(&self) -> Option<Bytes> {
        let fields = [
            (USER_IDENTITY, self.user.as_ref().map(Value::as_bytes)),
            (OLD_PASSWD, self.old.as_ref().map(Secret::expose)),
            (NEW_PASSWD, self.new.as_ref().map(Secret::expose)),
        ];
        encode_wiped(&fields)
    }

    /// A value without any field is read like none: it asks for the same.
    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let Some(octets) = value else { return Ok(Self::new()) };
        let mut sequence = value_sequence(value, quirks)?;
        let user = sequence.optional(USER_IDENTITY)?;
        let old = sequence.optional(OLD_PASSWD)?;
        let new = sequence.optional(NEW_PASSWD)?;
        sequence.finish_extensible_after(&[USER_IDENTITY, OLD_PASSWD, NEW_PASSWD])?;
        Ok(Self {
            user: user.map(|user| Value::from(octets.slice_ref(user.octets()))),
            old: old.map(|old| Secret::from(old.octets())),
            new: new.map(|new| Secret::from(new.octets())),
        })
    }

    /// "The response field, if present, SHALL contain a PasswdModifyResponseValue with genPasswd field present"
    /// (RFC 3062 2.2).
    fn encode_response(generated: &Option<Secret>) -> ExtendedResponse {
        let response = ExtendedResponse::new(LdapResult::success());
        match encode_wiped(&[(GEN_PASSWD, generated.as_ref().map(Secret::expose))]) {
            None => response,
            Some(value) => response.with_value(value),
        }
    }

    fn decode_response_with(
        response: &ExtendedResponse,
        quirks: &Quirks,
    ) -> Result<Option<Secret>, DecodeError> {
        if response.value().is_none() {
            return Ok(None);
        }
        let mut sequence = value_sequence(response.value(), quirks)?;
        let generated = sequence.optional(GEN_PASSWD)?;
        sequence.finish_extensible_after(&[GEN_PASSWD])?;
        Ok(generated.map(|generated| Secret::from(generated.octets())))
    }
}

impl fmt::Debug for PasswordModify {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PasswordModify")
            .field("user", &self.user)
            .field("old", &self.old)
            .field("new", &self.new)
            .finish()
    }
}

/// Writes a SEQUENCE of the fields that are there, into octets that are wiped after use; nothing if none is there.
fn encode_wiped(fields: &[(Tag, Option<&[u8]>)]) -> Option<Bytes> {
    let present = || fields.iter().filter_map(|(tag, octets)| Some((*tag, (*octets)?)));
    // A tag and up to nine octets of length before each; what the writer need not outgrow it leaves nowhere else.
    let room =
        present().fold(10, |room: usize, (_, octets)| room.saturating_add(octets.len()).saturating_add(10));
    let mut writer = Writer::with_capacity(room);
    writer.constructed(Tag::SEQUENCE, |writer| {
        present()
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .for_each(|(tag, octets)| writer.octet_string(tag, octets));
    });
    let wiped = value::wiped_value(writer);
    present().next().is_some().then_some(wiped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exposed(change: &PasswordModify) -> [Option<&[u8]>; 3] {
        [
            change.user().map(Value::as_bytes),
            change.old().map(Secret::expose),
            change.new_password().map(Secret::expose),
        ]
    }

    #[test]
    fn values_have_the_octets_of_the_standard() {
        let all = PasswordModify::new().of_user("u").with_old("o").with_new("");
        let value = Bytes::from_static(b"\x30\x08\x80\x01u\x81\x01o\x82\x00");
        assert_eq!(all.encode_value().unwrap(), value);
        let back = PasswordModify::decode_value(Some(&value)).unwrap();
        assert_eq!(exposed(&back), [Some(&b"u"[..]), Some(b"o"), Some(b"")]);
        for end in 0..value.len() {
            assert!(PasswordModify::decode_value(Some(&value.slice(..end))).is_err());
        }
        let swapped = Bytes::from_static(b"\x30\x06\x82\x01n\x81\x01o");
        assert!(PasswordModify::decode_value(Some(&swapped)).is_err());
    }

    #[test]
    fn a_request_without_fields_has_no_value_and_an_empty_sequence_reads_the_same() {
        assert_eq!(PasswordModify::new().encode_value(), None);
        for value in [None, Some(Bytes::from_static(b"\x30\x00"))] {
            assert_eq!(exposed(&PasswordModify::decode_value(value.as_ref()).unwrap()), [None; 3]);
        }
    }

    #[test]
    fn the_generated_password_comes_back() {
        let response = PasswordModify::encode_response(&Some(Secret::from("gen")));
        assert_eq!(response.value().unwrap(), &b"\x30\x05\x80\x03gen"[..]);
        assert_eq!(response.name(), None);
        let generated = PasswordModify::decode_response(&response).unwrap();
        assert_eq!(generated.unwrap().expose(), b"gen");
        assert_eq!(PasswordModify::encode_response(&None).value(), None);
        assert!(PasswordModify::decode_response(&PasswordModify::encode_response(&None)).unwrap().is_none());
    }

    #[test]
    fn no_debug_form_shows_a_password() {
        let change = PasswordModify::new().with_old("canary").with_new("canary");
        let response = PasswordModify::encode_response(&Some(Secret::from("canary")));
        let shown = format!("{change:?} {:?} {response:?}", change.clone().into_request());
        assert!(!shown.contains("canary"), "{shown}");
    }
}
