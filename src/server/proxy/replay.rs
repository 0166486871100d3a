//! The handler that plays a recording.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use rustc_hash::FxHashMap;

use crate::model::{Control, ResultCode};
use crate::proto::{LdapMessage, MessageId, ProtocolOp};
use crate::server::{Answer, Handler, Operation, Sink};

use super::masked::{is_answered, mask};
use super::passing::Party;
use super::recording::Recording;

/// Plays a [`Recording`] as the server that was recorded.
///
/// A request is answered as the same one was: with its entries, references, controls and result. Requests are the same when all
/// but the message id and the secrets is; so any password will do. One that was sent several times is answered as it was each
/// time, in that order, and then as the last time. What was not recorded is refused with `unwillingToPerform`, and what never
/// had an answer never gets one. StartTLS and Cancel are the server's own; times are not played.
///
/// ```
/// use ldapwire::server::{Server, proxy::{Recording, Replay}};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let recording = Recording::parse(
///     "1 client 0.002131 300c020101600702010304008000\n1 server 0.002844 300c02010161070a010004000400\n",
/// )?;
/// let server = Server::new(Replay::new(&recording)).start().await?;
/// let client = ldapwire::ConnectOptions::new("ldap://memory").connect_over(server.connect()?).await?;
/// client.simple_bind("", "").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Replay {
    parts: Arc<FxHashMap<Bytes, Part>>,
}

/// A request, by what is the same each time, and what became of it.
#[derive(Debug, Default)]
struct Part {
    takes: Vec<Take>,
    /// How many of them have been played.
    played: Mutex<usize>,
}

/// What came before the last response, and that one if there was one.
#[derive(Clone, Debug, Default)]
struct Take {
    before: Vec<(ProtocolOp, Vec<Control>)>,
    last: Option<(ProtocolOp, Vec<Control>)>,
}

impl Replay {
    /// Makes the server of a recording.
    pub fn new(recording: &Recording) -> Self {
        let mut parts = FxHashMap::<Bytes, Part>::default();
        let mut open = FxHashMap::<(u64, MessageId), (Bytes, usize)>::default();
        for recorded in &recording.messages {
            let LdapMessage { id, op, controls, .. } = recorded.message.clone();
            let at = (recorded.connection, id);
            match recorded.from {
                Party::Client if is_answered(op.kind()) => {
                    let Some(key) = key(&recorded.message) else { continue };
                    let part = parts.entry(key.clone()).or_default();
                    open.insert(at, (key, part.takes.len()));
                    part.takes.push(Take::default());
                }
                Party::Client => {}
                Party::Server => {
                    let take = open.get(&at).and_then(|(key, take)| parts.get_mut(key)?.takes.get_mut(*take));
                    let Some(take) = take else { continue };
                    if op.result().is_some() {
                        take.last = Some((op, controls));
                        open.remove(&at);
                    } else {
                        take.before.push((op, controls));
                    }
                }
            }
        }
        Self { parts: Arc::new(parts) }
    }

    fn take(&self, operation: &Operation) -> Option<Take> {
        let part = self.parts.get(&key(&operation.message)?)?;
        let mut played = part.played.lock().unwrap_or_else(PoisonError::into_inner);
        let take = part.takes.get(*played).or_else(|| part.takes.last());
        *played = played.saturating_add(1);
        take.cloned()
    }
}

/// The octets of a request, without its number and its secrets.
fn key(message: &LdapMessage) -> Option<Bytes> {
    let LdapMessage { op, controls, .. } = mask(message.clone(), false);
    LdapMessage { controls, ..LdapMessage::new(MessageId::new(1)?, op) }.to_bytes().ok()
}

impl Handler for Replay {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        let Some(take) = self.take(&operation) else {
            let text = "this request is not in the recording";
            return Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, text);
        };
        for (op, controls) in take.before {
            if let Err(error) = sink.send_with(op, controls).await {
                return Answer::refuse(ResultCode::OTHER, error.to_string());
            }
        }
        let Some((op, controls)) = take.last else { return std::future::pending().await };
        let answer = match op {
            ProtocolOp::BindResponse(response) => response.into(),
            ProtocolOp::ExtendedResponse(response) => response.into(),
            other => other.result().cloned().map_or_else(Answer::success, Answer::from),
        };
        controls.into_iter().fold(answer, Answer::with_control)
    }
}
