//! The entries that values of an entry name, returned with it (draft-masarati-ldap-deref-00).

use crate::model::Dn;
use crate::proto::AttributeList;
use crate::proto::controls::{Dereference, DereferenceResponse, DereferenceResult};

use super::access::Viewer;
use super::computed::Placed;
use super::selection::{Selection, Values};
use super::store::Store;

/// Values that are followed for one entry, at most.
const MAX_FOLLOWED: usize = 1_000;

/// Makes the control that goes with an entry; nothing if no value of it names an entry.
pub(super) fn follow(
    control: &Dereference,
    placed: &Placed<'_>,
    store: &Store,
    viewer: &Viewer<'_>,
) -> Option<DereferenceResponse> {
    let (entry, mut results) = (placed.record.entry(), Vec::new());
    for specification in control.specifications() {
        let selection = Selection::new(specification.attributes(), Values::Shown);
        for value in entry.values(placed.rules.canonical(specification.attribute())) {
            let Some(text) = value.as_str().ok().filter(|_| results.len() < MAX_FOLLOWED) else { continue };
            let Some((id, record)) = Dn::parse(text).ok().and_then(|dn| store.by_name(&dn)) else { continue };
            let Some(record) = viewer.view(record) else { continue };
            // A list without an attribute asks for none, not for all.
            let attributes = match specification.attributes() {
                [] => AttributeList::default(),
                _ => selection.attributes(&store.placed(id, &record)),
            };
            results.push(DereferenceResult::new(specification.attribute().clone(), text, attributes));
        }
    }
    (!results.is_empty()).then(|| DereferenceResponse::new(results))
}
