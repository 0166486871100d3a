//! Messages, and operations of each kind.

use proptest::prelude::*;
use proptest::sample::select;

use super::control::controls;
use super::{request as requests, response as responses};
use crate::proto::{LdapMessage, MessageId, OpKind, ProtocolOp, UnbindRequest};

/// A message of any kind.
pub fn message() -> impl Strategy<Value = LdapMessage> {
    with_envelope(operation())
}

/// A message of one kind.
pub fn message_of(kind: OpKind) -> impl Strategy<Value = LdapMessage> {
    with_envelope(operation_of(kind))
}

fn with_envelope(operation: impl Strategy<Value = ProtocolOp>) -> impl Strategy<Value = LdapMessage> {
    (message_id(), operation, controls()).prop_map(|(id, operation, controls)| {
        controls.into_iter().fold(LdapMessage::new(id, operation), LdapMessage::with_control)
    })
}

/// An id, often one whose encoding grows by an octet.
pub fn message_id() -> impl Strategy<Value = MessageId> {
    let edges = vec![0, 1, 127, 128, 255, 256, 32_767, 32_768, MessageId::MAX.number()];
    prop_oneof![select(edges), 0..=MessageId::MAX.number()]
        .prop_map(|number| MessageId::new(number).unwrap_or(MessageId::MAX))
}

/// An operation of any kind.
pub fn operation() -> impl Strategy<Value = ProtocolOp> {
    one_of(|_| true)
}

/// An operation that a client sends.
pub fn request() -> impl Strategy<Value = ProtocolOp> {
    one_of(OpKind::is_request)
}

/// An operation that a server sends.
pub fn response() -> impl Strategy<Value = ProtocolOp> {
    one_of(|kind| !kind.is_request())
}

fn one_of(is_wanted: impl Fn(OpKind) -> bool) -> impl Strategy<Value = ProtocolOp> {
    let kinds = OpKind::ALL.iter().filter(|kind| is_wanted(**kind));
    proptest::strategy::Union::new(kinds.map(|kind| operation_of(*kind)))
}

/// An operation of one kind.
pub fn operation_of(kind: OpKind) -> BoxedStrategy<ProtocolOp> {
    let result = responses::result;
    match kind {
        OpKind::BindRequest => requests::bind().prop_map(ProtocolOp::from).boxed(),
        OpKind::BindResponse => responses::bind().prop_map(ProtocolOp::from).boxed(),
        OpKind::UnbindRequest => Just(ProtocolOp::from(UnbindRequest)).boxed(),
        OpKind::SearchRequest => requests::search().prop_map(ProtocolOp::from).boxed(),
        OpKind::SearchResultEntry => responses::search_entry().prop_map(ProtocolOp::from).boxed(),
        OpKind::SearchResultDone => result().prop_map(ProtocolOp::SearchResultDone).boxed(),
        OpKind::ModifyRequest => requests::modify().prop_map(ProtocolOp::from).boxed(),
        OpKind::ModifyResponse => result().prop_map(ProtocolOp::ModifyResponse).boxed(),
        OpKind::AddRequest => requests::add().prop_map(ProtocolOp::from).boxed(),
        OpKind::AddResponse => result().prop_map(ProtocolOp::AddResponse).boxed(),
        OpKind::DeleteRequest => requests::delete().prop_map(ProtocolOp::from).boxed(),
        OpKind::DeleteResponse => result().prop_map(ProtocolOp::DeleteResponse).boxed(),
        OpKind::ModifyDnRequest => requests::modify_dn().prop_map(ProtocolOp::from).boxed(),
        OpKind::ModifyDnResponse => result().prop_map(ProtocolOp::ModifyDnResponse).boxed(),
        OpKind::CompareRequest => requests::compare().prop_map(ProtocolOp::from).boxed(),
        OpKind::CompareResponse => result().prop_map(ProtocolOp::CompareResponse).boxed(),
        OpKind::AbandonRequest => requests::abandon().prop_map(ProtocolOp::from).boxed(),
        OpKind::SearchResultReference => responses::search_reference().prop_map(ProtocolOp::from).boxed(),
        OpKind::ExtendedRequest => requests::extended().prop_map(ProtocolOp::from).boxed(),
        OpKind::ExtendedResponse => responses::extended().prop_map(ProtocolOp::from).boxed(),
        OpKind::IntermediateResponse => responses::intermediate().prop_map(ProtocolOp::from).boxed(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;

    use super::*;

    #[test]
    fn each_kind_comes_out_of_its_own_strategy() {
        for kind in OpKind::ALL {
            proptest!(ProptestConfig::with_cases(100), |(operation in operation_of(*kind))| {
                prop_assert_eq!(operation.kind(), *kind);
            });
        }
    }

    proptest! {
        #[test]
        fn messages_come_back_from_their_encoding(message in message()) {
            let octets = message.to_bytes().unwrap();
            prop_assert_eq!(LdapMessage::parse(&octets), Ok(message));
        }

        #[test]
        fn no_octets_make_the_decoder_panic(octets in vec(any::<u8>(), 0..64)) {
            let _ = LdapMessage::parse(&octets.into());
        }
    }
}
