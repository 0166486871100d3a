//! Chaining behavior (draft-sermersheim-ldap-chaining-03): whether a server asks others itself.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Reader, Tag};
use crate::model::Oid;
use crate::proto::{Context, Quirks, sequence_value};

use super::ControlValue;

/// Says what a server does where another one holds what is asked for.
///
/// ```text
/// ChainingBehavior ::= SEQUENCE {
///    resolveBehavior        Behavior OPTIONAL,
///    evaluationBehavior     Behavior OPTIONAL }
///
/// Behavior :: = ENUMERATED {
///    chainingPreferred      (0),
///    chainingRequired       (1),
///    referralsPreferred     (2),
///    referralsRequired      (3) }              (draft-sermersheim-ldap-chaining-03 3)
/// ```
///
/// Both fields have the same tag: one alone is the first. The identifier is OpenLDAP's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChainingBehavior {
    resolve: Option<Behavior>,
    evaluation: Option<Behavior>,
}

/// What a server does where another one holds what is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "an ENUMERATED that the draft does not leave open")]
pub enum Behavior {
    /// It asks the other server if it can, and else returns a referral.
    ChainingPreferred,
    /// It asks the other server, or fails.
    ChainingRequired,
    /// It returns a referral if it can.
    ReferralsPreferred,
    /// It returns a referral, or fails.
    ReferralsRequired,
}

impl Behavior {
    const ALL: [Self; 4] =
        [Self::ChainingPreferred, Self::ChainingRequired, Self::ReferralsPreferred, Self::ReferralsRequired];

    /// Returns the number of the protocol.
    pub const fn number(self) -> u8 {
        match self {
            Self::ChainingPreferred => 0,
            Self::ChainingRequired => 1,
            Self::ReferralsPreferred => 2,
            Self::ReferralsRequired => 3,
        }
    }

    /// Returns the behaviour with this name, such as `chainingRequired`, ASCII letters in either case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|behavior| behavior.name().eq_ignore_ascii_case(name))
    }

    /// Returns the name that the draft gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ChainingPreferred => "chainingPreferred",
            Self::ChainingRequired => "chainingRequired",
            Self::ReferralsPreferred => "referralsPreferred",
            Self::ReferralsRequired => "referralsRequired",
        }
    }

    fn decode(content: Reader<'_>) -> Result<Self, DecodeError> {
        let number: i64 = content.as_integer("Behavior")?;
        let found = Self::ALL.into_iter().find(|behavior| i64::from(behavior.number()) == number);
        found.ok_or_else(|| content.fault(Fault::OutOfRange { field: "Behavior" }))
    }
}

impl ChainingBehavior {
    /// Sets what is done where another server holds the target of an operation.
    pub const fn new(resolve: Behavior) -> Self {
        Self { resolve: Some(resolve), evaluation: None }
    }

    /// Sets what is done where other servers hold parts of what a search looks at. Default what the server thinks
    /// best.
    #[must_use]
    pub const fn with_evaluation(mut self, evaluation: Behavior) -> Self {
        self.evaluation = Some(evaluation);
        if self.resolve.is_none() {
            // Alone it would be read as the other one.
            self.resolve = Some(evaluation);
        }
        self
    }

    /// Returns what is done where another server holds the target of an operation.
    pub const fn resolve(&self) -> Option<Behavior> {
        self.resolve
    }

    /// Returns what is done where other servers hold parts of what a search looks at.
    pub const fn evaluation(&self) -> Option<Behavior> {
        self.evaluation
    }
}

impl ControlValue for ChainingBehavior {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.4203.666.11.3");

    /// An absent value is read as one without behaviours, and such a one is left out: OpenLDAP's tools do so, and `slapd` refuses an
    /// empty SEQUENCE.
    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        if value.is_none() {
            return Ok(Self::default());
        }
        let mut sequence = Context::of_value(value, quirks)?.sequence()?;
        let resolve = sequence.optional(Tag::ENUMERATED)?.map(Behavior::decode).transpose()?;
        let evaluation = sequence.optional(Tag::ENUMERATED)?.map(Behavior::decode).transpose()?;
        sequence.finish_extensible_after(&[Tag::ENUMERATED])?;
        Ok(Self { resolve, evaluation })
    }

    fn encode_value(&self) -> Option<Bytes> {
        if *self == Self::default() {
            return None;
        }
        Some(sequence_value(|writer| {
            for behavior in [self.evaluation, self.resolve].into_iter().flatten() {
                writer.integer(Tag::ENUMERATED, i64::from(behavior.number()));
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{known, read, refused};

    #[test]
    fn values_have_the_octets_of_the_draft() {
        assert_eq!(ChainingBehavior::default().encode_value(), None);
        assert_eq!(ChainingBehavior::decode_value(None), Ok(ChainingBehavior::default()));
        assert_eq!(read::<ChainingBehavior>(b"\x30\x00"), ChainingBehavior::default());
        known(ChainingBehavior::new(Behavior::ReferralsRequired), b"\x30\x03\x0a\x01\x03");
        known(
            ChainingBehavior::new(Behavior::ChainingRequired).with_evaluation(Behavior::ReferralsPreferred),
            b"\x30\x06\x0a\x01\x01\x0a\x01\x02",
        );
        for behavior in Behavior::ALL {
            assert_eq!(Behavior::from_name(behavior.name()), Some(behavior));
        }
    }

    #[test]
    fn the_second_behaviour_alone_sets_the_first_as_well() {
        let both = ChainingBehavior::default().with_evaluation(Behavior::ChainingRequired);
        assert_eq!(both.resolve(), both.evaluation());
    }

    #[test]
    fn hostile_values_are_refused() {
        let unknown = refused::<ChainingBehavior>(b"\x30\x03\x0a\x01\x04");
        assert_eq!(unknown, Fault::OutOfRange { field: "Behavior" });
        let third = refused::<ChainingBehavior>(b"\x30\x09\x0a\x01\x00\x0a\x01\x00\x0a\x01\x00");
        assert_eq!(third, Fault::Misplaced { found: Tag::ENUMERATED });
    }
}
