//! A substring assertion that is put to many values.

use memchr::memmem::Finder;

use super::Undefined;
use super::rule::Parts;
use super::string::{prepare_parts, text};
use super::substrings::find;
use crate::model::Substring;
use crate::schema::Preparation;

/// The parts that a substrings rule looks for, made ready for any number of values. Made by
/// [`Rule::prepare_substrings`](super::Rule::prepare_substrings).
///
/// ```
/// use ldapwire::model::Substring;
/// use ldapwire::schema::Rule;
///
/// let rule = Rule::find("caseIgnoreSubstringsMatch").expect("it is known");
/// let parts = rule.prepare_substrings([Substring::Any(b"BS  je".as_slice())])?;
/// assert_eq!(parts.are_in(b"Babs Jensen"), Ok(true));
/// assert_eq!(parts.are_in(b"Babs Jones"), Ok(false));
/// # Ok::<(), ldapwire::schema::Undefined>(())
/// ```
#[derive(Clone, Debug)]
pub struct PreparedParts(Kind);

#[derive(Clone, Debug)]
enum Kind {
    /// The parts are prepared as the value has to be.
    Of { preparation: Preparation, parts: Vec<Substring<String>>, plain: Option<Plain> },
    /// The rule prepares them itself.
    By { parts: Vec<Substring<String>>, matches: super::rule::SubstringsFunction },
}

impl PreparedParts {
    pub(super) fn new<'a>(
        rule: &Parts,
        parts: impl IntoIterator<Item = Substring<&'a [u8]>>,
    ) -> Result<Self, Undefined> {
        let parts = parts.into_iter().map(|part| match part {
            Substring::Initial(octets) => text(octets).map(Substring::Initial),
            Substring::Any(octets) => text(octets).map(Substring::Any),
            Substring::Final(octets) => text(octets).map(Substring::Final),
        });
        let parts = parts.collect::<Result<Vec<_>, Undefined>>()?;
        Ok(Self(match *rule {
            Parts::Of(preparation) => {
                let parts = prepare_parts(preparation, &parts)?;
                let plain = Plain::new(preparation, &parts);
                Kind::Of { preparation, parts, plain }
            }
            Parts::By(matches) => {
                let parts = parts.iter().map(|part| part.as_ref().map(|text| (*text).to_owned())).collect();
                Kind::By { parts, matches }
            }
        }))
    }

    /// Tells whether a value has the parts, in their order and without overlap.
    ///
    /// # Errors
    ///
    /// The comparison is Undefined.
    pub fn are_in(&self, value: &[u8]) -> Result<bool, Undefined> {
        match &self.0 {
            Kind::Of { preparation, parts, plain } => {
                if let Some(found) = plain.as_ref().and_then(|plain| plain.find(value)) {
                    return Ok(found);
                }
                Ok(find(&preparation.value(text(value)?)?, parts))
            }
            Kind::By { parts, matches } => {
                let parts: Vec<_> = parts.iter().map(|part| part.as_ref().map(String::as_str)).collect();
                matches(value, &parts)
            }
        }
    }
}

/// The parts as they stand in a value that looks the same prepared and not, but for how much space is at its ends and between
/// its words.
///
/// **A value is plain if it is ASCII without control characters, and has one space between words and none at its ends.** Prepared,
/// each of its spaces is two and each end has one. So a part that neither begins nor ends with space stands in the prepared
/// value exactly where its own plain form stands in the value.
#[derive(Clone, Debug)]
struct Plain {
    folds_case: bool,
    parts: Vec<Substring<Finder<'static>>>,
}

/// Longer values are prepared, in octets: there is room on the stack for one in small letters.
const LONGEST_PLAIN: usize = 256;

impl Plain {
    fn new(preparation: Preparation, parts: &[Substring<String>]) -> Option<Self> {
        let folds_case = match preparation {
            Preparation::CaseIgnore => true,
            Preparation::CaseExact => false,
            _ => return None,
        };
        let plain = |text: &str| {
            let has_edge = text.is_empty() || text.starts_with(' ') || text.ends_with(' ');
            (!has_edge).then(|| Finder::new(&text.replace("  ", " ")).into_owned())
        };
        let parts = parts.iter().map(|part| {
            Some(match part {
                // The ends of the value are not those of the part.
                Substring::Initial(text) => Substring::Initial(plain(text.strip_prefix(' ')?)?),
                Substring::Any(text) => Substring::Any(plain(text)?),
                Substring::Final(text) => Substring::Final(plain(text.strip_suffix(' ')?)?),
            })
        });
        Some(Self { folds_case, parts: parts.collect::<Option<_>>()? })
    }

    /// Tells whether a value has the parts; nothing if it is not plain.
    fn find(&self, value: &[u8]) -> Option<bool> {
        let mut room = [0; LONGEST_PLAIN];
        let folded = room.get_mut(..value.len())?;
        if !is_plain(value) {
            return None;
        }
        let mut rest = value;
        if self.folds_case {
            folded.copy_from_slice(value);
            folded.make_ascii_lowercase();
            rest = folded;
        }
        for part in &self.parts {
            let found = match part {
                Substring::Initial(part) => rest.strip_prefix(part.needle()),
                Substring::Any(part) => part.find(rest).and_then(|at| rest.get(at + part.needle().len()..)),
                Substring::Final(part) => rest.ends_with(part.needle()).then_some(&[][..]),
            };
            let Some(after) = found else { return Some(false) };
            rest = after;
        }
        Some(true)
    }
}

fn is_plain(value: &[u8]) -> bool {
    // Without a way out half-way, the octets are looked at many at a time.
    let is_text = value.iter().fold(true, |is_text, octet| is_text & matches!(octet, b' '..=b'~'));
    let pairs = value.iter().zip(value.get(1..).unwrap_or_default());
    let is_single = pairs.fold(true, |is_single, (one, next)| is_single & ((*one, *next) != (b' ', b' ')));
    let has_ends =
        matches!((value.first(), value.last()), (Some(first), Some(last)) if *first != b' ' && *last != b' ');
    is_text && is_single && has_ends
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Rule;

    /// All strings of so many characters of these.
    fn strings(characters: &[&str], longest: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..longest {
            last = last
                .iter()
                .flat_map(|text| characters.iter().map(move |next| format!("{text}{next}")))
                .collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    #[test]
    fn what_is_found_in_place_is_what_is_found_in_prepared_values() {
        let values = strings(&["a", "B", " ", "\t", "\u{7f}", "é"], 4);
        let parts = strings(&["A", "b", " ", "\u{ff41}"], 3);
        let mut plain = 0;
        for name in
            ["caseIgnoreSubstringsMatch", "caseExactSubstringsMatch", "telephoneNumberSubstringsMatch"]
        {
            let rule = Rule::find(name).unwrap();
            for (index, one) in parts.iter().enumerate() {
                let (one, other) = (one.as_bytes(), parts[(index * 7 + 3) % parts.len()].as_bytes());
                for asserted in [
                    vec![Substring::Any(one)],
                    vec![Substring::Initial(one)],
                    vec![Substring::Final(one)],
                    vec![Substring::Initial(one), Substring::Any(other)],
                    vec![Substring::Any(one), Substring::Any(other)],
                    vec![Substring::Any(one), Substring::Final(other)],
                ] {
                    let prepared = rule.prepare_substrings(asserted.iter().cloned()).unwrap();
                    let Kind::Of { preparation, parts, plain: fast } = &prepared.0 else { panic!("{name}") };
                    for value in &values {
                        let expected = find(&preparation.value(value).unwrap(), parts);
                        let found = fast.as_ref().and_then(|fast| fast.find(value.as_bytes()));
                        plain += usize::from(found.is_some());
                        assert_eq!(found.unwrap_or(expected), expected, "{name} {asserted:?} in {value:?}");
                        assert_eq!(prepared.are_in(value.as_bytes()), Ok(expected));
                    }
                }
            }
        }
        assert!(plain > 10_000, "{plain}");
    }

    #[test]
    fn values_that_are_long_or_no_text_are_prepared_or_undefined() {
        let rule = Rule::find("caseIgnoreSubstringsMatch").unwrap();
        let parts = rule.prepare_substrings([Substring::Final(b"Z".as_slice())]).unwrap();
        for length in [LONGEST_PLAIN - 1, LONGEST_PLAIN, LONGEST_PLAIN + 1] {
            assert_eq!(parts.are_in(&vec![b'z'; length]), Ok(true), "{length}");
        }
        assert_eq!(parts.are_in(b""), Ok(false));
        assert!(parts.are_in(b"\xff").is_err());
        assert!(rule.prepare_substrings([Substring::Any(b"\xff".as_slice())]).is_err());
        assert!(Rule::find("caseIgnoreMatch").unwrap().prepare_substrings([]).is_err());
    }
}
