//! Every file of the table: whole, and in every way of cutting it in two and into octets.

use std::fs;
use std::path::{Path, PathBuf};

use ldapwire::ldif::{Fault, LdifReader, Located, OnFault, ReadOptions, SliceReader, Tolerance};

use crate::render::render;

#[test]
fn files_give_the_records_and_faults_beside_them() {
    let mut differing = Vec::new();
    for case in cases() {
        let text = render(&case.whole());
        if text != case.expected() {
            differing.push(format!("{}:\n{text}", case.path.display()));
        }
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn files_in_octets_give_the_same() {
    for case in cases() {
        assert_eq!(case.in_pieces(case.octets.chunks(1)), case.whole(), "{}", case.path.display());
    }
}

#[test]
fn files_cut_in_two_anywhere_give_the_same() {
    for case in cases() {
        let whole = case.whole();
        for place in 0..=case.octets.len() {
            let (before, after) = case.octets.split_at(place);
            assert_eq!(case.in_pieces([before, after]), whole, "{} at {place}", case.path.display());
        }
    }
}

/// A reader that stops gives what one that goes on gives, up to the first fault; one that collects gives it in two parts.
#[test]
fn what_happens_after_a_fault_changes_nothing_before_it() {
    for case in cases() {
        let whole = case.whole();
        let first = whole.iter().position(Result::is_err).map_or(whole.len(), |fault| fault + 1);
        let stopped: Vec<_> =
            SliceReader::with_options(&case.octets, case.options().on_fault(OnFault::Stop)).collect();
        assert_eq!(stopped, whole[..first], "{}", case.path.display());

        let mut reader = SliceReader::with_options(&case.octets, case.options().on_fault(OnFault::Collect));
        let records: Vec<_> = reader.by_ref().map(Result::unwrap).collect();
        let (good, bad): (Vec<_>, Vec<_>) = whole.into_iter().partition(Result::is_ok);
        assert_eq!(records, good.into_iter().map(Result::unwrap).collect::<Vec<_>>());
        assert_eq!(reader.faults().list(), bad.into_iter().map(Result::unwrap_err).collect::<Vec<_>>());
    }
}

/// A file of the table.
struct Case {
    path: PathBuf,
    octets: Vec<u8>,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/ldif");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "ldif"));
    paths.sort();
    assert!(paths.len() > 50, "{} files", paths.len());
    paths.into_iter().map(|path| Case { octets: fs::read(&path).unwrap(), path }).collect()
}

impl Case {
    fn expected(&self) -> String {
        let path = self.path.with_extension("txt");
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Files that other programs wrote are read as such.
    fn options(&self) -> ReadOptions {
        let is_found = self.path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("found_"));
        let tolerance = if is_found { Tolerance::AsFound } else { Tolerance::Standard };
        ReadOptions::new().on_fault(OnFault::Continue).tolerance(tolerance)
    }

    fn whole(&self) -> Vec<Result<Located, Fault>> {
        SliceReader::with_options(&self.octets, self.options()).collect()
    }

    fn in_pieces<'a>(&self, pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Result<Located, Fault>> {
        let mut reader = LdifReader::with_options(self.options());
        let mut results = Vec::new();
        for piece in pieces {
            reader.feed(piece);
            results.extend(std::iter::from_fn(|| reader.next_record()));
        }
        reader.finish();
        results.extend(std::iter::from_fn(|| reader.next_record()));
        results
    }
}
