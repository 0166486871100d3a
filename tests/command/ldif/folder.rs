//! A folder for the files of one test.

use std::fs;
use std::path::Path;

/// It is gone with the test.
pub(super) struct Folder(tempfile::TempDir);

impl Folder {
    pub(super) fn new() -> Self {
        Self(tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap())
    }

    /// Makes one that holds these files.
    pub(super) fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = Self::new();
        for (name, octets) in files {
            fs::write(folder.path().join(name), octets).unwrap();
        }
        folder
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(super) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path().join(name)).unwrap()
    }
}
