//! `check`, `format`, `search`, `split`, `stats`, `generate`.

use serde_json::Value;

use super::*;

#[test]
fn check_prints_each_fault_with_file_line_and_column() {
    let bad = b"dn: cn=a\ncn a\n\ndn: cn=b\ncn: b\n\ndn: cn=c\ncn:: *\n";
    let folder = Folder::with(&[("good.ldif", entries().as_bytes()), ("bad.ldif", bad)]);
    assert_eq!(ldif(&folder, &["check", "good.ldif"]).printed(), "good.ldif: 4 records, 0 faults\n");

    let checked = ldif(&folder, &["check", "good.ldif", "bad.ldif"]);
    assert_eq!((checked.status, checked.stderr.as_str()), (1, ""));
    let lines: Vec<&str> = checked.stdout.lines().collect();
    assert!(lines[1].starts_with("bad.ldif:2:3: expected ':'"), "{lines:?}");
    assert!(lines[2].starts_with("bad.ldif:8:6: "), "{lines:?}");
    assert_eq!(lines[3], "bad.ldif: 1 record, 2 faults");

    let checked = ldif_with_input(&folder, &["check", "--json", "-"], bad);
    let lines: Vec<Value> = checked.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        (&lines[0]["line"], &lines[0]["dn"], &lines[2]["faults"]),
        (&2.into(), &"cn=a".into(), &2.into())
    );
    assert_eq!(checked.status, 1);
}

#[test]
fn a_file_that_is_not_there_is_wrong_usage_and_a_fault_is_not() {
    let folder = Folder::with(&[("bad.ldif", b"dn: cn=a\ncn a\n")]);
    assert!(ldif(&folder, &["stats", "none.ldif"]).told(2).contains("none.ldif"));
    assert!(ldif(&folder, &["stats", "."]).told(2).contains("cannot read"));
    assert!(ldif(&folder, &["stats", "bad.ldif"]).told(1).contains("bad.ldif:2:3: expected ':'"));
    let json = ldif(&folder, &["search", "--json", "-f", "bad.ldif"]).told(1);
    let told: Value = serde_json::from_str(&json).unwrap();
    assert!(told["error"]["message"].as_str().unwrap().starts_with("bad.ldif:2:3"), "{json}");
    assert_eq!(ldif(&folder, &["format", "bad.ldif", "-o", "no/such/folder"]).status, 2);
    assert!(ldif(&folder, &["format", "bad.ldif", "-o", "bad.ldif"]).told(2).contains("at the same time"));
    assert_eq!(folder.read("bad.ldif"), b"dn: cn=a\ncn a\n");
}

#[test]
fn format_writes_in_one_way_and_again_the_same() {
    let odd = b"# a comment\r\ndn:dc=example\r\nDC:  ex\r\n ample\r\n\r\n\r\ndn:: b3U9YQ==\r\nchangetype: delete\r\n";
    let folder = Folder::with(&[("odd.ldif", odd)]);
    assert!(ldif(&folder, &["format", "odd.ldif"]).told(1).contains("odd.ldif:8:"));
    let tidy = "version: 1\n\ndn: dc=example\nDC: example\n\ndn: ou=a\nchangetype: delete\n\n";
    assert_eq!(ldif(&folder, &["format", "--lenient", "odd.ldif"]).printed(), tidy);
    assert_eq!(ldif_with_input(&folder, &["format", "--lenient", "-"], tidy.as_bytes()).printed(), tidy);
    let wrapped =
        ldif_with_input(&folder, &["format", "--wrap", "10", "--no-version"], entries().as_bytes()).printed();
    assert!(wrapped.lines().all(|line| line.len() <= 10), "{wrapped}");
    let whole = ldif_with_input(&folder, &["format", "--wrap", "no"], wrapped.as_bytes()).printed();
    assert_eq!(whole, ldif_with_input(&folder, &["format", "--wrap", "no"], entries().as_bytes()).printed());
}

#[test]
fn format_keeps_changes_with_their_controls() {
    let changes = "version: 1\n\ndn: cn=a\ncontrol: 1.2.3 true: foo\ncontrol: 1.2.4\nchangetype: modify\nadd: mail\nmail: a@b\n-\n\
        delete: sn\n-\nreplace: cn\ncn: a\n-\nincrement: n\nn: 2\n-\n\ndn: cn=a\nchangetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 0\nnewsuperior: o=c\n\n\
        dn: cn=d\nchangetype: add\ncn: d\n\n";
    let folder = Folder::new();
    assert_eq!(ldif_with_input(&folder, &["format"], changes.as_bytes()).printed(), changes);
}

#[test]
fn values_of_files_are_read_in_their_folder_only() {
    let folder = Folder::with(&[("photo", b"\xff\xd8"), ("a.ldif", b"dn: cn=a\njpegPhoto:< file:photo\n")]);
    assert!(ldif(&folder, &["format", "a.ldif"]).told(1).contains("a.ldif:2:"));
    let printed = ldif(&folder, &["format", "--url-folder", ".", "a.ldif"]).printed();
    assert!(printed.contains("jpegPhoto:: /9g=\n"), "{printed}");
    let outside =
        ldif_with_input(&folder, &["check", "--url-folder", ".", "-"], b"dn: cn=a\na:< file:///etc/passwd\n");
    assert!(outside.status == 1 && outside.stdout.contains("outside"), "{outside:?}");
}

#[test]
fn search_has_base_scope_filter_and_attributes() {
    let folder = Folder::with(&[("a.ldif", entries().as_bytes())]);
    let found = |arguments: &[&str]| {
        let printed = ldif(&folder, &[&["search", "-f", "a.ldif"], arguments].concat()).printed();
        printed.lines().filter_map(|line| line.strip_prefix("dn: ").map(str::to_owned)).collect::<Vec<_>>()
    };
    assert_eq!(found(&[]).len(), 4);
    assert_eq!(found(&["-b", "OU=People, DC=example", "-s", "one"]).len(), 2);
    assert_eq!(found(&["-b", "ou=people,dc=example", "-s", "base"]), ["ou=people,dc=example"]);
    assert_eq!(
        found(&["-b", "ou=people,dc=example", "-s", "children", "(!(mail=*))"]),
        ["uid=zoe,ou=people,dc=example"]
    );
    assert_eq!(found(&["cn=ZOË"]), ["uid=zoe,ou=people,dc=example"]);
    assert_eq!(found(&["-z", "1", "(objectClass=inetOrgPerson)"]), ["uid=ada,ou=people,dc=example"]);
    assert_eq!(
        ldif(&folder, &["search", "-f", "a.ldif", "uid=ada", "sn", "MAIL"]).printed(),
        "dn: uid=ada,ou=people,dc=example\nsn: Lovelace\nmail: ada@example.org\nmail: countess@example.org\n\n"
    );
    let json = ldif(&folder, &["search", "-f", "a.ldif", "--json", "uid=ada", "jpegPhoto"]).printed();
    assert_eq!(
        json,
        "{\"dn\":\"uid=ada,ou=people,dc=example\",\"attributes\":{\"jpegPhoto\":[{\"base64\":\"/9j/4A==\"}]}}\n"
    );
    assert_eq!(ldif(&folder, &["search", "-f", "a.ldif", "(uid=ada"]).status, 2);
    assert_eq!(ldif(&folder, &["search", "-f", "a.ldif", "-b", "nonsense"]).status, 2);
}

#[test]
fn split_makes_files_that_make_up_the_whole() {
    let folder = Folder::with(&[("a.ldif", entries().as_bytes())]);
    let printed =
        ldif(&folder, &["split", "-n", "3", "--prefix", "x-", "--suffix", ".ldif.gz", "a.ldif"]).printed();
    assert_eq!(printed, "x-0001.ldif.gz\nx-0002.ldif.gz\n");
    let counted = ldif(&folder, &["check", "x-0001.ldif.gz", "x-0002.ldif.gz"]).printed();
    assert_eq!(counted, "x-0001.ldif.gz: 3 records, 0 faults\nx-0002.ldif.gz: 1 record, 0 faults\n");
}

#[test]
fn stats_count_what_is_there() {
    let folder = Folder::with(&[("a.ldif", entries().as_bytes())]);
    let printed = ldif(&folder, &["stats", "a.ldif"]).printed();
    assert!(
        printed.contains("           4  entry\n") && printed.contains("           2  inetOrgPerson\n"),
        "{printed}"
    );
    let counts: Value =
        serde_json::from_str(&ldif(&folder, &["stats", "--json", "a.ldif"]).printed()).unwrap();
    assert_eq!(counts["records"]["entry"], 4);
    assert_eq!(counts["depths"]["3"], 2);
    let mail = counts["attributes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|attribute| attribute["name"] == "mail")
        .unwrap();
    assert_eq!((&mail["entries"], &mail["values"], &mail["largest"]), (&1.into(), &2.into(), &20.into()));
}

#[test]
fn generate_makes_the_same_entries_for_the_same_seed() {
    let folder = Folder::new();
    let made = ldif(&folder, &["generate", "-n", "300", "--seed", "5"]).printed();
    assert_eq!(ldif(&folder, &["generate", "-n", "300", "--seed", "5"]).printed(), made);
    assert_ne!(ldif(&folder, &["generate", "-n", "300", "--seed", "6"]).printed(), made);
    assert_eq!(
        ldif_with_input(&folder, &["check", "-"], made.as_bytes()).printed(),
        "-: 300 records, 0 faults\n"
    );

    assert_eq!(ldif(&folder, &["generate", "-n", "300", "--seed", "5", "-o", "a.ldif.zst"]).printed(), "");
    assert_eq!(ldif(&folder, &["format", "--no-version", "a.ldif.zst"]).printed(), made);

    let template = ldif(&folder, &["generate", "--print-template"]).printed();
    std::fs::write(folder.path().join("own"), &template).unwrap();
    let own = ["generate", "-n", "300", "--seed", "5", "--template", "own", "--set", "suffix=o=Own"];
    assert!(ldif(&folder, &own).printed().contains("dn: o=Own\n"));
    assert!(ldif(&folder, &["generate", "-n", "3"]).told(2).contains("at least 8"));
    assert!(ldif(&folder, &["generate", "--set", "x=y"]).told(2).contains("unknown variable 'x'"));
    std::fs::write(folder.path().join("own"), "[a]\ndn: nonsense\n").unwrap();
    assert!(ldif(&folder, &["generate", "--template", "own"]).told(2).contains("own: line 2: expected"));
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let folder = Folder::new();
    let mut command = ldapwire("ldif");
    command.current_dir(folder.path()).args(["generate", "-n", "100000"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0));
}
