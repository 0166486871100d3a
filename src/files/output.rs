//! Files that are written.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use super::input::Compression;

/// A file to write, or the standard output stream for `-`, compressed if its name asks for it as that of an
/// [`Input`](super::Input) does.
///
/// **[`finish`](Self::finish) has to be called at the end:** a compressed file that is only dropped is not whole. Writes are
/// not buffered; write in large pieces.
pub struct Output {
    target: Target,
    /// Where the file goes when it is whole, if it lies aside.
    aside: Option<(TempPath, PathBuf)>,
}

enum Target {
    Stream(io::Stdout),
    Plain(File),
    #[cfg(feature = "compression")]
    Gzip(flate2::write::GzEncoder<File>),
    #[cfg(feature = "compression")]
    Zstd(zstd::Encoder<'static, File>),
}

impl Output {
    /// Creates a file by its name; one that is there is replaced.
    ///
    /// # Errors
    ///
    /// It cannot be created, or is to be compressed and the feature `compression` is off.
    pub fn create(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let target = match is_stream(path) {
            true => Target::Stream(io::stdout()),
            false => Target::of(path, || File::create(path))?,
        };
        Ok(Self { target, aside: None })
    }

    /// Creates a file that lies aside until it is whole: under a name of its own in the same folder, from where
    /// [`finish`](Self::finish) moves it to its place in one step. Until then, what is there stays as it is.
    ///
    /// Only its owner may read it. What is no file, as the standard output stream for `-`, a pipe or a device, is
    /// written as [`create`](Self::create) does. Dropped before its end it is gone; [`keep`](Self::keep) keeps it.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create).
    pub fn create_aside(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        if is_stream(path) || fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            return Self::create(path);
        }
        // A link stays one.
        let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let folder = match place.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut prefix = place.file_name().unwrap_or_default().to_owned();
        prefix.push(".");
        let (file, aside) =
            tempfile::Builder::new().prefix(&prefix).suffix(".partial").tempfile_in(folder)?.into_parts();
        Ok(Self { target: Target::of(path, || Ok(file))?, aside: Some((aside, place)) })
    }

    /// Writes what is left of it, and moves it to its place.
    ///
    /// # Errors
    ///
    /// That cannot be done; of a file aside nothing stays.
    pub fn finish(self) -> io::Result<()> {
        let Self { target, aside } = self;
        let file = target.finish()?;
        if let Some((aside, place)) = aside {
            // A name that survives a crash with nothing behind it is what lying aside is to prevent.
            if let Some(file) = file {
                file.sync_all()?;
            }
            aside.persist(place)?;
        }
        Ok(())
    }

    /// Writes what is left of it and lets it lie aside, though it is not whole. Returns where, unless it was in its
    /// place from the beginning.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn keep(self) -> io::Result<Option<PathBuf>> {
        let Self { target, aside } = self;
        target.finish()?;
        aside.map(|(aside, _)| aside.keep().map_err(io::Error::from)).transpose()
    }
}

fn is_stream(path: &Path) -> bool {
    path.as_os_str() == "-"
}

impl Target {
    /// Takes a file, and compresses what goes into it if `path` asks for that.
    fn of(path: &Path, file: impl FnOnce() -> io::Result<File>) -> io::Result<Self> {
        Ok(match Compression::of(path) {
            Compression::None => Self::Plain(file()?),
            #[cfg(feature = "compression")]
            Compression::Gzip => {
                Self::Gzip(flate2::write::GzEncoder::new(file()?, flate2::Compression::default()))
            }
            #[cfg(feature = "compression")]
            Compression::Zstd => Self::Zstd(zstd::Encoder::new(file()?, 0)?),
            #[cfg(not(feature = "compression"))]
            _ => return Err(super::input::unsupported()),
        })
    }

    fn finish(self) -> io::Result<Option<File>> {
        match self {
            Self::Stream(mut target) => target.flush().map(|()| None),
            Self::Plain(target) => Ok(Some(target)),
            #[cfg(feature = "compression")]
            Self::Gzip(target) => target.finish().map(Some),
            #[cfg(feature = "compression")]
            Self::Zstd(target) => target.finish().map(Some),
        }
    }
}

impl Write for Output {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Stream(target) => target.write(octets),
            Target::Plain(target) => target.write(octets),
            #[cfg(feature = "compression")]
            Target::Gzip(target) => target.write(octets),
            #[cfg(feature = "compression")]
            Target::Zstd(target) => target.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Stream(target) => target.flush(),
            Target::Plain(target) => target.flush(),
            #[cfg(feature = "compression")]
            Target::Gzip(target) => target.flush(),
            #[cfg(feature = "compression")]
            Target::Zstd(target) => target.flush(),
        }
    }
}

impl fmt::Debug for Output {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Output").field("aside", &self.aside).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::files::Input;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_aside_takes_its_place_when_it_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.ldif", "b.ldif.gz", "c.ldif.zst"] {
            if name != "a.ldif" && cfg!(not(feature = "compression")) {
                continue;
            }
            let path = folder.path().join(name);
            fs::write(&path, "old").unwrap();
            let mut output = Output::create_aside(&path).unwrap();
            output.write_all(b"new").unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"old");
            output.finish().unwrap();
            let mut text = String::new();
            Input::open(&path).unwrap().read_to_string(&mut text).unwrap();
            assert_eq!(text, "new");
            fs::remove_file(path).unwrap();
            assert_eq!(names(folder.path()), [""; 0]);
        }
    }

    #[test]
    fn a_file_aside_is_gone_with_its_writer_unless_it_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ldif");
        drop(Output::create_aside(&path).unwrap());
        assert_eq!(names(folder.path()), [""; 0]);
        let mut output = Output::create_aside(&path).unwrap();
        output.write_all(b"half").unwrap();
        let kept = output.keep().unwrap().unwrap();
        assert_eq!(fs::read(&kept).unwrap(), b"half");
        let name = kept.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("a.ldif.") && name.ends_with(".partial"), "{name}");
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_stay_and_devices_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let mut output = Output::create_aside(&link).unwrap();
        output.write_all(b"new").unwrap();
        output.finish().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert!(Output::create_aside("/dev/null").unwrap().keep().unwrap().is_none());
        assert!(Output::create_aside(folder.path()).is_err());
    }
}
