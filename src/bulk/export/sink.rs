//! What compresses and writes, beside the task that reads from the server.

use std::io::{self, Write};

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

/// A target on a thread for blocking work: a slow disk stops nobody else, and compressing goes on beside decoding.
///
/// Dropped, it ends as soon as what it was given is written.
pub(super) struct Sink<W> {
    sender: mpsc::Sender<Vec<u8>>,
    thread: JoinHandle<(W, io::Result<()>)>,
}

/// The target took no more; [`Sink::finish`] knows why.
#[derive(Debug)]
pub(super) struct Gone;

/// The pieces that wait for a slow target. Few: they bridge its hiccups, and beyond that the search has to wait.
const WAITING: usize = 4;

impl<W: Write + Send + 'static> Sink<W> {
    pub(super) fn start(mut target: W) -> Self {
        let (sender, mut receiver) = mpsc::channel::<Vec<u8>>(WAITING);
        let thread = spawn_blocking(move || {
            while let Some(octets) = receiver.blocking_recv() {
                if let Err(error) = target.write_all(&octets) {
                    return (target, Err(error));
                }
            }
            (target, Ok(()))
        });
        Self { sender, thread }
    }

    pub(super) async fn write(&self, octets: Vec<u8>) -> Result<(), Gone> {
        self.sender.send(octets).await.map_err(|_| Gone)
    }

    /// Waits until all is written; returns the target, unless the runtime is being shut down or the target panicked.
    pub(super) async fn finish(self) -> (Option<W>, io::Result<()>) {
        drop(self.sender);
        match self.thread.await {
            Ok((target, written)) => (Some(target), written),
            Err(error) => (None, Err(error.into())),
        }
    }
}
