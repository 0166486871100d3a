//! Many entries and many searches.

use super::*;
use crate::execute::{Executor, SearchMany};

#[tokio::test(start_paused = true)]
async fn an_error_comes_after_what_came_before_it() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options).await;
    let base = SearchRequest::new("cn=cut after one", Scope::WholeSubtree, crate::filter!("(cn=*)"));
    let mut chunks = pool.search(base).await.unwrap().chunks();
    assert_eq!(chunks.next().await.unwrap().unwrap().len(), 1);
    assert_eq!(chunks.next().await.unwrap_err().delivered(), 1);
    assert!(chunks.next().await.unwrap().is_none());
}

fn named(names: &[&'static str]) -> impl Iterator<Item = SearchRequest> + Send + use<> {
    let names = names.to_vec();
    names.into_iter().map(|name| SearchRequest::new(name, Scope::WholeSubtree, crate::filter!("(cn=*)")))
}

async fn numbers(mut many: SearchMany<'_, Pool>) -> Vec<(usize, bool)> {
    let mut numbers = Vec::new();
    while let Some((number, answer)) = many.next().await {
        numbers.push((number, answer.is_ok_and(|answer| answer.entries.len() == 3)));
    }
    numbers
}

#[tokio::test(start_paused = true)]
async fn many_searches_run_a_few_at_a_time_and_one_that_fails_is_a_result() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options).await;
    let searches = named(&["cn=x", "cn=cut", "cn=y", "cn=z"]);
    let expected = [(0, true), (1, false), (2, true), (3, true)];
    assert_eq!(numbers(pool.search_many(searches).concurrency(1)).await, expected);

    let mut many = pool.search_many(named(&["cn=hold"; 20]));
    let first = tokio::time::timeout(seconds(1), many.next()).await;
    assert!(first.is_err());
    assert_eq!(peer.seen().most_held, 5);
    peer.tell(|told| told.answers_held = true);
    assert_eq!(numbers(many).await, (0..20).map(|number| (number, true)).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn answers_come_in_order_or_as_they_are_there() {
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options).await;
    let searches = || named(&["cn=hold", "cn=x", "cn=y"]);
    let mut many = pool.search_many(searches()).as_completed();
    assert_eq!(many.next().await.unwrap().0, 1);
    assert_eq!(many.next().await.unwrap().0, 2);
    let mut ordered = pool.search_many(searches());
    assert!(tokio::time::timeout(seconds(1), ordered.next()).await.is_err());
    peer.tell(|told| told.answers_held = true);
    assert_eq!(many.next().await.unwrap().0, 0);
    assert!(many.next().await.is_none());
    assert_eq!(numbers(ordered).await, [(0, true), (1, true), (2, true)]);
}
