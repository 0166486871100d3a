//! `AttributeDescription`: the name of an attribute with its options.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::{LdapString, Oid, oid};

mod error;
mod secrets;

pub use error::{AttributeDescriptionParseError, AttributeDescriptionProblem};

/// The name of an attribute with its options, such as `cn;lang-de`.
///
/// ```text
/// AttributeDescription ::= LDAPString
///                         -- Constrained to <attributedescription>
///                         -- [RFC4512]                          (RFC 4511 4.1.4)
/// ```
///
/// Directories hold names that the grammar does not know (`foo_bar`, `member;range=0-1499`), so the `From`
/// conversions keep any text; [`parse`](Self::parse) is the strict reader and [`is_valid`](Self::is_valid) the probe.
///
/// **Two descriptions are equal when their types are and their sets of options are, ASCII letters in either case**
/// (RFC 4512 2.5). The schema is not consulted: `cn` and `2.5.4.3` differ. Hashing and sorting follow equality;
/// none of the three allocates before the ninth option.
///
/// ```
/// use ldapwire::model::AttributeDescription;
///
/// let name = AttributeDescription::parse("cn;lang-de;x-old")?;
/// assert_eq!(name, "CN;X-OLD;lang-de");
/// assert_eq!(name.attribute_type(), "cn");
/// assert!(name.has_option("LANG-DE"));
/// # Ok::<(), ldapwire::model::AttributeDescriptionParseError>(())
/// ```
#[derive(Clone)]
pub struct AttributeDescription(LdapString);

impl AttributeDescription {
    /// Reads a description, taking only what the grammar allows.
    ///
    /// # Errors
    ///
    /// The text is no attribute description; the error says where and why.
    ///
    /// ```
    /// use ldapwire::model::AttributeDescription;
    ///
    /// assert!(AttributeDescription::parse("2.5.4.3;binary").is_ok());
    /// let error = AttributeDescription::parse("foo_bar").unwrap_err();
    /// assert_eq!(error.position(), 3);
    /// ```
    pub fn parse(text: &str) -> Result<Self, AttributeDescriptionParseError> {
        check(text.as_bytes())?;
        Ok(Self(LdapString::from(text)))
    }

    /// Makes a description of text that lives as long as the program, unchecked and without a copy.
    pub const fn from_static(text: &'static str) -> Self {
        Self(LdapString::from_static(text))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text as it goes into a message.
    pub const fn as_ldap_string(&self) -> &LdapString {
        &self.0
    }

    /// Returns the attribute type: what stands before the first `;`.
    pub fn attribute_type(&self) -> &str {
        split(&self.0).0
    }

    /// The same of a text that is not made a description.
    #[cfg(feature = "directory")]
    pub(crate) fn type_of(text: &str) -> &str {
        split(text).0
    }

    /// Walks the options in the order of the text.
    ///
    /// ```
    /// use ldapwire::model::AttributeDescription;
    ///
    /// let name = AttributeDescription::from("userCertificate;binary");
    /// assert_eq!(name.options().collect::<Vec<_>>(), ["binary"]);
    /// ```
    pub fn options(&self) -> impl Iterator<Item = &str> {
        options(&self.0)
    }

    /// Whether the option is among the options, ASCII letters in either case.
    pub fn has_option(&self, option: &str) -> bool {
        self.options().any(|own| own.eq_ignore_ascii_case(option))
    }

    /// Whether the grammar of RFC 4512 2.5 allows this text, as [`parse`](Self::parse) demands.
    pub fn is_valid(&self) -> bool {
        Self::is_valid_text(&self.0)
    }

    /// The same of a text that is not made a description.
    pub(crate) fn is_valid_text(text: &str) -> bool {
        check(text.as_bytes()).is_ok()
    }

    /// Whether an attribute of this name answers a request for `requested`, as far as that is known without schema:
    /// the types are equal, and all the options of the request are here.
    ///
    /// "An attribute description with N tagging options is a direct (description) subtype of all attribute
    /// descriptions of the same attribute type and all but one of the N options" (RFC 4512 2.5.2.1).
    ///
    /// ```
    /// use ldapwire::model::AttributeDescription;
    ///
    /// let stored = AttributeDescription::from("cn;lang-de;x-old");
    /// assert!(stored.is_same_or_subtype_of(&"CN".into()));
    /// assert!(stored.is_same_or_subtype_of(&"cn;x-old".into()));
    /// assert!(!stored.is_same_or_subtype_of(&"cn;lang-en".into()));
    /// ```
    #[must_use]
    pub fn is_same_or_subtype_of(&self, requested: &Self) -> bool {
        let (own_type, own_options) = split(&self.0);
        let (requested_type, requested_options) = split(&requested.0);
        if !own_type.eq_ignore_ascii_case(requested_type) {
            return false;
        }
        match (requested_options, own_options) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(_), Some(_)) => with_option_set(&requested.0, |requested| {
                with_option_set(&self.0, |own| is_subset(requested, own))
            }),
        }
    }

    /// Whether two texts are the same description, without making one of either; octets that are no text are none.
    pub(crate) fn is_same(left: &[u8], right: &[u8]) -> bool {
        let text = std::str::from_utf8;
        left.eq_ignore_ascii_case(right)
            || may_differ(left, right)
                && matches!((text(left), text(right)), (Ok(left), Ok(right)) if is_equal(left, right))
    }

    /// Copies the text out of the frame it is part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        Self(self.0.detach())
    }
}

impl PartialEq for AttributeDescription {
    fn eq(&self, other: &Self) -> bool {
        is_equal(&self.0, &other.0)
    }
}

impl Eq for AttributeDescription {}

impl PartialEq<str> for AttributeDescription {
    fn eq(&self, other: &str) -> bool {
        is_equal(&self.0, other)
    }
}

impl PartialEq<&str> for AttributeDescription {
    fn eq(&self, other: &&str) -> bool {
        is_equal(&self.0, other)
    }
}

impl Hash for AttributeDescription {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let (attribute_type, options) = split(&self.0);
        hash_folded(attribute_type, state);
        if options.is_some() {
            with_option_set(&self.0, |options| options.iter().for_each(|option| hash_folded(option, state)));
        }
    }
}

impl Ord for AttributeDescription {
    /// Sorts by type, then by the sorted options, ASCII letters in either case.
    fn cmp(&self, other: &Self) -> Ordering {
        let (left_type, left_options) = split(&self.0);
        let (right_type, right_options) = split(&other.0);
        compare_folded(left_type, right_type).then_with(|| match (left_options, right_options) {
            (None, None) => Ordering::Equal,
            _ => compare_options(&self.0, &other.0),
        })
    }
}

impl PartialOrd for AttributeDescription {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for AttributeDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for AttributeDescription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl FromStr for AttributeDescription {
    type Err = AttributeDescriptionParseError;

    fn from_str(text: &str) -> Result<Self, AttributeDescriptionParseError> {
        Self::parse(text)
    }
}

impl AsRef<str> for AttributeDescription {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl From<LdapString> for AttributeDescription {
    fn from(text: LdapString) -> Self {
        Self(text)
    }
}

impl From<&str> for AttributeDescription {
    fn from(text: &str) -> Self {
        Self(LdapString::from(text))
    }
}

impl From<String> for AttributeDescription {
    fn from(text: String) -> Self {
        Self(LdapString::from(text))
    }
}

impl From<&String> for AttributeDescription {
    fn from(text: &String) -> Self {
        Self(LdapString::from(text))
    }
}

impl From<&Self> for AttributeDescription {
    fn from(description: &Self) -> Self {
        description.clone()
    }
}

impl From<Oid> for AttributeDescription {
    fn from(oid: Oid) -> Self {
        Self(LdapString::from(oid))
    }
}

impl From<AttributeDescription> for LdapString {
    fn from(description: AttributeDescription) -> Self {
        description.0
    }
}

/// Checks the whole text.
fn check(text: &[u8]) -> Result<(), AttributeDescriptionParseError> {
    let position = description(text, 0)?;
    if position < text.len() {
        let problem = AttributeDescriptionProblem::ExpectedSemicolonOrEnd;
        return Err(AttributeDescriptionParseError::new(position, problem));
    }
    Ok(())
}

/// Reads the description that begins at `start` and returns its end. It is `const` for the templates that are checked
/// at compile time.
///
/// ```text
/// attributedescription = attributetype options
/// attributetype        = oid
/// options              = *( SEMI option )
/// option               = 1*keychar                              (RFC 4512 2.5)
/// ```
pub(super) const fn description(text: &[u8], start: usize) -> Result<usize, AttributeDescriptionParseError> {
    let mut position = match attribute_type(text, start) {
        Ok(end) => end,
        Err(error) => return Err(error),
    };
    while position < text.len() && text[position] == b';' {
        let option = position + 1;
        position = keychars(text, option);
        if position == option {
            return Err(AttributeDescriptionParseError::new(
                position,
                AttributeDescriptionProblem::ExpectedOption,
            ));
        }
    }
    Ok(position)
}

/// Reads the attribute type that begins at `start` and returns its end. It is `const` for the templates that are
/// checked at compile time.
///
/// ```text
/// oid         = descr / numericoid
/// descr       = keystring
/// keystring   = leadkeychar *keychar
/// leadkeychar = ALPHA
/// keychar     = ALPHA / DIGIT / HYPHEN                          (RFC 4512 1.4)
/// ```
pub(super) const fn attribute_type(
    text: &[u8],
    start: usize,
) -> Result<usize, AttributeDescriptionParseError> {
    if start < text.len() && text[start].is_ascii_alphabetic() {
        return Ok(keychars(text, start));
    }
    if start < text.len() && text[start].is_ascii_digit() {
        return match oid::numericoid(text, start) {
            Ok(end) => Ok(end),
            Err(error) => Err(AttributeDescriptionParseError::new(
                error.position(),
                AttributeDescriptionProblem::MalformedOid,
            )),
        };
    }
    Err(AttributeDescriptionParseError::new(start, AttributeDescriptionProblem::ExpectedType))
}

const fn keychars(text: &[u8], start: usize) -> usize {
    let mut position = start;
    while position < text.len() && (text[position].is_ascii_alphanumeric() || text[position] == b'-') {
        position += 1;
    }
    position
}

/// Splits into the type and the options, if a `;` announces any.
fn split(text: &str) -> (&str, Option<&str>) {
    // Asked for each attribute that a search looks at; a search for a character costs more where the text is so short.
    let semicolon = text.bytes().position(|octet| octet == b';');
    match semicolon.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?))) {
        Some((attribute_type, options)) => (attribute_type, Some(options)),
        None => (text, None),
    }
}

fn options(text: &str) -> impl Iterator<Item = &str> {
    split(text).1.into_iter().flat_map(|options| options.split(';'))
}

/// How many options are compared without allocating. Names in use have none, one or two.
const OPTIONS_ON_STACK: usize = 8;

/// Gives `then` the options sorted, each once, ASCII letters in either case.
///
/// Sorting costs `n log n`: a peer that sends thousands of options must not make comparing them quadratic.
fn with_option_set<R>(text: &str, then: impl FnOnce(&[&str]) -> R) -> R {
    let mut on_stack = [""; OPTIONS_ON_STACK];
    let mut on_heap = Vec::new();
    let mut count = 0;
    for option in options(text) {
        if let Some(slot) = on_stack.get_mut(count) {
            *slot = option;
        } else {
            if on_heap.is_empty() {
                on_heap.extend_from_slice(&on_stack);
            }
            on_heap.push(option);
        }
        count += 1;
    }
    let list = if on_heap.is_empty() { on_stack.get_mut(..count).unwrap_or_default() } else { &mut on_heap };
    list.sort_unstable_by(|left, right| compare_folded(left, right));
    let mut distinct = 0;
    for index in 0..list.len() {
        if index == 0 || !list[index].eq_ignore_ascii_case(list[distinct - 1]) {
            list[distinct] = list[index];
            distinct += 1;
        }
    }
    then(&list[..distinct])
}

fn is_equal(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right)
        || may_differ(left.as_bytes(), right.as_bytes())
            && split(left).0.eq_ignore_ascii_case(split(right).0)
            && compare_options(left, right).is_eq()
}

/// Whether descriptions may be equal that are written in other ways: they need options for that, and so the same first letter
/// is looked at before these are looked for.
fn may_differ(left: &[u8], right: &[u8]) -> bool {
    let first = |text: &[u8]| text.first().map(u8::to_ascii_lowercase);
    first(left) == first(right) && left.contains(&b';') && right.contains(&b';')
}

fn compare_options(left: &str, right: &str) -> Ordering {
    with_option_set(left, |left| {
        with_option_set(right, |right| {
            let differing =
                left.iter().zip(right).map(|(l, r)| compare_folded(l, r)).find(|order| order.is_ne());
            differing.unwrap_or_else(|| left.len().cmp(&right.len()))
        })
    })
}

/// Whether every member of the first set is in the second; both are sorted.
fn is_subset(few: &[&str], many: &[&str]) -> bool {
    let mut many = many.iter();
    few.iter().all(|wanted| many.any(|option| option.eq_ignore_ascii_case(wanted)))
}

fn compare_folded(left: &str, right: &str) -> Ordering {
    folded(left).cmp(folded(right))
}

fn folded(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().map(|octet| octet.to_ascii_lowercase())
}

fn hash_folded<H: Hasher>(text: &str, state: &mut H) {
    folded(text).for_each(|octet| state.write_u8(octet));
    // No octet of UTF-8: the end of this part cannot be taken for the beginning of the next.
    state.write_u8(0xff);
}

#[cfg(test)]
mod tests;
