//! `oid`: what an object identifier or a result code stands for, and the other way round.

use std::fmt::Display;

use clap::Args;
use ldapwire::model::{LdapString, Oid as Identifier, ResultCode};
use ldapwire::proto::registry::{self, Registered};
use serde_json::json;

use crate::failure::Failure;
use crate::output::{Format, Output};
use crate::status::Status;

/// Tell what an object identifier or a result code stands for: name, kind and specification.
///
/// A WORD is an identifier, the name of one, the number of a result code or its name. What is none of them is looked
/// for within the names. Without words all that is known is listed.
///
/// With --json each is a line {"oid": "...", "kind": "...", "name": "...", "specification": "..."}; a result code has
/// "code" instead of "oid", and an "explanation".
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire oid 1.2.840.113556.1.4.319
  ldapwire oid startTLS noSuchObject 49
  ldapwire oid sync
  ldapwire rootdse -H ldap://ldap.example.org --json |
    jq -r '.attributes.supportedControl[]' | xargs ldapwire oid")]
pub(crate) struct Oid {
    /// Identifiers, names, result codes; default all that is known
    #[arg(value_name = "WORD")]
    words: Vec<String>,

    #[command(flatten)]
    pub(crate) format: Format,
}

/// Something that is known.
#[derive(Clone, Copy, Debug)]
enum Found {
    Registered(&'static Registered),
    Code(ResultCode),
}

impl Oid {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let mut output = Output::new();
        let mut unknown = Vec::new();
        if self.words.is_empty() {
            self.print(all(), &mut output)?;
        }
        for word in &self.words {
            let found = look_up(word);
            if found.is_empty() {
                unknown.push(word.as_str());
            }
            self.print(found, &mut output)?;
        }
        output.flush()?;
        match unknown.as_slice() {
            [] => Ok(Status::Success),
            words => Err(Failure::new(Status::Refused, format_args!("not known: {}", words.join(", ")))),
        }
    }

    fn print(&self, found: impl IntoIterator<Item = Found>, output: &mut Output) -> Result<(), Failure> {
        for found in found {
            let line = if self.format.json { found.to_json() } else { found.to_line() };
            output.buffer.extend_from_slice(line.as_bytes());
            output.buffer.push(b'\n');
            output.relieve()?;
        }
        Ok(())
    }
}

impl Found {
    fn name(&self) -> &'static str {
        match self {
            Self::Registered(registered) => registered.name(),
            Self::Code(code) => code.name().unwrap_or_default(),
        }
    }

    /// Returns a line in columns: they are as wide as most of what stands in them.
    fn to_line(self) -> String {
        let line = |key: &dyn Display, kind: &dyn Display, specification| {
            format!("{key:<32} {kind:<21} {:<29} {specification}", self.name())
        };
        match self {
            Self::Registered(registered) => {
                line(registered.oid(), &registered.kind(), registered.specification())
            }
            Self::Code(code) => line(&code.number(), &RESULT_CODE, code.specification().unwrap_or_default()),
        }
    }

    fn to_json(self) -> String {
        match self {
            Self::Registered(registered) => json!({
                "oid": registered.oid().as_str(),
                "kind": registered.kind().to_string(),
                "name": registered.name(),
                "specification": registered.specification(),
            }),
            Self::Code(code) => json!({
                "code": code.number(),
                "kind": RESULT_CODE,
                "name": self.name(),
                "specification": code.specification(),
                "explanation": code.explanation(),
            }),
        }
        .to_string()
    }
}

const RESULT_CODE: &str = "result code";

fn all() -> impl Iterator<Item = Found> {
    registry::all().map(Found::Registered).chain(ResultCode::named().map(Found::Code))
}

/// Finds what is called exactly so, or else what has the word in its name.
fn look_up(word: &str) -> Vec<Found> {
    if let Some(found) = registry::find(&Identifier::from_wire(LdapString::from(word))) {
        return vec![Found::Registered(found)];
    }
    if let Ok(number) = word.parse() {
        let code = ResultCode::new(number);
        return code.name().map(|_| Found::Code(code)).into_iter().collect();
    }
    let exact: Vec<_> = all().filter(|found| found.name().eq_ignore_ascii_case(word)).collect();
    if !exact.is_empty() || word.is_empty() {
        return exact;
    }
    let word = word.to_ascii_lowercase();
    all().filter(|found| found.name().to_ascii_lowercase().contains(&word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(word: &str) -> Vec<&'static str> {
        look_up(word).iter().map(Found::name).collect()
    }

    #[test]
    fn words_are_identifiers_names_or_codes() {
        for (word, expected) in [
            ("1.2.840.113556.1.4.319", &["pagedResults"][..]),
            ("PAGEDRESULTS", &["pagedResults"]),
            ("32", &["noSuchObject"]),
            ("nosuchobject", &["noSuchObject"]),
            ("showDeleted", &["showDeleted"]),
            ("showD", &["showDeleted", "showDeactivatedLinks"]),
            ("notification", &["notification"]),
            ("1.2.3", &[]),
            ("4711", &[]),
            ("", &[]),
            ("\u{fffd}", &[]),
        ] {
            assert_eq!(names(word), expected, "{word}");
        }
    }

    #[test]
    fn each_fits_in_a_line_and_in_json() {
        for found in all() {
            let line = found.to_line();
            assert!(line.contains(found.name()) && line.lines().count() == 1, "{line}");
            let json: serde_json::Value = serde_json::from_str(&found.to_json()).unwrap();
            assert_eq!(json["name"], found.name());
            assert!(json["specification"].is_string() && json["kind"].is_string(), "{json}");
        }
    }
}
