//! Binds that take their time: alone on the connection, which they take along.

use super::peer::pair;
use super::{delete, futures_poll, search_request as search};
use crate::error::{Closed, ErrorKind, Phase};
use crate::execute::{Delivery, Executor};
use crate::model::{ResultCode, Secret};
use crate::proto::{Authentication, BindResponse, LdapResult, ProtocolOp};
use crate::sasl::{Mechanism, SaslError};

fn success() -> ProtocolOp {
    ProtocolOp::BindResponse(BindResponse::new(LdapResult::success()))
}

#[tokio::test(start_paused = true)]
async fn a_bind_waits_for_operations_in_flight_and_holds_back_those_after_it() {
    let (client, mut peer) = pair().await;
    let before = tokio::spawn({
        let client = client.clone();
        async move { client.delete(delete()).await }
    });
    let first = peer.next().await;
    let bind = tokio::spawn({
        let client = client.clone();
        async move { client.simple_bind("cn=admin", "secret").await }
    });
    assert!(peer.is_quiet().await, "the bind waits");
    peer.send(first.id, ProtocolOp::DeleteResponse(LdapResult::success())).await;
    before.await.unwrap().unwrap();
    let request = peer.next().await;
    let ProtocolOp::BindRequest(sent) = &request.op else { panic!("{request:?}") };
    assert_eq!(sent.name(), &"cn=admin");
    assert!(
        matches!(sent.authentication(), Authentication::Simple(password) if password.expose() == b"secret")
    );
    let after = tokio::spawn({
        let client = client.clone();
        async move { client.delete(delete()).await }
    });
    assert!(peer.is_quiet().await, "nothing goes during a bind");
    peer.send(request.id, success()).await;
    bind.await.unwrap().unwrap();
    let last = peer.next().await;
    peer.send(last.id, ProtocolOp::DeleteResponse(LdapResult::success())).await;
    after.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_bind_that_is_given_up_closes_the_connection() {
    let (client, mut peer) = pair().await;
    let mut bind = Box::pin(client.simple_bind("cn=admin", "secret"));
    assert!(futures_poll(&mut bind).await.is_none());
    peer.next().await;
    drop(bind);
    // Before the driver has had its turn.
    let error = client.delete(delete()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(Closed::Interrupted(_))), "{error}");
    assert_eq!(error.phase(), Phase::NotSent);
    assert!(matches!(client.closed().await, Closed::Interrupted(_)));
    let error = client.delete(delete()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Closed(Closed::Interrupted(_))), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_bind_without_an_answer_closes_the_connection_in_time() {
    let (client, _peer) = pair().await;
    let error = client.simple_bind("cn=admin", "secret").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Timeout { .. }), "{error}");
    assert!(matches!(client.closed().await, Closed::Interrupted(_)));
}

#[tokio::test(start_paused = true)]
async fn a_sasl_bind_goes_on_until_the_server_is_content() {
    let (client, mut peer) = pair().await;
    let (bound, ()) = tokio::join!(client.bind_external(), async {
        let first = peer.next().await;
        let in_progress = LdapResult::new(ResultCode::SASL_BIND_IN_PROGRESS);
        let challenge = BindResponse::new(in_progress).with_server_sasl_creds("");
        peer.send(first.id, ProtocolOp::BindResponse(challenge)).await;
        let second = peer.next().await;
        let ProtocolOp::BindRequest(request) = &second.op else { panic!("{second:?}") };
        assert!(
            matches!(request.authentication(), Authentication::Sasl { mechanism, .. } if *mechanism == "EXTERNAL")
        );
        peer.send(second.id, success()).await;
    });
    bound.unwrap();
    peer.answer_one(&client).await;
}

/// Says another thing in each step.
struct Steps(u8);

impl Mechanism for Steps {
    fn name(&self) -> &'static str {
        "STEPS"
    }

    fn initial_response(&mut self) -> Result<Option<Secret>, SaslError> {
        Ok(None)
    }

    fn step(&mut self, _: &[u8]) -> Result<Secret, SaslError> {
        self.0 += 1;
        Ok(Secret::from(&[self.0][..]))
    }

    fn finish(&mut self, _: Option<&[u8]>) -> Result<(), SaslError> {
        Ok(())
    }

    fn exposes_secret(&self) -> bool {
        false
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_step_of_a_bind_is_not_sent_to_another_connection() {
    let (client, mut peer) = pair().await;
    let mut steps = Steps(0);
    let (bound, ()) = tokio::join!(client.sasl_bind(&mut steps), async {
        for _ in 0..2 {
            let step = peer.next().await;
            let in_progress = LdapResult::new(ResultCode::SASL_BIND_IN_PROGRESS);
            peer.send(step.id, ProtocolOp::BindResponse(BindResponse::new(in_progress))).await;
        }
        let last = peer.next().await;
        peer.send(last.id, success()).await;
    });
    bound.unwrap();
    let error = client.again().await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Sasl(SaslError::Unrepeatable)), "{error}");
    let own = client.search(search().with_delivery(Delivery::OwnConnection)).await.unwrap_err();
    assert!(matches!(own.kind(), ErrorKind::Sasl(SaslError::Unrepeatable)), "{own}");
    assert_eq!(own.phase(), Phase::NotSent);
    peer.answer_one(&client).await;
}

#[tokio::test(start_paused = true)]
async fn a_server_that_is_never_content_is_left() {
    let (client, mut peer) = pair().await;
    let serving = async {
        let mut steps = 0;
        while let Some(request) = peer.try_next().await {
            steps += 1;
            let in_progress = BindResponse::new(LdapResult::new(ResultCode::SASL_BIND_IN_PROGRESS));
            peer.send(request.id, ProtocolOp::BindResponse(in_progress)).await;
        }
        steps
    };
    let (bound, steps) = tokio::join!(client.bind_external(), serving);
    assert!(matches!(bound.unwrap_err().kind(), ErrorKind::Sasl(_)));
    assert!(steps <= 32, "{steps}");
    assert!(client.is_closed());
}
