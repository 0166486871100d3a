//! `Plan`: changes that have not been made yet.

use std::fmt;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use tempfile::SpooledTempFile;

use crate::bulk::{Connections, Load, LoadError, Mode, Report, try_records};
use crate::files::{Diff, Records};
use crate::ldif::{Change, ReadOptions, Tolerance, Writer};

use super::{Extra, MirrorError};

/// The changes that make a subtree what it should be, as LDIF: in memory, or beyond 1 MiB in a temporary file.
///
/// The order is one that a server accepts: what is added and changed from the root downwards, then what is deleted, from
/// the leaves upwards. **Where the server knows the assertion control, each modify and delete bears one: an entry that has
/// changed since the plan was made is left alone, and the change refused with `assertionFailed`.** An entry that was added
/// meanwhile is in the way of an add in any case.
#[derive(Debug)]
pub struct Plan {
    summary: PlanSummary,
    text: SpooledTempFile,
}

/// How many changes a plan has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanSummary {
    /// Entries to add.
    pub add: u64,
    /// Entries to change.
    pub change: u64,
    /// Entries to delete.
    pub delete: u64,
}

/// What errors call it.
const NAME: &str = "(plan)";

/// The octets of a plan that stay in memory.
const IN_MEMORY: usize = 1024 * 1024;

/// The octets that are written at once.
const GATHERED: usize = 64 * 1024;

impl Plan {
    pub(super) fn write(diff: Diff<'_>, extra: Extra) -> Result<Self, MirrorError> {
        let mut plan = Self { summary: PlanSummary::default(), text: SpooledTempFile::new(IN_MEMORY) };
        let (mut writer, mut gathered) = (Writer::new(), Vec::new());
        for change in diff {
            let change = change?;
            match change.change() {
                Change::Delete(_) if extra == Extra::Keep => continue,
                Change::Delete(_) => plan.summary.delete += 1,
                Change::Add(_) => plan.summary.add += 1,
                Change::Modify(_) | Change::ModifyDn(_) => plan.summary.change += 1,
            }
            writer.change(&change, &mut gathered)?;
            if gathered.len() >= GATHERED {
                plan.text.write_all(&gathered)?;
                gathered.clear();
            }
        }
        plan.text.write_all(&gathered)?;
        Ok(plan)
    }

    /// Returns how many changes there are.
    pub const fn summary(&self) -> PlanSummary {
        self.summary
    }

    /// Returns the changes, from the first.
    ///
    /// # Errors
    ///
    /// The temporary file cannot be read.
    pub fn records(&mut self) -> io::Result<Records<impl Read + Send + '_>> {
        self.text.rewind()?;
        // Servers have names that the grammar does not.
        let options = ReadOptions::new().tolerance(Tolerance::AsFound);
        Ok(Records::with_options(&mut self.text, options).named(NAME))
    }

    /// Carries the changes out by a load, as that is set up; its [mode](Load::mode) is [`Mode::Apply`].
    ///
    /// What others changed meanwhile is among the [codes](Report::codes) as `assertionFailed`, `noSuchObject` and
    /// `entryAlreadyExists`: plan again.
    ///
    /// # Errors
    ///
    /// A file cannot be used; nothing was sent.
    ///
    /// # Cancel safety
    ///
    /// As [`Load::run`].
    pub async fn apply<C: Connections>(
        &mut self,
        connections: &C,
        load: Load<'_>,
    ) -> Result<Report, LoadError> {
        let records = self.records().map_err(|error| LoadError::new("the plan", Path::new(NAME), error))?;
        load.mode(Mode::Apply).run(connections, try_records(records)).await
    }

    /// Writes the changes as LDIF, without a version.
    ///
    /// # Errors
    ///
    /// The target cannot be written, or the temporary file not read.
    pub fn write_to(&mut self, target: &mut impl Write) -> io::Result<()> {
        self.text.rewind()?;
        io::copy(&mut self.text, target).map(drop)
    }
}

impl PlanSummary {
    /// Returns how many changes there are altogether.
    pub const fn total(&self) -> u64 {
        self.add + self.change + self.delete
    }

    /// Whether nothing is to be done.
    pub const fn is_empty(&self) -> bool {
        self.total() == 0
    }
}

/// One line, as tools that plan have it.
impl fmt::Display for PlanSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("No changes.");
        }
        write!(f, "Plan: {} to add, {} to change, {} to delete.", self.add, self.change, self.delete)
    }
}
