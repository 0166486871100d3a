//! Holds the bans and the sources of `deny.toml` over the lock files, where `cargo deny` is not at hand.
//!
//! A lock file names whatever any feature on any platform can bring, so nothing hides behind a feature.

use std::fs;
use std::path::Path;

#[test]
fn no_banned_crate_is_in_a_lock_file() {
    let deny = read("deny.toml").expect("deny.toml is part of the repository");
    let banned = banned(&deny);
    assert!(!banned.is_empty(), "deny.toml bans nothing");
    for (file, lock) in lock_files() {
        let found: Vec<&str> = values(&lock, "name").filter(|name| banned.contains(name)).collect();
        assert!(found.is_empty(), "{file} has {found:?}, which deny.toml bans");
    }
}

#[test]
fn every_dependency_comes_from_one_registry() {
    for (file, lock) in lock_files() {
        let mut sources: Vec<&str> = values(&lock, "source").collect();
        sources.sort_unstable();
        sources.dedup();
        assert!(sources.len() <= 1, "{file} has several sources: {sources:?}");
        assert!(sources.iter().all(|source| source.starts_with("registry+")), "{file} has {sources:?}");
    }
}

#[test]
fn finds_what_it_looks_for() {
    let deny = "[bans]\ndeny = [\n    { crate = \"lber\", reason = \"x\" },\n    { crate = \"ldap3\" },\n]\n";
    assert_eq!(banned(deny), ["lber", "ldap3"]);
    let lock = "[[package]]\nname = \"lber\"\nversion = \"1.0.0\"\nsource = \"git+x\"\ndependencies = [\n \"name\",\n]\n";
    assert_eq!(values(lock, "name").collect::<Vec<_>>(), ["lber"]);
    assert_eq!(values(lock, "source").collect::<Vec<_>>(), ["git+x"]);
}

/// The crates in the table of bans.
fn banned(deny: &str) -> Vec<&str> {
    let quoted = deny.lines().filter_map(|line| line.trim().strip_prefix("{ crate = \"")?.split('"').next());
    quoted.collect()
}

/// The values of `key = "value"` lines.
fn values<'a>(lock: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    lock.lines().filter_map(move |line| line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"'))
}

/// The crate's lock file and that of the fuzz targets.
fn lock_files() -> Vec<(&'static str, String)> {
    let files = ["Cargo.lock", "fuzz/Cargo.lock"].map(|file| Some((file, read(file)?)));
    let found: Vec<_> = files.into_iter().flatten().collect();
    assert!(found.iter().any(|(file, _)| *file == "Cargo.lock"), "Cargo.lock is part of the repository");
    found
}

fn read(file: &str) -> Option<String> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).ok()
}
