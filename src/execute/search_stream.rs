//! The entries of a search as they come.

use std::collections::VecDeque;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use futures_core::Stream;

use crate::error::{Error, ErrorKind, control_among};
use crate::model::{Control, LdapString, ResultCode};
use crate::proto::controls::ControlValue;
use crate::proto::{
    Context as DecodeContext, IntermediateResponse, LdapMessage, LdapResult, Limits, MessageId, OpKind,
    ProtocolOp, Quirks, SearchResultEntry,
};
use crate::session::Violation;

/// The entries of a search as they come.
///
/// **Only the server's SearchResultDone with success ends the stream well**; everything else ends it with an error
/// that says how many entries were delivered. After the end, [`result`](Self::result) and
/// [`references`](Self::references) have the rest of the answer.
///
/// # Cancel safety
///
/// [`next_entry`](Self::next_entry) loses nothing when it is dropped. Dropping the stream before its end abandons the
/// search: one message to the server, no wait.
///
/// ```no_run
/// use ldapwire::{Client, Executor, filter};
/// use ldapwire::model::Scope;
/// use ldapwire::proto::SearchRequest;
///
/// # async fn run(client: Client) -> Result<(), ldapwire::Error> {
/// let search = SearchRequest::new("dc=example,dc=org", Scope::WholeSubtree, filter!("(sn={}*)", "Love"));
/// let mut people = client.search(search).await?;
/// while let Some(person) = people.next_entry().await? {
///     println!("{} {:?}", person.dn(), person.first_text("mail"));
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a search that is dropped is abandoned"]
pub struct SearchStream {
    source: Box<dyn SearchSource>,
    frames: VecDeque<Bytes>,
    limits: Limits,
    quirks: Quirks,
    delivered: u64,
    /// The entries that were asked for at most.
    most: u64,
    references: Vec<LdapString>,
    /// The SearchResultDone, once it came.
    done: Option<(LdapResult, Vec<Control>)>,
    /// Nothing more is to be asked of the source.
    ended: bool,
}

/// Where the frames of a search come from.
///
/// Implemented by what carries out searches; the stream decodes what it gives.
pub trait SearchSource: Send {
    /// Adds the frames that have come to `frames`, which is empty; at least one when it is ready.
    ///
    /// # Errors
    ///
    /// The search ended without a SearchResultDone.
    fn poll_frames(&mut self, cx: &mut Context<'_>, frames: &mut VecDeque<Bytes>) -> Poll<Result<(), Error>>;

    /// Takes the SearchResultDone that the stream met; returns whether the search goes on behind it, as it does from
    /// page to page.
    ///
    /// # Errors
    ///
    /// The next part cannot be asked for.
    fn done(&mut self, result: &LdapResult, controls: &[Control]) -> Result<bool, Error>;

    /// Says that a frame broke the protocol, and makes the error for the caller.
    fn violated(&mut self, violation: Violation) -> Error;

    /// Adds what is known of the search to an error.
    fn describe(&self, error: Error) -> Error;

    /// Returns the message id that the search has now, if it goes over a connection.
    fn id(&self) -> Option<MessageId> {
        None
    }

    /// Returns the code of the SearchResultDone if that is the last of the frames that were added last, for who has to
    /// know before the stream comes to it.
    fn arrived(&self) -> Option<ResultCode> {
        None
    }
}

/// One message of a search. [`Controls`](crate::proto::controls::Controls) finds a control by its type.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum SearchItem {
    /// An entry, with the controls that came with it.
    Entry(SearchResultEntry, Vec<Control>),
    /// A part of the tree that another server holds: the URLs of the servers to ask (RFC 4511 4.5.3), with the controls
    /// that came with it.
    Reference(Vec<LdapString>, Vec<Control>),
    /// An intermediate response, solicited by a control of the search.
    Intermediate(IntermediateResponse),
}

/// The whole answer to a search.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Collected {
    /// The entries in the order in which they came.
    pub entries: Vec<SearchResultEntry>,
    /// The URLs of all search references.
    pub references: Vec<LdapString>,
    /// How the search ended.
    pub result: LdapResult,
    /// The controls of the SearchResultDone.
    pub controls: Vec<Control>,
}

impl Collected {
    /// Returns the control of this type, if it came with the SearchResultDone.
    ///
    /// # Errors
    ///
    /// The control came and its value is not what its specification says.
    pub fn control<C: ControlValue>(&self) -> Result<Option<C>, Error> {
        control_among(&self.controls)
    }
}

/// The most URLs of search references that a stream keeps for [`SearchStream::references`]; all are items of the
/// stream.
const MAX_REFERENCES: usize = 4096;

impl SearchStream {
    /// Makes the stream of a search.
    pub fn new(source: Box<dyn SearchSource>, limits: Limits, quirks: Quirks) -> Self {
        Self {
            source,
            frames: VecDeque::new(),
            limits,
            quirks,
            delivered: 0,
            most: u64::MAX,
            references: Vec::new(),
            done: None,
            ended: false,
        }
    }

    /// Ends the search with `sizeLimitExceeded` if the server sends more entries, which it should not.
    #[cfg(feature = "client")]
    pub(crate) fn with_most(mut self, entries: Option<u64>) -> Self {
        self.most = entries.unwrap_or(u64::MAX);
        self
    }

    /// Returns the next entry, or `None` after the last. References are kept for
    /// [`references`](Self::references), intermediate responses passed over; take the stream itself to see them in
    /// their places.
    ///
    /// # Errors
    ///
    /// The search ended otherwise than with success. The error comes once; after it there is `None`.
    pub async fn next_entry(&mut self) -> Result<Option<SearchResultEntry>, Error> {
        loop {
            match self.next_item().await? {
                Some(SearchItem::Entry(entry, _)) => return Ok(Some(entry)),
                Some(_) => {}
                None => return Ok(None),
            }
        }
    }

    /// Returns the next message, or `None` after the last.
    ///
    /// # Errors
    ///
    /// As [`next_entry`](Self::next_entry).
    pub async fn next_item(&mut self) -> Result<Option<SearchItem>, Error> {
        poll_fn(|cx| self.poll_item(cx)).await
    }

    /// Reads the search to its end and returns all of it.
    ///
    /// Memory grows with the answer: bound it by [`size_limit`](crate::proto::SearchRequest::size_limit).
    ///
    /// # Errors
    ///
    /// As [`next_entry`](Self::next_entry); what had come is in
    /// [`partial_entries`](Error::partial_entries).
    pub async fn collect(mut self) -> Result<Collected, Error> {
        let mut entries = Vec::new();
        loop {
            match self.next_entry().await {
                Ok(Some(entry)) => entries.push(entry),
                Ok(None) => break,
                Err(error) => return Err(error.with_partial(entries)),
            }
        }
        let (result, controls) = self.done.unwrap_or_else(|| (LdapResult::success(), Vec::new()));
        Ok(Collected { entries, references: self.references, result, controls })
    }

    /// Reads the one entry that the search finds.
    pub(crate) async fn one(mut self) -> Result<SearchResultEntry, Error> {
        // Two are enough to know that it is not one.
        let Some(entry) = self.next_entry().await? else {
            return Err(self.error(ErrorKind::NotOne { found: 0 }));
        };
        match self.next_entry().await? {
            None => Ok(entry.detach()),
            Some(_) => Err(self.error(ErrorKind::NotOne { found: 2 })),
        }
    }

    /// Returns how the search ended, once it has.
    pub fn result(&self) -> Option<&LdapResult> {
        self.done.as_ref().map(|(result, _)| result)
    }

    /// Returns the controls of the SearchResultDone, once it came.
    pub fn controls(&self) -> &[Control] {
        self.done.as_ref().map_or(&[], |(_, controls)| controls)
    }

    /// Returns the control of this type, if it came with the SearchResultDone. Those of an entry come with the
    /// [item](SearchItem).
    ///
    /// # Errors
    ///
    /// The control came and its value is not what its specification says.
    pub fn control<C: ControlValue>(&self) -> Result<Option<C>, Error> {
        control_among(self.controls()).map_err(|error| self.source.describe(error))
    }

    /// Returns the URLs of the search references that came so far, the first 4096.
    pub fn references(&self) -> &[LdapString] {
        &self.references
    }

    /// Returns how many entries were delivered.
    pub const fn delivered(&self) -> u64 {
        self.delivered
    }

    /// Returns the message id of the search on its connection, by which the server can be asked to
    /// [cancel](crate::Client::cancel) it. A paged search has another one for each page.
    pub fn id(&self) -> Option<MessageId> {
        self.source.id()
    }

    /// Makes an error of this search.
    pub(crate) fn error(&self, kind: ErrorKind) -> Error {
        self.source.describe(Error::new(kind)).with_delivered(self.delivered)
    }

    fn poll_item(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<SearchItem>, Error>> {
        loop {
            if let Some(received) = self.take_received() {
                return Poll::Ready(received);
            }
            let polled = ready!(self.source.poll_frames(cx, &mut self.frames));
            polled.map_err(|error| self.fail(error))?;
        }
    }

    /// Takes the next message from what has been received already; `None` if there is nothing, and the source has to be
    /// asked.
    pub(crate) fn take_received(&mut self) -> Option<Result<Option<SearchItem>, Error>> {
        while !self.ended {
            let frame = self.frames.pop_front()?;
            match self.read(&frame) {
                Ok(Some(item)) => return Some(Ok(Some(item))),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
        Some(Ok(None))
    }

    /// Reads one message; the last one is none for the caller.
    fn read(&mut self, frame: &Bytes) -> Result<Option<SearchItem>, Error> {
        let context = DecodeContext::new(frame, &self.limits, &self.quirks);
        let message = match SearchResultEntry::decode_message(&context) {
            // "This size limit restricts the maximum number of entries to be returned" (RFC 4511 4.5.1.4).
            Ok(Some(_)) if self.delivered >= self.most => return Err(self.exceeded()),
            Ok(Some((entry, controls))) => {
                self.delivered += 1;
                return Ok(Some(SearchItem::Entry(entry, controls)));
            }
            Ok(None) => LdapMessage::decode(&context),
            Err(error) => Err(error),
        };
        let message = message.map_err(|error| self.violated(error.into()))?;
        match message.op {
            ProtocolOp::SearchResultReference(reference) => {
                let urls = reference.urls().to_vec();
                let room = MAX_REFERENCES.saturating_sub(self.references.len());
                self.references.extend(urls.iter().take(room).map(LdapString::detach));
                Ok(Some(SearchItem::Reference(urls, message.controls)))
            }
            ProtocolOp::IntermediateResponse(response) => Ok(Some(SearchItem::Intermediate(response))),
            ProtocolOp::SearchResultDone(result) => self.finish(result, message.controls).map(|()| None),
            // The session lets nothing else through to a search.
            op => {
                let (id, request, response) = (message.id, OpKind::SearchRequest, op.kind());
                Err(self.violated(Violation::WrongResponse { id, request, response }))
            }
        }
    }

    fn finish(&mut self, result: LdapResult, controls: Vec<Control>) -> Result<(), Error> {
        if result.code() != ResultCode::SUCCESS {
            let error = self.source.describe(Error::refused(result.clone(), controls.clone()));
            self.done = Some((result, controls));
            return Err(self.fail(error));
        }
        let goes_on = self.source.done(&result, &controls).map_err(|error| self.fail(error))?;
        if !goes_on {
            self.done = Some((result, controls));
            self.ended = true;
        }
        Ok(())
    }

    /// Gives the search up, whose server does not mind how many entries were asked for.
    fn exceeded(&mut self) -> Error {
        let result = LdapResult::new(ResultCode::SIZE_LIMIT_EXCEEDED)
            .with_diagnostic_message("the server sent more entries than were asked for");
        let error = self.source.describe(Error::refused(result.clone(), Vec::new()));
        self.done = Some((result, Vec::new()));
        // Nobody reads what still comes: the search is abandoned now and not when the stream is dropped.
        self.source = Box::new(Abandoned);
        self.fail(error)
    }

    fn violated(&mut self, violation: Violation) -> Error {
        let error = self.source.violated(violation);
        self.fail(error)
    }

    fn fail(&mut self, error: Error) -> Error {
        self.ended = true;
        self.frames.clear();
        error.with_delivered(self.delivered)
    }
}

/// What is left of a search that was given up.
struct Abandoned;

impl SearchSource for Abandoned {
    fn poll_frames(&mut self, _: &mut Context<'_>, _: &mut VecDeque<Bytes>) -> Poll<Result<(), Error>> {
        Poll::Pending
    }

    fn done(&mut self, _: &LdapResult, _: &[Control]) -> Result<bool, Error> {
        Ok(false)
    }

    fn violated(&mut self, violation: Violation) -> Error {
        Error::new(ErrorKind::Violation(violation))
    }

    fn describe(&self, error: Error) -> Error {
        error
    }
}

impl Stream for SearchStream {
    type Item = Result<SearchItem, Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_item(cx).map(Result::transpose)
    }
}

impl fmt::Debug for SearchStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchStream")
            .field("delivered", &self.delivered)
            .field("result", &self.result())
            .finish_non_exhaustive()
    }
}
