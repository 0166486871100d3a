//! Every message of RFC 4511, both directions for both sides.
//!
//! One file per operation: the production of the standard, the type, `decode`, `encode`, tests. Begin with
//! [`LdapMessage`]; [`Envelope`] is what is known of a message before its operation is decoded.
//!
//! The module knows octets and the vocabulary of the directory, and no connection: which message may follow which
//! is the law of `session`.

mod attribute_list;
mod bind;
mod context;
mod control;
mod error;
mod limits;
mod message;
mod message_id;
mod op;
mod quirks;
mod result;
mod search;
mod search_entry;

pub use attribute_list::{AttributeList, Attributes, PartialAttribute, Values};
pub use bind::{Authentication, BindRequest, BindResponse};
pub use context::Context;
pub use error::EncodeError;
pub use limits::Limits;
pub use message::{Envelope, LdapMessage, MAX_HEAD, encode_head};
pub use message_id::MessageId;
pub use op::{OpKind, ProtocolOp};
pub use quirks::Quirks;
pub use result::LdapResult;
pub use search::SearchRequest;
pub use search_entry::{SearchResultEntry, SearchResultEntryRef};
