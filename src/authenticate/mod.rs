//! Whether a user's password is right.
//!
//! [`Authenticator`] finds the user's entry by a search on one pool and binds as the user on another, so that no
//! connection that others search on ever belongs to a user; or on the same, where each bind is reverted. The [`Verdict`]
//! tells a wrong password from an account that may not be used now, by the password policy control and by the codes of
//! Active Directory; trouble with a server is an error and never a verdict.

mod account;
mod authenticator;

pub use account::AccountState;
pub use authenticator::{Authenticator, Verdict};

#[cfg(all(test, feature = "directory"))]
mod tests;
