//! LDIF, the text form of entries and of changes to them (RFC 2849), over octets.
//!
//! An [`LdifRecord`] is an entry or a [`ChangeRecord`], which is a request with its controls.
//!
//! | to | take |
//! |---|---|
//! | read what is in memory | [`SliceReader`]: an iterator |
//! | read what arrives in pieces | [`LdifReader`] |
//! | look at records without a copy | `next_ref` of both: a [`RecordRef`] |
//! | write | [`Writer`], which appends to a buffer of the caller's |
//!
//! The module knows neither files nor sockets. A [`Fault`] says where a file is no LDIF, and what was expected there;
//! [`ReadOptions`] what happens then, what is read beyond the standard, and the [limits](ReadLimits).

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

mod base64;
#[cfg(feature = "files")]
mod batch;
mod change;
mod change_record;
mod cut;
mod error;
mod fault;
mod grammar;
mod limits;
mod options;
mod owned;
mod reader;
mod record;
mod record_ref;
mod scanner;
mod short;
mod stored;
mod url_resolver;
mod usual_names;
mod window;
mod writer;

#[cfg(feature = "files")]
pub(crate) use batch::Batch;
#[cfg(feature = "bulk")]
pub(crate) use change::new_name;
pub use change::{ChangeError, ChangeProblem, Content};
pub use change_record::{Change, ChangeRecord};
pub use error::WriteError;
pub use fault::{Base64Problem, Expected, Fault, FaultKind, Faults, Found, Limit};
pub use limits::ReadLimits;
pub use options::{OnFault, ReadOptions, Tolerance};
pub use reader::{LdifReader, SliceReader};
pub use record::{LdifRecord, Located, Position};
pub use record_ref::{Attrval, Attrvals, Body, ControlRef, ModSpec, ModSpecs, RecordRef};
#[cfg(feature = "files")]
pub(crate) use scanner::{FileKind, FilePart};
pub use url_resolver::{UrlError, UrlResolver};
pub use writer::{Base64Policy, LineEnd, Writer};
