//! Users of directories in memory.

use super::*;
use crate::client::ConnectOptions;
use crate::directory::{Directory, DirectoryBuilder, PasswordPolicy, Personality, RunningDirectory};
use crate::execute::Executor;
use crate::model::{Entry, ResultCode};
use crate::pool::{Credentials, Pool, PoolOptions, Servers};
use crate::proto::OpKind;
use crate::proto::controls::PasswordPolicyWarning;
use crate::server::layers::Fault;

const ADA: &str = "uid=ada,dc=example";
const READER: &str = "cn=reader";

fn person(name: &str, uid: &str) -> Entry {
    let entry = Entry::new(format!("{name},dc=example")).with("objectClass", ["inetOrgPerson"]);
    entry.with("uid", [uid]).with("userPassword", ["secret"])
}

/// A directory with one user `ada`, and three who share a name.
fn users() -> DirectoryBuilder {
    let twins = (1..=3).map(|number| person(&format!("cn=twin {number}"), "twin"));
    Directory::builder()
        .admin(READER, "secret")
        .ldif("dn: dc=example\nobjectClass: domain\n")
        .entry(person("uid=ada", "ada"))
        .entries(twins)
}

fn servers(directory: &RunningDirectory) -> Servers {
    ConnectOptions::new(directory.url()).danger_allow_cleartext_passwords().into()
}

async fn pool(directory: &RunningDirectory, credentials: Credentials) -> Pool {
    let options = PoolOptions::new(servers(directory)).connections(1, 1).credentials(credentials);
    options.start().await.unwrap()
}

async fn start(users: DirectoryBuilder) -> (RunningDirectory, Authenticator) {
    let directory = users.start().await.unwrap();
    let search = pool(&directory, Credentials::simple(READER, "secret")).await;
    directory.requests().clear();
    let authenticator = Authenticator::new(search, servers(&directory), "dc=example");
    (directory, authenticator)
}

/// The names of all who were to be bound, in order.
fn bound(directory: &RunningDirectory) -> Vec<String> {
    let binds = directory.requests().requests(OpKind::BindRequest).into_iter();
    let names = binds.map(|op| match op {
        crate::proto::ProtocolOp::BindRequest(bind) => bind.name().to_string(),
        op => panic!("{op:?}"),
    });
    names.collect()
}

#[tokio::test]
async fn names_find_nobody_one_or_several() {
    let (directory, authenticator) = start(users()).await;
    assert!(matches!(authenticator.authenticate("nobody", "secret").await.unwrap(), Verdict::NoSuchUser));
    assert!(matches!(authenticator.authenticate("twin", "secret").await.unwrap(), Verdict::Ambiguous));
    assert!(matches!(authenticator.authenticate("ada", "").await.unwrap(), Verdict::EmptyPassword));
    assert!(bound(&directory).is_empty());
    let Verdict::Accepted { entry, warning: None } =
        authenticator.authenticate("ADA", "secret").await.unwrap()
    else {
        panic!()
    };
    assert_eq!((entry.dn(), bound(&directory)), (ADA, vec![ADA.to_owned()]));
    assert!(matches!(authenticator.authenticate("ada", "wrong").await.unwrap(), Verdict::WrongPassword));
}

#[tokio::test]
async fn a_name_never_becomes_syntax() {
    let (directory, authenticator) = start(users()).await;
    let authenticator = authenticator.find_by(|name| crate::filter!("(|(uid={})(mail={}))", name, name));
    for (name, filter) in [
        ("*", "(|(uid=\\2a)(mail=\\2a))"),
        ("x)(uid=*", "(|(uid=x\\29\\28uid=\\2a)(mail=x\\29\\28uid=\\2a))"),
        ("\\2a", "(|(uid=\\5c2a)(mail=\\5c2a))"),
        ("a\0b", "(|(uid=a\\00b)(mail=a\\00b))"),
    ] {
        assert!(matches!(authenticator.authenticate(name, "secret").await.unwrap(), Verdict::NoSuchUser));
        let _ = directory.requests().assert_search(filter).below("dc=example").found(0);
    }
}

#[tokio::test]
async fn the_policy_tells_of_the_account() {
    let (directory, authenticator) =
        start(users().password_policy(PasswordPolicy::new().lockout(2, None))).await;
    assert!(matches!(authenticator.authenticate("ada", "wrong").await.unwrap(), Verdict::WrongPassword));
    for password in ["wrong", "secret"] {
        let verdict = authenticator.authenticate("ada", password).await.unwrap();
        assert_eq!(format!("{verdict:?}"), "Account(Locked)", "{password}");
    }
    drop(directory);

    let (directory, authenticator) =
        start(users().password_policy(PasswordPolicy::new().must_change())).await;
    let administrator = directory.client().await.unwrap();
    administrator.simple_bind(READER, "secret").await.unwrap();
    administrator.replace(ADA, "userPassword", ["reset"]).await.unwrap();
    let verdict = authenticator.authenticate("ada", "reset").await.unwrap();
    assert_eq!(format!("{verdict:?}"), "Account(MustChangePassword)");

    // A password of long ago, which may be used three times more.
    let policy = PasswordPolicy::new().max_age(std::time::Duration::from_secs(86_400)).grace_binds(3);
    let old = person("uid=old", "old").with("pwdChangedTime", ["20010101000000Z"]);
    let (_directory, authenticator) = start(users().entry(old).password_policy(policy)).await;
    let verdict = authenticator.authenticate("old", "secret").await.unwrap();
    let expected = Some(PasswordPolicyWarning::GraceAuthNsRemaining(2));
    assert!(matches!(&verdict, Verdict::Accepted { warning, .. } if *warning == expected), "{verdict:?}");
}

#[tokio::test]
async fn active_directory_tells_of_the_account_in_a_text() {
    let disabled = person("cn=off", "off").with("userAccountControl", ["514"]);
    let builder = users().entry(disabled).personality(Personality::ActiveDirectory);
    let (_directory, authenticator) = start(builder).await;
    for (user, password, expected) in [
        ("off", "secret", "Account(Disabled)"),
        ("off", "wrong", "WrongPassword"),
        ("ada", "wrong", "WrongPassword"),
    ] {
        let verdict = authenticator.authenticate(user, password).await.unwrap();
        assert_eq!(format!("{verdict:?}"), expected, "{user} {password}");
    }
}

#[tokio::test]
async fn trouble_with_the_server_is_no_verdict() {
    let (directory, authenticator) = start(users()).await;
    for code in [ResultCode::UNAVAILABLE, ResultCode::OPERATIONS_ERROR, ResultCode::UNWILLING_TO_PERFORM] {
        directory.faults().next(OpKind::BindRequest, Fault::Refuse(code));
        let error = authenticator.authenticate("ada", "canary-7Zq").await.unwrap_err();
        assert_eq!(error.code(), Some(code));
        assert!(!format!("{authenticator:?} {error:?} {error}").contains("canary-7Zq"));
    }
    // One who has gone between the search and the bind.
    directory.faults().next(OpKind::BindRequest, Fault::Refuse(ResultCode::NO_SUCH_OBJECT));
    assert!(matches!(authenticator.authenticate("ada", "secret").await.unwrap(), Verdict::NoSuchUser));
}

#[tokio::test]
async fn on_one_pool_each_bind_is_reverted() {
    for (credentials, reader) in
        [(Credentials::simple(READER, "secret"), READER), (Credentials::Anonymous, "")]
    {
        let directory = users().start().await.unwrap();
        let pool = pool(&directory, credentials).await;
        directory.requests().clear();
        let authenticator = Authenticator::on_one_pool(pool.clone(), "dc=example");
        assert!(matches!(
            authenticator.authenticate("ada", "secret").await.unwrap(),
            Verdict::Accepted { .. }
        ));
        assert!(matches!(authenticator.authenticate("ada", "wrong").await.unwrap(), Verdict::WrongPassword));
        // The same connection all the time: nobody had to be bound anew.
        assert_eq!(bound(&directory), [ADA, reader, ADA, reader]);
        assert_eq!(pool.who_am_i().await.unwrap().dn().unwrap_or_default(), reader);
        authenticator.stop().await;
        pool.stop().await;
    }
}

#[tokio::test]
async fn a_connection_that_cannot_be_reverted_is_given_up() {
    let directory = users().start().await.unwrap();
    let pool = pool(&directory, Credentials::simple(READER, "secret")).await;
    let authenticator = Authenticator::on_one_pool(pool.clone(), "dc=example");
    // The user's bind, and the one that is to make up for it.
    directory.faults().always(OpKind::BindRequest, Fault::Refuse(ResultCode::INVALID_CREDENTIALS));
    assert!(matches!(authenticator.authenticate("ada", "secret").await.unwrap(), Verdict::WrongPassword));
    assert_eq!((pool.status().idle, pool.status().leased), (0, 0));
}
