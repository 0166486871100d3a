//! Controls that have no value: to be there is all that they say.

use bytes::Bytes;

use crate::ber::DecodeError;
use crate::model::Oid;
use crate::proto::{Quirks, value_absent};

use super::ControlValue;

/// Declares controls without a value: documentation, name, identifier, and `critical` where the specification wants
/// them to be so always.
macro_rules! flags {
    ($($(#[$documentation:meta])* $name:ident = $oid:literal $($critical:ident)?;)*) => { $(
        $(#[$documentation])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        #[allow(clippy::exhaustive_structs, reason = "the control has no value")]
        pub struct $name;

        impl ControlValue for $name {
            const OID: Oid = Oid::from_static($oid);

            const IS_ALWAYS_CRITICAL: bool = flags!(@ $($critical)?);

            fn decode_value_with(value: Option<&Bytes>, _: &Quirks) -> Result<Self, DecodeError> {
                value_absent(value)?;
                Ok(Self)
            }

            fn encode_value(&self) -> Option<Bytes> {
                None
            }
        }
    )* };
    (@ critical) => { true };
    (@) => { false };
}
pub(super) use flags;

flags! {
    /// Treats referral objects as plain entries (RFC 3296 3).
    ///
    /// "When the control is present in the request, the server SHALL NOT generate a referral or continuation
    /// reference based upon information held in referral objects and instead SHALL treat the referral object as a
    /// normal entry."
    ManageDsaIt = "2.16.840.1.113730.3.4.2";

    /// Forbids to answer from a copy (RFC 6171 3): compare and search are done on the original, or refused.
    ///
    /// "The criticality MUST be TRUE."
    DontUseCopy = "1.3.6.1.1.22" critical;

    /// Asks to do everything but to change the directory (draft-zeilenga-ldap-noop-12 2). The result is `noOperation`
    /// if all would have gone well.
    ///
    /// "Clients MUST provide a criticality value of TRUE to prevent unintended modification of the directory." The
    /// identifier is OpenLDAP's.
    NoOp = "1.3.6.1.4.1.4203.666.5.2" critical;

    /// Relaxes constraints of the X.500 model during an update, for example those on operational attributes
    /// (draft-zeilenga-ldap-relax-03 2). The criticality is "TRUE"; the identifier is OpenLDAP's.
    RelaxRules = "1.3.6.1.4.1.4203.666.5.12" critical;

    /// Deletes an entry with all that is below it (draft-armijo-ldap-treedelete-02 4).
    ///
    /// Make it [critical](ControlValue::critical): a server that ignored it would refuse an entry that has
    /// subordinates, which does no harm, but says less.
    TreeDelete = "1.2.840.113556.1.4.805";

    /// Lets a modify add what is there and delete what is not (Active Directory's; OpenLDAP and others have it).
    PermissiveModify = "1.2.840.113556.1.4.1413";

    /// Asks for the authorization identity that a bind leads to (RFC 3829 3). The answer is an
    /// [`AuthorizationIdentityResponse`](super::AuthorizationIdentityResponse).
    AuthorizationIdentity = "2.16.840.1.113730.3.4.16";

    /// Says that the client understands a [`PasswordPolicyResponse`](super::PasswordPolicyResponse)
    /// (draft-behera-ldap-password-policy-10 6.1).
    PasswordPolicy = "1.3.6.1.4.1.42.2.27.8.5.1";

    /// Asks whether the accounts that a search finds can be used (Sun's; OpenLDAP, 389 and others have it). The
    /// answer comes with each entry: an [`AccountUsabilityResponse`](super::AccountUsabilityResponse).
    AccountUsability = "1.3.6.1.4.1.42.2.27.9.5.8";

    /// Leaves what a server makes up out of the entries that a search finds (Netscape's; 389 has it): they have the
    /// attributes that are stored with them.
    RealAttributesOnly = "2.16.840.1.113730.3.4.17";

    /// Leaves what is stored out of the entries that a search finds (Netscape's; 389 has it): they have what the
    /// server makes up, such as attributes of a class of service and roles.
    VirtualAttributesOnly = "2.16.840.1.113730.3.4.19";

    /// Asks which controls or extensions made an operation fail (draft-masarati-ldap-whatfailed-00 2.2). The answer
    /// is a [`WhatFailedResponse`](super::WhatFailedResponse). The identifier is OpenLDAP's.
    WhatFailed = "1.3.6.1.4.1.4203.666.5.17";

    /// Comes with an entry that was taken apart as [`DuplicateEntries`](super::DuplicateEntries) asks
    /// (draft-ietf-ldapext-ldapv3-dupent-08 5.2.1).
    DuplicateSearchResult = "2.16.840.1.113719.1.27.101.2";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Control;
    use crate::proto::controls::Controls;

    #[test]
    fn to_be_there_is_all_they_say() {
        assert_eq!(ManageDsaIt.into_control(), Control::new(Oid::from_static("2.16.840.1.113730.3.4.2")));
        assert_eq!([ManageDsaIt.critical()].control::<ManageDsaIt>(), Some(Ok(ManageDsaIt)));
        let with_value = [Control::new(ManageDsaIt::OID).with_value("")];
        assert!(with_value.control::<ManageDsaIt>().unwrap().is_err());
        assert_eq!(with_value.control::<TreeDelete>(), None);
    }

    #[test]
    fn what_must_be_critical_is_made_so_and_refused_otherwise() {
        let [copy, no_op, relax] = [DontUseCopy.into_control(), NoOp.into(), RelaxRules.into()];
        assert!(copy.is_critical() && no_op.is_critical() && relax.is_critical());
        assert_eq!([copy].control::<DontUseCopy>(), Some(Ok(DontUseCopy)));
        let weak = [Control::new(DontUseCopy::OID)];
        assert!(weak.control::<DontUseCopy>().unwrap().is_err());
    }
}
