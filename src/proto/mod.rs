//! Every message of RFC 4511, both directions for both sides.
//!
//! One file per operation: the production of the standard, the type, `decode`, `encode`, tests. Begin with
//! [`LdapMessage`]; [`Envelope`] is what is known of a message before its operation is decoded. Controls and extended
//! operations that have a type of their own stand in [`controls`] and [`extops`], names for what an identifier stands for
//! in [`registry`].
//!
//! | a sender may | a sender may not |
//! |---|---|
//! | write lengths in more octets than needed | write a length that goes beyond the element around it |
//! | add elements that we do not know at the end of a SEQUENCE: ignored, and not written again | repeat or reorder those that we know, or write them in the other form |
//! | use a number that has no name, up to `maxInt`: kept | use one that does not fit: it is not cut |
//! | write an empty list of controls, of URLs | exceed one of the [`Limits`] |
//!
//! What stands in a text of its own grammar is text to its message, strictly read or not: an identifier, a name, an
//! attribute description, a URL that is none is told when it is parsed. So are a result whose texts for people are not UTF-8, and
//! one whose list of URLs is empty: what it says besides counts.
//!
//! What [`Quirks`] names is read besides; [`ber`](crate::ber) has the table of the forms that are read, and what a strict
//! reader makes of them. Whatever a peer sends, the answer is a message or an error that says where.
//!
//! The module knows octets and the vocabulary of the directory, and no connection: which message may follow which
//! is the law of [`session`](crate::session).

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

mod abandon;
mod add;
mod attribute_list;
mod bind;
mod compare;
mod context;
mod control;
pub mod controls;
mod delete;
mod error;
mod extended;
pub mod extops;
mod filter;
mod intermediate;
mod limits;
mod message;
mod message_id;
mod modify;
mod modify_dn;
mod name_and_value;
mod notice;
mod number;
mod op;
mod quirks;
#[cfg(feature = "rasn")]
mod rasn_value;
pub mod registry;
mod request;
mod result;
mod search;
mod search_entry;
mod search_reference;
pub(crate) mod typed;
mod unbind;
mod value;

pub use crate::model::OldRdn;
pub use abandon::AbandonRequest;
pub use add::AddRequest;
pub(crate) use attribute_list::AttributeListWriter;
pub use attribute_list::{AttributeList, Attributes, PartialAttribute, Values};
pub use bind::{Authentication, BindRequest, BindResponse};
pub use compare::CompareRequest;
pub use context::Context;
pub use delete::DeleteRequest;
pub use error::EncodeError;
pub use extended::{ExtendedRequest, ExtendedResponse};
pub use intermediate::IntermediateResponse;
pub use limits::Limits;
#[cfg(feature = "client")]
pub(crate) use message::encode_search;
pub use message::{Envelope, LdapMessage, MAX_HEAD, encode_head, encode_operation};
pub use message_id::MessageId;
pub use modify::ModifyRequest;
pub use modify_dn::ModifyDnRequest;
pub use notice::NoticeOfDisconnection;
pub use op::{OpKind, ProtocolOp};
pub use quirks::Quirks;
#[cfg(feature = "rasn")]
pub use rasn_value::{Rasn, RasnControl, RasnOperation};
pub use request::Request;
pub use result::LdapResult;
pub use search::SearchRequest;
pub use search_entry::{SearchResultEntry, SearchResultEntryRef};
pub use search_reference::SearchResultReference;
pub use unbind::UnbindRequest;
pub use value::{sequence_value, value_absent, value_present, value_sequence};

#[cfg(test)]
mod tests;
