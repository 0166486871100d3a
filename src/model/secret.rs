//! `Secret`: octets that are wiped and never shown.

use std::fmt;

use zeroize::Zeroizing;

/// A password, a token, a key: octets that are overwritten when they are dropped and that no `Debug` shows.
///
/// A `String` or `Vec<u8>` is taken over with its buffer, so nothing of it is left behind. A `&str` or `&[u8]` is copied
/// once, and wiping the original stays with its owner. A clone is wiped like its original.
///
/// Wiping reaches this buffer only: copies made by TLS, by the kernel, by swapping or by a core dump are out of reach. There
/// is no `PartialEq`, since a comparison that stops at the first difference tells a peer how much it has guessed.
///
/// ```
/// use ldapwire::model::Secret;
///
/// let password = Secret::from("s3cret");
/// assert_eq!(password.expose(), b"s3cret");
/// assert_eq!(format!("{password:?}"), "Secret(***)");
/// ```
// A `Vec` rather than a boxed slice: shrinking a taken-over buffer to its length may move it, and the old one would be
// freed unwiped. Nothing here pushes to it, so it never grows either.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Returns the octets, in the clear.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Whether there is no octet at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

impl From<Vec<u8>> for Secret {
    fn from(octets: Vec<u8>) -> Self {
        Self(Zeroizing::new(octets))
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::from(text.into_bytes())
    }
}

impl From<&[u8]> for Secret {
    fn from(octets: &[u8]) -> Self {
        Self::from(octets.to_vec())
    }
}

impl<const N: usize> From<&[u8; N]> for Secret {
    fn from(octets: &[u8; N]) -> Self {
        Self::from(octets.as_slice())
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<&String> for Secret {
    fn from(text: &String) -> Self {
        Self::from(text.as_bytes())
    }
}

impl From<&Self> for Secret {
    fn from(secret: &Self) -> Self {
        secret.clone()
    }
}

#[cfg(test)]
mod tests {
    use zeroize::ZeroizeOnDrop;

    use super::*;

    #[test]
    fn octets_are_wiped_on_drop() {
        fn is_wiped<T: ZeroizeOnDrop>(_: &T) {}
        is_wiped(&Secret::from("canary").0);
    }

    #[test]
    fn owned_buffers_are_taken_over_not_copied() {
        let mut text = String::with_capacity(64);
        text.push_str("canary");
        let buffer = text.as_ptr();
        assert_eq!(Secret::from(text).expose().as_ptr(), buffer);
    }

    #[test]
    fn debug_shows_nothing() {
        let secret = Secret::from("canary");
        assert_eq!(format!("{secret:?} {secret:#?}"), "Secret(***) Secret(***)");
        assert!(!secret.is_empty());
        assert!(Secret::from(b"").is_empty());
    }
}
