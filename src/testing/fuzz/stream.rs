//! A stream that arrives in pieces.

use bytes::{Bytes, BytesMut};
use tokio_util::codec::Decoder;

use crate::ber::{DecodeError, frame_length};
use crate::transport::{FrameError, LdapCodec, READ_SIZE};

/// Octets of the largest frame: small, so that inputs reach it.
const LIMIT: usize = 512;

/// How many sizes of reads an input begins with.
const SIZES: usize = 4;

/// Cuts a stream into frames, once as it arrives whole and once in reads of the sizes that the first four octets give.
///
/// # Panics
///
/// The frames differ, are not what the stream is made of, or the codec holds far more memory than has arrived.
pub fn stream(octets: &[u8]) {
    let Some((sizes, stream)) = octets.split_first_chunk::<SIZES>() else { return };
    let whole = cut(std::iter::once(stream));
    let mut rest = stream;
    let pieces = sizes.iter().cycle().map_while(|size| {
        let (piece, after) = rest.split_at(rest.len().min(usize::from(*size) + 1));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    });
    assert_eq!(cut(pieces), whole);

    let (frames, end) = whole;
    let mut rest = stream;
    for frame in frames {
        assert_eq!(frame_length(rest, LIMIT), Ok(Some(frame.len())));
        rest = rest.strip_prefix(&frame[..]).expect("frames are the octets of the stream");
    }
    match end {
        End::Clean => assert!(rest.is_empty()),
        End::WithinFrame => assert!(!rest.is_empty()),
        End::Refused(error) => assert_eq!(frame_length(rest, LIMIT), Err(error)),
    }
}

/// How a stream ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Clean,
    WithinFrame,
    Refused(DecodeError),
}

fn cut<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<Bytes>, End) {
    let mut codec = LdapCodec::new(LIMIT);
    let mut buffer = BytesMut::new();
    let mut frames = vec![];
    for piece in pieces {
        buffer.extend_from_slice(piece);
        loop {
            match codec.decode(&mut buffer) {
                Ok(Some(frame)) => frames.push(frame),
                Ok(None) => break,
                Err(error) => return (frames, refused(error)),
            }
        }
        assert!(buffer.capacity() <= 4 * (buffer.len() + READ_SIZE), "{} octets", buffer.capacity());
    }
    let end = match codec.decode_eof(&mut buffer) {
        Ok(None) => End::Clean,
        Ok(Some(frame)) => panic!("{frame:02x?} was complete before the stream ended"),
        Err(error) => refused(error),
    };
    (frames, end)
}

fn refused(error: FrameError) -> End {
    match error {
        FrameError::Decode(error) => End::Refused(error),
        FrameError::Io(_) => End::WithinFrame,
    }
}
