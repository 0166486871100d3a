//! Netscape's controls on the age of passwords (draft-vchu-ldap-pwd-policy-00): nobody asks for them, 389, Sun and others
//! send them with the response to a bind.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault};
use crate::model::Oid;
use crate::proto::{Quirks, value_present};

use super::ControlValue;

/// Says that the password has expired, and must be changed before anything else.
///
/// ```text
/// controlType:  2.16.840.1.113730.3.4.4,
/// controlValue: an octet string: "0",
/// criticality: false                            (draft-vchu-ldap-pwd-policy-00 10)
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs, reason = "the value is always the same")]
pub struct PasswordExpired;

impl ControlValue for PasswordExpired {
    const OID: Oid = Oid::from_static("2.16.840.1.113730.3.4.4");

    /// Takes any value: it says nothing, and servers write different ones.
    fn decode_value_with(_: Option<&Bytes>, _: &Quirks) -> Result<Self, DecodeError> {
        Ok(Self)
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(Bytes::from_static(b"0"))
    }
}

/// Says that the password is about to expire.
///
/// ```text
/// controlType:  2.16.840.1.113730.3.4.5,
/// controlValue: an octet string to indicate the time in seconds until
///               the password expires.
/// criticality:  false                            (draft-vchu-ldap-pwd-policy-00 5)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordExpiring {
    seconds: u64,
}

impl PasswordExpiring {
    /// Says in how many seconds the password expires.
    pub const fn new(seconds: u64) -> Self {
        Self { seconds }
    }

    /// Returns in how many seconds the password expires.
    pub const fn seconds(&self) -> u64 {
        self.seconds
    }
}

impl ControlValue for PasswordExpiring {
    const OID: Oid = Oid::from_static("2.16.840.1.113730.3.4.5");

    fn decode_value_with(value: Option<&Bytes>, _: &Quirks) -> Result<Self, DecodeError> {
        let octets = value_present(value)?;
        let digits =
            std::str::from_utf8(octets).ok().filter(|text| text.bytes().all(|octet| octet.is_ascii_digit()));
        match digits.and_then(|digits| digits.parse().ok()) {
            Some(seconds) => Ok(Self { seconds }),
            None => {
                let fault = Fault::Invalid { field: "the value", expected: "seconds in decimal digits" };
                Err(DecodeError::new(0, fault))
            }
        }
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(Bytes::from(self.seconds.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{read, refused};

    #[test]
    fn expired_is_a_zero_and_read_from_anything() {
        assert_eq!(PasswordExpired.encode_value().unwrap(), "0");
        for value in [None, Some(Bytes::from("0")), Some(Bytes::from_static(b"\xff"))] {
            assert_eq!(PasswordExpired::decode_value(value.as_ref()), Ok(PasswordExpired));
        }
    }

    #[test]
    fn expiring_is_digits() {
        assert_eq!(PasswordExpiring::new(86_400).encode_value().unwrap(), "86400");
        assert_eq!(read::<PasswordExpiring>(b"86400").seconds(), 86_400);
        for value in [&b""[..], b"-1", b"+1", b" 1", b"1s", b"\xff", b"18446744073709551616"] {
            assert!(matches!(refused::<PasswordExpiring>(value), Fault::Invalid { .. }), "{value:?}");
        }
        assert!(PasswordExpiring::decode_value(None).is_err());
    }
}
