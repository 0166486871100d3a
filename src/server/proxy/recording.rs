//! The text of a recording.
//!
//! ```text
//! # ldapwire recording 1
//! # connection, who sent it, seconds since the start, the message; passwords are masked
//! 1 client 0.002131 300c020101600702010304008000
//! 1 server 0.002844 300c02010161070a010004000400
//! ```

use std::fmt;

use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};

use crate::ber::DecodeError;
use crate::proto::LdapMessage;

use super::passing::{Party, Passed, Passing};

/// The messages of some connections, in the order in which they passed.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    pub(super) messages: Vec<Recorded>,
}

/// A message of a recording.
#[derive(Clone, Debug)]
pub(super) struct Recorded {
    pub(super) connection: u64,
    pub(super) from: Party,
    pub(super) message: LdapMessage,
}

impl Recording {
    /// What a recording begins with.
    pub const HEAD: &str = "# ldapwire recording 1\n\
        # connection, who sent it, seconds since the start, the message; passwords are masked\n";

    /// Returns the line of something that passed, with its end; a comment for what is no message.
    pub fn line(passing: &Passing) -> String {
        let (connection, from, at) = (passing.connection, passing.from, passing.at.as_secs_f64());
        match &passing.what {
            Passed::Message(octets) => format!("{connection} {from} {at:.6} {}\n", HEXLOWER.encode(octets)),
            other => format!("# {connection} {from} {at:.6} {}\n", other.words().unwrap_or_default()),
        }
    }

    /// Reads a recording.
    ///
    /// # Errors
    ///
    /// A line is none of a recording, or its message cannot be read.
    pub fn parse(text: &str) -> Result<Self, RecordingError> {
        let lines = text.lines().zip(1..).filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        let messages = lines.map(|(text, line)| {
            let mut fields = text.split_ascii_whitespace();
            let connection = fields.next().and_then(|field| field.parse().ok());
            let from = fields.next().and_then(|field| match field {
                "client" => Some(Party::Client),
                "server" => Some(Party::Server),
                _ => None,
            });
            // The time is for people.
            let octets = fields.nth(1).and_then(|field| HEXLOWER_PERMISSIVE.decode(field.as_bytes()).ok());
            let (Some(connection), Some(from), Some(octets), None) =
                (connection, from, octets, fields.next())
            else {
                return Err(RecordingError { line, error: None });
            };
            let message = LdapMessage::parse(&octets.into());
            let message = message.map_err(|error| RecordingError { line, error: Some(error) })?;
            Ok(Recorded { connection, from, message })
        });
        Ok(Self { messages: messages.collect::<Result<_, _>>()? })
    }

    /// Returns how many messages it has.
    pub fn len(&self) -> usize {
        self.messages.len()
    }

    /// Returns whether it has no message.
    pub fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}

/// Why a text is no recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordingError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with the message, if the line is one of a recording.
    pub error: Option<DecodeError>,
}

impl fmt::Display for RecordingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.error {
            Some(error) => write!(f, "line {}: the message cannot be read: {error}", self.line),
            None => {
                write!(f, "line {}: expected a connection, client or server, seconds, and octets", self.line)
            }
        }
    }
}

impl std::error::Error for RecordingError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.as_ref().map(|error| error as _)
    }
}
