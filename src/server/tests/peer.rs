//! A client that knows no rules.

use std::future::poll_fn;
use std::pin::Pin;

use bytes::Bytes;
use futures_core::Stream as _;
use tokio::io::AsyncWriteExt as _;
use tokio_util::codec::Framed;

use crate::model::{Filter, ResultCode, Scope};
use crate::proto::{DeleteRequest, LdapMessage, MessageId, NoticeOfDisconnection, ProtocolOp, SearchRequest};
use crate::server::RunningServer;
use crate::transport::{LdapCodec, Stream};

pub(crate) struct Peer {
    framed: Framed<Stream, LdapCodec>,
}

pub(crate) fn id(number: u32) -> MessageId {
    MessageId::new(number).unwrap()
}

/// The octets of a request to delete this name, which tells the handler what to do.
pub(crate) fn delete(number: u32, dn: &'static str) -> Bytes {
    message(number, DeleteRequest::new(dn))
}

/// The octets of a search that finds so many entries of 1 KB.
pub(crate) fn search(number: u32, entries: u32) -> Bytes {
    let request = SearchRequest::new("", Scope::WholeSubtree, Filter::present("cn")).size_limit(entries);
    message(number, request)
}

pub(crate) fn message(number: u32, op: impl Into<ProtocolOp>) -> Bytes {
    LdapMessage::new(id(number), op).to_bytes().unwrap()
}

impl Peer {
    pub(crate) fn connect(server: &RunningServer) -> Self {
        Self::over(server.connect().unwrap())
    }

    pub(crate) fn over(stream: Stream) -> Self {
        Self { framed: Framed::new(stream, LdapCodec::default()) }
    }

    pub(crate) async fn send(&mut self, octets: &[u8]) {
        let stream = self.framed.get_mut();
        // The server may have closed.
        let _ = stream.write_all(octets).await;
        let _ = stream.flush().await;
    }

    /// Waits for the next message; `None` at the end of the stream.
    pub(crate) async fn next(&mut self) -> Option<LdapMessage> {
        let frame = poll_fn(|cx| Pin::new(&mut self.framed).poll_next(cx)).await?.ok()?;
        Some(LdapMessage::parse(&frame).unwrap())
    }

    /// Waits for an answer and returns its id and code.
    pub(crate) async fn answer(&mut self) -> (u32, ResultCode) {
        let message = self.next().await.expect("an answer should have come");
        (message.id.number(), message.op.result().expect("a result").code())
    }

    /// Waits for the notice and the end of the stream, and returns the reason.
    pub(crate) async fn notice(&mut self) -> ResultCode {
        let message = self.next().await.expect("a notice should have come");
        let notice = NoticeOfDisconnection::from_message(&message).expect("it should be a notice");
        assert!(self.next().await.is_none());
        notice.result().code()
    }

    /// Asks one thing and waits for its answer, to show that the server serves.
    pub(crate) async fn is_served(&mut self, number: u32) {
        self.send(&delete(number, "anything")).await;
        assert_eq!(self.answer().await, (number, ResultCode::SUCCESS));
    }
}
