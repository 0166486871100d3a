//! The end of a transaction (RFC 5805 2.3).

use bytes::Bytes;

use crate::ber::{DecodeError, Reader, Tag};
use crate::model::{Control, Oid};
use crate::proto::{Context, ExtendedResponse, LdapResult, MessageId, Quirks, control, sequence_value};

use super::ExtendedOp;

/// Ends a transaction: all its updates are done, or none.
///
/// ```text
/// txnEndReq ::= SEQUENCE {
///      commit         BOOLEAN DEFAULT TRUE,
///      identifier     OCTET STRING }                            (RFC 5805 2.3)
/// ```
///
/// ```no_run
/// use ldapwire::proto::extops::{EndTransaction, ExtendedOp};
/// use ldapwire::{Client, Error, Executor};
///
/// # async fn run(client: Client, identifier: &'static str) -> Result<(), Error> {
/// if let Err(refusal) = client.extended_op(EndTransaction::commit(identifier)).await {
///     // Which of the updates it was that failed.
///     let ended = refusal.extended().map(EndTransaction::decode_response);
///     println!("{refusal}: {ended:?}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndTransaction {
    is_commit: bool,
    identifier: Bytes,
}

impl EndTransaction {
    /// Does all updates of the transaction with this identifier.
    pub fn commit(identifier: impl Into<Bytes>) -> Self {
        Self { is_commit: true, identifier: identifier.into() }
    }

    /// Does no update of the transaction with this identifier.
    pub fn abort(identifier: impl Into<Bytes>) -> Self {
        Self { is_commit: false, identifier: identifier.into() }
    }

    /// Whether the updates are done.
    pub const fn is_commit(&self) -> bool {
        self.is_commit
    }

    /// Returns the identifier of the transaction.
    pub const fn identifier(&self) -> &Bytes {
        &self.identifier
    }
}

impl ExtendedOp for EndTransaction {
    const OID: Oid = Oid::from_static("1.3.6.1.1.21.3");

    type Response = TransactionEnd;

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            writer.octet_string(Tag::OCTET_STRING, &self.identifier);
            if !self.is_commit {
                writer.boolean(Tag::BOOLEAN, false);
            }
        }))
    }

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let is_commit = sequence.boolean_or(Tag::BOOLEAN, true)?;
        let identifier = context.octets(&mut sequence, Tag::OCTET_STRING)?;
        sequence.finish_extensible_after(&[Tag::BOOLEAN])?;
        Ok(Self { is_commit, identifier })
    }

    fn encode_response(end: &TransactionEnd) -> ExtendedResponse {
        end.to_response(LdapResult::success())
    }

    fn decode_response_with(
        response: &ExtendedResponse,
        quirks: &Quirks,
    ) -> Result<TransactionEnd, DecodeError> {
        TransactionEnd::decode(response.value(), quirks)
    }
}

/// How a transaction ended.
///
/// ```text
/// txnEndRes ::= SEQUENCE {
///      messageID MessageID OPTIONAL,
///           -- msgid associated with non-success resultCode
///      updatesControls SEQUENCE OF updateControls SEQUENCE {
///           messageID MessageID,
///                -- msgid associated with controls
///           controls  Controls
///      } OPTIONAL
/// }                                                             (RFC 5805 2.3)
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransactionEnd {
    failed: Option<MessageId>,
    updates: Vec<UpdateControls>,
}

/// The response controls of one update of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct UpdateControls {
    /// The id that the request of the update had.
    pub id: MessageId,
    /// The controls that its response would have had.
    pub controls: Vec<Control>,
}

impl TransactionEnd {
    /// Makes an end that nothing more is to be said of.
    pub const fn new() -> Self {
        Self { failed: None, updates: Vec::new() }
    }

    /// Sets the id of the update that failed. "Absent when resultCode of the End Transaction Response is success
    /// (0)."
    #[must_use]
    pub const fn with_failed(mut self, id: MessageId) -> Self {
        self.failed = Some(id);
        self
    }

    /// Adds the response controls of an update.
    #[must_use]
    pub fn with_update(mut self, id: MessageId, controls: impl IntoIterator<Item = Control>) -> Self {
        self.updates.push(UpdateControls { id, controls: controls.into_iter().collect() });
        self
    }

    /// Returns the id of the update that failed.
    pub const fn failed(&self) -> Option<MessageId> {
        self.failed
    }

    /// Returns the response controls of the updates that have some.
    pub fn updates(&self) -> &[UpdateControls] {
        &self.updates
    }

    /// Makes the response of a server: a failed transaction has a value, too.
    ///
    /// "If both txnEndRes.messageID and txnEndRes.updatesControl are absent, the responseValue of the End Transaction
    /// Response is absent."
    pub fn to_response(&self, result: LdapResult) -> ExtendedResponse {
        let response = ExtendedResponse::new(result);
        if self.failed.is_none() && self.updates.is_empty() {
            return response;
        }
        response.with_value(sequence_value(|writer| {
            if !self.updates.is_empty() {
                writer.constructed(Tag::SEQUENCE, |writer| {
                    for update in self.updates.iter().rev() {
                        writer.constructed(Tag::SEQUENCE, |writer| {
                            control::encode_list_as(Tag::SEQUENCE, &update.controls, writer);
                            update.id.encode(Tag::INTEGER, writer);
                        });
                    }
                });
            }
            if let Some(id) = self.failed {
                id.encode(Tag::INTEGER, writer);
            }
        }))
    }

    fn decode(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        if value.is_none() {
            return Ok(Self::new());
        }
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let failed = sequence.optional(Tag::INTEGER)?.map(MessageId::from_content).transpose()?;
        let updates = match sequence.optional(Tag::SEQUENCE)? {
            None => Vec::new(),
            Some(list) => {
                // One list of controls after the other: together they hold no more than one would.
                let mut budget = context.limits().attributes;
                context.list(list, "updatesControls", context.limits().attributes, |reader| {
                    decode_update(reader.sequence()?, &mut budget, &context)
                })?
            }
        };
        sequence.finish_extensible_after(&[Tag::INTEGER, Tag::SEQUENCE])?;
        Ok(Self { failed, updates })
    }
}

fn decode_update<'a>(
    mut content: Reader<'a>,
    budget: &mut usize,
    context: &Context<'a>,
) -> Result<UpdateControls, DecodeError> {
    let id = MessageId::from_content(content.expect(Tag::INTEGER)?)?;
    let list = content.sequence()?;
    let controls = control::decode_elements(list, context)?;
    content.finish_extensible_after(&[Tag::INTEGER, Tag::SEQUENCE])?;
    context.spend(budget, controls.len(), &list, "updatesControls")?;
    Ok(UpdateControls { id, controls })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::model::ResultCode;
    use crate::proto::controls::{Controls, ManageDsaIt};

    fn response(octets: &'static [u8]) -> Result<TransactionEnd, DecodeError> {
        let response = ExtendedResponse::new(LdapResult::success());
        EndTransaction::decode_response(&response.with_value(octets))
    }

    #[test]
    fn requests_have_the_octets_of_the_standard() {
        for (request, octets) in [
            (EndTransaction::commit("t"), &b"\x30\x03\x04\x01t"[..]),
            (EndTransaction::abort("t"), b"\x30\x06\x01\x01\x00\x04\x01t"),
        ] {
            assert_eq!(request.encode_value().unwrap(), octets);
            assert_eq!(EndTransaction::from_request(&request.clone().into()), Some(Ok(request)));
            for end in 0..octets.len() {
                assert!(EndTransaction::decode_value(Some(&Bytes::copy_from_slice(&octets[..end]))).is_err());
            }
        }
        let spelt = Bytes::from_static(b"\x30\x06\x01\x01\xff\x04\x01t");
        assert_eq!(EndTransaction::decode_value(Some(&spelt)), Ok(EndTransaction::commit("t")));
        let swapped = Bytes::from_static(b"\x30\x06\x04\x01t\x01\x01\x00");
        assert!(EndTransaction::decode_value(Some(&swapped)).is_err());
    }

    #[test]
    fn an_end_with_nothing_to_say_has_no_value() {
        let end = EndTransaction::encode_response(&TransactionEnd::new());
        assert_eq!((end.name(), end.value()), (None, None));
        assert_eq!(EndTransaction::decode_response(&end), Ok(TransactionEnd::new()));
        assert_eq!(response(b"\x30\x00"), Ok(TransactionEnd::new()));
    }

    #[test]
    fn ends_have_the_octets_of_the_standard() {
        let failed = TransactionEnd::new().with_failed(MessageId::new(5).unwrap());
        let refusal = failed.to_response(LdapResult::new(ResultCode::BUSY));
        assert_eq!(refusal.value().unwrap(), &b"\x30\x03\x02\x01\x05"[..]);
        assert_eq!(EndTransaction::decode_response(&refusal), Ok(failed));

        let control = Control::from(ManageDsaIt);
        let end = TransactionEnd::new()
            .with_update(MessageId::new(7).unwrap(), [control.clone()])
            .with_update(MessageId::new(8).unwrap(), []);
        let octets = b"\x30\x2b\x30\x29\x30\x20\x02\x01\x07\x30\x1b\x30\x19\x04\x172.16.840.1.113730.3.4.2\
            \x30\x05\x02\x01\x08\x30\x00";
        assert_eq!(EndTransaction::encode_response(&end).value().unwrap(), &octets[..]);
        let read = response(octets).unwrap();
        assert_eq!(read, end);
        assert_eq!(read.updates()[0].controls.control::<ManageDsaIt>(), Some(Ok(ManageDsaIt)));
        for length in 0..octets.len() {
            assert!(response(&octets[..length]).is_err(), "cut after {length}");
        }
    }

    #[test]
    fn all_lists_together_have_a_limit() {
        let update = sequence_value(|writer| {
            writer.constructed(Tag::SEQUENCE, |writer| (0..64).for_each(|_| writer.raw(b"\x30\x02\x04\x00")));
            writer.integer(Tag::INTEGER, 1);
        });
        let value = |updates: usize| {
            sequence_value(|writer| {
                writer.constructed(Tag::SEQUENCE, |writer| (0..updates).for_each(|_| writer.raw(&update)));
            })
        };
        assert!(TransactionEnd::decode(Some(&value(1024)), &Quirks::DEFAULT).is_ok());
        let fault = TransactionEnd::decode(Some(&value(1025)), &Quirks::DEFAULT).unwrap_err().fault();
        assert_eq!(fault, Fault::TooMany { list: "updatesControls", limit: 65_536 });
    }
}
