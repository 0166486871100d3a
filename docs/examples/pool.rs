//! A pool over several servers, used by many tasks at once.
//!
//! ```sh
//! cargo run --release --example pool
//! cargo run --release --example pool -- ldap://a.example.org ldap://b.example.org
//! ```
//!
//! Without arguments it starts two servers of its own on loopback, which answer with entries that were captured from
//! a real server.

#[allow(dead_code, reason = "shared with the quick start, which uses more of it")]
mod canned;

use std::env;
use std::error::Error;
use std::time::Instant;

use canned::Canned;
use ldapwire::pool::Servers;
use ldapwire::{Executor, PoolOptions};

/// Tasks that read at the same time.
const TASKS: usize = 1000;

/// Entries that each of them reads, one after the other.
const READS: usize = 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut urls: Vec<String> = env::args().skip(1).collect();
    while urls.len() < 2 {
        urls.push(format!("ldap://{}", Canned::start(1)?.address()));
    }
    let pool = PoolOptions::new(Servers::round_robin(urls)).connections(4, 16).start().await?;

    let start = Instant::now();
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move {
                for _ in 0..READS {
                    pool.root_dse().await?;
                }
                Ok::<_, ldapwire::Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await??;
    }
    let rate = (TASKS * READS) as f64 / start.elapsed().as_secs_f64();
    println!("{TASKS} tasks read {READS} entries each: {rate:.0} a second");
    for server in pool.status().servers {
        println!("{}: {} connections", server.name, server.connections);
    }
    pool.stop().await;
    Ok(())
}
