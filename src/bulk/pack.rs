//! Changes that add values to one attribute of one entry, as one request.

use crate::ldif::{Change, ChangeRecord};
use crate::model::{Attribute, AttributeDescription, Modification, ModifyOperation};
use crate::proto::ModifyRequest;

use super::record::{Job, octets};
use super::schedule::RecordId;

/// Records that go along with another one.
pub(super) type Along = Vec<(RecordId, Box<Job>)>;

/// A request is not packed beyond so many octets: of a large one nothing is gained, and a server has to hold it.
const OCTETS: usize = 256 * 1024;

/// Records that are being packed with a first one.
pub(super) struct Pack<'a> {
    attribute: &'a AttributeDescription,
    left: usize,
    octets: usize,
}

impl<'a> Pack<'a> {
    /// Begins with a record, if it is one that can be packed.
    pub(super) fn begin(first: &'a Job, most: usize) -> Option<Self> {
        let attribute = added(first)?.description();
        (most > 1).then(|| Self { attribute, left: most - 1, octets: octets(&first.record) })
    }

    /// Whether a record goes along; it is counted then.
    pub(super) fn takes(&mut self, job: &Job) -> bool {
        let octets = self.octets + octets(&job.record);
        let fits = self.left > 0
            && octets <= OCTETS
            && added(job).is_some_and(|attribute| attribute.description() == self.attribute);
        if fits {
            self.left -= 1;
            self.octets = octets;
        }
        fits
    }
}

/// Makes the record that does what all of them do.
pub(super) fn packed(first: &Job, along: &[(RecordId, Box<Job>)]) -> ChangeRecord {
    let jobs = || std::iter::once(first).chain(along.iter().map(|(_, job)| &**job));
    let attribute = added(first).map(|attribute| attribute.description().clone());
    let values = jobs().filter_map(added).flat_map(|attribute| attribute.values().iter().cloned());
    let all = Modification::add(attribute.unwrap_or_else(|| "".into()), values);
    ChangeRecord::new(ModifyRequest::new(first.record.dn().clone(), [all]))
}

/// The values that a record adds, if it does nothing else.
fn added(job: &Job) -> Option<&Attribute> {
    let Change::Modify(request) = job.record.change() else { return None };
    let [change] = request.changes() else { return None };
    let is_plain = change.operation() == ModifyOperation::Add
        && job.record.controls().is_empty()
        && !change.attribute().values().is_empty();
    (is_plain && !job.is_doubtful && !job.is_alone).then(|| change.attribute())
}
