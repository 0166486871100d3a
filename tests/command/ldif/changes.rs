//! `diff`, `apply`, `invert`.

use super::*;

const AFTER: &str = "dn: dc=example
objectClass: domain
dc: example

dn: ou=people,dc=example
objectClass: organizationalUnit
ou: people
description: new

dn: ou=more,ou=people,dc=example
objectClass: organizationalUnit
ou: more

dn: uid=zoe,ou=people,dc=example
objectClass: inetOrgPerson
uid: zoe
cn:: Wm/Dqw==
sn: Other
description:

";

#[test]
fn a_difference_carried_out_gives_the_other_file_and_undone_the_first() {
    let folder = Folder::with(&[("old.ldif", entries().as_bytes()), ("new.ldif", AFTER.as_bytes())]);
    let changes = ldif(&folder, &["diff", "old.ldif", "new.ldif"]).printed();
    let expected = "version: 1\n\n\
        dn: ou=people,dc=example\nchangetype: modify\nadd: description\ndescription: new\n-\n\n\
        dn: ou=more,ou=people,dc=example\nchangetype: add\nobjectClass: organizationalUnit\nou: more\n\n\
        dn: uid=zoe,ou=people,dc=example\nchangetype: modify\nreplace: sn\nsn: Other\n-\ndelete: manager\n-\n\n\
        dn: uid=ada,ou=people,dc=example\nchangetype: delete\n\n";
    assert_eq!(changes, expected);
    std::fs::write(folder.path().join("changes.ldif"), &changes).unwrap();

    let after = ldif(&folder, &["apply", "old.ldif", "changes.ldif"]).printed();
    assert_eq!(ldif_with_input(&folder, &["diff", "-", "new.ldif"], after.as_bytes()).printed(), "");

    assert_eq!(ldif(&folder, &["invert", "old.ldif", "changes.ldif", "-o", "undo.ldif"]).printed(), "");
    let before = ldif(&folder, &["apply", "new.ldif", "undo.ldif"]).printed();
    assert_eq!(ldif_with_input(&folder, &["diff", "-", "old.ldif"], before.as_bytes()).printed(), "");
}

#[test]
fn attributes_and_spellings_can_be_left_out_of_a_difference() {
    let old = b"dn: cn=a\ncn: a\nentryCSN: 1\nuserPassword: x\n";
    let new = b"dn: CN=A\ncn: A\nentryCSN: 2\nuserPassword: y\n";
    let folder = Folder::with(&[("old", old), ("new", new)]);
    let lines = |arguments: &[&str]| {
        ldif(&folder, &[&["diff"], arguments, &["old", "new"]].concat())
            .printed()
            .matches("replace: ")
            .count()
    };
    assert_eq!(lines(&[]), 3);
    assert_eq!(lines(&["--ignore-operational"]), 2);
    assert_eq!(lines(&["--ignore-operational", "--ignore-case"]), 1);
    assert_eq!(lines(&["--sorted", "--ignore", "entrycsn", "--ignore", "userPassword", "--ignore-case"]), 0);
}

#[test]
fn what_cannot_be_compared_or_changed_is_told_with_its_place() {
    let twice = b"dn: cn=a\ncn: a\n\ndn: CN=A\ncn: a\n";
    let changes =
        b"dn: cn=a\nchangetype: delete\n\ndn: cn=b\nchangetype: delete\n\ndn: cn=c\nchangetype: add\ncn: c\n";
    let folder = Folder::with(&[("twice", twice), ("changes", changes), ("one", b"dn: cn=a\ncn: a\n")]);
    assert!(
        ldif(&folder, &["diff", "one", "twice"]).told(1).contains("twice:4:1: expected a name that no other")
    );
    assert!(ldif(&folder, &["diff", "one", "changes"]).told(1).contains("changes:1:1: expected an entry"));
    assert!(ldif(&folder, &["apply", "twice", "changes"]).told(1).contains("twice:4:1: 'CN=A'"));

    let refused = ldif(&folder, &["apply", "one", "changes"]);
    assert!(refused.stdout.is_empty());
    assert!(refused.told(1).contains("changes:4:1: 'cn=b': there is no such entry, noSuchObject (32)"));
    let refused = ldif(&folder, &["invert", "one", "changes"]).told(1);
    assert!(refused.contains("changes:4:1"), "{refused}");

    let ended = ldif(&folder, &["apply", "--continue", "one", "changes"]);
    assert_eq!(ended.stdout, "version: 1\n\ndn: cn=c\ncn: c\n\n");
    assert!(ended.told(1).contains("changes:4:1"));
}
