//! A connection as handlers see it.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use crate::proto::{ExtendedResponse, LdapMessage, LdapResult, MessageId};
use crate::transport::{Peer, UnixCredentials};

use super::End;
use super::shared::Shared;

/// A connection of a server: who is at the other end, what handlers keep for it, and how to end it.
///
/// Cheap to clone; holding one keeps no socket open.
#[derive(Clone)]
pub struct Connection {
    shared: Arc<Shared>,
}

/// What became of the wish to cancel an operation (RFC 3909).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CancelOutcome {
    /// It was stopped and answered with `canceled`.
    Canceled,
    /// There is no such operation outstanding.
    NoSuchOperation,
    /// It is a bind, StartTLS or Cancel, none of which can be canceled.
    CannotCancel,
}

impl Connection {
    pub(super) const fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Returns the number of the connection: 1 for the first of its server, 0 for requests that come
    /// [within the process](super::InProcess).
    pub fn number(&self) -> u64 {
        self.shared.profile.number
    }

    /// Returns who is at the other end.
    pub fn peer(&self) -> &Peer {
        &self.shared.profile.peer
    }

    /// Returns as which user the process at the other end of a Unix socket runs.
    pub fn unix_credentials(&self) -> Option<UnixCredentials> {
        self.shared.profile.credentials
    }

    /// Tells whether the octets stay on this machine by construction; see
    /// [`Stream::is_local`](crate::transport::Stream::is_local).
    pub fn is_local(&self) -> bool {
        self.shared.profile.is_local
    }

    /// Tells whether TLS protects what is sent.
    pub fn is_encrypted(&self) -> bool {
        self.shared.secured.get().is_some()
    }

    /// Tells whether StartTLS would find a certificate to shake hands with.
    pub fn offers_start_tls(&self) -> bool {
        self.shared.profile.offers_start_tls
    }

    /// Returns the certificate that the client showed in the TLS handshake, as DER.
    pub fn client_certificate(&self) -> Option<&[u8]> {
        self.shared.secured.get()?.as_deref()
    }

    /// Returns what a handler keeps for this connection under the type `T`; made with its default when first asked for,
    /// dropped with the connection.
    pub fn local<T: Any + Send + Sync + Default>(&self) -> Arc<T> {
        self.shared.local()
    }

    /// Returns how many operations are not answered.
    pub fn outstanding(&self) -> usize {
        self.shared.outstanding()
    }

    /// Stops an operation and answers it with `canceled` (RFC 3909).
    pub fn cancel(&self, id: MessageId) -> CancelOutcome {
        self.shared.cancel(id)
    }

    /// Sends an unsolicited notification (RFC 4511 4.4).
    pub fn notify(&self, notification: ExtendedResponse) {
        self.shared.notify(&LdapMessage::new(MessageId::UNSOLICITED, notification));
    }

    /// Lets what the client abandons go on from now on, and answers it all the same: for a server that shall misbehave.
    pub fn danger_ignore_abandon(&self) {
        self.shared.ignore_abandon();
    }

    /// Ends the connection with a Notice of Disconnection that gives this reason (RFC 4511 4.4.1).
    pub fn disconnect(&self, reason: LdapResult) {
        self.shared.end(End::Disconnected(reason));
    }

    /// Ends the connection without a word, as a server that crashes does; answers that wait are lost.
    pub fn drop_now(&self) {
        self.shared.end(End::Dropped);
    }

    /// Ends the connection without a word, when what waits was sent.
    pub fn close_now(&self) {
        self.shared.end(End::Closed);
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("number", &self.number())
            .field("peer", self.peer())
            .finish_non_exhaustive()
    }
}
