//! Who somebody is.

use super::*;
use crate::model::Secret;
use crate::proto::BindRequest;
use crate::proto::extops::PasswordModify;

const ADA: &str = "uid=ada,ou=people,dc=example";

async fn who(client: &Client) -> String {
    client.who_am_i().await.unwrap().as_str().to_owned()
}

#[tokio::test]
async fn names_and_passwords_are_checked() {
    let (_directory, client) = start().await;
    assert_eq!(who(&client).await, "");
    client.simple_bind(ADA, "ada-secret").await.unwrap();
    assert_eq!(who(&client).await, format!("dn:{ADA}"));
    for (dn, password) in [
        (ADA, "wrong"),
        (ADA, "ADA-SECRET"),
        ("uid=bob,ou=people,dc=example", "x"),
        ("uid=nobody,dc=example", "x"),
        ("cn=admin,dc=example", "ada-secret"),
    ] {
        client.simple_bind("cn=admin,dc=example", "admin-secret").await.unwrap();
        assert_eq!(code(client.simple_bind(dn, password).await), ResultCode::INVALID_CREDENTIALS, "{dn}");
        // A bind that fails leaves nobody bound.
        assert_eq!(who(&client).await, "");
    }
    assert_eq!(code(client.bind(BindRequest::simple("no name", "x")).await), ResultCode::INVALID_DN_SYNTAX);
    client.anonymous_bind().await.unwrap();
}

#[tokio::test]
async fn odd_binds_are_refused_with_the_right_code() {
    use crate::server::tests::peer::{Peer, message};
    let (directory, _) = start().await;
    for (request, expected) in [
        (BindRequest::simple(ADA, ""), ResultCode::UNWILLING_TO_PERFORM),
        (BindRequest::simple("", "x"), ResultCode::INVALID_CREDENTIALS),
        (BindRequest::sasl("CRAM-MD5", None), ResultCode::AUTH_METHOD_NOT_SUPPORTED),
        (BindRequest::sasl("", None), ResultCode::AUTH_METHOD_NOT_SUPPORTED),
        (BindRequest::sasl("PLAIN", None), ResultCode::SASL_BIND_IN_PROGRESS),
        (BindRequest::sasl("PLAIN", Some(Secret::from("garbage"))), ResultCode::INVALID_CREDENTIALS),
        (BindRequest::sasl("PLAIN", Some(Secret::from("\0ada\0wrong"))), ResultCode::INVALID_CREDENTIALS),
        (
            BindRequest::sasl("PLAIN", Some(Secret::from("\0ada\0ada-secret\0"))),
            ResultCode::INVALID_CREDENTIALS,
        ),
        (BindRequest::sasl("PLAIN", Some(Secret::from("\0ada\0ada-secret"))), ResultCode::SUCCESS),
        (
            BindRequest::sasl("plain", Some(Secret::from("dn:uid=bob\0ada\0ada-secret"))),
            ResultCode::INVALID_CREDENTIALS,
        ),
        (
            BindRequest::sasl("PLAIN", Some(Secret::from("u:bob\0dn:cn=admin,dc=example\0admin-secret"))),
            ResultCode::SUCCESS,
        ),
        (BindRequest::sasl("EXTERNAL", None), ResultCode::INAPPROPRIATE_AUTHENTICATION),
    ] {
        let shown = format!("{request:?}");
        let mut peer = Peer::connect(directory.server());
        peer.send(&message(1, request)).await;
        assert_eq!(peer.answer().await, (1, expected), "{shown}");
    }
}

#[tokio::test]
async fn passwords_are_changed() {
    let (directory, client) = start().await;
    let refused = client.password_modify(PasswordModify::new().with_new("x")).await;
    assert_eq!(code(refused), ResultCode::UNWILLING_TO_PERFORM);
    client.simple_bind(ADA, "ada-secret").await.unwrap();
    let refused = client.password_modify(PasswordModify::new().with_old("wrong").with_new("x")).await;
    assert_eq!(code(refused), ResultCode::UNWILLING_TO_PERFORM);
    assert!(
        client
            .password_modify(PasswordModify::new().with_old("ada-secret").with_new("n3w"))
            .await
            .unwrap()
            .is_none()
    );
    client.simple_bind(ADA, "n3w").await.unwrap();
    assert!(directory.entry(ADA).unwrap().first_text("userPassword").unwrap().starts_with("{SSHA512}"));
    let made = client.password_modify(PasswordModify::new().of_user("bob")).await.unwrap().unwrap();
    client.simple_bind("uid=bob,ou=people,dc=example", made).await.unwrap();
    let refused = client.password_modify(PasswordModify::new().of_user("nobody").with_new("x")).await;
    assert_eq!(code(refused), ResultCode::NO_SUCH_OBJECT);
}

#[cfg(unix)]
#[tokio::test]
async fn the_user_of_a_unix_socket_is_known() {
    use crate::server::{Endpoint, Server};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ldapi");
    let server = Server::new(company().build().unwrap()).listen(Endpoint::unix(&path)).start().await.unwrap();
    let client = Client::connect(server.url()).await.unwrap();
    client.bind_external().await.unwrap();
    let name = who(&client).await;
    assert!(
        name.starts_with("dn:gidNumber=") && name.ends_with(",cn=peercred,cn=external,cn=auth"),
        "{name}"
    );
}
