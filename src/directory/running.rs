//! A directory with a server in front of it.

use std::ops::Deref;
use std::time::Duration;

use crate::client::{Client, ConnectOptions};
use crate::error::Error;
use crate::server::layers::{Faults, Recorder};
use crate::server::{RunningServer, Server};
use crate::transport::TransportError;

use super::error::DirectoryError;
use super::handle::Directory;
use super::options::Front;

/// A directory that is served on a free port of the loopback interface, until it is dropped.
///
/// It keeps the [requests](Self::requests) that come, and [misbehaves](Self::faults) when it is told to.
#[derive(Debug)]
pub struct RunningDirectory {
    directory: Directory,
    server: RunningServer,
    requests: Recorder,
    faults: Faults,
}

impl RunningDirectory {
    pub(super) async fn start(directory: Directory, front: Front) -> Result<Self, DirectoryError> {
        let (requests, faults) = (Recorder::new(), Faults::new());
        let server =
            Server::new(directory.posing_as(front.personality)).layer(faults.clone()).layer(requests.clone());
        let wrapping = faults.clone();
        let server = server.wrap_streams(move |_, stream| wrapping.wrap(stream));
        let server = front.places.into_iter().fold(server.limits(front.limits), Server::listen);
        #[cfg(feature = "tls")]
        let server = match front.acceptor {
            Some(acceptor) => server.tls(acceptor),
            None => server,
        };
        let server = server.start().await?;
        Ok(Self { directory, server, requests, faults })
    }

    /// Returns the URL at which it is reached, such as `ldap://127.0.0.1:40001`; `ldap://memory` if it listens nowhere.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// Returns the server in front of it.
    pub const fn server(&self) -> &RunningServer {
        &self.server
    }

    /// Returns what was asked, with the answers, and waits for what is still to come.
    ///
    /// ```
    /// use ldapwire::Executor;
    /// use ldapwire::directory::Directory;
    /// use ldapwire::proto::OpKind;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let directory = Directory::builder().ldif("dn: dc=example\nobjectClass: domain\n").start().await?;
    /// let client = directory.client().await?;
    /// let task = tokio::spawn(async move { client.read("dc=example").await });
    /// let search = directory.requests().wait_for(|one| one.request.op.kind() == OpKind::SearchRequest).await;
    /// assert_eq!(search.connection, 1);
    /// # task.await??;
    /// # Ok(())
    /// # }
    /// ```
    pub const fn requests(&self) -> &Recorder {
        &self.requests
    }

    /// Returns what makes it misbehave.
    ///
    /// ```
    /// use ldapwire::Executor;
    /// use ldapwire::directory::Directory;
    /// use ldapwire::model::ResultCode;
    /// use ldapwire::proto::OpKind;
    /// use ldapwire::server::layers::Fault;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let directory = Directory::builder().ldif("dn: dc=example\nobjectClass: domain\n").start().await?;
    /// directory.faults().next(OpKind::SearchRequest, Fault::Refuse(ResultCode::BUSY));
    /// let client = directory.client().await?;
    /// assert_eq!(client.read("dc=example").await.unwrap_err().code(), Some(ResultCode::BUSY));
    /// assert_eq!(client.read("dc=example").await?.dn(), "dc=example");
    /// # Ok(())
    /// # }
    /// ```
    pub const fn faults(&self) -> &Faults {
        &self.faults
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
