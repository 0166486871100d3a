//! Files of LDIF that verbs write.

use std::path::Path;

use clap::Args;
use ldapwire::ldif::{ChangeRecord, LdifRecord, Writer};
use ldapwire::model::Entry;

use crate::failure::Failure;

use super::lines::{self, Head, Lines};
use super::target::{Destination, Target};

/// How LDIF is written, and where to.
#[derive(Args, Clone, Debug)]
pub(crate) struct Writing {
    #[command(flatten)]
    pub(crate) lines: Lines,

    #[command(flatten)]
    pub(crate) head: Head,

    #[command(flatten)]
    pub(crate) destination: Destination,
}

impl Writing {
    /// Creates the file and begins it. None of `sources` may be the same one.
    pub(crate) fn create(&self, sources: &[&Path]) -> Result<LdifTarget, Failure> {
        let mut target = self.create_empty(sources)?;
        target.begin();
        Ok(target)
    }

    /// Creates the file; [`begin`](LdifTarget::begin) writes how it begins.
    pub(crate) fn create_empty(&self, sources: &[&Path]) -> Result<LdifTarget, Failure> {
        Ok(LdifTarget::new(&self.lines, &self.head, self.destination.create(sources)?))
    }
}

/// LDIF that is being written.
pub(crate) struct LdifTarget {
    writer: Writer,
    head: Head,
    target: Target,
}

impl LdifTarget {
    pub(crate) fn new(lines: &Lines, head: &Head, target: Target) -> Self {
        Self { writer: lines.writer(), head: head.clone(), target }
    }

    /// Writes how a file begins.
    pub(crate) fn begin(&mut self) {
        self.head.write(&self.writer, &mut self.target.buffer);
    }

    pub(crate) fn entry(&mut self, entry: &Entry) -> Result<(), Failure> {
        lines::entry(&mut self.writer, entry, &mut self.target.buffer)
    }

    pub(crate) fn change(&mut self, record: &ChangeRecord) -> Result<(), Failure> {
        lines::change(&mut self.writer, record, &mut self.target.buffer)
    }

    pub(crate) fn record(&mut self, record: &LdifRecord) -> Result<(), Failure> {
        match record {
            LdifRecord::Content(entry) => self.entry(entry),
            LdifRecord::Change(record) => self.change(record),
        }
    }

    /// As [`Target::relieve`].
    pub(crate) fn relieve(&mut self) -> Result<(), Failure> {
        self.target.relieve()
    }

    /// As [`Target::finish`].
    pub(crate) fn finish(self) -> Result<(), Failure> {
        self.target.finish()
    }
}
