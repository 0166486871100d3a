//! The subset of BER that LDAP allows, and nothing else (RFC 4511 5.1).
//!
//! | the rule | [`Reader`] | [strict](Reader::strict) |
//! |---|---|---|
//! | "Only the definite form of length encoding is used." (RFC 4511 5.1) | refuses length octet `80` | the same |
//! | "OCTET STRING values are encoded in the primitive form only." (RFC 4511 5.1) | refuses a constructed one, which has another [`Tag`] | the same |
//! | "If the value of a BOOLEAN type is true, the encoding of the value octet is set to hex "FF"." (RFC 4511 5.1) | takes any octet but `00` for true, since the restriction binds the encoder and X.690 8.2.2 lets a decoder do so | refuses all but `ff` |
//! | "If a value of a type is its default value, it is absent." (RFC 4511 5.1) | reads it | refuses it |
//! | the first nine bits of an integer "shall not all be ones; and shall not all be zero" (X.690 8.3.2) | reads it | refuses it |
//! | "It is a sender's option whether to use more length octets than the minimum necessary" (X.690 8.1.3.5) | reads them, as Active Directory's `84 00 00 00 xx` | the same: they are allowed |
//!
//! [`Writer`] keeps to all of them, and its lengths are minimal; defaults are left out by its callers. Tags above 30
//! have no use in LDAP and are refused, except among the unknown elements at the end of a SEQUENCE.
//!
//! Begin with [`frame_length`], which cuts one message off a stream, then [`Reader`] inside of it. The module
//! knows nothing of LDAP but these rules: no message, no socket, no clock.
//!
//! ```
//! use ldapwire::ber::{Reader, Tag, Writer};
//!
//! let mut writer = Writer::new();
//! writer.constructed(Tag::SEQUENCE, |writer| {
//!     // Backwards: the last element first.
//!     writer.octet_string(Tag::OCTET_STRING, b"hello");
//!     writer.integer(Tag::INTEGER, 5);
//! });
//! let octets = writer.finish();
//! assert_eq!(&octets[..], b"\x30\x0a\x02\x01\x05\x04\x05hello");
//!
//! let mut reader = Reader::new(&octets);
//! let mut sequence = reader.sequence()?;
//! assert_eq!(sequence.integer::<i32>(Tag::INTEGER)?, 5);
//! assert_eq!(sequence.octet_string(Tag::OCTET_STRING)?, b"hello");
//! assert!(sequence.is_empty());
//! # Ok::<(), ldapwire::ber::DecodeError>(())
//! ```

#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        clippy::as_conversions
    )
)]

mod error;
mod frame;
mod length;
mod reader;
mod tag;
mod text;
mod writer;

pub use error::{DecodeError, Fault};
pub use frame::frame_length;
pub use reader::{Element, Reader};
pub(crate) use reader::{split_checked, split_plain_with};
pub use tag::{Class, Tag};
pub(crate) use text::text;
pub use writer::Writer;
