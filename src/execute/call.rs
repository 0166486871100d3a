//! A request with what is particular to one call of it.

use std::time::Duration;

use crate::model::Control;
#[cfg(feature = "client")]
use crate::proto::controls::{ControlValue as _, PersistentSearch, SyncRequest};
use crate::proto::{ProtocolOp, Request, SearchRequest};

/// A request with its controls and its own time limit.
///
/// Calls take `impl Into<Call<R>>`, so that a plain request does where nothing is particular; the methods of
/// [`RequestExt`] make a call of a request.
///
/// ```
/// use std::time::Duration;
/// use ldapwire::RequestExt;
/// use ldapwire::proto::{DeleteRequest, controls::PagedResults};
///
/// let call = DeleteRequest::new("uid=ada,dc=example,dc=org").with_timeout(Duration::from_secs(2));
/// assert_eq!(call.timeout(), Some(Duration::from_secs(2)));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is given to a client"]
pub struct Call<R> {
    request: R,
    controls: Vec<Control>,
    timeout: Option<Duration>,
    delivery: Delivery,
}

/// How the entries of a search come to the caller.
///
/// LDAP has no flow control within a connection: while one search is read slowly, what follows behind it on the
/// same connection has to be buffered or to wait.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivery {
    /// Beside the other operations of the connection. A search that is read slowly stops the connection as long as
    /// nothing else waits for an answer; while something does, its entries are buffered up to the connection's
    /// budget, and beyond that the search ends with
    /// [`SlowConsumer`](crate::ErrorKind::SlowConsumer). The default.
    #[default]
    Shared,
    /// Beside the other operations, but a slow search makes all of them wait instead of ending.
    Stall,
    /// In pages of so many entries (RFC 2696): the server sends the next page when the last was read. Nothing is
    /// lost and the connection stays free. Servers may allow one paged search per connection at a time.
    Paged(u32),
    /// On a connection of its own, made for this search with the options and credentials of the client, unless it was
    /// bound in [several steps](crate::sasl::SaslError::Unrepeatable). Nothing is lost, whatever else the client does
    /// meanwhile.
    OwnConnection,
}

impl<R> Call<R> {
    /// Makes a call without controls, with the time limit of the client.
    pub const fn new(request: R) -> Self {
        Self { request, controls: Vec::new(), timeout: None, delivery: Delivery::Shared }
    }

    /// Adds a control.
    pub fn with_control(mut self, control: impl Into<Control>) -> Self {
        self.controls.push(control.into());
        self
    }

    /// Adds controls.
    pub fn with_controls(mut self, controls: impl IntoIterator<Item = Control>) -> Self {
        self.controls.extend(controls);
        self
    }

    /// Sets how long the whole call may take, waiting for its turn included; for a search, how long it may make no
    /// progress. Default what the client was made with.
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Returns the request.
    pub const fn request(&self) -> &R {
        &self.request
    }

    /// Takes the request out, without what was particular to the call.
    pub fn into_request(self) -> R {
        self.request
    }

    /// Returns the controls.
    pub fn controls(&self) -> &[Control] {
        &self.controls
    }

    /// Returns how long the call may take, if it says so.
    pub const fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    /// Returns how the entries of a search come.
    pub const fn delivery(&self) -> Delivery {
        self.delivery
    }

    /// Changes the request and keeps the rest.
    pub fn map<S>(self, change: impl FnOnce(R) -> S) -> Call<S> {
        Call {
            request: change(self.request),
            controls: self.controls,
            timeout: self.timeout,
            delivery: self.delivery,
        }
    }
}

impl<R: Into<ProtocolOp>> Call<R> {
    /// Forgets which request it is.
    pub fn into_op(self) -> Call<ProtocolOp> {
        self.map(Into::into)
    }
}

impl Call<SearchRequest> {
    /// Returns how many entries the server may send, if the caller has bounded them. What goes on behind the entries
    /// that are there, as in the persist stage of a synchronization (RFC 4533 3.5.3), has no bound.
    #[cfg(feature = "client")]
    pub(crate) fn most_entries(&self) -> Option<u64> {
        let goes_on =
            |control: &Control| *control.oid() == SyncRequest::OID || *control.oid() == PersistentSearch::OID;
        let limit = u64::from(self.request.max_entries());
        (limit > 0 && !self.controls.iter().any(goes_on)).then_some(limit)
    }

    /// Sets how the entries come to the caller. Default [`Delivery::Shared`].
    pub const fn with_delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }
}

impl<R: Request> From<R> for Call<R> {
    fn from(request: R) -> Self {
        Self::new(request)
    }
}

/// What turns a request into a [`Call`].
pub trait RequestExt: Request {
    /// Adds a control.
    fn with_control(self, control: impl Into<Control>) -> Call<Self> {
        Call::new(self).with_control(control)
    }

    /// Adds controls.
    fn with_controls(self, controls: impl IntoIterator<Item = Control>) -> Call<Self> {
        Call::new(self).with_controls(controls)
    }

    /// Sets how long the whole call may take; see [`Call::with_timeout`].
    fn with_timeout(self, timeout: Duration) -> Call<Self> {
        Call::new(self).with_timeout(timeout)
    }
}

impl<R: Request> RequestExt for R {}

impl SearchRequest {
    /// Sets how the entries come to the caller; see [`Delivery`].
    pub fn with_delivery(self, delivery: Delivery) -> Call<Self> {
        Call::new(self).with_delivery(delivery)
    }

    /// Reads the entries in pages of so many; see [`Delivery::Paged`].
    pub fn paged(self, entries: u32) -> Call<Self> {
        self.with_delivery(Delivery::Paged(entries))
    }

    /// Reads the entries over a connection of its own; see [`Delivery::OwnConnection`].
    pub fn on_own_connection(self) -> Call<Self> {
        self.with_delivery(Delivery::OwnConnection)
    }
}
