//! Reading a schema.

use ldapwire::schema::Schema;

use crate::counting::counted;
use crate::definitions::{definitions, ldif};

const DEFINITIONS: usize = 1_000;

#[test]
fn a_schema_allocates_a_few_times_for_each_definition() {
    let file = ldif(&definitions(DEFINITIONS));
    let entry = Schema::from_ldif(&file).to_entry("cn=schema");
    for (form, most, read) in [
        ("entry", 8, &(|| Schema::from_entry(&entry)) as &dyn Fn() -> Schema),
        ("ldif", 12, &|| Schema::from_ldif(&file)),
    ] {
        let (_schema, counts) = counted(read);
        assert!(counts.allocations <= most * DEFINITIONS, "{form}: {counts:?}");
        // A definition of 250 octets with what finds it and what it inherits.
        assert!(counts.live <= (1_500 * DEFINITIONS) as isize, "{form}: {counts:?}");
    }
}
