//! The known differences, each with the sentence that decides it.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault, Reader, Tag};
use crate::model::ModifyOperation;
use crate::proto::{Authentication, LdapMessage, ProtocolOp};

use super::convert;

/// Returns why we refuse octets that the other decoder reads.
pub(super) fn to_refuse(error: &DecodeError) -> Option<&'static str> {
    Some(match error.fault() {
        Fault::IndefiniteLength => "RFC 4511 5.1: \"Only the definite form of length encoding is used\"",
        Fault::UnexpectedTag { expected, found } if is_other_form(found, expected) => CONSTRUCTED,
        Fault::UnknownChoice { choice: "Filter", found } if found == Tag::context_primitive(2) => {
            "X.690 8.14.3: an explicit tag is constructed, and RFC 4511 4.5.1.7 treats that of `not` as explicit"
        }
        Fault::UnknownChoice { choice: "protocolOp" | "Filter" | "substring", found }
            if found.is_constructed() =>
        {
            CONSTRUCTED
        }
        Fault::LongTag => LONG_TAG,
        Fault::EndOfContents => "X.690 8.1.5: end-of-contents octets belong to the indefinite form",
        Fault::UnexpectedTag { found, .. } if found.is_long_form() => LONG_TAG,
        Fault::OutOfRange { field: "messageID" | "sizeLimit" | "timeLimit" } => {
            "RFC 4511 4.1.1, 4.5.1: (0 .. maxInt), which is 2147483647"
        }
        Fault::OutOfRange { field: "version" } => "RFC 4511 4.2: (1 .. 127)",
        Fault::NotUtf8 { field: "controlType" | "requestName" | "responseName" } => {
            "RFC 4511 4.1.2: an LDAPOID is constrained to <numericoid>, digits and dots"
        }
        Fault::Empty { list: "vals" } => "RFC 4511 4.1.7: Attribute has vals (SIZE(1..MAX))",
        Fault::Empty { list: "substrings" } => "RFC 4511 4.5.1: substrings is a SEQUENCE SIZE (1..MAX) OF",
        Fault::Invalid { field: "initial" | "final", .. } => {
            "RFC 4511 4.5.1.7.2: 'initial' SHALL be the first, 'final' SHALL be the last, at most one of each"
        }
        Fault::Missing { expected } if expected == Tag::context_primitive(2) => {
            "RFC 4511 4.5.1.7.7: \"If the matchingRule field is absent, the type field MUST be present\""
        }
        _ => return None,
    })
}

const CONSTRUCTED: &str = "RFC 4511 5.1: \"OCTET STRING values are encoded in the primitive form only\"; \
                           X.690 8.2.1, 8.3.1: so are BOOLEAN, INTEGER and ENUMERATED";

const LONG_TAG: &str = "X.690 8.1.2.2: a tag number up to 30 takes a single octet";

/// Whether a primitive element came as a constructed one.
fn is_other_form(found: Tag, expected: Tag) -> bool {
    found.is_same_type(expected) && found.is_constructed()
}

/// Returns why we read octets that the other decoder refuses.
pub(super) fn to_accept(ours: &LdapMessage, octets: &[u8]) -> Option<&'static str> {
    to_keep(&ours.op).or_else(|| {
        // Nothing in it is beyond their types, so without what we passed over they must read it.
        let written = convert::encode(&convert::message(ours)?);
        convert::decode(&written)?;
        (count(octets) > count(&written)).then_some(
            "RFC 4511 4: \"clients and servers MUST (unless otherwise specified) ignore trailing SEQUENCE components \
             whose tags they do not recognize\"",
        )
    })
}

/// Returns why we keep something that the other decoder's types have no place for.
fn to_keep(op: &ProtocolOp) -> Option<&'static str> {
    if let Some(result) = op.result() {
        let texts = [result.matched_dn_octets(), result.diagnostic_message_octets()];
        if texts.iter().any(|text: &&Bytes| std::str::from_utf8(text).is_err()) {
            return Some("the result counts, even if a text for people in it is not UTF-8");
        }
        if convert::message(&LdapMessage::new(crate::proto::MessageId::FIRST, op.clone())).is_none() {
            return Some("RFC 4511 4.1.9, App. A: unrecognized result codes are unknown error conditions");
        }
    }
    match op {
        ProtocolOp::SearchRequest(search) if search.scope().number() > 2 => {
            Some("RFC 4511 4.5.1.2: the scopes end in `...`")
        }
        ProtocolOp::SearchRequest(search) if search.dereferencing().number() > 3 => {
            Some("the number is kept, so that the request can be answered")
        }
        ProtocolOp::SearchRequest(search) if search.filter().depth() > 50 => {
            Some("the other decoder counts depth in another way, and to less")
        }
        ProtocolOp::ModifyRequest(modify)
            if modify.changes().iter().any(|change| !is_original(change.operation())) =>
        {
            Some("RFC 4511 4.6: the operations end in `...`; RFC 4525 adds `increment`")
        }
        ProtocolOp::BindRequest(bind) if matches!(bind.authentication(), Authentication::Other { .. }) => {
            Some(
                "RFC 4511 4.2: \"Servers that do not support a choice supplied by a client return [...] \
                  authMethodNotSupported\"",
            )
        }
        _ => None,
    }
}

const fn is_original(operation: ModifyOperation) -> bool {
    operation.number() <= 2
}

/// Counts the elements of octets that are a message, those within constructed elements included.
fn count(octets: &[u8]) -> usize {
    let mut count: usize = 0;
    let mut open = vec![Reader::new(octets)];
    while let Some(mut reader) = open.pop() {
        while let Ok(element) = reader.read() {
            count += 1;
            if element.tag.is_constructed() {
                open.push(element.content);
            }
        }
        // A tag of more than one octet, or what stands within an element that was passed over: one more at least.
        count += usize::from(!reader.is_empty());
    }
    count
}
