//! Values that stand elsewhere: the hook behind `:<`.

use std::error::Error;
use std::fmt;

/// Reads the value that a URL stands for.
///
/// ```text
/// value-spec = ":" ( [..] / "<" FILL url)                                                  (RFC 2849)
/// ```
///
/// "Since ":<" directives can cause external content to be included when processing an LDIF file, one should be
/// cautious of accepting LDIF files from external sources. A "trojan" LDIF file could name a file with sensitive contents
/// and cause it to be included in a directory entry, which a hostile entity could read via LDAP." (RFC 2849, Security
/// Considerations) So a reader has no resolver until one is given to it.
///
/// ```
/// use ldapwire::ldif::{LdifRecord, ReadOptions, SliceReader, UrlError, UrlResolver};
///
/// struct Photographs;
///
/// impl UrlResolver for Photographs {
///     fn resolve(&mut self, url: &str, limit: usize, target: &mut Vec<u8>) -> Result<(), UrlError> {
///         let photograph: &[u8] = match url {
///             "file:///ada.jpg" => b"\xff\xd8\xff",
///             _ => return Err(UrlError::NotFound),
///         };
///         if photograph.len() > limit {
///             return Err(UrlError::TooLarge);
///         }
///         target.extend_from_slice(photograph);
///         Ok(())
///     }
/// }
///
/// let file = b"dn: cn=Ada\njpegPhoto:< file:///ada.jpg\n";
/// let mut records = SliceReader::with_options(file, ReadOptions::new().urls(Photographs));
/// let LdifRecord::Content(ada) = records.next().unwrap()?.record else { panic!() };
/// assert!(ada.has_value("jpegPhoto", b"\xff\xd8\xff"));
/// # Ok::<(), ldapwire::ldif::Fault>(())
/// ```
pub trait UrlResolver {
    /// Appends the octets that `url` stands for to `target`, `limit` of them at most.
    ///
    /// # Errors
    ///
    /// There is no value, or it may not be read. What was appended is dropped.
    fn resolve(&mut self, url: &str, limit: usize, target: &mut Vec<u8>) -> Result<(), UrlError>;
}

/// Why a URL gives no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UrlError {
    /// The resolver does not read such URLs.
    Unsupported,
    /// This is no URL of its kind.
    Malformed,
    /// The file lies outside of what may be read.
    Outside,
    /// There is no such file.
    NotFound,
    /// The value is larger than the limit.
    TooLarge,
    /// The file is there and cannot be read.
    Unreadable,
}

impl fmt::Display for UrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unsupported => "URLs of this kind are not read",
            Self::Malformed => "the URL is malformed",
            Self::Outside => "the file lies outside of the folder that may be read",
            Self::NotFound => "there is no such file",
            Self::TooLarge => "the file is larger than a value may be",
            Self::Unreadable => "the file cannot be read",
        })
    }
}

impl Error for UrlError {}
