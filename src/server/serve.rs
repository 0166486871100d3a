//! A connection from its acceptance to its end.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, timeout};

use crate::model::ResultCode;
use crate::proto::{LdapMessage, LdapResult, NoticeOfDisconnection};
use crate::transport::{Peer, Stream, TransportError};

use super::driver::Driver;
use super::options::Acceptor;
use super::registry::Place;
use super::shared::Shared;
use super::{Connection, End, Handler};

/// What the task of a connection is made of.
pub(super) struct Guest<H> {
    pub(super) stream: Stream,
    pub(super) shared: Arc<Shared>,
    pub(super) handler: Arc<H>,
    pub(super) acceptor: Option<Acceptor>,
    /// TLS comes first.
    pub(super) is_tls: bool,
    pub(super) place: Place,
}

/// How long the last octets may take, and the client to hear them.
pub(super) const FAREWELL: Duration = Duration::from_secs(2);

/// The octets that are read and thrown away after the notice, at most: closing a socket with octets unread makes the
/// system send a reset, which can overtake the notice.
const LAST_WORDS: u64 = 1024 * 1024;

impl<H: Handler> Guest<H> {
    /// Serves the connection until it ends.
    pub(super) async fn serve(self) {
        let connection = Connection::new(Arc::clone(&self.shared));
        self.handler.connected(&connection);
        let handler = Arc::clone(&self.handler);
        // Freed when the end was told, or when a panic skips that.
        let _place = self.place;
        let end = converse(self.stream, &self.shared, self.handler, self.acceptor, self.is_tls).await;
        handler.disconnected(&connection, &end);
    }
}

async fn converse<H: Handler>(
    mut stream: Stream,
    shared: &Arc<Shared>,
    handler: Arc<H>,
    acceptor: Option<Acceptor>,
    is_tls: bool,
) -> End {
    if is_tls {
        stream = match secure(stream, shared, acceptor.as_ref()).await {
            Ok(stream) => stream,
            Err(end) => return end,
        };
    }
    loop {
        let mut driver = Driver::new(stream, Arc::clone(shared), Arc::clone(&handler));
        match driver.run().await {
            Ok(()) => {}
            Err(end) => {
                let (stream, octets) = driver.finish();
                // What the client does with it is its own affair.
                let _ = timeout(FAREWELL, farewell(stream, octets, &end)).await;
                return end;
            }
        }
        stream = match secure(driver.into_stream(), shared, acceptor.as_ref()).await {
            Ok(stream) => stream,
            Err(end) => return end,
        };
    }
}

/// Shakes hands, unless the server shuts down meanwhile.
async fn secure(stream: Stream, shared: &Arc<Shared>, acceptor: Option<&Acceptor>) -> Result<Stream, End> {
    let deadline = Instant::now() + shared.limits.handshake_timeout;
    let failed = |error| End::Transport(Arc::new(error));
    let acceptor = acceptor.ok_or_else(|| failed(TransportError::TlsNotBuiltIn))?;
    let handshake = acceptor.handshake(stream, deadline);
    let mut handshake = std::pin::pin!(handshake);
    let shaken = poll_fn(|cx| {
        if let Poll::Ready(shaken) = handshake.as_mut().poll(cx) {
            return Poll::Ready(shaken.map_err(failed));
        }
        let signals = shared.take_outgoing(cx.waker(), &mut BytesMut::new());
        match signals.end {
            Some(end) => Poll::Ready(Err(end)),
            None if signals.is_drained => Poll::Ready(Err(End::Shutdown)),
            None => Poll::Pending,
        }
    });
    let stream = shaken.await?;
    shared.tls_established(client_certificate(&stream));
    Ok(stream)
}

#[cfg(feature = "tls")]
fn client_certificate(stream: &Stream) -> Option<Bytes> {
    stream.tls()?.peer_certificate().map(Bytes::copy_from_slice)
}

#[cfg(not(feature = "tls"))]
fn client_certificate(_: &Stream) -> Option<Bytes> {
    None
}

/// Sends what is left and the notice, and closes such that the client can read them.
async fn farewell(mut stream: Stream, mut octets: BytesMut, end: &End) -> io::Result<()> {
    if matches!(end, End::Dropped | End::Transport(_)) {
        return Ok(());
    }
    if let Some(notice) = end.notice() {
        // A handler may have given a reason that cannot be sent; then there is none.
        if let Ok(notice) = LdapMessage::from(NoticeOfDisconnection::new(notice)).to_bytes() {
            octets.extend_from_slice(&notice);
        }
    }
    stream.write_all(&octets).await?;
    stream.flush().await?;
    stream.shutdown().await?;
    if !matches!(end, End::ByClient) {
        tokio::io::copy(&mut stream.take(LAST_WORDS), &mut tokio::io::sink()).await?;
    }
    Ok(())
}

/// Tells a client that there are too many already, as far as that goes without waiting for it.
pub(super) async fn turn_away(mut stream: Stream) {
    let reason = LdapResult::new(ResultCode::BUSY)
        .with_diagnostic_message("there are as many connections as the server's limits allow");
    if let Ok(notice) = LdapMessage::from(NoticeOfDisconnection::new(reason)).to_bytes() {
        let mut write = std::pin::pin!(stream.write_all(&notice));
        // One try: the buffers of a new connection are empty.
        poll_fn(|cx| {
            let _ = write.as_mut().poll(cx);
            Poll::Ready(())
        })
        .await;
    }
    poll_fn(|cx| {
        let _ = tokio::io::AsyncWrite::poll_shutdown(Pin::new(&mut stream), cx);
        Poll::Ready(())
    })
    .await;
}

/// Returns whether connections from there are counted by address.
pub(super) fn address(peer: &Peer) -> Option<std::net::IpAddr> {
    match peer {
        Peer::Tcp(address) => Some(address.ip()),
        _ => None,
    }
}
