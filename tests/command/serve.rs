//! `serve`, asked by `search`.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use super::{ldapwire, run};

/// A server that ends with the test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn entries_of_a_file_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.ldif");
    std::fs::write(
        &file,
        "dn: dc=example\nobjectClass: domain\n\ndn: uid=ada,dc=example\nobjectClass: account\n",
    )
    .unwrap();
    let mut child = ldapwire("serve")
        .arg(&file)
        .args(["--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let stdout = child.stdout.take().unwrap();
    let _serving = Serving(child);
    let mut url = String::new();
    BufReader::new(stdout).read_line(&mut url).unwrap();
    let found =
        run(ldapwire("search").args(["-x", "-H", url.trim_end(), "-b", "dc=example", "uid=ADA", "uid"]));
    assert!(found.printed().contains("dn: uid=ada,dc=example\nuid: ada\n"));
}

#[test]
fn a_file_that_is_none_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.ldif");
    std::fs::write(&file, "dn: dc=example\nno ldif\n").unwrap();
    let told = run(ldapwire("serve").arg(&file)).told(2);
    assert!(told.contains("people.ldif: the ldif cannot be read: line 2"), "{told}");
}
