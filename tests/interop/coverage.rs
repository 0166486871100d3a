//! What a server announces, and the page about extensions says was tried with it.

use ldapwire::proto::SearchResultEntry;
use ldapwire::proto::registry;

/// The controls and extended operations of a root DSE that the page has a row for, and does not name as tried with this server;
/// each by its name.
pub(crate) fn untried(root: &SearchResultEntry, server: &str) -> Vec<&'static str> {
    let page = include_str!("../../docs/rfc-coverage.md");
    let announced: Vec<&[u8]> =
        root.values("supportedControl").chain(root.values("supportedExtension")).collect();
    let rows = page.lines().filter_map(|row| row.trim_matches('|').rsplit_once('|'));
    let untried =
        rows.filter(|(_, tested)| !tested.split([',', ';']).any(|one| one.trim().starts_with(server)));
    let names = untried.flat_map(|(row, _)| row.split('|').next().unwrap_or_default().split(','));
    let registered = names.flat_map(|name| registry::by_name(name.trim()));
    registered
        .filter(|one| announced.contains(&one.oid().as_str().as_bytes()))
        .map(|one| one.name())
        .collect()
}
