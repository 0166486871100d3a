//! Operations, written once for everything that can carry them out.
//!
//! [`Executor`] is one small trait: carry out one request, begin one search. Every operation of the protocol stands
//! on top of it, so that a client and whatever else implements the two methods offer the same calls.

mod call;
mod chunks;
mod executor;
mod response;
mod search_many;
mod search_stream;

pub use call::{Call, Delivery, RequestExt};
pub use chunks::Chunks;
pub use executor::Executor;
pub(crate) use response::MAX_INTERMEDIATE;
pub use response::Response;
pub use search_many::SearchMany;
pub use search_stream::{Collected, SearchItem, SearchSource, SearchStream};
