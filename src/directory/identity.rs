//! Who is at the other end of a connection.

use std::sync::{Mutex, PoisonError};

use crate::model::{AuthzId, Dn};
use crate::server::Connection;

/// Who a connection belongs to; anonymous until a bind says otherwise.
#[derive(Debug, Default)]
pub(super) struct Identity {
    dn: Mutex<Option<Dn>>,
}

impl Identity {
    /// The identity of a connection.
    pub(super) fn of(connection: &Connection) -> Option<Dn> {
        let own = connection.local::<Self>();
        own.dn.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes a connection that of `dn`, or anonymous.
    pub(super) fn set(connection: &Connection, dn: Option<Dn>) {
        let own = connection.local::<Self>();
        *own.dn.lock().unwrap_or_else(PoisonError::into_inner) = dn;
    }

    /// The identity in the form of RFC 4513 5.2.1.8.
    pub(super) fn authz_id(connection: &Connection) -> AuthzId {
        Self::of(connection).map_or(AuthzId::ANONYMOUS, AuthzId::from_dn)
    }
}
