//! A server that does as it is told.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream as _;
use tokio::io::AsyncWriteExt;
use tokio_util::codec::Framed;

use crate::client::{Client, ConnectOptions};
use crate::execute::Executor;
use crate::model::Entry;
use crate::proto::{LdapMessage, LdapResult, MessageId, ProtocolOp, SearchResultEntry};
use crate::transport::{LdapCodec, Stream};

/// The other end of a memory pipe.
pub(super) struct Peer {
    framed: Framed<Stream, LdapCodec>,
}

/// Octets that the pipe holds in each direction.
pub(super) const PIPE: usize = 64 * 1024;

/// Makes a client and its peer.
pub(super) async fn pair() -> (Client, Peer) {
    pair_with(|options| options).await
}

/// Makes a client with particular options and its peer.
pub(super) async fn pair_with(options: impl FnOnce(ConnectOptions) -> ConnectOptions) -> (Client, Peer) {
    let (near, far) = Stream::memory_pair(PIPE);
    let client = options(ConnectOptions::new("ldap://peer")).connect_over(near).await.unwrap();
    (client, Peer::over(far))
}

impl Peer {
    pub(super) fn over(stream: Stream) -> Self {
        Self { framed: Framed::new(stream, LdapCodec::default()) }
    }

    /// Waits for the next message; `None` when the client has closed.
    pub(super) async fn try_next(&mut self) -> Option<LdapMessage> {
        let frame: Bytes = poll_fn(|cx| Pin::new(&mut self.framed).poll_next(cx)).await?.ok()?;
        Some(LdapMessage::parse(&frame).unwrap())
    }

    pub(super) async fn next(&mut self) -> LdapMessage {
        self.try_next().await.expect("the client should have sent a message")
    }

    /// Takes the stream back, to go on in another way.
    pub(super) fn into_stream(self) -> Stream {
        self.framed.into_inner()
    }

    /// Waits for an abandon request, and returns what it abandons.
    pub(super) async fn next_abandoned(&mut self) -> MessageId {
        let message = self.next().await;
        match message.op {
            ProtocolOp::AbandonRequest(request) => request.id(),
            op => panic!("expected an abandon request, got {op:?}"),
        }
    }

    /// Returns whether the client has nothing to say.
    pub(super) async fn is_quiet(&mut self) -> bool {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        poll_fn(|cx| Poll::Ready(Pin::new(&mut self.framed).poll_next(cx).is_pending())).await
    }

    pub(super) async fn send(&mut self, id: MessageId, op: ProtocolOp) {
        self.send_octets(&LdapMessage::new(id, op).to_bytes().unwrap()).await;
    }

    pub(super) async fn send_octets(&mut self, octets: &[u8]) {
        let stream = self.framed.get_mut();
        // The client may be gone.
        let _ = stream.write_all(octets).await;
        let _ = stream.flush().await;
    }

    pub(super) async fn send_entry(&mut self, id: MessageId, number: usize) {
        self.send(id, ProtocolOp::SearchResultEntry(entry(number, 0))).await;
    }

    pub(super) async fn send_done(&mut self, id: MessageId) {
        self.send(id, ProtocolOp::SearchResultDone(LdapResult::success())).await;
    }

    /// Shows that the connection works: one request, one answer. Abandon requests before it are passed over.
    pub(super) async fn answer_one(&mut self, client: &Client) {
        let (answer, ()) = tokio::join!(client.delete(super::delete()), async {
            let mut request = self.next().await;
            while matches!(request.op, ProtocolOp::AbandonRequest(_)) {
                request = self.next().await;
            }
            self.send(request.id, ProtocolOp::DeleteResponse(LdapResult::success())).await;
        });
        answer.unwrap();
    }

    /// Waits until the client has closed; what it says before is returned.
    pub(super) async fn last_words(mut self) -> Vec<LdapMessage> {
        let mut words = Vec::new();
        while let Some(message) = self.try_next().await {
            words.push(message);
        }
        words
    }

    pub(super) async fn pause(seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }
}

/// An entry with a number in its name and so many octets in a value.
pub(super) fn entry(number: usize, octets: usize) -> SearchResultEntry {
    let value = vec![b'x'; octets];
    SearchResultEntry::from(&Entry::new(format!("cn={number}")).with("description", [value]))
}
