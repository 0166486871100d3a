//! A directory in memory, behind the real protocol.
//!
//! For tests of applications, for demonstrations, and for small directories: it starts at once, speaks LDAP by the
//! same codec and session as everything else in this crate, and forgets all when it is dropped. Begin with
//! [`Directory`].
//!
//! | part | does |
//! |---|---|
//! | `record`, `names`, `store` | entries by name, and the tree |
//! | `octets`, `postings`, `index`, `candidates` | what is found without looking at all of them |
//! | `rules`, `families`, `matching`, `checks` | how attributes and values are compared, and what the schema allows |
//! | `resolve`, `referral` | from a name to an entry: aliases, referral entries, what is missing |
//! | `selection`, `computed` | which attributes an entry is shown with, and those that nobody stores |
//! | `search`, `scan`, `delivery`, `paging`, `sorting`, `dereferencing` | reading |
//! | `history`, `transactions`, `synchronizing` | what was changed when, undone, and sent to those who keep a copy |
//! | `update`; `add`, `delete`, `modify`, `modify_dn`, `compare` | what changes something; one operation each |
//! | `bind`, `identity`, `password`, `extended`, `access` | who somebody is, and may do |
//! | `policy` | how often one may guess, and what a new password must be like |
//! | `root_dse` | what the server says of itself |
//! | `transfer` | LDIF in and out, snapshots |
//! | `builder`, `running`, `execute` | how it is begun, served, and asked without a server |
//! | `personality` | directories that look like those of others |
//! | `changing`, `durable` | the lock under which all changes are made; the folder in which they are kept |
//!
//! **An operation that changes something changes all of it or nothing**, under one lock that is never held while
//! anything waits; a search takes the lock for a few entries at a time.

mod access;
mod add;
mod bind;
mod builder;
mod candidates;
mod changing;
mod checks;
mod compare;
mod computed;
mod controls;
mod delete;
mod delivery;
mod dereferencing;
mod durable;
mod error;
mod execute;
mod extended;
mod families;
mod handle;
mod history;
mod identity;
mod index;
mod matching;
mod modify;
mod modify_dn;
mod names;
mod octets;
mod options;
mod paging;
mod password;
mod personality;
mod policy;
mod postings;
mod record;
mod referral;
mod resolve;
mod root_dse;
mod rules;
mod running;
mod scan;
mod search;
mod selection;
mod sorting;
mod sought;
mod store;
mod superclasses;
mod synchronizing;
mod transactions;
mod transfer;
mod update;

pub use access::{AccessRule, Level, Subject};
pub use builder::DirectoryBuilder;
pub use durable::{Durability, Recovery};
pub use error::DirectoryError;
pub use handle::Directory;
pub use personality::{Personality, Posing};
pub use policy::PasswordPolicy;
pub use rules::SchemaChecks;
pub use running::RunningDirectory;
pub use transfer::Snapshot;

#[cfg(test)]
mod tests;
