//! Samba as a domain controller: what Active Directory has, from another hand.

mod controls;
mod endings;
mod schema;
mod server;
#[cfg(feature = "serde")]
mod values;

pub(crate) use server::{Samba, cases};
