//! Password policy (draft-behera-ldap-password-policy-10): how often one may guess, how long a password is good, what a new one
//! must be like.
//!
//! | file | has |
//! |---|---|
//! | `password_policy` | the policy, from the builder or from an entry |
//! | `account` | what the operational attributes of an entry say, and what that means now |
//! | `guarding` | binds, and what somebody may do whose password must be changed |
//! | `renewing` | new passwords |
//!
//! The state of an account is in its entry, in attributes without the option that the draft gives them, as other servers keep
//! it. Compare is not counted as an attempt to authenticate.

mod account;
mod guarding;
mod password_policy;
mod renewing;

pub(super) use password_policy::DefaultPolicy;
pub use password_policy::PasswordPolicy;
pub(super) use renewing::{New, Refusal};
