//! From a value as it stands in its line to its octets.

use super::super::UrlError;
use super::super::base64;
use super::super::fault::{Expected, FaultKind, Limit};
use super::super::grammar::ValueSpec;
use super::super::stored::{Store, Stored, Stores};
use super::{Problem, Scanner, Text};
use crate::model::DnParseError;

impl Scanner {
    /// Returns where the octets of a value are, having decoded them if need be.
    #[inline]
    pub(super) fn value(&mut self, text: Text<'_>, spec: ValueSpec<'_>) -> Result<Stored, Problem> {
        match spec {
            ValueSpec::Plain(plain) => {
                if plain.len() > self.limits.value {
                    return Err(self.too_large(text.offset(plain)));
                }
                Ok(self.store(text, plain))
            }
            ValueSpec::Base64(base64) => self.decode(text, base64),
            ValueSpec::Url(url) => self.resolve(text, url),
        }
    }

    /// Returns where a name of an entry is.
    ///
    /// "Distinguished names, relative distinguished names, and attribute values of DirectoryString syntax MUST be valid
    /// UTF-8 strings." (RFC 2849 note 7)
    pub(super) fn name(
        &mut self,
        text: Text<'_>,
        spec: ValueSpec<'_>,
        check: impl FnOnce(&str) -> Result<(), DnParseError>,
    ) -> Result<Stored, Problem> {
        let stored = self.value(text, spec)?;
        // A place within base64 would not be where anybody looks.
        let (start, plain) = match spec {
            ValueSpec::Plain(plain) => (text.offset(plain), true),
            ValueSpec::Base64(written) | ValueSpec::Url(written) => (text.offset(written), false),
        };
        let at = |position: usize| if plain { start.saturating_add(position) } else { start };
        match std::str::from_utf8(self.stores(text).octets(&stored)) {
            Err(error) => {
                Err(Problem { at: at(error.valid_up_to()), kind: FaultKind::Expected(Expected::Utf8) })
            }
            Ok(name) if self.is_standard() => check(name)
                .map(|()| stored)
                .map_err(|error| Problem { at: at(error.position()), kind: FaultKind::Dn(error) }),
            Ok(_) => Ok(stored),
        }
    }

    /// Returns where a part of the line is, having copied it if the line was joined.
    #[inline]
    pub(super) fn store(&mut self, text: Text<'_>, part: &[u8]) -> Stored {
        match text.start {
            Some(start) => Stored::data(start.saturating_add(text.offset(part)), part.len()),
            None => {
                let start = self.scratch.len();
                self.scratch.extend_from_slice(part);
                self.scratched(start)
            }
        }
    }

    pub(super) fn stores<'r>(&'r self, text: Text<'r>) -> Stores<'r> {
        Stores { data: text.data, scratch: &self.scratch }
    }

    fn scratched(&self, start: usize) -> Stored {
        Stored { range: start..self.scratch.len(), store: Store::Scratch }
    }

    /// Decodes into the scratch buffer.
    ///
    /// ```text
    /// BASE64-CHAR = %x2B / %x2F / %x30-39 / %x3D / %x41-5A /
    ///               %x61-7A
    ///               ; +, /, 0-9, =, A-Z, and a-z                                              (RFC 2849)
    /// ```
    fn decode(&mut self, text: Text<'_>, base64: &[u8]) -> Result<Stored, Problem> {
        let padding = base64.iter().rev().take(2).take_while(|&&octet| octet == b'=').count();
        let size = (base64.len() / 4).saturating_mul(3).saturating_sub(padding);
        if size > self.limits.value {
            return Err(self.too_large(text.offset(base64)));
        }
        let start = self.scratch.len();
        if base64::decode(base64, &mut self.scratch) {
            return Ok(self.scratched(start));
        }
        let (position, kind) = base64::problem(base64);
        Err(Problem { at: text.offset(base64).saturating_add(position), kind })
    }

    /// Has the resolver read a value, into the scratch buffer.
    fn resolve(&mut self, text: Text<'_>, url: &[u8]) -> Result<Stored, Problem> {
        let problem = |kind| Problem { at: text.offset(url), kind };
        let Some(resolver) = &mut self.urls else { return Err(problem(FaultKind::UrlsAreOff)) };
        let start = self.scratch.len();
        let room = self.limits.record.saturating_sub(start);
        let limit = self.limits.value.min(room);
        let url = std::str::from_utf8(url).unwrap_or_default();
        let resolved = match resolver.resolve(url, limit, &mut self.scratch) {
            Ok(()) if self.scratch.len() < start => Err(UrlError::Unreadable),
            Ok(()) if self.scratch.len().saturating_sub(start) > limit => Err(UrlError::TooLarge),
            resolved => resolved,
        };
        match resolved {
            Ok(()) => Ok(self.scratched(start)),
            Err(UrlError::TooLarge) if room < self.limits.value => {
                self.scratch.truncate(start);
                Err(problem(FaultKind::TooLarge(Limit::Record(self.limits.record))))
            }
            Err(error) => {
                self.scratch.truncate(start);
                Err(problem(FaultKind::Url(error)))
            }
        }
    }

    fn too_large(&self, at: usize) -> Problem {
        Problem { at, kind: FaultKind::TooLarge(Limit::Value(self.limits.value)) }
    }
}
