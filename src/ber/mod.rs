//! The subset of BER that LDAP allows, and nothing else (RFC 4511 5.1).
//!
//! | RFC 4511 5.1 says | here |
//! |---|---|
//! | "Only the definite form of length encoding is used." | [`Reader`] refuses length octet `80` |
//! | "OCTET STRING values are encoded in the primitive form only." | a constructed one has another [`Tag`] and is refused |
//! | "If the value of a BOOLEAN type is true, the encoding of the value octet is set to hex "FF"." | [`Writer`] writes `ff`; the reader takes any octet but `00` for true, since the restriction binds the encoder and X.690 8.2.2 lets a decoder do so |
//! | "If a value of a type is its default value, it is absent." | the callers leave defaults out; the reader meets them anyway |
//!
//! Lengths need not be minimal to be read (Active Directory sends `84 00 00 00 xx`); they are always minimal
//! when written. Tags above 30 have no use in LDAP and are refused, except among the unknown elements at the end of a
//! SEQUENCE.
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
