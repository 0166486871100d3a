//! The crate `rasn-ldap`: a codec derived from the ASN.1, without a client.

use peers::{Visit, Workload, repeat};
use rasn_ldap::{LdapMessage, ProtocolOp};

fn main() {
    match Workload::from_arguments() {
        Workload::Decode { frame, repeats } => {
            repeat(PEER, "decode", repeats, |visited| visit(&decode(&frame), visited));
        }
        Workload::Encode { frame, repeats } => {
            let message = decode(&frame);
            repeat(PEER, "encode", repeats, |visited| {
                visited.value(&rasn::ber::encode(&message).expect("octets"));
            });
        }
        _ => panic!("a codec: it has no client"),
    }
}

fn decode(frame: &[u8]) -> LdapMessage {
    rasn::ber::decode(frame).expect("a message")
}

fn visit(message: &LdapMessage, visited: &mut Visit) {
    let ProtocolOp::SearchResEntry(entry) = &message.protocol_op else { panic!("an entry") };
    visited.entry(entry.object_name.0.as_bytes());
    for attribute in &entry.attributes {
        visited.attribute(attribute.r#type.0.as_bytes());
        attribute.vals.to_vec().into_iter().for_each(|value| visited.value(value));
    }
}

const PEER: &str = "rasn-ldap";
