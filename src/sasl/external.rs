//! EXTERNAL: who the client is, the layer below knows (RFC 4422 appendix A).

use crate::model::Secret;

use super::mechanism::repeat_initial_response;
use super::{Mechanism, SaslError};

/// Authentication by TLS client certificate or by the credentials of a Unix socket.
///
/// ```text
/// initial-response = authz-id-string
/// authz-id-string  = *( UTF8-char-no-nul )                       (RFC 4422 A.1)
/// ```
#[derive(Clone, Debug, Default)]
pub struct External {
    authorization_id: Option<String>,
}

impl External {
    /// Takes the identity that the server derives from the layer below.
    pub const fn new() -> Self {
        Self { authorization_id: None }
    }

    /// Asks to act as another identity: `dn:` with a name, or `u:` with a user's name (RFC 4513 5.2.1.8).
    ///
    /// 389 Directory Server passes over it and says success: "Who am I?" tells what came of it.
    pub fn acting_as(authorization_id: impl Into<String>) -> Self {
        Self { authorization_id: Some(authorization_id.into()) }
    }
}

impl Mechanism for External {
    fn name(&self) -> &'static str {
        "EXTERNAL"
    }

    fn initial_response(&mut self) -> Result<Option<Secret>, SaslError> {
        match &self.authorization_id {
            Some(id) if id.contains('\0') => Err(SaslError::MalformedCredentials),
            Some(id) => Ok(Some(Secret::from(id.as_str()))),
            // OpenLDAP wants the empty response to be there; other servers take either.
            None => Ok(Some(Secret::from(""))),
        }
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Secret, SaslError> {
        repeat_initial_response(self, challenge)
    }

    fn finish(&mut self, _: Option<&[u8]>) -> Result<(), SaslError> {
        Ok(())
    }

    fn exposes_secret(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_identity_is_the_message() {
        assert_eq!(External::new().initial_response().unwrap().unwrap().expose(), b"");
        let mut other = External::acting_as("u:ada");
        assert_eq!(other.initial_response().unwrap().unwrap().expose(), b"u:ada");
        assert_eq!(other.step(b"").unwrap().expose(), b"u:ada");
        assert_eq!(other.step(b"x").unwrap_err(), SaslError::UnexpectedChallenge);
        let nul = External::acting_as("u:a\0da").initial_response();
        assert_eq!(nul.unwrap_err(), SaslError::MalformedCredentials);
    }
}
