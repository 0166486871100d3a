//! Connecting.

use crate::client::ConnectOptions;
use crate::error::Error;
use crate::transport::Stream;

use super::Client;
use super::worker::Worker;

impl ConnectOptions {
    /// As [`connect`](Self::connect), for code that is not asynchronous. Starts the thread that runs the connection.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect), or this is called within an asynchronous task, or there is no thread to be had.
    pub fn connect_blocking(self) -> Result<Client, Error> {
        let worker = Worker::start()?;
        let inner = worker.run(self.connect())??;
        Ok(Client { inner, worker })
    }

    /// As [`connect_over`](Self::connect_over), for code that is not asynchronous. The stream is made by `stream`, on
    /// the thread that runs the connection.
    ///
    /// # Errors
    ///
    /// As [`connect_blocking`](Self::connect_blocking).
    pub fn connect_over_blocking(self, stream: impl FnOnce() -> Stream + Send) -> Result<Client, Error> {
        let worker = Worker::start()?;
        let inner = worker.run(async { self.connect_over(stream()).await })??;
        Ok(Client { inner, worker })
    }
}
