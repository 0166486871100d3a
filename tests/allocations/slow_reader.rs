//! a search that is read slowly, over real sockets, holds little memory and loses nothing in silence.
//!
//! Each test runs with 64 MiB; the same with 1 GiB is run by `cargo test --test allocations -- --ignored`. Server and client share
//! one thread, so that a reader can wait until nothing moves any more, without a clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use ldapwire::ber::frame_length;
use ldapwire::model::{Entry, Filter, ResultCode, Scope};
use ldapwire::proto::controls::{PagedResults, PagedResultsResponse};
use ldapwire::proto::{
    CompareRequest, LdapMessage, LdapResult, MessageId, ProtocolOp, SearchRequest, SearchResultEntry,
};
use ldapwire::{Client, Delivery, ErrorKind, Executor as _, SearchStream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::OwnedWriteHalf;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::Mutex;

use crate::counting::counted;

/// Octets of the value of each entry.
const ENTRY: usize = 16 * 1024;

/// What is offered in every run, and in the large one, in entries: 64 MiB and 1 GiB.
const SOME: usize = (64 << 20) / ENTRY;
const MANY: usize = (1 << 30) / ENTRY;

/// What a connection may pin by default.
const BUDGET: isize = 16 << 20;

/// Makes a test of each kind of reader, with less and with more.
macro_rules! readers {
    ($($name:ident $large:ident $less:expr, $more:expr;)*) => { $(
        #[test]
        fn $name() {
            self::reader::$name($less);
        }

        #[test]
        #[ignore = "takes minutes"]
        fn $large() {
            self::reader::$name($more);
        }
    )* };
}

readers! {
    alone_loses_nothing alone_loses_nothing_of_a_gibibyte SOME, MANY;
    paged_loses_nothing paged_loses_nothing_of_a_gibibyte SOME, MANY;
    own_connection_loses_nothing own_connection_loses_nothing_of_a_gibibyte SOME, MANY;
    beside_others_ends_with_the_reason beside_others_ends_with_the_reason_of_a_gibibyte SOME, MANY;
    changing_each_entry_of_pages changing_a_hundred_thousand_entries_of_pages 2_000, 100_000;
    changing_each_entry_beside_an_own_connection changing_a_hundred_thousand_entries_beside_an_own_connection 2_000, 100_000;
}

mod reader {
    use super::*;

    pub(super) fn alone_loses_nothing(entries: usize) {
        with_server(entries, ENTRY, BUDGET, async |client, progress| {
            let stream = client.search(search()).await.unwrap();
            assert_eq!(read_with_pauses(stream, &progress).await, entries);
        });
    }

    pub(super) fn paged_loses_nothing(entries: usize) {
        with_server(entries, ENTRY, BUDGET, async |client, progress| {
            let stream = client.search(search().paged(500)).await.unwrap();
            assert_eq!(read_with_pauses(stream, &progress).await, entries);
        });
    }

    pub(super) fn own_connection_loses_nothing(entries: usize) {
        with_server(entries, ENTRY, BUDGET, async |client, progress| {
            let own = search().with_delivery(Delivery::OwnConnection);
            let stream = client.search(own).await.unwrap();
            for _ in 0..10 {
                assert!(compare(&client).await);
            }
            assert_eq!(read_with_pauses(stream, &progress).await, entries);
        });
    }

    pub(super) fn beside_others_ends_with_the_reason(entries: usize) {
        // What one read brings may come on top.
        with_server(entries, ENTRY, BUDGET + (1 << 20), async |client, progress| {
            let mut stream = client.search(search()).await.unwrap();
            assert!(stream.next_entry().await.unwrap().is_some());
            for _ in 0..100 {
                assert!(compare(&client).await);
                pause(&progress).await;
            }
            let error = loop {
                match stream.next_entry().await {
                    Ok(entry) => assert!(entry.is_some(), "no good end after a lost entry"),
                    Err(error) => break error,
                }
            };
            assert!(matches!(error.kind(), ErrorKind::SlowConsumer { .. }), "{error}");
            assert!(compare(&client).await);
        });
    }

    pub(super) fn changing_each_entry_of_pages(entries: usize) {
        with_server(entries, 100, 1 << 20, async |client, _| {
            let stream = client.search(search().paged(500)).await.unwrap();
            assert_eq!(change_each(stream, &client).await, entries);
        });
    }

    pub(super) fn changing_each_entry_beside_an_own_connection(entries: usize) {
        with_server(entries, 100, 3 << 20, async |client, _| {
            let own = search().with_delivery(Delivery::OwnConnection);
            let stream = client.search(own).await.unwrap();
            assert_eq!(change_each(stream, &client).await, entries);
        });
    }
}

/// Runs a client against a server of so many entries of so many octets, and checks that both together never have more
/// than `allowed` octets beyond what they began with.
fn with_server(
    entries: usize,
    octets: usize,
    allowed: isize,
    work: impl AsyncFnOnce(Client, Arc<AtomicUsize>),
) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let (client, progress) = runtime.block_on(async {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("ldap://{}", listener.local_addr().unwrap());
        let progress = Arc::new(AtomicUsize::new(0));
        tokio::spawn(accept(listener, entries, octets, Arc::clone(&progress)));
        (Client::connect(url).await.unwrap(), progress)
    });
    let ((), counts) = counted(|| runtime.block_on(work(client, progress)));
    assert!(counts.peak <= allowed, "{counts:?}");
}

fn search() -> SearchRequest {
    SearchRequest::new("", Scope::WholeSubtree, Filter::present("objectClass"))
}

async fn compare(client: &Client) -> bool {
    client.compare(CompareRequest::new("cn=x", "cn", "x")).await.unwrap()
}

/// Reads to the end, and stops now and then until nothing moves any more. Returns how many entries came.
async fn read_with_pauses(mut stream: SearchStream, progress: &AtomicUsize) -> usize {
    let mut delivered = 0;
    while let Some(entry) = stream.next_entry().await.unwrap() {
        assert_eq!(entry.dn(), format!("cn={delivered}").as_str());
        if delivered % 1000 == 0 {
            pause(progress).await;
        }
        delivered += 1;
    }
    delivered
}

async fn change_each(mut stream: SearchStream, client: &Client) -> usize {
    let mut changed = 0;
    while let Some(entry) = stream.next_entry().await.unwrap() {
        client.replace(entry.dn(), "description", ["new"]).await.unwrap();
        changed += 1;
    }
    changed
}

/// Lets the others run until the server has written nothing for a while.
async fn pause(progress: &AtomicUsize) {
    let mut quiet = 0;
    let mut before = progress.load(Ordering::Relaxed);
    while quiet < 200 {
        tokio::task::yield_now().await;
        let now = progress.load(Ordering::Relaxed);
        quiet = if now == before { quiet + 1 } else { 0 };
        before = now;
    }
}

async fn accept(listener: TcpListener, entries: usize, octets: usize, progress: Arc<AtomicUsize>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, entries, octets, Arc::clone(&progress)));
    }
}

/// Serves a connection; a search has a task of its own, so that others are answered beside it.
async fn serve(stream: TcpStream, entries: usize, octets: usize, progress: Arc<AtomicUsize>) {
    let (mut reader, writer) = stream.into_split();
    let writer = Arc::new(Mutex::new(writer));
    let is_abandoned = Arc::new(AtomicBool::new(false));
    let mut received = Vec::new();
    while reader.read_buf(&mut received).await.is_ok_and(|count| count > 0) {
        while let Some(length) =
            frame_length(&received, 1 << 20).unwrap().filter(|end| *end <= received.len())
        {
            let frame: Vec<u8> = received.drain(..length).collect();
            let request = LdapMessage::parse(&frame.into()).unwrap();
            let id = request.id;
            let answer = match &request.op {
                ProtocolOp::SearchRequest(_) => {
                    let page = request.control::<PagedResults>().map(Result::unwrap);
                    let search = Search { id, entries, octets, page, progress: Arc::clone(&progress) };
                    tokio::spawn(search.run(Arc::clone(&writer), Arc::clone(&is_abandoned)));
                    continue;
                }
                ProtocolOp::AbandonRequest(_) => {
                    is_abandoned.store(true, Ordering::Relaxed);
                    continue;
                }
                ProtocolOp::CompareRequest(_) => {
                    ProtocolOp::CompareResponse(LdapResult::new(ResultCode::COMPARE_TRUE))
                }
                ProtocolOp::ModifyRequest(_) => ProtocolOp::ModifyResponse(LdapResult::success()),
                _ => return,
            };
            send(&writer, LdapMessage::new(id, answer)).await;
        }
    }
}

struct Search {
    id: MessageId,
    entries: usize,
    octets: usize,
    page: Option<PagedResults>,
    progress: Arc<AtomicUsize>,
}

impl Search {
    async fn run(self, writer: Arc<Mutex<OwnedWriteHalf>>, is_abandoned: Arc<AtomicBool>) {
        let start = self
            .page
            .as_ref()
            .map_or(0, |page| std::str::from_utf8(page.cookie()).unwrap().parse().unwrap_or_default());
        let end = self
            .page
            .as_ref()
            .map_or(self.entries, |page| self.entries.min(start + page.page_size() as usize));
        for number in start..end {
            if is_abandoned.load(Ordering::Relaxed) {
                return;
            }
            let entry = Entry::new(format!("cn={number}")).with("jpegPhoto", [vec![b'x'; self.octets]]);
            send(&writer, LdapMessage::new(self.id, SearchResultEntry::from(&entry))).await;
            self.progress.fetch_add(1, Ordering::Relaxed);
        }
        let mut done = LdapMessage::new(self.id, ProtocolOp::SearchResultDone(LdapResult::success()));
        if self.page.is_some() {
            let cookie = if end == self.entries { String::new() } else { end.to_string() };
            done = done.with_control(PagedResultsResponse::new(cookie));
        }
        send(&writer, done).await;
    }
}

/// Sends a message whole. The client may be gone.
async fn send(writer: &Mutex<OwnedWriteHalf>, message: LdapMessage) {
    let _ = writer.lock().await.write_all(&message.to_bytes().unwrap()).await;
}
