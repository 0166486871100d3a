//! Servers that are found by DNS.

use std::collections::VecDeque;
use std::future::{self, Future};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use super::*;
use crate::client::ConnectOptions;
use crate::discover::{SrvAnswer, SrvName, SrvRecord, SrvResolver};
use crate::pool::{Discovery, Servers};

/// Gives one answer after the other, and fails when there is none left.
#[derive(Default)]
struct Script {
    answers: Mutex<VecDeque<SrvAnswer>>,
    asked: Mutex<Vec<String>>,
}

impl SrvResolver for Script {
    fn resolve(&self, name: &str) -> Pin<Box<dyn Future<Output = io::Result<SrvAnswer>> + Send + '_>> {
        self.asked.lock().unwrap().push(name.to_owned());
        let answer = self.answers.lock().unwrap().pop_front();
        Box::pin(future::ready(answer.ok_or_else(|| io::ErrorKind::TimedOut.into())))
    }
}

fn answer(seconds: u64, records: &[(u16, u16, &str)]) -> SrvAnswer {
    let record = |&(priority, weight, host): &(u16, u16, &str)| SrvRecord {
        priority,
        weight,
        port: 389,
        target: format!("{host}.example.org"),
    };
    SrvAnswer { records: records.iter().map(record).collect(), ttl: Duration::from_secs(seconds) }
}

fn discovery(answers: impl IntoIterator<Item = SrvAnswer>) -> (Arc<Script>, Discovery) {
    let script = Arc::new(Script { answers: Mutex::new(answers.into_iter().collect()), ..Script::default() });
    let name = SrvName::of_domain("example.org").unwrap();
    (Arc::clone(&script), Discovery::new(script, name))
}

fn names(pool: &Pool) -> Vec<String> {
    pool.status().servers.into_iter().map(|server| server.name).collect()
}

#[tokio::test(start_paused = true)]
async fn servers_come_by_priority_and_then_what_was_arranged_behind_them() {
    let (script, discovery) = discovery([answer(60, &[(2, 1, "c"), (1, 5, "b"), (1, 0, "a")])]);
    let discovery = discovery.arrange(|found| Servers::failover([found, Servers::from("ldap://other")]));
    let servers = discovery.find().await.unwrap();
    let url = |host: &str| format!("ldap://{host}.example.org:389");
    assert_eq!(servers.names(), [url("a"), url("b"), url("c"), "ldap://other".to_owned()]);
    assert_eq!(*script.asked.lock().unwrap(), ["_ldap._tcp.example.org"]);
    assert!(discovery.find().await.unwrap_err().to_string().contains("_ldap._tcp.example.org"));
}

#[tokio::test(start_paused = true)]
async fn dns_is_asked_again_when_its_answer_is_old_and_what_fails_changes_nothing() {
    let nothing = SrvAnswer { records: Vec::new(), ttl: Duration::ZERO };
    let (script, discovery) = discovery([
        answer(60, &[(1, 1, "a")]),
        answer(60, &[(1, 1, "a")]),
        nothing,
        answer(0, &[(1, 1, "b")]),
    ]);
    let peer = Peer::new("a");
    let pool = pool_over(&peer, |options| options.connections(0, 1)).await;
    discovery.connect_by(|url| ConnectOptions::new(url).connect_timeout(seconds(1))).keep_up(&pool);
    let asked = || script.asked.lock().unwrap().len();
    settle().await;
    let url = |host: &str| vec![format!("ldap://{host}.example.org:389")];
    assert_eq!((asked(), names(&pool)), (1, url("a")));
    tokio::time::sleep(seconds(61)).await;
    assert_eq!((asked(), names(&pool)), (2, url("a")));
    tokio::time::sleep(seconds(60)).await;
    assert_eq!((asked(), names(&pool)), (3, url("a")), "an empty answer");
    tokio::time::sleep(seconds(30)).await;
    assert_eq!((asked(), names(&pool)), (4, url("b")));
    tokio::time::sleep(seconds(600)).await;
    let (after_failures, servers) = (asked(), names(&pool));
    assert_eq!(servers, url("b"), "it fails from here on");
    assert!((20..=24).contains(&after_failures), "{after_failures}: every 30 s");
    pool.stop().await;
    tokio::time::sleep(seconds(600)).await;
    assert_eq!(asked(), after_failures, "nobody asks for a pool that was stopped");
}
