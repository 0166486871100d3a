//! Length octets (X.690 8.1.3).

use super::Fault;

/// Lengths below this have the short form: one octet.
pub(super) const LONG_FORM: u8 = 0x80;

/// Reads length octets off the front of `octets`.
///
/// Returns the length and the octets behind it, or `None` if `octets` stops within them. Leading zeros are read:
/// "it is a sender's option whether to use more length octets than the minimum necessary" (X.690 8.1.3.5, note 2).
#[inline]
pub(super) fn read(octets: &[u8]) -> Result<Option<(u64, &[u8])>, Fault> {
    match octets {
        [] => Ok(None),
        [length, rest @ ..] if *length < LONG_FORM => Ok(Some((u64::from(*length), rest))),
        // Nearly all of those that are longer.
        [0x81, length, rest @ ..] => Ok(Some((u64::from(*length), rest))),
        [0x82, high, low, rest @ ..] => Ok(Some((u64::from(u16::from_be_bytes([*high, *low])), rest))),
        [first, rest @ ..] => read_long(*first, rest),
    }
}

#[cold]
fn read_long(first: u8, rest: &[u8]) -> Result<Option<(u64, &[u8])>, Fault> {
    let count = match first {
        LONG_FORM => return Err(Fault::IndefiniteLength),
        0xff => return Err(Fault::ReservedLength),
        _ => usize::from(first & !LONG_FORM),
    };
    let (digits, rest, complete) = match rest.split_at_checked(count) {
        Some((digits, rest)) => (digits, rest, true),
        None => (rest, rest, false),
    };
    let mut length = 0u64;
    for &digit in digits {
        if length >> 56 != 0 {
            return Err(Fault::LengthOverflow);
        }
        length = length << 8 | u64::from(digit);
    }
    Ok(complete.then_some((length, rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_long_and_padded_forms_are_read() {
        assert_eq!(read(&[0x7f, 1]), Ok(Some((127, &[1][..]))));
        assert_eq!(read(&[0x81, 0x80]), Ok(Some((128, &[][..]))));
        assert_eq!(read(&[0x84, 0, 0, 0, 5, 9]), Ok(Some((5, &[9][..]))));
        assert_eq!(read(&[0x8a, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]), Ok(Some((258, &[][..]))));
        assert_eq!(
            read(&[0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
            Ok(Some((u64::MAX, &[][..])))
        );
    }

    #[test]
    fn a_length_that_is_not_complete_asks_for_more() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[0x82, 1]), Ok(None));
    }

    #[test]
    fn forms_that_ldap_does_not_allow_are_refused() {
        assert_eq!(read(&[0x80]), Err(Fault::IndefiniteLength));
        assert_eq!(read(&[0xff]), Err(Fault::ReservedLength));
        assert_eq!(read(&[0x89, 1, 0, 0, 0, 0, 0, 0, 0, 0]), Err(Fault::LengthOverflow));
    }
}
