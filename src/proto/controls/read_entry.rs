//! Pre-read and post-read (RFC 4527): the entry as it was before an update, or as it is behind it.

use bytes::Bytes;

use crate::ber::{DecodeError, Tag, Writer};
use crate::model::{LdapString, Oid};
use crate::proto::{Context, OpKind, Quirks, SearchResultEntry, sequence_value};

use super::ControlValue;

/// Declares the two controls of one reading, which are the same but for identifier and moment.
macro_rules! read_entry {
    ($oid:literal, $(#[$about_request:meta])* $request:ident, $(#[$about_response:meta])* $response:ident) => {
        $(#[$about_request])*
        ///
        /// The value is an AttributeSelection, as in a search:
        ///
        /// ```text
        /// AttributeSelection ::= SEQUENCE OF selector LDAPString     (RFC 4511 4.5.1)
        /// ```
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $request {
            attributes: Vec<LdapString>,
        }

        impl $request {
            /// Asks for these attributes: none named means all user attributes, `*` the same, `+` all operational
            /// ones, `1.1` none.
            pub fn new<A: Into<LdapString>>(attributes: impl IntoIterator<Item = A>) -> Self {
                Self { attributes: attributes.into_iter().map(Into::into).collect() }
            }

            /// Returns the attributes that are asked for.
            pub fn attributes(&self) -> &[LdapString] {
                &self.attributes
            }
        }

        impl ControlValue for $request {
            const OID: Oid = Oid::from_static($oid);

            fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
                let context = Context::of_value(value, quirks)?;
                Ok(Self { attributes: context.texts(context.sequence()?, "selector")? })
            }

            fn encode_value(&self) -> Option<Bytes> {
                Some(sequence_value(|writer| {
                    for selector in self.attributes.iter().rev() {
                        writer.octet_string(Tag::OCTET_STRING, selector.as_bytes());
                    }
                }))
            }
        }

        $(#[$about_response])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $response {
            entry: SearchResultEntry,
        }

        impl $response {
            /// Returns an entry.
            pub fn new(entry: impl Into<SearchResultEntry>) -> Self {
                Self { entry: entry.into() }
            }

            /// Returns the entry.
            pub const fn entry(&self) -> &SearchResultEntry {
                &self.entry
            }
        }

        impl ControlValue for $response {
            const OID: Oid = Oid::from_static($oid);

            fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
                Ok(Self { entry: decode_entry(value, quirks)? })
            }

            fn encode_value(&self) -> Option<Bytes> {
                let mut writer = Writer::new();
                self.entry.encode(&mut writer).ok()?;
                Some(writer.finish())
            }
        }
    };
}

read_entry! {
    "1.3.6.1.1.13.1",
    /// Asks for the entry as it was before a modify, delete or rename (RFC 4527 3.1): read and changed in one step.
    ///
    /// ```
    /// use ldapwire::RequestExt;
    /// use ldapwire::proto::DeleteRequest;
    /// use ldapwire::proto::controls::PreRead;
    ///
    /// let call = DeleteRequest::new("uid=ada,dc=example").with_control(PreRead::new(["*", "entryUUID"]));
    /// ```
    PreRead,
    /// Has the entry as it was before an update; stands in the response to it.
    PreReadResponse
}

read_entry! {
    "1.3.6.1.1.13.2",
    /// Asks for the entry as it is behind an add, modify or rename (RFC 4527 3.2), for example for a number that the
    /// modify increments.
    ///
    /// ```
    /// use ldapwire::RequestExt;
    /// use ldapwire::model::Modification;
    /// use ldapwire::proto::ModifyRequest;
    /// use ldapwire::proto::controls::PostRead;
    ///
    /// let next = ModifyRequest::new("cn=uidNext,dc=example", [Modification::increment("uidNumber", 1)])
    ///     .with_control(PostRead::new(["uidNumber"]));
    /// ```
    PostRead,
    /// Has the entry as it is behind an update; stands in the response to it.
    PostReadResponse
}

/// Reads the value of a response: "an OCTET STRING, contains a BER-encoded SearchResultEntry" (RFC 4527 3.1).
///
/// Servers exist that write it under the tag of a plain SEQUENCE instead of `[APPLICATION 4]`; it is read, too.
fn decode_entry(value: Option<&Bytes>, quirks: &Quirks) -> Result<SearchResultEntry, DecodeError> {
    let context = Context::of_value(value, quirks)?;
    let tag = match context.reader().peek() {
        Some(Tag::SEQUENCE) => Tag::SEQUENCE,
        _ => OpKind::SearchResultEntry.tag(),
    };
    SearchResultEntry::decode(context.only(tag)?, &context)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::model::Entry;
    use crate::proto::controls::tests::{known, many, read, refused};

    #[test]
    fn requests_have_the_octets_of_the_standard() {
        known(PreRead::new(["*", "cn"]), b"\x30\x07\x04\x01*\x04\x02cn");
        known(PostRead::new([""; 0]), b"\x30\x00");
        assert_eq!((PreRead::OID.as_str(), PostRead::OID.as_str()), ("1.3.6.1.1.13.1", "1.3.6.1.1.13.2"));
    }

    #[test]
    fn responses_are_entries_under_their_own_tag_and_read_under_a_plain_one() {
        let entry = || SearchResultEntry::from(&Entry::new("cn=a").with("cn", ["a"]));
        known(
            PreReadResponse::new(entry()),
            b"\x64\x13\x04\x04cn=a\x30\x0b\x30\x09\x04\x02cn\x31\x03\x04\x01a",
        );
        let plain: PostReadResponse =
            read(b"\x30\x13\x04\x04cn=a\x30\x0b\x30\x09\x04\x02cn\x31\x03\x04\x01a");
        assert_eq!(plain, PostReadResponse::new(entry()));
    }

    #[test]
    fn hostile_values_are_refused() {
        assert!(matches!(refused::<PreRead>(b"\x30\x03\x04\x01\xff"), Fault::NotUtf8 { field: "selector" }));
        assert!(matches!(
            refused::<PreReadResponse>(b"\x65\x04\x04\x00\x30\x00"),
            Fault::UnexpectedTag { .. }
        ));
        let fault = PreRead::decode_value(Some(&many(b"\x04\x00", 65_537))).unwrap_err().fault();
        assert_eq!(fault, Fault::TooMany { list: "selector", limit: 65_536 });
    }
}
