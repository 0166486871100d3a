//! Subtree Specification (RFC 3672 2.1 and appendix A).

use std::fmt;
use std::str::FromStr;

use super::cursor::Cursor;
use super::refinement::Refinement;
use super::{SyntaxError, gser};
use crate::model::{Dn, Entry};
use crate::schema::Schema;

/// Which entries of an administrative area a subentry is about: where they stand, and of which classes they are.
///
/// ```text
/// SubtreeSpecification = "{" [ sp ss-base ]
///                            [ sep sp ss-specificExclusions ]
///                            [ sep sp ss-minimum ]
///                            [ sep sp ss-maximum ]
///                            [ sep sp ss-specificationFilter ]
///                                sp "}"                         (RFC 3672 A)
/// ```
///
/// The components stand in this order. `{}`, the default, is the whole area. The syntax has no rule by which values are
/// equal; `Eq` compares the components, names as [`Dn`] does.
///
/// ```
/// use ldapwire::model::{Dn, Entry};
/// use ldapwire::schema::{Schema, SubtreeSpecification};
///
/// let text = r#"{ base "ou=people", specificExclusions { chopAfter:"ou=guests" }, maximum 2, specificationFilter item:person }"#;
/// let subtree = SubtreeSpecification::parse(text)?;
/// assert_eq!(subtree.to_string(), text);
/// assert_eq!((subtree.minimum(), subtree.maximum()), (0, Some(2)));
///
/// let area = Dn::parse("dc=example")?;
/// let contains = |dn: &str| {
///     let entry = Entry::new(dn).with("objectClass", ["inetOrgPerson"]);
///     subtree.contains(&entry, &area, &Schema::standard())
/// };
/// assert!(contains("uid=ada,ou=people,dc=example"));
/// assert!(!contains("uid=bob,ou=guests,ou=people,dc=example"));
/// assert!(!contains("uid=eve,dc=example"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct SubtreeSpecification {
    base: Dn,
    exclusions: Vec<SpecificExclusion>,
    minimum: u64,
    maximum: Option<u64>,
    filter: Option<Refinement>,
}

/// A part that is cut out of a subtree. Its name is relative to the base.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "a CHOICE that the standard does not leave open")]
pub enum SpecificExclusion {
    /// The entry and what stands below it.
    ChopBefore(Dn),
    /// What stands below the entry.
    ChopAfter(Dn),
}

impl SubtreeSpecification {
    /// How many exclusions a text may have, and their names together as many assertions as [one
    /// name](Dn::MAX_AVAS), the last of them not counted.
    pub const MAX_EXCLUSIONS: usize = Dn::MAX_AVAS;

    /// Specifies the whole area.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the entry at the top, relative to that of the area. Default the root: the area's own.
    #[must_use]
    pub fn with_base(mut self, base: Dn) -> Self {
        self.base = base;
        self
    }

    /// Cuts a part out, beside those before.
    #[must_use]
    pub fn with_exclusion(mut self, exclusion: SpecificExclusion) -> Self {
        self.exclusions.push(exclusion);
        self
    }

    /// Sets how many relative names below the base entries stand at least. Default 0: the base is one of them.
    #[must_use]
    pub const fn with_minimum(mut self, distance: u64) -> Self {
        self.minimum = distance;
        self
    }

    /// Sets how many relative names below the base entries stand at most. Default any number.
    #[must_use]
    pub const fn with_maximum(mut self, distance: u64) -> Self {
        self.maximum = Some(distance);
        self
    }

    /// Sets which classes the entries have. Default any.
    #[must_use]
    pub fn with_filter(mut self, filter: Refinement) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Reads a value. A distance that does not fit in 64 bits is taken for the largest that does: no name is so long.
    ///
    /// # Errors
    ///
    /// The text is none, or has more than [`MAX_EXCLUSIONS`](Self::MAX_EXCLUSIONS) or
    /// [`Refinement::MAX_ITEMS`]; the error says where.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        Self::from_octets(text.as_bytes())
    }

    /// Returns the entry at the top, relative to that of the area.
    pub const fn base(&self) -> &Dn {
        &self.base
    }

    /// Returns the parts that are cut out.
    pub fn exclusions(&self) -> &[SpecificExclusion] {
        &self.exclusions
    }

    /// Returns how many relative names below the base entries stand at least.
    pub const fn minimum(&self) -> u64 {
        self.minimum
    }

    /// Returns how many relative names below the base entries stand at most, if there is a limit.
    pub const fn maximum(&self) -> Option<u64> {
        self.maximum
    }

    /// Returns which classes the entries have, if that counts.
    pub const fn filter(&self) -> Option<&Refinement> {
        self.filter.as_ref()
    }

    /// Whether an entry is one of those that are specified, in the administrative area whose topmost entry is `area`.
    pub fn contains(&self, entry: &Entry, area: &Dn, schema: &Schema) -> bool {
        let Ok(dn) = Dn::parse(entry.dn()) else { return false };
        let base = self.base.join(area);
        let is_within = |top: &Dn| depth_below(&dn, top, schema);
        let Some(distance) = is_within(&base) else { return false };
        let is_excluded = |exclusion: &SpecificExclusion| match exclusion {
            SpecificExclusion::ChopBefore(name) => is_within(&name.join(&base)).is_some(),
            SpecificExclusion::ChopAfter(name) => is_within(&name.join(&base)).is_some_and(|below| below > 0),
        };
        self.minimum <= distance
            && self.maximum.is_none_or(|maximum| distance <= maximum)
            && !self.exclusions.iter().any(is_excluded)
            && self.filter.as_ref().is_none_or(|filter| filter.is_met_by(entry, schema))
    }

    fn from_octets(octets: &[u8]) -> Result<Self, SyntaxError> {
        let (mut cursor, _) = Cursor::text(octets)?;
        let mut subtree = Self::default();
        cursor.expect(b'{', "'{'")?;
        cursor.spaces();
        let mut last = None;
        let mut goes_on = !cursor.take(b'}');
        while goes_on {
            let start = cursor.position();
            let word = cursor.take_while(|octet| octet.is_ascii_alphabetic());
            let place = COMPONENTS.iter().position(|own| own.as_bytes() == word);
            let place = place.filter(|place| last.is_none_or(|last| *place > last));
            let place =
                place.ok_or_else(|| SyntaxError::new(start, "a component, each once and in order"))?;
            cursor.some(|octet| octet == b' ', "a space")?;
            match place {
                0 => subtree.base = gser::local_name(&mut cursor)?,
                1 => subtree.exclusions = exclusions(&mut cursor)?,
                2 => subtree.minimum = distance(&mut cursor)?,
                3 => subtree.maximum = Some(distance(&mut cursor)?),
                _ => subtree.filter = Some(Refinement::take(&mut cursor)?),
            }
            last = Some(place);
            goes_on = gser::goes_on(&mut cursor)?;
        }
        cursor.end("the end")?;
        Ok(subtree)
    }
}

/// The words that components begin with, in their order.
const COMPONENTS: [&str; 5] = ["base", "specificExclusions", "minimum", "maximum", "specificationFilter"];

/// Returns how many relative names a name has more than the one that it stands below or is.
fn depth_below(dn: &Dn, top: &Dn, schema: &Schema) -> Option<u64> {
    let below = dn.depth().checked_sub(top.depth())?;
    let above = if below == 0 { dn.clone() } else { dn.ancestors().nth(below - 1)? };
    schema.is_same_dn(&above, top).then_some(u64::try_from(below).unwrap_or(u64::MAX))
}

/// ```text
/// SpecificExclusions = "{" [ sp SpecificExclusion
///                         *( "," sp SpecificExclusion ) ] sp "}"
/// SpecificExclusion  = chopBefore / chopAfter
/// chopBefore         = id-chopBefore ":" LocalName
/// chopAfter          = id-chopAfter  ":" LocalName               (RFC 3672 A)
/// ```
fn exclusions(cursor: &mut Cursor<'_>) -> Result<Vec<SpecificExclusion>, SyntaxError> {
    cursor.expect(b'{', "'{'")?;
    cursor.spaces();
    let mut exclusions = Vec::new();
    let mut room = SubtreeSpecification::MAX_EXCLUSIONS;
    let mut goes_on = !cursor.take(b'}');
    while goes_on {
        let start = cursor.position();
        let make = match cursor.take_while(|octet| octet.is_ascii_alphabetic()) {
            b"chopBefore" => SpecificExclusion::ChopBefore,
            b"chopAfter" => SpecificExclusion::ChopAfter,
            _ => return Err(SyntaxError::new(start, "'chopBefore' or 'chopAfter'")),
        };
        if room == 0 {
            return Err(SyntaxError::new(start, "no further exclusion: there are too many before"));
        }
        cursor.expect(b':', "':'")?;
        let name = gser::local_name(cursor)?;
        let assertions: usize = name.rdns().iter().map(|rdn| rdn.avas().len()).sum();
        room = room.saturating_sub(assertions.max(1));
        exclusions.push(make(name));
        goes_on = gser::goes_on(cursor)?;
    }
    Ok(exclusions)
}

/// ```text
/// BaseDistance = INTEGER-0-MAX                                   (RFC 3672 A)
/// ```
fn distance(cursor: &mut Cursor<'_>) -> Result<u64, SyntaxError> {
    let start = cursor.position();
    match gser::integer(cursor)? {
        negative if negative.starts_with('-') => {
            Err(SyntaxError::new(start, "a number that is not negative"))
        }
        number => Ok(number.parse().unwrap_or(u64::MAX)),
    }
}

impl fmt::Display for SubtreeSpecification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "{ ";
        let mut component = |f: &mut fmt::Formatter<'_>, text: fmt::Arguments<'_>| {
            f.write_str(std::mem::replace(&mut separator, ", "))?;
            f.write_fmt(text)
        };
        if !self.base.is_root() {
            component(f, format_args!("base {}", gser::LocalName(&self.base)))?;
        }
        if !self.exclusions.is_empty() {
            component(f, format_args!("specificExclusions {{ "))?;
            for (place, exclusion) in self.exclusions.iter().enumerate() {
                f.write_str(if place == 0 { "" } else { ", " })?;
                fmt::Display::fmt(exclusion, f)?;
            }
            f.write_str(" }")?;
        }
        if self.minimum > 0 {
            component(f, format_args!("minimum {}", self.minimum))?;
        }
        if let Some(maximum) = self.maximum {
            component(f, format_args!("maximum {maximum}"))?;
        }
        if let Some(filter) = &self.filter {
            component(f, format_args!("specificationFilter {filter}"))?;
        }
        f.write_str(if separator == "{ " { "{}" } else { " }" })
    }
}

impl fmt::Display for SpecificExclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ChopBefore(name) => write!(f, "chopBefore:{}", gser::LocalName(name)),
            Self::ChopAfter(name) => write!(f, "chopAfter:{}", gser::LocalName(name)),
        }
    }
}

impl FromStr for SubtreeSpecification {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        Self::parse(text)
    }
}

pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    SubtreeSpecification::from_octets(octets).map(drop)
}

#[cfg(test)]
mod tests;
