//! Controls of Active Directory whose value is a SEQUENCE of one number, whose bits mean something.

use std::fmt;
use std::ops::BitOr;

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Reader, Tag, Writer};
use crate::model::Oid;
use crate::proto::controls::ControlValue;
use crate::proto::{Context, Quirks, sequence_value};

/// Reads 32 bits, which peers write as a signed or as an unsigned number.
pub(super) fn decode_bits(sequence: &mut Reader<'_>, field: &'static str) -> Result<u32, DecodeError> {
    let content = sequence.expect(Tag::INTEGER)?;
    let number: i64 = content.as_integer(field)?;
    match (u32::try_from(number), i32::try_from(number)) {
        (Ok(bits), _) => Ok(bits),
        (_, Ok(signed)) => Ok(signed.cast_unsigned()),
        _ => Err(content.fault(Fault::OutOfRange { field })),
    }
}

/// Writes 32 bits as Windows does: as a signed number.
pub(super) fn encode_bits(bits: u32, writer: &mut Writer) {
    writer.integer(Tag::INTEGER, i64::from(bits.cast_signed()));
}

/// Declares controls of this form: documentation, name, identifier, field, and the bits that have names.
macro_rules! bits {
    ($(
        $(#[$documentation:meta])* $name:ident = $oid:literal, $field:literal {
            $($(#[$about_bit:meta])* $bit:ident = $number:literal;)*
        }
    )*) => { $(
        $(#[$documentation])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(u32);

        impl $name {
            $(
                $(#[$about_bit])*
                pub const $bit: Self = Self($number);
            )*

            /// Makes a control of any bits.
            pub const fn from_bits(bits: u32) -> Self {
                Self(bits)
            }

            /// Returns the bits.
            pub const fn bits(self) -> u32 {
                self.0
            }

            /// Whether all these bits are among them.
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }

        impl BitOr for $name {
            type Output = Self;

            fn bitor(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:#x})", stringify!($name), self.0)
            }
        }

        impl ControlValue for $name {
            const OID: Oid = Oid::from_static($oid);

            fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
                let mut sequence = Context::of_value(value, quirks)?.sequence()?;
                let bits = decode_bits(&mut sequence, $field)?;
                sequence.finish_extensible_after(&[Tag::INTEGER])?;
                Ok(Self(bits))
            }

            fn encode_value(&self) -> Option<Bytes> {
                Some(sequence_value(|writer| encode_bits(self.0, writer)))
            }
        }
    )* };
}

bits! {
    /// Says which parts of security descriptors a search returns or an update writes
    /// (`LDAP_SERVER_SD_FLAGS_OID`). Without it all, which takes the right to read the audit part.
    ///
    /// ```text
    /// SDFlagsRequestValue ::= SEQUENCE {
    ///     Flags    INTEGER
    /// }                                                (MS-ADTS 3.1.1.3.4.1.11)
    /// ```
    ///
    /// ```
    /// use ldapwire::proto::controls::active_directory::SdFlags;
    ///
    /// let readable = SdFlags::OWNER | SdFlags::GROUP | SdFlags::DACL;
    /// assert_eq!(readable.bits(), 7);
    /// ```
    SdFlags = "1.2.840.113556.1.4.801", "Flags" {
        /// The owner.
        OWNER = 1;
        /// The primary group.
        GROUP = 2;
        /// Who may do what.
        DACL = 4;
        /// What is audited.
        SACL = 8;
    }

    /// Says how far a search goes (`LDAP_SERVER_SEARCH_OPTIONS_OID`).
    ///
    /// ```text
    /// SearchOptionsRequestValue ::= SEQUENCE {
    ///     Flags    INTEGER
    /// }                                                (MS-ADTS 3.1.1.3.4.1.12)
    /// ```
    SearchOptions = "1.2.840.113556.1.4.1340", "Flags" {
        /// No references to other naming contexts, as with [`DomainScope`](super::DomainScope).
        DOMAIN_SCOPE = 1;
        /// All naming contexts that are below the base, whether or not they are its own.
        PHANTOM_ROOT = 2;
    }

    /// Holds a password that an administrator sets to the history of passwords
    /// (`LDAP_SERVER_POLICY_HINTS_OID`).
    ///
    /// ```text
    /// PolicyHintsRequestValue ::= SEQUENCE {
    ///     Flags    INTEGER
    /// }                                                (MS-ADTS 3.1.1.3.4.1.27)
    /// ```
    PolicyHints = "1.2.840.113556.1.4.2239", "Flags" {
        /// The history counts.
        ENFORCE_HISTORY = 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::controls::tests::{known, read, refused};

    #[test]
    fn values_have_the_octets_of_the_specification() {
        known(SdFlags::OWNER | SdFlags::GROUP | SdFlags::DACL, b"\x30\x03\x02\x01\x07");
        known(SearchOptions::PHANTOM_ROOT, b"\x30\x03\x02\x01\x02");
        known(PolicyHints::ENFORCE_HISTORY, b"\x30\x03\x02\x01\x01");
        known(SdFlags::from_bits(0x8000_0000), b"\x30\x06\x02\x04\x80\x00\x00\x00");
        assert!((SdFlags::SACL | SdFlags::DACL).contains(SdFlags::SACL));
        assert_eq!(format!("{:?}", SdFlags::SACL), "SdFlags(0x8)");
    }

    #[test]
    fn bits_come_signed_or_unsigned_and_are_32() {
        let high = SdFlags::from_bits(0x8000_0000);
        assert_eq!(read::<SdFlags>(b"\x30\x07\x02\x05\x00\x80\x00\x00\x00"), high);
        let wide = refused::<SdFlags>(b"\x30\x07\x02\x05\x01\x00\x00\x00\x00");
        assert_eq!(wide, Fault::OutOfRange { field: "Flags" });
        let low = refused::<SdFlags>(b"\x30\x07\x02\x05\xff\x7f\xff\xff\xff");
        assert_eq!(low, Fault::OutOfRange { field: "Flags" });
    }
}
