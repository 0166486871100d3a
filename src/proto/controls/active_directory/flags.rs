//! Controls of Active Directory that have no value.

use bytes::Bytes;

use crate::ber::DecodeError;
use crate::model::Oid;
use crate::proto::controls::ControlValue;
use crate::proto::controls::flags::flags;
use crate::proto::{Quirks, value_absent};

flags! {
    /// Lets a search find deleted objects (`LDAP_SERVER_SHOW_DELETED_OID`): tombstones, and where the recycle bin is
    /// on, deleted objects that are not yet recycled.
    ShowDeleted = "1.2.840.113556.1.4.417";

    /// Lets a search find recycled objects as well as deleted ones (`LDAP_SERVER_SHOW_RECYCLED_OID`).
    ShowRecycled = "1.2.840.113556.1.4.2064";

    /// Shows links to and from deleted objects (`LDAP_SERVER_SHOW_DEACTIVATED_LINK_OID`).
    ShowDeactivatedLinks = "1.2.840.113556.1.4.2065";

    /// Keeps a search within its naming context: no references to others are returned
    /// (`LDAP_SERVER_DOMAIN_SCOPE_OID`).
    DomainScope = "1.2.840.113556.1.4.1339";

    /// Answers before an update is on disk (`LDAP_SERVER_LAZY_COMMIT_OID`): quicker, and lost if the power fails.
    LazyCommit = "1.2.840.113556.1.4.619";

    /// Keeps a search alive: entries come as they change, until it is abandoned (`LDAP_SERVER_NOTIFICATION_OID`). The
    /// filter must be `(objectClass=*)`.
    Notification = "1.2.840.113556.1.4.528";

    /// Returns the time that a link has left with its value, as `<TTL=seconds>,name`
    /// (`LDAP_SERVER_LINK_TTL_OID`).
    LinkTtl = "1.2.840.113556.1.4.2309";

    /// Writes an update even if it changes nothing (`LDAP_SERVER_FORCE_UPDATE_OID`), so that it is replicated.
    ForceUpdate = "1.2.840.113556.1.4.1974";

    /// Returns no error for a range of values that begins behind the last one
    /// (`LDAP_SERVER_RANGE_RETRIEVAL_NOERR_OID`).
    RangeRetrievalNoError = "1.2.840.113556.1.4.1948";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_those_of_the_specification() {
        let deleted = ShowDeleted.critical();
        assert_eq!((deleted.oid().as_str(), deleted.value()), ("1.2.840.113556.1.4.417", None));
        assert_eq!(ShowDeleted::decode_value(None), Ok(ShowDeleted));
        assert!(Notification::decode_value(Some(&Bytes::new())).is_err());
    }
}
