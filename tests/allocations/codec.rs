//! Decoding entries and cutting frames.

use bytes::{Bytes, BytesMut};
use ldapwire::ber::{DecodeError, Tag};
use ldapwire::proto::{
    Attributes, Context, LdapMessage, Limits, MessageId, OpKind, ProtocolOp, Quirks, SearchResultEntryRef,
};
use ldapwire::transport::{FrameError, LdapCodec};
use tokio_util::codec::Decoder as _;

use crate::counting::counted;
use crate::messages::{person, small_entry, wide_entry};

/// What one read brings at most.
const READ: usize = 64 * 1024;

#[test]
fn an_entry_that_is_borrowed_and_visited_allocates_nothing() {
    let frame = person(MessageId::FIRST);
    let (limits, quirks) = (Limits::default(), Quirks::default());
    let context = Context::new(&frame, &limits, &quirks);
    let (values, counts) = counted(|| -> Result<usize, DecodeError> {
        let mut message = context.reader().sequence()?;
        message.expect(Tag::INTEGER)?;
        let content = message.expect(OpKind::SearchResultEntry.tag())?;
        let entry = SearchResultEntryRef::decode(content, &context)?;
        Ok(visit(entry.attributes()))
    });
    assert_eq!(values, Ok(23));
    assert_eq!(counts.allocations, 0, "{counts:?}");
}

#[test]
fn an_entry_that_is_owned_and_visited_allocates_twice_at_most() {
    let frame = person(MessageId::FIRST);
    let (limits, quirks) = (Limits::default(), Quirks::default());
    let (message, counts) = counted(|| {
        let message = LdapMessage::decode(&Context::new(&frame, &limits, &quirks)).unwrap();
        let ProtocolOp::SearchResultEntry(entry) = &message.op else { panic!("an entry") };
        assert_eq!(visit(entry.attributes()), 23);
        message
    });
    assert!(counts.allocations <= 2, "{counts:?}");
    drop(message);
}

#[test]
fn entries_of_a_read_buffer_share_its_allocation() {
    let mut octets: BytesMut = person(MessageId::FIRST).repeat(50)[..].into();
    let mut codec = LdapCodec::default();
    let (limits, quirks) = (Limits::default(), Quirks::default());
    let (entries, counts) = counted(|| {
        let mut entries = 0;
        while let Some(frame) = codec.decode(&mut octets).unwrap() {
            let message = LdapMessage::decode(&Context::new(&frame, &limits, &quirks)).unwrap();
            let ProtocolOp::SearchResultEntry(entry) = &message.op else { panic!("an entry") };
            visit(entry.attributes());
            entries += 1;
        }
        entries
    });
    assert_eq!(entries, 50);
    // One for the buffer to be shared, one for the next read.
    assert!(counts.allocations <= 2, "{counts:?}");
}

///
#[test]
fn memory_for_an_entry_of_small_values_stays_near_its_size() {
    for mebibytes in [1, 4, 16] {
        let octets = wide_entry(MessageId::FIRST, mebibytes << 20);
        let (limits, quirks) = (Limits::default(), Quirks::default());
        let (values, counts) = counted(|| {
            let frame = arrive(&octets);
            let message = LdapMessage::decode(&Context::new(&frame, &limits, &quirks)).unwrap();
            let ProtocolOp::SearchResultEntry(entry) = &message.op else { panic!("an entry") };
            visit(entry.attributes())
        });
        assert!(values > (mebibytes << 20) / 20);
        let allowed = octets.len() * 5 / 2;
        assert!(counts.peak <= allowed as isize, "{mebibytes} MiB: {counts:?}");
    }
}

///
#[test]
fn a_large_frame_leaves_no_large_buffer_behind() {
    let mut stream = wide_entry(MessageId::FIRST, 16 << 20);
    (0..10_000).for_each(|_| stream.extend(small_entry(MessageId::FIRST)));
    let mut codec = LdapCodec::default();
    let ((frames, buffer), counts) = counted(|| {
        let (mut frames, mut buffer) = (0, BytesMut::new());
        for part in stream.chunks(READ) {
            buffer.extend_from_slice(part);
            while codec.decode(&mut buffer).unwrap().is_some() {
                frames += 1;
            }
        }
        (frames, buffer)
    });
    assert_eq!(frames, 10_001);
    assert!(counts.live <= 1 << 20, "{counts:?}");
    drop(buffer);
}

///
#[test]
fn a_claim_allocates_nothing_for_octets_that_did_not_come() {
    for claim in [
        &b"\x30\x84\xff\xff\xff\xff"[..],
        b"\x30\x88\x80\x00\x00\x00\x00\x00\x00\x00",
        b"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff",
    ] {
        // Over the limit: refused at the header.
        let (refused, counts) = counted(|| LdapCodec::default().decode(&mut BytesMut::from(claim)));
        assert!(matches!(refused, Err(FrameError::Decode(_))));
        assert!(counts.octets <= READ, "{counts:?}");
    }
    // Under a limit that somebody took away: what has come, and one read.
    let mut codec = LdapCodec::new(usize::MAX);
    let (buffer, counts) = counted(|| {
        let mut buffer = BytesMut::from(&b"\x30\x84\xff\xff\xff\xff"[..]);
        for octet in 0..=255 {
            assert!(codec.decode(&mut buffer).unwrap().is_none());
            buffer.extend_from_slice(&[octet]);
        }
        buffer
    });
    assert_eq!(buffer.len(), 262);
    assert!(counts.peak <= (READ + 1024) as isize, "{counts:?}");
}

/// Cuts a frame out of octets that come by reads.
fn arrive(octets: &[u8]) -> Bytes {
    let (mut codec, mut buffer) = (LdapCodec::default(), BytesMut::new());
    let mut parts = octets.chunks(READ);
    loop {
        buffer.extend_from_slice(parts.next().expect("a whole frame"));
        if let Some(frame) = codec.decode(&mut buffer).unwrap() {
            return frame;
        }
    }
}

/// How many values there are; each is touched.
fn visit(attributes: Attributes<'_>) -> usize {
    let values = attributes.flat_map(|attribute| attribute.values());
    values.filter(|value| !value.is_empty()).count()
}
