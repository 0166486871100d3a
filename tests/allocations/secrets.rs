//! what the library gave back to the allocator holds no password.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use ldapwire::model::{ResultCode, Secret};
use ldapwire::proto::{BindRequest, BindResponse, LdapMessage, LdapResult, MessageId};
use ldapwire::sasl::Plain;
use ldapwire::transport::Stream;
use ldapwire::{Client, ConnectOptions};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::runtime::{Builder, Runtime};

use crate::counting::freed_with;

const CANARY: &[u8] = b"c4nary-0f-a-p4ssw0rd";

/// A password, and one that no first buffer has room for.
fn passwords() -> [Secret; 2] {
    let mut long = Vec::with_capacity(10_000);
    long.resize(9_000, b'x');
    long.extend_from_slice(CANARY);
    [Secret::from(CANARY), Secret::from(long)]
}

#[test]
fn the_watch_sees_a_password_that_is_not_wiped() {
    let plain = CANARY.to_vec();
    assert_eq!(freed_with(CANARY, || drop(plain)), 1);
    let secret = Secret::from(CANARY);
    assert_eq!(freed_with(CANARY, || drop(secret)), 0);
}

#[test]
fn a_bind_leaves_no_password_behind() {
    for password in passwords() {
        for code in [ResultCode::SUCCESS, ResultCode::INVALID_CREDENTIALS] {
            let (runtime, client) = connect([code, code, code]);
            let password = password.clone();
            let leaks = freed_with(CANARY, || {
                runtime.block_on(async {
                    let is_success = code == ResultCode::SUCCESS;
                    assert_eq!(client.simple_bind("cn=admin", &password).await.is_ok(), is_success);
                    let mut plain = Plain::new("admin", &password);
                    assert_eq!(client.sasl_bind(&mut plain).await.is_ok(), is_success);
                    drop(plain);
                    let request = BindRequest::simple("cn=admin", password);
                    assert_eq!(client.bind(request).await.is_ok(), is_success);
                });
                drop((client, runtime));
            });
            assert_eq!(leaks, 0);
        }
    }
}

#[test]
fn a_bind_that_fails_or_is_dropped_leaves_no_password_behind() {
    for password in passwords() {
        // The peer answers once and is silent then.
        let (runtime, client) = connect([ResultCode::SUCCESS]);
        let leaks = freed_with(CANARY, || {
            runtime.block_on(async {
                client.simple_bind("cn=admin", &password).await.unwrap();
                // Dropped while the answer is awaited: that closes the connection.
                tokio::select! {
                    biased;
                    _ = client.simple_bind("cn=admin", &password) => panic!("no answer was sent"),
                    () = tokio::task::yield_now() => {}
                }
                client.closed().await;
                client.simple_bind("cn=admin", &password).await.unwrap_err();
                // What cannot be encoded for another reason.
                client.sasl_bind(&mut Plain::new("ad\0min", &password)).await.unwrap_err();
            });
            drop((client, runtime, password));
        });
        assert_eq!(leaks, 0);
    }
}

/// Makes a client whose peer answers binds with these results.
fn connect<const N: usize>(codes: [ResultCode; N]) -> (Runtime, Client) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let mut id = MessageId::FIRST;
    let answers = codes.into_iter().map(|code| {
        let message = LdapMessage::new(id, BindResponse::new(LdapResult::new(code)));
        id = id.next();
        message.to_bytes().unwrap().to_vec()
    });
    let peer = Peer { answers: answers.collect(), requests: 0, waker: None };
    let options = ConnectOptions::new("ldap://peer").danger_allow_cleartext_passwords();
    let client = runtime.block_on(options.connect_over(Stream::from_io(peer))).unwrap();
    (runtime, client)
}

/// A peer that keeps nothing of what is written to it, and answers each write.
struct Peer {
    answers: VecDeque<Vec<u8>>,
    requests: usize,
    waker: Option<Waker>,
}

impl AsyncRead for Peer {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.requests > 0
            && let Some(answer) = self.answers.pop_front()
        {
            self.requests -= 1;
            buffer.put_slice(&answer);
            return Poll::Ready(Ok(()));
        }
        self.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}

impl AsyncWrite for Peer {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        self.requests += 1;
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
