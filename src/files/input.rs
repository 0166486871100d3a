//! Files that are read.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A file to read, or the standard input stream, decompressed if its name asks for it.
///
/// | name | is |
/// |---|---|
/// | `-` | the standard input stream |
/// | `*.gz` | decompressed by gzip, several members one after the other (feature `compression`) |
/// | `*.zst`, `*.zstd` | decompressed by zstd (feature `compression`) |
/// | any other | read as it is |
///
/// Reads come in large pieces; it needs no buffer around it.
pub struct Input {
    source: Box<dyn Read + Send>,
    path: PathBuf,
    size: Option<u64>,
    progress: Progress,
}

impl Input {
    /// Opens a file by its name.
    ///
    /// # Errors
    ///
    /// It cannot be opened, or is compressed and the feature `compression` is off.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let progress = Progress::default();
        let (file, size): (Box<dyn Read + Send>, _) = if path.as_os_str() == "-" {
            (Box::new(io::stdin()), None)
        } else {
            let file = File::open(path)?;
            let metadata = file.metadata()?;
            if metadata.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            (Box::new(file), metadata.is_file().then_some(metadata.len()))
        };
        let counted = Counted { source: file, progress: progress.clone() };
        let source = decompress(Compression::of(path), counted)?;
        Ok(Self { source, path: path.to_owned(), size, progress })
    }

    /// Returns the name that it was opened by.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns its size in octets as it lies there, compressed or not; a stream has none.
    pub const fn size(&self) -> Option<u64> {
        self.size
    }

    /// Returns a count of the octets that are read of it, compressed or not, to be looked at by others meanwhile.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.source.read(buffer)
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("path", &self.path).field("size", &self.size).finish_non_exhaustive()
    }
}

/// How many octets were read so far.
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<AtomicU64>);

impl Progress {
    /// Returns the count.
    pub fn octets(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct Counted<R> {
    source: R,
    progress: Progress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.progress.0.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// How a file is compressed, by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    pub(super) fn of(path: &Path) -> Self {
        let extension = path.extension().unwrap_or_default();
        if extension.eq_ignore_ascii_case("gz") {
            Self::Gzip
        } else if extension.eq_ignore_ascii_case("zst") || extension.eq_ignore_ascii_case("zstd") {
            Self::Zstd
        } else {
            Self::None
        }
    }
}

#[cfg(feature = "compression")]
fn decompress(
    compression: Compression,
    source: impl Read + Send + 'static,
) -> io::Result<Box<dyn Read + Send>> {
    Ok(match compression {
        Compression::None => Box::new(source),
        Compression::Gzip => {
            let buffered = io::BufReader::with_capacity(BUFFER, source);
            Box::new(flate2::bufread::MultiGzDecoder::new(buffered))
        }
        Compression::Zstd => {
            let mut decoder = zstd::Decoder::new(source)?;
            decoder.window_log_max(WINDOW_LOG)?;
            Box::new(decoder)
        }
    })
}

#[cfg(not(feature = "compression"))]
fn decompress(
    compression: Compression,
    source: impl Read + Send + 'static,
) -> io::Result<Box<dyn Read + Send>> {
    match compression {
        Compression::None => Ok(Box::new(source)),
        Compression::Gzip | Compression::Zstd => Err(unsupported()),
    }
}

#[cfg(not(feature = "compression"))]
pub(super) fn unsupported() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "compressed files need the feature `compression`")
}

/// The octets that a decompressor reads at once.
#[cfg(feature = "compression")]
const BUFFER: usize = 64 * 1024;

/// The largest window that a file in zstd may ask for, as a power of two: 8 MiB, which is what the format wants every
/// decoder to have. More would let a small file take much memory.
#[cfg(feature = "compression")]
const WINDOW_LOG: u32 = 23;
