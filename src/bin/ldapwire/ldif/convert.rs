//! `ldif convert`: entries as JSON lines or CSV, and back.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use data_encoding::BASE64;
use ldapwire::model::{Attribute, AttributeDescription, Entry, Value};
use ldapwire::proto::SearchResultEntry;
use serde_json::Value as Json;

use crate::failure::Failure;
use crate::json;
use crate::status::Status;

use super::lines;
use super::source::{self, Reading};
use super::table;
use super::target::Target;
use super::writing::Writing;

/// Turn entries into JSON lines or CSV, and back into LDIF.
///
/// A line of JSON is as `ldapwire search --json` prints it. A line of CSV has the name of an entry under `dn` and the values of
/// an attribute under its name, several with the separator between them; \xx is an octet (the separator itself, or one that is not
/// UTF-8), and \- an empty value. Every value comes back.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire ldif convert --to json export.ldif | jq -r .dn
  ldapwire ldif convert --columns uid,cn,mail export.ldif -o people.csv
  ldapwire ldif convert people.csv > people.ldif")]
pub(crate) struct Convert {
    /// File to read
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,

    /// Form of the file; default is by its name (.json, .jsonl, .csv), else LDIF
    #[arg(long, value_name = "FORM")]
    from: Option<Form>,

    /// Form of the output; default is by its name, else LDIF
    #[arg(long, value_name = "FORM")]
    to: Option<Form>,

    /// Attributes that become columns of CSV, with commas between them; default all, for which the file is read twice
    #[arg(long, value_name = "ATTRIBUTES", value_delimiter = ',')]
    columns: Vec<String>,

    /// What stands between several values in a cell of CSV
    #[arg(long, value_name = "CHARACTER", default_value = "|")]
    separator: char,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    writing: Writing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    Ldif,
    Json,
    Csv,
}

impl Form {
    /// Returns the form that a name tells, a compressed file's too.
    fn of(path: &Path) -> Self {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        let name = [".gz", ".zst", ".zstd"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
        match name.rsplit_once('.') {
            Some((_, "json" | "jsonl" | "ndjson")) => Self::Json,
            Some((_, "csv")) => Self::Csv,
            _ => Self::Ldif,
        }
    }
}

impl Convert {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        if matches!(self.separator, '\\' | '\r' | '\n') || self.separator.is_ascii_alphanumeric() {
            return Err(Failure::usage("--separator: expected another character, which no value has often"));
        }
        let to = self.to.unwrap_or_else(|| Form::of(self.writing.destination.path()));
        let columns = match to {
            Form::Csv => self.columns()?,
            _ => Vec::new(),
        };
        let mut target = self.writing.destination.create(&[&self.file])?;
        let mut sink = Sink::new(self, to, columns, &mut target)?;
        self.each_entry(|entry| sink.write(entry, &mut target))?;
        target.finish()?;
        Ok(Status::Success)
    }

    /// Returns the columns of CSV, in the order in which a first walk over the file meets them.
    fn columns(&self) -> Result<Vec<AttributeDescription>, Failure> {
        if !self.columns.is_empty() {
            return Ok(self.columns.iter().map(AttributeDescription::from).collect());
        }
        if self.file.as_os_str() == "-" {
            return Err(Failure::usage("a stream cannot be read twice: --columns names the attributes"));
        }
        let (mut seen, mut columns) = (HashSet::new(), Vec::new());
        self.each_entry(|entry| {
            for attribute in entry.attributes() {
                if !seen.contains(attribute.description()) {
                    seen.insert(attribute.description().detach());
                    columns.push(attribute.description().detach());
                }
            }
            match columns.len() {
                0..=MOST_COLUMNS => Ok(()),
                _ => Err(Failure::usage("there are too many attributes for a table: --columns names some")),
            }
        })?;
        Ok(columns)
    }

    fn each_entry(&self, then: impl FnMut(Entry) -> Result<(), Failure>) -> Result<(), Failure> {
        match self.from.unwrap_or_else(|| Form::of(&self.file)) {
            Form::Ldif => self.each_of_ldif(then),
            Form::Json => self.each_of_json(then),
            Form::Csv => self.each_of_csv(then),
        }
    }

    fn each_of_ldif(&self, mut then: impl FnMut(Entry) -> Result<(), Failure>) -> Result<(), Failure> {
        let (mut records, bar) = self.reading.open(&self.file)?;
        while let Some(located) = records.next() {
            bar.tick();
            let entry = source::entry(&records, located?)?;
            then(entry)?;
        }
        Ok(())
    }

    fn each_of_json(&self, mut then: impl FnMut(Entry) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut reader = BufReader::with_capacity(BUFFER, source::open(&self.file)?);
        let (mut line, mut number) = (Vec::new(), 0_u64);
        loop {
            line.clear();
            let count = reader.by_ref().take(LONGEST_LINE + 1).read_until(b'\n', &mut line);
            if count.map_err(|error| self.failed(number, error))? == 0 {
                return Ok(());
            }
            number += 1;
            if line.len() as u64 > LONGEST_LINE {
                return Err(self.failed(number, format_args!("a line of more than {LONGEST_LINE} octets")));
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            let json: Json = serde_json::from_slice(&line).map_err(|error| self.failed(number, error))?;
            then(from_json(&json).map_err(|what| self.failed(number, format_args!("expected {what}")))?)?;
        }
    }

    fn each_of_csv(&self, mut then: impl FnMut(Entry) -> Result<(), Failure>) -> Result<(), Failure> {
        let mut reader = csv::Reader::from_reader(source::open(&self.file)?);
        let head = reader.headers().map_err(|error| self.failed(1, error))?.clone();
        let dn = head.iter().position(|name| name.eq_ignore_ascii_case("dn"));
        let dn = dn.ok_or_else(|| self.failed(1, "expected a column 'dn'"))?;
        let mut row = csv::StringRecord::new();
        loop {
            let line = reader.position().line();
            if !reader.read_record(&mut row).map_err(|error| self.failed(line, error))? {
                return Ok(());
            }
            let mut entry = Entry::new(row.get(dn).unwrap_or_default());
            for (name, cell) in
                head.iter().zip(&row).enumerate().filter(|(at, _)| *at != dn).map(|(_, cell)| cell)
            {
                let values = table::from_cell(cell, self.separator);
                let values = values.map_err(|what| self.failed(line, format_args!("{name}: {what}")))?;
                if !values.is_empty() {
                    entry.push(Attribute::new(name, values));
                }
            }
            then(entry)?;
        }
    }

    fn failed(&self, line: u64, what: impl std::fmt::Display) -> Failure {
        Failure::new(Status::Refused, format_args!("{}:{line}:1: {what}", self.file.display()))
    }
}

/// Writes entries in the form that is asked for.
struct Sink {
    form: Form,
    columns: Vec<AttributeDescription>,
    separator: char,
    writer: ldapwire::ldif::Writer,
}

impl Sink {
    fn new(
        convert: &Convert,
        form: Form,
        columns: Vec<AttributeDescription>,
        target: &mut Target,
    ) -> Result<Self, Failure> {
        let writer = convert.writing.lines.writer();
        let sink = Self { form, columns, separator: convert.separator, writer };
        match form {
            Form::Ldif => convert.writing.head.write(&sink.writer, &mut target.buffer),
            Form::Json => {}
            Form::Csv => {
                let names = sink.columns.iter().map(AttributeDescription::as_str);
                row(std::iter::once("dn").chain(names), target)?;
            }
        }
        Ok(sink)
    }

    fn write(&mut self, entry: Entry, target: &mut Target) -> Result<(), Failure> {
        match self.form {
            Form::Ldif => lines::entry(&mut self.writer, &entry, &mut target.buffer)?,
            Form::Json => json::entry(&SearchResultEntry::from(&entry), &mut target.buffer),
            Form::Csv => {
                let cells = self.columns.iter().map(|column| {
                    table::to_cell(entry.values(column).iter().map(Value::as_bytes), self.separator)
                });
                row(std::iter::once(entry.dn().as_str().to_owned()).chain(cells), target)?;
            }
        }
        target.relieve()
    }
}

fn row(cells: impl IntoIterator<Item = impl AsRef<[u8]>>, target: &mut Target) -> Result<(), Failure> {
    let mut writer = csv::Writer::from_writer(&mut target.buffer);
    let written = writer.write_record(cells).map_err(std::io::Error::from).and_then(|()| writer.flush());
    written.map_err(|error| Failure::output(&error))
}

/// Reads an entry as `json::entry` writes it.
fn from_json(json: &Json) -> Result<Entry, &'static str> {
    let dn = json.get("dn").and_then(Json::as_str).ok_or("an object with a text 'dn'")?;
    let attributes = json.get("attributes").and_then(Json::as_object).ok_or("an object 'attributes'")?;
    let mut entry = Entry::new(dn);
    for (name, values) in attributes {
        let values = values.as_array().ok_or("a list of values for each attribute")?;
        let values: Result<Vec<Value>, _> = values.iter().map(from_json_value).collect();
        entry.push(Attribute::new(name, values?));
    }
    Ok(entry)
}

fn from_json_value(json: &Json) -> Result<Value, &'static str> {
    const EXPECTED: &str = "a value that is a text or {\"base64\": \"...\"}";
    if let Some(text) = json.as_str() {
        return Ok(Value::from(text));
    }
    let base64 = json.get("base64").and_then(Json::as_str).ok_or(EXPECTED)?;
    BASE64.decode(base64.as_bytes()).map(Value::from).map_err(|_| EXPECTED)
}

/// The longest line of JSON: as the largest record of LDIF.
const LONGEST_LINE: u64 = 32 * 1024 * 1024;

/// The most columns that are found by a first walk.
const MOST_COLUMNS: usize = 10_000;

/// The octets that are read at once.
const BUFFER: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_by_names() {
        for (name, form) in [
            ("a.ldif", Form::Ldif),
            ("-", Form::Ldif),
            ("a.JSONL.gz", Form::Json),
            ("x.json/a", Form::Ldif),
            ("a.csv.zst", Form::Csv),
        ] {
            assert_eq!(Form::of(Path::new(name)), form, "{name}");
        }
    }

    #[test]
    fn json_that_is_no_entry_is_told() {
        for text in [
            "[]",
            r#"{"dn": 1, "attributes": {}}"#,
            r#"{"dn": "cn=a"}"#,
            r#"{"dn": "cn=a", "attributes": {"cn": "a"}}"#,
            r#"{"dn": "cn=a", "attributes": {"cn": [1]}}"#,
            r#"{"dn": "cn=a", "attributes": {"cn": [{"base64": "*"}]}}"#,
        ] {
            assert!(from_json(&serde_json::from_str(text).unwrap()).is_err(), "{text}");
        }
    }
}
