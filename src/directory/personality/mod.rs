//! Directories that look like those of others, for tests of what applications make of the difference.
//!
//! Nothing of it is in the directory: a personality stands in front and changes requests on their way in and answers on
//! their way out.
//!
//! | file | has |
//! |---|---|
//! | `looks` | which there are, and what the root DSE of each says |
//! | `posing` | the handler that stands in front |
//! | `sign_in` | binds: who is meant, and what a refusal says |
//! | `ranges` | values of large attributes, in parts |

mod looks;
mod posing;
mod ranges;
mod sign_in;

pub use looks::Personality;
pub use posing::Posing;
