//! Files that are written.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use super::input::Compression;

/// A file to write, or the standard output stream for `-`, compressed if its name asks for it as that of an
/// [`Input`](super::Input) does.
///
/// **[`finish`](Self::finish) has to be called at the end:** a compressed file that is only dropped is not whole. Writes are
/// not buffered; write in large pieces.
pub struct Output {
    target: Target,
}

enum Target {
    Plain(Box<dyn Write + Send>),
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
        if path.as_os_str() == "-" {
            return Ok(Self { target: Target::Plain(Box::new(io::stdout())) });
        }
        let target = match Compression::of(path) {
            Compression::None => Target::Plain(Box::new(File::create(path)?)),
            #[cfg(feature = "compression")]
            Compression::Gzip => Target::Gzip(flate2::write::GzEncoder::new(
                File::create(path)?,
                flate2::Compression::default(),
            )),
            #[cfg(feature = "compression")]
            Compression::Zstd => Target::Zstd(zstd::Encoder::new(File::create(path)?, 0)?),
            #[cfg(not(feature = "compression"))]
            _ => return Err(super::input::unsupported()),
        };
        Ok(Self { target })
    }

    /// Writes what is left of it.
    ///
    /// # Errors
    ///
    /// That cannot be written.
    pub fn finish(self) -> io::Result<()> {
        match self.target {
            Target::Plain(mut target) => target.flush(),
            #[cfg(feature = "compression")]
            Target::Gzip(target) => target.finish().map(drop),
            #[cfg(feature = "compression")]
            Target::Zstd(target) => target.finish().map(drop),
        }
    }
}

impl Write for Output {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        match &mut self.target {
            Target::Plain(target) => target.write(octets),
            #[cfg(feature = "compression")]
            Target::Gzip(target) => target.write(octets),
            #[cfg(feature = "compression")]
            Target::Zstd(target) => target.write(octets),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
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
        f.debug_struct("Output").finish_non_exhaustive()
    }
}
