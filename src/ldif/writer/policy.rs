//! Which values are written by base64, and how lines end.

/// Which values are written by base64 though they need not be.
///
/// What the standard demands comes first: a value is never written in a way in which it would not come back.
///
/// ```text
/// SAFE-CHAR       = %x01-09 / %x0B-0C / %x0E-7F
///                   ; any value <= 127 decimal except NUL, LF, and CR
/// SAFE-INIT-CHAR  = %x01-09 / %x0B-0C / %x0E-1F /
///                   %x21-39 / %x3B / %x3D-7F
///                   ; any value <= 127 except NUL, LF, CR, SPACE, colon and less-than
/// SAFE-STRING     = [SAFE-INIT-CHAR *SAFE-CHAR]                                           (RFC 2849)
/// ```
///
/// "Values or distinguished names that end with SPACE SHOULD be base-64 encoded." (note 8)
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Base64Policy {
    /// Values that are no SAFE-STRING or end with a space.
    #[default]
    Required,
    /// Values with control characters, besides: nothing that is written moves the cursor of a terminal.
    ControlCharacters,
    /// As [`Required`](Self::Required), but UTF-8 beyond ASCII is written as it is. People can read it, and so can most
    /// programs: erratum 3646 knows both readings of note 4.
    ExceptUtf8,
    /// All values and names: for programs that read only this.
    Always,
}

impl Base64Policy {
    /// Whether a value may stand in a line as it is.
    pub(super) fn allows(self, value: &[u8]) -> bool {
        if matches!(value.first(), Some(b' ' | b':' | b'<')) || value.last() == Some(&b' ') {
            return false;
        }
        match self {
            Self::Required => !has(value, |octet| matches!(octet, 0 | b'\n' | b'\r' | 0x80..)),
            Self::ControlCharacters => !has(value, |octet| matches!(octet, 0..=0x1f | 0x7f..)),
            Self::ExceptUtf8 => {
                !has(value, |octet| matches!(octet, 0 | b'\n' | b'\r')) && std::str::from_utf8(value).is_ok()
            }
            Self::Always => value.is_empty(),
        }
    }
}

/// Whether one of the octets is such, without a way out in the middle, so that the compiler may look at many at once.
fn has(value: &[u8], is_such: impl Fn(u8) -> bool) -> bool {
    value.iter().fold(false, |found, &octet| found | is_such(octet))
}

/// How lines end.
///
/// ```text
/// SEP = (CR LF / LF)                                                                      (RFC 2849)
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "the two line ends that the standard has")]
pub enum LineEnd {
    /// LF.
    #[default]
    Lf,
    /// CR LF.
    CrLf,
}

impl LineEnd {
    pub(super) const fn octets(self) -> &'static [u8] {
        match self {
            Self::Lf => b"\n",
            Self::CrLf => b"\r\n",
        }
    }
}
