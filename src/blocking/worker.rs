//! The thread that runs what goes on between calls.

use std::fmt;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;

use tokio::runtime::{self, Builder, Handle};
use tokio::sync::oneshot;
use tokio::task;

use crate::error::{Error, ErrorKind};
use crate::transport::TransportError;

/// A runtime on a thread of its own, which ends when the last clone is dropped.
#[derive(Clone)]
pub(super) struct Worker {
    inner: Arc<Inner>,
}

struct Inner {
    handle: Handle,
    /// Dropping it ends the thread, and with it the runtime: never on the thread of a caller, which may be one where
    /// a runtime must not be dropped.
    _running: oneshot::Sender<()>,
}

/// How the thread is called, for whoever lists the threads of a process.
const NAME: &str = "ldapwire-blocking";

impl Worker {
    /// Starts the thread.
    pub(super) fn start() -> Result<Self, Error> {
        may_block()?;
        let (send, receive) = mpsc::sync_channel(1);
        let (running, ended) = oneshot::channel::<()>();
        let body = move || match Builder::new_current_thread().enable_all().build() {
            Ok(runtime) => {
                // Who started the thread waits for it.
                let _ = send.send(Ok(runtime.handle().clone()));
                let _ = runtime.block_on(ended);
            }
            Err(error) => {
                let _ = send.send(Err(error));
            }
        };
        thread::Builder::new().name(NAME.into()).spawn(body).map_err(TransportError::from)?;
        let started = receive.recv().unwrap_or_else(|gone| Err(io::Error::other(gone)));
        let handle = started.map_err(TransportError::from)?;
        Ok(Self { inner: Arc::new(Inner { handle, _running: running }) })
    }

    /// Waits for a future on this thread.
    pub(super) fn run<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        may_block()?;
        Ok(self.inner.handle.block_on(future))
    }
}

/// Checks that this thread runs no asynchronous task.
fn may_block() -> Result<(), Error> {
    // A worker has an index; what `Runtime::block_on` runs is no task of it, and neither is on a thread for blocking
    // work, whose calls are tasks.
    let runs_tasks = runtime::worker_index().is_some();
    let is_blocked_on = Handle::try_current().is_ok() && task::try_id().is_none();
    if runs_tasks || is_blocked_on { Err(Error::new(ErrorKind::InAsyncTask)) } else { Ok(()) }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAME)
    }
}
