//! The files of a load are different ones.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::LoadError;
use super::load::Settings;
use super::undo::UndoFile;

/// Refuses a load of whose files two are one: what is written to it as the one would destroy the other.
pub(super) fn are_apart(settings: &Settings) -> Result<(), LoadError> {
    let undo_part = settings.undo.as_deref().map(UndoFile::part);
    let files = [
        ("the input", settings.input.as_deref()),
        ("the journal", settings.journal.as_deref()),
        ("the file of rejected records", settings.rejects.as_deref()),
        ("the undo file", settings.undo.as_deref()),
        ("what the undo file is made of", undo_part.as_deref()),
    ];
    let mut places: Vec<(&str, PathBuf)> = Vec::new();
    for (what, path) in files {
        let Some((path, place)) = path.and_then(|path| Some((path, place(path)?))) else { continue };
        if let Some((other, _)) = places.iter().find(|(_, other)| *other == place) {
            let error = io::Error::new(io::ErrorKind::InvalidInput, format!("it is {other}, too"));
            return Err(LoadError::new(what, path, error));
        }
        places.push((what, place));
    }
    Ok(())
}

/// Returns where a file is, or will be, whatever the way there; nothing for a device or a pipe, which may be named twice.
fn place(path: &Path) -> Option<PathBuf> {
    if let Ok(place) = fs::canonicalize(path) {
        return place.is_file().then_some(place);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    Some(fs::canonicalize(folder.unwrap_or_else(|| Path::new("."))).ok()?.join(path.file_name()?))
}
