//! First components (RFC 4517 4.2.14, 4.2.18 and 4.2.25): what finds a definition in a schema.

use super::registry::{DESCRIPTIONS, DIRECTORY_STRING, DIT_STRUCTURE_RULE_DESCRIPTION, INTEGER, OID};
use super::rule::{Algorithm, Entry};
use super::string::{case_ignore, text};
use super::substrings::undefined;
use super::{Undefined, integer, oid};

pub(super) static RULES: [Entry; 3] = [
    Entry {
        oid: "2.5.13.30",
        name: "objectIdentifierFirstComponentMatch",
        syntax: OID,
        applies: DESCRIPTIONS,
        algorithm: Algorithm::Component {
            value: |schema, value| oid::key(schema, component(value)?.as_bytes()),
            assertion: oid::key,
        },
    },
    Entry {
        oid: "2.5.13.29",
        name: "integerFirstComponentMatch",
        syntax: INTEGER,
        applies: &[DIT_STRUCTURE_RULE_DESCRIPTION],
        algorithm: Algorithm::Component {
            value: |schema, value| integer::key(schema, component(value)?.as_bytes()),
            assertion: integer::key,
        },
    },
    Entry {
        oid: "2.5.13.31",
        name: "directoryStringFirstComponentMatch",
        syntax: DIRECTORY_STRING,
        // Values of such a type have no syntax in LDAP.
        applies: &[],
        algorithm: Algorithm::Component {
            value: |schema, value| case_ignore(schema, component(value)?.as_bytes()),
            assertion: case_ignore,
        },
    },
];

/// Returns what stands first in the parentheses of a description; what else is in there does not matter.
fn component(value: &[u8]) -> Result<&str, Undefined> {
    const EXPECTED: &str = "'(' and a first component";
    let inner = text(value)?.trim_start().strip_prefix('(').ok_or(undefined(EXPECTED))?.trim_start();
    let (first, rest) = match inner.strip_prefix('\'') {
        Some(quoted) => quoted.split_once('\'').ok_or(undefined(EXPECTED))?,
        None => inner.split_at(inner.find([' ', ')', '\t', '\n']).unwrap_or(inner.len())),
    };
    if first.is_empty() || !rest.trim_end().ends_with(')') { Err(undefined(EXPECTED)) } else { Ok(first) }
}
