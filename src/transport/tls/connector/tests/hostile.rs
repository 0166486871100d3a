//! Peers that speak no TLS, speak it badly, or stop speaking.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use tokio::io::AsyncRead;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::*;

/// Shakes hands with a server that does what `script` says.
async fn shake_with_script<F: Future<Output = ()>>(script: impl FnOnce(Stream) -> F) -> TransportError {
    let connector = TlsOptions::new().ca_pem(TestCa::new().pem()).connector().unwrap();
    let (near, far) = Stream::memory_pair(64 * 1024);
    let (outcome, ()) = tokio::join!(connector.handshake(near, Some(HOST), deadline()), script(far));
    outcome.unwrap_err()
}

/// Waits until the client has spoken first, as it does in TLS.
async fn read_hello(stream: &mut Stream) {
    assert_eq!(stream.read_u8().await.unwrap(), 0x16, "a handshake record");
}

#[tokio::test]
async fn end_of_stream_without_the_end_of_tls_is_told_from_an_orderly_one() {
    let ca = TestCa::new();
    let options = TlsOptions::new().ca_pem(ca.pem());
    let (near, far) = shake(&options, HOST, ca.server().server_config()).await;
    let (mut near, mut far) = (near.unwrap(), far.unwrap());
    far.shutdown().await.unwrap();
    assert_eq!(near.read(&mut [0; 1]).await.unwrap(), 0);

    let (near, far) = shake(&options, HOST, ca.server().server_config()).await;
    drop(far);
    let error = TransportError::from(near.unwrap().read(&mut [0; 1]).await.unwrap_err());
    assert_eq!(error.to_string(), "connection failed: the other end closed it");
    assert_eq!((error.phase(), error.fault()), (Phase::Open, Fault::Network));
}

#[tokio::test]
async fn record_that_makes_no_sense_is_a_fault_of_tls() {
    let ca = TestCa::new();
    let connector = TlsOptions::new().ca_pem(ca.pem()).connector().unwrap();
    let acceptor = TlsAcceptor::new(ca.server().server_config());
    let (near, near_end) = Stream::memory_pair(64 * 1024);
    let (mut far_end, far) = Stream::memory_pair(64 * 1024);
    let meet = async {
        let mut near_end = near_end;
        // Carries the handshake, then forges a record.
        let shaken = async {
            tokio::join!(
                connector.handshake(near, Some(HOST), deadline()),
                acceptor.handshake(far, deadline())
            )
        };
        let shaken = tokio::select! {
            shaken = shaken => shaken,
            _ = tokio::io::copy_bidirectional(&mut near_end, &mut far_end) => panic!("the carrier ended"),
        };
        near_end.write_all(b"\x17\x03\x03\x00\x20forged forged forged forged forg").await.unwrap();
        shaken
    };
    let (near, _far) = meet.await;
    let error = TransportError::from(near.unwrap().read(&mut [0; 64]).await.unwrap_err());
    assert!(matches!(&error, TransportError::Tls(error) if matches!(**error, TlsError::Protocol { .. })));
    assert_eq!((error.phase(), error.fault()), (Phase::Tls, Fault::Peer));
}

#[tokio::test]
async fn plain_ldap_answer_hints_at_the_wrong_port() {
    // A Notice of Disconnection (RFC 4511 4.4.1) with protocolError.
    const NOTICE: &[u8] =
        b"\x30\x24\x02\x01\x00\x78\x1f\x0a\x01\x02\x04\x00\x04\x00\x8a\x161.3.6.1.4.1.1466.20036";
    let error = shake_with_script(|mut stream| async move {
        read_hello(&mut stream).await;
        stream.write_all(NOTICE).await.unwrap();
    })
    .await;
    assert!(error.to_string().contains("does this port expect plain ldap?"), "{error}");
    assert_eq!((error.phase(), error.fault()), (Phase::TlsHandshake, Fault::Peer));
}

#[tokio::test]
async fn garbage_is_refused() {
    for garbage in [
        &b"HTTP/1.1 400 Bad Request\r\n\r\n"[..],
        b"SSH-2.0-x\r\n",
        &[0xff; 64],
        &[0x16, 3, 3, 0xff, 0xff, 1],
    ] {
        let error = shake_with_script(|mut stream| async move {
            read_hello(&mut stream).await;
            stream.write_all(garbage).await.unwrap();
        })
        .await;
        assert!(
            matches!(&error, TransportError::TlsHandshake(error) if matches!(**error, TlsError::NotTls { .. })),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn closed_connection_hints_at_the_wrong_port() {
    let error = shake_with_script(|mut stream| async move { read_hello(&mut stream).await }).await;
    assert!(error.to_string().contains("the other end closed the connection"), "{error}");
    assert_eq!(error.fault(), Fault::Network);
}

#[tokio::test]
async fn reset_connection_hints_at_the_wrong_port() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let near = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (far, _) = listener.accept().await.unwrap();
    // Closing with octets unread resets.
    far.set_zero_linger().unwrap();
    let connector = TlsOptions::new().ca_pem(TestCa::new().pem()).connector().unwrap();
    let script = async {
        far.readable().await.unwrap();
        drop(far);
    };
    let (outcome, ()) = tokio::join!(connector.handshake(near.into(), Some(HOST), deadline()), script);
    let error = outcome.unwrap_err();
    assert!(error.to_string().contains("does this port expect plain ldap?"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn silent_server_ends_at_the_deadline() {
    let begin = Instant::now();
    let error = shake_with_script(|mut stream| async move {
        read_hello(&mut stream).await;
        sleep(2 * PATIENCE).await;
    })
    .await;
    // The script itself goes on to its end.
    assert_eq!(begin.elapsed(), 2 * PATIENCE);
    assert!(error.is_timeout() && error.is_tls());
    assert_eq!(error.to_string(), "deadline passed while shaking hands for tls: ldap.example.org");
}

/// Copies one octet a second.
async fn drip(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
    while let Ok(octet) = from.read_u8().await {
        sleep(Duration::from_secs(1)).await;
        if to.write_u8(octet).await.is_err() {
            break;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn dripping_server_ends_at_the_deadline() {
    let ca = TestCa::new();
    let connector = TlsOptions::new().ca_pem(ca.pem()).connector().unwrap();
    let acceptor = TlsAcceptor::new(ca.server().server_config());
    let (near, near_end) = Stream::memory_pair(64 * 1024);
    let (far_end, far) = Stream::memory_pair(64 * 1024);
    let (near_read, mut near_write) = tokio::io::split(near_end);
    let (far_read, far_write) = tokio::io::split(far_end);
    let begin = Instant::now();
    let handshake = connector.handshake(near, Some(HOST), deadline());
    let server = async {
        let copy_hello = async { tokio::io::copy(&mut { near_read }, &mut { far_write }).await };
        let accept = acceptor.handshake(far, begin + Duration::from_secs(1_000_000));
        let _ = tokio::join!(copy_hello, accept, drip(far_read, &mut near_write));
    };
    let error =
        tokio::select! { outcome = handshake => outcome.unwrap_err(), () = server => panic!("server ended") };
    assert_eq!(begin.elapsed(), PATIENCE);
    assert!(error.is_timeout() && error.phase() == Phase::TlsHandshake);
}

#[tokio::test]
async fn reader_that_stops_makes_the_writer_wait() {
    const PIPE: usize = 4 * 1024;
    let ca = TestCa::new();
    let (near, far) = Stream::memory_pair(PIPE);
    let connector = TlsOptions::new().ca_pem(ca.pem()).connector().unwrap();
    let acceptor = TlsAcceptor::new(ca.server().server_config());
    let (near, far) =
        tokio::join!(connector.handshake(near, Some(HOST), deadline()), acceptor.handshake(far, deadline()));
    let (mut near, mut far) = (near.unwrap(), far.unwrap());
    let mut accepted = 0;
    let mut octet = [0];
    let flood = [0; 64 * 1024];
    // Both ends move in turn until neither can; the reader takes a single octet in all.
    let mut has_read = false;
    loop {
        let wrote = now_or_never(far.write(&flood)).await;
        accepted += wrote.as_ref().map_or(0, |written| *written.as_ref().unwrap());
        if !has_read {
            has_read = now_or_never(near.read(&mut octet)).await.is_some();
        } else if wrote.is_none() {
            break;
        }
    }
    // 64 KiB to be written, 16 KiB and a record decrypted, a record arriving, and the pipe.
    assert!(accepted <= PIPE + (64 + 16 + 2 * 18) * 1024, "{accepted} octets were taken");
}

/// Polls a future once.
async fn now_or_never<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    std::future::poll_fn(|cx| {
        Poll::Ready(match future.as_mut().poll(cx) {
            Poll::Ready(output) => Some(output),
            Poll::Pending => None,
        })
    })
    .await
}
