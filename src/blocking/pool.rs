//! What a pool has besides the operations.

use std::time::Duration;

use crate::error::Error;
use crate::pool::{self, Lease, PoolOptions, PoolStatus, Servers};

use super::Blocking;
use super::worker::Worker;

/// The blocking face of a [`Pool`](crate::Pool).
pub type Pool = Blocking<pool::Pool>;

impl PoolOptions {
    /// As [`start`](Self::start), for code that is not asynchronous. Starts the thread that runs the connections.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start), or this is called within an asynchronous task, or there is no thread to be had.
    pub fn start_blocking(self) -> Result<Pool, Error> {
        let worker = Worker::start()?;
        let inner = worker.run(self.start())??;
        Ok(Pool { inner, worker })
    }
}

#[allow(clippy::missing_errors_doc, reason = "they are those of the methods of the same names")]
impl Pool {
    /// As [`Pool::acquire_exclusive`](crate::Pool::acquire_exclusive).
    pub fn acquire_exclusive(&self) -> Result<Blocking<Lease>, Error> {
        let inner = self.worker.run(self.inner.acquire_exclusive())??;
        Ok(Blocking { inner, worker: self.worker.clone() })
    }

    /// As [`Pool::acquire_shared`](crate::Pool::acquire_shared).
    pub fn acquire_shared(&self) -> Result<Blocking<Lease>, Error> {
        let inner = self.worker.run(self.inner.acquire_shared())??;
        Ok(Blocking { inner, worker: self.worker.clone() })
    }

    /// As [`Pool::with_affinity`](crate::Pool::with_affinity).
    #[must_use]
    pub fn with_affinity(&self, key: impl AsRef<[u8]>) -> Self {
        Self { inner: self.inner.with_affinity(key), worker: self.worker.clone() }
    }

    /// As [`Pool::resize`](crate::Pool::resize).
    pub fn resize(&self, min: usize, max: usize) {
        self.inner.resize(min, max);
    }

    /// As [`Pool::renew`](crate::Pool::renew).
    pub fn renew(&self) {
        self.inner.renew();
    }

    /// As [`Pool::set_servers`](crate::Pool::set_servers).
    pub fn set_servers(&self, servers: impl Into<Servers>) {
        self.inner.set_servers(servers);
    }

    /// As [`Pool::stop`](crate::Pool::stop).
    pub fn stop(&self) -> Result<(), Error> {
        self.worker.run(self.inner.stop())
    }

    /// As [`Pool::stop_within`](crate::Pool::stop_within).
    pub fn stop_within(&self, time: Duration) -> Result<(), Error> {
        self.worker.run(self.inner.stop_within(time))
    }

    /// As [`Pool::status`](crate::Pool::status).
    pub fn status(&self) -> PoolStatus {
        self.inner.status()
    }
}
