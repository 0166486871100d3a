//! Directories that are kept in a folder.

use std::fs;
use std::path::Path;

use super::*;
use crate::execute::RequestExt as _;
use crate::model::{Modification, OldRdn};
use crate::proto::controls::TreeDelete;
use crate::proto::extops::PasswordModify;
use crate::proto::{AddRequest, DeleteRequest, ModifyDnRequest, ModifyRequest};

/// Copies a folder, which is what is left of it after `kill -9`.
fn copy(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        if !file.path().is_file() {
            continue;
        }
        fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
    }
    copy
}

/// What a directory holds: entries by name, and values, in no order.
fn content(directory: &Directory) -> Vec<String> {
    let shown = |entry: &Entry| {
        let mut lines: Vec<_> = entry
            .attributes()
            .iter()
            .flat_map(|own| own.values().iter().map(move |value| format!("{} {value:?}", own.description())))
            .collect();
        lines.sort_unstable();
        format!("{} {}", entry.dn(), lines.join(" "))
    };
    let mut entries: Vec<_> = directory.entries().iter().map(shown).collect();
    entries.sort_unstable();
    entries
}

fn open(folder: &Path) -> Directory {
    company().data(folder).build().unwrap()
}

fn group(number: usize) -> Modification {
    Modification::add("member", [format!("uid={number},dc=example")])
}

/// Makes changes of every kind, and calls `after` behind each.
async fn change_all(directory: &Directory, mut after: impl FnMut(&Directory)) {
    let eve = "uid=eve,ou=people,dc=example";
    let modify = |dn: &str, changes: Vec<Modification>| ModifyRequest::new(dn, changes);
    let odd = Entry::new("cn=\\20odd\\, \u{e4}\\00,dc=example")
        .with("objectClass", ["person"])
        .with("description;lang-de", [" begins with a space", "#", "\n"])
        .with("jpegPhoto", [vec![0, 255, 10, 13]]);
    Executor::add(directory, AddRequest::from(odd)).await.unwrap();
    after(directory);
    for changes in [
        vec![Modification::add("description", ["one", "two"])],
        vec![Modification::delete("description", ["one"]), Modification::replace("sn", ["L", "M"])],
        vec![Modification::replace("employeeNumber", ["41"])],
        vec![Modification::increment("employeeNumber", 1)],
        vec![Modification::delete_attribute("description")],
    ] {
        Executor::modify(directory, modify(eve, changes)).await.unwrap();
        after(directory);
    }
    for number in 0..3 {
        Executor::modify(directory, modify("cn=staff,ou=groups,dc=example", vec![group(number)]))
            .await
            .unwrap();
        after(directory);
    }
    directory.password_modify(PasswordModify::new().of_user(eve).with_new("n\u{eb}w")).await.unwrap();
    after(directory);
    for (dn, rdn, old, superior) in [
        (eve, "uid=EVE", OldRdn::Keep, None),
        ("uid=EVE,ou=people,dc=example", "cn=eve+uid=e", OldRdn::Delete, None),
        ("ou=people,dc=example", "ou=folk", OldRdn::Delete, Some("ou=groups,dc=example")),
    ] {
        let request = ModifyDnRequest::new(dn, rdn, old);
        let request = match superior {
            Some(superior) => request.with_new_superior(superior),
            None => request,
        };
        Executor::modify_dn(directory, request).await.unwrap();
        after(directory);
    }
    let tree = DeleteRequest::new("ou=folk,ou=groups,dc=example").with_control(TreeDelete);
    Executor::delete(directory, tree).await.unwrap();
    after(directory);
    directory.import(b"dn: dc=other\nobjectClass: domain\n").unwrap();
    after(directory);
}

#[tokio::test]
async fn every_change_that_was_answered_is_there_after_the_process_died() {
    let folder = tempfile::tempdir().unwrap();
    let directory = open(folder.path());
    assert_eq!(directory.recovery().copied(), Some(Recovery::default()));
    let begin = directory.snapshot();
    let mut changes = 0;
    let mut look = |directory: &Directory| {
        changes += 1;
        let copy = copy(folder.path());
        let again = open(copy.path());
        assert_eq!(content(&again), content(directory), "after change {changes}");
        let recovery = Recovery { is_from_data: true, changes, cut: 0 };
        assert_eq!(again.recovery().copied(), Some(recovery));
    };
    change_all(&directory, &mut look).await;
    directory.restore(&begin).unwrap();
    look(&directory);
    // What is refused is not written.
    let missing = Executor::delete(&directory, DeleteRequest::new("cn=nobody")).await;
    assert_eq!(code(missing), ResultCode::NO_SUCH_OBJECT);
    drop(directory);
    assert_eq!(open(folder.path()).recovery().unwrap().changes, changes);
}

#[tokio::test]
async fn a_log_cut_at_each_octet_holds_what_was_answered_before() {
    let small = |folder: &Path| {
        let entry = |dn| Entry::new(dn).with("objectClass", ["domain"]);
        let entries = ["dc=example", "ou=a,dc=example", "cn=b,ou=a,dc=example"].map(entry);
        Directory::builder().entries(entries).data(folder).build().unwrap()
    };
    let folder = tempfile::tempdir().unwrap();
    let directory = small(folder.path());
    let log = folder.path().join("changes-1.ldif");
    let size = || fs::metadata(&log).unwrap().len();
    let mut states = vec![(size(), content(&directory))];
    let mut done = |directory: &Directory| states.push((size(), content(directory)));
    let hostile = Modification::add("description", [" #\n\n# 9 0 0\n"]);
    Executor::modify(&directory, ModifyRequest::new("dc=example", [hostile])).await.unwrap();
    done(&directory);
    Executor::modify_dn(&directory, ModifyDnRequest::new("ou=a,dc=example", "ou=c", OldRdn::Delete))
        .await
        .unwrap();
    done(&directory);
    let tree = DeleteRequest::new("ou=c,dc=example").with_control(TreeDelete);
    Executor::delete(&directory, tree).await.unwrap();
    done(&directory);
    let (whole, copy) = (fs::read(&log).unwrap(), copy(folder.path()));
    for cut in 0..=whole.len() {
        let at = u64::try_from(cut).unwrap();
        fs::write(copy.path().join("changes-1.ldif"), &whole[..cut]).unwrap();
        let again = small(copy.path());
        let (length, state) = states.iter().rfind(|(length, _)| *length <= at).unwrap_or(&states[0]);
        assert_eq!(&content(&again), state, "cut at {cut}");
        let lost = if at < *length { at } else { at - length };
        assert_eq!(again.recovery().unwrap().cut, lost, "cut at {cut}");
        // It goes on from there.
        if cut % 97 == 0 {
            again.import(b"dn: dc=more\nobjectClass: domain\n").unwrap();
            drop(again);
            let _ = small(copy.path()).assert_entry("dc=more");
        }
    }
}

#[tokio::test]
async fn what_was_written_anew_is_the_same_whenever_the_process_died() {
    let folder = tempfile::tempdir().unwrap();
    let directory = open(folder.path());
    change_all(&directory, |_| {}).await;
    let before = copy(folder.path());
    directory.compact().unwrap();
    let after = copy(folder.path());
    let names = |folder: &Path| {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        names
    };
    let written: Vec<_> = names(after.path());
    assert_eq!(written.len(), 3, "{written:?}");
    let (state, new_log) = (content(&directory), written[0].clone());
    assert_ne!(new_log, "changes-1.ldif");
    // The new log is begun; the entries are being written; they have their name, and the old log is there.
    let begun = copy(before.path());
    fs::copy(after.path().join(&new_log), begun.path().join(&new_log)).unwrap();
    let writing = copy(begun.path());
    fs::write(writing.path().join("snapshot.ldif.new"), b"version: 1\n\ndn: dc").unwrap();
    let named = copy(begun.path());
    fs::copy(after.path().join("snapshot.ldif"), named.path().join("snapshot.ldif")).unwrap();
    for folder in [before, begun, writing, named, after] {
        let again = open(folder.path());
        assert_eq!(content(&again), state, "{:?}", names(folder.path()));
        again.import(b"dn: dc=more\nobjectClass: domain\n").unwrap();
        again.compact().unwrap();
        again.compact().unwrap();
        drop(again);
        assert_eq!(content(&open(folder.path())).len(), state.len() + 1);
        assert_eq!(names(folder.path()).len(), 3, "{:?}", names(folder.path()));
    }
}

#[test]
fn damage_is_told_and_nothing_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let directory = open(folder.path());
    for number in 0..3 {
        directory.import(format!("dn: dc={number}\nobjectClass: domain\n").as_bytes()).unwrap();
    }
    drop(directory);
    for (file, at, told) in
        [("changes-1.ldif", 20, "damaged at octet 12"), ("snapshot.ldif", 20, "last line does not fit")]
    {
        let copy = copy(folder.path());
        let path = copy.path().join(file);
        let mut octets = fs::read(&path).unwrap();
        octets[at] ^= 1;
        fs::write(&path, &octets).unwrap();
        let error = company().data(copy.path()).build().unwrap_err().to_string();
        assert!(error.contains(file) && error.contains(told), "{error}");
        assert_eq!(fs::read(&path).unwrap(), octets);
    }
    // Changes that are missing are noticed.
    let copy = copy(folder.path());
    let path = copy.path().join("changes-1.ldif");
    let whole = fs::read_to_string(&path).unwrap();
    let (first, second) = (whole.find("# 1 ").unwrap(), whole.find("# 2 ").unwrap());
    fs::write(&path, [&whole[..first], &whole[second..]].concat()).unwrap();
    let error = company().data(copy.path()).build().unwrap_err().to_string();
    assert!(error.contains("change 2 follows 0"), "{error}");
    fs::remove_file(copy.path().join("snapshot.ldif")).unwrap();
    let error = company().data(copy.path()).build().unwrap_err().to_string();
    assert!(error.contains("snapshot.ldif: it is missing"), "{error}");
}

#[test]
fn a_folder_belongs_to_one() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path());
    let error = company().data(folder.path()).build().unwrap_err();
    assert!(matches!(error, DirectoryError::DataInUse { .. }), "{error}");
    drop(first);
    // What is given besides is not loaded again.
    let more = company().entry(Entry::new("dc=never").with("objectClass", ["domain"]));
    more.data(folder.path()).build().unwrap().assert_no_entry("dc=never");
    let file = folder.path().join("lock");
    let error = company().data(file.join("below")).build().unwrap_err();
    assert!(matches!(error, DirectoryError::Data { .. }), "{error}");
}

/// Changes of many clients wait for the disk together.
#[tokio::test]
async fn many_clients_change_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let directory = open(folder.path());
    let tasks: Vec<_> = (0..50)
        .map(|number| {
            let directory = directory.clone();
            tokio::spawn(async move {
                let entry = Entry::new(format!("cn={number},dc=example")).with("objectClass", ["person"]);
                Executor::add(&directory, AddRequest::from(entry)).await
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(content(&open(copy(folder.path()).path())), content(&directory));
}

/// The log goes on, whatever becomes of the file with all entries.
#[tokio::test]
async fn who_cannot_compact_says_so_and_tries_again_later() {
    let folder = tempfile::tempdir().unwrap();
    let directory = open(folder.path());
    let in_the_way = folder.path().join("snapshot.ldif.new");
    fs::create_dir(&in_the_way).unwrap();
    let journal = directory.journal().unwrap();
    let change = async |number| {
        Executor::modify(&directory, ModifyRequest::new("cn=staff,ou=groups,dc=example", [group(number)]))
            .await
            .unwrap();
    };
    change(1).await;
    assert!(directory.compaction_failure().is_none());
    // Longer than the file with all entries, which counts, too.
    let long = "x".repeat(100_000);
    let long = Modification::replace("description", [long]);
    Executor::modify(&directory, ModifyRequest::new("dc=example", [long])).await.unwrap();
    journal.compact_at(10);
    change(2).await;
    directory.wait_until(|directory| directory.compaction_failure().is_some()).await;
    let failure = directory.compaction_failure().unwrap();
    assert!(matches!(&*failure, DirectoryError::Data { .. }), "{failure}");
    assert!(!journal.is_large());
    change(3).await;
    assert_eq!(content(&open(copy(folder.path()).path())), content(&directory));

    fs::remove_dir(&in_the_way).unwrap();
    directory.compact().unwrap();
    assert!(directory.compaction_failure().is_none());
    assert_eq!(content(&open(copy(folder.path()).path())), content(&directory));
}
