//! Why an account may not be used now, although it exists.

use std::fmt;

use crate::model::ResultCode;
use crate::proto::LdapResult;
use crate::proto::controls::{PasswordPolicyError, PasswordPolicyResponse};

/// Why an account may not be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountState {
    /// Locked after wrong passwords, or by an administrator.
    Locked,
    /// The password has expired.
    PasswordExpired,
    /// The password has to be changed before anything else.
    MustChangePassword,
    /// Disabled by an administrator.
    Disabled,
    /// The account itself has expired.
    Expired,
    /// Not at this time of the day.
    OutsideHours,
    /// Not from this machine.
    OutsideWorkstation,
}

/// What a refused bind says of the user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    NoSuchUser,
    WrongPassword,
    Account(AccountState),
}

/// The codes that Active Directory puts into the diagnostic message of a refused bind, in hexadecimal digits: Windows'
/// own error numbers.
const CODES: [(&str, Finding); 10] = [
    ("525", Finding::NoSuchUser),
    ("52e", Finding::WrongPassword),
    ("530", Finding::Account(AccountState::OutsideHours)),
    ("531", Finding::Account(AccountState::OutsideWorkstation)),
    ("532", Finding::Account(AccountState::PasswordExpired)),
    ("533", Finding::Account(AccountState::Disabled)),
    // The password is "wrong" in that it was never set.
    ("56b", Finding::WrongPassword),
    ("701", Finding::Account(AccountState::Expired)),
    ("773", Finding::Account(AccountState::MustChangePassword)),
    ("775", Finding::Account(AccountState::Locked)),
];

/// Reads what a refused bind says of the user; `None` if it is the server that has a problem.
pub(super) fn find(result: &LdapResult, policy: Option<PasswordPolicyResponse>) -> Option<Finding> {
    if let Some(state) = policy.and_then(|policy| policy.error()).and_then(of_policy) {
        return Some(Finding::Account(state));
    }
    match result.code() {
        ResultCode::INVALID_CREDENTIALS => {
            let diagnostic = result.diagnostic_message().to_string();
            Some(of_active_directory(&diagnostic).unwrap_or(Finding::WrongPassword))
        }
        // The entry has no password, or it went since it was found.
        ResultCode::INAPPROPRIATE_AUTHENTICATION => Some(Finding::WrongPassword),
        ResultCode::NO_SUCH_OBJECT => Some(Finding::NoSuchUser),
        _ => None,
    }
}

pub(super) const fn of_policy(error: PasswordPolicyError) -> Option<AccountState> {
    match error {
        PasswordPolicyError::PASSWORD_EXPIRED => Some(AccountState::PasswordExpired),
        PasswordPolicyError::ACCOUNT_LOCKED => Some(AccountState::Locked),
        PasswordPolicyError::CHANGE_AFTER_RESET => Some(AccountState::MustChangePassword),
        _ => None,
    }
}

/// `80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 775, v1db1`
fn of_active_directory(diagnostic: &str) -> Option<Finding> {
    let (_, behind) = diagnostic.split_once("AcceptSecurityContext error, data ")?;
    let code = behind.split([',', ' ']).next()?;
    CODES.iter().find(|(known, _)| code.eq_ignore_ascii_case(known)).map(|(_, finding)| *finding)
}

impl fmt::Display for AccountState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Locked => "the account is locked",
            Self::PasswordExpired => "the password has expired",
            Self::MustChangePassword => "the password has to be changed first",
            Self::Disabled => "the account is disabled",
            Self::Expired => "the account has expired",
            Self::OutsideHours => "the account may not be used at this time",
            Self::OutsideWorkstation => "the account may not be used from here",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(code: ResultCode, diagnostic: &str) -> LdapResult {
        LdapResult::new(code).with_diagnostic_message(diagnostic)
    }

    #[test]
    fn codes_of_active_directory_are_read_and_others_are_a_wrong_password() {
        for (code, finding) in CODES {
            for text in [code.to_owned(), code.to_uppercase()] {
                let text = format!(
                    "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data {text}, v1db1\0"
                );
                assert_eq!(find(&refused(ResultCode::INVALID_CREDENTIALS, &text), None), Some(finding));
            }
        }
        for text in
            ["", "data 775", "AcceptSecurityContext error, data ", "AcceptSecurityContext error, data 9"]
        {
            let found = find(&refused(ResultCode::INVALID_CREDENTIALS, text), None);
            assert_eq!(found, Some(Finding::WrongPassword), "{text}");
        }
    }

    #[test]
    fn trouble_of_the_server_says_nothing_of_the_user() {
        for code in
            [ResultCode::BUSY, ResultCode::UNAVAILABLE, ResultCode::OPERATIONS_ERROR, ResultCode::OTHER]
        {
            assert_eq!(find(&refused(code, "AcceptSecurityContext error, data 775"), None), None);
        }
    }

    #[test]
    fn the_password_policy_comes_before_the_code() {
        for (error, state) in [
            (PasswordPolicyError::ACCOUNT_LOCKED, AccountState::Locked),
            (PasswordPolicyError::PASSWORD_EXPIRED, AccountState::PasswordExpired),
            (PasswordPolicyError::CHANGE_AFTER_RESET, AccountState::MustChangePassword),
        ] {
            let policy = PasswordPolicyResponse::new().with_error(error);
            let found = find(&refused(ResultCode::INVALID_CREDENTIALS, ""), Some(policy));
            assert_eq!(found, Some(Finding::Account(state)));
        }
    }
}
