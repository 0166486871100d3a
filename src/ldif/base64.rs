//! Base64, decoded.

use data_encoding::{BASE64, DecodeKind};

use super::fault::{Base64Problem, Expected, FaultKind};

/// Decodes base64 and appends the octets to `target`; if it is none, says so and appends nothing.
///
/// Four characters at a time, each by a table of its own that has its bits in place. Most values are so short that a
/// decoder for long ones has hardly begun when they end.
pub(super) fn decode(base64: &[u8], target: &mut Vec<u8>) -> bool {
    let (groups, []) = base64.as_chunks::<4>() else { return false };
    let Some((last, groups)) = groups.split_last() else { return true };
    let start = target.len();
    let whole = groups.len().saturating_mul(3);
    target.resize(start.saturating_add(whole), 0);
    let (room, _) = target.get_mut(start..).unwrap_or_default().as_chunks_mut::<3>();
    let mut all = 0;
    for (group, room) in groups.iter().zip(room) {
        let bits = bits(group);
        all |= bits;
        let [_, octets @ ..] = bits.to_be_bytes();
        *room = octets;
    }
    let end = match *last {
        [first, second, b'=', b'='] => [first, second, b'A', b'A'],
        [first, second, third, b'='] => [first, second, third, b'A'],
        group => group,
    };
    let length =
        3_usize.saturating_sub(last.iter().rev().take(2).take_while(|&&octet| octet == b'=').count());
    let bits = bits(&end);
    let [_, octets @ ..] = bits.to_be_bytes();
    let (octets, left_over) = octets.split_at_checked(length).unwrap_or_default();
    if (all | bits) & FOREIGN != 0 || left_over.iter().any(|&octet| octet != 0) {
        target.truncate(start);
        return false;
    }
    target.extend_from_slice(octets);
    true
}

/// Says what is wrong with base64, and where in it: a foreign character before all else.
pub(super) fn problem(base64: &[u8]) -> (usize, FaultKind) {
    let is_foreign = |octet: &u8| !(octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'='));
    if let Some(position) = base64.iter().position(is_foreign) {
        return (position, FaultKind::Expected(Expected::Base64));
    }
    match BASE64.decode(base64) {
        Err(error) => {
            let problem = match error.kind {
                DecodeKind::Length => Base64Problem::Length,
                DecodeKind::Trailing => Base64Problem::TrailingBits,
                DecodeKind::Symbol | DecodeKind::Padding => Base64Problem::Padding,
            };
            (error.position, FaultKind::Base64(problem))
        }
        // Padding within, which that decoder takes for the end of one value and the beginning of the next.
        Ok(_) => {
            let position = base64.iter().position(|&octet| octet == b'=').unwrap_or_default();
            (position, FaultKind::Base64(Base64Problem::Padding))
        }
    }
}

#[inline]
fn bits(group: &[u8; 4]) -> u32 {
    group
        .iter()
        .zip(&TABLES)
        .fold(0, |bits, (&octet, table)| bits | table.get(usize::from(octet)).copied().unwrap_or(FOREIGN))
}

/// Set for what is no character of base64.
const FOREIGN: u32 = 1 << 31;

/// The bits of each character, in the place of the first, second, third and fourth of a group.
static TABLES: [[u32; 256]; 4] = {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut tables = [[FOREIGN; 256]; 4];
    let mut sextet = 0_u32;
    #[allow(
        clippy::indexing_slicing,
        clippy::as_conversions,
        clippy::arithmetic_side_effects,
        reason = "computed by the compiler, from the alphabet above"
    )]
    while sextet < 64 {
        let octet = alphabet[sextet as usize] as usize;
        tables[0][octet] = sextet << 18;
        tables[1][octet] = sextet << 12;
        tables[2][octet] = sextet << 6;
        tables[3][octet] = sextet;
        sextet += 1;
    }
    tables
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_encoded_comes_back_behind_what_was_there(octets in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut target = b"before".to_vec();
            prop_assert!(decode(BASE64.encode(&octets).as_bytes(), &mut target));
            prop_assert_eq!(target.strip_prefix(b"before"), Some(&octets[..]));
        }

        #[test]
        fn what_another_decoder_refuses_is_refused(text in "([A-Za-z0-9+/]{4}){0,2}[AEQgw=+/\\-\u{e9} ]{0,5}") {
            let mut target = b"before".to_vec();
            let decoded = decode(text.as_bytes(), &mut target);
            // Two values with padding in between are one for that decoder.
            let ends = text.find('=').is_none_or(|first| first + 2 >= text.len());
            match BASE64.decode(text.as_bytes()) {
                Ok(octets) if ends => prop_assert!(decoded && target[6..] == octets),
                _ => prop_assert!(!decoded && target == b"before", "{}", text),
            }
        }
    }
}
