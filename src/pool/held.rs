//! A lease inside of the pool: a connection for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::client::Client;
use crate::error::{Error, ErrorKind, Waiting};
use crate::model::ResultCode;

use super::machine::{ConnectionId, LeaseKind, Proof};
use super::shared::Shared;

/// A connection, or room on one, that is given back when this is dropped.
#[derive(Debug)]
pub(super) struct Held {
    /// `None` when it was given back.
    shared: Option<Arc<Shared>>,
    id: ConnectionId,
    kind: LeaseKind,
    client: Client,
    /// What the connection has shown meanwhile: the worst of it, as [`Proof`] in numbers.
    proof: AtomicU8,
}

const ANSWERED: u8 = 1;
const SUSPECT: u8 = 2;

impl Held {
    pub(super) const fn new(shared: Arc<Shared>, id: ConnectionId, kind: LeaseKind, client: Client) -> Self {
        Self { shared: Some(shared), id, kind, client, proof: AtomicU8::new(0) }
    }

    pub(super) const fn client(&self) -> &Client {
        &self.client
    }

    /// Drops it without giving it back.
    pub(super) fn forget(mut self) {
        self.shared = None;
    }

    /// Has the connection given up when this is dropped: it is not what it was.
    pub(super) fn spoil(&self) {
        let id = self.id;
        if let Some(shared) = &self.shared {
            shared.tell(|machine, now| machine.spoil(id, now));
        }
    }

    /// Notes what the end of an operation shows of the connection.
    pub(super) fn note(&self, error: Option<&Error>) {
        let shows = match error.map(Error::kind) {
            None | Some(ErrorKind::Value { .. } | ErrorKind::NotOne { .. }) => ANSWERED,
            Some(ErrorKind::Refused { result, .. }) if result.code() == ResultCode::UNAVAILABLE => SUSPECT,
            Some(ErrorKind::Refused { .. }) => ANSWERED,
            Some(ErrorKind::Timeout {
                waiting: Waiting::Answer | Waiting::Entry | Waiting::Room, ..
            }) => SUSPECT,
            Some(ErrorKind::Closed(_) | ErrorKind::Transport(_) | ErrorKind::Violation(_)) => {
                // Before anybody else gets it; the task that watches it may be late.
                let id = self.id;
                if let Some(shared) = &self.shared {
                    shared.tell(|machine, now| machine.lost(id, now));
                }
                return;
            }
            Some(_) => return,
        };
        self.proof.fetch_max(shows, Ordering::Relaxed);
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(shared) = self.shared.take() {
            let proof = match *self.proof.get_mut() {
                ANSWERED => Proof::Answered,
                SUSPECT => Proof::Suspect,
                _ => Proof::None,
            };
            shared.release(self.id, self.kind, proof);
        }
    }
}
