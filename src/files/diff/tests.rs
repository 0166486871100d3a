use super::*;
use crate::ldif::{Change, Content, Writer};
use crate::model::CaseIgnoreEquality;
use crate::testing::population::Template;

fn text(entries: &[Entry]) -> Vec<u8> {
    let (mut writer, mut text) = (Writer::new(), Vec::new());
    for entry in entries {
        writer.entry(&crate::proto::SearchResultEntry::from(entry), &mut text).unwrap();
    }
    text
}

fn entries(size: u64, seed: u64) -> Vec<Entry> {
    Template::default().population(size, seed).unwrap().entries().collect()
}

fn diff(old: &[u8], new: &[u8], options: DiffOptions) -> Result<Vec<ChangeRecord>, String> {
    let diff = Diff::new(Records::new(old).named("old"), Records::new(new).named("new"), options);
    diff.and_then(Iterator::collect).map_err(|error| error.to_string())
}

#[test]
fn carrying_the_changes_out_on_one_file_gives_the_other_in_memory_and_in_files() {
    // Other people with the same units, and a half of the people gone.
    let (old, mut new) = (entries(1_500, 1), entries(1_500, 2));
    new.truncate(800);
    new.reverse();
    let (old_text, new_text) = (text(&old), text(&new));
    let changes = diff(&old_text, &new_text, DiffOptions::new()).unwrap();
    assert_eq!(diff(&old_text, &new_text, DiffOptions::new().memory(10_000)).unwrap(), changes);

    let mut content = Content::new();
    old.into_iter().for_each(|entry| content.insert(entry).unwrap());
    // Each change is one that the tree, as it is then, allows: parents first, children gone before them.
    for change in &changes {
        content.apply(change).unwrap();
    }
    let mut expected = Content::new();
    new.into_iter().for_each(|entry| expected.insert(entry).unwrap());
    assert_eq!(content.len(), expected.len());
    for (left, right) in content.iter().zip(expected.iter()) {
        assert_eq!(left.diff(right), [], "{}", left.dn());
    }
    let kinds = ["add", "modify", "delete"].map(|kind| {
        changes
            .iter()
            .filter(|change| {
                kind == match change.change() {
                    Change::Add(_) => "add",
                    Change::Modify(_) => "modify",
                    _ => "delete",
                }
            })
            .count()
    });
    assert!(kinds.iter().all(|count| *count > 1), "{kinds:?}");
    assert_eq!(diff(&new_text, &new_text, DiffOptions::new()).unwrap(), []);
}

#[test]
fn sorted_files_are_taken_as_they_come_and_others_refused() {
    let old = b"dn: dc=x\ndc: x\n\ndn: cn=a,dc=x\ncn: a\n\ndn: cn=b,dc=x\ncn: b\n";
    let new = b"dn: DC=X\ndc: x\n\ndn: cn=b,dc=x\ncn: B\n";
    let sorted = || DiffOptions::new().order(Order::Sorted);
    let changes = diff(old, new, sorted()).unwrap();
    assert_eq!(
        changes.iter().map(|change| change.dn().as_str()).collect::<Vec<_>>(),
        ["cn=b,dc=x", "cn=a,dc=x"]
    );
    assert_eq!(diff(old, new, sorted().equality(CaseIgnoreEquality)).unwrap().len(), 1);
    assert_eq!(diff(old, new, sorted().ignoring(["CN"])).unwrap().len(), 1);

    let unsorted = b"dn: cn=b,dc=x\ncn: b\n\ndn: cn=a,dc=x\ncn: a\n";
    let error = diff(old, unsorted, sorted()).unwrap_err();
    assert!(error.starts_with("new:4:1: expected a name that sorts"), "{error}");
}

#[test]
fn what_cannot_be_compared_is_told_with_its_place() {
    let good = b"dn: cn=a\ncn: a\n";
    for (bad, told) in [
        (
            &b"dn: cn=b\ncn: b\n\ndn: CN=B\ncn: b\n"[..],
            "new:4:1: expected a name that no other entry has (record 2, CN=B)",
        ),
        (b"dn: cn=b\nchangetype: delete\n", "new:1:1: expected an entry and no change (record 1, cn=b)"),
        (b"dn: cn=b\ncn b\n", "new:2:3: expected ':'"),
    ] {
        let error = diff(good, bad, DiffOptions::new()).unwrap_err();
        assert!(error.starts_with(told), "{error}");
    }
}

#[test]
fn guards_hold_each_change_to_what_the_entry_was() {
    let old = b"dn: cn=a\ncn: a\nentryCSN: 1\nmodifyTimestamp: 2\n\ndn: cn=b\ncn: b\nmodifyTimestamp: 3\n\n\
        dn: cn=c\ncn: c\n\ndn: cn=d\ncn: d\nentryCSN: (4)\n\ndn: cn=e\ncn: e\nentryCSN: 5\n";
    let new = b"dn: cn=a\ncn: a\nsn: a\n\ndn: cn=b\ncn: b\nsn: b\n\ndn: cn=c\ncn: c\nsn: c\n\n\
        dn: cn=e\ncn: e\nentryCSN: 6\n\ndn: cn=f\ncn: f\n";
    let options = DiffOptions::new().ignoring_operational().guarded_by(["entryCSN", "modifyTimestamp"]);
    let changes = diff(old, new, options).unwrap();
    let guards: Vec<_> = changes
        .iter()
        .map(|change| {
            let filter = change.controls().first().map(|control| {
                assert!(control.is_critical());
                AssertionControl::decode_value(control.value()).unwrap().filter().to_string()
            });
            (change.dn().as_str(), filter.unwrap_or_default())
        })
        .collect();
    let expected = [
        ("cn=a", "(entryCSN=1)"),
        ("cn=b", "(modifyTimestamp=3)"),
        ("cn=c", ""),
        ("cn=f", ""),
        ("cn=d", "(entryCSN=\\284\\29)"),
    ];
    assert_eq!(guards, expected.map(|(dn, guard)| (dn, guard.to_owned())));
}
