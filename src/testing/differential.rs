//! Our decoder held against an independent one.
//!
//! `rasn-ldap` is written from the ASN.1 of RFC 4511 and nothing else, on a decoder for all of BER. **Both take the
//! same octets for a message and read the same out of them, but for what [`differential`] names, each difference with
//! the sentence of the standard that decides it.**

mod convert;
mod reasons;

use bytes::Bytes;

use crate::proto::{Context, LdapMessage, Limits, Quirks};

/// What the two decoders make of the same octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(clippy::exhaustive_enums, reason = "two decoders that accept or refuse have four outcomes")]
pub enum Verdict {
    /// Both read the same message.
    Same,
    /// Both refuse.
    Refused,
    /// Only we read a message, for this reason.
    OnlyOurs(&'static str),
    /// Only the other one reads a message, for this reason.
    OnlyTheirs(&'static str),
}

/// Decodes octets both ways. The body of a fuzz target.
///
/// # Panics
///
/// The decoders disagree, and none of the known differences explains it.
pub fn differential(octets: &[u8]) -> Verdict {
    let frame = Bytes::copy_from_slice(octets);
    // The other decoder reads loose forms, too.
    let quirks = Quirks::strict().loose_encoding(true);
    let ours = LdapMessage::decode(&Context::new(&frame, &Limits::DEFAULT, &quirks));
    match (ours, convert::decode(octets)) {
        (Err(_), None) => Verdict::Refused,
        (Ok(ours), Some(theirs)) => {
            // Their encoding puts each SET OF in order, so equal octets mean equal sets.
            let written = convert::encode(&theirs);
            let same = |ours: &LdapMessage| {
                convert::message(ours).is_some_and(|converted| convert::encode(&converted) == written)
            };
            assert!(same(&ours), "read as {ours:?} and {theirs:?}: {octets:02x?}");
            let back = LdapMessage::parse(&Bytes::from(written.clone()));
            assert!(back.as_ref().is_ok_and(same), "{theirs:?} comes back as {back:?}");
            Verdict::Same
        }
        (Err(error), Some(theirs)) => Verdict::OnlyTheirs(
            reasons::to_refuse(&error)
                .unwrap_or_else(|| panic!("refused, {error}: {theirs:?} from {octets:02x?}")),
        ),
        (Ok(ours), None) => Verdict::OnlyOurs(
            reasons::to_accept(&ours, octets)
                .unwrap_or_else(|| panic!("accepted: {ours:?} from {octets:02x?}")),
        ),
    }
}

#[cfg(test)]
mod tests;
