//! Records of an iterator, as a stream.

use std::convert::Infallible;

use futures_core::Stream;
use futures_util::stream::iter;

use super::Record;

/// Makes a stream of the records of an iterator, of which each is there: entries or changes of the caller's.
///
/// What the iterator does it does on the thread of the load; one that waits for somebody makes the load wait.
pub fn records<I>(records: I) -> impl Stream<Item = Result<Record, Infallible>>
where
    I: IntoIterator<Item: Into<Record>>,
{
    iter(records.into_iter().map(|record| Ok(record.into())))
}

/// Makes a stream of the records of an iterator that may fail, such as those of a file: [`Records`](crate::files::Records) and
/// [`ParallelRecords`](crate::files::ParallelRecords).
///
/// As [`records`]; to read a file of a disk that way is fine.
pub fn try_records<I, R, E>(records: I) -> impl Stream<Item = Result<Record, E>>
where
    I: IntoIterator<Item = Result<R, E>>,
    R: Into<Record>,
{
    iter(records.into_iter().map(|record| record.map(Into::into)))
}
