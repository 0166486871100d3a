//! What the page about extensions says of the directory.

use std::collections::HashSet;

use super::*;
use crate::proto::registry::{self, Kind};

#[tokio::test]
async fn the_page_about_extensions_says_what_the_directory_has() {
    let (_directory, client) = start().await;
    let root = client.root_dse().await.unwrap().to_entry();
    let announced = |attribute: &str| -> HashSet<String> {
        root.values(attribute).iter().map(|oid| oid.as_str().unwrap().to_owned()).collect()
    };
    let mechanisms = announced("supportedSASLMechanisms");
    let announced = &announced("supportedControl") | &announced("supportedExtension");
    let mut found = HashSet::new();
    let page = include_str!("../../../docs/rfc-coverage.md");
    for row in page.lines().filter(|line| line.matches(" | ").count() > 2) {
        let cells: Vec<_> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [names, _, types, codec, client, has, tested] = cells[..] else { panic!("seven columns: {row}") };
        if matches!(names, "control" | "operation" | "mechanism") {
            continue;
        }
        assert!(!codec.is_empty() && !client.is_empty(), "{row}");
        assert_eq!(has == "yes", tested.split([',', ';']).any(|one| one.trim() == "directory"), "{row}");
        if types.starts_with("`sasl::") {
            // Where nothing is known from below, EXTERNAL is not announced.
            assert!(has == "yes" && (mechanisms.contains(names) || names == "EXTERNAL"), "{row}");
            found.insert(names.to_owned());
            continue;
        }
        let registered: Vec<_> = names.split(", ").flat_map(registry::by_name).collect();
        assert_eq!(registered.len(), names.split(", ").count(), "each name is registered: {row}");
        // Notifications, and StartTLS where there is no certificate, are not announced.
        let is_announced = |oid: &str| announced.contains(oid);
        if registered.iter().any(|one| one.kind() == Kind::Notification) || names == "startTLS" {
            continue;
        }
        assert_eq!(has == "yes", registered.iter().any(|one| is_announced(one.oid().as_str())), "{row}");
        found.extend(registered.iter().map(|one| one.oid().as_str().to_owned()));
    }
    let announced = &announced | &mechanisms;
    assert!(announced.is_subset(&found), "no row for {:?}", announced.difference(&found));
}
