//! The authorization identity that a bind led to (RFC 3829).

use bytes::Bytes;

use crate::ber::DecodeError;
use crate::model::{AuthzId, Oid};
use crate::proto::Quirks;

use super::ControlValue;
use super::proxied_authorization::decode_authz_id;

/// Says who a bind made of the client; stands in the bind response, if the client asked by
/// [`AuthorizationIdentity`](super::AuthorizationIdentity).
///
/// "If the bind request succeeded and resulted in an identity (not anonymous), the controlValue contains the
/// authorization identity (authzId) [...] If the bind request resulted in an anonymous association, the controlValue
/// field is a string of zero length" (RFC 3829 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationIdentityResponse {
    identity: AuthzId,
}

impl AuthorizationIdentityResponse {
    /// Says that the client is this identity.
    pub const fn new(identity: AuthzId) -> Self {
        Self { identity }
    }

    /// Returns who the client is.
    pub const fn identity(&self) -> &AuthzId {
        &self.identity
    }
}

impl ControlValue for AuthorizationIdentityResponse {
    const OID: Oid = Oid::from_static("2.16.840.1.113730.3.4.15");

    /// Takes an absent value for an empty one: to claim less than the server meant does no harm.
    fn decode_value_with(value: Option<&Bytes>, _: &Quirks) -> Result<Self, DecodeError> {
        Ok(Self::new(decode_authz_id(&value.cloned().unwrap_or_default())?))
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(self.identity.as_ldap_string().to_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::controls::tests::{read, refused};

    #[test]
    fn the_value_is_the_text_itself_and_empty_for_nobody() {
        let ada: AuthorizationIdentityResponse = read(b"dn:uid=ada");
        assert_eq!(ada.identity().dn(), Some("uid=ada"));
        assert_eq!(ada.encode_value().unwrap(), "dn:uid=ada");
        let nobody = AuthorizationIdentityResponse::new(AuthzId::ANONYMOUS);
        assert_eq!(nobody.encode_value(), Some(Bytes::new()));
        assert_eq!(AuthorizationIdentityResponse::decode_value(None), Ok(nobody));
        let fault = refused::<AuthorizationIdentityResponse>(b"dn:\xc3");
        assert_eq!(fault, Fault::NotUtf8 { field: "authzId" });
    }
}
