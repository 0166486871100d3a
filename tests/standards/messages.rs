//! RFC 4511 and the BER that it allows.

use bytes::Bytes;
use ldapwire::proto::{Envelope, LdapMessage};

use crate::cases::{check_refused, octets, rows, variant};

#[test]
fn messages_are_read_written_and_refused_as_the_standard_says() {
    let table = rows(include_str!("../data/standards/messages.txt"), " | ");
    assert!(table.len() > 280);
    for case in table {
        let [_section, _what, frame, becomes] = case[..] else { panic!("{case:?}") };
        let frame = Bytes::from(octets(frame));
        let read = LdapMessage::parse(&frame);
        if becomes.starts_with('!') {
            check_refused(&case, becomes, read, |error| (error.offset(), variant(&error.fault())));
            continue;
        }
        let message = read.unwrap_or_else(|error| panic!("{case:?}: {error}"));
        let envelope = Envelope::peek(&frame).unwrap();
        assert_eq!((envelope.id, envelope.kind), (message.id, message.op.kind()), "{case:?}");
        let expected = if becomes == "=" { frame } else { Bytes::from(octets(becomes)) };
        let written = message.to_bytes().unwrap_or_else(|error| panic!("{case:?}: {error}"));
        assert_eq!(written, expected, "{case:?}");
        assert_eq!(LdapMessage::parse(&written), Ok(message), "{case:?}");
    }
}
