//! Operations and connections that end otherwise than they should.

use std::time::Duration;

use ldapwire::model::{ResultCode, Scope};
use ldapwire::proto::{AddRequest, MessageId, SearchRequest};
use ldapwire::{Blame, Closed, ConnectOptions, ErrorKind, Executor, Phase, RequestExt, Waiting};
use tokio::sync::mpsc;

use super::changes::{area, person};
use super::connections::{admin, alice, encrypted, trusting, wait_for_log};
use super::searches::search_below;
use super::slapd::{ADMIN_DN, ADMIN_PASSWORD, SUFFIX, Setup, Slapd};
use super::{Outcome, another_server, cases, server_with_crowd};

cases![
    cancel_ends_a_running_search,
    cancel_of_nothing_is_refused,
    dropped_search_is_abandoned,
    slow_answer_runs_out_of_time,
    odd_result_codes,
    notice_of_disconnection,
    notice_of_disconnection_and_what_was_sent,
    other_unsolicited_notification,
    server_hangs_up,
    server_dies,
];

async fn cancel_ends_a_running_search(_: &Slapd) -> Outcome {
    let client = encrypted(server_with_crowd()?).await?;
    let mut stream = client.search(crowd()).await?;
    stream.next_entry().await?.ok_or("entries come")?;
    let id = stream.id().ok_or("it has an id")?;
    let (canceled, end) = tokio::join!(client.cancel(id), stream.collect());
    let error = end.map(|found| found.entries.len()).unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::CANCELED), "{error}");
    assert!(error.delivered() < 100_000);
    canceled?;
    client.read(alice()).await?;
    Ok(())
}

async fn cancel_of_nothing_is_refused(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let id = MessageId::new(4711).ok_or("a valid id")?;
    let error = client.cancel(id).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::NO_SUCH_OPERATION), "{error}");
    Ok(())
}

async fn dropped_search_is_abandoned(_: &Slapd) -> Outcome {
    let client = encrypted(server_with_crowd()?).await?;
    let mut stream = client.search(crowd()).await?;
    stream.next_entry().await?.ok_or("entries come")?;
    drop(stream);
    // The connection goes on, and nothing of the search comes to anybody.
    assert_eq!(client.read(alice()).await?.dn(), alice());
    let statistics = client.statistics();
    assert_eq!((statistics.outstanding, statistics.held), (0, 0));
    assert!(statistics.late_responses < 100_000, "the server stopped early: {statistics:?}");
    Ok(())
}

async fn slow_answer_runs_out_of_time(_: &Slapd) -> Outcome {
    // One of its few threads is kept busy.
    let server = another_server(&Setup::default())?;
    let client = encrypted(&server).await?;
    let slow = retcode("slow").with_timeout(Duration::from_millis(50));
    let error = client.search(slow).await?.next_entry().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Timeout { waiting: Waiting::Entry, .. }), "{error}");
    assert!(error.is_connection_usable());
    client.read(alice()).await?;
    Ok(())
}

async fn odd_result_codes(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    for code in [1, 2, 3, 4, 7, 8, 11, 12, 13, 18, 32, 49, 50, 51, 52, 53, 68, 80, 118, 122, 4096, 16654] {
        let error = client.search(retcode(&format!("code{code}"))).await?.next_entry().await.unwrap_err();
        let result = error.result().ok_or_else(|| format!("{code}: {error}"))?;
        assert_eq!(result.code(), ResultCode::new(code));
        assert_eq!(result.diagnostic_message(), format!("code {code}"));
        assert_eq!(error.blame(), Blame::Server);
    }
    Ok(())
}

async fn notice_of_disconnection(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let error = client.search(retcode("notice")).await?.next_entry().await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::UNAVAILABLE), "{error}");
    let Closed::Notice(result) = client.closed().await else { return Err("no notice".into()) };
    assert_eq!(result.code(), ResultCode::UNAVAILABLE);
    let error = client.read(alice()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(Closed::Notice(_))), "{error}");
    assert!(error.may_retry() && !error.is_connection_usable());
    Ok(())
}

/// what the client says of each write agrees with what the server logged and has.
async fn notice_of_disconnection_and_what_was_sent(server: &Slapd) -> Outcome {
    let root = admin(server).await?;
    let area = area(&root, "notice").await?;
    for (way, url) in [("tls", server.tls_url()), ("unix", server.socket_url())] {
        for pending in [0, 1, 8, 64] {
            let options = ConnectOptions::new(&url).tls(trusting(server)).in_flight(16);
            let client = options.connect().await?;
            if way == "tls" {
                client.simple_bind(ADMIN_DN, ADMIN_PASSWORD).await?;
            } else {
                client.bind_external().await?;
            }
            let name = |number: usize| format!("{way}-{pending}-{number}-");
            let add = |number: usize| {
                let entry = person(&format!("cn={},{area}", name(number)), &name(number));
                let client = client.clone();
                tokio::spawn(async move { client.add(AddRequest::from(&entry)).await })
            };
            // The notice comes in the middle of them, and one write comes when all is over.
            let mut adding: Vec<_> = (0..pending / 2).map(add).collect();
            let notice = tokio::spawn({
                let client = client.clone();
                async move { client.search(retcode("notice")).await?.next_entry().await.map(drop) }
            });
            adding.extend((pending / 2..pending).map(add));
            assert!(notice.await?.is_err());
            assert!(matches!(client.closed().await, Closed::Notice(_)));
            adding.push(add(pending));

            let mut outcomes = Vec::new();
            for call in adding {
                outcomes.push(call.await?);
            }
            // What was done before this is in the log before it.
            let mark = format!("mark-{way}-{pending}-");
            let _ = root.read(format!("cn={mark},{area}")).await;
            wait_for_log(server, &mark)?;
            let log = server.log();
            for (number, outcome) in outcomes.iter().enumerate() {
                let name = name(number);
                let is_logged = log.contains(&format!("ADD dn=\"cn={name},"));
                let is_there = root.read(format!("cn={name},{area}")).await.is_ok();
                match outcome {
                    Ok(_) => assert!(is_logged && is_there, "{name} was answered"),
                    Err(error) if error.phase() == Phase::NotSent => {
                        assert!(!is_logged && !is_there, "{name}: {error}");
                    }
                    Err(error) => assert_eq!(error.phase(), Phase::Unknown, "{name}: {error}"),
                }
            }
            let last = outcomes.last().and_then(|outcome| outcome.as_ref().err());
            assert_eq!(last.map(ldapwire::Error::phase), Some(Phase::NotSent));
        }
    }
    Ok(())
}

async fn other_unsolicited_notification(server: &Slapd) -> Outcome {
    let (sender, mut notifications) = mpsc::unbounded_channel();
    let options = ConnectOptions::new(server.tls_url()).tls(trusting(server));
    let client = options
        .on_notification(move |notification| {
            let _ = sender.send(notification.name().map(ToString::to_string));
        })
        .connect()
        .await?;
    // It comes in the place of an answer: the search goes on until it is dropped.
    let search = client.search(retcode("unsolicited")).await?;
    let name = notifications.recv().await.ok_or("the connection is open")?;
    assert_eq!(name.as_deref(), Some("1.3.6.1.4.1.4203.666.99"));
    drop(search);
    client.read(alice()).await?;
    Ok(())
}

async fn server_hangs_up(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let error = client.search(retcode("hangup")).await?.next_entry().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(_)), "{error}");
    assert!(client.closed().await.to_string().len() > 1 && client.is_closed());
    Ok(())
}

async fn server_dies(_: &Slapd) -> Outcome {
    let server = another_server(&Setup::default())?;
    let client = admin(&server).await?;
    let mut slow = client.search(retcode("slow")).await?;
    server.stop();
    let error = slow.next_entry().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(_)), "{error}");
    let error = client.read(alice()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(_)) && error.may_retry(), "{error}");
    Ok(())
}

fn crowd() -> SearchRequest {
    search_below(&format!("ou=crowd,{SUFFIX}"), Scope::SingleLevel)
}

/// A search that is answered as its name says.
fn retcode(name: &str) -> SearchRequest {
    SearchRequest::entry(format!("cn={name},ou=retcodes,{SUFFIX}"))
}
