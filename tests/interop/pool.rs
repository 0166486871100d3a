//! Pools.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use ldapwire::authenticate::{Authenticator, Verdict};
use ldapwire::model::{Attribute, ResultCode, Scope};
use ldapwire::pool::{Credentials, HealthCheck, Servers};
use ldapwire::proto::{AddRequest, SearchRequest};
use ldapwire::transport::TlsOptions;
use ldapwire::{ConnectOptions, ErrorKind, Executor, Phase, Pool, PoolOptions, RequestExt, filter};

use super::connections::{alice, trusting};
use super::pki::Pki;
use super::process::PATIENCE;
use super::slapd::{ADMIN_DN, ADMIN_PASSWORD, SUFFIX, Setup, Slapd};
use super::{Outcome, another_server, cases, restart};

cases![
    has_the_operations_of_a_client,
    checks_in_each_way,
    verifies_users_and_stays_who_it_is,
    survives_servers_that_are_killed_under_load,
    a_certificate_that_changes_is_refused_until_its_issuer_is_trusted,
];

fn servers(server: &Slapd) -> Servers {
    Servers::from(ConnectOptions::new(server.tls_url()).tls(trusting(server)))
}

fn options(servers: Servers) -> PoolOptions {
    PoolOptions::new(servers).credentials(Credentials::simple(ADMIN_DN, ADMIN_PASSWORD))
}

async fn has_the_operations_of_a_client(server: &Slapd) -> Outcome {
    let pool = options(servers(server)).connections(2, 4).in_flight(8).start().await?;
    assert_eq!(pool.read(alice()).await?.dn(), alice());
    assert_eq!(pool.who_am_i().await?.dn(), Some(ADMIN_DN));
    // Below what nobody changes meanwhile.
    let people = format!("ou=people,{SUFFIX}");
    let everybody = SearchRequest::new(people, Scope::WholeSubtree, filter!("(objectClass=*)"));
    let mut stream = pool.search(everybody.clone()).await?;
    let mut count = 0;
    while stream.next_entry().await?.is_some() {
        count += 1;
    }
    assert_eq!(pool.search_all(everybody.clone()).await?.entries.len(), count);
    assert_eq!(pool.search(everybody.clone().paged(2)).await?.collect().await?.entries.len(), count);
    let mut many = pool.search_many((0..50).map(|_| everybody.clone())).concurrency(20);
    let mut answers = 0;
    while let Some((number, answer)) = many.next().await {
        assert_eq!((number, answer?.entries.len()), (answers, count));
        answers += 1;
    }
    assert_eq!(answers, 50);
    let status = pool.status();
    assert!(status.leases == 0 && status.idle <= 4, "{status:?}");
    pool.stop().await;
    Ok(())
}

async fn checks_in_each_way(server: &Slapd) -> Outcome {
    for check in [HealthCheck::RootDse, HealthCheck::WhoAmI, HealthCheck::Entry(alice().into())] {
        let options = options(servers(server)).connections(1, 1).health_check(check.clone());
        let pool = options.health_check_interval(Duration::from_millis(20)).start().await?;
        let before = server.log_length();
        let asked = || server.log()[before..].lines().filter(|line| line.contains(" RESULT ")).count();
        tokio::time::timeout(PATIENCE, async {
            while asked() < 2 || pool.status().idle < 1 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await
        .map_err(|_| format!("{check:?} was asked {} times: {:?}", asked(), pool.status()))?;
        assert_eq!(pool.status().connecting, 0, "{check:?}");
        pool.stop().await;
    }
    Ok(())
}

async fn verifies_users_and_stays_who_it_is(server: &Slapd) -> Outcome {
    let pool = options(servers(server)).connections(1, 2).start().await?;
    let people = format!("ou=people,{SUFFIX}");
    let authenticator = Authenticator::new(pool.clone(), servers(server), people);
    for _ in 0..20 {
        let verdict = authenticator.authenticate("alice", "alice-secret").await?;
        assert!(matches!(verdict, Verdict::Accepted { entry, .. } if entry.dn() == alice()));
        let verdict = authenticator.authenticate("alice", "wrong").await?;
        assert!(matches!(verdict, Verdict::WrongPassword), "{verdict:?}");
        let verdict = authenticator.authenticate("no-such-user", "x").await?;
        assert!(matches!(verdict, Verdict::NoSuchUser), "{verdict:?}");
        assert_eq!(pool.who_am_i().await?.dn(), Some(ADMIN_DN));
    }
    authenticator.stop().await;
    pool.stop().await;
    Ok(())
}

async fn a_certificate_that_changes_is_refused_until_its_issuer_is_trusted(_: &Slapd) -> Outcome {
    let server = another_server(&Setup::default())?;
    let first_authority = server.folder().join("first-ca.pem");
    std::fs::copy(server.pki().ca_file(), &first_authority)?;
    let tls = TlsOptions::new().ca_file(first_authority);
    let set = Servers::from(ConnectOptions::new(server.tls_url()).tls(tls));
    let pool = options(set).connections(1, 2).start().await?;
    pool.read(alice()).await?;
    server.stop();
    Pki::create(server.folder())?;
    restart(&server)?;
    // At first the server was not there, then it had another certificate.
    let read = || SearchRequest::entry(alice()).with_timeout(Duration::from_secs(1));
    let refused = async {
        loop {
            let error = pool.search_one(read()).await.unwrap_err();
            if error.to_string().contains("certificate") {
                break error;
            }
        }
    };
    let error = tokio::time::timeout(PATIENCE, refused).await?;
    assert!(matches!(error.kind(), ErrorKind::NoLease(_)), "{error}");
    pool.set_servers(servers(&server));
    assert_eq!(pool.read(alice()).await?.dn(), alice());
    pool.stop().await;
    Ok(())
}

/// What the load has seen.
#[derive(Default)]
struct Tally {
    reads: AtomicUsize,
    added: AtomicUsize,
    not_sent: AtomicUsize,
    unknown: AtomicUsize,
}

/// Reads go on, whatever is killed; a write is on one server, or on none, and who asked knows which.
async fn survives_servers_that_are_killed_under_load(_: &Slapd) -> Outcome {
    let pair = [another_server(&Setup::default())?, another_server(&Setup::default())?];
    let set = Servers::round_robin(pair.iter().map(servers));
    let pool = options(set).connections(4, 8).in_flight(4).start().await?;
    let tally = Arc::new(Tally::default());
    let is_over = Arc::new(AtomicBool::new(false));
    let tasks: Vec<_> = (0..16)
        .map(|task| tokio::spawn(load(pool.clone(), task, Arc::clone(&tally), Arc::clone(&is_over))))
        .collect();
    for round in 0..6 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        grows(&tally.added).await?;
        let killed = &pair[round % 2];
        killed.stop();
        tokio::time::sleep(Duration::from_millis(300)).await;
        grows(&tally.reads).await?;
        restart(killed)?;
    }
    grows(&tally.added).await?;
    is_over.store(true, Ordering::Relaxed);
    let mut writes = Vec::new();
    for task in tasks {
        writes.extend(task.await??);
    }

    let held: Vec<_> = {
        let mut held = Vec::new();
        for server in &pair {
            let client = super::connections::admin(server).await?;
            let below =
                SearchRequest::new(format!("ou=scratch,{SUFFIX}"), Scope::SingleLevel, filter!("(ou=load*)"));
            let found = client.search_all(below.attributes(["1.1"])).await?.entries;
            held.extend(found.into_iter().map(|entry| entry.dn().to_string()));
        }
        held
    };
    for (dn, phase) in &writes {
        let times = held.iter().filter(|held| *held == dn).count();
        let is_right = match phase {
            None => times == 1,
            Some(Phase::NotSent) => times == 0,
            Some(_) => times <= 1,
        };
        assert!(is_right, "{dn}: {phase:?}, found {times} times");
    }
    let count = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    assert_eq!(count(&tally.added) + count(&tally.not_sent) + count(&tally.unknown), writes.len());
    // At most what was in flight on the connections that were cut.
    assert!(count(&tally.unknown) <= 6 * 16, "{}", count(&tally.unknown));
    // A server that is back gets its share of the connections that are made from then on.
    pool.renew();
    let shared = async {
        while pool.status().servers.iter().any(|server| server.connections == 0) {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, shared).await.map_err(|_| format!("{:?}", pool.status()))?;
    pool.stop().await;
    Ok(())
}

/// Waits until some more were counted.
async fn grows(counter: &AtomicUsize) -> Outcome {
    const SOME: usize = 20;
    let wanted = counter.load(Ordering::Relaxed) + SOME;
    let grown = async {
        while counter.load(Ordering::Relaxed) < wanted {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    Ok(tokio::time::timeout(PATIENCE, grown).await?)
}

/// Reads and writes until it is over; returns each write with how far it got if it failed. A read that fails ends it.
async fn load(
    pool: Pool,
    task: usize,
    tally: Arc<Tally>,
    is_over: Arc<AtomicBool>,
) -> Result<Vec<(String, Option<Phase>)>, ldapwire::Error> {
    let mut writes = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        assert_eq!(pool.read(alice()).await?.dn(), alice());
        tally.reads.fetch_add(1, Ordering::Relaxed);
        let dn = format!("ou=load{task}-{},ou=scratch,{SUFFIX}", writes.len());
        let add = AddRequest::new(dn.clone(), [Attribute::new("objectClass", ["organizationalUnit"])]);
        let phase = match pool.add(add).await {
            Ok(_) => None,
            Err(error) if error.code() == Some(ResultCode::ENTRY_ALREADY_EXISTS) => {
                panic!("{dn} was sent twice: {error}")
            }
            Err(error) => Some(error.phase()),
        };
        let counter = match phase {
            None => &tally.added,
            Some(Phase::NotSent) => &tally.not_sent,
            Some(_) => &tally.unknown,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        writes.push((dn, phase));
    }
    Ok(writes)
}
