//! What becomes of an operation and its answer.

use std::future::pending;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::model::ResultCode;
use crate::proto::{LdapMessage, LdapResult, MessageId, OpKind};
use crate::server::wrapper::tell_inner;
use crate::server::{Answer, Connection, Handler, Layer, Operation, Sink};

use super::{Fault, Faults};

/// Wakes the answers of a connection that are to come behind the next one.
#[derive(Debug, Default)]
struct Answered(Notify);

impl<H: Handler> Layer<H> for Faults {
    type Handler = Faulty<H>;

    fn layer(self, inner: H) -> Faulty<H> {
        Faulty { inner, faults: self }
    }
}

/// A handler behind [`Faults`].
#[derive(Clone, Debug)]
pub struct Faulty<H> {
    inner: H,
    faults: Faults,
}

impl<H: Handler> Handler for Faulty<H> {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        let answered: Arc<Answered> = operation.connection.local();
        let fault = self.faults.draw(operation.kind());
        let is_late = fault == Some(Fault::Late);
        let answer = match fault {
            None => self.inner.handle(operation, sink).await,
            Some(fault) => self.misbehave(fault, operation, sink).await,
        };
        if is_late {
            answered.0.notified().await;
        } else {
            // Those that wait are looked at when this answer was given.
            answered.0.notify_waiters();
        }
        answer
    }

    tell_inner!();
}

impl<H: Handler> Faulty<H> {
    async fn misbehave(&self, fault: Fault, operation: Operation, sink: &mut Sink) -> Answer {
        let connection = operation.connection.clone();
        match fault {
            Fault::Refuse(code) => return refusal(code),
            Fault::Delay(time) => tokio::time::sleep(time).await,
            Fault::Drop => return dropped(&connection).await,
            Fault::Disconnect(code) => {
                connection.disconnect(LdapResult::new(code));
                return pending().await;
            }
            Fault::DropAfter(count) => {
                drop_after(count, &connection, sink);
                let _ = self.inner.handle(operation, sink).await;
                return dropped(&connection).await;
            }
            Fault::IgnoreAbandon => connection.danger_ignore_abandon(),
            _ => {}
        }
        let (id, kind) = (operation.id(), operation.kind());
        let answer = self.inner.handle(operation, sink).await;
        spoil(&fault, id, kind, answer, &connection, sink).await
    }
}

fn refusal(code: ResultCode) -> Answer {
    Answer::refuse(code, "as commanded")
}

async fn dropped(connection: &Connection) -> Answer {
    connection.drop_now();
    pending().await
}

fn drop_after(count: u64, connection: &Connection, sink: &mut Sink) {
    let (mut left, connection) = (count, connection.clone());
    sink.tap(move |op, _| match left.checked_sub(1) {
        Some(fewer) => {
            left = fewer;
            Some(op)
        }
        None => {
            connection.drop_now();
            None
        }
    });
}

/// Sends what the fault makes of an answer; returns the answer itself where it is still to be sent.
async fn spoil(
    fault: &Fault,
    id: MessageId,
    kind: OpKind,
    answer: Answer,
    connection: &Connection,
    sink: &mut Sink,
) -> Answer {
    let encode = |id: MessageId, kind: OpKind| {
        let op = answer.to_op(kind)?;
        let message = LdapMessage { controls: answer.controls().to_vec(), ..LdapMessage::new(id, op) };
        message.to_bytes().ok().map(|octets| octets.to_vec())
    };
    let mut octets = match fault {
        Fault::Never => return pending().await,
        Fault::WrongId => encode(MessageId::MAX, kind),
        Fault::WrongKind if kind == OpKind::CompareRequest => encode(id, OpKind::AddRequest),
        Fault::WrongKind => encode(id, OpKind::CompareRequest),
        Fault::Twice | Fault::Flip(..) | Fault::Cut(_) | Fault::Inject(_) | Fault::Drip(_) => {
            encode(id, kind)
        }
        _ => return answer,
    }
    .unwrap_or_default();
    match fault {
        Fault::Cut(count) => octets.truncate(*count),
        Fault::Inject(behind) => octets.extend_from_slice(behind),
        Fault::Flip(at, bits) => {
            let at = at.checked_rem(octets.len()).unwrap_or(0);
            if let Some(octet) = octets.get_mut(at) {
                *octet ^= bits;
            }
        }
        Fault::Drip(pause) => {
            for octet in &octets {
                // The connection may end meanwhile.
                let _ = sink.danger_send_octets(&[*octet]).await;
                tokio::time::sleep(*pause).await;
            }
            return pending().await;
        }
        _ => {}
    }
    let _ = sink.danger_send_octets(&octets).await;
    match fault {
        Fault::Twice => answer,
        Fault::Cut(_) => {
            connection.close_now();
            pending().await
        }
        _ => pending().await,
    }
}
