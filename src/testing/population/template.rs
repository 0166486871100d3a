//! The template: of which kinds the entries are.

use std::ops::RangeInclusive;

use super::{Population, TemplateError, numbers, parse};

/// What a population consists of.
///
/// The text has a paragraph for each kind of entries:
///
/// ```text
/// let suffix = dc=example,dc=org          # {suffix} stands for it from here on
///
/// [company]                               # a kind that is below no other: one entry
/// dn: {suffix}
/// objectClass: organization
/// o: Example
///
/// [team in company: 1 per 100]            # one for each 100 entries of all
/// dn: ou=team {index}
/// objectClass: organizationalUnit
///
/// [person in team: rest]                  # all others, spread over the teams
/// dn: uid={uid}
/// objectClass: inetOrgPerson
/// cn: {given} {family}
/// sn: {family}
/// mail ?80%: {uid}@example.org            # four of five have it
/// manager: {dn person}                    # a person that comes before; the first has none
/// telephoneNumber *1..3: +1 555 {digits 7}
/// ```
///
/// A kind stands in the text, and its entries in the population, behind its parent. `[KIND in PARENT: 3]` makes three
/// entries for each parent. The value of the name is added to the attributes unless a line has it. What stands in
/// braces:
///
/// | placeholder | is |
/// |---|---|
/// | `{index}`, `{index 6}` | the number of the entry among those of its kind, from 0; with leading zeros |
/// | `{given}`, `{family}`, `{language}` | names of one language, the same wherever they stand in an entry |
/// | `{given.ascii}`, `{family.ascii}` | these names in small ASCII letters |
/// | `{uid}` | both in ASCII and the index: `ada.clark17` |
/// | `{number 1..99}`, `{digits 7}`, `{base64 24}` | a number within limits, that many digits or characters |
/// | `{pick a\|b\|c}`, `{words 3..8}` | one of these texts; words |
/// | `{octets 10..20}`, `{photo 1000..6000}` | octets; octets that look like a JPEG |
/// | `{time}` | a GeneralizedTime |
/// | `{dn KIND}`, `{parent}` | the name of an entry of that kind; of the entry above |
/// | any other | what stands there: `{SSHA}` |
///
/// [`default`](Self::default) is a company with units three levels deep, people with names of ten languages, photos
/// and managers, and groups of these people.
#[derive(Clone, Debug)]
pub struct Template {
    pub(super) kinds: Vec<Kind>,
}

impl Template {
    /// The text of the default template, to begin with.
    pub const DEFAULT: &str = include_str!("default.template");

    /// Reads a template.
    ///
    /// # Errors
    ///
    /// The text is no template; the error says at which line, and what was expected.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        Self::parse_with(text, &[])
    }

    /// Reads a template, with values for what it introduces by `let`.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse); or the template does not introduce one of them.
    ///
    /// ```
    /// use ldapwire::testing::population::Template;
    ///
    /// let template = Template::parse_with(Template::DEFAULT, &[("suffix", "o=Own,c=DE")])?;
    /// assert_eq!(template.population(50, 1)?.entries().next().unwrap().dn(), "o=Own,c=DE");
    /// # Ok::<(), ldapwire::testing::population::TemplateError>(())
    /// ```
    pub fn parse_with(text: &str, variables: &[(&str, &str)]) -> Result<Self, TemplateError> {
        parse::template(text, variables)
    }

    /// Makes a population of this many entries. If no kind is the rest, their number is what the kinds say.
    ///
    /// # Errors
    ///
    /// The template makes more entries than that.
    pub fn population(&self, size: u64, seed: u64) -> Result<Population, TemplateError> {
        let counts = numbers::counts(&self.kinds, size)?;
        Ok(Population::new(self.kinds.clone(), counts, seed))
    }
}

impl Default for Template {
    fn default() -> Self {
        // A test reads it; were it broken, there would be nobody.
        Self::parse(Self::DEFAULT).unwrap_or(Self { kinds: Vec::new() })
    }
}

/// The entries of one kind.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    pub(super) name: String,
    /// Which kind they are below.
    pub(super) parent: Option<usize>,
    pub(super) count: Count,
    /// The attribute type of the relative name; empty if `naming` is a whole name.
    pub(super) naming_attribute: String,
    pub(super) naming: Vec<Piece>,
    pub(super) lines: Vec<Line>,
    /// Where the template begins to tell of it.
    pub(super) line: usize,
}

/// How many entries there are of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Count {
    /// This many for each parent.
    Each(u64),
    /// One for this many entries of all.
    Per(u64),
    Rest,
}

/// The values of an attribute.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) description: Vec<Piece>,
    /// Of how many in a hundred entries it is there.
    pub(super) percent: u64,
    pub(super) values: RangeInclusive<u64>,
    pub(super) pattern: Vec<Piece>,
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    Index { width: usize },
    Given,
    GivenAscii,
    Family,
    FamilyAscii,
    Language,
    Uid,
    Number(RangeInclusive<u64>),
    Digits(u64),
    Base64(u64),
    Pick(Vec<String>),
    Words(RangeInclusive<u64>),
    Octets(RangeInclusive<u64>),
    Photo(RangeInclusive<u64>),
    Time,
    NameOf(usize),
    Parent,
}
