//! New passwords.

use crate::directory::bind::PASSWORD;
use crate::directory::handle::Directory;
use crate::directory::password::Stored;
use crate::directory::rules::Rules;
use crate::directory::store::Store;
use crate::model::{Dn, Entry, Modification, ModifyOperation, ResultCode, Strictness, Value};
use crate::proto::controls::{PasswordPolicyError, PasswordPolicyResponse};
use crate::schema::GeneralizedTime;
use crate::server::Answer;

use super::PasswordPolicy;
use super::account::Account;
use super::password_policy::Quality;

/// A password that somebody wants to have from now on.
#[derive(Debug)]
pub(in crate::directory) struct New<'a> {
    /// The entry as it was; of one that is added, as it was given.
    pub(in crate::directory) before: &'a Entry,
    /// The passwords that it had.
    pub(in crate::directory) old: &'a [Value],
    /// How many it has from now on.
    pub(in crate::directory) count: usize,
    /// Those that are new, in clear where they are.
    pub(in crate::directory) passwords: Vec<&'a [u8]>,
    /// Whether the old one came with it.
    pub(in crate::directory) has_old: bool,
    pub(in crate::directory) who: Option<&'a Dn>,
}

/// What the policy says against it.
#[derive(Clone, Copy, Debug)]
pub(in crate::directory) struct Refusal {
    pub(in crate::directory) code: ResultCode,
    pub(in crate::directory) text: &'static str,
    pub(in crate::directory) error: PasswordPolicyError,
}

impl Refusal {
    /// The control comes where the client asks for it.
    pub(in crate::directory) fn answer(self, is_asked: bool) -> Answer {
        let answer = Answer::refuse(self.code, self.text);
        if is_asked {
            return answer.with_control(PasswordPolicyResponse::new().with_error(self.error));
        }
        answer
    }

    const fn right(error: PasswordPolicyError, text: &'static str) -> Self {
        Self { code: ResultCode::INSUFFICIENT_ACCESS_RIGHTS, text, error }
    }

    const fn constraint(error: PasswordPolicyError, text: &'static str) -> Self {
        Self { code: ResultCode::CONSTRAINT_VIOLATION, text, error }
    }
}

impl Directory {
    /// Checks a password and notes in the changed entry that there is a new one. The administrator may set any.
    pub(in crate::directory) fn renew(
        &self,
        store: &Store,
        new: &New<'_>,
        after: &mut Entry,
    ) -> Result<(), Refusal> {
        // Not the one that the change itself may name.
        let Some(policy) = self.policy(store, new.before) else { return Ok(()) };
        let account = self.account(new.before, &policy);
        let is_own = new.who.is_some_and(|who| {
            Dn::parse(new.before.dn().as_str()).is_ok_and(|dn| store.rules.is_same_dn(who, &dn))
        });
        if !new.who.is_some_and(|who| self.is_admin(who)) {
            account.check(new, is_own)?;
        }
        account.note(&store.rules, new.old, is_own, after);
        Ok(())
    }

    /// The changes of a Modify, with passwords that are to be deleted in the form in which they are stored: who deletes a password
    /// knows it in clear.
    pub(in crate::directory) fn with_stored_passwords(
        &self,
        store: &Store,
        before: &Entry,
        changes: Vec<Modification>,
    ) -> Vec<Modification> {
        let stored = before.values(&PASSWORD);
        let is_deletion = |change: &Modification| {
            change.operation() == ModifyOperation::Delete && *change.attribute().description() == PASSWORD
        };
        if stored.is_empty() || !changes.iter().any(is_deletion) || self.policy(store, before).is_none() {
            return changes;
        }
        let as_stored = |value: &Value| {
            let fits = |own: &&Value| *own == value || is_fitting(own.as_bytes(), value.as_bytes());
            stored.iter().find(fits).unwrap_or(value).clone()
        };
        let change = |change: Modification| {
            if !is_deletion(&change) || change.attribute().values().is_empty() {
                return change;
            }
            Modification::delete(PASSWORD.clone(), change.attribute().values().iter().map(as_stored))
        };
        changes.into_iter().map(change).collect()
    }
}

impl Account<'_> {
    /// 8.2.1 to 8.2.6.
    fn check(&self, new: &New<'_>, is_own: bool) -> Result<(), Refusal> {
        let policy = self.policy;
        let old = new.old;
        if policy.safe_modify && !old.is_empty() && !new.has_old {
            let text = "the old password must come with the new one";
            return Err(Refusal::right(PasswordPolicyError::MUST_SUPPLY_OLD_PASSWORD, text));
        }
        if policy.forbids_user_change && is_own {
            let text = "users may not change their password";
            return Err(Refusal::right(PasswordPolicyError::PASSWORD_MOD_NOT_ALLOWED, text));
        }
        if self.is_too_young() {
            let text = "the password must be kept for some time";
            return Err(Refusal::constraint(PasswordPolicyError::PASSWORD_TOO_YOUNG, text));
        }
        // "contains one and only one password value"; none at all lets nobody in.
        if new.count > 1 {
            let text = "an entry has one password";
            return Err(Refusal::constraint(PasswordPolicyError::INSUFFICIENT_PASSWORD_QUALITY, text));
        }
        for password in &new.passwords {
            policy.check_quality(password)?;
            if self.was_used(old, password) {
                let text = "the password was in use before";
                return Err(Refusal::constraint(PasswordPolicyError::PASSWORD_IN_HISTORY, text));
            }
        }
        Ok(())
    }

    /// 8.2.7.
    fn note(&self, rules: &Rules, old: &[Value], is_own: bool, after: &mut Entry) {
        let mut changes = vec![Modification::replace("pwdChangedTime", [self.now.to_string()])];
        for name in ["pwdFailureTime", "pwdGraceUseTime", "pwdAccountLockedTime"] {
            changes.push(Modification::clear(name));
        }
        let reset = Modification::replace("pwdReset", ["TRUE"]);
        let is_reset = self.policy.must_change && !is_own;
        changes.push(if is_reset { reset } else { Modification::clear("pwdReset") });
        if self.policy.in_history > 0 {
            let mut history = self.entry.values("pwdHistory").to_vec();
            history.extend(old.iter().map(|own| past(&self.now, own)));
            history.sort_by_cached_key(|value| of_past(value.as_bytes()).map(|(time, _)| time));
            let kept = history.split_off(history.len().saturating_sub(self.policy.in_history));
            changes.push(Modification::replace("pwdHistory", kept));
        }
        // Values that replace all others are no cause of an error.
        let _ = after.apply_by(&changes, Strictness::Permissive, rules);
    }

    fn was_used(&self, old: &[Value], password: &[u8]) -> bool {
        let past = self.entry.values("pwdHistory").iter();
        let past = past.filter_map(|value| of_past(value.as_bytes()).map(|(_, own)| own));
        let mut used = old.iter().map(Value::as_bytes).chain(past);
        self.policy.in_history > 0 && used.any(|own| is_fitting(own, password))
    }
}

impl PasswordPolicy {
    /// 8.2.5.
    fn check_quality(&self, password: &[u8]) -> Result<(), Refusal> {
        if self.quality == Quality::Unchecked {
            return Ok(());
        }
        let Stored::Clear(clear) = Stored::parse(password) else {
            if self.quality == Quality::Readable {
                return Ok(());
            }
            let text = "nothing can be seen of a password that comes hashed";
            return Err(Refusal::constraint(PasswordPolicyError::INSUFFICIENT_PASSWORD_QUALITY, text));
        };
        let length = std::str::from_utf8(clear).map_or(clear.len(), |text| text.chars().count());
        if length < self.min_length {
            let text = "the password is too short";
            return Err(Refusal::constraint(PasswordPolicyError::PASSWORD_TOO_SHORT, text));
        }
        if self.max_length > 0 && length > self.max_length {
            let text = "the password is too long";
            return Err(Refusal::constraint(PasswordPolicyError::PASSWORD_TOO_LONG, text));
        }
        Ok(())
    }
}

/// Whether a password is that of a stored value. What takes long to find out is not asked: others wait meanwhile.
fn is_fitting(stored: &[u8], password: &[u8]) -> bool {
    let stored = Stored::parse(stored);
    let clear = match Stored::parse(password) {
        Stored::Clear(clear) => clear,
        _ => password,
    };
    !stored.is_slow() && stored.fits(clear)
}

/// `time "#" syntaxOID "#" length "#" data` (5.3.5)
fn past(time: &GeneralizedTime, stored: &Value) -> Value {
    let mut octets =
        format!("{time}#1.3.6.1.4.1.1466.115.121.1.40#{}#", stored.as_bytes().len()).into_bytes();
    octets.extend_from_slice(stored.as_bytes());
    octets.into()
}

/// The time and the data of a value of `pwdHistory`.
fn of_past(value: &[u8]) -> Option<(GeneralizedTime, &[u8])> {
    let mut parts = value.splitn(4, |octet| *octet == b'#');
    let (time, _syntax, length, data) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let length: usize = std::str::from_utf8(length).ok()?.parse().ok()?;
    let time = GeneralizedTime::parse(std::str::from_utf8(time).ok()?).ok()?;
    (data.len() == length).then_some((time, data))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn former_passwords_are_kept_in_the_form_of_the_draft() {
        let time = GeneralizedTime::parse("20260101000000Z").unwrap();
        let value = past(&time, &"a#b".into());
        assert_eq!(value.as_bytes(), b"20260101000000Z#1.3.6.1.4.1.1466.115.121.1.40#3#a#b");
        assert_eq!(of_past(value.as_bytes()), Some((time, &b"a#b"[..])));
        let other = "20260101000000Z#2#";
        for other in ["", "x", "1#2#3#abc"]
            .map(str::to_owned)
            .into_iter()
            .chain(["", "3", "3#ab", "x#abc", "-1#abc"].map(|rest| format!("{other}{rest}")))
        {
            assert_eq!(of_past(other.as_bytes()), None, "{other}");
        }
    }
}
