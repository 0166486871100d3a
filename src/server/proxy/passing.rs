//! What the watch of a proxy sees.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;

/// Something that passes a [`Proxy`](super::Proxy).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Passing {
    /// The number of the connection, from 1.
    pub connection: u64,
    /// How long the proxy had been running.
    pub at: Duration,
    /// Where it comes from.
    pub from: Party,
    /// What it is.
    pub what: Passed,
}

/// One end of a connection through a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Party {
    /// Who connected.
    Client,
    /// Whom the proxy connects with.
    Server,
}

/// What passes a [`Proxy`](super::Proxy).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Passed {
    /// The connection begins.
    Begin,
    /// A message: its octets, with masks in the place of passwords.
    Message(Bytes),
    /// A message that cannot be read: so many octets. They are not shown, since nobody knows which are secret.
    Fault {
        /// How many octets it has.
        octets: usize,
        /// What is wrong with it.
        error: String,
    },
    /// From here on nothing can be read: TLS begins, or octets come that are no messages.
    Veiled,
    /// No more comes from there. The text says why, if not by the end of the stream.
    End(Option<String>),
}

impl Passed {
    /// Returns what it is in words; nothing for a message, which is more than words.
    ///
    /// ```
    /// use ldapwire::server::proxy::Passed;
    ///
    /// assert_eq!(Passed::Begin.words().as_deref(), Some("begins"));
    /// assert_eq!(Passed::Message(Default::default()).words(), None);
    /// ```
    pub fn words(&self) -> Option<String> {
        Some(match self {
            Self::Message(_) => return None,
            Self::Begin => "begins".to_owned(),
            Self::Fault { octets: 1, error } => format!("1 octet that is no message: {error}"),
            Self::Fault { octets, error } => format!("{octets} octets that are no message: {error}"),
            Self::Veiled => "nothing can be read from here on".to_owned(),
            Self::End(None) => "ends".to_owned(),
            Self::End(Some(cause)) => format!("ends: {cause}"),
        })
    }
}

impl Party {
    /// Returns `client` or `server`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
