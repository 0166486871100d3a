//! What a load holds for each operation under way, when all that may be are and the servers do not answer.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Mutex;
use std::task::Poll;

use futures_util::stream::{StreamExt as _, iter, pending};
use ldapwire::bulk::{Connections, Load, Record};
use ldapwire::model::Entry;
use ldapwire::transport::Stream;
use ldapwire::{Client, ConnectOptions, Error};
use tokio::runtime::Builder;

use crate::counting::{Counts, counted};

const CONNECTIONS: usize = 5;
const WINDOW: usize = 64;

#[test]
fn an_operation_under_way_takes_less_than_sixteen_kibibytes() {
    let (_, of_records) = counted(|| records(1000).collect::<Vec<_>>());
    let of_record = of_records.live / 1000;
    // What a load and its connections hold whatever is under way is in both.
    let (narrow, wide) = (full(1), full(WINDOW));
    let more = CONNECTIONS * (WINDOW - 1);
    let each = (wide.live - narrow.live) / more as isize - of_record;
    assert!(each < 16 * 1024, "{each} octets beside the {of_record} of a record");
    assert!(each > 0, "nothing was counted");
}

/// Begins a load, and returns what is allocated when the windows are full.
fn full(window: usize) -> Counts {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let silent = Silent::default();
    let under_way = CONNECTIONS * window;
    let input = iter(records(under_way)).map(Ok::<_, Infallible>).chain(pending());
    let load = Load::new().max_concurrent(CONNECTIONS).window(window).run(&silent, input);
    let mut load = pin!(load);
    let (begun, counts) = counted(|| {
        runtime.block_on(async {
            for _ in 0..10_000 {
                let is_pending = poll_fn(|cx| Poll::Ready(load.as_mut().poll(cx).is_pending())).await;
                assert!(is_pending);
                // The drivers write.
                tokio::task::yield_now().await;
                if silent.outstanding() == under_way && silent.queued() == 0 {
                    break;
                }
            }
            silent.outstanding()
        })
    });
    assert_eq!(begun, under_way);
    counts
}

fn records(count: usize) -> impl Iterator<Item = Record> {
    (0..count).map(|number| {
        let uid = format!("user{number:07}");
        let entry = Entry::new(format!("uid={uid},ou=people,dc=example,dc=org"))
            .with("objectClass", ["inetOrgPerson"])
            .with(
                "description",
                ["as large as entries are: about three hundred octets, of which most are in one value "
                    .repeat(2)],
            )
            .with("uid", [uid]);
        Record::from(entry)
    })
}

/// Connections to servers that take what comes and say nothing.
#[derive(Default)]
struct Silent {
    made: Mutex<Vec<(Client, Stream)>>,
}

impl Silent {
    fn outstanding(&self) -> usize {
        self.made.lock().unwrap().iter().map(|(client, _)| client.statistics().outstanding).sum()
    }

    fn queued(&self) -> usize {
        self.made.lock().unwrap().iter().map(|(client, _)| client.statistics().queued).sum()
    }
}

impl Connections for Silent {
    type Connection = Client;

    async fn connect(&self, _: usize) -> Result<Client, Error> {
        // Room for all requests, so that none waits to be written.
        let (near, far) = Stream::memory_pair(WINDOW * 1024);
        let client = ConnectOptions::new("ldap://silent.example.org").connect_over(near).await?;
        self.made.lock().unwrap().push((client.clone(), far));
        Ok(client)
    }

    fn server(connection: &Client) -> &str {
        connection.server()
    }
}
