//! LDIF in and out, and contents kept.

use super::*;
use crate::proto::DeleteRequest;

#[test]
fn what_is_exported_makes_the_same_directory() {
    let directory = company().build().unwrap();
    let copy = Directory::builder().ldif(directory.export()).build().unwrap();
    assert_eq!(copy.entries(), directory.entries());
    assert_eq!(copy.export(), directory.export());
}

#[test]
fn what_is_no_file_of_entries_is_refused() {
    let top = "dn: dc=example\nobjectClass: domain\n\n";
    for (ldif, reason) in [
        ("no ldif", "the ldif cannot be read: line 1"),
        (
            &format!("{top}dn: dc=example\nobjectClass: domain\n"),
            "entry 'dc=example' is refused: entryAlreadyExists",
        ),
        ("dn: dc=example\ndc: example\n", "objectClassViolation"),
        ("dn: dc=example\nchangetype: delete\n", "a change of 'dc=example'"),
    ] {
        let error = Directory::builder().ldif(ldif).build().unwrap_err();
        assert!(error.to_string().contains(reason), "{error}");
    }
    let added =
        Directory::builder().ldif("dn: dc=example\nchangetype: add\nobjectClass: domain\n").build().unwrap();
    assert_eq!(added.len(), 1);
}

#[tokio::test]
async fn a_content_that_was_kept_comes_back() {
    let (directory, client) = start().await;
    let kept = directory.snapshot();
    let before = directory.entries();
    client.delete(DeleteRequest::new("uid=ada,ou=people,dc=example")).await.unwrap();
    let changes = directory.changes();
    directory.restore(&kept).unwrap();
    assert_eq!(directory.entries(), before);
    assert!(directory.changes() > changes);
    assert_eq!(found(&client, below("dc=example", "(cn=ada*)")).await, ["uid=ada,ou=people"]);
    client.delete(DeleteRequest::new("uid=ada,ou=people,dc=example")).await.unwrap();
    directory.restore(&kept).unwrap();
    assert_eq!(directory.len(), 7);
}
