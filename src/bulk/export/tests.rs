use std::collections::BTreeSet;
use std::fs;
use std::io;

use super::*;
use crate::client::Client;
use crate::directory::{Directory, DirectoryBuilder, RunningDirectory};
use crate::ldif::{LdifRecord, SliceReader};
use crate::model::{Entry, ResultCode};
use crate::pool::PoolOptions;

const BASE: &str = "dc=example";

fn unit(dn: &str, ou: &str) -> Entry {
    Entry::new(dn).with("objectClass", ["organizationalUnit"]).with("ou", [ou])
}

/// A root with three leaves, an empty unit among them, and two units of people, one of whom has a child.
fn tree(people: usize) -> DirectoryBuilder {
    let mut builder = Directory::builder()
        .entry(Entry::new(BASE).with("objectClass", ["domain"]).with("dc", ["example"]))
        .entry(unit("ou=empty,dc=example", "empty"))
        .entry(unit("ou=a,dc=example", "a"))
        .entry(unit("ou=b,dc=example", "b"))
        .entry(Entry::new("cn=leaf,dc=example").with("objectClass", ["person"]).with("sn", ["leaf"]))
        .entry(Entry::new("cn=else,dc=example").with("objectClass", ["person"]).with("sn", ["else"]));
    for number in 0..people {
        for part in ["a", "b"] {
            let person = Entry::new(format!("uid={number},ou={part},dc=example"))
                .with("objectClass", ["person"])
                .with("uid", [number.to_string()])
                .with("description", ["x".repeat(300)]);
            builder = builder.entry(person);
        }
    }
    builder.entry(
        Entry::new("cn=child,uid=0,ou=a,dc=example").with("objectClass", ["person"]).with("sn", ["child"]),
    )
}

async fn start(builder: DirectoryBuilder) -> (RunningDirectory, Client) {
    let directory = builder.start().await.unwrap();
    let client = Client::connect(directory.url()).await.unwrap();
    (directory, client)
}

fn entries(text: &[u8]) -> Vec<Entry> {
    let content = |record| match record {
        LdifRecord::Content(entry) => entry,
        LdifRecord::Change(change) => panic!("{change:?}"),
    };
    SliceReader::new(text).map(|located| content(located.unwrap().record)).collect()
}

fn names(entries: &[Entry]) -> BTreeSet<&str> {
    entries.iter().map(|entry| entry.dn().as_str()).collect()
}

#[tokio::test]
async fn all_is_written_and_counted() {
    let (directory, client) = start(tree(1000)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.ldif");
    let export = Export::new(BASE);
    let progress = export.progress();
    let report = export.to_file(&client, &path).await.unwrap();
    assert_eq!((report.entries, report.missing(), report.is_complete()), (2007, 0, true));
    assert!(matches!(report.counted, Some(Count::Found(2007))));
    let text = fs::read(&path).unwrap();
    assert_eq!((report.octets, progress.octets()), (text.len() as u64, text.len() as u64));
    assert_eq!(progress.entries(), 2007);
    // What was written makes the same directory.
    let copy = Directory::builder().ldif(text).build().unwrap();
    assert_eq!(copy.len(), directory.len());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn children_side_by_side_are_all_children_once_and_behind_their_parents() {
    let (directory, client) = start(tree(200)).await;
    let pool = PoolOptions::new(directory.url()).start().await.unwrap();
    for connections in [2, 7] {
        let export = Export::new(BASE).connections(connections).attributes(["objectClass"]);
        for pages in [None, Some(50)] {
            let export = pages.map_or_else(|| export.clone(), |pages| export.clone().pages(pages));
            let (by_client, _) = export.write_to(&client, Vec::new()).await.unwrap();
            let (by_pool, report) = export.write_to(&pool, Vec::new()).await.unwrap();
            assert_eq!(report.counted.as_ref().map(|_| report.missing()), Some(0));
            for text in [by_client, by_pool] {
                let entries = entries(&text);
                assert_eq!((entries.len(), names(&entries).len()), (407, 407));
                let mut seen = BTreeSet::from([String::new()]);
                for entry in &entries {
                    let parent = entry.dn().split_once(',').map_or("", |(_, parent)| parent);
                    assert!(seen.contains(parent), "{} before its parent", entry.dn());
                    assert_eq!(entry.attributes().len(), 1, "{entry:?}");
                    seen.insert(entry.dn().to_string());
                }
            }
        }
    }
}

#[tokio::test]
async fn a_filter_reaches_below_children_that_it_does_not_want() {
    let (_directory, client) = start(tree(2)).await;
    let export = Export::new(BASE).filter(Filter::equality("objectClass", "person"));
    let (all, _) = export.write_to(&client, Vec::new()).await.unwrap();
    let (apart, _) = export.connections(3).write_to(&client, Vec::new()).await.unwrap();
    let (all, apart) = (entries(&all), entries(&apart));
    assert_eq!(all.len(), 7);
    assert_eq!(names(&all), names(&apart));
}

#[tokio::test]
async fn a_limit_of_the_server_is_an_error_and_pages_are_the_way_out() {
    let (_directory, client) = start(tree(100).size_limit(50)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.ldif.gz");
    let path = if cfg!(feature = "compression") { path } else { path.with_extension("") };
    fs::write(&path, "yesterday").unwrap();
    let error = Export::new(BASE).to_file(&client, &path).await.unwrap_err();
    assert!(error.is_limit());
    assert_eq!(error.report().entries, 50);
    // What is there stays; what came is kept aside, and says what it is.
    assert_eq!(fs::read(&path).unwrap(), b"yesterday");
    let partial = error.partial().unwrap();
    assert!(error.to_string().contains("50 entries are in "), "{error}");
    let renamed =
        folder.path().join(format!("partial{}", path.display().to_string().rsplit("out").next().unwrap()));
    fs::rename(partial, &renamed).unwrap();
    let mut text = String::new();
    io::Read::read_to_string(&mut crate::files::Input::open(renamed).unwrap(), &mut text).unwrap();
    assert_eq!(text.matches("dn: ").count(), 50);
    assert!(text.lines().last().unwrap().starts_with("# incomplete: "), "{text}");

    let report = Export::new(BASE).pages(20).to_file(&client, &path).await.unwrap();
    assert_eq!((report.entries, report.missing()), (207, 0));
}

#[tokio::test]
async fn without_an_entry_nothing_is_kept() {
    let (_directory, client) = start(tree(1)).await;
    let folder = tempfile::tempdir().unwrap();
    let error = Export::new("dc=elsewhere").to_file(&client, folder.path().join("x")).await.unwrap_err();
    let ExportErrorKind::Search(search) = error.kind() else { panic!("{error}") };
    assert_eq!(search.code(), Some(ResultCode::NO_SUCH_OBJECT));
    assert!(error.partial().is_none() && !error.is_limit());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    let error = Export::new(BASE).to_file(&client, folder.path().join("no/x")).await.unwrap_err();
    assert!(matches!(error.kind(), ExportErrorKind::Output(_)), "{error}");
}

/// A disk that is full after so many octets.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(octets.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_full_disk_ends_the_search() {
    let (_directory, client) = start(tree(2000)).await;
    for room in [0, 300_000] {
        let error = Export::new(BASE).write_to(&client, Full(room)).await.map(|_| ()).unwrap_err();
        let ExportErrorKind::Output(full) = error.kind() else { panic!("{error}") };
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        assert!(error.report().entries < 4000, "{:?}", error.report());
    }
    assert_eq!(client.statistics().outstanding, 0);
}

#[tokio::test]
async fn a_count_says_what_is_missing() {
    let mut report = ExportReport { entries: 10, ..ExportReport::default() };
    assert!(report.is_complete());
    report.counted = Some(Count::Found(12));
    assert_eq!((report.missing(), report.is_complete()), (2, false));
    // Others may delete meanwhile.
    report.counted = Some(Count::Found(9));
    assert_eq!((report.missing(), report.is_complete()), (0, true));
    for _ in 0..100 {
        report.add_reference(&["ldap://elsewhere".into()]);
    }
    assert_eq!((report.references, report.urls.len(), report.is_complete()), (100, 16, false));
}
