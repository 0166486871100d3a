//! The policy, from the builder or from an entry.

use std::time::Duration;

use crate::directory::handle::Directory;
use crate::directory::store::Store;
use crate::model::{Dn, Entry};

/// What a password must be like, how long it is good, and how often one may guess.
///
/// Each setter names the attribute of a policy entry (class `pwdPolicy`) that says the same. A new policy restricts nothing, but it
/// counts wrong passwords.
///
/// ```
/// use std::time::Duration;
///
/// use ldapwire::directory::{Directory, PasswordPolicy};
/// use ldapwire::model::Entry;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let policy = PasswordPolicy::new().lockout(3, Some(Duration::from_secs(900))).min_length(8);
/// let ada = Entry::new("cn=ada").with("objectClass", ["person"]).with("userPassword", ["secret"]);
/// let directory = Directory::builder().entry(ada).password_policy(policy).start().await?;
/// let client = directory.client().await?;
/// for _ in 0..3 {
///     assert!(client.simple_bind("cn=ada", "wrong").await.is_err());
/// }
/// assert!(client.simple_bind("cn=ada", "secret").await.is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a policy is given to the builder of a directory"]
pub struct PasswordPolicy {
    // All times are in seconds, and 0 is the absence of a restriction, as in the attributes.
    pub(super) min_age: u64,
    pub(super) max_age: u64,
    pub(super) in_history: usize,
    pub(super) quality: Quality,
    pub(super) min_length: usize,
    pub(super) max_length: usize,
    pub(super) expire_warning: u64,
    pub(super) grace_limit: u32,
    pub(super) grace_expiry: u64,
    pub(super) lockout: bool,
    pub(super) lockout_duration: u64,
    pub(super) max_failure: usize,
    pub(super) failure_interval: u64,
    pub(super) must_change: bool,
    pub(super) forbids_user_change: bool,
    pub(super) safe_modify: bool,
}

/// `pwdCheckQuality`: whether new passwords are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Quality {
    #[default]
    Unchecked,
    /// 1: where they can be read.
    Readable,
    /// 2: what cannot be read, since it is hashed already, is refused.
    Always,
}

/// The policy of entries that name none.
#[derive(Clone, Debug, Default)]
pub(in crate::directory) enum DefaultPolicy {
    #[default]
    Absent,
    Given(PasswordPolicy),
    /// The entry of this name has it.
    Entry(Dn),
}

impl PasswordPolicy {
    /// Makes a policy that restricts nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the time for which a password is good (`pwdMaxAge`), in whole seconds. Default for ever. Passwords that were there
    /// from the start have no age, unless `pwdChangedTime` gives them one.
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age.as_secs();
        self
    }

    /// Sets the time for which a password must be kept (`pwdMinAge`), in whole seconds. Default none.
    pub const fn min_age(mut self, age: Duration) -> Self {
        self.min_age = age.as_secs();
        self
    }

    /// Sets the time before its end in which a bind tells that a password ends (`pwdExpireWarning`). Default it is not told.
    pub const fn expire_warning(mut self, before: Duration) -> Self {
        self.expire_warning = before.as_secs();
        self
    }

    /// Sets how many binds an expired password is good for (`pwdGraceAuthNLimit`). Default none.
    pub const fn grace_binds(mut self, binds: u32) -> Self {
        self.grace_limit = binds;
        self
    }

    /// Locks an account after so many wrong passwords in a row (`pwdLockout`, `pwdMaxFailure`), for a time or until the
    /// password is set anew (`pwdLockoutDuration`). Default never. Whoever knows a name can then lock the account.
    pub const fn lockout(mut self, failures: usize, duration: Option<Duration>) -> Self {
        self.lockout = true;
        self.max_failure = failures;
        self.lockout_duration = match duration {
            Some(duration) => duration.as_secs(),
            None => 0,
        };
        self
    }

    /// Sets the time after which a wrong password is forgotten (`pwdFailureCountInterval`). Default it is not before the right
    /// one comes.
    pub const fn failure_interval(mut self, interval: Duration) -> Self {
        self.failure_interval = interval.as_secs();
        self
    }

    /// Sets how many former passwords may not come again, with the present one (`pwdInHistory`). Default all may. They are kept
    /// in `pwdHistory` as they were in `userPassword`; those that take long to compare, by PBKDF2, are not compared.
    pub const fn in_history(mut self, passwords: usize) -> Self {
        self.in_history = passwords;
        self
    }

    /// Sets the least number of characters of a new password (`pwdMinLength`). Default none. One that comes hashed is taken
    /// unless [told otherwise](Self::refuse_hashed).
    pub const fn min_length(mut self, characters: usize) -> Self {
        self.min_length = characters;
        self.checked()
    }

    /// Sets the greatest number of characters of a new password (`pwdMaxLength`). Default none.
    pub const fn max_length(mut self, characters: usize) -> Self {
        self.max_length = characters;
        self.checked()
    }

    /// Refuses new passwords that come hashed, since nothing can be seen of them (`pwdCheckQuality` 2).
    pub const fn refuse_hashed(mut self) -> Self {
        self.quality = Quality::Always;
        self
    }

    /// Has users change a password that somebody else has set, before they may do anything else (`pwdMustChange`).
    pub const fn must_change(mut self) -> Self {
        self.must_change = true;
        self
    }

    /// Forbids users to change their own password (`pwdAllowUserChange`).
    pub const fn forbid_user_change(mut self) -> Self {
        self.forbids_user_change = true;
        self
    }

    /// Has users give the old password with the new one (`pwdSafeModify`): a Modify deletes the one and adds the other.
    pub const fn safe_modify(mut self) -> Self {
        self.safe_modify = true;
        self
    }

    const fn checked(mut self) -> Self {
        if matches!(self.quality, Quality::Unchecked) {
            self.quality = Quality::Readable;
        }
        self
    }

    /// Reads a policy entry. What is no number counts as absent.
    fn of_entry(entry: &Entry) -> Self {
        let number = |name| entry.first_text(name).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
        let count = |name| usize::try_from(number(name)).unwrap_or(usize::MAX);
        let seconds = |name| u64::from(number(name));
        let says =
            |name, text: &str| entry.first_text(name).is_some_and(|own| own.eq_ignore_ascii_case(text));
        Self {
            min_age: seconds("pwdMinAge"),
            max_age: seconds("pwdMaxAge"),
            in_history: count("pwdInHistory"),
            quality: match number("pwdCheckQuality") {
                0 => Quality::Unchecked,
                1 => Quality::Readable,
                _ => Quality::Always,
            },
            min_length: count("pwdMinLength"),
            max_length: count("pwdMaxLength"),
            expire_warning: seconds("pwdExpireWarning"),
            grace_limit: number("pwdGraceAuthNLimit"),
            grace_expiry: seconds("pwdGraceExpiry"),
            lockout: says("pwdLockout", "TRUE"),
            lockout_duration: seconds("pwdLockoutDuration"),
            max_failure: count("pwdMaxFailure"),
            failure_interval: seconds("pwdFailureCountInterval"),
            must_change: says("pwdMustChange", "TRUE"),
            forbids_user_change: says("pwdAllowUserChange", "FALSE"),
            safe_modify: says("pwdSafeModify", "TRUE"),
        }
    }
}

impl Directory {
    /// The policy for an entry: that of the entry that `pwdPolicySubentry` names, or the one for all.
    pub(in crate::directory) fn policy(&self, store: &Store, entry: &Entry) -> Option<PasswordPolicy> {
        let of = |dn: &Dn| store.by_name(dn).map(|(_, record)| PasswordPolicy::of_entry(&record.entry()));
        match (entry.first_text("pwdPolicySubentry"), &self.options().policy) {
            (Some(text), _) => of(&Dn::parse(text).ok()?),
            (None, DefaultPolicy::Absent) => None,
            (None, DefaultPolicy::Given(policy)) => Some(policy.clone()),
            (None, DefaultPolicy::Entry(dn)) => of(dn),
        }
    }
}
