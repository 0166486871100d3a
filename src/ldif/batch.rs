//! The records of a part of a file, all in place: one thread reads them, another looks at them.

use std::ops::Range;

use super::fault::Fault;
use super::options::{OnFault, ReadOptions};
use super::reader::SliceReader;
use super::record_ref::RecordRef;
use super::scanner::FilePart;
use super::stored::{Head, Line, Stores};

/// The records of a part of a file in place, with the octets that they stand in.
///
/// A record to keep has some 50 parts, each with memory or a count of its own, and what one core has written another gets
/// slowly. So records go from thread to thread as what they are in place: offsets.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    octets: Vec<u8>,
    records: Vec<Result<Held, Fault>>,
    lines: Vec<Line>,
    scratch: Vec<u8>,
    /// Behind the record at hand.
    next: usize,
}

/// Where the parts of a record are.
#[derive(Debug)]
struct Held {
    head: Head,
    /// What its parts are offsets into begins here.
    data: usize,
    lines: Range<usize>,
    scratch: Range<usize>,
}

impl Batch {
    /// Reads whole records: behind so many lines and octets, in a file of this kind. Its memory is used again; records
    /// that it had are gone. A record that is refused does not end it.
    pub(crate) fn read(&mut self, octets: Vec<u8>, options: ReadOptions, before: FilePart) {
        self.octets = octets;
        self.next = 0;
        self.records.clear();
        self.lines.clear();
        self.scratch.clear();
        self.lines.shrink_to(KEPT_LINES);
        self.records.shrink_to(KEPT_LINES);
        self.scratch.shrink_to(KEPT);
        let Self { octets, records, lines, scratch, .. } = self;
        let mut reader = SliceReader::continuing(octets, options.on_fault(OnFault::Continue), before);
        while let Some(record) = reader.next_ref() {
            records.push(record.map(|record| {
                let (stores, head, of_record) = record.parts();
                let starts = (lines.len(), scratch.len());
                lines.extend_from_slice(of_record);
                scratch.extend_from_slice(stores.scratch);
                Held {
                    head: head.clone(),
                    data: octets.len().saturating_sub(stores.data.len()),
                    lines: starts.0..lines.len(),
                    scratch: starts.1..scratch.len(),
                }
            }));
        }
    }

    /// Returns how many records and faults there are.
    pub(crate) const fn len(&self) -> usize {
        self.records.len()
    }

    /// Goes to the next record, of a file that has so many before those of the batch.
    pub(crate) fn advance(&mut self, before: u64) -> Option<Result<(), Fault>> {
        let record = self.records.get_mut(self.next)?;
        self.next = self.next.saturating_add(1);
        Some(match record {
            Ok(held) => {
                held.head.position = held.head.position.renumbered(before);
                Ok(())
            }
            Err(fault) => Err(fault.clone().renumbered(before)),
        })
    }

    /// Returns the record that [`advance`](Self::advance) has found.
    pub(crate) fn current(&self) -> Option<RecordRef<'_>> {
        let held = self.records.get(self.next.checked_sub(1)?)?.as_ref().ok()?;
        let data = self.octets.get(held.data..)?;
        let scratch = self.scratch.get(held.scratch.clone())?;
        Some(RecordRef::new(Stores { data, scratch }, &held.head, self.lines.get(held.lines.clone())?))
    }

    /// Gives the memory of the octets back.
    pub(crate) fn take_octets(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.octets)
    }
}

/// Memory that is used again: enough for a block of usual records, but what a photograph took should not stay.
const KEPT: usize = 1024 * 1024;

/// The same for lines, of 56 octets each, and records.
const KEPT_LINES: usize = 32 * 1024;
