//! Values of large attributes, in parts: `member;range=0-1499`.
//!
//! Active Directory shows at most 1500 values of an attribute. A client that sees the option in an answer asks for the
//! next part, until the end of a range is `*`.

use crate::model::{Attribute, AttributeDescription, Entry, LdapString};

/// A part that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    attribute: String,
    low: usize,
    /// The last value, counted from 0; nothing for all.
    high: Option<usize>,
}

impl Range {
    /// Reads `member;range=1500-*` or `member;range=0-99`.
    fn parse(selector: &str) -> Option<Self> {
        let (attribute, option) = selector.split_once(';')?;
        let (low, high) = option.get(6..)?.split_once('-')?;
        if !option.get(..6)?.eq_ignore_ascii_case("range=") {
            return None;
        }
        let high = if high == "*" { None } else { Some(high.parse().ok()?) };
        Some(Self { attribute: attribute.to_owned(), low: low.parse().ok()?, high })
    }
}

/// Takes the ranges out of what a search asks for; returns what is left to ask of a directory that knows none.
pub(super) fn take(selectors: &[LdapString]) -> (Vec<LdapString>, Vec<Range>) {
    let mut ranges = Vec::new();
    let plain = selectors.iter().map(|selector| match Range::parse(selector.as_str()) {
        Some(range) => {
            let attribute = LdapString::from(range.attribute.as_str());
            ranges.push(range);
            attribute
        }
        None => selector.clone(),
    });
    (plain.collect(), ranges)
}

/// Shows at most so many values of each attribute, and the parts that were asked for.
pub(super) fn cut(entry: &Entry, ranges: &[Range], limit: usize) -> Entry {
    let mut shown = Entry::new(entry.dn().clone());
    for attribute in entry.attributes() {
        let name = attribute.description().as_str();
        let range = ranges.iter().find(|range| range.attribute.eq_ignore_ascii_case(name));
        let (low, high) = range.map_or((0, None), |range| (range.low, range.high));
        let count = attribute.values().len();
        if range.is_none() && count <= limit {
            shown.push(attribute.clone());
            continue;
        }
        let end = high.map_or(count, |high| high.saturating_add(1)).min(count).min(low.saturating_add(limit));
        // Behind the last value there is nothing to show.
        let Some(values) = attribute.values().get(low..end).filter(|values| !values.is_empty()) else {
            continue;
        };
        let last = if end == count { "*".to_owned() } else { (end - 1).to_string() };
        let description = AttributeDescription::from(format!("{name};range={low}-{last}"));
        shown.push(Attribute::new(description, values.iter().cloned()));
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_in_parts_until_the_last() {
        let members: Vec<String> = (0..10).map(|number| number.to_string()).collect();
        let entry = Entry::new("cn=a").with("member", &members).with("cn", ["a"]);
        for (selector, description, values) in [
            ("member", "member;range=0-3", 0..4),
            ("member;range=0-1", "member;range=0-1", 0..2),
            ("MEMBER;Range=4-*", "member;range=4-7", 4..8),
            ("member;range=8-*", "member;range=8-*", 8..10),
            ("member;range=8-99", "member;range=8-*", 8..10),
        ] {
            let (plain, ranges) = take(&[selector.into()]);
            assert!(plain[0].as_str().eq_ignore_ascii_case("member"), "{selector}");
            let shown = cut(&entry, &ranges, 4);
            let part = &shown.attributes()[0];
            assert_eq!(part.description().as_str(), description, "{selector}");
            let expected: Vec<_> = members[values].iter().map(String::as_str).collect();
            assert_eq!(part.values(), expected, "{selector}");
            assert_eq!(shown.values("cn"), ["a"], "{selector}");
        }
        for selector in ["member;range=10-*", "member;range=5-2", "member;range=18446744073709551615-*"] {
            let (_, ranges) = take(&[selector.into()]);
            assert_eq!(cut(&entry, &ranges, 4).attributes().len(), 1, "{selector}");
        }
        for selector in ["member;range=x-*", "member;range=1", "member;lang-de", "member;rang\u{e9}=1-2", "*"]
        {
            assert!(take(&[selector.into()]).1.is_empty(), "{selector}");
        }
    }
}
