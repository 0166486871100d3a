//! The password policy response (draft-behera-ldap-password-policy-10 6.2).

use std::fmt;

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Tag};
use crate::model::Oid;
use crate::proto::{Context, Quirks, number, sequence_value};

use super::ControlValue;

/// Says what the password policy has to say of an operation; comes if the client sent
/// [`PasswordPolicy`](super::PasswordPolicy), also with a refused bind.
///
/// ```text
/// PasswordPolicyResponseValue ::= SEQUENCE {
///    warning [0] CHOICE {
///       timeBeforeExpiration [0] INTEGER (0 .. maxInt),
///       graceAuthNsRemaining [1] INTEGER (0 .. maxInt) } OPTIONAL,
///    error   [1] ENUMERATED {
///       passwordExpired             (0),
///       accountLocked               (1),
///       changeAfterReset            (2),
///       passwordModNotAllowed       (3),
///       mustSupplyOldPassword       (4),
///       insufficientPasswordQuality (5),
///       passwordTooShort            (6),
///       passwordTooYoung            (7),
///       passwordInHistory           (8) } OPTIONAL }
///                                       (draft-behera-ldap-password-policy-10 6.2)
/// ```
///
/// A CHOICE keeps its own tag within the `[0]`. `passwordTooLong` (9) is of version 11 of the draft.
///
/// ```no_run
/// use ldapwire::model::Secret;
/// use ldapwire::proto::BindRequest;
/// use ldapwire::proto::controls::{PasswordPolicy, PasswordPolicyResponse};
/// use ldapwire::{Client, RequestExt};
///
/// # async fn run(client: Client) -> Result<(), ldapwire::Error> {
/// let bind = BindRequest::simple("uid=ada,dc=example", "secret").with_control(PasswordPolicy);
/// match client.bind(bind).await {
///     Ok(response) => println!("{:?}", response.control::<PasswordPolicyResponse>()?),
///     Err(refusal) => println!("{refusal}: {:?}", refusal.control::<PasswordPolicyResponse>()?),
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PasswordPolicyResponse {
    warning: Option<PasswordPolicyWarning>,
    error: Option<PasswordPolicyError>,
}

/// What a password policy warns of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a CHOICE that the draft does not leave open")]
pub enum PasswordPolicyWarning {
    /// So many seconds until the password expires.
    TimeBeforeExpiration(u32),
    /// So many binds that are left with the expired password.
    GraceAuthNsRemaining(u32),
}

impl PasswordPolicyResponse {
    const WARNING: Tag = Tag::context(0);
    const ERROR: Tag = Tag::context_primitive(1);
    const TIME_BEFORE_EXPIRATION: Tag = Tag::context_primitive(0);
    const GRACE_AUTH_NS_REMAINING: Tag = Tag::context_primitive(1);

    /// Makes a response without warning and error.
    pub const fn new() -> Self {
        Self { warning: None, error: None }
    }

    /// Sets the warning; numbers above 2,147,483,647 are taken for that one.
    #[must_use]
    pub const fn with_warning(mut self, warning: PasswordPolicyWarning) -> Self {
        self.warning = Some(match warning {
            PasswordPolicyWarning::TimeBeforeExpiration(seconds) => {
                PasswordPolicyWarning::TimeBeforeExpiration(number::at_most_max_int(seconds))
            }
            PasswordPolicyWarning::GraceAuthNsRemaining(binds) => {
                PasswordPolicyWarning::GraceAuthNsRemaining(number::at_most_max_int(binds))
            }
        });
        self
    }

    /// Sets the error.
    #[must_use]
    pub const fn with_error(mut self, error: PasswordPolicyError) -> Self {
        self.error = Some(error);
        self
    }

    /// Returns what the policy warns of.
    pub const fn warning(&self) -> Option<PasswordPolicyWarning> {
        self.warning
    }

    /// Returns what the policy forbids or demands.
    pub const fn error(&self) -> Option<PasswordPolicyError> {
        self.error
    }
}

impl ControlValue for PasswordPolicyResponse {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.42.2.27.8.5.1");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let mut sequence = Context::of_value(value, quirks)?.sequence()?;
        let warning = match sequence.optional(Self::WARNING)? {
            None => None,
            Some(mut choice) => {
                let start = choice;
                let warning = choice.read()?;
                choice.finish()?;
                Some(match warning.tag {
                    Self::TIME_BEFORE_EXPIRATION => PasswordPolicyWarning::TimeBeforeExpiration(
                        number::decode_content(warning.content, "timeBeforeExpiration")?,
                    ),
                    Self::GRACE_AUTH_NS_REMAINING => PasswordPolicyWarning::GraceAuthNsRemaining(
                        number::decode_content(warning.content, "graceAuthNsRemaining")?,
                    ),
                    found => return Err(start.fault(Fault::UnknownChoice { choice: "warning", found })),
                })
            }
        };
        let error = match sequence.optional(Self::ERROR)? {
            None => None,
            Some(error) => Some(PasswordPolicyError(number::decode_content(error, "error")?)),
        };
        sequence.finish_extensible_after(&[Self::WARNING, Self::ERROR])?;
        Ok(Self { warning, error })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            if let Some(error) = self.error {
                writer.integer(Self::ERROR, i64::from(error.0));
            }
            if let Some(warning) = self.warning {
                let (tag, number) = match warning {
                    PasswordPolicyWarning::TimeBeforeExpiration(seconds) => {
                        (Self::TIME_BEFORE_EXPIRATION, seconds)
                    }
                    PasswordPolicyWarning::GraceAuthNsRemaining(binds) => {
                        (Self::GRACE_AUTH_NS_REMAINING, binds)
                    }
                };
                writer.constructed(Self::WARNING, |writer| writer.integer(tag, i64::from(number)));
            }
        }))
    }
}

/// What a password policy forbids or demands: an open number, with names for those of the draft.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PasswordPolicyError(u32);

/// Makes constants and names of one list.
macro_rules! errors {
    ($($(#[$documentation:meta])* $constant:ident = $number:literal, $name:literal;)*) => {
        impl PasswordPolicyError {
            $(
                $(#[$documentation])*
                pub const $constant: Self = Self($number);
            )*

            /// Returns the name that the draft gives the error.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

errors! {
    /// The password has expired and must be reset.
    PASSWORD_EXPIRED = 0, "passwordExpired";
    /// The account is locked.
    ACCOUNT_LOCKED = 1, "accountLocked";
    /// "The password must be changed before the user will be allowed to perform any operation other than bind and
    /// modify."
    CHANGE_AFTER_RESET = 2, "changeAfterReset";
    /// The user may not change the password.
    PASSWORD_MOD_NOT_ALLOWED = 3, "passwordModNotAllowed";
    /// The old password must come with the new one.
    MUST_SUPPLY_OLD_PASSWORD = 4, "mustSupplyOldPassword";
    /// The new password is too weak.
    INSUFFICIENT_PASSWORD_QUALITY = 5, "insufficientPasswordQuality";
    /// The new password is too short.
    PASSWORD_TOO_SHORT = 6, "passwordTooShort";
    /// "The age of the password to be modified is not yet old enough."
    PASSWORD_TOO_YOUNG = 7, "passwordTooYoung";
    /// The new password was in use before.
    PASSWORD_IN_HISTORY = 8, "passwordInHistory";
    /// The new password is too long.
    PASSWORD_TOO_LONG = 9, "passwordTooLong";
}

impl PasswordPolicyError {
    /// Makes an error of any number; above 2,147,483,647 it is taken for that one.
    pub const fn new(number: u32) -> Self {
        Self(number::at_most_max_int(number))
    }

    /// Returns the number.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for PasswordPolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name().unwrap_or("unknown"), self.0)
    }
}

impl fmt::Debug for PasswordPolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{known, read, refused};

    #[test]
    fn values_have_the_octets_of_the_draft() {
        let nothing = PasswordPolicyResponse::new();
        known(nothing, b"\x30\x00");
        let soon = nothing.with_warning(PasswordPolicyWarning::TimeBeforeExpiration(3600));
        known(soon, b"\x30\x06\xa0\x04\x80\x02\x0e\x10");
        let last = nothing.with_warning(PasswordPolicyWarning::GraceAuthNsRemaining(0));
        known(
            last.with_error(PasswordPolicyError::CHANGE_AFTER_RESET),
            b"\x30\x08\xa0\x03\x81\x01\x00\x81\x01\x02",
        );
        known(nothing.with_error(PasswordPolicyError::ACCOUNT_LOCKED), b"\x30\x03\x81\x01\x01");
        let unknown: PasswordPolicyResponse = read(b"\x30\x05\x81\x01\x0a\x82\x00");
        assert_eq!(unknown.error().unwrap().to_string(), "unknown (10)");
        assert_eq!(PasswordPolicyError::PASSWORD_TOO_SHORT.to_string(), "passwordTooShort (6)");
    }

    #[test]
    fn hostile_values_are_refused() {
        type Response = PasswordPolicyResponse;
        assert!(matches!(refused::<Response>(b"\x30\x02\xa0\x00"), Fault::TruncatedHeader));
        assert!(matches!(refused::<Response>(b"\x30\x04\xa0\x02\x82\x00"), Fault::UnknownChoice { .. }));
        assert!(matches!(refused::<Response>(b"\x30\x03\x80\x01\x05"), Fault::UnexpectedTag { .. }));
        assert!(matches!(refused::<Response>(b"\x30\x03\x81\x01\xff"), Fault::OutOfRange { field: "error" }));
        // Both warnings, and the warning behind the error.
        let both = b"\x30\x08\xa0\x06\x80\x01\x00\x81\x01\x00";
        assert!(matches!(refused::<Response>(both), Fault::TrailingOctets { .. }));
        let swapped = b"\x30\x08\x81\x01\x02\xa0\x03\x81\x01\x00";
        assert!(matches!(refused::<Response>(swapped), Fault::Misplaced { .. }));
    }
}
