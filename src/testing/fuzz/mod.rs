//! Properties that hold for any octets: the bodies of the fuzz targets.
//!
//! Each function takes whatever octets there are, and panics if what it promises does not hold for them. A target in
//! `fuzz/` is three lines around one of them; ordinary tests run them over its corpus, and over that corpus damaged.
//!
//! | function | octets are | holds |
//! |---|---|---|
//! | [`ber`](fn@ber) | elements | nothing is read beyond the end; what is read can be written back |
//! | [`message`](fn@message) | one message | what is decoded is encoded and decoded again without a change |
//! | [`controls`](fn@controls) | the value of a control or an extended operation | what is decoded as one of them is encoded and decoded again without a change |
//! | [`stream`](fn@stream) | sizes of reads, then a stream | frames do not depend on how the stream arrives |
//! | [`filter`] | the text of a filter, and one in BER | text and BER bring the filter back |
//! | [`dn`] | two names, a line each | text brings a name back; equality, order and hash agree |
//! | [`url`] | a URL | text brings it back |
//! | [`word`] | an attribute description, an identifier, a part of a name | text brings it back |
//! | [`ldif_reader`] | sizes of pieces, then a file | every way to read gives the same records and faults |
//! | [`ldif_round_trip`] | a form, then a file | records that are written come back |
//! | [`schema`](fn@schema) | definitions, or a file of them | text brings a definition back; a schema comes back from its entry |
//! | [`matching`] | a value and an assertion, a line each | what is prepared stays as it is; keys and comparisons agree |
//! | [`client_session`](fn@client_session) | what caller and server do | each caller is given back once; nothing is sent out of turn |
//! | [`server_session`](fn@server_session) | what client and server do | the same for the other side |
//! | [`differential`] | one message | the independent decoder reads the same |

mod ber;
mod client_session;
mod controls;
mod ldif;
mod message;
mod schema;
mod script;
mod server_session;
#[cfg(feature = "client")]
mod stream;
mod text;

pub use ber::ber;
pub use client_session::client_session;
pub use controls::controls;
pub use ldif::{ldif_reader, ldif_round_trip};
pub use message::{differential, message};
pub use schema::{matching, schema};
pub use server_session::server_session;
#[cfg(feature = "client")]
pub use stream::stream;
pub use text::{dn, filter, url, word};

#[cfg(test)]
mod tests;
