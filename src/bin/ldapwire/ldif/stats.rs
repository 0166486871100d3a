//! `ldif stats`: what a file consists of.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::PathBuf;

use clap::Args;
use ldapwire::ldif::{Attrvals, Body, RecordRef};
use ldapwire::model::Dn;
use serde_json::json;

use crate::failure::{Failure, one_line};
use crate::output::{Format, Output};
use crate::status::Status;

use super::source::Reading;

/// Count the records of a file: kinds, object classes, depths, attributes and their values.
///
/// With --json it is one object {"records": {..}, "objectClasses": {..}, "depths": {..}, "attributes": [..]}.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire ldif stats export.ldif.gz
  ldapwire ldif stats --json export.ldif | jq '.objectClasses'")]
pub(crate) struct Stats {
    /// File to read
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,

    #[command(flatten)]
    pub(crate) format: Format,

    #[command(flatten)]
    reading: Reading,
}

/// Names that are counted one by one: a file of nothing but names must not fill the memory.
const MOST_NAMES: usize = 100_000;

/// The octets of the longest of them.
const LONGEST_NAME: usize = 256;

/// What the others are counted under.
const OTHERS: &str = "(others)";

#[derive(Default)]
struct Counts {
    records: HashMap<String, u64>,
    classes: HashMap<String, u64>,
    depths: HashMap<String, u64>,
    attributes: HashMap<String, Attribute>,
}

#[derive(Default)]
struct Attribute {
    entries: u64,
    values: u64,
    octets: u64,
    largest: u64,
    /// The record in which it was met last.
    met: u64,
}

impl Stats {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let (mut records, bar) = self.reading.open(&self.file)?;
        let mut counts = Counts::default();
        while let Some(record) = records.next_ref() {
            counts.record(&record?);
            bar.tick();
        }
        drop(bar);
        let mut output = Output::new();
        let text = if self.format.json { counts.json() } else { counts.text() };
        output.buffer.extend_from_slice(text.as_bytes());
        output.flush()?;
        Ok(Status::Success)
    }
}

impl Counts {
    fn record(&mut self, record: &RecordRef<'_>) {
        let kind = match record.body() {
            Body::Content(lines) => {
                self.entry(record, lines);
                "entry"
            }
            Body::Add(lines) => {
                self.entry(record, lines);
                "add"
            }
            Body::Delete => "delete",
            Body::Modify(_) => "modify",
            Body::ModifyDn { .. } => "modrdn",
        };
        *of(&mut self.records, kind) += 1;
    }

    fn entry(&mut self, record: &RecordRef<'_>, lines: Attrvals<'_>) {
        let depth = Dn::parse(record.dn()).map_or_else(|_| "no name".to_owned(), |dn| dn.depth().to_string());
        *of(&mut self.depths, &depth) += 1;
        let number = record.position().number();
        for line in lines {
            let (name, value) = (line.name(), line.value());
            let size = value.len() as u64;
            let attribute = of(&mut self.attributes, name);
            if attribute.met != number {
                attribute.met = number;
                attribute.entries += 1;
            }
            attribute.values += 1;
            attribute.octets += size;
            attribute.largest = attribute.largest.max(size);
            if name.eq_ignore_ascii_case("objectClass") {
                *of(&mut self.classes, &String::from_utf8_lossy(value)) += 1;
            }
        }
    }

    /// The attributes, those with most octets first.
    fn attributes(&self) -> Vec<(&str, &Attribute)> {
        let mut list: Vec<_> =
            self.attributes.iter().map(|(name, attribute)| (name.as_str(), attribute)).collect();
        list.sort_by(|left, right| right.1.octets.cmp(&left.1.octets).then(left.0.cmp(right.0)));
        list
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for (title, counts) in
            [("records", &self.records), ("depth", &self.depths), ("objectClass", &self.classes)]
        {
            if counts.is_empty() {
                continue;
            }
            // Memory takes what is written to it.
            let _ = writeln!(text, "{title}");
            for (name, count) in sorted(counts) {
                let _ = writeln!(text, "{count:>12}  {}", one_line(name));
            }
        }
        if !self.attributes.is_empty() {
            let _ = writeln!(
                text,
                "{:>12} {:>12} {:>15} {:>12}  attribute",
                "entries", "values", "octets", "largest"
            );
            for (name, attribute) in self.attributes() {
                let Attribute { entries, values, octets, largest, .. } = attribute;
                let _ = writeln!(
                    text,
                    "{entries:>12} {values:>12} {octets:>15} {largest:>12}  {}",
                    one_line(name)
                );
            }
        }
        text
    }

    fn json(&self) -> String {
        let attributes: Vec<_> = self
            .attributes()
            .into_iter()
            .map(|(name, attribute)| {
                let Attribute { entries, values, octets, largest, .. } = attribute;
                json!({"name": name, "entries": entries, "values": values, "octets": octets, "largest": largest})
            })
            .collect();
        let (records, depths, classes) = (&self.records, &self.depths, &self.classes);
        let all =
            json!({"records": records, "depths": depths, "objectClasses": classes, "attributes": attributes});
        format!("{all}\n")
    }
}

/// Returns the count of a name, or of all others if there are too many.
fn of<'m, T: Default>(counts: &'m mut HashMap<String, T>, name: &str) -> &'m mut T {
    let is_counted = name.len() <= LONGEST_NAME && (counts.len() < MOST_NAMES || counts.contains_key(name));
    let name = if is_counted { name } else { OTHERS };
    counts.entry(name.to_owned()).or_default()
}

fn sorted(counts: &HashMap<String, u64>) -> Vec<(&str, u64)> {
    let mut list: Vec<_> = counts.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    list.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn so_many_names_are_counted_and_others_together() {
        let mut counts: HashMap<String, u64> = HashMap::new();
        for name in ["mail", "cn", "mail"] {
            *of(&mut counts, name) += 1;
        }
        assert_eq!(sorted(&counts), [("mail", 2), ("cn", 1)]);
        for number in 0..=MOST_NAMES {
            *of(&mut counts, &number.to_string()) += 1;
        }
        *of(&mut counts, &"x".repeat(LONGEST_NAME + 1)) += 1;
        assert_eq!((counts.len(), counts[OTHERS]), (MOST_NAMES + 1, 4));
    }
}
