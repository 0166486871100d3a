//! What the codec and the client allocate, held by counting.
//!
//! Counts are those of the thread that runs the test: a runtime with one thread runs the client on it, and the server
//! has a thread of its own.

mod client;
mod codec;
mod counting;
#[path = "../../benches/definitions/mod.rs"]
mod definitions;
#[cfg(all(feature = "files", feature = "generate"))]
mod files;
#[path = "../linear/kinds.rs"]
mod kinds;
mod ldif;
#[cfg(feature = "serde")]
mod mapping;
mod messages;
mod schema;
mod secrets;
mod slow_reader;
mod texts;

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;
