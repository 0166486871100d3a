//! Records of an asynchronous source.

use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use tokio::io::{AsyncRead, ReadBuf};

use crate::ldif::{Faults, LdifReader, Located, ReadOptions};

use super::FileError;
use super::records::PIECE;

/// Reads the records of any [`AsyncRead`], as a [`Stream`].
///
/// What is held at a time is one piece of the file and one record, within the [limits](crate::ldif::ReadLimits).
///
/// # Cancel safety
///
/// Nothing is lost when a future that waits for the next record is dropped: what arrived stays here.
///
/// ```
/// use std::future::poll_fn;
/// use std::pin::Pin;
///
/// use futures_core::Stream;
/// use ldapwire::files::RecordStream;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), ldapwire::files::FileError> {
/// let mut records = RecordStream::new(&b"dn: cn=Ada\ncn: Ada\n"[..]);
/// let mut names = Vec::new();
/// while let Some(record) = poll_fn(|context| Pin::new(&mut records).poll_next(context)).await {
///     names.push(record?.record.dn().to_string());
/// }
/// assert_eq!(names, ["cn=Ada"]);
/// # Ok(())
/// # }
/// ```
pub struct RecordStream<R> {
    source: R,
    reader: LdifReader,
    path: PathBuf,
    has_ended: bool,
    /// Records that were returned without a pause.
    run: usize,
}

impl<R: AsyncRead + Unpin> RecordStream<R> {
    /// Reads with the default options.
    pub fn new(source: R) -> Self {
        Self::with_options(source, ReadOptions::new())
    }

    /// Reads with options. A resolver of URLs reads its files while the stream is polled.
    pub fn with_options(source: R, options: ReadOptions) -> Self {
        let reader = LdifReader::with_options(options);
        Self { source, reader, path: PathBuf::from("-"), has_ended: false, run: 0 }
    }

    /// Sets the name of the file for errors. Default `-`.
    #[must_use]
    pub fn named(mut self, path: impl Into<PathBuf>) -> Self {
        self.path = path.into();
        self
    }

    /// Returns the faults that were collected.
    pub const fn faults(&self) -> &Faults {
        self.reader.faults()
    }
}

impl<R: AsyncRead + Unpin> Stream for RecordStream<R> {
    type Item = Result<Located, FileError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        if this.run >= RUN {
            // Others on this thread have a turn, even if the source always has more.
            this.run = 0;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        loop {
            if let Some(record) = this.reader.next_record() {
                this.run = this.run.saturating_add(1);
                return Poll::Ready(Some(record.map_err(|fault| FileError::new(&this.path, fault))));
            }
            if this.has_ended {
                return Poll::Ready(None);
            }
            let mut room = ReadBuf::new(this.reader.spare(PIECE));
            let polled = Pin::new(&mut this.source).poll_read(context, &mut room);
            if polled.is_pending() {
                this.run = 0;
            }
            let read = ready!(polled).map(|()| room.filled().len());
            match read {
                Ok(0) => {
                    this.has_ended = true;
                    this.reader.finish();
                }
                Ok(count) => this.reader.arrived(count),
                Err(error) => {
                    this.has_ended = true;
                    return Poll::Ready(Some(Err(FileError::new(&this.path, error))));
                }
            }
        }
    }
}

impl<R> fmt::Debug for RecordStream<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordStream")
            .field("path", &self.path)
            .field("reader", &self.reader)
            .finish_non_exhaustive()
    }
}

/// Records that are returned before others have a turn: some hundred microseconds.
const RUN: usize = 256;

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::AsyncWriteExt;

    use super::*;

    async fn next<R: AsyncRead + Unpin>(records: &mut RecordStream<R>) -> Option<Result<Located, FileError>> {
        poll_fn(|context| Pin::new(&mut *records).poll_next(context)).await
    }

    #[tokio::test]
    async fn records_come_as_they_arrive() {
        let (mut peer, source) = tokio::io::duplex(64);
        let mut records = RecordStream::new(source).named("pipe");
        peer.write_all(b"dn: cn=a\ncn: a\n\ndn: cn=b\nc").await.unwrap();
        assert_eq!(next(&mut records).await.unwrap().unwrap().record.dn(), "cn=a");
        peer.write_all(b"n: b\n").await.unwrap();
        drop(peer);
        assert_eq!(next(&mut records).await.unwrap().unwrap().position.line(), 4);
        assert!(next(&mut records).await.is_none());
        assert!(next(&mut records).await.is_none());
    }

    #[tokio::test]
    async fn a_fault_is_told_with_the_name_of_the_file() {
        let mut records = RecordStream::new(&b"dn cn=a\n"[..]).named("pipe");
        let error = next(&mut records).await.unwrap().unwrap_err();
        assert!(error.to_string().starts_with("pipe:1:"), "{error}");
        assert!(next(&mut records).await.is_none());
    }

    #[tokio::test]
    async fn others_have_a_turn() {
        let file = "dn: cn=a\ncn: a\n\n".repeat(10 * RUN);
        let mut records = RecordStream::new(file.as_bytes());
        let counter = async {
            let mut count = 0;
            while let Some(record) = next(&mut records).await {
                record.unwrap();
                count += 1;
            }
            count
        };
        let turns = async {
            let mut turns = 0;
            while turns < 5 {
                tokio::task::yield_now().await;
                turns += 1;
            }
        };
        tokio::pin!(counter);
        tokio::select! {
            biased;
            _ = &mut counter => panic!("it kept the thread to the end"),
            () = turns => {}
        }
        assert_eq!(counter.await, 10 * RUN);
    }
}
