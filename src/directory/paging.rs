//! Pages of a search (RFC 2696).

use std::hash::{Hash, Hasher};

use bytes::Bytes;
use rustc_hash::FxHasher;

use crate::model::ResultCode;
use crate::proto::SearchRequest;
use crate::proto::controls::{PagedResults, PagedResultsResponse};
use crate::server::Answer;

use super::store::Id;

/// Where a search goes on.
///
/// The cookie says it all, so that nothing is kept for clients that do not come back: the entry that was the last, and
/// which search it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Page {
    /// The last entry that was looked at.
    pub(super) after: Id,
    pub(super) size: u64,
    search: u64,
}

impl Page {
    /// Reads where to go on.
    ///
    /// "the server [...] MAY return an error [...] if the cookie is not valid": `unwillingToPerform`.
    pub(super) fn read(control: &PagedResults, request: &SearchRequest) -> Result<Self, Answer> {
        let search = fingerprint(request);
        let size = u64::from(control.page_size());
        if control.cookie().is_empty() {
            return Ok(Self { after: 0, size, search });
        }
        let octets: Option<[u8; 16]> = control.cookie().as_ref().try_into().ok();
        let cookie = octets.map(u128::from_be_bytes).and_then(|number| {
            let (after, of) =
                (u64::try_from(number >> 64).ok()?, u64::try_from(number & u128::from(u64::MAX)).ok()?);
            (of == search).then_some(after)
        });
        match cookie {
            Some(after) => Ok(Self { after, size, search }),
            None => {
                let text = "the cookie does not belong to this search";
                Err(Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, text))
            }
        }
    }

    /// Makes the control of an answer after which the search goes on behind `last`.
    pub(super) fn goes_on(&self, last: Id) -> PagedResultsResponse {
        let number = (u128::from(last) << 64) | u128::from(self.search);
        PagedResultsResponse::new(Bytes::copy_from_slice(&number.to_be_bytes()))
    }

    /// Makes the control of the last answer.
    pub(super) fn ends() -> PagedResultsResponse {
        PagedResultsResponse::new(Bytes::new())
    }
}

/// "All other search parameters [...] must be identical": what they are is told from a hash of them.
fn fingerprint(request: &SearchRequest) -> u64 {
    let mut hasher = FxHasher::default();
    request.base().as_str().hash(&mut hasher);
    request.scope().number().hash(&mut hasher);
    request.dereferencing().number().hash(&mut hasher);
    request.filter().to_string().hash(&mut hasher);
    request.is_types_only().hash(&mut hasher);
    for selector in request.selectors() {
        selector.as_str().hash(&mut hasher);
    }
    hasher.finish()
}
