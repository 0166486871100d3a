//! The operations.

use crate::error::Error;
use crate::execute::{Call, Collected, Executor, Response};
use crate::model::{AuthzId, LdapString, Secret, Value};
use crate::proto::extops::{ExtendedOp, PasswordModify};
use crate::proto::{
    AddRequest, CompareRequest, DeleteRequest, ExtendedRequest, ModifyDnRequest, ModifyRequest, ProtocolOp,
    SearchRequest, SearchResultEntry,
};
use crate::schema::Schema;

use super::worker::Worker;
use super::{Answers, Search};

/// The blocking face of what carries out requests.
///
/// Each method does what the method of the same name of [`Executor`] does and waits for it; see there for what each
/// means and which errors it has. In addition each returns [`InAsyncTask`](crate::ErrorKind::InAsyncTask) where
/// waiting is not allowed. Clones share the thread behind it.
#[derive(Clone, Debug)]
pub struct Blocking<E> {
    pub(super) inner: E,
    pub(super) worker: Worker,
}

impl<E> Blocking<E> {
    /// Returns what is wrapped, for asynchronous code beside the blocking one.
    pub const fn inner(&self) -> &E {
        &self.inner
    }
}

#[allow(clippy::missing_errors_doc, reason = "they are those of the methods of the same names")]
impl<E: Executor> Blocking<E> {
    /// As [`Executor::execute`].
    pub fn execute(&self, call: Call<ProtocolOp>) -> Result<Response, Error> {
        self.worker.run(self.inner.execute(call))?
    }

    /// As [`Executor::search`]: an iterator over the entries.
    pub fn search(&self, search: impl Into<Call<SearchRequest>> + Send) -> Result<Search, Error> {
        let stream = self.worker.run(self.inner.search(search))??;
        Ok(Search::new(stream, self.worker.clone()))
    }

    /// As [`Executor::search_one`].
    pub fn search_one(
        &self,
        search: impl Into<Call<SearchRequest>> + Send,
    ) -> Result<SearchResultEntry, Error> {
        self.worker.run(self.inner.search_one(search))?
    }

    /// As [`Executor::search_all`].
    pub fn search_all(&self, search: impl Into<Call<SearchRequest>> + Send) -> Result<Collected, Error> {
        self.worker.run(self.inner.search_all(search))?
    }

    /// As [`Executor::search_many`]: an iterator over the answers, in the order of the requests.
    pub fn search_many<'a, I>(&'a self, searches: I) -> Answers<'a, E>
    where
        I: IntoIterator<Item: Into<Call<SearchRequest>> + 'a, IntoIter: Send + 'a>,
    {
        Answers::new(self.inner.search_many(searches), &self.worker)
    }

    /// As [`Executor::read`].
    pub fn read(&self, dn: impl Into<LdapString> + Send) -> Result<SearchResultEntry, Error> {
        self.worker.run(self.inner.read(dn))?
    }

    /// As [`Executor::root_dse`].
    pub fn root_dse(&self) -> Result<SearchResultEntry, Error> {
        self.worker.run(self.inner.root_dse())?
    }

    /// As [`Executor::schema`].
    pub fn schema(&self) -> Result<Schema, Error> {
        self.worker.run(self.inner.schema())?
    }

    /// As [`Executor::add`].
    pub fn add(&self, add: impl Into<Call<AddRequest>> + Send) -> Result<Response, Error> {
        self.worker.run(self.inner.add(add))?
    }

    /// As [`Executor::delete`].
    pub fn delete(&self, delete: impl Into<Call<DeleteRequest>> + Send) -> Result<Response, Error> {
        self.worker.run(self.inner.delete(delete))?
    }

    /// As [`Executor::modify`].
    pub fn modify(&self, modify: impl Into<Call<ModifyRequest>> + Send) -> Result<Response, Error> {
        self.worker.run(self.inner.modify(modify))?
    }

    /// As [`Executor::modify_dn`].
    pub fn modify_dn(&self, modify_dn: impl Into<Call<ModifyDnRequest>> + Send) -> Result<Response, Error> {
        self.worker.run(self.inner.modify_dn(modify_dn))?
    }

    /// As [`Executor::compare`].
    pub fn compare(&self, compare: impl Into<Call<CompareRequest>> + Send) -> Result<bool, Error> {
        self.worker.run(self.inner.compare(compare))?
    }

    /// As [`Executor::extended`].
    pub fn extended(&self, extended: impl Into<Call<ExtendedRequest>> + Send) -> Result<Response, Error> {
        self.worker.run(self.inner.extended(extended))?
    }

    /// As [`Executor::extended_op`].
    pub fn extended_op<O: ExtendedOp + Send + Sync>(&self, operation: O) -> Result<O::Response, Error>
    where
        O::Response: Send,
    {
        self.worker.run(self.inner.extended_op(operation))?
    }

    /// As [`Executor::who_am_i`].
    pub fn who_am_i(&self) -> Result<AuthzId, Error> {
        self.worker.run(self.inner.who_am_i())?
    }

    /// As [`Executor::password_modify`].
    pub fn password_modify(&self, change: PasswordModify) -> Result<Option<Secret>, Error> {
        self.worker.run(self.inner.password_modify(change))?
    }

    /// As [`Executor::replace`].
    pub fn replace<V: Into<Value>>(
        &self,
        dn: impl Into<LdapString> + Send,
        attribute: &str,
        values: impl IntoIterator<Item = V> + Send,
    ) -> Result<Response, Error> {
        self.worker.run(self.inner.replace(dn, attribute, values))?
    }
}
