//! One verb, and the operations on top of it.

use std::future::Future;

use crate::error::{Error, ErrorKind};
use crate::model::{AuthzId, Filter, LdapString, Modification, ResultCode, Scope, Secret, Value};
use crate::proto::extops::{ExtendedOp, PasswordModify, WhoAmI};
use crate::proto::{
    AddRequest, CompareRequest, DeleteRequest, ExtendedRequest, ModifyDnRequest, ModifyRequest, ProtocolOp,
    SearchRequest, SearchResultEntry,
};
use crate::schema::{DefinitionKind, Schema};

use super::{Call, Collected, Response, SearchMany, SearchStream};

/// What carries out requests: a client, and everything that stands for one.
///
/// An implementation gives the first two methods; the operations come with them. Every method takes a plain request
/// or a [`Call`] with controls and a time limit. Results that are no success are errors that carry the whole
/// result.
///
/// # Cancel safety
///
/// Dropping a future or a stream gives the operation up: the server is told to abandon it, and what still comes
/// for it is dropped. Whether a write that was given up was carried out is not known.
pub trait Executor: Sync {
    /// Carries out a request that is answered by one response.
    ///
    /// # Errors
    ///
    /// The request cannot be sent, the connection was lost, time ran out, or the server answered with a result that
    /// is an error.
    fn execute(&self, call: Call<ProtocolOp>) -> impl Future<Output = Result<Response, Error>> + Send;

    /// Begins a search and returns its entries as a stream.
    ///
    /// # Errors
    ///
    /// The request cannot be sent. What the server answers comes by the stream.
    fn search(
        &self,
        search: impl Into<Call<SearchRequest>> + Send,
    ) -> impl Future<Output = Result<SearchStream, Error>> + Send;

    /// Returns the one entry that a search finds; attributes and filter as in the request.
    ///
    /// # Errors
    ///
    /// As [`search`](Self::search) and its stream, or there is [none or more than one](crate::ErrorKind::NotOne).
    fn search_one(
        &self,
        search: impl Into<Call<SearchRequest>> + Send,
    ) -> impl Future<Output = Result<SearchResultEntry, Error>> + Send {
        async { self.search(search).await?.one().await }
    }

    /// Carries out a search to its end and returns the whole answer.
    ///
    /// Memory grows with the answer: bound it by [`size_limit`](SearchRequest::size_limit).
    ///
    /// # Errors
    ///
    /// As [`search`](Self::search) and its stream; what had come is in
    /// [`partial_entries`](Error::partial_entries).
    fn search_all(
        &self,
        search: impl Into<Call<SearchRequest>> + Send,
    ) -> impl Future<Output = Result<Collected, Error>> + Send {
        async { self.search(search).await?.collect().await }
    }

    /// Carries out many searches, a few at a time, and gives the whole answer to each.
    fn search_many<'a, I>(&'a self, searches: I) -> SearchMany<'a, Self>
    where
        Self: Sized,
        I: IntoIterator<Item: Into<Call<SearchRequest>> + 'a, IntoIter: Send + 'a>,
    {
        SearchMany::new(self, searches.into_iter().map(Into::into))
    }

    /// Reads the entry with this name, all its user attributes.
    ///
    /// # Errors
    ///
    /// As [`search_one`](Self::search_one); `noSuchObject` if there is no such entry.
    fn read(
        &self,
        dn: impl Into<LdapString> + Send,
    ) -> impl Future<Output = Result<SearchResultEntry, Error>> + Send {
        async { self.search_one(SearchRequest::entry(dn)).await }
    }

    /// Reads the root DSE: what the server is and can do (RFC 4512 5.1), operational attributes included.
    ///
    /// # Errors
    ///
    /// As [`search_one`](Self::search_one).
    fn root_dse(&self) -> impl Future<Output = Result<SearchResultEntry, Error>> + Send {
        self.search_one(SearchRequest::entry("").attributes(["*", "+"]))
    }

    /// Reads the schema that the root DSE names (RFC 4512 4.4). Parts of a directory may have another one: their entries
    /// say by `subschemaSubentry` which.
    ///
    /// # Errors
    ///
    /// As [`search_one`](Self::search_one), also where the server names no schema.
    fn schema(&self) -> impl Future<Output = Result<Schema, Error>> + Send {
        async {
            let root = self.search_one(SearchRequest::entry("").attributes([SUBSCHEMA_SUBENTRY])).await?;
            let none = || Error::new(ErrorKind::NotOne { found: 0 });
            let name = root.first_text(SUBSCHEMA_SUBENTRY).ok_or_else(none)?;
            // "filter is "(objectClass=subschema)" [RFC4515], and the attributes field lists the names of the desired schema
            // attributes (as they are operational)": Active Directory gives none for a `+`.
            let filter = Filter::equality("objectClass", "subschema");
            let search = SearchRequest::new(name, Scope::BaseObject, filter)
                .attributes(DefinitionKind::ALL.map(DefinitionKind::attribute));
            Ok(Schema::from_entry(&self.search_one(search).await?.to_entry()))
        }
    }

    /// Adds an entry (RFC 4511 4.7).
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    fn add(
        &self,
        add: impl Into<Call<AddRequest>> + Send,
    ) -> impl Future<Output = Result<Response, Error>> + Send {
        async { self.execute(add.into().into_op()).await }
    }

    /// Deletes an entry (RFC 4511 4.8).
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    fn delete(
        &self,
        delete: impl Into<Call<DeleteRequest>> + Send,
    ) -> impl Future<Output = Result<Response, Error>> + Send {
        async { self.execute(delete.into().into_op()).await }
    }

    /// Changes an entry (RFC 4511 4.6).
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    fn modify(
        &self,
        modify: impl Into<Call<ModifyRequest>> + Send,
    ) -> impl Future<Output = Result<Response, Error>> + Send {
        async { self.execute(modify.into().into_op()).await }
    }

    /// Renames or moves an entry (RFC 4511 4.9).
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    fn modify_dn(
        &self,
        modify_dn: impl Into<Call<ModifyDnRequest>> + Send,
    ) -> impl Future<Output = Result<Response, Error>> + Send {
        async { self.execute(modify_dn.into().into_op()).await }
    }

    /// Returns whether an entry has a value (RFC 4511 4.10).
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute); `compareTrue` and `compareFalse` are none.
    fn compare(
        &self,
        compare: impl Into<Call<CompareRequest>> + Send,
    ) -> impl Future<Output = Result<bool, Error>> + Send {
        async {
            let response = self.execute(compare.into().into_op()).await?;
            match response.code() {
                ResultCode::COMPARE_TRUE => Ok(true),
                ResultCode::COMPARE_FALSE => Ok(false),
                _ => Err(Error::refused(response.result().clone(), response.controls().to_vec())),
            }
        }
    }

    /// Carries out any extended operation (RFC 4511 4.12).
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    fn extended(
        &self,
        extended: impl Into<Call<ExtendedRequest>> + Send,
    ) -> impl Future<Output = Result<Response, Error>> + Send {
        async { self.execute(extended.into().into_op()).await }
    }

    /// Carries out an extended operation whose type is known, and returns its answer. To send controls with it, give
    /// [`into_request`](ExtendedOp::into_request) to [`extended`](Self::extended) and take
    /// [`Response::extended_op`].
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute), or the answer has a value that its specification does not allow.
    fn extended_op<O: ExtendedOp + Send + Sync>(
        &self,
        operation: O,
    ) -> impl Future<Output = Result<O::Response, Error>> + Send
    where
        O::Response: Send,
    {
        async move { self.extended(operation.into_request()).await?.extended_op::<O>() }
    }

    /// Asks who the connection belongs to (RFC 4532): an authorization identity such as `dn:cn=admin`, empty for
    /// anonymous.
    ///
    /// # Errors
    ///
    /// As [`extended_op`](Self::extended_op).
    fn who_am_i(&self) -> impl Future<Output = Result<AuthzId, Error>> + Send {
        self.extended_op(WhoAmI)
    }

    /// Changes a password (RFC 3062); returns the new one if the server made it.
    ///
    /// # Errors
    ///
    /// As [`extended_op`](Self::extended_op).
    fn password_modify(
        &self,
        change: PasswordModify,
    ) -> impl Future<Output = Result<Option<Secret>, Error>> + Send {
        self.extended_op(change)
    }

    /// Replaces the values of one attribute; without values it is removed.
    ///
    /// # Errors
    ///
    /// As [`modify`](Self::modify).
    fn replace<V: Into<Value>>(
        &self,
        dn: impl Into<LdapString> + Send,
        attribute: &str,
        values: impl IntoIterator<Item = V> + Send,
    ) -> impl Future<Output = Result<Response, Error>> + Send {
        let request = ModifyRequest::new(dn, [Modification::replace(attribute, values)]);
        self.modify(request)
    }
}

const SUBSCHEMA_SUBENTRY: &str = "subschemaSubentry";
