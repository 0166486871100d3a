//! Proxied authorization (RFC 4370): one operation as somebody else.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault};
use crate::model::{AuthzId, LdapString, Oid};
use crate::proto::{Quirks, value_present};

use super::ControlValue;

/// Does an operation with the rights of another identity.
///
/// "The criticality MUST be present and MUST be TRUE. [...] The controlValue SHALL be present and SHALL either contain
/// an authzId \[AUTH\] representing the authorization identity for the request or be empty if an anonymous association
/// is to be used" (RFC 4370 3). A refusal is `authorizationDenied`.
///
/// ```
/// use ldapwire::RequestExt;
/// use ldapwire::model::AuthzId;
/// use ldapwire::proto::DeleteRequest;
/// use ldapwire::proto::controls::ProxiedAuthorization;
///
/// let ada = ProxiedAuthorization::new(AuthzId::from_dn("uid=ada,dc=example"));
/// let call = DeleteRequest::new("cn=draft,uid=ada,dc=example").with_control(ada);
/// assert!(call.controls()[0].is_critical());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxiedAuthorization {
    identity: AuthzId,
}

impl ProxiedAuthorization {
    /// Acts as this identity.
    pub const fn new(identity: AuthzId) -> Self {
        Self { identity }
    }

    /// Returns who to act as.
    pub const fn identity(&self) -> &AuthzId {
        &self.identity
    }
}

impl ControlValue for ProxiedAuthorization {
    const OID: Oid = Oid::from_static("2.16.840.1.113730.3.4.18");

    const IS_ALWAYS_CRITICAL: bool = true;

    fn decode_value_with(value: Option<&Bytes>, _: &Quirks) -> Result<Self, DecodeError> {
        Ok(Self::new(decode_authz_id(value_present(value)?)?))
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(self.identity.as_ldap_string().to_bytes())
    }
}

/// Takes octets for the text of an identity.
pub(super) fn decode_authz_id(octets: &Bytes) -> Result<AuthzId, DecodeError> {
    match LdapString::from_utf8(octets.clone()) {
        Ok(text) => Ok(AuthzId::from_wire(text)),
        Err(error) => Err(DecodeError::new(error.valid_up_to(), Fault::NotUtf8 { field: "authzId" })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Control;
    use crate::proto::controls::Controls;
    use crate::proto::controls::tests::{read, refused};

    #[test]
    fn the_value_is_the_text_itself_and_empty_for_nobody() {
        let ada = ProxiedAuthorization::new(AuthzId::from_user("ada"));
        let control = Control::from(ada.clone());
        assert_eq!((control.value().unwrap(), control.is_critical()), (&Bytes::from("u:ada"), true));
        assert_eq!([control].control::<ProxiedAuthorization>(), Some(Ok(ada)));
        let nobody: ProxiedAuthorization = read(b"");
        assert!(nobody.identity().is_anonymous());
        assert_eq!(nobody.encode_value(), Some(Bytes::new()));
    }

    #[test]
    fn without_criticality_or_value_it_is_malformed() {
        let control = Control::new(ProxiedAuthorization::OID).with_value("dn:");
        assert!([control].control::<ProxiedAuthorization>().unwrap().is_err());
        let control = Control::new(ProxiedAuthorization::OID).critical();
        assert!([control].control::<ProxiedAuthorization>().unwrap().is_err());
        assert_eq!(refused::<ProxiedAuthorization>(b"u:\xff"), Fault::NotUtf8 { field: "authzId" });
    }
}
