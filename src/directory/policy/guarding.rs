//! Binds, and what somebody may do whose password must be changed.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::directory::bind::PASSWORD;
use crate::directory::controls::Requested;
use crate::directory::handle::Directory;
use crate::directory::identity::Identity;
use crate::directory::record::Record;
use crate::directory::resolve;
use crate::directory::store::Store;
use crate::model::{Dn, Entry, MatchingRules, ResultCode, Strictness};
use crate::proto::ProtocolOp;
use crate::proto::controls::{PasswordPolicyError, PasswordPolicyResponse};
use crate::proto::extops::{ExtendedOp, PasswordModify};
use crate::server::{Answer, Connection, Operation};

use super::account::{Account, Decision};
use super::{PasswordPolicy, Refusal};

/// Whether a connection is that of somebody who must change the password first.
#[derive(Debug, Default)]
struct Restricted(AtomicBool);

impl Restricted {
    fn is_set(connection: &Connection) -> bool {
        connection.local::<Self>().0.load(Ordering::Relaxed)
    }

    fn set(connection: &Connection, is_restricted: bool) {
        connection.local::<Self>().0.store(is_restricted, Ordering::Relaxed);
    }
}

impl Directory {
    /// Whether no password of an entry counts at the moment.
    pub(in crate::directory) fn is_locked(&self, store: &Store, entry: &Entry) -> bool {
        self.policy(store, entry).is_some_and(|policy| self.account(entry, &policy).is_locked())
    }

    /// Says what becomes of an attempt with a password that is right or wrong, and keeps it in mind. `told` is what the policy
    /// has to say about it.
    pub(in crate::directory) fn attempt(
        &self,
        dn: &Dn,
        is_right: bool,
        told: &mut PasswordPolicyResponse,
    ) -> Result<(), Answer> {
        let decide = |store: &Store| {
            let (id, record) = store.by_name(dn)?;
            let entry = record.entry();
            let Some(policy) = self.policy(store, &entry) else {
                return Some((id, Decision { is_accepted: is_right, ..Decision::default() }));
            };
            Some((id, self.account(&entry, &policy).attempt(is_right)))
        };
        let invalid = || Answer::from(ResultCode::INVALID_CREDENTIALS);
        let (_, mut decision) = decide(&self.read()).ok_or_else(invalid)?;
        if !decision.changes.is_empty() {
            // What others have tried meanwhile counts: a lock that is under way is not overtaken.
            let mut store = self.write();
            let (id, latest) = decide(&store).ok_or_else(invalid)?;
            let record = store.record(id).ok_or_else(invalid)?;
            let mut entry = record.entry();
            // Values that nobody else can add are no cause of an error.
            let _ = entry.apply_by(&latest.changes, Strictness::Permissive, &store.rules);
            let after = Record::new(&store.rules, &entry);
            store.replace(id, after);
            store.commit()?;
            decision = latest;
        }
        *told = decision.response;
        if decision.is_accepted { Ok(()) } else { Err(invalid()) }
    }

    /// Notes on a connection whether whoever has bound must change the password first.
    pub(in crate::directory) fn restrict(connection: &Connection, told: &PasswordPolicyResponse) {
        let must_change = told.error() == Some(PasswordPolicyError::CHANGE_AFTER_RESET);
        Restricted::set(connection, must_change);
    }

    /// "The server MUST then disallow all operations issued by this user except modify password, bind, unbind, abandon and
    /// StartTLS extended operation" (8.1.2.2).
    pub(in crate::directory) fn check_restricted(&self, operation: &Operation) -> Result<(), Answer> {
        let connection = &operation.connection;
        if !Restricted::is_set(connection) {
            return Ok(());
        }
        let Some(own) = Identity::of(connection) else { return Ok(()) };
        let must_change = {
            let store = self.read();
            let record = store.by_name(&own).map(|(_, record)| record);
            record.is_some_and(|record| {
                let entry = record.entry();
                let policy = self.policy(&store, &entry);
                policy.is_some_and(|policy| self.account(&entry, &policy).must_change())
            })
        };
        if !must_change {
            Restricted::set(connection, false);
            return Ok(());
        }
        let is_own = |dn: &Dn| self.options().rules.is_same_dn(dn, &own);
        let is_allowed = match operation.op() {
            ProtocolOp::BindRequest(_) => true,
            ProtocolOp::ModifyRequest(request) => {
                let rules = &self.options().rules;
                let mut changed = request.changes().iter().map(|change| change.attribute().description());
                resolve::name(request.dn()).is_ok_and(|dn| is_own(&dn))
                    && changed.all(|own| rules.is_same_or_subtype(own, &PASSWORD))
            }
            ProtocolOp::ExtendedRequest(request) => {
                let change = PasswordModify::from_request(request).and_then(Result::ok);
                change.is_some_and(|change| {
                    let user = change.user().map(|user| user.as_str().ok().and_then(|text| self.user(text)));
                    user.is_none_or(|user| user.is_some_and(|user| is_own(&user)))
                })
            }
            _ => false,
        };
        if is_allowed {
            return Ok(());
        }
        let refusal = Refusal {
            code: ResultCode::INSUFFICIENT_ACCESS_RIGHTS,
            text: "the password must be changed first",
            error: PasswordPolicyError::CHANGE_AFTER_RESET,
        };
        Err(refusal.answer(Requested::read(operation)?.password_policy))
    }

    pub(super) fn account<'a>(&self, entry: &'a Entry, policy: &'a PasswordPolicy) -> Account<'a> {
        Account { entry, policy, now: self.options().moment() }
    }
}
