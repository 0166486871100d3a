//! How servers and connections end.

use super::peer::{delete, message, search};
use super::*;
use crate::proto::UnbindRequest;

#[tokio::test]
async fn shutting_down_lets_operations_end() {
    let (server, handler) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&delete(1, "wait")).await;
    settle().await;
    let stopping = tokio::spawn(server.shutdown(SECOND * 60));
    settle().await;
    // No further request is taken.
    peer.send(&delete(2, "")).await;
    settle().await;
    handler.state.go.notify_one();
    assert_eq!(peer.answer().await, (1, ResultCode::SUCCESS));
    assert_eq!(peer.notice().await, ResultCode::UNAVAILABLE);
    drop(peer);
    stopping.await.unwrap();
    assert_eq!(handler.begun(), 1);
}

#[tokio::test(start_paused = true)]
async fn shutting_down_does_not_wait_for_ever() {
    let (server, handler) = start().await;
    let mut peer = Peer::connect(&server);
    let mut deaf = Peer::connect(&server);
    peer.send(&delete(1, "wait")).await;
    deaf.send(&search(1, 10_000)).await;
    settle().await;
    let stopping = tokio::spawn(server.shutdown(SECOND));
    assert_eq!(peer.notice().await, ResultCode::UNAVAILABLE);
    drop(peer);
    stopping.await.unwrap();
    assert_eq!(handler.stopped(), 2);
    drop(deaf);
}

#[tokio::test]
async fn dropping_a_server_stops_it() {
    let (server, handler) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&delete(1, "wait")).await;
    settle().await;
    drop(server);
    assert_eq!(peer.notice().await, ResultCode::UNAVAILABLE);
    assert_eq!(handler.stopped(), 1);
}

#[tokio::test]
async fn what_was_asked_before_an_unbind_is_begun() {
    let (server, handler) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&[delete(1, ""), delete(2, "wait"), message(3, UnbindRequest), delete(4, "")].concat()).await;
    assert_eq!(peer.answer().await, (1, ResultCode::SUCCESS));
    assert!(peer.next().await.is_none());
    assert_eq!((handler.begun(), handler.stopped()), (2, 1));
}

#[tokio::test]
async fn a_handler_ends_a_connection_with_a_reason() {
    let (server, _) = start().await;
    let mut peer = Peer::connect(&server);
    peer.send(&delete(1, "disconnect")).await;
    assert_eq!(peer.notice().await, ResultCode::UNAVAILABLE);
}

#[cfg(unix)]
#[tokio::test]
async fn a_unix_socket_knows_its_user_and_its_file_goes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ldapi");
    // What is left of a server that is gone is replaced.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    let server = Server::new(Obedient::default()).listen(Endpoint::unix(&path)).start().await.unwrap();
    let stream = tokio::net::UnixStream::connect(&path).await.unwrap();
    assert!(crate::transport::Stream::from(stream).unix_credentials().is_some());
    let mut peer = Peer::over(tokio::net::UnixStream::connect(&path).await.unwrap().into());
    peer.is_served(1).await;
    // One that is in use is not.
    let second = Server::new(Obedient::default()).listen(Endpoint::unix(&path)).start().await;
    assert!(matches!(second, Err(ServerError::Listen { .. })));
    drop(peer);
    server.shutdown(SECOND).await;
    assert!(!path.exists());
}

#[tokio::test]
async fn a_place_with_tls_needs_a_certificate() {
    let endpoint = Endpoint::tls(([127, 0, 0, 1], 0));
    let started = Server::new(Obedient::default()).listen(endpoint).start().await;
    assert!(matches!(started, Err(ServerError::NoCertificate { .. })));
}
