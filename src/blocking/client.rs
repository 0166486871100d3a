//! What a client has besides the operations.

use std::time::Duration;

use crate::client::ConnectOptions;
use crate::client::{self, Statistics};
use crate::error::{Closed, Error};
use crate::execute::{Call, Response};
use crate::model::{LdapString, Secret};
use crate::proto::{BindRequest, MessageId};
use crate::sasl::Mechanism;

use super::Blocking;

/// The blocking face of a [`Client`](crate::Client).
///
/// Dropping the last clone closes the connection; [`close`](Self::close) first lets what is in flight end.
pub type Client = Blocking<client::Client>;

#[allow(clippy::missing_errors_doc, reason = "they are those of the methods of the same names")]
impl Client {
    /// As [`Client::connect`](crate::Client::connect). With options, call
    /// [`ConnectOptions::connect_blocking`].
    pub fn connect(url: impl Into<String>) -> Result<Self, Error> {
        ConnectOptions::new(url).connect_blocking()
    }

    /// As [`Client::again`](crate::Client::again): one more connection, on the same thread.
    pub fn again(&self) -> Result<Self, Error> {
        let inner = self.worker.run(self.inner.again())??;
        Ok(Self { inner, worker: self.worker.clone() })
    }

    /// As [`Client::simple_bind`](crate::Client::simple_bind).
    pub fn simple_bind(
        &self,
        name: impl Into<LdapString>,
        password: impl Into<Secret>,
    ) -> Result<Response, Error> {
        self.worker.run(self.inner.simple_bind(name, password))?
    }

    /// As [`Client::anonymous_bind`](crate::Client::anonymous_bind).
    pub fn anonymous_bind(&self) -> Result<Response, Error> {
        self.worker.run(self.inner.anonymous_bind())?
    }

    /// As [`Client::unauthenticated_bind`](crate::Client::unauthenticated_bind).
    pub fn unauthenticated_bind(&self, name: impl Into<LdapString>) -> Result<Response, Error> {
        self.worker.run(self.inner.unauthenticated_bind(name))?
    }

    /// As [`Client::bind_external`](crate::Client::bind_external).
    pub fn bind_external(&self) -> Result<Response, Error> {
        self.worker.run(self.inner.bind_external())?
    }

    /// As [`Client::bind_plain`](crate::Client::bind_plain).
    pub fn bind_plain(
        &self,
        user: impl Into<String>,
        password: impl Into<Secret>,
    ) -> Result<Response, Error> {
        self.worker.run(self.inner.bind_plain(user, password))?
    }

    /// As [`Client::bind`](crate::Client::bind).
    pub fn bind(&self, bind: impl Into<Call<BindRequest>>) -> Result<Response, Error> {
        self.worker.run(self.inner.bind(bind))?
    }

    /// As [`Client::sasl_bind`](crate::Client::sasl_bind).
    pub fn sasl_bind(&self, mechanism: &mut (impl Mechanism + Send)) -> Result<Response, Error> {
        self.worker.run(self.inner.sasl_bind(mechanism))?
    }

    /// As [`Client::cancel`](crate::Client::cancel).
    pub fn cancel(&self, id: MessageId) -> Result<(), Error> {
        self.worker.run(self.inner.cancel(id))?
    }

    /// As [`Client::close`](crate::Client::close).
    pub fn close(&self) -> Result<(), Error> {
        self.worker.run(self.inner.close())
    }

    /// As [`Client::close_within`](crate::Client::close_within).
    pub fn close_within(&self, time: Duration) -> Result<(), Error> {
        self.worker.run(self.inner.close_within(time))
    }

    /// As [`Client::closed`](crate::Client::closed).
    pub fn closed(&self) -> Result<Closed, Error> {
        self.worker.run(self.inner.closed())
    }

    /// As [`Client::is_closed`](crate::Client::is_closed).
    pub fn is_closed(&self) -> bool {
        self.inner.is_closed()
    }

    /// As [`Client::peer_certificate`](crate::Client::peer_certificate).
    pub fn peer_certificate(&self) -> Option<&[u8]> {
        self.inner.peer_certificate()
    }

    /// As [`Client::is_private`](crate::Client::is_private).
    pub fn is_private(&self) -> bool {
        self.inner.is_private()
    }

    /// As [`Client::server`](crate::Client::server).
    pub fn server(&self) -> &str {
        self.inner.server()
    }

    /// As [`Client::statistics`](crate::Client::statistics).
    pub fn statistics(&self) -> Statistics {
        self.inner.statistics()
    }
}
