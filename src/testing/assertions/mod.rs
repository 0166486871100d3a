//! What a test says of a directory and of what was asked of it.
//!
//! | begins with | says |
//! |---|---|
//! | [`Directory::assert_entry`](crate::directory::Directory::assert_entry) | which values an entry has, and has not |
//! | [`Directory::assert_no_entry`](crate::directory::Directory::assert_no_entry) | that there is none |
//! | [`Recorder::assert_search`](crate::server::layers::Recorder::assert_search) | that a filter was searched for, where, and for which attributes |
//! | [`Recorder::assert_no_search`](crate::server::layers::Recorder::assert_no_search) | that it was not |
//! | [`Recorder::assert_bind`](crate::server::layers::Recorder::assert_bind) | that somebody bound, and how that ended |
//! | [`Recorder::assert_count`](crate::server::layers::Recorder::assert_count) | how many requests of a kind came |
//!
//! What is not so panics at the line of the test, and says what is instead. No password is shown.

mod entry;
mod requests;

pub use entry::AssertedEntry;
pub use requests::{AssertedBind, AssertedSearch};
