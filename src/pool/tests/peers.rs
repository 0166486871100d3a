//! Servers that do as they are told.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_core::Stream as _;
use tokio::io::AsyncWriteExt;
use tokio::sync::watch;
use tokio_util::codec::Framed;

use crate::client::ConnectOptions;
use crate::error::Error;
use crate::model::{Entry, ResultCode};
use crate::pool::Servers;
use crate::proto::{
    BindResponse, ExtendedResponse, LdapMessage, LdapResult, MessageId, OpKind, ProtocolOp, SearchResultEntry,
};
use crate::session::{ServerEvent, ServerSession};
use crate::transport::{LdapCodec, Stream, TransportError};

/// A server, and what it has seen. Clones are the same server.
#[derive(Clone)]
pub(super) struct Peer {
    name: String,
    told: watch::Sender<Told>,
    seen: Arc<Mutex<Seen>>,
}

/// What the server is told to do.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    /// Connections are refused.
    pub(super) is_down: bool,
    /// Connections are never taken.
    pub(super) is_black_hole: bool,
    /// Nothing is answered, on any connection.
    pub(super) is_silent: bool,
    /// Binds are refused.
    pub(super) refuses_binds: bool,
    /// All connections are cut that were made before this was raised.
    pub(super) cuts: u64,
    /// Requests for `cn=hold` are answered.
    pub(super) answers_held: bool,
    /// In place of a check the first request for `cn=hold` is answered, as if the check came behind it.
    pub(super) works_in_turn: bool,
    /// The next so many requests are answered with this code.
    pub(super) code: Option<(u32, ResultCode)>,
    /// Entries that a search finds.
    pub(super) entries: usize,
}

/// What the server has seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) connects: usize,
    /// Connections that are open now.
    pub(super) open: usize,
    pub(super) most_open: usize,
    pub(super) unbinds: usize,
    /// The names of binds, in order.
    pub(super) binds: Vec<String>,
    pub(super) searches: usize,
    /// Base searches of the root DSE, as checks are.
    pub(super) checks: usize,
    /// Names of entries that were to be deleted, in order.
    pub(super) deletes: Vec<String>,
    pub(super) abandons: usize,
    /// Most requests that were held on one connection.
    pub(super) most_held: usize,
}

impl Peer {
    pub(super) fn new(name: &str) -> Self {
        let told = Told { entries: 3, ..Told::default() };
        Self { name: format!("ldap://{name}"), told: watch::Sender::new(told), seen: Arc::default() }
    }

    pub(super) fn tell(&self, change: impl FnOnce(&mut Told)) {
        self.told.send_modify(change);
    }

    pub(super) fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    /// Cuts every connection.
    pub(super) fn cut(&self) {
        self.tell(|told| told.cuts += 1);
    }

    pub(super) fn servers(&self) -> Servers {
        let peer = self.clone();
        let options = ConnectOptions::new(self.name.clone());
        Servers::over(options, move || {
            let peer = peer.clone();
            async move { peer.open().await }
        })
    }

    async fn open(self) -> Result<Stream, Error> {
        self.note(|seen| seen.connects += 1);
        if self.told.borrow().is_black_hole {
            std::future::pending::<()>().await;
        }
        if self.told.borrow().is_down {
            return Err(TransportError::from(io::Error::from(io::ErrorKind::ConnectionRefused)).into());
        }
        let (near, far) = Stream::memory_pair(64 * 1024);
        tokio::spawn(self.serve(far));
        Ok(near)
    }

    async fn serve(self, stream: Stream) {
        self.note(|seen| {
            seen.open += 1;
            seen.most_open = seen.most_open.max(seen.open);
        });
        let mut connection = Connection {
            framed: Framed::new(stream, LdapCodec::default()),
            session: ServerSession::new(),
            peer: self.clone(),
            held: Vec::new(),
        };
        let mut told = self.told.subscribe();
        let cuts = told.borrow().cuts;
        loop {
            tokio::select! {
                biased;
                _ = told.changed() => {
                    if told.borrow().cuts > cuts {
                        break;
                    }
                    if told.borrow_and_update().answers_held {
                        for (id, op) in std::mem::take(&mut connection.held) {
                            connection.answer(id, op).await;
                        }
                    }
                }
                frame = connection.next_frame() => {
                    let Some(frame) = frame else { break };
                    if !connection.handle(&frame).await {
                        break;
                    }
                }
            }
        }
        self.note(|seen| seen.open -= 1);
    }

    fn note(&self, change: impl FnOnce(&mut Seen)) {
        change(&mut self.seen.lock().unwrap());
    }
}

struct Connection {
    framed: Framed<Stream, LdapCodec>,
    session: ServerSession<()>,
    peer: Peer,
    held: Vec<(MessageId, ProtocolOp)>,
}

impl Connection {
    async fn next_frame(&mut self) -> Option<Bytes> {
        poll_fn(|cx| Pin::new(&mut self.framed).poll_next(cx)).await?.ok()
    }

    /// Returns whether the connection goes on.
    async fn handle(&mut self, frame: &Bytes) -> bool {
        let message = LdapMessage::parse(frame).unwrap();
        match self.session.handle(frame).unwrap() {
            ServerEvent::Unbind => {
                self.peer.note(|seen| seen.unbinds += 1);
                false
            }
            ServerEvent::Request { id, kind } => {
                self.session.accept(id, kind, ()).unwrap();
                self.request(id, message.op).await
            }
            ServerEvent::Abandoned { id, .. } => {
                self.peer.note(|seen| seen.abandons += 1);
                self.held.retain(|(held, _)| *held != id);
                true
            }
            _ => true,
        }
    }

    async fn request(&mut self, id: MessageId, op: ProtocolOp) -> bool {
        let name = match &op {
            ProtocolOp::BindRequest(request) => {
                self.peer.note(|seen| seen.binds.push(request.name().to_string()));
                String::new()
            }
            ProtocolOp::DeleteRequest(request) => {
                self.peer.note(|seen| seen.deletes.push(request.dn().to_string()));
                request.dn().to_string()
            }
            ProtocolOp::CompareRequest(request) => request.dn().to_string(),
            ProtocolOp::SearchRequest(request) if request.base().is_empty() => {
                self.peer.note(|seen| seen.checks += 1);
                String::new()
            }
            ProtocolOp::SearchRequest(request) => {
                self.peer.note(|seen| seen.searches += 1);
                request.base().to_string()
            }
            _ => String::new(),
        };
        let told = self.peer.told.borrow().clone();
        if told.is_silent {
            return true;
        }
        if told.works_in_turn && matches!(&op, ProtocolOp::SearchRequest(search) if search.base().is_empty())
        {
            if !self.held.is_empty() {
                let (id, op) = self.held.remove(0);
                self.answer(id, op).await;
            }
            return true;
        }
        match name.as_str() {
            "cn=cut" => return false,
            "cn=notice" => {
                let _ = self.framed.get_mut().write_all(NOTICE_OF_DISCONNECTION).await;
                return false;
            }
            "cn=cut after one" => {
                self.send(id, ProtocolOp::SearchResultEntry(entry(0))).await;
                return false;
            }
            "cn=hold" if !told.answers_held => {
                self.held.push((id, op));
                let held = self.held.len();
                self.peer.note(|seen| seen.most_held = seen.most_held.max(held));
            }
            _ => self.answer(id, op).await,
        }
        true
    }

    async fn answer(&mut self, id: MessageId, op: ProtocolOp) {
        let mut code = ResultCode::SUCCESS;
        let is_bind = matches!(op, ProtocolOp::BindRequest(_));
        self.peer.told.send_if_modified(|told| {
            match &mut told.code {
                Some((times, other)) if *times > 0 && !is_bind => {
                    *times -= 1;
                    code = *other;
                }
                _ => {}
            }
            false
        });
        let told = self.peer.told.borrow().clone();
        let result = LdapResult::new(code);
        match op {
            ProtocolOp::BindRequest(_) => {
                let code =
                    if told.refuses_binds { ResultCode::INVALID_CREDENTIALS } else { ResultCode::SUCCESS };
                let response = BindResponse::new(LdapResult::new(code));
                self.send(id, ProtocolOp::BindResponse(response)).await;
            }
            ProtocolOp::SearchRequest(request) => {
                let entries = if request.base().is_empty() { 1 } else { told.entries };
                if code == ResultCode::SUCCESS {
                    for number in 0..entries {
                        self.send(id, ProtocolOp::SearchResultEntry(entry(number))).await;
                    }
                }
                self.send(id, ProtocolOp::SearchResultDone(result)).await;
            }
            ProtocolOp::CompareRequest(_) => {
                let code = if code == ResultCode::SUCCESS { ResultCode::COMPARE_TRUE } else { code };
                self.send(id, ProtocolOp::CompareResponse(LdapResult::new(code))).await;
            }
            ProtocolOp::DeleteRequest(_) => self.send(id, ProtocolOp::DeleteResponse(result)).await,
            ProtocolOp::ExtendedRequest(_) => {
                self.send(id, ProtocolOp::ExtendedResponse(ExtendedResponse::new(result))).await;
            }
            op => panic!("unexpected {op:?}"),
        }
    }

    async fn send(&mut self, id: MessageId, op: ProtocolOp) {
        let kind = op.kind();
        let code = op.result().map_or(ResultCode::SUCCESS, LdapResult::code);
        // The operation may have been abandoned while it was answered.
        if self.session.respond(id, kind, code).is_err() && kind != OpKind::SearchResultEntry {
            return;
        }
        let octets = LdapMessage::new(id, op).to_bytes().unwrap();
        let stream = self.framed.get_mut();
        // The client may be gone.
        let _ = stream.write_all(&octets).await;
        let _ = stream.flush().await;
    }
}

/// `unavailable`, as RFC 4511 4.4.1 writes it.
const NOTICE_OF_DISCONNECTION: &[u8] =
    b"\x30\x24\x02\x01\x00\x78\x1f\x0a\x01\x34\x04\x00\x04\x00\x8a\x161.3.6.1.4.1.1466.20036";

fn entry(number: usize) -> SearchResultEntry {
    SearchResultEntry::from(&Entry::new(format!("cn={number}")).with("cn", [number.to_string()]))
}
