//! `ldif search`: the entries of a file that match.

use std::path::PathBuf;

use clap::Args;
use ldapwire::model::{AttributeDescription, Dn, Entry, Filter, Scope};
use ldapwire::proto::SearchResultEntry;

use crate::failure::Failure;
use crate::json;
use crate::output::Format;
use crate::status::Status;

use super::lines::{self, Lines};
use super::source::{self, Reading};
use super::target::Destination;

/// Print the entries of a file that a search would return: by base, scope and filter.
///
/// Values are compared without a schema: text in either case, white space as one space, numbers by what they count.
/// Entries come in the order of the file. With --json they are lines as those of `ldapwire search`.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire ldif search -f export.ldif '(&(objectClass=person)(sn=L*))' cn mail
  ldapwire ldif search -f export.ldif.gz -b ou=people,dc=example,dc=org \\
    -s one 1.1
  ldapwire ldif search -f export.ldif --json '(!(mail=*))' | jq -r .dn")]
pub(crate) struct Search {
    /// Filter, with or without the parentheses around it; default all entries. A first word without `=` is an attribute
    #[arg(value_name = "FILTER")]
    filter: Option<String>,

    /// Attributes to print, with their subtypes by options; `*` for all, `1.1` for none
    #[arg(value_name = "ATTRIBUTE")]
    attributes: Vec<String>,

    /// File to read
    #[arg(short = 'f', long, value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,

    /// Entry to begin at; default the root
    #[arg(short = 'b', value_name = "DN", default_value = "", hide_default_value = true)]
    base: String,

    /// How far below the base: base, one, sub or children
    #[arg(short = 's', value_name = "SCOPE", default_value = "sub")]
    scope: Scope,

    /// End behind so many entries
    #[arg(short = 'z', value_name = "ENTRIES")]
    limit: Option<u64>,

    #[command(flatten)]
    pub(crate) format: Format,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    lines: Lines,

    #[command(flatten)]
    destination: Destination,
}

impl Search {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let (filter, selection) = self.filter()?;
        let base = Dn::parse(&self.base)
            .map_err(|error| Failure::usage(format_args!("-b {}: {error}", self.base)))?;
        let is_in_scope = |dn: &Dn| match self.scope {
            Scope::BaseObject => *dn == base,
            Scope::SingleLevel => dn.is_child_of(&base),
            Scope::WholeSubtree => dn.is_within(&base),
            _ => dn.is_descendant_of(&base),
        };
        let has_place = !(base.is_root() && self.scope == Scope::WholeSubtree);
        let (mut records, bar) = self.reading.open(&self.file)?;
        let mut target = self.destination.create(&[&self.file])?;
        let mut writer = self.lines.writer();
        let mut found = 0;
        while found < self.limit.unwrap_or(u64::MAX) {
            let Some(located) = records.next() else { break };
            bar.tick();
            let entry = source::entry(&records, located?)?;
            if has_place && !Dn::try_from(entry.dn()).is_ok_and(|dn| is_in_scope(&dn)) {
                continue;
            }
            if filter.as_ref().is_some_and(|filter| !filter.evaluate(&entry).is_true()) {
                continue;
            }
            found += 1;
            let entry = selection.of(entry);
            if self.format.json {
                json::entry(&SearchResultEntry::from(&entry), &mut target.buffer);
            } else {
                lines::entry(&mut writer, &entry, &mut target.buffer)?;
            }
            target.relieve()?;
        }
        target.finish()?;
        Ok(Status::Success)
    }

    /// Tells filter and attributes apart as `ldapwire search` does.
    fn filter(&self) -> Result<(Option<Filter>, Selection), Failure> {
        let mut attributes = self.attributes.clone();
        let text = match self.filter.as_deref().map(str::trim) {
            None => return Ok((None, Selection::new(&attributes))),
            Some(first) if !first.contains('=') && !first.starts_with('(') => {
                attributes.insert(0, first.to_owned());
                return Ok((None, Selection::new(&attributes)));
            }
            Some(text) if text.starts_with('(') => text.to_owned(),
            Some(text) => format!("({text})"),
        };
        let filter =
            Filter::parse(&text).map_err(|error| Failure::usage(format_args!("{error} of {text}")))?;
        Ok((Some(filter), Selection::new(&attributes)))
    }
}

/// Which attributes are printed; all if none is named.
struct Selection(Option<Vec<AttributeDescription>>);

impl Selection {
    fn new(names: &[String]) -> Self {
        if names.is_empty() || names.iter().any(|name| name == "*") {
            return Self(None);
        }
        Self(Some(names.iter().filter(|name| *name != "1.1").map(AttributeDescription::from).collect()))
    }

    fn of(&self, entry: Entry) -> Entry {
        let Some(names) = &self.0 else { return entry };
        let (dn, attributes) = entry.into_parts();
        let mut selected = Entry::new(dn);
        selected.extend(attributes.into_iter().filter(|attribute| {
            names.iter().any(|name| attribute.description().is_same_or_subtype_of(name))
        }));
        selected
    }
}
