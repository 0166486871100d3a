//! `plan` and `delete`: what would change, what does, and with which status it ends.

use std::fs;

use serde_json::{Value, json};

use super::export::serve;
use super::{ldapwire, run};

#[test]
fn a_plan_is_printed_counted_and_carried_out_by_apply() {
    let (_runtime, directory) = serve(3, 0);
    let folder = tempfile::tempdir().unwrap();
    let (wanted, plan) = (folder.path().join("wanted.ldif"), folder.path().join("plan.ldif"));
    let person = |uid: &str, more: &str| {
        format!("dn: uid={uid},ou=people,dc=example\nobjectClass: account\nuid: {uid}\n{more}\n")
    };
    let unit = "dn: ou=people,dc=example\nobjectClass: organizationalUnit\nou: people\n\n";
    let text = format!("{unit}{}{}", person("0", ""), person("1", "description: one\n")) + &person("new", "");
    fs::write(&wanted, text).unwrap();
    let url = directory.url();
    let planned = |arguments: &[&str]| {
        let mut command = ldapwire("plan");
        run(command.args(["-H", &url, "-b", "ou=people,dc=example"]).arg(&wanted).args(arguments))
    };
    let ended = planned(&["--exit-code"]);
    assert_eq!((ended.status, ended.stderr.as_str()), (6, "Plan: 1 to add, 1 to change, 1 to delete.\n"));
    assert!(ended.stdout.starts_with("version: 1\n\ndn: uid=1,ou=people,dc=example\n"), "{}", ended.stdout);
    assert!(ended.stdout.contains("control: 1.3.6.1.1.12 true:: "), "{}", ended.stdout);
    let kept = planned(&["--keep-extra"]);
    assert_eq!((kept.status, kept.stderr.as_str()), (0, "Plan: 1 to add, 1 to change, 0 to delete.\n"));

    let file = plan.to_str().unwrap();
    let summary: Value = serde_json::from_str(&planned(&["--json", "-o", file]).printed()).unwrap();
    assert_eq!(summary, json!({"add": 1, "change": 1, "delete": 1}));
    let mut apply = ldapwire("apply");
    apply.args(["-H", &url, "-D", "cn=admin", "--danger-allow-cleartext-password", file]);
    let applied = run(apply.env("LDAPWIRE_PASSWORD", "secret")).printed();
    assert!(applied.starts_with("3 records, 3 applied"), "{applied}");
    let ended = planned(&["--exit-code"]);
    assert_eq!((ended.status, ended.stdout.as_str(), ended.stderr.as_str()), (0, "", "No changes.\n"));
}

#[test]
fn what_cannot_be_planned_is_told_with_its_place() {
    let (_runtime, directory) = serve(3, 2);
    let folder = tempfile::tempdir().unwrap();
    let wanted = folder.path().join("wanted.ldif");
    fs::write(&wanted, "dn: dc=elsewhere\ndc: elsewhere\n").unwrap();
    let plan = |base: &str, page: &[&str]| {
        let mut command = ldapwire("plan");
        run(command.args(["-H", &directory.url(), "-b", base]).arg(&wanted).args(page))
    };
    let told = plan("dc=example", &[]).told(1);
    assert!(told.contains("sizeLimitExceeded (4)") && told.contains("--page-size"), "{told}");
    let told = plan("dc=example", &["--page-size", "1"]).told(1);
    assert!(told.contains("wanted.ldif:1:1: expected a name at or below the base"), "{told}");
    plan("no name", &[]).told(2);
}

#[test]
fn subtrees_are_deleted_when_that_is_meant() {
    let (_runtime, directory) = serve(20, 0);
    let url = directory.url();
    let delete = |arguments: &[&str]| {
        let mut command = ldapwire("delete");
        command.args(["-H", &url, "-D", "cn=admin", "--danger-allow-cleartext-password"]).args(arguments);
        run(command.env("LDAPWIRE_PASSWORD", "secret"))
    };
    let people = "ou=people,dc=example";
    let told = delete(&["-r", people]).told(2);
    assert!(told.contains("--yes"), "{told}");
    let preview = delete(&["-r", "--dry-run", people]).printed();
    assert_eq!(preview.matches("changetype: delete").count(), 21);
    assert!(preview.ends_with("dn: ou=people,dc=example\nchangetype: delete\n\n"), "{preview}");
    assert_eq!(directory.len(), 22);

    assert_eq!(delete(&["uid=3,ou=people,dc=example"]).printed(), "1 deleted\n");
    let ended = delete(&[people, "--json"]);
    assert_eq!(ended.status, 1);
    let summary: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!((&summary["left"], &summary["codes"]), (&json!(1), &json!({"66": 1})));
    let ended = delete(&["uid=4,ou=people,dc=example", people]);
    assert_eq!(ended.status, 5, "{ended:?}");
    assert_eq!(delete(&["-r", "--yes", "--only", "(uid=1*)", people]).printed(), "11 deleted\n");
    assert_eq!(delete(&["-r", "--yes", "--one-by-one", people]).printed(), "8 deleted\n");
    assert_eq!(directory.len(), 1);
    let told = delete(&["-r", "--yes", people]).told(1);
    assert!(told.contains("noSuchObject (32)"), "{told}");
}
