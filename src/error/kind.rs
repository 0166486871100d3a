//! What happened, to whom it is to be laid, and in which words it is told.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::ber::DecodeError;
use crate::model::Control;
use crate::proto::{EncodeError, LdapResult, OpKind};
use crate::sasl::SaslError;
use crate::session::{Misuse, Violation};
use crate::transport::{Fault, TransportError};

use super::NoLease;

/// The kinds of [`Error`](super::Error).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The server answered with a result that is no success.
    Refused {
        /// The whole result.
        result: LdapResult,
        /// The controls of the response.
        controls: Vec<Control>,
    },
    /// The server broke the protocol. The connection is closed.
    Violation(Violation),
    /// The value of a control or of an extended response is not what its specification says. The connection goes
    /// on.
    Value {
        /// What is wrong with it.
        error: DecodeError,
        /// What it is the value of.
        of: &'static str,
    },
    /// The request is none that the protocol allows.
    Encode(EncodeError),
    /// The request may not be sent now.
    Misuse(Misuse),
    /// The SASL mechanism cannot go on.
    Sasl(SaslError),
    /// The call would give a secret away; nothing was sent.
    Unsafe(Refusal),
    /// The connection could not be made, or was lost.
    Transport(Arc<TransportError>),
    /// The connection is closed.
    Closed(Closed),
    /// Time ran out.
    Timeout {
        /// What was waited for.
        waiting: Waiting,
        /// How long.
        after: Duration,
    },
    /// A search was read so slowly, beside others that could not wait, that its buffers were full. Search with
    /// paging or on a connection of its own, and none is lost.
    SlowConsumer {
        /// The frames that had been received and were thrown away.
        discarded: u64,
    },
    /// A pool had no connection for the operation; nothing was sent.
    NoLease(NoLease),
    /// A search that was to return one entry returned more, or none.
    NotOne {
        /// How many came, counted up to two.
        found: u64,
    },
    /// A blocking call was made within an asynchronous task.
    InAsyncTask,
}

/// What a call was refused for before anything was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// A password on a connection that is not encrypted.
    CleartextPassword,
    /// A name with an empty password: servers take it for an anonymous bind and say success (RFC 4513 5.1.2).
    EmptyPassword,
}

/// Why a connection is closed.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Closed {
    /// The caller closed it, or dropped the last handle.
    ByCaller,
    /// The server closed it without a word.
    ByServer,
    /// The server closed it with a Notice of Disconnection (RFC 4511 4.4.1).
    Notice(LdapResult),
    /// A bind or StartTLS was given up half-way; who the connection belongs to was not known any more.
    Interrupted(OpKind),
    /// The server broke the protocol.
    Violation(Violation),
    /// The network failed.
    Transport(Arc<TransportError>),
    /// A frame was begun and not completed in time.
    FrameTimeout(Duration),
    /// The server did not answer in time when it was asked whether it is there.
    Unresponsive(Duration),
}

/// What a call waited for when its time ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Waiting {
    /// Its turn: operations in flight are limited, and a bind waits for all of them.
    Turn,
    /// Room in the write queue: the server does not read.
    Room,
    /// The connection.
    Connection,
    /// The server's answer.
    Answer,
    /// The next entry of a search.
    Entry,
    /// What a test waited for.
    Event,
}

/// How far a request got before it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Phase {
    /// The server cannot have seen it.
    NotSent,
    /// It was sent and not answered: it may have been done, or not.
    Unknown,
    /// The server answered.
    Answered,
}

/// Whose fault an error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Blame {
    /// The caller asked for what cannot be.
    Caller,
    /// The server understood and refused.
    Server,
    /// The server broke the protocol.
    Peer,
    /// The network, or time.
    Network,
}

impl ErrorKind {
    pub(super) fn blame(&self) -> Blame {
        match self {
            Self::Refused { .. } | Self::NotOne { .. } => Blame::Server,
            Self::Violation(_) | Self::Value { .. } => Blame::Peer,
            Self::Sasl(SaslError::UnexpectedChallenge) => Blame::Peer,
            Self::Encode(_)
            | Self::Misuse(_)
            | Self::Unsafe(_)
            | Self::Sasl(_)
            | Self::SlowConsumer { .. }
            | Self::InAsyncTask => Blame::Caller,
            Self::Closed(reason) => reason.blame(),
            Self::Transport(error) => blame_of(error),
            Self::NoLease(reason) => reason.blame(),
            Self::Timeout { .. } => Blame::Network,
        }
    }
}

impl Closed {
    fn blame(&self) -> Blame {
        match self {
            Self::ByCaller | Self::Interrupted(_) => Blame::Caller,
            Self::Violation(_) => Blame::Peer,
            Self::Notice(_) => Blame::Server,
            Self::Transport(error) => blame_of(error),
            Self::ByServer | Self::FrameTimeout(_) | Self::Unresponsive(_) => Blame::Network,
        }
    }
}

fn blame_of(error: &TransportError) -> Blame {
    match error.fault() {
        Fault::Caller => Blame::Caller,
        Fault::Peer => Blame::Peer,
        Fault::Network => Blame::Network,
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { result, .. } => write!(f, "the server answered {result}"),
            Self::Violation(violation) => write!(f, "the server broke the protocol: {violation}"),
            Self::Value { error, of } => write!(f, "the value of {of} cannot be decoded: {error}"),
            Self::Encode(error) => write!(f, "the request cannot be sent: {error}"),
            Self::Misuse(misuse) => write!(f, "the request cannot be sent now: {misuse}"),
            Self::Sasl(error) => error.fmt(f),
            Self::Unsafe(refusal) => refusal.fmt(f),
            Self::Transport(error) => error.fmt(f),
            Self::Closed(reason) => write!(f, "the connection is closed: {reason}"),
            Self::Timeout { waiting, after } => {
                let what = match waiting {
                    Waiting::Turn => "no turn on the connection (finish or drop the operations in flight)",
                    Waiting::Room => "no room among the requests that wait for the server to read",
                    Waiting::Connection => "no connection",
                    Waiting::Answer => "no answer",
                    Waiting::Entry => "no entry and no end of the search",
                    Waiting::Event => "what was waited for did not happen",
                };
                write!(f, "{what} within {after:?}")
            }
            Self::SlowConsumer { discarded } => write!(
                f,
                "entries were read too slowly beside other operations, and {discarded} messages had to be thrown \
                 away; search with paging or on a connection of its own"
            ),
            Self::NoLease(reason) => reason.fmt(f),
            Self::NotOne { found: 0 } => f.write_str("no entry was found"),
            Self::NotOne { .. } => f.write_str("more than one entry was found"),
            Self::InAsyncTask => f.write_str(
                "a blocking call within an asynchronous task would stop the tasks beside it: await the asynchronous \
                 call, or make this one in tokio::task::spawn_blocking",
            ),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CleartextPassword => {
                "a password may not go over an unencrypted connection: use ldaps:// or StartTLS"
            }
            Self::EmptyPassword => {
                "a name with an empty password would be an anonymous bind: give the password, or bind anonymously"
            }
        })
    }
}

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByCaller => f.write_str("it was closed here"),
            Self::ByServer => f.write_str("the server closed it"),
            Self::Notice(result) => write!(f, "the server closed it with {result}"),
            Self::Interrupted(kind) => write!(f, "a {kind} was given up half-way"),
            Self::Violation(violation) => write!(f, "the server broke the protocol: {violation}"),
            Self::Transport(error) => error.fmt(f),
            Self::FrameTimeout(after) => write!(f, "a message was begun and not completed within {after:?}"),
            Self::Unresponsive(after) => write!(f, "the server did not answer a check within {after:?}"),
        }
    }
}
