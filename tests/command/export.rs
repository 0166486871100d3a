//! `export`: what is written, and what is told where something is missing.

use std::fs;
use std::path::Path;

use ldapwire::directory::{Directory, RunningDirectory};
use ldapwire::ldif::SliceReader;
use ldapwire::model::Entry;
use ldapwire::proto::{LdapMessage, ProtocolOp};
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

use super::peer::{self, Answer, Peer};
use super::{ldapwire, run};

/// A directory of so many people below `ou=people`, on a thread of its own.
pub(crate) fn serve(people: usize, size_limit: u32) -> (Runtime, RunningDirectory) {
    let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let unit = Entry::new("ou=people,dc=example").with("objectClass", ["organizationalUnit"]);
    let people = (0..people).map(|number| {
        Entry::new(format!("uid={number},ou=people,dc=example"))
            .with("objectClass", ["account"])
            .with("uid", [number.to_string()])
    });
    let directory = Directory::builder()
        .admin("cn=admin", "secret")
        .size_limit(size_limit)
        .entry(Entry::new("dc=example").with("objectClass", ["domain"]).with("dc", ["example"]))
        .entry(unit.with("ou", ["people"]))
        .entries(people)
        .start();
    let directory = runtime.block_on(directory).unwrap();
    (runtime, directory)
}

fn count(path: &Path) -> usize {
    SliceReader::new(&fs::read(path).unwrap()).map(Result::unwrap).count()
}

#[test]
fn a_subtree_goes_to_a_file_or_to_the_output() {
    let (_runtime, directory) = serve(20, 0);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.ldif");
    let url = directory.url();
    let export = || {
        let mut command = ldapwire("export");
        command.args(["-H", &url, "-b", "dc=example"]);
        command
    };
    assert_eq!(run(export().arg("-o").arg(&file)).printed(), "");
    assert_eq!(count(&file), 22);
    let printed = run(&mut export()).printed();
    assert_eq!(printed.as_bytes(), fs::read(&file).unwrap());
    assert!(printed.starts_with("version: 1\n\ndn: dc=example\n"), "{printed}");

    let summary = run(export().arg("-o").arg(&file).args(["--json", "--connections", "3"])).printed();
    let summary: Value = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["entries"], 22);
    assert_eq!(
        (&summary["counted"], &summary["missing"], &summary["complete"]),
        (&json!(22), &json!(0), &json!(true))
    );
    let found = run(export().args(["--no-count", "uid=7", "uid"])).printed();
    assert_eq!(found, "version: 1\n\ndn: uid=7,ou=people,dc=example\nuid: 7\n\n");
    assert!(run(export().args(["--operational", "uid=7"])).printed().contains("\nentryUUID: "));
    run(export().args(["(uid=7"])).told(2);
    assert_eq!(run(ldapwire("export").args(["-H", &url])).status, 2);
}

#[test]
fn a_limit_is_told_with_the_way_around_and_leaves_the_file_aside() {
    let (_runtime, directory) = serve(20, 10);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.ldif");
    let url = directory.url();
    let export = |arguments: &[&str]| {
        let mut command = ldapwire("export");
        run(command.args(["-H", &url, "-b", "dc=example", "-o"]).arg(&file).args(arguments))
    };
    let told = export(&[]).told(5);
    assert!(told.contains("sizeLimitExceeded (4)") && told.contains("--page-size"), "{told}");
    assert!(told.contains("10 entries are in ") && told.contains(".partial"), "{told}");
    assert!(!file.exists());
    export(&["--page-size", "5"]).printed();
    assert_eq!(count(&file), 22);
}

/// Answers the first search with some entries and then as told, the one that counts with `counted`.
fn peer_with(
    counted: usize,
    end: impl Fn(&LdapMessage, Vec<LdapMessage>) -> Answer + Send + Sync + 'static,
) -> Peer {
    Peer::new(move |request| {
        let ProtocolOp::SearchRequest(search) = &request.op else {
            return Answer::Send(vec![peer::success(request)]);
        };
        let is_count = search.selectors().iter().any(|selector| selector == "1.1");
        let count = if is_count { counted } else { 3 };
        let names = (0..count).map(|number| Entry::new(format!("cn={number}")).with("cn", ["x"]));
        let mut messages: Vec<_> = names.map(|entry| peer::entry(request.id, &entry)).collect();
        if is_count {
            messages.push(peer::success(request));
            return Answer::Send(messages);
        }
        end(request, messages)
    })
}

#[test]
fn what_is_missing_is_told() {
    let export = |peer: &Peer| run(ldapwire("export").args(["-H", peer.url(), "-b", "", "--json"]));
    let succeed = |request: &LdapMessage, mut messages: Vec<LdapMessage>| {
        messages.push(peer::success(request));
        Answer::Send(messages)
    };
    let ended = export(&peer_with(5, succeed));
    let lines: Vec<Value> = ended.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(ended.status, 5);
    assert_eq!((&lines[0]["missing"], &lines[0]["complete"]), (&json!(2), &json!(false)));
    assert_eq!(lines[1]["error"]["status"], 5);
    assert_eq!(ended.stdout.matches("dn: ").count(), 3);

    let refer = |request: &LdapMessage, mut messages: Vec<LdapMessage>| {
        messages.push(peer::reference(request.id, "ldap://elsewhere/dc=x"));
        messages.push(peer::success(request));
        Answer::Send(messages)
    };
    let ended = export(&peer_with(3, refer));
    assert_eq!(ended.status, 5, "{ended:?}");
    assert!(
        ended.stderr.contains("ldap://elsewhere/dc=x") && ended.stdout.contains("# ref: ldap://elsewhere")
    );
}

#[test]
fn a_connection_that_is_lost_leaves_what_came_aside() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("out.ldif");
    fs::write(&file, "yesterday").unwrap();
    let peer = peer_with(3, |_, messages| Answer::SendAndClose(messages));
    let told = run(ldapwire("export").args(["-H", peer.url(), "-b", "", "-o"]).arg(&file)).told(3);
    assert!(told.contains("3 entries are in "), "{told}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "yesterday");
    let partial =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).find(|path| *path != file);
    assert_eq!(count(&partial.unwrap()), 3);
}
