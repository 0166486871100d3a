//! Controls of Active Directory (MS-ADTS 3.1.1.3.4.1), which Samba has as well.
//!
//! Those that others share stand with the rest: [`PagedResults`](super::PagedResults),
//! [`ServerSideSort`](super::ServerSideSort), [`VirtualListView`](super::VirtualListView),
//! [`TreeDelete`](super::TreeDelete), [`PermissiveModify`](super::PermissiveModify).

mod attribute_scoped_query;
mod bits;
mod dir_sync;
mod extended_dn;
mod flags;
mod statistics;

pub use attribute_scoped_query::{AttributeScopedQuery, AttributeScopedQueryResponse};
pub use bits::{PolicyHints, SdFlags, SearchOptions};
pub use dir_sync::{DirSync, DirSyncResponse};
pub use extended_dn::ExtendedDn;
pub use flags::{
    DomainScope, ForceUpdate, LazyCommit, LinkTtl, Notification, RangeRetrievalNoError, ShowDeactivatedLinks,
    ShowDeleted, ShowRecycled,
};
pub use statistics::{Statistic, StatisticName, StatisticValue, Statistics, StatisticsResponse};
