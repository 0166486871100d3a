//! What a server says that it has.

use crate::proto::SearchResultEntry;
use crate::proto::controls::ControlValue;

/// Whether the root DSE of a server names a control (RFC 4512 5.1).
pub(super) fn is_supported<C: ControlValue>(root: &SearchResultEntry) -> bool {
    root.values("supportedControl").any(|oid| oid == C::OID.as_str().as_bytes())
}
