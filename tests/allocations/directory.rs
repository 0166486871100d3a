//! What a directory keeps of an entry.

use ldapwire::directory::Directory;
use ldapwire::model::Entry;

use crate::counting::counted;
use crate::people::people;

/// A table that doubles is just over half full then, which is when it takes the most for each entry.
const ENTRIES: usize = 2_000;

/// The octets that are kept for each of these entries, and how many were allocated for each at one moment.
fn kept(build: impl Fn(usize) -> Directory) -> (isize, isize) {
    // What is made once and for all, rules and tables, does not count.
    drop(build(1));
    let (directory, counts) = counted(|| build(ENTRIES));
    assert!(directory.len() > ENTRIES);
    (counts.live / ENTRIES as isize, counts.peak / ENTRIES as isize)
}

fn above() -> [Entry; 3] {
    ["dc=example,dc=org", "ou=crowd,dc=example,dc=org", "ou=people,dc=example,dc=org"]
        .map(|dn| Entry::new(dn).with("objectClass", ["organizationalUnit"]))
}

#[test]
fn a_small_entry_takes_little_more_than_its_values_and_indexes() {
    let person = |number: usize| {
        Entry::new(format!("uid=user{number},ou=crowd,dc=example,dc=org"))
            .with("objectClass", ["top", "person", "organizationalPerson", "inetOrgPerson"])
            .with("uid", [format!("user{number}")])
            .with("cn", [format!("Ada {}", number % 100)])
            .with("givenName", ["Ada"])
            .with("sn", ["Lovelace"])
            .with("mail", [format!("user{number}@example.org")])
            .with("employeeNumber", [number.to_string()])
            .with("telephoneNumber", [format!("+44 20 7946 {:04}", number % 10_000)])
    };
    let (kept, _) =
        kept(|count| Directory::builder().entries(above()).entries((0..count).map(person)).build().unwrap());
    assert!(kept <= 1_350, "{kept}");
}

/// So a million of them are in less than 2.5 GiB, with what the system's allocator adds to each piece.
#[test]
fn an_entry_of_one_kilobyte_takes_two_and_a_half_at_most() {
    let (kept, peak) =
        kept(|count| Directory::builder().entries(above()).ldif(people(0..count)).build().unwrap());
    assert!(kept <= 2_400, "{kept}");
    // The file is there until the last of them is loaded, and they are not all made before the first is.
    assert!(peak <= kept + 1_500, "{peak}");
}
