//! The options that ldapsearch has a notation of its own for.

use std::str::FromStr;
use std::time::Duration;

/// `maxInt INTEGER ::= 2147483647 -- (2^^31 - 1) --` (RFC 4511 4.1.1)
const MAX_INT: u32 = i32::MAX as u32;

/// A limit of a search: a number, `none` or `max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limit(u32);

impl Limit {
    pub(crate) const fn number(self) -> u32 {
        self.0
    }

    pub(crate) const fn seconds(self) -> Duration {
        Duration::from_secs(self.0 as u64)
    }
}

impl FromStr for Limit {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self(0)),
            "max" => Ok(Self(MAX_INT)),
            _ => number(text, 0)
                .map(Self)
                .ok_or_else(|| format!("expected a number up to {MAX_INT}, `none` or `max`")),
        }
    }
}

/// `-o`: `ldif-wrap=COLUMNS` or `ldif-wrap=no`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GeneralOption {
    /// The columns; none for those of ldapsearch.
    LdifWrap(Option<usize>),
}

impl FromStr for GeneralOption {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrap = text.strip_prefix("ldif-wrap=").or_else(|| text.strip_prefix("ldif_wrap="));
        let columns = match wrap.ok_or("the only option is ldif-wrap=COLUMNS or ldif-wrap=no")? {
            "no" => Some(usize::MAX),
            "0" => None,
            columns => {
                let columns = columns.parse().ok().filter(|columns| *columns >= 2);
                Some(columns.ok_or("expected ldif-wrap=no, or ldif-wrap= and a number above 1")?)
            }
        };
        Ok(Self::LdifWrap(columns))
    }
}

/// Reads the number of entries in a page.
pub(crate) fn page_size(text: &str) -> Result<u32, String> {
    number(text, 1).ok_or_else(|| format!("expected a number of entries from 1 to {MAX_INT}"))
}

fn number(text: &str, least: u32) -> Option<u32> {
    text.parse().ok().filter(|number| (least..=MAX_INT).contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_numbers_of_the_protocol() {
        assert_eq!("none".parse(), Ok(Limit(0)));
        assert_eq!("0".parse(), Ok(Limit(0)));
        assert_eq!("max".parse(), Ok(Limit(MAX_INT)));
        assert_eq!("2147483647".parse(), Ok(Limit(MAX_INT)));
        for text in ["2147483648", "-1", "", "many"] {
            assert!(text.parse::<Limit>().is_err(), "{text}");
        }
    }

    #[test]
    fn columns_are_a_number_or_no() {
        assert_eq!("ldif-wrap=no".parse(), Ok(GeneralOption::LdifWrap(Some(usize::MAX))));
        assert_eq!("ldif_wrap=60".parse(), Ok(GeneralOption::LdifWrap(Some(60))));
        assert_eq!("ldif-wrap=0".parse(), Ok(GeneralOption::LdifWrap(None)));
        for text in ["ldif-wrap=1", "ldif-wrap=", "ldif-wrap=-2", "ldif-wrap", "nettimeout=3"] {
            assert!(text.parse::<GeneralOption>().is_err(), "{text}");
        }
    }
}
