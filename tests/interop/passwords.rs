//! The password policy of the directory in memory beside that of a real server: the same steps with both.

use std::time::{SystemTime, UNIX_EPOCH};

use ldapwire::directory::Directory;
use ldapwire::model::{Entry, Modification, ResultCode};
use ldapwire::proto::controls::{
    ControlValue as _, PasswordPolicy, PasswordPolicyError, PasswordPolicyResponse, PasswordPolicyWarning,
    RelaxRules,
};
use ldapwire::proto::extops::{ExtendedOp as _, PasswordModify};
use ldapwire::proto::{AddRequest, BindRequest, ModifyRequest, SearchRequest};
use ldapwire::schema::GeneralizedTime;
use ldapwire::{Client, Executor, RequestExt};

use super::changes::{area, person};
use super::connections::{admin, encrypted};
use super::slapd::{ADMIN_DN, ADMIN_PASSWORD, SUFFIX, Slapd};
use super::{Outcome, cases};

cases![policies_decide_as_those_of_slapd];

/// What somebody does. The user's own steps are those of one connection.
#[derive(Clone, Copy, Debug)]
enum Step {
    Bind(&'static str),
    /// The user replaces the password.
    Replace(&'static str),
    /// The user deletes the one and adds the other.
    Exchange(&'static str, &'static str),
    /// The user changes it by the operation that is for it.
    Change(Option<&'static str>, &'static str),
    /// The user deletes the password.
    Remove,
    /// The user changes something else.
    Describe,
    /// The user reads the own entry.
    Read,
    /// The administrator sets the password.
    Reset(&'static str),
    /// The administrator says that it must be changed.
    MarkReset,
    /// The password is so many seconds older than it is.
    Age(u64),
    /// The account was locked so many seconds ago.
    Locked(u64),
}

use Step::*;

/// A policy, and steps. The user begins with the password `first-one`. Where what follows a time must come before a limit,
/// that is most of a minute away.
type Course = (&'static [(&'static str, &'static str)], &'static [Step]);

/// Where the draft says otherwise than the server does: the first attribute of the policy, the step, why.
const UNLIKE: [(&str, usize, &str); 7] = [
    ("pwdLockout pwdMaxFailure pwdLockoutDuration", 3, LOCKS),
    ("pwdLockout pwdMaxFailure pwdLockoutDuration", 10, LOCKS),
    ("pwdLockout pwdMaxFailure", 0, LOCKS),
    (
        "pwdMustChange",
        0,
        "a password that is \"set or reset by a password administrator\" must be changed (5.2.15)",
    ),
    (
        "pwdMustChange",
        4,
        "\"includes the passwordPolicyResponse [...] with the error: changeAfterReset\" (8.3)",
    ),
    ("pwdSafeModify", 2, "a value that is not there cannot be deleted (RFC 4511 4.6)"),
    ("pwdMinAge", 5, "a password that is deleted could be set anew at once"),
];

const LOCKS: &str = "the bind that locks the account \"includes [...] the error: accountLocked\" (8.1.3.2)";

const COURSES: [Course; 15] = [
    (
        &[("pwdLockout", "TRUE"), ("pwdMaxFailure", "2"), ("pwdLockoutDuration", "600")],
        &[
            Bind("wrong"),
            Bind("first-one"),
            Bind("wrong"),
            Bind("wrong"),
            Bind("first-one"),
            Locked(540),
            Bind("first-one"),
            Locked(601),
            Bind("first-one"),
            Bind("wrong"),
            Bind("wrong"),
            Reset("second-one"),
            Bind("second-one"),
        ],
    ),
    (
        &[("pwdLockout", "TRUE"), ("pwdMaxFailure", "1")],
        &[Bind("wrong"), Locked(1_000_000), Bind("first-one"), Reset("second-one"), Bind("second-one")],
    ),
    (&[("pwdMaxFailure", "1")], &[Bind("wrong"), Bind("wrong"), Bind("first-one")]),
    (
        &[("pwdMaxAge", "1000"), ("pwdExpireWarning", "100")],
        &[
            Age(800),
            Bind("first-one"),
            Age(950),
            Bind("first-one"),
            Age(2000),
            Bind("first-one"),
            Bind("wrong"),
        ],
    ),
    (
        &[("pwdMaxAge", "1000"), ("pwdGraceAuthNLimit", "2")],
        &[
            Age(2000),
            Bind("first-one"),
            Read,
            Bind("first-one"),
            Bind("first-one"),
            Reset("second-one"),
            Bind("second-one"),
        ],
    ),
    (
        &[("pwdMaxAge", "1000"), ("pwdGraceAuthNLimit", "2")],
        &[Age(2000), Bind("first-one"), Replace("second-one"), Bind("second-one")],
    ),
    (
        &[("pwdMustChange", "TRUE")],
        &[
            Bind("first-one"),
            Replace("second-one"),
            MarkReset,
            Bind("second-one"),
            Read,
            Describe,
            Replace("third-one"),
            Read,
            Bind("third-one"),
            MarkReset,
            Bind("third-one"),
            Change(None, "fourth-one"),
            Bind("fourth-one"),
            Read,
        ],
    ),
    (
        &[("pwdCheckQuality", "1"), ("pwdMinLength", "8"), ("pwdMaxLength", "16")],
        &[Bind("first-one"), Replace("short"), Replace("much-too-long-for-this"), Bind("first-one")],
    ),
    (
        &[("pwdCheckQuality", "1"), ("pwdMinLength", "8")],
        &[Bind("first-one"), Replace("{SSHA}7ipTDDGLJdpwqVuIVfGLJqKBrqp3zCnr"), Bind("first-one")],
    ),
    (
        &[("pwdCheckQuality", "2"), ("pwdMinLength", "8")],
        &[
            Bind("first-one"),
            Replace("{SSHA}7ipTDDGLJdpwqVuIVfGLJqKBrqp3zCnr"),
            Change(None, "short"),
            Change(None, "second-one"),
            Bind("second-one"),
        ],
    ),
    (&[("pwdMinLength", "8")], &[Bind("first-one"), Replace("short"), Bind("short")]),
    (
        &[("pwdInHistory", "2")],
        &[
            Bind("first-one"),
            Replace("first-one"),
            Replace("second-one"),
            Replace("first-one"),
            Change(None, "third-one"),
            Replace("second-one"),
            Change(None, "first-one"),
            Replace("fourth-one"),
            Replace("first-one"),
            Bind("first-one"),
        ],
    ),
    (
        &[("pwdSafeModify", "TRUE")],
        &[
            Bind("first-one"),
            Replace("second-one"),
            Exchange("wrong-one", "second-one"),
            Exchange("first-one", "second-one"),
            Change(None, "third-one"),
            Change(Some("wrong-one"), "third-one"),
            Change(Some("second-one"), "third-one"),
            Exchange("third-one", "fourth-one"),
            Bind("fourth-one"),
        ],
    ),
    (
        &[("pwdAllowUserChange", "FALSE")],
        &[
            Bind("first-one"),
            Replace("second-one"),
            Change(None, "second-one"),
            Describe,
            Reset("third-one"),
            Bind("third-one"),
        ],
    ),
    (
        &[("pwdMinAge", "1000")],
        &[
            Bind("first-one"),
            Replace("second-one"),
            Age(1001),
            Replace("second-one"),
            Replace("third-one"),
            Remove,
        ],
    ),
];

/// What is told of a step: the result, a warning without its seconds, the error.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    code: ResultCode,
    warning: Option<String>,
    error: Option<PasswordPolicyError>,
}

/// A user of one of the two servers.
struct Governed {
    dn: String,
    manager: Client,
    user: Client,
}

impl Governed {
    async fn new(
        manager: Client,
        user: Client,
        area: &str,
        number: usize,
        policy: &[(&'static str, &'static str)],
    ) -> Result<Self, Box<dyn std::error::Error>> {
        let name = format!("cn=policy{number},{area}");
        let mut entry = Entry::new(name.as_str())
            .with("objectClass", ["device", "pwdPolicy"])
            .with("cn", [format!("policy{number}")])
            .with("pwdAttribute", ["userPassword"]);
        for (attribute, value) in policy {
            entry = entry.with(*attribute, [*value]);
        }
        manager.add(AddRequest::from(entry)).await?;
        let dn = format!("cn=user{number},{area}");
        let entry = person(&dn, &format!("user{number}")).with("userPassword", ["first-one"]);
        manager.add(AddRequest::from(entry.with("pwdPolicySubentry", [name]))).await?;
        Ok(Self { dn, manager, user })
    }

    async fn take(&self, step: Step) -> Result<Told, Box<dyn std::error::Error>> {
        let modify = |changes: Vec<Modification>| ModifyRequest::new(self.dn.as_str(), changes);
        let own = |changes| modify(changes).with_control(PasswordPolicy);
        let user = &self.user;
        let result = match step {
            Bind(password) => {
                let bind = BindRequest::simple(self.dn.as_str(), password).with_control(PasswordPolicy);
                user.bind(bind).await
            }
            Replace(password) => {
                user.modify(own(vec![Modification::replace("userPassword", [password])])).await
            }
            Exchange(old, new) => {
                let delete = Modification::delete("userPassword", [old]);
                user.modify(own(vec![delete, Modification::add("userPassword", [new])])).await
            }
            Change(old, new) => {
                let change = PasswordModify::new().of_user(self.dn.as_str()).with_new(new);
                let change = match old {
                    Some(old) => change.with_old(old),
                    None => change,
                };
                user.extended(change.into_request().with_control(PasswordPolicy)).await
            }
            Remove => user.modify(own(vec![Modification::delete_attribute("userPassword")])).await,
            Describe => user.modify(own(vec![Modification::replace("description", ["x"])])).await,
            Read => {
                let read = SearchRequest::entry(self.dn.as_str()).with_control(PasswordPolicy);
                match user.search(read).await?.collect().await {
                    Ok(_) => return Ok(Told { code: ResultCode::SUCCESS, warning: None, error: None }),
                    Err(error) => Err(error),
                }
            }
            Reset(password) => {
                self.manager.modify(modify(vec![Modification::replace("userPassword", [password])])).await
            }
            MarkReset => self.manager.modify(modify(vec![Modification::replace("pwdReset", ["TRUE"])])).await,
            Age(seconds) => self.set_time("pwdChangedTime", seconds).await,
            Locked(seconds) => self.set_time("pwdAccountLockedTime", seconds).await,
        };
        let (code, response) = match result {
            Ok(response) => (response.code(), response.control::<PasswordPolicyResponse>()?),
            Err(error) => {
                let code = error.code().ok_or_else(|| format!("{error}"))?;
                (code, error.control::<PasswordPolicyResponse>()?)
            }
        };
        let response = response.unwrap_or_default();
        let warning = response.warning().map(|warning| match warning {
            PasswordPolicyWarning::TimeBeforeExpiration(_) => "it expires soon".to_owned(),
            PasswordPolicyWarning::GraceAuthNsRemaining(left) => format!("{left} left"),
        });
        Ok(Told { code, warning, error: response.error() })
    }

    async fn set_time(&self, name: &'static str, ago: u64) -> Result<ldapwire::Response, ldapwire::Error> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
        let time = GeneralizedTime::from_unix((now - ago).cast_signed(), 0).expect("it is of our time");
        let change = ModifyRequest::new(self.dn.as_str(), [Modification::replace(name, [time.to_string()])]);
        self.manager.modify(change.with_control(RelaxRules.critical())).await
    }
}

async fn policies_decide_as_those_of_slapd(fixture: &Slapd) -> Outcome {
    let manager = admin(fixture).await?;
    let area = area(&manager, "policies").await?;
    let unit = |dn: &str| Entry::new(dn).with("objectClass", ["organizationalUnit"]);
    let directory = Directory::builder()
        .admin(ADMIN_DN, ADMIN_PASSWORD)
        .entry(unit(SUFFIX))
        .entry(unit(&format!("ou=scratch,{SUFFIX}")))
        .entry(unit(&area))
        .start()
        .await?;
    let mut unlike = Vec::new();
    for (number, (policy, steps)) in COURSES.into_iter().enumerate() {
        let own_manager = directory.client().await?;
        own_manager.simple_bind(ADMIN_DN, ADMIN_PASSWORD).await?;
        let user = encrypted(fixture).await?;
        let theirs = Governed::new(admin(fixture).await?, user, &area, number, policy).await?;
        let ours = Governed::new(own_manager, directory.client().await?, &area, number, policy).await?;
        for (at, step) in steps.iter().enumerate() {
            let (expected, told) = (theirs.take(*step).await?, ours.take(*step).await?);
            let names: Vec<_> = policy.iter().map(|(name, _)| *name).collect();
            let known = UNLIKE.iter().any(|(policy, step, _)| *policy == names.join(" ") && *step == at);
            if (told != expected) != known {
                unlike.push(format!("{policy:?} {at} {step:?}: {told:?} and not {expected:?}"));
            }
        }
    }
    assert!(unlike.is_empty(), "{}", unlike.join("\n"));
    Ok(())
}
