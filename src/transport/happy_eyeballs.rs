//! Which of several addresses to use: the first that answers (RFC 8305).
//!
//! The race knows neither resolver nor socket: an attempt is a future that the caller makes of an address, so the
//! rules are tested with a paused clock and without a network.

use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::Poll;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::error::{Attempt, AttemptOutcome};

/// How long an attempt runs alone before the next one is started beside it.
///
/// > One recommended value for a default delay is 250 milliseconds. (RFC 8305 5)
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// Tries the addresses until one attempt succeeds; the others are dropped.
///
/// The next attempt starts when the running ones have had [`ATTEMPT_DELAY`], or at once when one of them fails.
///
/// # Errors
///
/// Every attempt failed, or the deadline passed: what became of each address.
pub(super) async fn race<T, F>(
    addresses: Vec<SocketAddr>,
    deadline: Instant,
    mut attempt: impl FnMut(SocketAddr) -> F,
) -> Result<T, Vec<Attempt>>
where
    F: Future<Output = io::Result<T>>,
{
    let mut waiting = interleave(addresses).into_iter();
    let mut running = Vec::new();
    let mut ended = Vec::new();
    loop {
        if let Some(address) = waiting.next() {
            running.push((address, Box::pin(attempt(address))));
        } else if running.is_empty() {
            return Err(ended);
        }
        let next_start = if waiting.len() == 0 { deadline } else { Instant::now() + ATTEMPT_DELAY };
        match timeout_at(deadline.min(next_start), first_to_end(&mut running)).await {
            Ok((_, Ok(stream))) => return Ok(stream),
            Ok((address, Err(cause))) => ended.push(Attempt::new(address, AttemptOutcome::Failed(cause))),
            Err(_) if Instant::now() < deadline => {}
            Err(_) => {
                let silent = running.into_iter().map(|(address, _)| (address, AttemptOutcome::NoAnswer));
                let untried = waiting.map(|address| (address, AttemptOutcome::NotTried));
                ended.extend(silent.chain(untried).map(|(address, outcome)| Attempt::new(address, outcome)));
                return Err(ended);
            }
        }
    }
}

/// Puts IPv6 and IPv4 addresses in turn, beginning with the family of the first, each family in the order given.
///
/// This is RFC 8305 4 with a First Address Family Count of 1. The resolver has sorted the addresses by RFC 6724
/// before.
fn interleave(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let count = addresses.len();
    let first_is_ipv6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|address| address.is_ipv6() == first_is_ipv6);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut mixed = Vec::with_capacity(count);
    while mixed.len() < count {
        mixed.extend(first.next());
        mixed.extend(second.next());
    }
    mixed
}

/// Waits for the first running attempt to end and takes it out.
async fn first_to_end<T, F>(running: &mut Vec<(SocketAddr, Pin<Box<F>>)>) -> (SocketAddr, io::Result<T>)
where
    F: Future<Output = io::Result<T>>,
{
    poll_fn(|cx| {
        for (position, (_, attempt)) in running.iter_mut().enumerate() {
            if let Poll::Ready(result) = attempt.as_mut().poll(cx) {
                let (address, _) = running.remove(position);
                return Poll::Ready((address, result));
            }
        }
        Poll::Pending
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::future::pending;

    use tokio::time::sleep;

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(10);

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    /// What a scripted address does, and after how many milliseconds.
    #[derive(Clone, Copy)]
    enum Script {
        Answers(u64),
        Refuses(u64),
        Silent,
    }

    /// Races scripted addresses; returns the outcome and when (in milliseconds) each attempt started.
    async fn run(scripts: &[(&str, Script)]) -> (Result<SocketAddr, Vec<Attempt>>, Vec<(SocketAddr, u128)>) {
        let begin = Instant::now();
        let starts = RefCell::new(Vec::new());
        let all: Vec<(SocketAddr, Script)> =
            scripts.iter().map(|(text, script)| (text.parse().unwrap(), *script)).collect();
        let outcome = race(all.iter().map(|(address, _)| *address).collect(), begin + DEADLINE, |address| {
            starts.borrow_mut().push((address, begin.elapsed().as_millis()));
            let script = all.iter().find(|(candidate, _)| *candidate == address).unwrap().1;
            async move {
                match script {
                    Script::Answers(after) => sleep(Duration::from_millis(after)).await,
                    Script::Refuses(after) => {
                        sleep(Duration::from_millis(after)).await;
                        return Err(io::ErrorKind::ConnectionRefused.into());
                    }
                    Script::Silent => pending().await,
                }
                Ok(address)
            }
        })
        .await;
        (outcome, starts.into_inner())
    }

    #[test]
    fn families_take_turns_and_keep_their_order() {
        let mixed = interleave(addresses(&["[::1]:1", "[::2]:1", "[::3]:1", "10.0.0.1:1", "10.0.0.2:1"]));
        assert_eq!(mixed, addresses(&["[::1]:1", "10.0.0.1:1", "[::2]:1", "10.0.0.2:1", "[::3]:1"]));
        assert_eq!(
            interleave(addresses(&["10.0.0.1:1", "10.0.0.2:1", "[::1]:1"])),
            addresses(&["10.0.0.1:1", "[::1]:1", "10.0.0.2:1"])
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_first_address_that_answers_is_the_only_one_tried() {
        let (outcome, starts) =
            run(&[("[::1]:389", Script::Answers(249)), ("10.0.0.1:389", Script::Answers(0))]).await;
        assert_eq!(outcome.unwrap(), "[::1]:389".parse().unwrap());
        assert_eq!(starts.len(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_address_delays_the_next_by_a_quarter_of_a_second() {
        let begin = Instant::now();
        let (outcome, starts) =
            run(&[("[::1]:389", Script::Silent), ("10.0.0.1:389", Script::Answers(10))]).await;
        assert_eq!(outcome.unwrap(), "10.0.0.1:389".parse().unwrap());
        assert_eq!(starts.iter().map(|(_, at)| *at).collect::<Vec<_>>(), [0, 250]);
        assert!(begin.elapsed() < Duration::from_millis(300));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_first_address_still_wins_when_it_answers_first() {
        let (outcome, starts) =
            run(&[("[::1]:389", Script::Answers(300)), ("10.0.0.1:389", Script::Answers(200))]).await;
        assert_eq!(outcome.unwrap(), "[::1]:389".parse().unwrap());
        assert_eq!(starts.len(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_starts_the_next_at_once() {
        let (outcome, starts) = run(&[
            ("[::1]:389", Script::Refuses(5)),
            ("10.0.0.1:389", Script::Refuses(5)),
            ("[::2]:389", Script::Answers(0)),
        ])
        .await;
        assert!(outcome.is_ok());
        assert_eq!(starts.iter().map(|(_, at)| *at).collect::<Vec<_>>(), [0, 5, 10]);
    }

    #[tokio::test(start_paused = true)]
    async fn every_refusal_is_listed() {
        let (outcome, _) =
            run(&[("[::1]:389", Script::Refuses(1)), ("10.0.0.1:389", Script::Refuses(400))]).await;
        let attempts = outcome.unwrap_err();
        assert_eq!(attempts.len(), 2);
        assert!(attempts.iter().all(|attempt| matches!(attempt.outcome(), AttemptOutcome::Failed(_))));
    }

    #[tokio::test(start_paused = true)]
    async fn the_deadline_ends_the_race_and_tells_what_each_address_did() {
        let begin = Instant::now();
        let mut scripts = vec![("10.0.0.1:389", Script::Refuses(0)), ("10.0.0.2:389", Script::Silent)];
        scripts.push(("10.0.0.3:389", Script::Silent));
        let (outcome, _) = run(&scripts).await;
        assert_eq!(begin.elapsed(), DEADLINE);
        let attempts = outcome.unwrap_err();
        assert!(matches!(attempts[0].outcome(), AttemptOutcome::Failed(_)));
        assert!(attempts[1..].iter().all(|attempt| matches!(attempt.outcome(), AttemptOutcome::NoAnswer)));
    }

    #[tokio::test(start_paused = true)]
    async fn addresses_the_deadline_left_untried_are_listed() {
        let all = addresses(&["10.0.0.1:389", "10.0.0.2:389", "10.0.0.3:389"]);
        let deadline = Instant::now() + Duration::from_millis(300);
        let attempts = race(all, deadline, |_| pending::<io::Result<()>>()).await.unwrap_err();
        let outcomes: Vec<_> = attempts.iter().map(Attempt::outcome).collect();
        assert!(matches!(
            outcomes[..],
            [AttemptOutcome::NoAnswer, AttemptOutcome::NoAnswer, AttemptOutcome::NotTried]
        ));
    }

    #[tokio::test(start_paused = true)]
    async fn no_address_is_an_error_without_attempts() {
        let attempts = race(Vec::new(), Instant::now() + DEADLINE, |_| pending::<io::Result<()>>()).await;
        assert!(attempts.unwrap_err().is_empty());
    }
}
