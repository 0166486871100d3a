//! Transactions (RFC 5805): updates that are kept, and carried out all together or not at all.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::model::{Dn, ResultCode};
use crate::proto::controls::{ControlValue, TransactionSpecification};
use crate::proto::extops::{EndTransaction, TransactionEnd};
use crate::proto::{MessageId, ProtocolOp};
use crate::server::{Answer, Connection, Operation};

use super::controls::Requested;
use super::handle::Directory;
use super::search::is_critical;
use super::update::Asked;

/// Updates of one transaction, at most: all are carried out while everybody else waits.
const MAX_UPDATES: usize = 1_000;

/// Octets of the updates of one transaction, at most: as much as one message may have by default.
const MAX_OCTETS: usize = 16 * 1024 * 1024;

/// The transaction of a connection. "Transactions cannot be nested."
#[derive(Debug, Default)]
pub(super) struct Transactions {
    open: Mutex<Option<Transaction>>,
}

#[derive(Debug)]
struct Transaction {
    identifier: Bytes,
    /// For whom it is carried out: "further processing of the request and transaction is performed under the requested
    /// authorization identity".
    who: Option<Dn>,
    updates: Vec<Update>,
    octets: usize,
}

/// An update that waits.
#[derive(Debug)]
struct Update {
    id: MessageId,
    op: ProtocolOp,
    asked: Asked,
}

impl Transactions {
    /// "Upon receipt of a Bind or Unbind request, the server SHALL abort any and all outstanding transactions without notice
    /// and nullify their identifiers."
    pub(super) fn abort(connection: &Connection) {
        connection.local::<Self>().lock().take();
    }

    fn lock(&self) -> MutexGuard<'_, Option<Transaction>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, who: Option<Dn>) -> Result<Bytes, Answer> {
        let mut open = self.lock();
        if open.is_some() {
            return Err(Answer::refuse(ResultCode::BUSY, "there is a transaction on this connection"));
        }
        let identifier = Bytes::copy_from_slice(uuid::Uuid::new_v4().as_bytes());
        *open = Some(Transaction { identifier: identifier.clone(), who, updates: Vec::new(), octets: 0 });
        Ok(identifier)
    }

    /// Keeps an update until the transaction ends.
    fn keep(&self, identifier: &Bytes, mut update: Update, octets: usize) -> Result<Answer, Answer> {
        let mut open = self.lock();
        let transaction = open.as_mut().filter(|open| open.identifier == identifier).ok_or_else(unknown)?;
        if transaction.updates.iter().any(|own| own.id == update.id) {
            let text = "another update of the transaction has this message id";
            return Err(Answer::refuse(ResultCode::PROTOCOL_ERROR, text));
        }
        let octets = transaction.octets.saturating_add(octets);
        if transaction.updates.len() >= MAX_UPDATES || octets > MAX_OCTETS {
            let text = "the transaction is too large";
            return Err(Answer::refuse(ResultCode::ADMIN_LIMIT_EXCEEDED, text));
        }
        update.asked.who.clone_from(&transaction.who);
        transaction.octets = octets;
        transaction.updates.push(update);
        Ok(Answer::success())
    }

    fn end(&self, identifier: &Bytes) -> Result<Vec<Update>, Answer> {
        let mut open = self.lock();
        let ended = open.take_if(|open| open.identifier == identifier).ok_or_else(unknown)?;
        Ok(ended.updates)
    }
}

impl Directory {
    pub(super) fn start_transaction(&self, operation: &Operation, who: Option<Dn>) -> Result<Bytes, Answer> {
        operation.connection.local::<Transactions>().start(who)
    }

    pub(super) fn keep_for_transaction(
        &self,
        specification: &TransactionSpecification,
        operation: &Operation,
        controls: Requested,
    ) -> Result<Answer, Answer> {
        if !is_critical(operation, &TransactionSpecification::OID) {
            let text = "the specification of a transaction must be critical";
            return Err(Answer::refuse(ResultCode::PROTOCOL_ERROR, text));
        }
        refuse_proxied(&controls)?;
        let asked = Asked { controls, who: None };
        let octets = operation.message.to_bytes().map_or(0, |octets| octets.len());
        let update = Update { id: operation.id(), op: operation.op().clone(), asked };
        operation.connection.local::<Transactions>().keep(specification.identifier(), update, octets)
    }

    /// "Either all of the requested updates are to be successfully applied or none of the requested are to be applied."
    pub(super) fn end_transaction(
        &self,
        end: &EndTransaction,
        operation: &Operation,
        controls: &Requested,
    ) -> Result<Answer, Answer> {
        refuse_proxied(controls)?;
        let updates = operation.connection.local::<Transactions>().end(end.identifier())?;
        if !end.is_commit() {
            return Ok(Answer::success());
        }
        let mut store = self.write();
        let mut ended = TransactionEnd::new();
        for Update { id, op, asked } in &updates {
            match self.change(&mut store, op, asked) {
                Ok(answer) if answer.controls().is_empty() => {}
                Ok(answer) => ended = ended.with_update(*id, answer.controls().to_vec()),
                // The store is undone when it is left.
                Err(refusal) => {
                    let ended = TransactionEnd::new().with_failed(*id);
                    return Err(ended.to_response(refusal.result().clone()).into());
                }
            }
        }
        store.commit()?;
        Ok(ended.to_response(Answer::success().result().clone()).into())
    }
}

/// "Any proxied authorization request attached to an update request specified as part of a transaction, or attached to a
/// Transaction End Request, is to be regarded as a protocol error."
fn refuse_proxied(controls: &Requested) -> Result<(), Answer> {
    if controls.proxied.is_some() {
        let text = "proxied authorization is asked for when a transaction is started";
        return Err(Answer::refuse(ResultCode::PROTOCOL_ERROR, text));
    }
    Ok(())
}

fn unknown() -> Answer {
    Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, "there is no such transaction on this connection")
}
