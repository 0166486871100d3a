//! What `ldap3` finds.

use ldap3::SearchEntry;

use super::Visit;

/// Visits all names and values of an entry.
pub fn visit(entry: SearchEntry, visited: &mut Visit) {
    visited.entry(entry.dn.as_bytes());
    for (description, values) in &entry.attrs {
        visited.attribute(description.as_bytes());
        values.iter().for_each(|value| visited.value(value.as_bytes()));
    }
    for (description, values) in &entry.bin_attrs {
        visited.attribute(description.as_bytes());
        values.iter().for_each(|value| visited.value(value));
    }
}
