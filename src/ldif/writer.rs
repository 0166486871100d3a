//! Records as text.
//!
//! Advice for the next maintainer: a search of 100,000 entries comes through here value by value. The common line is
//! short and safe, and costs one look at its octets and three copies; keep it free of allocations.

use data_encoding::BASE64;

use crate::proto::{Attributes, SearchResultEntry};

use super::WriteError;

mod change;
mod policy;

pub use policy::{Base64Policy, LineEnd};

/// Writes entries and changes as LDIF, appending to a buffer of the caller's.
///
/// ```text
/// ldif-content        = version-spec 1*(1*SEP ldif-attrval-record)
/// ldif-attrval-record = dn-spec SEP 1*attrval-spec
/// version-spec        = "version:" FILL version-number
/// dn-spec             = "dn:" (FILL distinguishedName /
///                              ":" FILL base64-distinguishedName)
/// attrval-spec        = AttributeDescription value-spec SEP
/// value-spec          = ":" (    FILL 0*1(SAFE-STRING) /
///                            ":" FILL (BASE64-STRING) /
///                            "<" FILL url)                             (RFC 2849)
/// ```
///
/// Lines end with LF, and records with an empty line. A value is written as it is if it is a SAFE-STRING that does not
/// end with a space, and by base64 otherwise, unless a [policy](Base64Policy) says more; what comes out is ASCII, but for
/// comments. **Every value comes back from a reader octet by octet**, and so does every record, but for these: an
/// attribute without values comes back with an empty one, attributes of the same name come back as one, and an entry
/// without attributes, which the standard does not have, is read only with
/// [`Tolerance::AsFound`](super::Tolerance::AsFound), as are names that the grammar does not know.
///
/// ```
/// use ldapwire::ldif::Writer;
/// use ldapwire::model::Entry;
/// use ldapwire::proto::SearchResultEntry;
///
/// let ada = Entry::new("cn=Ada").with("cn", ["Ada"]).with("sn", ["Lovelace "]).with("description", [""]);
/// let mut writer = Writer::new();
/// let mut text = Vec::new();
/// writer.version(&mut text);
/// writer.entry(&SearchResultEntry::from(&ada), &mut text)?;
/// assert_eq!(
///     std::str::from_utf8(&text),
///     Ok("version: 1\n\ndn: cn=Ada\ncn: Ada\nsn:: TG92ZWxhY2Ug\ndescription:\n\n")
/// );
/// # Ok::<(), ldapwire::ldif::WriteError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Writer {
    /// The most octets in a line, its end not counted.
    columns: usize,
    line_end: LineEnd,
    policy: Base64Policy,
    /// The base64 form of the value at hand, kept for the next.
    base64: String,
}

impl Writer {
    /// Makes a writer that folds lines at 76 columns.
    pub const fn new() -> Self {
        Self {
            columns: DEFAULT_COLUMNS,
            line_end: LineEnd::Lf,
            policy: Base64Policy::Required,
            base64: String::new(),
        }
    }

    /// Sets how many octets a line has before it is folded, its end not counted. Default 76. Less than 2, which
    /// would leave no room behind the space that a folded line begins with, counts as 2.
    #[must_use]
    pub const fn columns(mut self, columns: usize) -> Self {
        self.columns = if columns < 2 { 2 } else { columns };
        self
    }

    /// Lets lines be as long as they are: for tools that work line by line.
    #[must_use]
    pub const fn unfolded(self) -> Self {
        self.columns(usize::MAX)
    }

    /// Sets how lines end. Default [`LineEnd::Lf`].
    #[must_use]
    pub const fn line_end(mut self, line_end: LineEnd) -> Self {
        self.line_end = line_end;
        self
    }

    /// Sets which values are written by base64. Default [`Base64Policy::Required`].
    #[must_use]
    pub const fn base64(mut self, policy: Base64Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Writes the version, which opens a file, and an empty line.
    pub fn version(&self, target: &mut Vec<u8>) {
        self.fold([b"version: 1", b"", b""], target);
        self.end(target);
    }

    /// Writes a comment; each line of `text` becomes one.
    ///
    /// "Any line that begins with a pound-sign ("#", ASCII 35) is a comment line" (RFC 2849 note 3). A comment
    /// belongs to the record that it stands in or before; it ends none.
    pub fn comment(&self, text: &str, target: &mut Vec<u8>) {
        // A lone CR ends a line for some readers, so that what follows it must not stand unmarked.
        for line in text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r')) {
            let space = if line.is_empty() { "" } else { " " };
            self.fold(["#", space, line].map(str::as_bytes), target);
        }
    }

    /// Writes an entry.
    ///
    /// # Errors
    ///
    /// The description of an attribute cannot stand in LDIF. `target` is as it was.
    pub fn entry(&mut self, entry: &SearchResultEntry, target: &mut Vec<u8>) -> Result<(), WriteError> {
        self.record(entry.dn(), entry.attributes(), target)
    }

    /// Writes an entry that is given by its parts. An attribute without values, as a search for types only returns
    /// it, is written with an empty one.
    ///
    /// # Errors
    ///
    /// As [`entry`](Self::entry).
    pub fn record(
        &mut self,
        dn: &str,
        attributes: Attributes<'_>,
        target: &mut Vec<u8>,
    ) -> Result<(), WriteError> {
        self.all_or_nothing(target, |writer, target| {
            writer.line("dn", dn.as_bytes(), target)?;
            for (position, attribute) in attributes.enumerate() {
                writer.attribute(position, attribute.description(), attribute.values(), target)?;
            }
            writer.end(target);
            Ok(())
        })
    }

    /// Writes one value under its name, as one line that may be folded.
    ///
    /// # Errors
    ///
    /// The name has other characters than visible ASCII, has a colon, begins with `#`, or is empty. `target` is as it
    /// was.
    pub fn line(&mut self, name: &str, value: &[u8], target: &mut Vec<u8>) -> Result<(), WriteError> {
        check_name(name)?;
        self.value(name, value, target);
        Ok(())
    }

    /// Writes one value behind what announces it.
    fn value(&mut self, head: &str, value: &[u8], target: &mut Vec<u8>) {
        if self.policy.allows(value) {
            let separator: &[u8] = if value.is_empty() { b":" } else { b": " };
            return self.fold([head.as_bytes(), separator, value], target);
        }
        let mut base64 = std::mem::take(&mut self.base64);
        BASE64.encode_append(value, &mut base64);
        self.fold([head.as_bytes(), b":: ", base64.as_bytes()], target);
        base64.clear();
        base64.shrink_to(KEPT);
        self.base64 = base64;
    }

    /// Writes the values of an attribute, which is the one at `position` of its record; one that has none gets an
    /// empty one.
    fn attribute<'v>(
        &mut self,
        position: usize,
        name: &str,
        mut values: impl Iterator<Item = &'v [u8]>,
        target: &mut Vec<u8>,
    ) -> Result<(), WriteError> {
        let is = |word: &str| name.eq_ignore_ascii_case(word);
        // ldif-change-record = dn-spec SEP *control changerecord: what follows the name decides.
        if position == 0 && (is("changetype") || is("control")) {
            return Err(WriteError::ReadsAsChange);
        }
        if is("dn") {
            return Err(WriteError::ReadsAsName);
        }
        check_name(name)?;
        self.value(name, values.next().unwrap_or_default(), target);
        values.for_each(|value| self.value(name, value, target));
        Ok(())
    }

    /// Takes back what was written before an error.
    fn all_or_nothing(
        &mut self,
        target: &mut Vec<u8>,
        write: impl FnOnce(&mut Self, &mut Vec<u8>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let start = target.len();
        let written = write(self, target);
        if written.is_err() {
            target.truncate(start);
        }
        written
    }

    /// Ends a line, or a record.
    fn end(&self, target: &mut Vec<u8>) {
        target.extend_from_slice(self.line_end.octets());
    }

    /// Writes a line and its end, folded where it is longer than the columns.
    ///
    /// "Any non-empty line, including comment lines, in an LDIF file MAY be folded by inserting a line separator (SEP)
    /// and a SPACE. \[..\] Implementations SHOULD NOT fold lines in the middle of a multi-byte UTF-8 character."
    /// (RFC 2849 note 2)
    fn fold(&self, parts: [&[u8]; 3], target: &mut Vec<u8>) {
        let mut room = self.columns;
        for mut part in parts {
            while part.len() > room {
                // A line begins with at least one character, so that this comes to an end in the narrowest columns.
                let least = if room == self.columns.saturating_sub(1) { first_character(part) } else { 0 };
                let (line, rest) = part.split_at(floor_character(part, room).max(least));
                target.extend_from_slice(line);
                if rest.is_empty() {
                    room = 0;
                } else {
                    self.end(target);
                    target.push(b' ');
                    room = self.columns.saturating_sub(1);
                }
                part = rest;
            }
            target.extend_from_slice(part);
            room = room.saturating_sub(part.len());
        }
        self.end(target);
    }
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

/// The octets of a line before it is folded. RFC 2849 names no width; this is the one that most writers use, and leaves a
/// line whole on a terminal of 80.
const DEFAULT_COLUMNS: usize = 76;

/// The octets of a buffer that are kept from value to value: a photograph should not stay in memory.
const KEPT: usize = 64 * 1024;

/// Looks whether a description can begin a line.
///
/// ```text
/// AttributeDescription = AttributeType [";" options]
/// AttributeType        = ldap-oid / (ALPHA *(attr-type-chars))
/// attr-type-chars      = ALPHA / DIGIT / "-"
/// ```
///
/// Servers use more characters than these, such as `_` and the `=` of `member;range=0-1499`. What would end the
/// name, the line or the record is refused: a peer could smuggle in lines of its choice.
fn check_name(name: &str) -> Result<(), WriteError> {
    if name.is_empty() {
        return Err(WriteError::EmptyName);
    }
    let bends = |position, octet: u8| {
        !octet.is_ascii_graphic() || octet == b':' || (position == 0 && matches!(octet, b'#' | b'-'))
    };
    match name.bytes().enumerate().find(|&(position, octet)| bends(position, octet)) {
        Some((position, octet)) => Err(WriteError::Name { octet, position }),
        None => Ok(()),
    }
}

/// Returns the most octets, up to `limit`, that end with a whole character.
fn floor_character(text: &[u8], limit: usize) -> usize {
    (0..=limit).rev().find(|&end| begins_character(text, end)).unwrap_or(0)
}

/// Returns the octets of the first character.
fn first_character(text: &[u8]) -> usize {
    (1..text.len()).find(|&end| begins_character(text, end)).unwrap_or(text.len())
}

/// Whether no character is cut by a fold before this octet: it is none of `UTF8-1 = %x80-BF`.
fn begins_character(text: &[u8], position: usize) -> bool {
    text.get(position).is_none_or(|octet| !matches!(octet, 0x80..=0xbf))
}

#[cfg(test)]
mod tests;
