//! A directory with a server in front of it.

use std::ops::Deref;
use std::time::Duration;

use crate::client::{Client, ConnectOptions};
use crate::error::Error;
use crate::server::RunningServer;
use crate::transport::TransportError;

use super::handle::Directory;

/// A directory that is served on a free port of the loopback interface, until it is dropped.
#[derive(Debug)]
pub struct RunningDirectory {
    directory: Directory,
    server: RunningServer,
}

impl RunningDirectory {
    pub(super) const fn new(directory: Directory, server: RunningServer) -> Self {
        Self { directory, server }
    }

    /// Returns the URL at which it is reached, such as `ldap://127.0.0.1:40001`.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Returns the server in front of it.
    pub const fn server(&self) -> &RunningServer {
        &self.server
    }

    /// Makes a client, over a memory pipe.
    ///
    /// # Errors
    ///
    /// There are as many connections as there may be.
    pub async fn client(&self) -> Result<Client, Error> {
        let stream = self.server.connect().map_err(|error| {
            let error = TransportError::Io(std::io::Error::other(error));
            Error::from(error)
        })?;
        ConnectOptions::new("ldap://memory").connect_over(stream).await
    }

    /// Lets operations end within `grace`, and stops.
    pub async fn shutdown(self, grace: Duration) {
        self.server.shutdown(grace).await;
    }
}

impl Deref for RunningDirectory {
    type Target = Directory;

    fn deref(&self) -> &Directory {
        &self.directory
    }
}
