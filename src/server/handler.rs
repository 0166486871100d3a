//! What answers requests, and what wraps it.

use std::future::Future;
use std::sync::Arc;

use super::{Answer, Connection, End, Operation, Sink};

/// What answers requests.
///
/// # Cancel safety
///
/// **Dropping the future is how an operation is stopped**: on Abandon, on Cancel, when the connection ends. A handler
/// does what must be whole - one change of its data - without an `.await` in between.
///
/// The operations of one connection run in turn on its task, so a handler that computes for long yields now and
/// then; a bind runs alone.
///
/// ```
/// use ldapwire::model::Entry;
/// use ldapwire::proto::{ProtocolOp, SearchResultEntry};
/// use ldapwire::server::{Answer, Handler, Operation, Server, Sink};
/// use ldapwire::{ConnectOptions, Executor};
///
/// /// Says of every name that it exists.
/// struct Yes;
///
/// impl Handler for Yes {
///     async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
///         if let ProtocolOp::SearchRequest(search) = operation.op() {
///             let entry = Entry::new(search.base().clone()).with("description", ["yes"]);
///             // Waits while the client reads too slowly.
///             let _ = sink.send(SearchResultEntry::from(&entry)).await;
///         }
///         Answer::success()
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let server = Server::new(Yes).start().await?;
/// let client = ConnectOptions::new("ldap://memory").connect_over(server.connect()?).await?;
/// assert_eq!(client.read("cn=anything").await?.first_text("description"), Some("yes"));
/// # Ok(())
/// # }
/// ```
pub trait Handler: Send + Sync + 'static {
    /// Carries out one request: sends entries, references and intermediate responses by the sink, and returns the
    /// answer that ends the operation.
    fn handle(&self, operation: Operation, sink: &mut Sink) -> impl Future<Output = Answer> + Send;

    /// Says that a connection was made; over TLS, before its handshake. Must not block.
    fn connected(&self, connection: &Connection) {
        let _ = connection;
    }

    /// Says that a connection has ended, and why. Must not block.
    fn disconnected(&self, connection: &Connection, end: &End) {
        let _ = (connection, end);
    }

    /// Says that a connection was not taken because there are too many. Must not block.
    fn refused(&self, peer: &crate::transport::Peer) {
        let _ = peer;
    }
}

impl<H: Handler> Handler for Arc<H> {
    fn handle(&self, operation: Operation, sink: &mut Sink) -> impl Future<Output = Answer> + Send {
        H::handle(self, operation, sink)
    }

    fn connected(&self, connection: &Connection) {
        H::connected(self, connection);
    }

    fn disconnected(&self, connection: &Connection, end: &End) {
        H::disconnected(self, connection, end);
    }

    fn refused(&self, peer: &crate::transport::Peer) {
        H::refused(self, peer);
    }
}

/// What wraps a handler: sees its requests first and its answers last.
pub trait Layer<H: Handler> {
    /// The handler with the layer around it.
    type Handler: Handler;

    /// Wraps a handler.
    fn layer(self, inner: H) -> Self::Handler;
}
