//! The INTEGER syntax (RFC 4517 3.3.16): numbers of any length, as text.

use std::cmp::Ordering;

/// A number in its text form, which is the only one that it has.
///
/// ```text
/// Integer = ( HYPHEN LDIGIT *DIGIT ) / number
/// number  = DIGIT / ( LDIGIT 1*DIGIT )                  (RFC 4517 3.3.16, RFC 4512 1.4)
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Integer<'a> {
    is_negative: bool,
    digits: &'a [u8],
}

impl<'a> Integer<'a> {
    /// Reads a value; nothing comes of one that the grammar does not allow, such as `007`.
    pub(super) fn parse(value: &'a [u8]) -> Option<Self> {
        let (is_negative, digits) = match value.strip_prefix(b"-") {
            Some(digits) => (true, digits),
            None => (false, value),
        };
        let is_canonical = match digits {
            [b'0'] => !is_negative,
            [first, ..] => *first != b'0',
            [] => false,
        };
        (is_canonical && digits.iter().all(u8::is_ascii_digit)).then_some(Self { is_negative, digits })
    }

    /// Returns the number if it is not larger than a machine can add.
    pub(super) fn to_i128(self) -> Option<i128> {
        let digits: i128 = std::str::from_utf8(self.digits).ok()?.parse().ok()?;
        Some(if self.is_negative { -digits } else { digits })
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        self.digits.len().cmp(&other.digits.len()).then_with(|| self.digits.cmp(other.digits))
    }
}

impl PartialOrd for Integer<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Integer<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.is_negative, other.is_negative) {
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_sort_by_what_they_count() {
        let sorted = [
            &b"-100"[..],
            b"-20",
            b"-3",
            b"0",
            b"1",
            b"9",
            b"10",
            b"99999999999999999999999999999999999999999",
        ];
        let numbers = sorted.map(|text| Integer::parse(text).unwrap());
        assert!(numbers.is_sorted_by(|left, right| left < right));
        assert_eq!(numbers[0].to_i128(), Some(-100));
        assert_eq!(numbers[7].to_i128(), None);
    }

    #[test]
    fn other_spellings_are_no_numbers() {
        for text in ["", "-", "-0", "00", "007", "+1", " 1", "1 ", "1.0", "1e3", "٣"] {
            assert_eq!(Integer::parse(text.as_bytes()), None, "{text}");
        }
    }
}
