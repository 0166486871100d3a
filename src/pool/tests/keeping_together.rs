//! Operations that are kept to a server.

use super::*;
use crate::execute::Executor;
use crate::pool::Servers;

#[tokio::test(start_paused = true)]
async fn while_a_server_is_down_its_entries_are_elsewhere() {
    let peers = ["a", "b", "c"].map(Peer::new);
    let servers = Servers::by_dn(peers.iter().map(Peer::servers));
    let pool = PoolOptions::new(servers).connections(3, 6).start().await.unwrap();
    while pool.status().idle < 3 {
        tokio::task::yield_now().await;
    }
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
