//! Why a connection ended.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::model::ResultCode;
use crate::proto::LdapResult;
use crate::session::Violation;
use crate::transport::TransportError;

/// Why a connection ended; prints as one would write it in a log.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum End {
    /// The client said goodbye.
    Unbind,
    /// The client went away without a word.
    ByClient,
    /// The client broke the protocol.
    Violation(Violation),
    /// The client let time run out.
    Timeout(Overdue, Duration),
    /// The network failed, or TLS.
    Transport(Arc<TransportError>),
    /// The server is shutting down.
    Shutdown,
    /// The handler ended it, with this notice.
    Disconnected(LdapResult),
    /// The handler ended it without a word; answers that waited were lost.
    Dropped,
    /// The handler ended it without a word, after what waited was sent.
    Closed,
}

/// What a client did not do in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overdue {
    /// Send a first message.
    FirstMessage,
    /// Complete a message that it began.
    Frame,
    /// Read its answers.
    Reading,
    /// Ask something.
    Request,
}

impl End {
    /// Returns the reason that the client is given in a Notice of Disconnection (RFC 4511 4.4.1), unless it left by
    /// itself or would not read it.
    pub(super) fn notice(&self) -> Option<LdapResult> {
        let (code, text) = match self {
            Self::Unbind | Self::ByClient | Self::Transport(_) | Self::Dropped | Self::Closed => return None,
            // What comes next is taken for TLS by the client.
            Self::Violation(Violation::OctetsBeforeTls) => return None,
            Self::Timeout(Overdue::Reading, _) => return None,
            Self::Disconnected(result) => return Some(result.clone()),
            Self::Violation(violation) => (ResultCode::PROTOCOL_ERROR, violation.to_string()),
            Self::Timeout(..) | Self::Shutdown => (ResultCode::UNAVAILABLE, self.to_string()),
        };
        Some(LdapResult::new(code).with_diagnostic_message(text))
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unbind => f.write_str("unbind"),
            Self::ByClient => f.write_str("closed by the client"),
            Self::Violation(violation) => write!(f, "protocol violation: {violation}"),
            Self::Timeout(overdue, limit) => write!(f, "{overdue} within {limit:?}"),
            Self::Transport(error) => error.fmt(f),
            Self::Shutdown => f.write_str("the server is shutting down"),
            Self::Disconnected(result) => write!(f, "disconnected: {result}"),
            Self::Dropped => f.write_str("dropped"),
            Self::Closed => f.write_str("closed by the server"),
        }
    }
}

impl fmt::Display for Overdue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FirstMessage => "no message came",
            Self::Frame => "a message was begun and not completed",
            Self::Reading => "no answer was read",
            Self::Request => "nothing was asked",
        })
    }
}
