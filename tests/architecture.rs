//! Holds what `docs/architecture.md` promises about the sources, and names file and line of each offender.
//!
//! The order of the modules is written once, in the table under "Floors" of that document; this test reads it
//! there. `source` turns a file into tokens and paths, `rules` judges them, `snippets` proves the judge on
//! sources that offend. `robustness` does the same for `docs/robustness.md`.

#[path = "architecture/document.rs"]
mod document;
#[path = "architecture/robustness.rs"]
mod robustness;
#[path = "architecture/rules.rs"]
mod rules;
#[path = "architecture/snippets.rs"]
mod snippets;
#[path = "architecture/source.rs"]
mod source;

use std::fs;
use std::path::{Path, PathBuf};

use document::Document;
use rules::Offence;
use source::SourceFile;

#[test]
fn modules_import_only_from_modules_before_them() {
    let sources = sources();
    let roots = rules::exported_macros(&sources);
    report(sources.iter().flat_map(|file| rules::order(file, &document(), &roots)));
}

#[test]
fn every_top_level_module_has_a_place_in_the_table() {
    report(sources().iter().flat_map(|file| rules::known_module(file, &document())));
}

#[test]
fn lower_floors_know_no_runtime_socket_file_or_clock() {
    report(sources().iter().flat_map(|file| rules::no_outside_world(file, &document())));
}

#[test]
fn module_files_hold_no_logic() {
    report(sources().iter().flat_map(rules::no_logic_in_module_files));
}

#[test]
fn no_file_is_pulled_in_from_elsewhere() {
    report(sources().iter().flat_map(rules::no_foreign_source));
}

#[test]
fn module_names_say_what_they_hold() {
    report(sources().iter().flat_map(rules::telling_name));
}

#[test]
fn files_have_a_readable_length() {
    report(rules::length(&sources(), &document()));
}

#[test]
fn tests_that_prove_robustness_are_there() {
    let mut paths = Vec::new();
    collect(&root().join("src"), &mut paths);
    collect(&root().join("tests"), &mut paths);
    let sources: Vec<_> =
        paths.iter().map(|path| fs::read_to_string(path).expect("sources are UTF-8")).collect();
    let missing = robustness::missing_tests(&robustness_document(), &sources);
    assert!(missing.is_empty(), "docs/robustness.md names tests that are not there: {}", missing.join(", "));
}

#[test]
fn whatever_reads_octets_of_others_is_tested_with_any_octets() {
    let missing = robustness::readers_without_a_test(&robustness_document(), &sources());
    assert!(
        missing.is_empty(),
        "give each a body in src/testing/fuzz or a test with hostile octets, and a row in docs/robustness.md:\n{}",
        missing.join("\n")
    );
}

fn robustness_document() -> String {
    fs::read_to_string(root().join("docs/robustness.md"))
        .expect("docs/robustness.md is part of the repository")
}

fn report(offences: impl IntoIterator<Item = Offence>) {
    let lines: Vec<String> = offences.into_iter().map(|offence| offence.to_string()).collect();
    assert!(lines.is_empty(), "docs/architecture.md forbids:\n{}", lines.join("\n"));
}

fn document() -> Document {
    let path = root().join("docs/architecture.md");
    Document::parse(&fs::read_to_string(path).expect("docs/architecture.md is part of the repository"))
}

fn sources() -> Vec<SourceFile> {
    let mut paths = Vec::new();
    collect(&root().join("src"), &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "src holds no source");
    paths
        .iter()
        .map(|path| {
            let name = path.strip_prefix(root()).expect("the walk began at the root");
            SourceFile::new(&name.to_string_lossy(), &fs::read_to_string(path).expect("sources are UTF-8"))
        })
        .collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("folder can be read") {
        let path = entry.expect("folder can be read").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
