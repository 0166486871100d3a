//! `ldap3` behind `deadpool`: `pool-ldap3 search SERVER ADDRESS TASKS OPERATIONS`, over 16 connections, each lent to one
//! task at a time.

use std::env;

use deadpool::managed::{Manager, Metrics, Pool, RecycleResult};
use ldap3::{Ldap, LdapConnAsync, LdapError, Scope, SearchEntry};
use peers::found::visit;
use peers::{FILTER, PERSON, Stopwatch, Visit};

struct Connections(String);

impl Manager for Connections {
    type Type = Ldap;
    type Error = LdapError;

    async fn create(&self) -> Result<Ldap, LdapError> {
        let (connection, ldap) = LdapConnAsync::new(&self.0).await?;
        ldap3::drive!(connection);
        Ok(ldap)
    }

    async fn recycle(&self, _: &mut Ldap, _: &Metrics) -> RecycleResult<LdapError> {
        Ok(())
    }
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ["search", server, address, tasks, operations] = words[..] else {
        panic!("search SERVER ADDRESS TASKS OPERATIONS")
    };
    let (tasks, operations): (u64, u64) =
        (tasks.parse().expect("a number"), operations.parse().expect("a number"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let manager = Connections(format!("ldap://{address}"));
        let pool = Pool::builder(manager).max_size(16).build().expect("a pool");
        let stopwatch = Stopwatch::start();
        let tasks_running: Vec<_> =
            (0..tasks).map(|_| tokio::spawn(search(pool.clone(), operations / tasks))).collect();
        let mut visited = Visit::default();
        for task in tasks_running {
            visited.add(&task.await.expect("a task"));
        }
        let done = operations / tasks * tasks;
        stopwatch.finish(
            "ldap3 behind deadpool",
            &format!("pool-{server}-{tasks}"),
            done,
            &visited,
            Vec::new(),
        );
    });
}

async fn search(pool: Pool<Connections>, operations: u64) -> Visit {
    let mut visited = Visit::default();
    for _ in 0..operations {
        let mut ldap = pool.get().await.expect("a connection");
        let found = ldap.search(PERSON, Scope::Base, FILTER, vec!["*"]).await.expect("a search");
        drop(ldap);
        let (entries, _) = found.success().expect("success");
        for entry in entries {
            visit(SearchEntry::construct(entry), &mut visited);
        }
    }
    visited
}
