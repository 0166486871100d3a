//! A handler that is asked without a connection.

use super::layers::as_a_client_sees_them;
use super::*;
use crate::error::{Closed, ErrorKind};
use crate::execute::{Executor, RequestExt as _};
use crate::proto::{AbandonRequest, BindRequest, DeleteRequest, OpKind, SearchRequest};
use crate::server::layers::{Fault, Faults};
use crate::session::Misuse;

fn search(entries: u32) -> SearchRequest {
    SearchRequest::entry("").size_limit(entries)
}

#[tokio::test]
async fn requests_are_answered_as_over_a_connection() {
    let process = InProcess::new(Obedient::default());
    assert_eq!(process.delete(DeleteRequest::new("")).await.unwrap().code(), ResultCode::SUCCESS);
    assert_eq!(process.search_all(search(3)).await.unwrap().entries.len(), 3);
    let responses = process.delete(DeleteRequest::new("wrong")).await.unwrap();
    assert_eq!(responses.intermediate().len(), 1);
    // What every server does by itself is done here, too.
    let old = BindRequest::simple("", "").with_version(2);
    let refused = process.execute(crate::execute::Call::new(old.into())).await.unwrap_err();
    assert_eq!(refused.code(), Some(ResultCode::PROTOCOL_ERROR));
    let panicked = process.delete(DeleteRequest::new("panic")).await.unwrap_err();
    assert_eq!(panicked.code(), Some(ResultCode::OTHER));
}

#[tokio::test]
async fn what_cannot_be_sent_is_not_carried_out() {
    let handler = Obedient::default();
    let process = InProcess::new(handler.clone());
    let abandon = crate::execute::Call::new(AbandonRequest::new(peer::id(1)).into());
    let error = process.execute(abandon).await.unwrap_err();
    assert!(
        matches!(error.kind(), ErrorKind::Misuse(Misuse::WrongKind { kind: OpKind::AbandonRequest })),
        "{error}"
    );
    let version = BindRequest::simple("", "").with_version(200);
    let error = process.execute(crate::execute::Call::new(version.into())).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Encode(_)), "{error}");
    assert_eq!(handler.begun(), 0);
}

#[tokio::test]
async fn a_search_that_is_not_read_pauses_and_one_that_is_dropped_stops() {
    let handler = Obedient::default();
    let process = InProcess::new(handler.clone());
    let mut stream = process.search(search(100_000)).await.unwrap();
    for _ in 0..10 {
        stream.next_entry().await.unwrap().unwrap();
    }
    // The budget of 256 KiB in entries of 1 KB.
    assert!(handler.sent() <= 257, "{} entries", handler.sent());
    // Others are not held up by it.
    process.delete(DeleteRequest::new("")).await.unwrap();
    drop(stream);
    assert_eq!(handler.stopped(), 1);
}

#[tokio::test(start_paused = true)]
async fn limits_of_time_hold() {
    let handler = Obedient::default();
    let process = InProcess::new(handler.clone());
    let error = process.delete(DeleteRequest::new("wait").with_timeout(SECOND)).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Timeout { .. }), "{error}");
    assert_eq!(handler.stopped(), 1);
    let faults = Faults::new();
    faults.next(OpKind::SearchRequest, Fault::Never);
    let process = InProcess::new(Layer::layer(faults, handler));
    let error = process.search_all(search(0).with_timeout(SECOND)).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Timeout { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn faults_are_what_a_client_would_see() {
    let mut unlike = Vec::new();
    for (fault, is_seen) in as_a_client_sees_them() {
        let faults = Faults::new();
        faults.next(OpKind::DeleteRequest, fault.clone());
        let process = InProcess::new(Layer::layer(faults, Obedient::default()));
        let error = process.delete(DeleteRequest::new("")).await.unwrap_err();
        if !error.to_string().contains(is_seen) {
            unlike.push(format!("{fault:?}: {error}"));
        }
        process.delete(DeleteRequest::new("")).await.unwrap();
    }
    assert_eq!(unlike, [""; 0]);
    let faults = Faults::new();
    faults.next(OpKind::DeleteRequest, Fault::Drip(SECOND));
    let process = InProcess::new(Layer::layer(faults, Obedient::default()));
    process.delete(DeleteRequest::new("")).await.unwrap();
}

/// No runtime at all: the future is polled by hand.
#[test]
fn no_runtime_is_needed() {
    let process = InProcess::new(Obedient::default());
    let mut future = Box::pin(process.search_all(search(3)));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(found) => assert_eq!(found.unwrap().entries.len(), 3),
        std::task::Poll::Pending => panic!("there is nothing to wait for"),
    }
}

#[tokio::test]
async fn what_is_kept_for_a_connection_is_kept_for_all_requests() {
    #[derive(Default)]
    struct Count(AtomicUsize);

    struct Counting;

    impl Handler for Counting {
        async fn handle(&self, operation: Operation, _: &mut Sink) -> Answer {
            let count = operation.connection.local::<Count>().0.fetch_add(1, Ordering::Relaxed);
            if count == 2 {
                operation.connection.drop_now();
            }
            Answer::success()
        }
    }

    let process = InProcess::new(Counting);
    for _ in 0..2 {
        process.clone().delete(DeleteRequest::new("")).await.unwrap();
    }
    assert_eq!(process.connection().local::<Count>().0.load(Ordering::Relaxed), 2);
    assert_eq!(process.connection().number(), 0);
    let error = process.delete(DeleteRequest::new("")).await;
    // The answer was made, and what ends the connection comes behind it.
    assert!(error.is_ok() || matches!(error.unwrap_err().kind(), ErrorKind::Closed(Closed::ByServer)));
}
