//! A session that is recorded by a proxy, and played again.

use std::sync::{Arc, Mutex};

use super::*;
use crate::client::ConnectOptions;
use crate::execute::RequestExt as _;
use crate::model::{AttributeDescription, Modification};
use crate::proto::controls::PostRead;
use crate::proto::extops::PasswordModify;
use crate::proto::{AddRequest, CompareRequest, ModifyRequest};
use crate::server::proxy::{Proxy, Recording, Replay};
use crate::server::{Endpoint, Server};
use crate::transport::Target;

const ADA: &str = "uid=ada,ou=people,dc=example";

/// What the client asks, with a secret or another, and what it is told.
async fn session(client: &Client, secret: &'static str) -> Vec<String> {
    let password = AttributeDescription::from("userPassword");
    let mut told = vec![format!("{:?}", client.simple_bind(ADA, secret).await.is_ok())];
    for _ in 0..2 {
        let search = below("dc=example", "(sn=Lovelace)").attributes(["sn", "userPassword"]);
        told.push(format!("{:?}", found(client, search).await));
        let kim = Entry::new("uid=kim,dc=example").with("userPassword", [secret]);
        told.push(format!(
            "{:?}",
            code(client.add(AddRequest::from(&kim.with("objectClass", ["account"]))).await)
        ));
    }
    let change = ModifyRequest::new(ADA, [Modification::add("userPassword", [format!("{secret}-too")])]);
    let changed = client.modify(change.with_control(PostRead::new(["sn", "userPassword"]))).await.unwrap();
    told.push(format!("{}", changed.controls().len()));
    let compare = CompareRequest::new(ADA, password, format!("{secret}-too"));
    told.push(format!("{:?}", client.compare(compare).await));
    let by_password = below("dc=example", &format!("(userPassword={secret})"));
    told.push(format!("{:?}", found(client, by_password).await));
    let change = PasswordModify::new().with_old(secret).with_new(format!("new-{secret}"));
    told.push(format!("{:?}", code(client.extended_op(change).await)));
    told.push(format!("{:?}", client.extended_op(PasswordModify::new()).await.unwrap().is_some()));
    told
}

#[tokio::test]
async fn a_session_is_recorded_without_secrets_and_played_again() {
    let (directory, _) = start().await;
    let recorded = Arc::new(Mutex::new(Recording::HEAD.to_owned()));
    let text = Arc::clone(&recorded);
    let target: Target = directory.url().parse().unwrap();
    let proxy = Proxy::new(target).listen(Endpoint::localhost());
    let watched = proxy.watch(move |passing| text.lock().unwrap().push_str(&Recording::line(passing)));
    let proxy = watched.start().await.unwrap();
    let options = ConnectOptions::new(proxy.endpoints()[0].to_string()).danger_allow_cleartext_passwords();
    let client = options.connect().await.unwrap();
    let told = session(&client, "ada-secret").await;
    client.close().await;

    let text = recorded.lock().unwrap().clone();
    for secret in ["ada-secret", "{SSHA512}"] {
        let hex = data_encoding::HEXLOWER.encode(secret.as_bytes());
        assert!(!text.contains(&hex) && !text.contains(secret), "{secret}: {text}");
    }
    let recording = Recording::parse(&text).unwrap();
    let server = Server::new(Replay::new(&recording)).start().await.unwrap();
    let client = ConnectOptions::new("ldap://memory").connect_over(server.connect().unwrap()).await.unwrap();
    assert_eq!(session(&client, "another").await, told);
    // The last answer stays; what was never asked has none.
    let search = below("dc=example", "(sn=Lovelace)").attributes(["sn", "userPassword"]);
    assert_eq!(format!("{:?}", found(&client, search).await), told[3]);
    let other = client.search(below("dc=example", "(sn=Byron)")).await.unwrap().collect().await;
    assert_eq!(code(other), ResultCode::UNWILLING_TO_PERFORM);
}
