//! Schemas as files: what holds definitions around them.
//!
//! Both forms are lines, where a line that begins with white space goes on from the one before. Each function walks the
//! definitions in a text; what is neither definition nor comment is passed over.

mod configuration;
mod ldif;
mod lines;

pub(super) use configuration::configuration;
pub(super) use ldif::ldif;
