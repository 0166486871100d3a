//! `SearchRequest` (RFC 4511 4.5.1).

use core::time::Duration;

use crate::ber::{DecodeError, Reader, Tag, Writer};
use crate::model::{DerefAliases, Filter, LdapString, Scope};

use super::number::{self, MAX_INT};
use super::{Context, EncodeError, OpKind, filter};

/// Asks for the entries that match a filter.
///
/// ```text
/// SearchRequest ::= [APPLICATION 3] SEQUENCE {
///      baseObject      LDAPDN,
///      scope           ENUMERATED { baseObject (0), singleLevel (1), wholeSubtree (2), ... },
///      derefAliases    ENUMERATED { neverDerefAliases (0), ... },
///      sizeLimit       INTEGER (0 ..  maxInt),
///      timeLimit       INTEGER (0 ..  maxInt),
///      typesOnly       BOOLEAN,
///      filter          Filter,
///      attributes      AttributeSelection }
///
/// AttributeSelection ::= SEQUENCE OF selector LDAPString
/// ```
///
/// ```
/// use ldapwire::filter;
/// use ldapwire::model::Scope;
/// use ldapwire::proto::SearchRequest;
///
/// let search = SearchRequest::new("ou=people,dc=example,dc=org", Scope::WholeSubtree, filter!("(uid={})", "ada"))
///     .attributes(["cn", "mail"])
///     .size_limit(1);
/// assert_eq!(search.filter().to_string(), "(uid=ada)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchRequest {
    base: LdapString,
    scope: Scope,
    deref_aliases: DerefAliases,
    size_limit: u32,
    time_limit: u32,
    types_only: bool,
    filter: Filter,
    attributes: Vec<LdapString>,
}

impl SearchRequest {
    /// Makes a request for all user attributes, without limits, that follows no alias.
    pub fn new(base: impl Into<LdapString>, scope: Scope, filter: impl Into<Filter>) -> Self {
        Self {
            base: base.into(),
            scope,
            deref_aliases: DerefAliases::NeverDerefAliases,
            size_limit: 0,
            time_limit: 0,
            types_only: false,
            filter: filter.into(),
            attributes: Vec::new(),
        }
    }

    /// Makes a request for the one entry with this name, whatever its class.
    pub fn entry(dn: impl Into<LdapString>) -> Self {
        Self::new(dn, Scope::BaseObject, Filter::present("objectClass"))
    }

    /// Sets the attributes to return: descriptions, `*` for all user attributes, `+` for all operational ones
    /// (RFC 3673), `1.1` for none. Default none named, which means all user attributes.
    #[must_use]
    pub fn attributes<A: Into<LdapString>>(mut self, selectors: impl IntoIterator<Item = A>) -> Self {
        self.attributes = selectors.into_iter().map(Into::into).collect();
        self
    }

    /// Sets what to do with aliases. Default never to follow them.
    #[must_use]
    pub const fn deref_aliases(mut self, deref_aliases: DerefAliases) -> Self {
        self.deref_aliases = deref_aliases;
        self
    }

    /// Sets the most entries that the server shall return; 0, the default, asks for no limit. A server that has
    /// more ends the search with `sizeLimitExceeded`.
    #[must_use]
    pub const fn size_limit(mut self, entries: u32) -> Self {
        self.size_limit = if entries > MAX_INT { MAX_INT } else { entries };
        self
    }

    /// Sets the longest time that the server shall search, rounded up to whole seconds; 0, the default, asks for
    /// no limit.
    #[must_use]
    pub fn time_limit(mut self, time: Duration) -> Self {
        let seconds = time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0));
        self.time_limit = u32::try_from(seconds).unwrap_or(MAX_INT).min(MAX_INT);
        self
    }

    /// Sets whether only the types of the attributes are returned, without values. Default with values.
    #[must_use]
    pub const fn types_only(mut self, types_only: bool) -> Self {
        self.types_only = types_only;
        self
    }

    /// Returns the name of the entry to begin at.
    pub const fn base(&self) -> &LdapString {
        &self.base
    }

    /// Returns how far from the base the search goes.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Returns what to do with aliases.
    pub const fn dereferencing(&self) -> DerefAliases {
        self.deref_aliases
    }

    /// Returns the most entries to return; 0 means no limit.
    pub const fn max_entries(&self) -> u32 {
        self.size_limit
    }

    /// Returns the longest time to search, in seconds; 0 means no limit.
    pub const fn max_seconds(&self) -> u32 {
        self.time_limit
    }

    /// Returns whether values are left out.
    pub const fn is_types_only(&self) -> bool {
        self.types_only
    }

    /// Returns what entries must match.
    pub const fn filter(&self) -> &Filter {
        &self.filter
    }

    /// Returns the attributes to return; none named means all user attributes.
    pub fn selectors(&self) -> &[LdapString] {
        &self.attributes
    }

    pub(super) fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let base = context.text(&mut content, Tag::OCTET_STRING, "baseObject")?;
        let scope = Scope::from_number(number::decode(&mut content, Tag::ENUMERATED, "scope")?);
        let deref_aliases =
            DerefAliases::from_number(number::decode(&mut content, Tag::ENUMERATED, "derefAliases")?);
        let size_limit = number::decode(&mut content, Tag::INTEGER, "sizeLimit")?;
        let time_limit = number::decode(&mut content, Tag::INTEGER, "timeLimit")?;
        let types_only = content.boolean(Tag::BOOLEAN)?;
        let filter = filter::decode(&mut content, context)?;
        let attributes =
            context.list(content.sequence()?, "attributes", context.limits().attributes, |reader| {
                context.text(reader, Tag::OCTET_STRING, "selector")
            })?;
        // Tags of filters are no tags of this SEQUENCE: a later version may have others under them.
        content.finish_extensible_after(&[
            Tag::OCTET_STRING,
            Tag::ENUMERATED,
            Tag::INTEGER,
            Tag::BOOLEAN,
            Tag::SEQUENCE,
        ])?;
        Ok(Self { base, scope, deref_aliases, size_limit, time_limit, types_only, filter, attributes })
    }

    /// Writes the request under its tag.
    ///
    /// # Errors
    ///
    /// The filter is nested deeper than [`Limits::filter_depth`](super::Limits) allows by default, or has a part
    /// that the protocol does not allow; the number of scope or derefAliases is above `maxInt`.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.constructed(OpKind::SearchRequest.tag(), |writer| {
            writer.constructed(Tag::SEQUENCE, |writer| {
                for selector in self.attributes.iter().rev() {
                    writer.octet_string(Tag::OCTET_STRING, selector.as_bytes());
                }
            });
            filter::encode(&self.filter, writer)?;
            writer.boolean(Tag::BOOLEAN, self.types_only);
            writer.integer(Tag::INTEGER, i64::from(self.time_limit));
            writer.integer(Tag::INTEGER, i64::from(self.size_limit));
            number::encode(self.deref_aliases.number(), Tag::ENUMERATED, "derefAliases", writer)?;
            number::encode(self.scope.number(), Tag::ENUMERATED, "scope", writer)?;
            writer.octet_string(Tag::OCTET_STRING, self.base.as_bytes());
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::tests::{refused, round_trip};

    #[test]
    fn every_field_has_its_place() {
        let search = SearchRequest::new("o=a", Scope::SingleLevel, Filter::present("cn"))
            .deref_aliases(DerefAliases::DerefFindingBaseObj)
            .size_limit(5)
            .time_limit(Duration::from_secs(256))
            .types_only(true)
            .attributes(["cn", "+"]);
        let octets = b"\x30\x27\x02\x01\x05\x63\x22\x04\x03o=a\x0a\x01\x01\x0a\x01\x02\x02\x01\x05\x02\x02\x01\x00\x01\x01\xff\x87\x02cn\x30\x07\x04\x02cn\x04\x01+";
        assert_eq!(round_trip(octets), search.into());
    }

    #[test]
    fn limits_are_rounded_up_and_stay_within_max_int() {
        let search = SearchRequest::entry("").size_limit(u32::MAX).time_limit(Duration::from_millis(1));
        assert_eq!((search.max_entries(), search.max_seconds()), (MAX_INT, 1));
        assert_eq!(search.time_limit(Duration::MAX).max_seconds(), MAX_INT);
    }

    #[test]
    fn numbers_out_of_range_are_refused_both_ways() {
        for (octets, field) in [
            (&b"\x30\x1c\x02\x01\x05\x63\x17\x04\x00\x0a\x01\xff\x0a\x01\x02\x02\x01\x05\x02\x01\x05\x01\x01\x00\x87\x02cn\x30\x00"[..], "scope"),
            (b"\x30\x20\x02\x01\x05\x63\x1b\x04\x00\x0a\x01\x01\x0a\x05\x00\x80\x00\x00\x00\x02\x01\x05\x02\x01\x05\x01\x01\x00\x87\x02cn\x30\x00", "derefAliases"),
            (b"\x30\x1c\x02\x01\x05\x63\x17\x04\x00\x0a\x01\x01\x0a\x01\x02\x02\x01\xff\x02\x01\x05\x01\x01\x00\x87\x02cn\x30\x00", "sizeLimit"),
            (b"\x30\x20\x02\x01\x05\x63\x1b\x04\x00\x0a\x01\x01\x0a\x01\x02\x02\x01\x05\x02\x05\x00\x80\x00\x00\x00\x01\x01\x00\x87\x02cn\x30\x00", "timeLimit"),
        ] {
            assert_eq!(refused(octets).1, Fault::OutOfRange { field });
        }
        let scope = Scope::from_number(1 << 31);
        let search = SearchRequest::new("", scope, Filter::present("cn"));
        let error = search.encode(&mut Writer::new()).unwrap_err();
        assert!(matches!(error, EncodeError::Invalid { field: "scope", .. }));
    }
}
