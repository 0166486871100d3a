//! Strategies of [`proptest`] for messages and what they are made of.
//!
//! **Everything that comes out may be sent:** it can be encoded, and decoding gives it back. Sizes stay small, so that
//! failures are readable; what happens at a certain size (one octet of length or two) is reached all the same.
//!
//! | function | makes |
//! |---|---|
//! | [`message`], [`message_of`] | a message with id and controls, of any kind or of one |
//! | [`operation`], [`operation_of`] | the operation in it |
//! | [`request`], [`response`] | operations that a client sends, that a server sends |
//! | [`filter`], [`control`], [`typed_control`], [`result`] | parts that have a structure |
//! | [`ldif_record`], [`content_record`], [`change_record`] | records that LDIF can hold |
//! | [`ldif_text`] | octets that are LDIF in parts: the one thing here that may be wrong |
//! | [`name`], [`oid`], [`description`], [`value`], [`attribute`], [`entry`] | words |
//!
//! ```
//! use ldapwire::proto::LdapMessage;
//! use ldapwire::testing::strategies;
//! use proptest::prelude::*;
//!
//! proptest!(|(message in strategies::message())| {
//!     let octets = message.to_bytes().unwrap();
//!     prop_assert_eq!(LdapMessage::parse(&octets), Ok(message));
//! });
//! ```

mod control;
mod filter;
mod ldif;
mod message;
mod request;
mod response;
mod words;

pub use control::{control, controls, typed_control};
pub use filter::filter;
pub use ldif::{change_record, content_record, ldif_record, ldif_text};
pub use message::{message, message_id, message_of, operation, operation_of, request, response};
pub use response::result;
pub use words::{attribute, description, entry, name, oid, text, url, value};
