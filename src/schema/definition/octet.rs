//! What the words of a definition consist of.

/// A set of octets, looked up in a table: nearly every octet of a definition is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Octets(u8);

impl Octets {
    /// Of a name behind its first letter: `keychar = ALPHA / DIGIT / HYPHEN` (RFC 4512 1.4).
    pub(super) const NAME: Self = Self(1);

    /// Of a keyword, `X-` ones and those with a digit among them.
    pub(super) const KEYWORD: Self = Self(2);

    /// Of a word without quotes: whatever means nothing else here. Letters beyond ASCII are among them, so that no character
    /// is ever cut.
    pub(super) const WORD: Self = Self(4);

    #[inline]
    pub(super) fn contains(self, octet: u8) -> bool {
        SETS[usize::from(octet)] & self.0 != 0
    }
}

/// The sets that each octet belongs to.
static SETS: [u8; 256] = {
    let mut sets = [0; 256];
    let mut octet = u8::MAX;
    loop {
        let is_name = octet.is_ascii_alphanumeric() || octet == b'-';
        let is_delimiter =
            matches!(octet, b' ' | b'\t' | b'\n' | b'\r' | b'(' | b')' | b'$' | b',' | b'\'' | b'{' | b'}');
        if is_name {
            sets[octet as usize] |= Octets::NAME.0;
        }
        if is_name || octet == b'_' {
            sets[octet as usize] |= Octets::KEYWORD.0;
        }
        if !is_delimiter {
            sets[octet as usize] |= Octets::WORD.0;
        }
        if octet == 0 {
            break sets;
        }
        octet -= 1;
    }
};
