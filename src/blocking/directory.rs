//! A directory that is served, for tests that are not asynchronous.

use std::ops::Deref;
use std::time::Duration;

use crate::directory::{self, Directory, DirectoryBuilder, DirectoryError};
use crate::error::{Error, ErrorKind, Waiting};
use crate::server::layers::Exchange;

use super::Client;
use super::worker::Worker;

/// A directory that is served by a thread of its own, until it is dropped.
///
/// What needs no waiting is that of [`directory::RunningDirectory`], to which it dereferences.
///
/// ```
/// use ldapwire::directory::Directory;
///
/// fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let directory = Directory::builder().ldif("dn: dc=example\nobjectClass: domain\n").start_blocking()?;
///     let client = ldapwire::blocking::Client::connect(directory.url())?;
///     assert_eq!(client.read("dc=example")?.dn(), "dc=example");
///     Ok(())
/// }
/// ```
#[derive(Debug)]
pub struct RunningDirectory {
    inner: directory::RunningDirectory,
    worker: Worker,
}

impl DirectoryBuilder {
    /// As [`start`](Self::start), for code that is not asynchronous. Starts the thread that serves the directory.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start), or this is called within an asynchronous task, or there is no thread to be had.
    pub fn start_blocking(self) -> Result<RunningDirectory, DirectoryError> {
        let worker = Worker::start().map_err(DirectoryError::Blocking)?;
        let inner = worker.run(self.start()).map_err(DirectoryError::Blocking)??;
        Ok(RunningDirectory { inner, worker })
    }
}

#[allow(
    clippy::missing_errors_doc,
    reason = "each says so where it has others than the method of the same name"
)]
impl RunningDirectory {
    /// As [`RunningDirectory::client`](directory::RunningDirectory::client), over a memory pipe.
    pub fn client(&self) -> Result<Client, Error> {
        let inner = self.worker.run(self.inner.client())??;
        Ok(Client { inner, worker: self.worker.clone() })
    }

    /// As [`Directory::wait_until`], for so long; then the error is a [timeout](ErrorKind::Timeout).
    pub fn wait_until(&self, limit: Duration, is_wanted: impl Fn(&Directory) -> bool) -> Result<(), Error> {
        self.wait(limit, self.inner.wait_until(is_wanted))
    }

    /// As [`Recorder::wait_for`](crate::server::layers::Recorder::wait_for) of the requests, for so long; then the error
    /// is a [timeout](ErrorKind::Timeout).
    pub fn wait_for(
        &self,
        limit: Duration,
        is_wanted: impl Fn(&Exchange) -> bool,
    ) -> Result<Exchange, Error> {
        self.wait(limit, self.inner.requests().wait_for(is_wanted))
    }

    /// As [`RunningDirectory::shutdown`](directory::RunningDirectory::shutdown).
    pub fn shutdown(self, grace: Duration) -> Result<(), Error> {
        self.worker.run(self.inner.shutdown(grace))
    }

    fn wait<T>(&self, limit: Duration, wanted: impl Future<Output = T>) -> Result<T, Error> {
        let timed = async { tokio::time::timeout(limit, wanted).await };
        self.worker
            .run(timed)?
            .map_err(|_| Error::new(ErrorKind::Timeout { waiting: Waiting::Event, after: limit }))
    }
}

impl Deref for RunningDirectory {
    type Target = directory::RunningDirectory;

    fn deref(&self) -> &directory::RunningDirectory {
        &self.inner
    }
}
