//! Streaming a search.

use std::thread;

use ldapwire::model::{Filter, Scope};
use ldapwire::proto::{MessageId, SearchRequest};
use ldapwire::transport::Stream;
use ldapwire::{ConnectOptions, Error, Executor as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::runtime::{Builder, Runtime};

use crate::counting::{Counts, counted};
use crate::messages::{done, person, small_entry, wide_entry};

/// What one read brings at most.
const READ: usize = 64 * 1024;

#[test]
fn routing_allocates_nothing_that_grows_with_the_number_of_entries() {
    let allocations = |entries: usize| {
        let octets = [person(ID).repeat(entries), done(ID)].concat();
        // Each read buffer is an allocation, and a second one counts who shares it. A pipe fills them by halves at
        // worst.
        let buffers = octets.len().div_ceil(READ / 2);
        let (delivered, counts) = stream(octets);
        assert_eq!(delivered.unwrap(), entries);
        (counts.allocations, 2 * buffers)
    };
    let ((few, share_of_few), (many, share_of_many)) = (allocations(1_000), allocations(10_000));
    let grown = many.saturating_sub(few);
    assert!(grown <= share_of_many - share_of_few, "{few} for 1,000 entries, {many} for 10,000");
}

///
#[test]
fn memory_for_an_entry_of_small_values_stays_near_its_size() {
    for mebibytes in [1, 4, 16] {
        let entry = wide_entry(ID, mebibytes << 20);
        let allowed = entry.len() * 5 / 2;
        let (delivered, counts) = stream([entry, done(ID)].concat());
        assert_eq!(delivered.unwrap(), 1);
        assert!(counts.peak <= allowed as isize, "{mebibytes} MiB: {counts:?}");
    }
}

///
#[test]
fn a_large_frame_leaves_no_large_buffer_behind() {
    let octets = [wide_entry(ID, 16 << 20), small_entry(ID).repeat(10_000), done(ID)].concat();
    let (delivered, counts) = stream(octets);
    assert_eq!(delivered.unwrap(), 10_001);
    assert!(counts.live <= 1 << 20, "{counts:?}");
}

///
#[test]
fn a_claim_allocates_nothing_for_octets_that_did_not_come() {
    let (_, baseline) = stream(done(ID));
    for claim in [
        &b"\x30\x84\xff\xff\xff\xff"[..],
        b"\x30\x88\x80\x00\x00\x00\x00\x00\x00\x00",
        b"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        let (delivered, counts) = stream(claim.to_vec());
        assert!(delivered.is_err());
        assert!(counts.peak <= baseline.peak + READ as isize, "{counts:?}, without a claim {baseline:?}");
    }
}

/// Answers one search with `octets`, counts its entries and what the client allocated from its request on.
///
/// The client is still there at the end: what is live then is what a connection keeps.
fn stream(octets: Vec<u8>) -> (Result<usize, Error>, Counts) {
    let (near, mut far) = Stream::memory_pair(READ);
    let server = thread::spawn(move || {
        runtime().block_on(async move {
            let mut request = [0; 256];
            assert!(far.read(&mut request).await.unwrap() > 0);
            // A client that has heard enough closes its end.
            let _ = far.write_all(&octets).await;
            while far.read(&mut request).await.is_ok_and(|length| length > 0) {}
        });
    });
    let runtime = runtime();
    let client = runtime.block_on(ConnectOptions::new("ldap://memory").connect_over(near)).unwrap();
    let search = SearchRequest::new("", Scope::WholeSubtree, Filter::present("objectClass"));
    let counted = counted(|| {
        runtime.block_on(async {
            let mut entries = client.search(search).await?;
            let mut delivered = 0;
            while let Some(entry) = entries.next_entry().await? {
                assert!(
                    entry.attributes().all(|attribute| attribute.values().all(|value| !value.is_empty()))
                );
                delivered += 1;
            }
            Ok(delivered)
        })
    });
    drop((client, runtime));
    server.join().unwrap();
    counted
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// The id of the first request on a connection.
const ID: MessageId = MessageId::FIRST;
