//! `convert`, `anonymise`.

use super::*;

#[test]
fn every_form_brings_all_values_back() {
    let folder = Folder::with(&[("a.ldif", entries().as_bytes())]);
    for file in ["a.csv", "a.jsonl", "a.csv.gz", "a.json.zst", "b.ldif.gz"] {
        assert_eq!(ldif(&folder, &["convert", "a.ldif", "-o", file]).printed(), "");
        let back = ldif(&folder, &["convert", file]).printed();
        assert_eq!(
            ldif_with_input(&folder, &["diff", "a.ldif", "-"], back.as_bytes()).printed(),
            "",
            "{file}"
        );
        assert_eq!(
            ldif_with_input(&folder, &["diff", "-", "a.ldif"], back.as_bytes()).printed(),
            "",
            "{file}"
        );
    }
    let table = ldif(&folder, &["convert", "--to", "csv", "--columns", "uid,mail,cn", "a.ldif"]).printed();
    assert_eq!(
        table,
        "dn,uid,mail,cn\ndc=example,,,\n\"ou=people,dc=example\",,,\n\
               \"uid=ada,ou=people,dc=example\",ada,ada@example.org|countess@example.org,Ada Lovelace\n\
               \"uid=zoe,ou=people,dc=example\",zoe,,Zoë\n"
    );
}

#[test]
fn what_is_no_entry_is_told_with_its_line() {
    let folder = Folder::new();
    for (form, input, told) in [
        (
            "json",
            "{\"dn\":\"cn=a\",\"attributes\":{}}\n\n{\"dn\":1}\n",
            "-:3:1: expected an object with a text 'dn'",
        ),
        ("json", "{\"dn\"", "-:1:1: "),
        ("csv", "cn\na\n", "-:1:1: expected a column 'dn'"),
        ("csv", "dn,cn\ncn=a,a\ncn=b,\\zz\n", "-:3:1: cn: expected two hexadecimal digits"),
        ("csv", "dn,cn\ncn=a\n", "-:2:1: "),
        ("ldif", "dn: cn=a\nchangetype: delete\n", "-:1:1: expected an entry"),
    ] {
        let ended = ldif_with_input(&folder, &["convert", "--from", form], input.as_bytes());
        assert!(ended.stderr.contains(told), "{input}: {ended:?}");
        ended.told(1);
    }
    assert!(ldif_with_input(&folder, &["convert", "--to", "csv"], b"").told(2).contains("--columns"));
    assert_eq!(ldif_with_input(&folder, &["convert", "--separator", "a"], b"").status, 2);
}

#[test]
fn anonymised_entries_fit_together_as_before() {
    let folder =
        Folder::with(&[("a.ldif", entries().as_bytes()), ("key", b"0123456789abcdef"), ("short", b"x")]);
    let arguments = ["anonymise", "--key-file", "key", "--keep", "dc", "a.ldif"];
    let shown = ldif(&folder, &arguments).printed();
    assert_eq!(ldif(&folder, &arguments).printed(), shown, "the key decides");
    for gone in ["ada", "Lovelace", "countess", "Lefevre", "/9j/4A=="] {
        assert!(!shown.contains(gone), "{gone} in {shown}");
    }
    assert!(shown.contains("objectClass: inetOrgPerson\n") && shown.contains("dn: dc=example\n"), "{shown}");
    // The tree is the same, and the manager is the entry that it was.
    let manager = shown.lines().find_map(|line| line.strip_prefix("manager: ")).unwrap();
    assert!(shown.contains(&format!("dn: {manager}\n")), "{shown}");
    assert_eq!(
        ldif_with_input(&folder, &["check", "-"], shown.as_bytes()).printed(),
        "-: 4 records, 0 faults\n"
    );
    assert_ne!(ldif(&folder, &["anonymise", "a.ldif"]).printed(), shown);
    assert!(ldif(&folder, &["anonymise", "--key-file", "short", "a.ldif"]).told(2).contains("16 octets"));
    assert_eq!(ldif(&folder, &["anonymise", "--key-file", "none", "a.ldif"]).status, 2);
}

#[test]
fn changes_are_anonymised_with_the_entries_that_they_change() {
    let changes = b"dn: uid=ada,ou=people,dc=example\nchangetype: modify\nreplace: sn\nsn: King\n-\n\n\
        dn: uid=ada,ou=people,dc=example\nchangetype: modrdn\nnewrdn: uid=countess\ndeleteoldrdn: 1\n";
    let folder =
        Folder::with(&[("a.ldif", entries().as_bytes()), ("c.ldif", changes), ("key", b"0123456789abcdef")]);
    for file in ["a.ldif", "c.ldif"] {
        let shown = format!("shown-{file}");
        assert_eq!(ldif(&folder, &["anonymise", "--key-file", "key", file, "-o", &shown]).printed(), "");
    }
    let after = ldif(&folder, &["apply", "shown-a.ldif", "shown-c.ldif"]).printed();
    assert_eq!(after.matches("\ndn: ").count(), 4);
}
