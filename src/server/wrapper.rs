//! What a handler that wraps another one passes on to it.

/// Passes on what a [`Handler`](crate::server::Handler) is told of connections, to the handler in its field `inner`.
macro_rules! tell_inner {
    () => {
        fn connected(&self, connection: &$crate::server::Connection) {
            self.inner.connected(connection);
        }

        fn disconnected(&self, connection: &$crate::server::Connection, end: &$crate::server::End) {
            self.inner.disconnected(connection, end);
        }

        fn refused(&self, peer: &$crate::transport::Peer) {
            self.inner.refused(peer);
        }
    };
}

pub(super) use tell_inner;
