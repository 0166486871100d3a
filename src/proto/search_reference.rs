//! `SearchResultReference` (RFC 4511 4.5.3).

use crate::ber::{DecodeError, Reader, Tag, Writer};
use crate::model::LdapString;

use super::{Context, EncodeError, OpKind};

/// Says where a part of a search has to be continued.
///
/// ```text
/// SearchResultReference ::= [APPLICATION 19] SEQUENCE
///                           SIZE (1..MAX) OF uri URI
/// ```
///
/// Content synchronization has [one without URLs](Self::empty), too (RFC 4533 3.3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchResultReference {
    urls: Vec<LdapString>,
    may_be_empty: bool,
}

impl SearchResultReference {
    /// Makes a reference; each URL leads to the same place by another server.
    pub fn new<U: Into<LdapString>>(urls: impl IntoIterator<Item = U>) -> Self {
        Self { urls: urls.into_iter().map(Into::into).collect(), may_be_empty: false }
    }

    /// Makes the reference that stands for one which has not changed, or is gone: "an empty SearchResultReference
    /// containing an empty SEQUENCE OF LDAPURL is returned with a Sync State Control" (RFC 4533 3.3.2).
    pub const fn empty() -> Self {
        Self { urls: Vec::new(), may_be_empty: true }
    }

    /// Returns the URLs, any one of which serves.
    pub fn urls(&self) -> &[LdapString] {
        &self.urls
    }

    /// Copies the URLs out of the frame that they are part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self { urls: self.urls.iter().map(LdapString::detach).collect(), ..*self }
    }

    pub(super) fn decode<'a>(content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let urls = context.list(content, "searchResRef", context.limits().referral_urls, |reader| {
            context.text(reader, Tag::OCTET_STRING, "uri")
        })?;
        Ok(Self { may_be_empty: urls.is_empty(), urls })
    }

    /// Writes the reference under its tag.
    ///
    /// # Errors
    ///
    /// There is no URL, and the reference is not the [empty](Self::empty) one.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        if self.urls.is_empty() && !self.may_be_empty {
            return Err(EncodeError::Empty { list: "searchResRef" });
        }
        writer.constructed(OpKind::SearchResultReference.tag(), |writer| {
            for url in self.urls.iter().rev() {
                writer.octet_string(Tag::OCTET_STRING, url.as_bytes());
            }
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::tests::round_trip;

    #[test]
    fn the_urls_stand_in_their_order() {
        let octets = b"\x30\x1b\x02\x01\x05\x73\x16\x04\x09ldap://a/\x04\x09ldap://b/";
        assert_eq!(round_trip(octets), SearchResultReference::new(["ldap://a/", "ldap://b/"]).into());
    }

    #[test]
    fn one_without_urls_is_written_only_where_that_is_meant() {
        let forgotten = SearchResultReference::new([""; 0]);
        assert_eq!(forgotten.encode(&mut Writer::new()), Err(EncodeError::Empty { list: "searchResRef" }));
        assert_eq!(round_trip(b"\x30\x05\x02\x01\x05\x73\x00"), SearchResultReference::empty().into());
    }
}
