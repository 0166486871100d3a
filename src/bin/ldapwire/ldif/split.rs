//! `ldif split`: a file in parts.

use std::path::PathBuf;

use clap::Args;
use ldapwire::ldif::LdifRecord;

use crate::failure::Failure;
use crate::output::Output;
use crate::status::Status;

use super::lines::{self, Head, Lines};
use super::source::Reading;
use super::target::Target;

/// Cut a file into parts that are files of their own, and print their names.
///
/// Parts are called PREFIX0001.ldif and so on; their order is that of the file, so that entries added part by part
/// come behind those above them. A part that is there already is replaced.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire ldif split --records 100000 --prefix part- export.ldif.gz
  ldapwire ldif split --records 5000 --prefix out/ --suffix .ldif.zst export.ldif")]
pub(crate) struct Split {
    /// File to read
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,

    /// Records of a part
    #[arg(short = 'n', long, value_name = "RECORDS", value_parser = clap::value_parser!(u64).range(1..))]
    records: u64,

    /// How names of parts begin, a folder that exists among it
    #[arg(long, value_name = "PREFIX", default_value = "part-")]
    prefix: String,

    /// How names of parts end; .gz, .zst and .zstd compress
    #[arg(long, value_name = "SUFFIX", default_value = ".ldif")]
    suffix: String,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    lines: Lines,

    #[command(flatten)]
    head: Head,
}

impl Split {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let (records, bar) = self.reading.open(&self.file)?;
        let mut writer = self.lines.writer();
        let mut output = Output::new();
        let mut part: Option<Target> = None;
        let (mut parts, mut count) = (0_u64, 0_u64);
        for located in records {
            let located = located?;
            bar.tick();
            let target = match &mut part {
                Some(target) => target,
                none => {
                    parts += 1;
                    let name = format!("{}{parts:04}{}", self.prefix, self.suffix);
                    let target = none.insert(Target::create(name.as_ref())?);
                    output.buffer.extend_from_slice(name.as_bytes());
                    output.buffer.push(b'\n');
                    self.head.write(&writer, &mut target.buffer);
                    target
                }
            };
            match located.record {
                LdifRecord::Content(entry) => lines::entry(&mut writer, &entry, &mut target.buffer)?,
                LdifRecord::Change(record) => lines::change(&mut writer, &record, &mut target.buffer)?,
            }
            target.relieve()?;
            count += 1;
            if count.is_multiple_of(self.records) {
                part.take().map_or(Ok(()), Target::finish)?;
                output.relieve()?;
            }
        }
        part.map_or(Ok(()), Target::finish)?;
        drop(bar);
        output.flush()?;
        Ok(Status::Success)
    }
}
