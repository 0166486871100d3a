//! `import` and `apply`, into a directory in memory.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;

use super::{Ended, ldapwire, run};

/// A directory that ends with the test.
struct Serving {
    child: Child,
    url: String,
}

impl Serving {
    fn begin() -> Self {
        let mut child = ldapwire("serve")
            .args(["--listen", "127.0.0.1:0", "--suffix", "dc=example"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { child, url: url.trim_end().to_owned() }
    }

    fn run(&self, verb: &str, arguments: &[&str], folder: &Path) -> Ended {
        run(ldapwire(verb).current_dir(folder).args(["-H", &self.url]).args(arguments))
    }

    /// The entries, as LDIF.
    fn entries(&self, folder: &Path) -> String {
        self.run("search", &["-b", "dc=example", "-LLL"], folder).printed()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const ROOT: &str = "dn: dc=example\nobjectClass: domain\ndc: example\n";

fn unit(name: &str) -> String {
    format!("\ndn: ou={name},dc=example\nobjectClass: organizationalUnit\nou: {name}\n")
}

#[test]
fn entries_are_imported_and_the_status_tells_all_from_some_and_none() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let serving = Serving::begin();
    fs::write(folder.join("a.ldif"), [ROOT, &unit("a"), &unit("b")].concat()).unwrap();
    let printed = serving.run("import", &["a.ldif"], folder).printed();
    assert!(printed.starts_with("3 records, 3 applied in "), "{printed}");

    let again = serving.run("import", &["a.ldif", "--json"], folder);
    assert_eq!((again.status, again.stderr.as_str()), (1, ""));
    let summary: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(
        (&summary["records"], &summary["rejected"], &summary["codes"]["68"]),
        (&3.into(), &3.into(), &3.into())
    );
    assert_eq!(summary["failures"][1]["line"], 5);

    fs::write(folder.join("b.ldif"), [unit("b"), unit("c"), unit("d,ou=nowhere")].concat()).unwrap();
    let some = serving.run("import", &["b.ldif", "--rejects", "rejects.ldif"], folder);
    assert_eq!(some.status, 5);
    assert!(some.stdout.contains("1 noSuchObject (32)\n1 entryAlreadyExists (68)\n"), "{}", some.stdout);
    assert!(some.stdout.contains("\nrecord 1 at line 2, ou=b,dc=example: rejected: "), "{}", some.stdout);
    let rejects = fs::read_to_string(folder.join("rejects.ldif")).unwrap();
    assert_eq!(rejects.matches("changetype: add").count(), 2, "{rejects}");
    assert_eq!(serving.run("import", &["b.ldif", "--ignore", "--stop-after", "1"], folder).status, 5);
    let rehearsed = serving.run("import", &["b.ldif", "--replace", "--dry-run"], folder).printed();
    assert!(rehearsed.starts_with("rehearsed: 3 records, 1 applied, 2 skipped in "), "{rehearsed}");
}

#[test]
fn changes_are_applied_and_undone_and_a_journal_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let serving = Serving::begin();
    fs::write(folder.join("a.ldif"), [ROOT, &unit("a"), &unit("b")].concat()).unwrap();
    serving.run("import", &["a.ldif"], folder).printed();
    let before = serving.entries(folder);
    let changes = "dn: ou=a,dc=example\nchangetype: modify\nreplace: description\ndescription: x\n-\n
dn: ou=b,dc=example\nchangetype: delete\n
dn: ou=a,dc=example\nchangetype: modrdn\nnewrdn: ou=c\ndeleteoldrdn: 1\n";
    fs::write(folder.join("changes.ldif"), changes).unwrap();
    let refused = serving.run("import", &["changes.ldif"], folder);
    assert!(
        refused.status == 1 && refused.stdout.contains("a change, and only entries are taken"),
        "{refused:?}"
    );
    let apply = ["changes.ldif", "--undo", "undo.ldif", "--journal", "journal"];
    let printed = serving.run("apply", &apply, folder).printed();
    assert!(printed.starts_with("3 records, 3 applied"), "{printed}");
    assert!(serving.entries(folder).contains("ou=c,dc=example"));
    let printed = serving.run("apply", &["changes.ldif", "--journal", "journal"], folder).printed();
    assert!(printed.contains("\n3 of them earlier"), "{printed}");
    serving.run("apply", &["undo.ldif"], folder).printed();
    let sorted = |text: &str| {
        let mut records: Vec<_> = text.split("\n\n").map(str::to_owned).collect();
        records.sort();
        records
    };
    assert_eq!(sorted(&serving.entries(folder)), sorted(&before));
}

#[test]
fn what_cannot_begin_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::write(folder.join("a.ldif"), [ROOT, "\nno record\n"].concat()).unwrap();
    let nowhere = run(ldapwire("import").current_dir(folder).args(["-H", "ldap://127.0.0.1:1", "a.ldif"]));
    nowhere.told(3);
    let serving = Serving::begin();
    assert!(serving.run("import", &["missing.ldif"], folder).told(2).contains("missing.ldif"));
    fs::write(folder.join("journal"), "no journal").unwrap();
    let told = serving.run("import", &["a.ldif", "--journal", "journal"], folder).told(2);
    assert!(told.contains("journal journal: it is no journal"), "{told}");
    // The file that is read, and would have been emptied.
    let told = serving.run("apply", &["a.ldif", "--rejects", "./a.ldif"], folder).told(2);
    assert!(
        told.contains("cannot use the file of rejected records ./a.ldif: it is the input, too"),
        "{told}"
    );
    let faulty = serving.run("import", &["a.ldif"], folder);
    assert_eq!(faulty.status, 5, "{faulty:?}");
    assert!(faulty.stdout.contains("the input cannot be read on: a.ldif:5:"), "{}", faulty.stdout);
}
