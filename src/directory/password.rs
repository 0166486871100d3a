//! Passwords as they are kept in `userPassword` (RFC 2307 5.3, and what servers made of it).

use data_encoding::{BASE64, BASE64_NOPAD, Encoding};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use subtle::ConstantTimeEq;

use crate::model::Secret;

/// A value of `userPassword`, read.
///
/// ```text
/// {SSHA512}base64(hash || salt)      {SHA256}base64(hash)      {PBKDF2-SHA256}iterations$salt$hash
/// ```
///
/// What has no scheme that is known is the password itself.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stored<'a> {
    Clear(&'a [u8]),
    Hash(Hash, &'a [u8]),
    Stretched(Stretch, &'a [u8]),
    /// A scheme that is known, with a value that is none of its: nothing fits.
    Malformed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stretch {
    Sha1,
    Sha256,
    Sha512,
}

/// Rounds that are counted for one password, at most: whoever may write a value shall not be able to stop the server by
/// a number in it. A million take about a second.
const MAX_ROUNDS: u32 = 1_000_000;

/// Octets of the salt of a new password.
const SALT: usize = 16;

impl<'a> Stored<'a> {
    /// Reads a value.
    pub(super) fn parse(value: &'a [u8]) -> Self {
        let Some((scheme, rest)) = split_scheme(value) else { return Self::Clear(value) };
        let is = |name: &str| scheme.eq_ignore_ascii_case(name.as_bytes());
        for (name, hash) in [
            ("SSHA", Hash::Sha1),
            ("SHA", Hash::Sha1),
            ("SSHA256", Hash::Sha256),
            ("SHA256", Hash::Sha256),
            ("SSHA512", Hash::Sha512),
            ("SHA512", Hash::Sha512),
        ] {
            if is(name) {
                return Self::Hash(hash, rest);
            }
        }
        for (name, stretch) in [
            ("PBKDF2", Stretch::Sha1),
            ("PBKDF2-SHA1", Stretch::Sha1),
            ("PBKDF2-SHA256", Stretch::Sha256),
            ("PBKDF2-SHA512", Stretch::Sha512),
        ] {
            if is(name) {
                return Self::Stretched(stretch, rest);
            }
        }
        match () {
            () if is("CLEAR") || is("CLEARTEXT") => Self::Clear(rest),
            // Somebody meant a scheme, and the value is not the password.
            () if KNOWN_ELSEWHERE.iter().any(|name| is(name)) => Self::Malformed,
            () => Self::Clear(value),
        }
    }

    /// Whether checking takes long enough to be done elsewhere than in the task of a connection.
    pub(super) const fn is_slow(&self) -> bool {
        matches!(self, Self::Stretched(..))
    }

    /// Whether a password fits. How long it takes does not depend on where the first difference is.
    pub(super) fn fits(&self, password: &[u8]) -> bool {
        match *self {
            Self::Clear(stored) => stored.ct_eq(password).into(),
            Self::Hash(hash, text) => hash.fits(text, password).unwrap_or(false),
            Self::Stretched(stretch, text) => stretch.fits(text, password).unwrap_or(false),
            Self::Malformed => false,
        }
    }
}

/// Makes the value under which a new password is kept: `{SSHA512}`.
///
/// Nothing if the system gives no random octets.
pub(super) fn store(password: &Secret) -> Option<Vec<u8>> {
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt).ok()?;
    let mut octets = Hash::Sha512.digest(password.expose(), &salt);
    octets.extend_from_slice(&salt);
    Some(format!("{{SSHA512}}{}", BASE64.encode(&octets)).into_bytes())
}

/// Makes up a password: 20 characters of 32, 100 bits.
pub(super) fn generate() -> Option<Secret> {
    const CHARACTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";
    let mut octets = [0; 20];
    getrandom::fill(&mut octets).ok()?;
    let text: Vec<u8> =
        octets.iter().filter_map(|octet| CHARACTERS.get(usize::from(octet % 32))).copied().collect();
    Some(Secret::from(text))
}

/// `{scheme}rest`
fn split_scheme(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = value.strip_prefix(b"{")?;
    let end = rest.iter().position(|octet| *octet == b'}')?;
    Some((rest.get(..end)?, rest.get(end + 1..)?))
}

impl Hash {
    fn digest(self, password: &[u8], salt: &[u8]) -> Vec<u8> {
        fn of<D: Digest>(password: &[u8], salt: &[u8]) -> Vec<u8> {
            D::new().chain_update(password).chain_update(salt).finalize().to_vec()
        }
        match self {
            Self::Sha1 => of::<Sha1>(password, salt),
            Self::Sha256 => of::<Sha256>(password, salt),
            Self::Sha512 => of::<Sha512>(password, salt),
        }
    }

    const fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    fn fits(self, text: &[u8], password: &[u8]) -> Option<bool> {
        let octets = BASE64.decode(text).ok()?;
        let (hash, salt) = octets.split_at_checked(self.length())?;
        Some(self.digest(password, salt).ct_eq(hash).into())
    }
}

impl Stretch {
    /// `iterations$salt$hash`, both in the base64 that has `.` for `+` and no padding.
    fn fits(self, text: &[u8], password: &[u8]) -> Option<bool> {
        let text = std::str::from_utf8(text).ok()?;
        let mut parts = text.split('$');
        let rounds: u32 = parts.next()?.parse().ok()?;
        let (salt, hash) = (decode(parts.next()?)?, decode(parts.next()?)?);
        if parts.next().is_some() || hash.is_empty() || hash.len() > 64 || !(1..=MAX_ROUNDS).contains(&rounds)
        {
            return None;
        }
        let mut derived = vec![0; hash.len()];
        match self {
            Self::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>(password, &salt, rounds, &mut derived),
            Self::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>(password, &salt, rounds, &mut derived),
            Self::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>(password, &salt, rounds, &mut derived),
        }
        Some(derived.ct_eq(&hash).into())
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    const PLAIN: Encoding = BASE64_NOPAD;
    PLAIN.decode(text.replace('.', "+").trim_end_matches('=').as_bytes()).ok()
}

/// Schemes of other servers that are not checked here: no password fits.
const KNOWN_ELSEWHERE: [&str; 8] =
    ["CRYPT", "MD5", "SMD5", "ARGON2", "SASL", "BCRYPT", "SCRAM-SHA-256", "KERBEROS"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_fit_the_values_that_servers_keep() {
        for value in [
            // Made by other programs: slappasswd, and Python's hashlib.
            "secret",
            "{CLEAR}secret",
            "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=",
            "{ssha}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0",
            "{SHA256}K7gNU3sdo+OL0wNhqoVWhr3g6s1xYv72ol/pe/Unols=",
        ] {
            let stored = Stored::parse(value.as_bytes());
            let fits = stored.fits(b"secret");
            assert!(fits, "{value}");
            assert!(!stored.fits(b"Secret") && !stored.fits(b""), "{value}");
        }
    }

    #[test]
    fn what_is_stored_fits_and_differs_each_time() {
        let password = Secret::from("s3cret");
        let (one, two) = (store(&password).unwrap(), store(&password).unwrap());
        assert_ne!(one, two);
        for value in [one, two] {
            assert!(value.starts_with(b"{SSHA512}"));
            assert!(Stored::parse(&value).fits(b"s3cret"));
        }
        assert_ne!(generate().unwrap().expose(), generate().unwrap().expose());
    }

    #[test]
    fn stretched_ones_follow_the_standard() {
        // RFC 6070 2: password, salt, 4096 rounds.
        let value = b"{PBKDF2}4096$c2FsdA$SwB5AbdlSJq.rUnZJvch0GWkKcE";
        let stored = Stored::parse(value);
        assert!(stored.is_slow() && stored.fits(b"password") && !stored.fits(b"other"));
    }

    #[test]
    fn hostile_values_fit_nothing() {
        for value in [
            "{SSHA}",
            "{SSHA}x",
            "{SHA256}AAAA",
            "{PBKDF2}4294967295$c2FsdA$SwB5AbdlSJq.rUnZJvch0GWkKcE",
            "{PBKDF2}1$c2FsdA$",
            "{PBKDF2}1$$$",
            "{CRYPT}secret",
            "{MD5}secret",
        ] {
            assert!(!Stored::parse(value.as_bytes()).fits(b"secret"), "{value}");
            assert!(!Stored::parse(value.as_bytes()).fits(b""), "{value}");
        }
        // Braces alone make no scheme.
        assert!(Stored::parse(b"{me}secret").fits(b"{me}secret"));
    }
}
