//! What a password policy makes of binds and of new passwords.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use super::*;
use crate::error::ErrorKind;
use crate::execute::RequestExt;
use crate::model::{AuthzId, Modification};
use crate::proto::controls::{
    PasswordExpired, PasswordExpiring, PasswordPolicy as Asked, PasswordPolicyError as Error,
    PasswordPolicyResponse as Told, PasswordPolicyWarning as Warning, PermissiveModify,
};
use crate::proto::extops::{ExtendedOp as _, PasswordModify};
use crate::proto::{AddRequest, BindRequest, ModifyRequest};

const ADA: &str = "uid=ada,ou=people,dc=example";
const NEW_YEAR: u64 = 1_767_225_600;

/// A directory whose clock stands still until it is told to go on.
struct Governed {
    directory: RunningDirectory,
    seconds: Arc<AtomicU64>,
}

impl Governed {
    async fn start(builder: DirectoryBuilder) -> Self {
        let seconds = Arc::new(AtomicU64::new(NEW_YEAR));
        let clock = Arc::clone(&seconds);
        let now = move || SystemTime::UNIX_EPOCH + Duration::from_secs(clock.load(Ordering::Relaxed));
        Self { directory: builder.clock(now).start().await.unwrap(), seconds }
    }

    async fn with(policy: PasswordPolicy) -> Self {
        Self::start(company().password_policy(policy)).await
    }

    fn pass(&self, seconds: u64) {
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }

    async fn admin(&self) -> Client {
        let client = self.directory.client().await.unwrap();
        client.simple_bind("cn=admin,dc=example", "admin-secret").await.unwrap();
        client
    }

    async fn ada(&self, password: &str) -> Client {
        let client = self.directory.client().await.unwrap();
        client.simple_bind(ADA, password).await.unwrap();
        client
    }

    /// What is told of a bind.
    async fn bind(&self, password: &str) -> (ResultCode, Told) {
        let client = self.directory.client().await.unwrap();
        let bound = client.bind(BindRequest::simple(ADA, password).with_control(Asked)).await;
        match bound {
            Ok(response) => (ResultCode::SUCCESS, response.control().unwrap().unwrap_or_default()),
            Err(error) => told(&error),
        }
    }

    fn values(&self, name: &str) -> usize {
        self.directory.entry(ADA).unwrap().values(name).len()
    }
}

fn told(error: &crate::error::Error) -> (ResultCode, Told) {
    let ErrorKind::Refused { result, .. } = error.kind() else { panic!("{error}") };
    (result.code(), error.control().unwrap().unwrap_or_default())
}

fn refused(error: Error) -> (ResultCode, Told) {
    (ResultCode::INVALID_CREDENTIALS, Told::new().with_error(error))
}

fn warned(warning: Warning) -> (ResultCode, Told) {
    (ResultCode::SUCCESS, Told::new().with_warning(warning))
}

fn passed() -> (ResultCode, Told) {
    (ResultCode::SUCCESS, Told::new())
}

fn set(password: &'static str) -> ModifyRequest {
    ModifyRequest::new(ADA, [Modification::replace("userPassword", [password])])
}

#[tokio::test]
async fn accounts_are_locked_for_a_time() {
    let policy = PasswordPolicy::new().lockout(3, Some(Duration::from_secs(60)));
    let governed = Governed::with(policy.failure_interval(Duration::from_secs(600))).await;
    let wrong = (ResultCode::INVALID_CREDENTIALS, Told::new());
    assert_eq!(governed.bind("wrong").await, wrong);
    assert_eq!(governed.bind("wrong").await, wrong);
    assert_eq!(governed.values("pwdFailureTime"), 2);
    // The right one makes up for it.
    assert_eq!(governed.bind("ada-secret").await, passed());
    assert_eq!(governed.values("pwdFailureTime"), 0);
    assert_eq!(governed.bind("wrong").await, wrong);
    governed.pass(600);
    assert_eq!(governed.bind("wrong").await, wrong);
    assert_eq!(governed.bind("wrong").await, wrong);
    assert_eq!(governed.bind("wrong").await, refused(Error::ACCOUNT_LOCKED));
    assert_eq!(governed.bind("ada-secret").await, refused(Error::ACCOUNT_LOCKED));
    let plain = governed.directory.client().await.unwrap();
    assert_eq!(code(plain.simple_bind(ADA, "ada-secret").await), ResultCode::INVALID_CREDENTIALS);
    governed.pass(59);
    assert_eq!(governed.bind("ada-secret").await, refused(Error::ACCOUNT_LOCKED));
    governed.pass(1);
    assert_eq!(governed.bind("ada-secret").await, passed());
    assert_eq!(governed.values("pwdAccountLockedTime"), 0);
    // Nobody else is concerned, and the administrator has no account.
    let nobody = governed.directory.client().await.unwrap();
    let bind = BindRequest::simple("uid=nobody,dc=example", "x").with_control(Asked);
    assert_eq!(told(&nobody.bind(bind).await.unwrap_err()), wrong);
}

#[tokio::test]
async fn guesses_side_by_side_are_all_counted() {
    let governed = Governed::with(PasswordPolicy::new().lockout(5, None)).await;
    let mut clients = Vec::new();
    for _ in 0..20 {
        clients.push(governed.directory.client().await.unwrap());
    }
    let guesses = clients.iter().map(|client| client.simple_bind(ADA, "wrong"));
    let guesses = futures_util::future::join_all(guesses).await;
    assert!(guesses.into_iter().all(|guess| guess.is_err()));
    assert_eq!((governed.values("pwdFailureTime"), governed.values("pwdAccountLockedTime")), (5, 1));
    governed.pass(1_000_000);
    assert_eq!(governed.bind("ada-secret").await, refused(Error::ACCOUNT_LOCKED));
    governed.admin().await.modify(set("other-secret")).await.unwrap();
    assert_eq!(governed.bind("other-secret").await, passed());
}

#[tokio::test]
async fn failures_that_nobody_counts_do_not_fill_an_entry() {
    let governed = Governed::with(PasswordPolicy::new()).await;
    for _ in 0..20 {
        assert_eq!(governed.bind("wrong").await.0, ResultCode::INVALID_CREDENTIALS);
    }
    assert_eq!(governed.values("pwdFailureTime"), 5);
    assert_eq!(governed.bind("ada-secret").await, passed());
}

#[tokio::test]
async fn passwords_expire_and_are_used_a_few_times_more() {
    let day = Duration::from_secs(86_400);
    let policy = PasswordPolicy::new().max_age(10 * day).expire_warning(day).grace_binds(2);
    let governed = Governed::with(policy).await;
    governed.pass(100 * 86_400);
    // What was there from the start has no age.
    assert_eq!(governed.bind("ada-secret").await, passed());
    governed.ada("ada-secret").await.modify(set("second")).await.unwrap();
    governed.pass(9 * 86_400 - 1);
    assert_eq!(governed.bind("second").await, passed());
    governed.pass(1);
    assert_eq!(governed.bind("second").await, warned(Warning::TimeBeforeExpiration(86_400)));
    governed.pass(86_400);
    assert_eq!(governed.bind("second").await, warned(Warning::TimeBeforeExpiration(0)));
    governed.pass(1);
    assert_eq!(governed.bind("second").await, warned(Warning::GraceAuthNsRemaining(1)));
    assert_eq!(governed.bind("second").await, warned(Warning::GraceAuthNsRemaining(0)));
    assert_eq!(governed.values("pwdGraceUseTime"), 2);
    assert_eq!(governed.bind("second").await, refused(Error::PASSWORD_EXPIRED));
    governed.admin().await.modify(set("third")).await.unwrap();
    assert_eq!(governed.bind("third").await, passed());
    assert_eq!(governed.values("pwdGraceUseTime"), 0);
}

#[tokio::test]
async fn who_must_change_the_password_may_do_nothing_else() {
    let governed = Governed::with(PasswordPolicy::new().must_change()).await;
    governed.admin().await.modify(set("reset")).await.unwrap();
    let must = Told::new().with_error(Error::CHANGE_AFTER_RESET);
    assert_eq!(governed.bind("reset").await, (ResultCode::SUCCESS, must));
    let client = governed.ada("reset").await;
    let denied = (ResultCode::INSUFFICIENT_ACCESS_RIGHTS, must);
    let search = below("dc=example", "(uid=ada)").with_control(Asked);
    assert_eq!(told(&client.search(search).await.unwrap().collect().await.unwrap_err()), denied);
    let other = ModifyRequest::new(ADA, [Modification::replace("title", ["x"])]).with_control(Asked);
    assert_eq!(told(&client.modify(other).await.unwrap_err()), denied);
    let somebody = PasswordModify::new().of_user("uid=bob,ou=people,dc=example").with_new("x");
    assert_eq!(code(client.extended_op(somebody).await), ResultCode::INSUFFICIENT_ACCESS_RIGHTS);
    assert_eq!(code(client.who_am_i().await), ResultCode::INSUFFICIENT_ACCESS_RIGHTS);
    let bystander = governed.directory.client().await.unwrap();
    bystander.who_am_i().await.unwrap();

    client.extended_op(PasswordModify::new().with_new("mine")).await.unwrap();
    assert_eq!(client.who_am_i().await.unwrap(), AuthzId::from_dn(crate::model::Dn::parse(ADA).unwrap()));
    assert_eq!(governed.bind("mine").await, passed());
}

#[tokio::test]
async fn new_passwords_are_looked_at() {
    let policy = PasswordPolicy::new().min_length(6).max_length(12).in_history(2).refuse_hashed();
    let governed = Governed::with(policy).await;
    let client = governed.ada("ada-secret").await;
    let constraint = |error| Err((ResultCode::CONSTRAINT_VIOLATION, Told::new().with_error(error)));
    for (password, expected) in [
        ("short", constraint(Error::PASSWORD_TOO_SHORT)),
        ("f\u{fc}nf5", constraint(Error::PASSWORD_TOO_SHORT)),
        ("much-too-long-a-password", constraint(Error::PASSWORD_TOO_LONG)),
        ("{SSHA}7ipTDDGLJdpwqVuIVfGLJqKBrqp3zCnr", constraint(Error::INSUFFICIENT_PASSWORD_QUALITY)),
        ("ada-secret", constraint(Error::PASSWORD_IN_HISTORY)),
        ("second", Ok(())),
        ("third!", Ok(())),
        ("ada-secret", constraint(Error::PASSWORD_IN_HISTORY)),
        ("second", constraint(Error::PASSWORD_IN_HISTORY)),
        ("fourth", Ok(())),
        // It has been forgotten.
        ("ada-secret", Ok(())),
    ] {
        let changed = client.modify(set(password).with_control(Asked)).await;
        assert_eq!(changed.map(drop).map_err(|error| told(&error)), expected, "{password}");
    }
    assert_eq!(governed.values("pwdHistory"), 2);
    // By the operation that is for it, which keeps it hashed, and by an addition.
    let change =
        |password: &'static str| PasswordModify::new().with_new(password).into_request().with_control(Asked);
    let error = client.extended(change("fourth")).await.unwrap_err();
    assert_eq!(Err(told(&error)), constraint(Error::PASSWORD_IN_HISTORY) as Result<(), _>);
    client.extended(change("fifth!")).await.unwrap();
    let error = client.extended(change("fifth!")).await.unwrap_err();
    assert_eq!(Err(told(&error)), constraint(Error::PASSWORD_IN_HISTORY) as Result<(), _>);
    let kim = Entry::new("uid=kim,ou=people,dc=example").with("objectClass", ["account"]);
    let add = |password: &'static str| AddRequest::from(&kim.clone().with("userPassword", [password]));
    assert_eq!(code(client.add(add("short")).await), ResultCode::CONSTRAINT_VIOLATION);
    client.add(add("long-enough")).await.unwrap();
    let two = Modification::add("userPassword", ["another"]);
    assert_eq!(code(client.modify(ModifyRequest::new(ADA, [two])).await), ResultCode::CONSTRAINT_VIOLATION);
}

#[tokio::test]
async fn the_old_password_comes_with_the_new_one() {
    let governed = Governed::with(PasswordPolicy::new().safe_modify().min_age(Duration::from_secs(60))).await;
    let client = governed.ada("ada-secret").await;
    let denied =
        (ResultCode::INSUFFICIENT_ACCESS_RIGHTS, Told::new().with_error(Error::MUST_SUPPLY_OLD_PASSWORD));
    assert_eq!(told(&client.modify(set("second").with_control(Asked)).await.unwrap_err()), denied);
    let change = PasswordModify::new().with_new("second");
    assert_eq!(
        told(&client.extended(change.clone().into_request().with_control(Asked)).await.unwrap_err()),
        denied
    );
    let wrong = client.extended_op(change.clone().with_old("wrong")).await;
    assert_eq!(code(wrong), ResultCode::UNWILLING_TO_PERFORM);
    client.extended_op(change.with_old("ada-secret")).await.unwrap();
    // It is kept hashed now, and is deleted by who knows it.
    let exchange = |old: &'static str| {
        let changes =
            [Modification::delete("userPassword", [old]), Modification::add("userPassword", ["third"])];
        ModifyRequest::new(ADA, changes).with_control(Asked)
    };
    let young = (ResultCode::CONSTRAINT_VIOLATION, Told::new().with_error(Error::PASSWORD_TOO_YOUNG));
    assert_eq!(told(&client.modify(exchange("second")).await.unwrap_err()), young);
    governed.pass(60);
    assert_eq!(code(client.modify(exchange("wrong")).await), ResultCode::NO_SUCH_ATTRIBUTE);
    let permissive = exchange("wrong").with_control(PermissiveModify);
    assert_eq!(told(&client.modify(permissive).await.unwrap_err()), denied);
    client.modify(exchange("second")).await.unwrap();
    assert_eq!(governed.bind("third").await, passed());
}

#[tokio::test]
async fn the_policy_is_that_of_an_entry() {
    let policy = |name: &str, attribute: &str, value: &str| {
        Entry::new(format!("cn={name},dc=example"))
            .with("objectClass", ["device", "pwdPolicy"])
            .with("pwdAttribute", ["userPassword"])
            .with(attribute, [value])
    };
    let builder = company()
        .entry(policy("all", "pwdAllowUserChange", "FALSE"))
        .entry(policy("own", "pwdMinLength", "4").with("pwdCheckQuality", ["1"]))
        .password_policy_entry("cn=all,dc=example");
    let governed = Governed::start(builder).await;
    let client = governed.ada("ada-secret").await;
    let denied =
        (ResultCode::INSUFFICIENT_ACCESS_RIGHTS, Told::new().with_error(Error::PASSWORD_MOD_NOT_ALLOWED));
    assert_eq!(told(&client.modify(set("x").with_control(Asked)).await.unwrap_err()), denied);
    // Not by naming another policy at once.
    let own = Modification::replace("pwdPolicySubentry", ["cn=own,dc=example"]);
    let both = ModifyRequest::new(ADA, [own.clone(), Modification::replace("userPassword", ["second"])]);
    assert_eq!(code(client.modify(both).await), ResultCode::INSUFFICIENT_ACCESS_RIGHTS);
    governed.admin().await.modify(ModifyRequest::new(ADA, [own])).await.unwrap();
    assert_eq!(code(client.modify(set("x")).await), ResultCode::CONSTRAINT_VIOLATION);
    client.modify(set("second")).await.unwrap();
}

#[tokio::test]
async fn other_servers_tell_it_in_their_way() {
    let policy =
        PasswordPolicy::new().max_age(Duration::from_secs(60)).expire_warning(Duration::from_secs(60));
    let builder = || company().password_policy(policy.clone().lockout(1, None).must_change());
    let governed = Governed::start(builder().personality(Personality::Ds389)).await;
    let bind = || BindRequest::simple(ADA, "mine");
    let set = set("mine");
    governed.ada("ada-secret").await.modify(set.clone()).await.unwrap();
    let client = governed.directory.client().await.unwrap();
    let bound = client.bind(bind()).await.unwrap();
    assert_eq!(bound.control::<PasswordExpiring>().unwrap(), Some(PasswordExpiring::new(60)));
    assert_eq!(bound.control::<Told>().unwrap(), None);
    assert_eq!(governed.bind("mine").await, warned(Warning::TimeBeforeExpiration(60)));
    governed.pass(61);
    let error = client.bind(bind()).await.unwrap_err();
    assert_eq!(error.control::<PasswordExpired>().unwrap(), Some(PasswordExpired));

    let governed = Governed::start(builder().personality(Personality::ActiveDirectory)).await;
    governed.ada("ada-secret").await.modify(set.clone()).await.unwrap();
    let client = governed.directory.client().await.unwrap();
    let data = async |password: &'static str| {
        let error = client.simple_bind(ADA, password).await.unwrap_err();
        let ErrorKind::Refused { result, .. } = error.kind() else { panic!("{error}") };
        let text = result.diagnostic_message().into_owned();
        text.split("data ").nth(1).unwrap_or_default().split(',').next().unwrap_or_default().to_owned()
    };
    governed.pass(61);
    assert_eq!(data("mine").await, "532");
    governed.admin().await.modify(set).await.unwrap();
    assert_eq!(data("mine").await, "773");
    assert_eq!(data("wrong").await, "775");
    assert_eq!(data("mine").await, "775");
}
