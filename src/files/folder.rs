//! Values that stand in files of their own.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

use crate::ldif::{UrlError, UrlResolver};

/// Reads the values behind `file:` URLs (`jpegPhoto:< file:///photos/ada.jpg`), if the file is in a folder of the caller's.
///
/// ```text
/// value-spec = ":" ( [..] / "<" FILL url)                                                (RFC 2849)
/// ```
///
/// **Nothing outside of the folder is read:** paths with `..` are refused, and so are those that lead out by a symbolic link.
/// A path of another place is not even looked for. Only regular files are read. A URL without `//`, such as
/// `file:ada.jpg`, names a file relative to the folder.
///
/// It relies on nobody but the caller changing links in the folder while files are read.
#[derive(Clone, Debug)]
pub struct FolderResolver {
    /// As the caller spelled it, absolute.
    spelled: PathBuf,
    /// Without any links in it.
    real: PathBuf,
}

impl FolderResolver {
    /// Lets values be read from a folder and those in it.
    ///
    /// # Errors
    ///
    /// There is no such folder.
    pub fn new(folder: impl AsRef<Path>) -> io::Result<Self> {
        let real = fs::canonicalize(&folder)?;
        if !real.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self { spelled: std::path::absolute(folder)?, real })
    }

    /// Returns the path that a URL names, if it looks as if it were in the folder.
    fn path(&self, url: &str) -> Result<PathBuf, UrlError> {
        let scheme = url.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:"));
        let rest = scheme.and_then(|_| url.get(5..)).ok_or(UrlError::Unsupported)?;
        let (text, is_relative) = match rest.strip_prefix("//") {
            Some(behind) => {
                let (host, _) = behind.split_once('/').ok_or(UrlError::Malformed)?;
                if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
                    return Err(UrlError::Unsupported);
                }
                (behind.get(host.len()..).unwrap_or_default(), false)
            }
            None => (rest, !rest.starts_with('/')),
        };
        let path = PathBuf::from(decode(text)?);
        if path.components().any(|component| component == Component::ParentDir) {
            return Err(UrlError::Outside);
        }
        if is_relative {
            return Ok(self.real.join(path));
        }
        if path.starts_with(&self.spelled) || path.starts_with(&self.real) {
            Ok(path)
        } else {
            Err(UrlError::Outside)
        }
    }
}

impl UrlResolver for FolderResolver {
    fn resolve(&mut self, url: &str, limit: usize, target: &mut Vec<u8>) -> Result<(), UrlError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => UrlError::NotFound,
            _ => UrlError::Unreadable,
        };
        let path = fs::canonicalize(self.path(url)?).map_err(failed)?;
        if !path.starts_with(&self.real) {
            return Err(UrlError::Outside);
        }
        // Before it is opened: a pipe would wait for somebody who writes.
        if !fs::metadata(&path).map_err(failed)?.is_file() {
            return Err(UrlError::Unreadable);
        }
        let most = u64::try_from(limit).unwrap_or(u64::MAX);
        let start = target.len();
        let file = File::open(&path).map_err(failed)?;
        file.take(most.saturating_add(1)).read_to_end(target).map_err(failed)?;
        if target.len().saturating_sub(start) > limit { Err(UrlError::TooLarge) } else { Ok(()) }
    }
}

/// Decodes `%` and two digits (RFC 3986 2.1).
fn decode(text: &str) -> Result<String, UrlError> {
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(octet) = rest.next() {
        if octet != b'%' {
            octets.push(octet);
            continue;
        }
        let mut digit = || rest.next().and_then(|octet| char::from(octet).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else { return Err(UrlError::Malformed) };
        octets.extend(u8::try_from(high * 16 + low));
    }
    if octets.is_empty() || octets.contains(&0) {
        return Err(UrlError::Malformed);
    }
    String::from_utf8(octets).map_err(|_| UrlError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(resolver: &mut FolderResolver, url: &str) -> Result<Vec<u8>, UrlError> {
        let mut octets = Vec::new();
        resolver.resolve(url, 10, &mut octets).map(|()| octets)
    }

    #[cfg(unix)]
    #[test]
    fn nothing_outside_of_the_folder_is_read() {
        use std::os::unix::fs::symlink;

        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("in");
        fs::create_dir(&folder).unwrap();
        fs::create_dir(folder.join("sub")).unwrap();
        fs::write(folder.join("a b.jpg"), "photo").unwrap();
        fs::write(folder.join("large"), "12345678901").unwrap();
        fs::write(root.path().join("secret"), "secret").unwrap();
        symlink(root.path().join("secret"), folder.join("link")).unwrap();
        symlink(root.path(), folder.join("sub/up")).unwrap();
        symlink(folder.join("a b.jpg"), folder.join("inner")).unwrap();
        symlink(&folder, root.path().join("alias")).unwrap();

        let url = |path: &str| format!("file://{}/{path}", folder.display());
        let mut resolver = FolderResolver::new(&folder).unwrap();
        for (url, expected) in [
            (url("a%20b.jpg"), Ok("photo")),
            (url("inner"), Ok("photo")),
            ("FILE:a%20b.jpg".to_owned(), Ok("photo")),
            ("file:inner".to_owned(), Ok("photo")),
            (format!("file://localhost{}/inner", folder.display()), Ok("photo")),
            (format!("file:{}/inner", folder.display()), Ok("photo")),
            (url("large"), Err(UrlError::TooLarge)),
            (url("link"), Err(UrlError::Outside)),
            (url("sub/up/secret"), Err(UrlError::Outside)),
            (url("../secret"), Err(UrlError::Outside)),
            (url("%2e%2e/secret"), Err(UrlError::Outside)),
            ("file:../secret".to_owned(), Err(UrlError::Outside)),
            (format!("file://{}/secret", root.path().display()), Err(UrlError::Outside)),
            (format!("file://{}-beside/x", folder.display()), Err(UrlError::Outside)),
            ("file:///no/such/file".to_owned(), Err(UrlError::Outside)),
            (url("missing"), Err(UrlError::NotFound)),
            (url("sub"), Err(UrlError::Unreadable)),
            (url("a%2"), Err(UrlError::Malformed)),
            (url("a%00"), Err(UrlError::Malformed)),
            (url("a%ff"), Err(UrlError::Malformed)),
            ("file:".to_owned(), Err(UrlError::Malformed)),
            ("file://nowhere".to_owned(), Err(UrlError::Malformed)),
            ("file://host/etc/passwd".to_owned(), Err(UrlError::Unsupported)),
            ("http://host/x".to_owned(), Err(UrlError::Unsupported)),
            ("".to_owned(), Err(UrlError::Unsupported)),
        ] {
            assert_eq!(read(&mut resolver, &url), expected.map(|text| text.as_bytes().to_vec()), "{url}");
        }
        let mut alias = FolderResolver::new(root.path().join("alias")).unwrap();
        let url = format!("file://{}/inner", root.path().join("alias").display());
        assert_eq!(read(&mut alias, &url), Ok(b"photo".to_vec()));
        assert!(FolderResolver::new(folder.join("large")).is_err());
        assert!(FolderResolver::new(folder.join("missing")).is_err());
    }
}
