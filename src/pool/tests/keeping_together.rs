//! Operations that are kept to a server.

use super::*;
use crate::execute::Executor;
use crate::pool::Servers;

async fn over(peers: &[Peer], arrange: impl FnOnce(Vec<Servers>) -> Servers) -> Pool {
    let servers = arrange(peers.iter().map(Peer::servers).collect());
    let pool = PoolOptions::new(servers).connections(3, 6).start().await.unwrap();
    while pool.status().idle < 3 {
        tokio::task::yield_now().await;
    }
    pool
}

fn peers() -> [Peer; 3] {
    ["a", "b", "c"].map(Peer::new)
}

#[tokio::test(start_paused = true)]
async fn operations_on_one_entry_go_to_one_server_however_its_name_is_written() {
    let peers = peers();
    let pool = over(&peers, Servers::by_dn).await;
    for number in 0..30 {
        for dn in [format!("uid={number},dc=x"), format!("UID={number}, DC=X"), format!("uid={number},dc=x")]
        {
            pool.delete(delete(&dn)).await.unwrap();
        }
    }
    let seen: Vec<_> = peers.iter().map(|peer| peer.seen().deletes.len()).collect();
    assert_eq!(seen.iter().sum::<usize>(), 90);
    assert!(seen.iter().all(|count| *count > 0 && count % 3 == 0), "{seen:?}");
    // Each server has the connection that it had.
    assert!(peers.iter().all(|peer| peer.seen().connects == 1));
}

#[tokio::test(start_paused = true)]
async fn a_key_of_the_caller_keeps_operations_and_leases_together() {
    let peers = peers();
    let pool = over(&peers, Servers::by_affinity).await;
    for session in 0..12 {
        let mine = pool.with_affinity(format!("session {session}"));
        let home = mine.acquire_shared().await.unwrap().server().to_owned();
        for number in 0..3 {
            mine.delete(delete(&format!("cn={session}-{number}"))).await.unwrap();
        }
        let lease = mine.acquire_exclusive().await.unwrap();
        assert_eq!(lease.server(), home);
        lease.delete(delete(&format!("cn={session}-lease"))).await.unwrap();
    }
    let seen: Vec<_> = peers.iter().map(|peer| peer.seen().deletes.len()).collect();
    assert!(seen.iter().all(|count| *count > 0 && count % 4 == 0), "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn while_a_server_is_down_its_entries_are_elsewhere() {
    let peers = peers();
    let pool = over(&peers, Servers::by_dn).await;
    pool.delete(delete("cn=x")).await.unwrap();
    let home = peers.iter().position(|peer| !peer.seen().deletes.is_empty()).unwrap();
    peers[home].tell(|told| told.is_down = true);
    peers[home].cut();
    settle().await;
    for _ in 0..5 {
        pool.delete(delete("cn=x")).await.unwrap();
    }
    assert_eq!(peers[home].seen().deletes.len(), 1);
    peers[home].tell(|told| told.is_down = false);
    tokio::time::sleep(seconds(2)).await;
    pool.delete(delete("cn=x")).await.unwrap();
    settle().await;
    let before = peers[home].seen().deletes.len();
    pool.delete(delete("cn=x")).await.unwrap();
    assert_eq!(peers[home].seen().deletes.len(), before + 1, "it is back");
}
