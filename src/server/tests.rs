//! A server and its clients in memory, and over real sockets where that is what is tested.

mod binding;
mod ending;
mod hostile;
mod in_process;
mod layers;
mod operations;
pub(crate) mod peer;
mod starting_tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use super::*;
use crate::model::{Entry, ResultCode};
use crate::proto::{IntermediateResponse, ProtocolOp, SearchResultEntry};
use peer::Peer;

/// Does as the name in the request says.
#[derive(Clone, Default)]
struct Obedient {
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Operations that wait are let go.
    go: Notify,
    begun: AtomicUsize,
    /// Operations that ended by being dropped.
    stopped: AtomicUsize,
    sent: AtomicUsize,
}

/// Counts an operation that is dropped before its end.
struct Guard<'a>(&'a State);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.stopped.fetch_add(1, Ordering::Relaxed);
    }
}

impl Obedient {
    fn begun(&self) -> usize {
        self.state.begun.load(Ordering::Relaxed)
    }

    fn stopped(&self) -> usize {
        self.state.stopped.load(Ordering::Relaxed)
    }

    fn sent(&self) -> usize {
        self.state.sent.load(Ordering::Relaxed)
    }
}

impl Handler for Obedient {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        self.state.begun.fetch_add(1, Ordering::Relaxed);
        let guard = Guard(&self.state);
        let answer = match operation.op() {
            ProtocolOp::DeleteRequest(request) => match request.dn().as_str() {
                "wait" => {
                    self.state.go.notified().await;
                    Answer::success()
                }
                "panic" => panic!("as commanded"),
                "disconnect" => {
                    operation.connection.disconnect(ResultCode::UNAVAILABLE.into_result());
                    std::future::pending().await
                }
                "wrong" => {
                    let refused = sink.send(IntermediateResponse::new()).await;
                    assert_eq!(refused, Ok(()));
                    let wrong = ProtocolOp::DeleteResponse(ResultCode::SUCCESS.into_result());
                    let refused = sink.send(wrong).await;
                    assert!(matches!(refused, Err(SendError::WrongKind(_))), "{refused:?}");
                    Answer::success()
                }
                _ => Answer::success(),
            },
            ProtocolOp::BindRequest(request) if request.name() == "wait" => {
                self.state.go.notified().await;
                Answer::success()
            }
            ProtocolOp::SearchRequest(request) => {
                let count = request.max_entries();
                let entry = Entry::new("cn=entry").with("description", [vec![b'x'; 1000]]);
                let entry = SearchResultEntry::from(&entry);
                for _ in 0..count {
                    if sink.send(entry.clone()).await.is_err() {
                        break;
                    }
                    self.state.sent.fetch_add(1, Ordering::Relaxed);
                }
                Answer::success()
            }
            _ => Answer::success(),
        };
        std::mem::forget(guard);
        answer
    }
}

impl ResultCode {
    fn into_result(self) -> crate::proto::LdapResult {
        crate::proto::LdapResult::new(self)
    }
}

/// Starts a server with these limits.
async fn start_with(limits: ServerLimits) -> (RunningServer, Obedient) {
    let handler = Obedient::default();
    let server = Server::new(handler.clone()).limits(limits).start().await.unwrap();
    (server, handler)
}

async fn start() -> (RunningServer, Obedient) {
    start_with(ServerLimits::DEFAULT).await
}

/// Lets the other tasks run until they have nothing to do.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

const SECOND: Duration = Duration::from_secs(1);
