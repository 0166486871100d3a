//! Cutting messages off a stream.

use super::{DecodeError, Fault, Tag, length};

/// Returns the length in octets of the message that `octets` begins with, header included.
///
/// `None` means that the header has not arrived yet; a returned length may be larger than what has arrived. Only
/// the header is looked at, so a caller knows how much to reserve before the octets come, and nothing was reserved
/// for a length that is over the limit.
///
/// # Errors
///
/// The octets do not begin with a SEQUENCE, the form of the length is not allowed, or header and content
/// together are larger than `limit`. Each is found as soon as the octets that show it have arrived.
///
/// ```
/// use ldapwire::ber::{Fault, frame_length};
///
/// assert_eq!(frame_length(b"\x30", 1024), Ok(None));
/// assert_eq!(frame_length(b"\x30\x05\x02", 1024), Ok(Some(7)));
/// let error = frame_length(b"\x30\x84\xff\xff\xff\xff", 1024).unwrap_err();
/// assert!(matches!(error.fault(), Fault::TooLarge { limit: 1024, .. }));
/// ```
#[inline]
pub fn frame_length(octets: &[u8], limit: usize) -> Result<Option<usize>, DecodeError> {
    let Some((&first, rest)) = octets.split_first() else { return Ok(None) };
    let found = Tag::from_octet(first);
    if found != Tag::SEQUENCE {
        return Err(DecodeError::new(0, Fault::UnexpectedTag { expected: Tag::SEQUENCE, found }));
    }
    let Some((content, rest)) = length::read(rest).map_err(|fault| DecodeError::new(1, fault))? else {
        return Ok(None);
    };
    let header = octets.len().saturating_sub(rest.len());
    match usize::try_from(content).ok().and_then(|content| content.checked_add(header)) {
        Some(total) if total <= limit => Ok(Some(total)),
        total => {
            let claimed = total.and_then(|total| u64::try_from(total).ok()).unwrap_or(content);
            Err(DecodeError::new(1, Fault::TooLarge { claimed, limit }))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_known_as_soon_as_the_header_is() {
        let octets = b"\x30\x82\x01\x00";
        for cut in 0..octets.len() {
            assert_eq!(frame_length(&octets[..cut], 4096), Ok(None));
        }
        assert_eq!(frame_length(octets, 4096), Ok(Some(260)));
    }

    #[test]
    fn huge_claims_are_over_the_limit_and_never_wrap() {
        for claim in [
            &b"\x30\x84\xff\xff\xff\xff"[..],
            b"\x30\x88\x80\0\0\0\0\0\0\0",
            b"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xf6",
        ] {
            let error = frame_length(claim, 1 << 24).unwrap_err();
            assert!(matches!(error.fault(), Fault::TooLarge { limit: 0x100_0000, .. }), "{error}");
        }
    }

    #[test]
    fn the_limit_counts_the_header() {
        assert_eq!(frame_length(b"\x30\x05", 7), Ok(Some(7)));
        assert!(frame_length(b"\x30\x05", 6).is_err());
    }

    #[test]
    fn anything_but_a_sequence_is_refused_at_its_first_octet() {
        assert_eq!(frame_length(b"\x02", 99).unwrap_err().offset(), 0);
        assert_eq!(frame_length(b"HTTP/1.1", 99).unwrap_err().offset(), 0);
    }
}
