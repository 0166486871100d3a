//! What an observer is told.

use std::sync::{Arc, Mutex};

use super::*;
use crate::observe::{Connect, End, Observer, Operation, SlowLog};

/// Writes down what it is told.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    fn note(&self, text: String) {
        self.0.lock().unwrap().push(text);
    }
}

impl Observer for Notes {
    fn began(&self, operation: &Operation<'_>) {
        assert!(operation.id.is_none());
        self.note(format!("began {}", operation.kind));
    }

    fn ended(&self, operation: &Operation<'_>, end: &End<'_>) {
        let id = operation.id.map_or(0, |id| id.number());
        let (outcome, messages) = (end.outcome.word(), end.messages);
        self.note(format!("{} {id} {outcome} {messages} {:?}", operation.kind, end.took));
    }

    fn connected(&self, connect: &Connect<'_>) {
        self.note(format!("{} {}", connect.server, connect.error.is_none()));
    }
}

#[tokio::test(start_paused = true)]
async fn an_observer_sees_each_operation_begin_and_end_once() {
    let notes = Notes::default();
    let (client, mut peer) = pair_with(|options| options.observer(notes.clone())).await;
    assert_eq!(notes.take(), ["ldap://peer true"]);

    let ((), result) = tokio::join!(
        async {
            let request = peer.next().await;
            Peer::pause(2).await;
            let result = LdapResult::new(ResultCode::NO_SUCH_OBJECT);
            peer.send(request.id, ProtocolOp::DeleteResponse(result)).await;
        },
        client.delete(delete())
    );
    assert!(result.is_err());
    assert_eq!(notes.take(), ["began delRequest", "delRequest 1 noSuchObject 0 2s"]);

    let mut stream = client.search(search_request()).await.unwrap();
    let id = peer.next().await.id;
    for number in 0..3 {
        peer.send_entry(id, number).await;
    }
    peer.send_done(id).await;
    while stream.next_entry().await.unwrap().is_some() {}
    drop(stream);
    assert_eq!(notes.take(), ["began searchRequest", "searchRequest 2 success 3 0ns"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_given_up_times_out_or_cannot_be_sent_ends_too() {
    let notes = Notes::default();
    let (client, mut peer) = pair_with(|options| options.observer(notes.clone()).in_flight(1)).await;
    notes.take();
    let stream = client.search(search_request()).await.unwrap();
    client.delete(delete().with_timeout(Duration::from_secs(1))).await.unwrap_err();
    assert_eq!(notes.take(), ["began searchRequest", "began delRequest", "delRequest 0 timeout 0 1s"]);
    drop(stream);
    assert_eq!(notes.take(), ["searchRequest 1 givenUp 0 1s"]);

    drop(peer.next().await);
    client.delete(delete().with_timeout(Duration::from_secs(3))).await.unwrap_err();
    assert_eq!(notes.take(), ["began delRequest", "delRequest 3 timeout 0 3s"], "2 was to abandon");

    let mut stream = client.search(search_request()).await.unwrap();
    drop(peer);
    stream.next_entry().await.unwrap_err();
    assert_eq!(notes.take(), ["began searchRequest", "searchRequest 5 closed 0 0ns"]);
    client.delete(delete()).await.unwrap_err();
    assert_eq!(notes.take().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_slow_log_has_what_was_slow_and_no_values() {
    let lines = Notes::default();
    let write = lines.clone();
    let log = SlowLog::new(Duration::from_secs(1), move |line: &dyn std::fmt::Display| {
        write.note(line.to_string())
    });
    let (client, mut peer) = pair_with(|options| options.observer(log)).await;
    for seconds in [0, 3] {
        let search =
            SearchRequest::new("dc=example", Scope::WholeSubtree, crate::filter!("(uid={})", "secret"));
        let ((), found) = tokio::join!(
            async {
                let id = peer.next().await.id;
                Peer::pause(seconds).await;
                peer.send_entry(id, 1).await;
                peer.send_done(id).await;
            },
            client.search_all(search)
        );
        assert_eq!(found.unwrap().entries.len(), 1);
    }
    let expected = "searchRequest 2 to ldap://peer took 3s: success, 1 message; base \"dc=example\", \
                    filter (uid=?)";
    assert_eq!(lines.take(), [expected]);
}

#[cfg(feature = "tracing")]
mod spans {
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Metadata, Subscriber, field, subscriber};

    use super::*;

    /// Writes down the fields of spans.
    struct Spans(Notes);

    impl field::Visit for Spans {
        fn record_debug(&mut self, field: &field::Field, value: &dyn std::fmt::Debug) {
            self.0.note(format!("{}={value:?}", field.name()));
        }
    }

    impl Subscriber for Spans {
        fn enabled(&self, metadata: &Metadata<'_>) -> bool {
            metadata.target() == "ldapwire"
        }

        fn new_span(&self, span: &Attributes<'_>) -> Id {
            span.record(&mut Self(self.0.clone()));
            Id::from_u64(1)
        }

        fn record(&self, _: &Id, values: &Record<'_>) {
            values.record(&mut Self(self.0.clone()));
        }

        fn record_follows_from(&self, _: &Id, _: &Id) {}

        fn event(&self, _: &Event<'_>) {}

        fn enter(&self, _: &Id) {}

        fn exit(&self, _: &Id) {}
    }

    #[tokio::test(start_paused = true)]
    async fn a_span_has_the_operation_and_no_values() {
        let notes = Notes::default();
        let (client, mut peer) = pair().await;
        // What another test found out about subscribers before this one was there is forgotten.
        peer.answer_one(&client).await;
        let _guard = subscriber::set_default(Spans(notes.clone()));
        tracing::callsite::rebuild_interest_cache();
        let search =
            SearchRequest::new("dc=example", Scope::WholeSubtree, crate::filter!("(uid={})", "secret"));
        let ((), found) = tokio::join!(
            async {
                let id = peer.next().await.id;
                peer.send_entry(id, 1).await;
                peer.send_done(id).await;
            },
            client.search_all(search)
        );
        found.unwrap();
        let mut fields = notes.take();
        fields.retain(|field| !field.starts_with("connection="));
        assert_eq!(
            fields,
            [
                "operation=\"searchRequest\"",
                "server=\"ldap://peer\"",
                "base=\"dc=example\"",
                "filter=\"(uid=?)\"",
                "id=2",
                "result=\"success\"",
                "messages=1",
            ]
        );
    }
}
