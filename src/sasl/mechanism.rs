//! What the client asks of a mechanism.

use std::fmt;

use crate::model::Secret;

/// The client's side of a SASL mechanism.
///
/// A bind asks for the [initial response](Self::initial_response), then for one [step](Self::step) per challenge, and
/// at last hands over what came with success by [`finish`](Self::finish).
pub trait Mechanism {
    /// Returns the registered name, such as `EXTERNAL`.
    fn name(&self) -> &str;

    /// Returns what is said first. `None` sends no credentials at all, which differs from empty ones
    /// (RFC 4513 5.2.1.3).
    ///
    /// # Errors
    ///
    /// The credentials cannot be put into this mechanism's message.
    fn initial_response(&mut self) -> Result<Option<Secret>, SaslError>;

    /// Answers a challenge.
    ///
    /// # Errors
    ///
    /// The challenge is none that the mechanism knows.
    fn step(&mut self, challenge: &[u8]) -> Result<Secret, SaslError>;

    /// Takes what the server said along with success.
    ///
    /// # Errors
    ///
    /// The server did not prove what the mechanism asks it to prove.
    fn finish(&mut self, additional_data: Option<&[u8]>) -> Result<(), SaslError>;

    /// Returns whether who reads the messages learns a password.
    fn exposes_secret(&self) -> bool;
}

/// Answers a challenge for a mechanism of one message: a server that got no initial response asks for it by an empty
/// challenge (RFC 4422 3).
pub(super) fn repeat_initial_response(
    mechanism: &mut impl Mechanism,
    challenge: &[u8],
) -> Result<Secret, SaslError> {
    if !challenge.is_empty() {
        return Err(SaslError::UnexpectedChallenge);
    }
    Ok(mechanism.initial_response()?.unwrap_or_else(|| Secret::from("")))
}

/// Why a mechanism cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SaslError {
    /// The credentials hold octets that the mechanism's message cannot carry.
    MalformedCredentials,
    /// The server went on where the mechanism was over.
    UnexpectedChallenge,
    /// A bind of several steps was to be repeated on another connection, where the server would ask for others.
    Unrepeatable,
}

impl fmt::Display for SaslError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MalformedCredentials => "the credentials hold octets that the mechanism cannot carry",
            Self::UnexpectedChallenge => "the server sent a challenge where the mechanism has none",
            Self::Unrepeatable => "a bind of several steps cannot be repeated on another connection",
        })
    }
}

impl std::error::Error for SaslError {}
