//! Against a server in this process that answers binds as it is told.

use std::sync::{Arc, Mutex};

use super::*;
use crate::client::ConnectOptions;
use crate::model::{Entry, ResultCode};
use crate::pool::{Credentials, PoolOptions, Servers};
use crate::proto::controls::{PasswordPolicyError, PasswordPolicyResponse, PasswordPolicyWarning};
use crate::proto::{ProtocolOp, SearchResultEntry};
use crate::server::{Answer, Endpoint, Handler, Operation, RunningServer, Server, Sink};

/// Finds as many entries as the name has letters `x`, and answers binds with what is in `bind`.
#[derive(Clone, Default)]
struct Directory {
    bind: Arc<Mutex<Option<Answer>>>,
    filters: Arc<Mutex<Vec<String>>>,
    binds: Arc<Mutex<usize>>,
    /// Who was bound, in order.
    names: Arc<Mutex<Vec<String>>>,
}

impl Handler for Directory {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        match operation.op() {
            ProtocolOp::SearchRequest(search) => {
                let filter = search.filter().to_string();
                let found = filter.matches('x').count();
                self.filters.lock().unwrap().push(filter);
                for number in 0..found {
                    let entry = Entry::new(format!("uid={number}")).with("uid", ["x"]);
                    let _ = sink.send(SearchResultEntry::from(&entry)).await;
                }
                Answer::success()
            }
            ProtocolOp::BindRequest(bind) => {
                self.names.lock().unwrap().push(bind.name().to_string());
                if bind.name().as_str() == READER {
                    return Answer::success();
                }
                *self.binds.lock().unwrap() += 1;
                self.bind.lock().unwrap().clone().unwrap_or_else(Answer::success)
            }
            _ => Answer::success(),
        }
    }
}

/// Is always let in.
const READER: &str = "cn=reader";

async fn start() -> (Directory, RunningServer, Authenticator) {
    let directory = Directory::default();
    let server = Server::new(directory.clone()).listen(Endpoint::localhost()).start().await.unwrap();
    let options = ConnectOptions::new(server.url()).danger_allow_cleartext_passwords();
    let servers = Servers::from(options);
    let search = PoolOptions::new(servers.clone()).connections(1, 1).start().await.unwrap();
    (directory, server, Authenticator::new(search, servers, "dc=example"))
}

#[tokio::test]
async fn names_find_nobody_one_or_several() {
    let (directory, _server, authenticator) = start().await;
    assert!(matches!(authenticator.authenticate("nobody", "p").await.unwrap(), Verdict::NoSuchUser));
    assert!(matches!(authenticator.authenticate("xx", "p").await.unwrap(), Verdict::Ambiguous));
    assert!(matches!(authenticator.authenticate("x", "").await.unwrap(), Verdict::EmptyPassword));
    assert_eq!(*directory.binds.lock().unwrap(), 0);
    let Verdict::Accepted { entry, warning: None } = authenticator.authenticate("x", "p").await.unwrap()
    else {
        panic!()
    };
    assert_eq!((entry.dn(), *directory.binds.lock().unwrap()), ("uid=0", 1));
}

#[tokio::test]
async fn a_name_never_becomes_syntax() {
    let (directory, _server, authenticator) = start().await;
    let authenticator = authenticator.find_by(|name| crate::filter!("(|(uid={})(mail={}))", name, name));
    for name in ["*", "x)(uid=*", "\\2a", "a\0b"] {
        let _ = authenticator.authenticate(name, "p").await;
    }
    let filters = directory.filters.lock().unwrap().clone();
    assert_eq!(filters[0], "(|(uid=\\2a)(mail=\\2a))");
    assert!(filters.iter().all(|filter| filter.matches('(').count() == 3), "{filters:?}");
}

#[tokio::test]
async fn the_verdict_tells_the_user_from_the_account_and_the_server() {
    let (directory, _server, authenticator) = start().await;
    let policy = |code, policy| Answer::refuse(code, "").with_control(policy);
    let locked = PasswordPolicyResponse::new().with_error(PasswordPolicyError::ACCOUNT_LOCKED);
    let reset = PasswordPolicyResponse::new().with_error(PasswordPolicyError::CHANGE_AFTER_RESET);
    let soon = PasswordPolicyResponse::new().with_warning(PasswordPolicyWarning::GraceAuthNsRemaining(2));
    let disabled = "80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 533, v1db1";
    for (answer, expected) in [
        (Answer::refuse(ResultCode::INVALID_CREDENTIALS, ""), "WrongPassword"),
        (policy(ResultCode::INVALID_CREDENTIALS, locked), "Account(Locked)"),
        (Answer::success().with_control(reset), "Account(MustChangePassword)"),
        (Answer::refuse(ResultCode::INVALID_CREDENTIALS, disabled), "Account(Disabled)"),
        (Answer::refuse(ResultCode::NO_SUCH_OBJECT, ""), "NoSuchUser"),
    ] {
        *directory.bind.lock().unwrap() = Some(answer);
        let verdict = authenticator.authenticate("x", "p").await.unwrap();
        assert_eq!(format!("{verdict:?}"), expected);
    }
    *directory.bind.lock().unwrap() = Some(Answer::success().with_control(soon));
    let verdict = authenticator.authenticate("x", "p").await.unwrap();
    let warning = Some(PasswordPolicyWarning::GraceAuthNsRemaining(2));
    assert!(matches!(verdict, Verdict::Accepted { warning: found, .. } if found == warning));

    for code in [ResultCode::UNAVAILABLE, ResultCode::OPERATIONS_ERROR, ResultCode::UNWILLING_TO_PERFORM] {
        *directory.bind.lock().unwrap() = Some(Answer::refuse(code, ""));
        assert_eq!(authenticator.authenticate("x", "p").await.unwrap_err().code(), Some(code));
    }
}

#[tokio::test]
async fn no_password_is_in_what_is_printed() {
    let (directory, _server, authenticator) = start().await;
    *directory.bind.lock().unwrap() = Some(Answer::refuse(ResultCode::UNAVAILABLE, ""));
    let error = authenticator.authenticate("x", "canary-7Zq").await.unwrap_err();
    assert!(!format!("{authenticator:?} {error:?} {error}").contains("canary-7Zq"));
}

#[tokio::test]
async fn on_one_pool_each_bind_is_reverted() {
    let directory = Directory::default();
    let server = Server::new(directory.clone()).listen(Endpoint::localhost()).start().await.unwrap();
    let servers = || Servers::from(ConnectOptions::new(server.url()).danger_allow_cleartext_passwords());
    for (credentials, reader) in
        [(Credentials::simple(READER, "secret"), READER), (Credentials::Anonymous, "")]
    {
        *directory.bind.lock().unwrap() = None;
        let options = PoolOptions::new(servers()).connections(1, 1).credentials(credentials);
        let pool = options.start().await.unwrap();
        directory.names.lock().unwrap().clear();
        let authenticator = Authenticator::on_one_pool(pool.clone(), "dc=example");
        assert!(matches!(authenticator.authenticate("x", "p").await.unwrap(), Verdict::Accepted { .. }));
        if !reader.is_empty() {
            let wrong = Answer::refuse(ResultCode::INVALID_CREDENTIALS, "");
            *directory.bind.lock().unwrap() = Some(wrong);
            assert!(matches!(authenticator.authenticate("x", "p").await.unwrap(), Verdict::WrongPassword));
            // The same connection all the time: nobody had to be bound anew.
            assert_eq!(*directory.names.lock().unwrap(), ["uid=0", reader, "uid=0", reader]);
        } else {
            assert_eq!(*directory.names.lock().unwrap(), ["uid=0", ""]);
        }
        authenticator.stop().await;
        pool.stop().await;
    }
}

#[tokio::test]
async fn a_connection_that_cannot_be_reverted_is_given_up() {
    let directory = Directory::default();
    let server = Server::new(directory.clone()).listen(Endpoint::localhost()).start().await.unwrap();
    let options = ConnectOptions::new(server.url()).danger_allow_cleartext_passwords();
    // Bound as somebody who is let in once.
    let credentials = Credentials::simple("cn=once", "secret");
    let pool = PoolOptions::new(options).connections(1, 1).credentials(credentials).start().await.unwrap();
    let authenticator = Authenticator::on_one_pool(pool.clone(), "dc=example");
    *directory.bind.lock().unwrap() = Some(Answer::refuse(ResultCode::INVALID_CREDENTIALS, ""));
    assert!(matches!(authenticator.authenticate("x", "p").await.unwrap(), Verdict::WrongPassword));
    assert_eq!((pool.status().idle, pool.status().leased), (0, 0));
}
