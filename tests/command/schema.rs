//! `schema`, over files and what comes with the command.

use std::fs;

use ldapwire::mapping;
use ldapwire::model::{Entry, Value};
use ldapwire::schema::Schema;

use super::generated::{InetOrgPerson, PosixAccount};
use super::{ldapwire, run};

/// A file of one test, which goes with it.
struct Temporary(tempfile::NamedTempFile);

impl Temporary {
    fn new(name: &str, text: &str) -> Self {
        let file = tempfile::Builder::new().suffix(name).tempfile().unwrap();
        fs::write(file.path(), text).unwrap();
        Self(file)
    }

    fn path(&self) -> &str {
        self.0.path().to_str().unwrap()
    }
}

#[test]
fn show_prints_definitions_that_are_read_again() {
    let printed = run(ldapwire("schema").args(["show", "--builtin", "standard"])).printed();
    assert_eq!(Schema::from_ldif(&printed), Schema::standard());
    let printed =
        run(ldapwire("schema").args(["show", "--builtin", "standard", "PERSON", "2.5.4.3"])).printed();
    let shown = Schema::from_ldif(&printed);
    assert_eq!((shown.object_classes().len(), shown.attribute_types().len()), (1, 1));
    let arguments = ["show", "--builtin", "core", "--inherited", "person"];
    let shown = Schema::from_ldif(&run(ldapwire("schema").args(arguments)).printed());
    assert_eq!((shown.object_classes().len(), shown.attribute_types().len()), (2, 9));
    let told = run(ldapwire("schema").args(["show", "--builtin", "core", "nothing"])).told(1);
    assert!(told.contains("nothing is called 'nothing'"), "{told}");
}

#[test]
fn check_tells_what_is_wrong() {
    let ended = run(ldapwire("schema").args(["check", "--builtin", "standard", "--builtin", "openldap"]));
    assert_eq!(ended.printed(), "");
    let file = Temporary::new(
        "check.schema",
        "objectidentifier my 1.2.3\nattributetype ( my:1 NAME 'a_b' SUP name )\nattributetype ( my:2\n  NAME 'broken\n",
    );
    let ended = run(ldapwire("schema").args(["check", "--notes", "--file", file.path()]));
    assert_eq!(ended.status, 1);
    let lines: Vec<_> = ended.stdout.lines().collect();
    assert_eq!(
        lines,
        [
            "note: attribute type a_b: character that names do not have at offset 15",
            "error: attribute type ( 1.2.3.2  NAME 'broken: definition: expected a closing quote at offset 23, found the \
             end; left out",
            "warning: attribute type a_b: SUP refers to 'name', which is not defined",
        ]
    );
    let ended = run(ldapwire("schema").args(["check", "--json", "--file", file.path()]));
    assert_eq!((ended.status, ended.stdout.lines().count()), (1, 2));
    assert!(ended.stdout.lines().all(|line| line.starts_with('{') && line.ends_with('}')));
    let told = run(ldapwire("schema").args(["check", "--file", "/nonexistent"])).told(2);
    assert!(told.contains("/nonexistent"), "{told}");
    // What is LDIF has no definitions for who takes it for a configuration.
    let ldif = Temporary::new("ldif.schema", "objectClasses: ( 1.2 NAME 'a' )\n");
    let told = run(ldapwire("schema").args(["check", "--file", ldif.path()])).told(2);
    assert!(told.contains("there is no definition in it"), "{told}");
}

#[test]
fn diff_prints_what_differs() {
    let old =
        Temporary::new("old.ldif", "objectClasses: ( 1.2 NAME 'a' )\nobjectClasses: ( 1.3 NAME 'b' )\n");
    let new = Temporary::new("new.ldif", "objectClasses: ( 1.3 NAME 'b' MAY cn )\nobjectClasses: ( 1.4 )\n");
    let ended = run(ldapwire("schema").args(["diff", old.path(), "--file", new.path()]));
    assert_eq!(
        (ended.status, ended.stdout.as_str()),
        (
            6,
            "- objectClasses: ( 1.2 NAME 'a' STRUCTURAL )\n\
             - objectClasses: ( 1.3 NAME 'b' STRUCTURAL )\n\
             + objectClasses: ( 1.3 NAME 'b' STRUCTURAL MAY cn )\n\
             + objectClasses: ( 1.4 STRUCTURAL )\n"
        )
    );
    assert_eq!(run(ldapwire("schema").args(["diff", old.path(), "--file", old.path()])).printed(), "");
    let ended = run(ldapwire("schema").args(["diff", "--json", old.path(), "--file", new.path()]));
    assert_eq!(ended.stdout.lines().count(), 3);
}

#[test]
fn rust_writes_structs_that_compile_and_hold_entries() {
    let arguments = ["rust", "--builtin", "standard", "inetOrgPerson", "posixAccount"];
    let code = run(ldapwire("schema").args(arguments)).printed();
    assert_eq!(code, include_str!("generated.rs"));

    let entry = Entry::new("uid=ada,dc=example")
        .with("objectClass", ["inetOrgPerson", "posixAccount"])
        .with("cn", ["Ada"])
        .with("sn", ["Lovelace"])
        .with("uid", ["ada"])
        .with("uidNumber", ["1000"])
        .with("gidNumber", ["1000"])
        .with("homeDirectory", ["/home/ada"])
        .with("displayName", ["Ada L."])
        .with("jpegPhoto", [b"\xff\xd8\xff"])
        .with("manager", ["uid=babbage,dc=example"]);
    let person: InetOrgPerson = entry.deserialize().unwrap();
    assert_eq!(
        (person.sn.as_slice(), person.display_name.as_deref()),
        (&["Lovelace".to_owned()][..], Some("Ada L."))
    );
    assert_eq!(person.jpeg_photo, [Value::from(b"\xff\xd8\xff")]);
    assert_eq!(mapping::to_entry(&person).unwrap().deserialize::<InetOrgPerson>().unwrap(), person);
    let account: PosixAccount = entry.deserialize().unwrap();
    assert_eq!((account.uid_number, account.login_shell), (1000, None));
    let told = run(ldapwire("schema").args(["rust", "--builtin", "core", "nobody"])).told(1);
    assert!(told.contains("no object class is called 'nobody'"), "{told}");
}
