//! Combining marks: the table of RFC 4518, appendix A.

/// Whether a character is a combining mark.
///
/// "This table is to be considered definitive for the purposes of implementation of this specification", which is why it
/// stands here and not the property of today's Unicode.
pub(super) fn is_combining(character: char) -> bool {
    let after = RANGES.partition_point(|(first, _)| *first <= character);
    after.checked_sub(1).and_then(|index| RANGES.get(index)).is_some_and(|(_, last)| character <= *last)
}

/// First and last of each range, in order, as the appendix lists them.
const RANGES: [(char, char); 112] = [
    ('\u{0300}', '\u{034f}'),
    ('\u{0360}', '\u{036f}'),
    ('\u{0483}', '\u{0486}'),
    ('\u{0488}', '\u{0489}'),
    ('\u{0591}', '\u{05a1}'),
    ('\u{05a3}', '\u{05b9}'),
    ('\u{05bb}', '\u{05bc}'),
    ('\u{05bf}', '\u{05bf}'),
    ('\u{05c1}', '\u{05c2}'),
    ('\u{05c4}', '\u{05c4}'),
    ('\u{064b}', '\u{0655}'),
    ('\u{0670}', '\u{0670}'),
    ('\u{06d6}', '\u{06dc}'),
    ('\u{06de}', '\u{06e4}'),
    ('\u{06e7}', '\u{06e8}'),
    ('\u{06ea}', '\u{06ed}'),
    ('\u{0711}', '\u{0711}'),
    ('\u{0730}', '\u{074a}'),
    ('\u{07a6}', '\u{07b0}'),
    ('\u{0901}', '\u{0903}'),
    ('\u{093c}', '\u{093c}'),
    ('\u{093e}', '\u{094f}'),
    ('\u{0951}', '\u{0954}'),
    ('\u{0962}', '\u{0963}'),
    ('\u{0981}', '\u{0983}'),
    ('\u{09bc}', '\u{09bc}'),
    ('\u{09be}', '\u{09c4}'),
    ('\u{09c7}', '\u{09c8}'),
    ('\u{09cb}', '\u{09cd}'),
    ('\u{09d7}', '\u{09d7}'),
    ('\u{09e2}', '\u{09e3}'),
    ('\u{0a02}', '\u{0a02}'),
    ('\u{0a3c}', '\u{0a3c}'),
    ('\u{0a3e}', '\u{0a42}'),
    ('\u{0a47}', '\u{0a48}'),
    ('\u{0a4b}', '\u{0a4d}'),
    ('\u{0a70}', '\u{0a71}'),
    ('\u{0a81}', '\u{0a83}'),
    ('\u{0abc}', '\u{0abc}'),
    ('\u{0abe}', '\u{0ac5}'),
    ('\u{0ac7}', '\u{0ac9}'),
    ('\u{0acb}', '\u{0acd}'),
    ('\u{0b01}', '\u{0b03}'),
    ('\u{0b3c}', '\u{0b3c}'),
    ('\u{0b3e}', '\u{0b43}'),
    ('\u{0b47}', '\u{0b48}'),
    ('\u{0b4b}', '\u{0b4d}'),
    ('\u{0b56}', '\u{0b57}'),
    ('\u{0b82}', '\u{0b82}'),
    ('\u{0bbe}', '\u{0bc2}'),
    ('\u{0bc6}', '\u{0bc8}'),
    ('\u{0bca}', '\u{0bcd}'),
    ('\u{0bd7}', '\u{0bd7}'),
    ('\u{0c01}', '\u{0c03}'),
    ('\u{0c3e}', '\u{0c44}'),
    ('\u{0c46}', '\u{0c48}'),
    ('\u{0c4a}', '\u{0c4d}'),
    ('\u{0c55}', '\u{0c56}'),
    ('\u{0c82}', '\u{0c83}'),
    ('\u{0cbe}', '\u{0cc4}'),
    ('\u{0cc6}', '\u{0cc8}'),
    ('\u{0cca}', '\u{0ccd}'),
    ('\u{0cd5}', '\u{0cd6}'),
    ('\u{0d02}', '\u{0d03}'),
    ('\u{0d3e}', '\u{0d43}'),
    ('\u{0d46}', '\u{0d48}'),
    ('\u{0d4a}', '\u{0d4d}'),
    ('\u{0d57}', '\u{0d57}'),
    ('\u{0d82}', '\u{0d83}'),
    ('\u{0dca}', '\u{0dca}'),
    ('\u{0dcf}', '\u{0dd4}'),
    ('\u{0dd6}', '\u{0dd6}'),
    ('\u{0dd8}', '\u{0ddf}'),
    ('\u{0df2}', '\u{0df3}'),
    ('\u{0e31}', '\u{0e31}'),
    ('\u{0e34}', '\u{0e3a}'),
    ('\u{0e47}', '\u{0e4e}'),
    ('\u{0eb1}', '\u{0eb1}'),
    ('\u{0eb4}', '\u{0eb9}'),
    ('\u{0ebb}', '\u{0ebc}'),
    ('\u{0ec8}', '\u{0ecd}'),
    ('\u{0f18}', '\u{0f19}'),
    ('\u{0f35}', '\u{0f35}'),
    ('\u{0f37}', '\u{0f37}'),
    ('\u{0f39}', '\u{0f39}'),
    ('\u{0f3e}', '\u{0f3f}'),
    ('\u{0f71}', '\u{0f84}'),
    ('\u{0f86}', '\u{0f87}'),
    ('\u{0f90}', '\u{0f97}'),
    ('\u{0f99}', '\u{0fbc}'),
    ('\u{0fc6}', '\u{0fc6}'),
    ('\u{102c}', '\u{1032}'),
    ('\u{1036}', '\u{1039}'),
    ('\u{1056}', '\u{1059}'),
    ('\u{1712}', '\u{1714}'),
    ('\u{1732}', '\u{1734}'),
    ('\u{1752}', '\u{1753}'),
    ('\u{1772}', '\u{1773}'),
    ('\u{17b4}', '\u{17d3}'),
    ('\u{180b}', '\u{180d}'),
    ('\u{18a9}', '\u{18a9}'),
    ('\u{20d0}', '\u{20ea}'),
    ('\u{302a}', '\u{302f}'),
    ('\u{3099}', '\u{309a}'),
    ('\u{fb1e}', '\u{fb1e}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{fe20}', '\u{fe23}'),
    ('\u{1d165}', '\u{1d169}'),
    ('\u{1d16d}', '\u{1d172}'),
    ('\u{1d17b}', '\u{1d182}'),
    ('\u{1d185}', '\u{1d18b}'),
    ('\u{1d1aa}', '\u{1d1ad}'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_in_order_and_the_ends_belong_to_them() {
        for pair in RANGES.windows(2) {
            assert!(pair[0].0 <= pair[0].1 && pair[0].1 < pair[1].0, "{pair:?}");
        }
        for (first, last) in RANGES {
            assert!(is_combining(first) && is_combining(last), "{first:?}");
        }
        for character in ['\0', ' ', 'a', '\u{2ff}', '\u{350}', '\u{35f}', '\u{1d1ae}', char::MAX] {
            assert!(!is_combining(character), "{character:?}");
        }
    }
}
