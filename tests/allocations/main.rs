//! What the codec and the client allocate, held by counting.
//!
//! Counts are those of the thread that runs the test: a runtime with one thread runs the client on it, and the server
//! has a thread of its own.

#[cfg(feature = "bulk")]
mod bulk;
mod client;
mod codec;
mod counting;
#[path = "../../benches/definitions/mod.rs"]
mod definitions;
#[cfg(feature = "directory")]
mod directory;
#[cfg(all(feature = "files", feature = "generate"))]
mod files;
#[path = "../linear/kinds.rs"]
mod kinds;
mod ldif;
#[cfg(feature = "serde")]
mod mapping;
mod messages;
#[cfg(feature = "directory")]
#[allow(dead_code, reason = "what reads the text is for the benches")]
#[path = "../../benches/people/mod.rs"]
mod people;
mod pool;
mod schema;
mod secrets;
mod slow_reader;
mod texts;

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;
