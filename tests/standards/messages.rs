//! RFC 4511 and the BER that it allows.

use bytes::Bytes;
use ldapwire::proto::{Context, Envelope, LdapMessage, Limits, Quirks};

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
        // Strictly read, it is the same message, unless it is of a form that senders are forbidden.
        let quirks = Quirks::DEFAULT.loose_encoding(false);
        match LdapMessage::decode(&Context::new(&frame, &Limits::DEFAULT, &quirks)) {
            Ok(strict) => assert_eq!(strict, message, "{case:?}"),
            Err(error) => assert!(becomes != "=" && error.fault().is_strict(), "{case:?}: {error}"),
        }
        let expected = if becomes == "=" { frame } else { Bytes::from(octets(becomes)) };
        let written = message.to_bytes().unwrap_or_else(|error| panic!("{case:?}: {error}"));
        assert_eq!(written, expected, "{case:?}");
        assert_eq!(LdapMessage::parse(&written), Ok(message), "{case:?}");
    }
}
