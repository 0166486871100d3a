//! A server that runs.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::timeout;

use crate::transport::{SocketOptions, Stream};

use super::listener::Listener;
use super::options::{Acceptor, Server, Settings, Wrap};
use super::registry::{Full, Registry};
use super::serve::{FAREWELL, Guest, address, turn_away};
use super::shared::{Profile, Shared};
use super::{Endpoint, Handler, ServerError, ServerLimits};

/// A server that runs, until it is [shut down](Self::shutdown) or dropped.
///
/// Dropping it stops it at once: operations are stopped, clients get a Notice of Disconnection as far as the runtime
/// still runs.
#[must_use = "dropping it stops the server"]
pub struct RunningServer {
    endpoints: Vec<Endpoint>,
    registry: Arc<Registry>,
    listeners: Vec<JoinHandle<()>>,
    /// Takes a stream as if it had been accepted.
    take: Box<dyn Fn(Stream) -> Result<(), ServerError> + Send + Sync>,
}

/// The octets that a memory pipe holds in each direction.
const PIPE: usize = 64 * 1024;

/// What makes connections out of streams.
struct Reception<H> {
    handler: Arc<H>,
    registry: Arc<Registry>,
    limits: Arc<ServerLimits>,
    acceptor: Option<Acceptor>,
    wrap: Option<Wrap>,
}

impl RunningServer {
    pub(super) async fn start<H: Handler>(server: Server<H>) -> Result<Self, ServerError> {
        let Settings { endpoints, limits, socket, acceptor, wrap } = server.settings;
        let mut listeners = Vec::new();
        for endpoint in endpoints {
            if endpoint.is_tls() && acceptor.is_none() {
                return Err(ServerError::NoCertificate { endpoint });
            }
            listeners.push(Listener::open(endpoint).await?);
        }
        let limits = Arc::new(limits);
        let registry = Arc::new(Registry::new(Arc::clone(&limits)));
        let handler = Arc::new(server.handler);
        let reception =
            Arc::new(Reception { handler, registry: Arc::clone(&registry), limits, acceptor, wrap });
        let endpoints = listeners.iter().map(|listener| listener.endpoint.clone()).collect();
        let listeners = listeners
            .into_iter()
            .map(|listener| {
                let task = accept(listener, Arc::clone(&reception), socket.clone());
                tokio::spawn(task)
            })
            .collect();
        let take = Box::new(move |stream| reception.take(stream, false).map(|_| ()));
        Ok(Self { endpoints, registry, listeners, take })
    }

    /// Returns where it listens, with the ports that were free.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// Returns the URL of the first place; `ldap://memory` if there is none.
    pub fn url(&self) -> String {
        self.endpoints.first().map_or_else(|| "ldap://memory".to_owned(), Endpoint::to_string)
    }

    /// Makes a connection by a memory pipe, and returns the client's end.
    ///
    /// # Errors
    ///
    /// There are as many connections as there may be, or the server was shut down.
    pub fn connect(&self) -> Result<Stream, ServerError> {
        let (near, far) = Stream::memory_pair(PIPE);
        self.serve(far)?;
        Ok(near)
    }

    /// Serves a client at the other end of any stream.
    ///
    /// # Errors
    ///
    /// There are as many connections as there may be, or the server was shut down.
    pub fn serve(&self, stream: Stream) -> Result<(), ServerError> {
        (self.take)(stream)
    }

    /// Returns how many connections there are.
    pub fn connections(&self) -> usize {
        self.registry.count()
    }

    /// Takes no further connection and no further request, lets outstanding operations end within `grace`, and closes
    /// each connection with a Notice of Disconnection.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future stops the server at once.
    pub async fn shutdown(mut self, grace: Duration) {
        self.stop_listening();
        for listener in std::mem::take(&mut self.listeners) {
            // It was told to stop; when it has, the port is free.
            let _ = listener.await;
        }
        self.registry.drain();
        if timeout(grace, self.registry.wait_empty()).await.is_err() {
            self.registry.end();
            // A little more than a client is given to hear the notice.
            let _ = timeout(FAREWELL * 2, self.registry.wait_empty()).await;
        }
    }

    fn stop_listening(&self) {
        for listener in &self.listeners {
            listener.abort();
        }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.stop_listening();
        self.registry.end();
    }
}

impl fmt::Debug for RunningServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningServer")
            .field("endpoints", &self.endpoints)
            .field("connections", &self.connections())
            .finish_non_exhaustive()
    }
}

/// Takes one connection after the other.
async fn accept<H: Handler>(listener: Listener, reception: Arc<Reception<H>>, options: SocketOptions) {
    loop {
        let stream = listener.accept(&options).await;
        if let Err(Some(stream)) = reception.admit(stream, listener.endpoint.is_tls()) {
            turn_away(stream).await;
        }
    }
}

impl<H: Handler> Reception<H> {
    /// Makes a connection of a stream and starts its task; gives the stream back if there are too many.
    fn admit(&self, stream: Stream, is_tls: bool) -> Result<(), Option<Stream>> {
        let place = match self.registry.enter(address(stream.peer())) {
            Ok(place) => place,
            Err(Full::Closed) => return Err(None),
            Err(Full::TooMany) => {
                self.handler.refused(stream.peer());
                return Err(Some(stream));
            }
        };
        let profile = Profile {
            number: place.number(),
            peer: stream.peer().clone(),
            credentials: stream.unix_credentials(),
            is_local: stream.is_local(),
            offers_start_tls: self.acceptor.is_some() && !is_tls,
        };
        let shared = Arc::new(Shared::new(Arc::clone(&self.limits), profile));
        if !place.occupy(&shared) {
            return Err(None);
        }
        let stream = match &self.wrap {
            Some(wrap) => wrap(place.number(), stream),
            None => stream,
        };
        let handler = Arc::clone(&self.handler);
        let acceptor = self.acceptor.clone();
        tokio::spawn(Guest { stream, shared, handler, acceptor, is_tls, place }.serve());
        Ok(())
    }

    fn take(&self, stream: Stream, is_tls: bool) -> Result<(), ServerError> {
        self.admit(stream, is_tls).map_err(|refused| match refused {
            Some(_) => ServerError::TooManyConnections,
            None => ServerError::ShutDown,
        })
    }
}
