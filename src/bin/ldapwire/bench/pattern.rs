//! Texts with a number in them that is another one each time.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use fastrand::Rng;

/// A text with parts such as `[000-999]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// A number with at least so many digits.
    Number(RangeInclusive<u64>, usize),
}

impl Pattern {
    /// Returns the text with numbers in it.
    pub(crate) fn text(&self, random: &mut Rng) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Text(fixed) => text.push_str(fixed),
                Part::Number(range, digits) => {
                    let number = random.u64(range.clone());
                    text.push_str(&format!("{number:0digits$}"));
                }
            }
        }
        text
    }
}

impl fmt::Display for Pattern {
    /// Writes the text that it was read from.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(fixed) => f.write_str(fixed),
            Part::Number(range, digits) => write!(f, "[{:0digits$}-{}]", range.start(), range.end()),
        })
    }
}

impl FromStr for Pattern {
    type Err = String;

    /// Reads a text. What stands in brackets and is no range is a text as well.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut fixed = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('[') {
            fixed.push_str(before);
            match behind.split_once(']').and_then(|(range, after)| Some((range_of(range)?, after))) {
                Some(((range, digits), after)) => {
                    if range.is_empty() {
                        return Err(format!("the range [{}-{}] is empty", range.start(), range.end()));
                    }
                    parts.push(Part::Text(std::mem::take(&mut fixed)));
                    parts.push(Part::Number(range, digits));
                    rest = after;
                }
                None => {
                    fixed.push('[');
                    rest = behind;
                }
            }
        }
        fixed.push_str(rest);
        parts.push(Part::Text(fixed));
        Ok(Self(parts))
    }
}

/// Reads `first-last`; as many digits as the first one has are written.
fn range_of(text: &str) -> Option<(RangeInclusive<u64>, usize)> {
    let (first, last) = text.split_once('-')?;
    let number = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit()).then(|| text.parse().ok())?;
    Some((number(first)?..=number(last)?, first.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_range_with_its_digits() {
        let mut random = Rng::new();
        let text = "uid=p[08-11],ou=[x],n=[5-5]";
        let pattern: Pattern = text.parse().unwrap();
        assert_eq!(pattern.to_string(), text);
        let mut seen = std::collections::BTreeSet::new();
        for _ in 0..200 {
            seen.insert(pattern.text(&mut random));
        }
        let expected = ["08", "09", "10", "11"].map(|number| format!("uid=p{number},ou=[x],n=5"));
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn what_is_no_range_is_text() {
        let mut random = Rng::new();
        for text in
            ["", "a", "[", "[]", "[-]", "[1-]", "[a-b]", "]1-2[", "[+1-2]", "[1-99999999999999999999]", "[["]
        {
            assert_eq!(text.parse::<Pattern>().unwrap().text(&mut random), text);
        }
        assert!("[2-1]".parse::<Pattern>().is_err());
        let widest: Pattern = "[0-18446744073709551615]".parse().unwrap();
        assert!(widest.text(&mut random).parse::<u64>().is_ok());
    }
}
