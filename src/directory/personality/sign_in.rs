//! Binds: who is meant, and what a refusal says.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::UNIX_EPOCH;

use crate::directory::handle::Directory;
use crate::model::{Entry, Filter, ResultCode};
use crate::proto::controls::{
    PasswordExpired, PasswordExpiring, PasswordPolicyError, PasswordPolicyResponse, PasswordPolicyWarning,
};
use crate::proto::{Authentication, BindRequest};
use crate::server::{Answer, Connection};

use super::Personality;
use super::looks::{dns_name, domain};

/// Whether somebody has bound on a connection.
#[derive(Debug, Default)]
pub(super) struct Bound(AtomicBool);

impl Bound {
    pub(super) fn is_set(connection: &Connection) -> bool {
        connection.local::<Self>().0.load(Ordering::Relaxed)
    }

    pub(super) fn set(connection: &Connection, is_bound: bool) {
        connection.local::<Self>().0.store(is_bound, Ordering::Relaxed);
    }
}

/// A simple bind with a name and no password, which proves nothing (RFC 4513 5.1.2).
pub(super) fn is_unauthenticated(request: &BindRequest) -> bool {
    matches!(request.authentication(), Authentication::Simple(password) if password.is_empty())
        && !request.name().is_empty()
}

/// What the server says of that; nothing if the bind goes on as one of nobody.
pub(super) fn refuse_unauthenticated(personality: Personality) -> Option<Answer> {
    let text = match personality {
        Personality::ActiveDirectory => return None,
        Personality::OpenLdap => "unauthenticated bind (DN with no password) disallowed",
        Personality::Ds389 => "Unauthenticated binds are not allowed",
        Personality::Ldapwire => return None,
    };
    Some(Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, text))
}

/// Finds the entry that `user@example.org` or `DOMAIN\user` means, whatever rules of access there are; nothing if the name has
/// none of these forms.
pub(super) fn find(directory: &Directory, name: &str) -> Option<Entry> {
    if let Some(entry) = directory.entry(name) {
        return Some(entry);
    }
    let by_account = |user: &str| directory.first(&Filter::equality("sAMAccountName", user));
    match name.split_once('\\') {
        Some((_, user)) => by_account(user),
        None if name.contains('@') && !name.contains('=') => {
            // An account has a principal name although nobody gave it one.
            let implicit = || {
                let (user, realm) = name.split_once('@')?;
                let is_own = realm.eq_ignore_ascii_case(&dns_name(&domain(directory)?));
                if is_own { by_account(user) } else { None }
            };
            directory.first(&Filter::equality("userPrincipalName", name)).or_else(implicit)
        }
        None => None,
    }
}

/// Why a bind is refused, in the digits of the diagnostic message.
pub(super) fn code_of(account: Option<&Entry>) -> &'static str {
    match account {
        None => "525",
        // A wrong password is told before everything but the lock.
        Some(account) if is_locked(account) => "775",
        Some(_) => "52e",
    }
}

/// Why an account may not be used although the password is right.
pub(super) fn barred(account: &Entry, now: i64) -> Option<&'static str> {
    const DISABLED: i64 = 2;
    const NEVER: i64 = i64::MAX;
    let expires = number(account, "accountExpires").filter(|time| *time != 0 && *time != NEVER);
    if is_locked(account) {
        Some("775")
    } else if number(account, "userAccountControl").is_some_and(|flags| flags & DISABLED != 0) {
        Some("533")
    } else if expires.is_some_and(|time| time < now) {
        Some("701")
    } else if number(account, "pwdLastSet") == Some(0) {
        Some("773")
    } else {
        None
    }
}

/// The same for what the password policy of the directory has said.
pub(super) fn barred_by_policy(told: PasswordPolicyResponse) -> Option<&'static str> {
    match told.error()? {
        PasswordPolicyError::ACCOUNT_LOCKED => Some("775"),
        PasswordPolicyError::PASSWORD_EXPIRED => Some("532"),
        PasswordPolicyError::CHANGE_AFTER_RESET => Some("773"),
        _ => None,
    }
}

/// Adds the controls by which 389 tells of the end of a password, asked or not.
pub(super) fn with_expiry(answer: Answer, told: PasswordPolicyResponse) -> Answer {
    let is_over = matches!(
        told.error(),
        Some(PasswordPolicyError::PASSWORD_EXPIRED | PasswordPolicyError::CHANGE_AFTER_RESET)
    );
    match told.warning() {
        Some(PasswordPolicyWarning::TimeBeforeExpiration(seconds)) => {
            answer.with_control(PasswordExpiring::new(seconds.into()))
        }
        Some(PasswordPolicyWarning::GraceAuthNsRemaining(_)) => answer.with_control(PasswordExpired),
        None if is_over => answer.with_control(PasswordExpired),
        None => answer,
    }
}

fn is_locked(account: &Entry) -> bool {
    number(account, "lockoutTime").is_some_and(|time| time > 0)
}

fn number(account: &Entry, name: &str) -> Option<i64> {
    account.first_text(name)?.parse().ok()
}

/// The time as Windows counts it: tenths of microseconds since 1601.
pub(super) fn now(directory: &Directory) -> i64 {
    const SECONDS_FROM_1601_TO_1970: u64 = 11_644_473_600;
    let now = (directory.options().clock)().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    i64::try_from((now + SECONDS_FROM_1601_TO_1970).saturating_mul(10_000_000)).unwrap_or(i64::MAX)
}

/// The refusal of a bind, as Active Directory words it.
pub(super) fn refusal(code: &str) -> Answer {
    let text =
        format!("80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data {code}, v1db1");
    Answer::refuse(ResultCode::INVALID_CREDENTIALS, text)
}
