//! The names of what is to be deleted, the deepest first.

use std::io;

use crate::error::Error;
use crate::execute::{Delivery, Executor, RequestExt};
use crate::files::{Sorted, Sorter};
use crate::model::{Dn, Filter};
use crate::proto::SearchRequest;
use crate::proto::controls::ManageDsaIt;

use super::{Delete, DeleteError, is_limit};

/// Names in the order in which their entries can be deleted.
pub(super) struct Names {
    pub(super) count: u64,
    pub(super) sorted: Deepest,
    /// Why these are not all.
    pub(super) cut: Option<Error>,
}

/// The octets that are sorted in memory.
const MEMORY: usize = 32 * 1024 * 1024;

impl Names {
    pub(super) async fn read<E: Executor>(delete: &Delete, executor: &E) -> Result<Self, DeleteError> {
        let filter = delete.filter.clone().unwrap_or_else(|| Filter::present("objectClass"));
        let search = SearchRequest::new(delete.base.clone(), delete.scope, filter)
            .attributes(["1.1"])
            .with_control(ManageDsaIt)
            .with_delivery(delete.pages.map_or(Delivery::Stall, Delivery::Paged));
        let mut stream = executor.search(search).await?;
        let base = Dn::parse(&delete.base).ok();
        let (mut sorter, mut count) = (Sorter::new(MEMORY), 0);
        let cut = loop {
            match stream.next_entry().await {
                Ok(Some(entry)) => {
                    let dn = Dn::parse(entry.dn()).ok();
                    if delete.keeps_base && dn == base {
                        continue;
                    }
                    sorter.push(&key(dn.as_ref()), |name| name.extend_from_slice(entry.dn().as_bytes()))?;
                    count += 1;
                }
                Ok(None) => break None,
                Err(error) if count > 0 && error.code().is_some_and(is_limit) => break Some(error),
                Err(error) => return Err(error.into()),
            }
        };
        Ok(Self { count, sorted: Deepest(sorter.finish()?), cut })
    }

    /// Makes an error of it if these are not all.
    pub(super) fn whole(mut self) -> Result<Self, DeleteError> {
        match self.cut.take() {
            Some(error) => Err(error.into()),
            None => Ok(self),
        }
    }
}

/// Sorts by depth, the deepest first: whoever is sent at the same time can be deleted at the same time. A name that is none
/// comes before all others, since nothing is known to be below it.
fn key(dn: Option<&Dn>) -> Vec<u8> {
    let depth = dn.and_then(|dn| u32::try_from(dn.depth()).ok()).unwrap_or(u32::MAX);
    let mut key = (u32::MAX - depth).to_be_bytes().to_vec();
    key.extend(dn.map(Dn::sort_key).unwrap_or_default());
    key
}

/// The names in their order.
pub(super) struct Deepest(Sorted);

impl Iterator for Deepest {
    type Item = io::Result<String>;

    fn next(&mut self) -> Option<Self::Item> {
        let item = self.0.next()?;
        Some(item.and_then(|(_, name)| String::from_utf8(name).map_err(io::Error::other)))
    }
}
