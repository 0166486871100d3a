//! PLAIN: a name and a password (RFC 4616).

use zeroize::Zeroizing;

use crate::model::Secret;

use super::mechanism::repeat_initial_response;
use super::{Mechanism, SaslError};

/// Authentication by name and password, readable by whoever reads the connection.
///
/// ```text
/// message   = [authzid] UTF8NUL authcid UTF8NUL passwd           (RFC 4616 2)
/// authcid   = 1*SAFE ; MUST accept up to 255 octets
/// authzid   = 1*SAFE ; MUST accept up to 255 octets
/// passwd    = 1*SAFE ; MUST accept up to 255 octets
/// ```
#[derive(Clone, Debug)]
pub struct Plain {
    authorization_id: String,
    authentication_id: String,
    password: Secret,
}

impl Plain {
    /// Takes name and password; the identity to act as is derived from the name.
    pub fn new(authentication_id: impl Into<String>, password: impl Into<Secret>) -> Self {
        Self {
            authorization_id: String::new(),
            authentication_id: authentication_id.into(),
            password: password.into(),
        }
    }

    /// Asks to act as another identity: `dn:` with a name, or `u:` with a user's name (RFC 4513 5.2.1.8).
    ///
    /// 389 Directory Server takes one's own only, and a user's name without `u:`.
    #[must_use]
    pub fn acting_as(mut self, authorization_id: impl Into<String>) -> Self {
        self.authorization_id = authorization_id.into();
        self
    }
}

impl Mechanism for Plain {
    fn name(&self) -> &'static str {
        "PLAIN"
    }

    fn initial_response(&mut self) -> Result<Option<Secret>, SaslError> {
        let parts =
            [self.authorization_id.as_bytes(), self.authentication_id.as_bytes(), self.password.expose()];
        let is_complete = !self.authentication_id.is_empty() && !self.password.expose().is_empty();
        let is_text = std::str::from_utf8(self.password.expose()).is_ok();
        if !is_complete || !is_text || parts.iter().any(|part| part.contains(&0)) {
            return Err(SaslError::MalformedCredentials);
        }
        let length = parts.iter().map(|part| part.len() + 1).sum();
        let mut message = Zeroizing::new(Vec::with_capacity(length));
        for (position, part) in parts.iter().enumerate() {
            if position > 0 {
                message.push(0);
            }
            message.extend_from_slice(part);
        }
        Ok(Some(Secret::from(message.as_slice())))
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Secret, SaslError> {
        repeat_initial_response(self, challenge)
    }

    fn finish(&mut self, _: Option<&[u8]>) -> Result<(), SaslError> {
        Ok(())
    }

    fn exposes_secret(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_is_that_of_the_standard() {
        // The examples of RFC 4616 4.
        let message = Plain::new("tim", "tanstaaftanstaaf").initial_response().unwrap().unwrap();
        assert_eq!(message.expose(), b"\0tim\0tanstaaftanstaaf");
        let message = Plain::new("Kurt", "xipj3plmq").acting_as("Ursel").initial_response().unwrap().unwrap();
        assert_eq!(message.expose(), b"Ursel\0Kurt\0xipj3plmq");
    }

    #[test]
    fn parts_that_would_change_the_message_are_refused() {
        for (name, password) in [("", "x"), ("a", ""), ("a\0b", "x"), ("a", "x\0y")] {
            let refused = Plain::new(name, password).initial_response();
            assert_eq!(refused.unwrap_err(), SaslError::MalformedCredentials, "{name:?}");
        }
        let refused = Plain::new("a", &b"\xff"[..]).initial_response();
        assert_eq!(refused.unwrap_err(), SaslError::MalformedCredentials);
    }
}
