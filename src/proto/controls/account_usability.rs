//! The account usability response (Sun's; OpenLDAP, 389, OpenDJ and others have it).

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Reader, Tag, Writer};
use crate::model::Oid;
use crate::proto::{Context, Quirks};

use super::ControlValue;

/// Says whether the account of an entry can be used, and if not, why; comes with each entry of a search that was sent
/// with [`AccountUsability`](super::AccountUsability).
///
/// ```text
/// ACCOUNT_USABLE_RESPONSE ::= CHOICE {
///       is_available           [0] INTEGER, -- Seconds before expiration --
///       is_not_available       [1] MORE_INFO }
///
/// MORE_INFO ::= SEQUENCE {
///       inactive               [0] BOOLEAN DEFAULT FALSE,
///       reset                  [1] BOOLEAN DEFAULT FALSE,
///       expired                [2] BOOLEAN DEFAULT FALSE,
///       remaining_grace        [3] INTEGER OPTIONAL,
///       seconds_before_unlock  [4] INTEGER OPTIONAL }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_enums, reason = "a CHOICE that its specification does not leave open")]
pub enum AccountUsabilityResponse {
    /// The account can be used.
    Usable {
        /// In how many seconds its password expires; none if it does not. Above 2,147,483,647 it is sent as none.
        seconds_before_expiration: Option<u32>,
    },
    /// The account cannot be used.
    NotUsable(AccountUnusable),
}

/// Why an account cannot be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AccountUnusable {
    /// It was deactivated, or is locked.
    pub inactive: bool,
    /// Its password was reset and must be changed.
    pub reset: bool,
    /// Its password has expired.
    pub expired: bool,
    /// How many binds are left with the expired password.
    pub remaining_grace: Option<i32>,
    /// In how many seconds the account is unlocked; negative or none if not by itself.
    pub seconds_before_unlock: Option<i32>,
}

const IS_AVAILABLE: Tag = Tag::context_primitive(0);
const IS_NOT_AVAILABLE: Tag = Tag::context(1);

impl AccountUnusable {
    const INACTIVE: Tag = Tag::context_primitive(0);
    const RESET: Tag = Tag::context_primitive(1);
    const EXPIRED: Tag = Tag::context_primitive(2);
    const REMAINING_GRACE: Tag = Tag::context_primitive(3);
    const SECONDS_BEFORE_UNLOCK: Tag = Tag::context_primitive(4);

    fn decode(mut content: Reader<'_>) -> Result<Self, DecodeError> {
        let inactive = content.boolean_or(Self::INACTIVE, false)?;
        let reset = content.boolean_or(Self::RESET, false)?;
        let expired = content.boolean_or(Self::EXPIRED, false)?;
        let mut number =
            |tag, field| content.optional(tag)?.map(|number| number.as_integer(field)).transpose();
        let remaining_grace = number(Self::REMAINING_GRACE, "remaining_grace")?;
        let seconds_before_unlock = number(Self::SECONDS_BEFORE_UNLOCK, "seconds_before_unlock")?;
        content.finish_extensible_after(&[
            Self::INACTIVE,
            Self::RESET,
            Self::EXPIRED,
            Self::REMAINING_GRACE,
            Self::SECONDS_BEFORE_UNLOCK,
        ])?;
        Ok(Self { inactive, reset, expired, remaining_grace, seconds_before_unlock })
    }

    fn encode(&self, writer: &mut Writer) {
        let numbers = [
            (Self::SECONDS_BEFORE_UNLOCK, self.seconds_before_unlock),
            (Self::REMAINING_GRACE, self.remaining_grace),
        ];
        for (tag, number) in numbers {
            if let Some(number) = number {
                writer.integer(tag, i64::from(number));
            }
        }
        let flags =
            [(Self::EXPIRED, self.expired), (Self::RESET, self.reset), (Self::INACTIVE, self.inactive)];
        for (tag, flag) in flags {
            if flag {
                writer.boolean(tag, true);
            }
        }
    }
}

impl ControlValue for AccountUsabilityResponse {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.42.2.27.9.5.8");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut reader = context.reader();
        let start = reader;
        let element = reader.read()?;
        reader.finish()?;
        match element.tag {
            IS_AVAILABLE => {
                // Servers write -1 where the password does not expire.
                let seconds: i32 = element.content.as_integer("is_available")?;
                Ok(Self::Usable { seconds_before_expiration: u32::try_from(seconds).ok() })
            }
            IS_NOT_AVAILABLE => Ok(Self::NotUsable(AccountUnusable::decode(element.content)?)),
            found => Err(start.fault(Fault::UnknownChoice { choice: "ACCOUNT_USABLE_RESPONSE", found })),
        }
    }

    fn encode_value(&self) -> Option<Bytes> {
        let mut writer = Writer::new();
        match self {
            Self::Usable { seconds_before_expiration } => {
                let seconds = seconds_before_expiration.and_then(|seconds| i32::try_from(seconds).ok());
                writer.integer(IS_AVAILABLE, seconds.map_or(-1, i64::from));
            }
            Self::NotUsable(reasons) => {
                writer.constructed(IS_NOT_AVAILABLE, |writer| reasons.encode(writer));
            }
        }
        Some(writer.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{known, refused};

    #[test]
    fn values_have_the_octets_of_the_specification() {
        known(AccountUsabilityResponse::Usable { seconds_before_expiration: Some(300) }, b"\x80\x02\x01\x2c");
        known(AccountUsabilityResponse::Usable { seconds_before_expiration: None }, b"\x80\x01\xff");
        let reasons = AccountUnusable {
            inactive: true,
            expired: true,
            remaining_grace: Some(2),
            seconds_before_unlock: Some(-1),
            ..AccountUnusable::default()
        };
        known(
            AccountUsabilityResponse::NotUsable(reasons),
            b"\xa1\x0c\x80\x01\xff\x82\x01\xff\x83\x01\x02\x84\x01\xff",
        );
    }

    #[test]
    fn hostile_values_are_refused() {
        type Response = AccountUsabilityResponse;
        assert_eq!(refused::<Response>(b""), Fault::TruncatedHeader);
        assert_eq!(refused::<Response>(b"\x80\x00"), Fault::EmptyInteger);
        assert!(matches!(refused::<Response>(b"\xa0\x03\x80\x01\x00"), Fault::UnknownChoice { .. }));
        assert!(matches!(refused::<Response>(b"\x80\x05\x01\x00\x00\x00\x00"), Fault::OutOfRange { .. }));
        let swapped = b"\xa1\x06\x83\x01\x02\x80\x01\xff";
        assert!(matches!(refused::<Response>(swapped), Fault::Misplaced { .. }));
    }
}
