//! The crate `ldap3_proto`: a codec without a client.

use bytes::BytesMut;
use ldap3_proto::LdapCodec;
use ldap3_proto::proto::{LdapMsg, LdapOp};
use peers::{Visit, Workload, repeat};
use tokio_util::codec::{Decoder as _, Encoder as _};

fn main() {
    let mut codec = LdapCodec::default();
    match Workload::from_arguments() {
        Workload::Decode { frame, repeats } => {
            let mut buffer = BytesMut::with_capacity(frame.len());
            repeat(PEER, "decode", repeats, |visited| {
                buffer.extend_from_slice(&frame);
                visit(&codec.decode(&mut buffer).expect("a message").expect("a whole message"), visited);
            });
        }
        Workload::Encode { frame, repeats } => {
            let message =
                codec.decode(&mut BytesMut::from(&frame[..])).expect("a message").expect("a whole message");
            let mut buffer = BytesMut::with_capacity(frame.len());
            repeat(PEER, "encode", repeats, |visited| {
                buffer.clear();
                // The codec takes the message, so a caller who keeps it has to clone it.
                codec.encode(message.clone(), &mut buffer).expect("octets");
                visited.value(&buffer);
            });
        }
        _ => panic!("a codec: it has no client"),
    }
}

fn visit(message: &LdapMsg, visited: &mut Visit) {
    let LdapOp::SearchResultEntry(entry) = &message.op else { panic!("an entry") };
    visited.entry(entry.dn.as_bytes());
    for attribute in &entry.attributes {
        visited.attribute(attribute.atype.as_bytes());
        attribute.vals.iter().for_each(|value| visited.value(value));
    }
}

const PEER: &str = "ldap3_proto";
