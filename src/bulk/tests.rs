//! Loads into a directory in memory, over the real protocol.

mod cutting;
mod ends;
mod faults;
mod files;
mod modes;
mod ordering;
mod world;

use super::*;
use crate::ldif::{Change, ChangeRecord};
use crate::model::{Entry, Modification};
use crate::proto::{AddRequest, DeleteRequest, ModifyRequest};
use world::World;

/// The entry number so much below `dc=example`.
fn person(number: usize) -> Entry {
    Entry::new(format!("uid=u{number},dc=example"))
        .with("objectClass", ["account"])
        .with("uid", [format!("u{number}")])
        .with("description", [format!("person {number}")])
}

fn people(count: usize) -> Vec<Entry> {
    (0..count).map(person).collect()
}

/// One connection, which is never made again.
fn load<'a>() -> Load<'a> {
    Load::new().max_concurrent(1).reconnects(0)
}

fn counts(report: &Report) -> Vec<(OutcomeKind, u64)> {
    let counts = OutcomeKind::ALL.into_iter().map(|kind| (kind, report.count(kind)));
    counts.filter(|(_, count)| *count > 0).collect()
}
