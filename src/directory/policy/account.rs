//! What the operational attributes of an entry say, and what that means now.

use crate::model::{Entry, Modification, Value};
use crate::proto::controls::{PasswordPolicyError, PasswordPolicyResponse, PasswordPolicyWarning};
use crate::schema::GeneralizedTime;

use super::PasswordPolicy;

/// An account under a policy, at a moment.
#[derive(Debug)]
pub(super) struct Account<'a> {
    pub(super) entry: &'a Entry,
    pub(super) policy: &'a PasswordPolicy,
    pub(super) now: GeneralizedTime,
}

/// What becomes of an attempt to authenticate.
#[derive(Debug, Default)]
pub(super) struct Decision {
    pub(super) is_accepted: bool,
    pub(super) response: PasswordPolicyResponse,
    /// Changes of the state of the account.
    pub(super) changes: Vec<Modification>,
}

/// "A 000001010000Z value means that the account has been locked permanently".
const FOR_EVER: &[u8] = b"000001010000Z";

/// Times of failures that are kept where a policy does not count them, at most: whoever guesses shall not fill the entry.
const MAX_UNCOUNTED: usize = 5;

impl Account<'_> {
    /// Decides about an attempt with a password that is right or wrong (8.1).
    pub(super) fn attempt(&self, is_right: bool) -> Decision {
        match (self.is_locked(), is_right) {
            (true, _) => {
                Decision { response: error(PasswordPolicyError::ACCOUNT_LOCKED), ..Decision::default() }
            }
            (false, true) => self.validated(),
            (false, false) => self.failed(),
        }
    }

    /// 7.1. Whether the account is locked.
    pub(super) fn is_locked(&self) -> bool {
        let values = self.entry.values("pwdAccountLockedTime");
        let Some(value) = values.first() else { return false };
        if value.as_bytes() == FOR_EVER {
            return true;
        }
        let since = time(value);
        match self.policy.lockout_duration {
            _ if !self.policy.lockout => false,
            // "If [...] the value is 0 the password cannot be used to authenticate until reset by a password
            // administrator."
            0 => true,
            duration => since.is_none_or(|since| self.age_of(since) < signed(duration)),
        }
    }

    /// 7.2. Whether the password must be changed before anything else.
    pub(super) fn must_change(&self) -> bool {
        let reset = self.entry.first_text("pwdReset");
        self.policy.must_change && reset.is_some_and(|text| text.eq_ignore_ascii_case("TRUE"))
    }

    /// 7.8. Whether the password must be kept for a while.
    pub(super) fn is_too_young(&self) -> bool {
        self.password_age().is_some_and(|age| age < signed(self.policy.min_age)) && !self.must_change()
    }

    /// A moment that none of the values of an attribute is: the clock may be coarser than those that ask.
    pub(super) fn moment(&self, attribute: &str) -> Value {
        let values = self.entry.values(attribute);
        let mut moment = self.now.clone();
        // One more than there are values is not among them.
        for _ in values {
            if !values.iter().any(|value| time(value).as_ref() == Some(&moment)) {
                break;
            }
            let (seconds, nanoseconds) = (moment.unix_seconds(), moment.nanoseconds());
            let next = match nanoseconds.saturating_add(1_000) {
                past @ 1_000_000_000.. => GeneralizedTime::from_unix(seconds + 1, past - 1_000_000_000),
                within => GeneralizedTime::from_unix(seconds, within),
            };
            moment = next.unwrap_or(moment);
        }
        moment.to_string().into()
    }

    /// 8.1.2. The password is right.
    fn validated(&self) -> Decision {
        let mut decision = Decision { is_accepted: true, ..Decision::default() };
        for name in ["pwdFailureTime", "pwdAccountLockedTime"] {
            if self.entry.attribute(name).is_some() {
                decision.changes.push(Modification::delete_attribute(name));
            }
        }
        if self.must_change() {
            decision.response = error(PasswordPolicyError::CHANGE_AFTER_RESET);
            return decision;
        }
        match (self.seconds_left(), self.grace_left()) {
            (None, _) => {}
            (Some(left), _) if left >= 0 => {
                if left <= signed(self.policy.expire_warning) && self.policy.expire_warning > 0 {
                    let seconds = u32::try_from(left).unwrap_or(u32::MAX);
                    decision.response = warning(PasswordPolicyWarning::TimeBeforeExpiration(seconds));
                }
            }
            (Some(_), 0) => {
                decision.is_accepted = false;
                decision.response = error(PasswordPolicyError::PASSWORD_EXPIRED);
            }
            (Some(_), left) => {
                let used = self.moment("pwdGraceUseTime");
                decision.changes.push(Modification::add("pwdGraceUseTime", [used]));
                decision.response = warning(PasswordPolicyWarning::GraceAuthNsRemaining(left - 1));
            }
        }
        decision
    }

    /// 8.1.3. The password is wrong.
    fn failed(&self) -> Decision {
        let mut decision = Decision::default();
        let interval = signed(self.policy.failure_interval);
        let is_recent =
            |value: &&Value| interval == 0 || time(value).is_some_and(|time| self.age_of(time) < interval);
        let mut failures: Vec<Value> =
            self.entry.values("pwdFailureTime").iter().filter(is_recent).cloned().collect();
        failures.push(self.moment("pwdFailureTime"));
        let counted = self.policy.max_failure;
        if self.policy.lockout && counted > 0 && failures.len() >= counted {
            let locked = Modification::replace("pwdAccountLockedTime", [self.now.to_string()]);
            decision.changes.push(locked);
            decision.response = error(PasswordPolicyError::ACCOUNT_LOCKED);
        }
        let most = if counted > 0 { counted } else { MAX_UNCOUNTED };
        let kept = failures.split_off(failures.len().saturating_sub(most));
        decision.changes.push(Modification::replace("pwdFailureTime", kept));
        decision
    }

    /// How long the password is good; less than nothing when it has expired (7.3, 7.5).
    fn seconds_left(&self) -> Option<i64> {
        let age = self.password_age()?;
        (self.policy.max_age > 0).then(|| signed(self.policy.max_age).saturating_sub(age))
    }

    /// 7.4. How often an expired password may still be used.
    fn grace_left(&self) -> u32 {
        let expired_for = self.seconds_left().map_or(0, i64::saturating_neg);
        if self.policy.grace_expiry > 0 && expired_for > signed(self.policy.grace_expiry) {
            return 0;
        }
        let used = u32::try_from(self.entry.values("pwdGraceUseTime").len()).unwrap_or(u32::MAX);
        self.policy.grace_limit.saturating_sub(used)
    }

    fn password_age(&self) -> Option<i64> {
        self.entry.values("pwdChangedTime").first().and_then(time).map(|changed| self.age_of(changed))
    }

    fn age_of(&self, time: GeneralizedTime) -> i64 {
        self.now.unix_seconds().saturating_sub(time.unix_seconds())
    }
}

fn error(error: PasswordPolicyError) -> PasswordPolicyResponse {
    PasswordPolicyResponse::new().with_error(error)
}

fn warning(warning: PasswordPolicyWarning) -> PasswordPolicyResponse {
    PasswordPolicyResponse::new().with_warning(warning)
}

fn time(value: &Value) -> Option<GeneralizedTime> {
    GeneralizedTime::parse(std::str::from_utf8(value.as_bytes()).ok()?).ok()
}

fn signed(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}
