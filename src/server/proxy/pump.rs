//! Octets from one side to the other.

use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};
use rustc_hash::FxHashSet;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use crate::ber::frame_length;
use crate::model::ResultCode;
use crate::proto::extops::{ExtendedOp, StartTls};
use crate::proto::{LdapMessage, MessageId, ProtocolOp};
use crate::transport::Stream;

use super::masked::{is_answered_by_secrets, mask};
use super::passing::{Party, Passed};

/// Octets of a message that is looked at; a larger one is handed on without a look, and so is all behind it.
pub(super) const MAX_MESSAGE: usize = 64 * 1024 * 1024;

/// Requests whose answers are told from others, at most; who has more waiting is no honest client, and is shown less.
const MAX_NOTED: usize = 1024;

/// What both directions of a connection know.
#[derive(Debug, Default)]
struct Known {
    start_tls: Option<MessageId>,
    /// Requests whose answers have secrets.
    secret: FxHashSet<MessageId>,
    is_veiled: bool,
}

/// Hands on octets both ways until both ends have ended or one is lost.
pub(super) async fn pump(client: Stream, server: Stream, watch: &(dyn Fn(Party, Passed) + Send + Sync)) {
    let known = Mutex::new(Known::default());
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = tokio::io::split(server);
    let requests = hand_on(Party::Client, from_client, to_server, &known, watch);
    let responses = hand_on(Party::Server, from_server, to_client, &known, watch);
    // A failure on one side is the end of both; an end by itself leaves the other side what it still has to say.
    let _ = tokio::try_join!(requests, responses);
}

async fn hand_on(
    from: Party,
    source: impl AsyncRead + Unpin,
    target: impl AsyncWrite + Unpin,
    known: &Mutex<Known>,
    watch: &(dyn Fn(Party, Passed) + Send + Sync),
) -> io::Result<()> {
    let ended = hand_on_all(from, source, target, known, watch).await;
    watch(from, Passed::End(ended.as_ref().err().map(ToString::to_string)));
    ended
}

async fn hand_on_all(
    from: Party,
    mut source: impl AsyncRead + Unpin,
    mut target: impl AsyncWrite + Unpin,
    known: &Mutex<Known>,
    watch: &(dyn Fn(Party, Passed) + Send + Sync),
) -> io::Result<()> {
    let mut buffer = BytesMut::new();
    let mut is_veiled = false;
    while source.read_buf(&mut buffer).await? > 0 {
        while !is_veiled {
            match frame_length(&buffer, MAX_MESSAGE) {
                Ok(Some(length)) if length <= buffer.len() && !lock(known).is_veiled => {
                    let frame = buffer.split_to(length).freeze();
                    watch(from, look(from, &frame, known));
                    target.write_all(&frame).await?;
                }
                Ok(_) if !lock(known).is_veiled => break,
                _ => {
                    is_veiled = true;
                    watch(from, Passed::Veiled);
                }
            }
        }
        if is_veiled {
            target.write_all(&buffer.split()).await?;
        }
        target.flush().await?;
    }
    // What is left of a message that was begun.
    target.write_all(&buffer).await?;
    target.shutdown().await
}

/// Reads a message and notes what it says of those that follow.
fn look(from: Party, frame: &Bytes, known: &Mutex<Known>) -> Passed {
    let message = match LdapMessage::parse(frame) {
        Ok(message) => message,
        Err(error) => return Passed::Fault { octets: frame.len(), error: error.to_string() },
    };
    let is_secret = {
        let mut known = lock(known);
        match from {
            Party::Client => known.note_request(&message),
            Party::Server => known.note_response(&message),
        }
    };
    match mask(message, is_secret).to_bytes() {
        Ok(octets) => Passed::Message(octets),
        Err(error) => Passed::Fault { octets: frame.len(), error: error.to_string() },
    }
}

impl Known {
    fn note_request(&mut self, message: &LdapMessage) -> bool {
        if let ProtocolOp::ExtendedRequest(request) = &message.op
            && *request.name() == StartTls::OID
        {
            self.start_tls = Some(message.id);
        }
        if is_answered_by_secrets(&message.op) && self.secret.len() < MAX_NOTED {
            self.secret.insert(message.id);
        }
        false
    }

    /// Whether the answer has a secret.
    fn note_response(&mut self, message: &LdapMessage) -> bool {
        let ProtocolOp::ExtendedResponse(response) = &message.op else { return false };
        if self.start_tls == Some(message.id) {
            self.start_tls = None;
            self.is_veiled = response.result().code() == ResultCode::SUCCESS;
        }
        self.secret.remove(&message.id) || self.secret.len() >= MAX_NOTED
    }
}

fn lock(known: &Mutex<Known>) -> MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}
