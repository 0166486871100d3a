//! Cutting frames for `tokio_util`.

use std::fmt;
use std::io;
use std::mem;

use bytes::{Bytes, BytesMut};
use tokio_util::codec::{Decoder, Encoder};

use crate::ber::{DecodeError, frame_length};
use crate::proto::Limits;

/// Cuts one complete LDAPMessage after the other off a stream, for [`tokio_util::codec::Framed`].
///
/// "The encoded LDAPMessage PDUs are mapped directly onto the TCP [...] bytestream" (RFC 4511 5.2). A frame is the
/// octets of one message as they came; nothing within is looked at. Tag, form of the length and the limit are checked
/// before anything is reserved for the frame.
///
/// Encoding takes octets as they are.
///
/// ```
/// use bytes::BytesMut;
/// use ldapwire::transport::LdapCodec;
/// use tokio_util::codec::Decoder;
///
/// let mut codec = LdapCodec::new(1024);
/// let mut octets = BytesMut::from(&b"\x30\x05\x02\x01\x01\x42\x00\x30"[..]);
/// assert_eq!(codec.decode(&mut octets)?.unwrap(), &b"\x30\x05\x02\x01\x01\x42\x00"[..]);
/// assert_eq!(codec.decode(&mut octets)?, None);
/// # Ok::<(), ldapwire::transport::FrameError>(())
/// ```
#[derive(Debug)]
pub struct LdapCodec {
    limit: usize,
    /// The read buffer before this one, while frames of it may still be read: free again when they were.
    spare: Option<BytesMut>,
}

/// How many octets are asked of the socket at once. Small reads cost a system call for every few entries; with
/// 64 KiB the calls no longer show, and more only takes memory.
pub const READ_SIZE: usize = 64 * 1024;

/// With less room than this, in octets, the next read is not worth its system call.
const SMALLEST_READ: usize = 16 * 1024;

/// A frame above this gets the read buffer it came in, so that the connection does not keep a large one.
const LARGE_FRAME: usize = 256 * 1024;

impl LdapCodec {
    /// Makes a codec that refuses messages above `limit` octets, header included.
    pub const fn new(limit: usize) -> Self {
        Self { limit, spare: None }
    }

    /// Makes room for `capacity` octets, those in `source` included.
    ///
    /// While the frames of one read are looked at, the next read needs a buffer of its own. Two that take turns serve
    /// a stream of any length, where new ones would each be paged in.
    fn make_room(&mut self, source: &mut BytesMut, capacity: usize) {
        if source.try_reclaim(capacity.saturating_sub(source.len())) {
            return;
        }
        let reclaimed = self.spare.take().and_then(|mut spare| {
            (spare.try_reclaim(capacity) && spare.capacity() <= LARGE_FRAME).then_some(spare)
        });
        let mut fresh = reclaimed.unwrap_or_else(|| BytesMut::with_capacity(capacity));
        fresh.extend_from_slice(source);
        let mut old = mem::replace(source, fresh);
        old.clear();
        self.spare = Some(old);
    }
}

impl Clone for LdapCodec {
    fn clone(&self) -> Self {
        Self::new(self.limit)
    }
}

impl Default for LdapCodec {
    fn default() -> Self {
        Self::new(Limits::DEFAULT.message_size)
    }
}

impl Decoder for LdapCodec {
    type Error = FrameError;
    type Item = Bytes;

    fn decode(&mut self, source: &mut BytesMut) -> Result<Option<Bytes>, FrameError> {
        let length = match frame_length(source, self.limit)? {
            Some(length) if length <= source.len() => return Ok(Some(cut(source, length))),
            length => length.unwrap_or(0),
        };
        // Whatever a header claims, at most as much as has arrived is reserved beyond that, or one read.
        let room = length.min(READ_SIZE.max(source.len().saturating_mul(2)));
        if source.capacity() < room || source.capacity() - source.len() < SMALLEST_READ {
            self.make_room(source, room.max(READ_SIZE));
        } else if source.is_empty() {
            // The stream is calm: one buffer is enough.
            self.spare = None;
        }
        Ok(None)
    }

    fn decode_eof(&mut self, source: &mut BytesMut) -> Result<Option<Bytes>, FrameError> {
        match self.decode(source)? {
            Some(frame) => Ok(Some(frame)),
            None if source.is_empty() => Ok(None),
            None => Err(FrameError::Io(io::ErrorKind::UnexpectedEof.into())),
        }
    }
}

fn cut(source: &mut BytesMut, length: usize) -> Bytes {
    if length <= LARGE_FRAME {
        return source.split_to(length).freeze();
    }
    let rest = source.split_off(length);
    let mut small = BytesMut::with_capacity(READ_SIZE.max(rest.len()));
    small.extend_from_slice(&rest);
    mem::replace(source, small).freeze()
}

impl<T: AsRef<[u8]>> Encoder<T> for LdapCodec {
    type Error = FrameError;

    fn encode(&mut self, octets: T, target: &mut BytesMut) -> Result<(), FrameError> {
        target.extend_from_slice(octets.as_ref());
        Ok(())
    }
}

/// Why no further frame can be cut.
#[derive(Debug)]
#[non_exhaustive]
pub enum FrameError {
    /// The octets are no frame.
    Decode(DecodeError),
    /// The stream failed, or ended within a frame.
    Io(io::Error),
}

impl From<DecodeError> for FrameError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<io::Error> for FrameError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decode(error) => error.fmt(f),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for FrameError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Decode(error) => Some(error),
            Self::Io(error) => Some(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_split_of_the_stream_gives_the_same_frames() {
        let stream = b"\x30\x05\x02\x01\x01\x42\x00\x30\x84\x00\x00\x00\x05\x02\x01\x02\x42\x00";
        for cut in 0..=stream.len() {
            let mut codec = LdapCodec::default();
            let mut source = BytesMut::new();
            let mut frames = Vec::new();
            for part in [&stream[..cut], &stream[cut..]] {
                source.extend_from_slice(part);
                while let Some(frame) = codec.decode(&mut source).unwrap() {
                    frames.push(frame);
                }
            }
            assert_eq!(frames, [&stream[..7], &stream[7..]], "cut at {cut}");
        }
    }

    #[test]
    fn a_claim_reserves_no_more_than_a_read_beyond_what_arrived() {
        let mut codec = LdapCodec::new(usize::MAX);
        let mut source = BytesMut::from(&b"\x30\x84\xff\xff\xff\xff"[..]);
        assert_eq!(codec.decode(&mut source).unwrap(), None);
        assert!(source.capacity() <= READ_SIZE + source.len() + 64, "{}", source.capacity());
        source.extend_from_slice(&vec![0; 4 * READ_SIZE]);
        assert_eq!(codec.decode(&mut source).unwrap(), None);
        assert!(source.capacity() <= 10 * READ_SIZE, "{}", source.capacity());
    }

    #[test]
    fn a_large_frame_takes_its_buffer_along() {
        let mut codec = LdapCodec::default();
        let mut source = BytesMut::from(&b"\x30\x84\x00\x10\x00\x00"[..]);
        source.resize(6 + (1 << 20), 0);
        source.extend_from_slice(b"\x30\x00");
        assert_eq!(codec.decode(&mut source).unwrap().unwrap().len(), 6 + (1 << 20));
        assert!(source.capacity() <= 2 * READ_SIZE);
        assert_eq!(&codec.decode(&mut source).unwrap().unwrap()[..], b"\x30\x00");
    }

    #[test]
    fn two_buffers_take_turns_while_frames_are_held() {
        let mut codec = LdapCodec::default();
        let mut source = BytesMut::with_capacity(READ_SIZE);
        let frame = [&b"\x30\x82\x0f\xfc"[..], &[7; 0xffc]].concat();
        let (mut held, mut buffers) = (Vec::new(), Vec::new());
        for _ in 0..20 {
            // One read: whole frames and the beginning of one.
            let room = source.capacity() - source.len() - 100;
            let octets: Vec<u8> = frame.iter().copied().cycle().skip(source.len()).take(room).collect();
            source.extend_from_slice(&octets);
            let buffer = source.as_ptr();
            // What was read before is done with; what is read now is looked at later.
            held.clear();
            while let Some(found) = codec.decode(&mut source).unwrap() {
                assert_eq!(found, frame);
                held.push(found);
            }
            if !buffers.contains(&buffer) {
                buffers.push(buffer);
            }
        }
        assert!(!held.is_empty());
        assert!(buffers.len() <= 2, "{}", buffers.len());
        drop(held);
        source.clear();
        assert_eq!(codec.decode(&mut source).unwrap(), None);
        assert!(codec.decode(&mut source).unwrap().is_none() && codec.spare.is_none());
    }

    #[test]
    fn the_end_within_a_frame_is_an_error() {
        let mut codec = LdapCodec::default();
        let mut source = BytesMut::from(&b"\x30\x05\x02"[..]);
        assert!(matches!(codec.decode_eof(&mut source), Err(FrameError::Io(_))));
        assert!(matches!(codec.decode_eof(&mut BytesMut::new()), Ok(None)));
    }
}
