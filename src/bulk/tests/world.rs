//! A directory, and connections to it that last as long as they are told.

use std::io;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};

use super::*;
use crate::client::{Client, ConnectOptions};
use crate::directory::{Directory, RunningDirectory};
use crate::error::Error;
use crate::server::Layer;
use crate::server::{RunningServer, Server};
use crate::transport::Stream;

/// A directory with `dc=example`.
pub(super) struct World {
    pub(super) directory: Directory,
    server: RunningServer,
    /// The octets that the next connections carry, before they break; then all.
    lives: Mutex<Vec<usize>>,
    timeout: Duration,
}

impl World {
    pub(super) async fn new() -> Self {
        Self::behind(crate::server::layers::Faults::new()).await
    }

    /// Makes one behind a layer.
    pub(super) async fn behind<L>(layer: L) -> Self
    where
        L: Layer<Directory>,
        L::Handler: crate::server::Handler,
    {
        let root = Entry::new("dc=example").with("objectClass", ["domain"]).with("dc", ["example"]);
        let directory = Directory::builder().entry(root).build().unwrap();
        let server = Server::new(layer.layer(directory.clone())).start().await.unwrap();
        Self { directory, server, lives: Mutex::default(), timeout: Duration::from_secs(30) }
    }

    /// Has the next connections break when they carried so many octets, either way.
    pub(super) fn breaks_after(&self, octets: &[usize]) {
        *self.lives.lock().unwrap() = octets.iter().rev().copied().collect();
    }

    pub(super) const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Waits until the server has done all that it was sent over connections that are gone.
    pub(super) async fn is_quiet(&self) {
        while self.server.connections() > 0 {
            tokio::task::yield_now().await;
        }
    }

    /// Whether the entry of this number is there.
    pub(super) fn holds(&self, number: usize) -> bool {
        self.directory.entry(&format!("uid=u{number},dc=example")).is_some()
    }

    /// What happens to a run with these settings.
    pub(super) async fn run(&self, load: Load<'_>, input: impl IntoIterator<Item: Into<Record>>) -> Report {
        load.run(self, records(input)).await.unwrap()
    }
}

impl Connections for World {
    type Connection = Client;

    async fn connect(&self, _: usize) -> Result<Client, Error> {
        let (near, far) = tokio::io::duplex(1 << 16);
        self.server.serve(far.into()).unwrap();
        let life = self.lives.lock().unwrap().pop();
        let near = match life {
            None => near.into(),
            Some(left) => Stream::from_io(Breaking { inner: near, left }),
        };
        ConnectOptions::new("ldap://memory").operation_timeout(self.timeout).connect_over(near).await
    }

    fn server(connection: &Client) -> &str {
        connection.server()
    }
}

/// A pipe that breaks when so many more octets went through it.
struct Breaking {
    inner: DuplexStream,
    left: usize,
}

impl AsyncRead for Breaking {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let room = self.left.min(buf.remaining());
        if room == 0 {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(room));
        let polled = Pin::new(&mut self.inner).poll_read(cx, &mut part);
        let count = part.filled().len();
        buf.advance(count);
        self.left -= count;
        polled
    }
}

impl AsyncWrite for Breaking {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        let room = self.left.min(octets.len());
        if room == 0 {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let polled = Pin::new(&mut self.inner).poll_write(cx, &octets[..room]);
        if let Poll::Ready(Ok(count)) = polled {
            self.left -= count;
        }
        polled
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// Is used by tests that want the directory with a server of its own.
pub(super) async fn running() -> RunningDirectory {
    let root = Entry::new("dc=example").with("objectClass", ["domain"]).with("dc", ["example"]);
    Directory::builder().entry(root).start().await.unwrap()
}
