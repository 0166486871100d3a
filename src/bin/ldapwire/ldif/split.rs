//! `ldif split`: a file in parts.

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;
use crate::output::Output;
use crate::status::Status;

use super::lines::{Head, Lines};
use super::source::Reading;
use super::target::Target;
use super::writing::LdifTarget;

/// Cut a file into parts that are files of their own, and print their names.
///
/// Parts are called PREFIX0001.ldif and so on; their order is that of the file, so that entries added part by part
/// come behind those above them. A part that is there already is replaced.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire ldif split --records 100000 --prefix part- export.ldif.gz
  mkdir out && ldapwire ldif split --records 5000 --prefix out/ \\
    --suffix .ldif.zst export.ldif")]
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
        let mut output = Output::new();
        let mut part: Option<LdifTarget> = None;
        let (mut parts, mut count) = (0_u64, 0_u64);
        for located in records {
            let located = located?;
            bar.tick();
            let target = match &mut part {
                Some(target) => target,
                none => {
                    parts += 1;
                    let name = format!("{}{parts:04}{}", self.prefix, self.suffix);
                    let target = Target::create(name.as_ref())?;
                    let target = none.insert(LdifTarget::new(&self.lines, &self.head, target));
                    output.buffer.extend_from_slice(name.as_bytes());
                    output.buffer.push(b'\n');
                    target.begin();
                    target
                }
            };
            target.record(&located.record)?;
            target.relieve()?;
            count += 1;
            if count.is_multiple_of(self.records) {
                part.take().map_or(Ok(()), LdifTarget::finish)?;
                output.relieve()?;
            }
        }
        part.map_or(Ok(()), LdifTarget::finish)?;
        drop(bar);
        output.flush()?;
        Ok(Status::Success)
    }
}
