//! `DistinguishedName`: the name of an entry.

use std::fmt;
use std::iter;
use std::str::FromStr;
use std::sync::Arc;

use super::error::DnParseError;
use super::rdn::Rdn;
use super::{parse, print};
use crate::model::LdapString;

/// A distinguished name, such as `uid=jsmith,ou=people,dc=example,dc=org`: the way from an entry up to the root.
///
/// ```text
/// DistinguishedName ::= RDNSequence
/// RDNSequence ::= SEQUENCE OF RelativeDistinguishedName         (RFC 4514 2)
/// ```
///
/// The text begins with the entry itself, and so do all the methods here: [`rdn`](Self::rdn) is the entry's own name
/// and the first of [`rdns`](Self::rdns).
///
/// Values are octets, and stay what they are: **for every name, [`parse`](Self::parse) of its text form gives an
/// identical name.** Cloning is cheap, and [`parent`](Self::parent) too: they share the parts.
///
/// # Text
///
/// [`parse`](Self::parse) reads the grammar of RFC 4514 and what RFC 2253 section 4 adds to it. Written is only the
/// form of RFC 4514 section 2: types as they were given, special characters behind a `\`, other octets that need it
/// as `\` and two lower-case digits. Those are NUL and octets that are not UTF-8, as that section demands, and control
/// characters, which it permits: a name that goes into a log or onto a terminal must not move the cursor there.
///
/// # Equality
///
/// A name compares by its attributes' matching rules, which only a schema knows. `Eq`, `Ord` and `Hash` do without:
///
/// * Types are equal in either case. The names that RFC 4514 section 3 lists are equal to their long forms and their
///   object identifiers: `cn`, `commonName`, `2.5.4.3`.
/// * Values compare as `caseIgnoreMatch` does by default, which is the rule of nearly every naming attribute: white
///   space at either end does not count, inside any amount of it is one space, and letters are equal in either case
///   (each character by its lower-case form; beyond that, text is not normalized). A value that is not UTF-8 compares
///   by its octets, a BER encoding too.
/// * The order of the assertions in a relative name has no meaning.
///
/// Names sort from the root downwards, so that a parent comes before its children and a subtree is contiguous.
/// [`is_identical`](Self::is_identical) compares octet by octet.
///
/// # Examples
///
/// ```
/// use ldapwire::model::Dn;
///
/// let people: Dn = "ou=people,dc=example,dc=org".parse()?;
/// let smith = people.child("uid", "smith, j")?;
/// assert_eq!(smith.to_string(), r"uid=smith\, j,ou=people,dc=example,dc=org");
/// assert!(smith.is_child_of(&people));
/// assert_eq!(smith, Dn::parse(r"UID=Smith\2c J, OU=People, DC=example, DC=org")?);
/// # Ok::<(), ldapwire::model::DnParseError>(())
/// ```
///
/// A name with fixed parts is best written with the macro [`dn!`](crate::dn).
#[derive(Clone)]
pub struct Dn {
    rdns: Arc<[Rdn]>,
    /// How many of the first parts do not belong to this name: it is an ancestor of the one they are shared with.
    skipped: usize,
}

impl Dn {
    /// How many assertions [`parse`](Self::parse) reads, so that a text of 16 MiB cannot become 400 MiB of parts.
    /// Each relative name has at least one assertion: this limits their number too. Real names have about five.
    pub const MAX_AVAS: usize = 16 * 1024;

    /// How many octets of text [`parse`](Self::parse) reads: as much as a message may have by default.
    pub const MAX_LENGTH: usize = 16 * 1024 * 1024;

    /// Returns the name with no parts, which is that of the root: the empty text.
    pub fn root() -> Self {
        Self { rdns: Arc::default(), skipped: 0 }
    }

    /// Reads a name.
    ///
    /// # Errors
    ///
    /// The text is no distinguished name, or passes [`MAX_AVAS`](Self::MAX_AVAS) or [`MAX_LENGTH`](Self::MAX_LENGTH);
    /// the error says where.
    ///
    /// ```
    /// use ldapwire::model::Dn;
    ///
    /// let dn = Dn::parse(r#"CN="Smith, J." ; OID.2.5.4.10 = Example"#)?;
    /// assert_eq!(dn.to_string(), r"CN=Smith\, J.,2.5.4.10=Example");
    ///
    /// assert_eq!(Dn::parse("cn=a<b").unwrap_err().position(), 4);
    /// # Ok::<(), ldapwire::model::DnParseError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, DnParseError> {
        parse::dn(&LdapString::from(text))
    }

    /// Reads the text of another name, whose octets are shared. There is no limit: that text was not a peer's.
    #[cfg(feature = "directory")]
    pub(crate) fn of_written(text: &LdapString) -> Self {
        // What is written is read: so the tests of writing hold.
        parse::written(text).unwrap_or_default()
    }

    /// Tells whether this is how the name is written.
    #[cfg(feature = "directory")]
    pub(crate) fn is_written(&self, text: &str) -> bool {
        print::is_written(self, text)
    }

    /// Looks whether a text is a distinguished name, as [`parse`](Self::parse) does, keeping nothing of it.
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    ///
    /// ```
    /// use ldapwire::model::Dn;
    ///
    /// assert_eq!(Dn::check("cn=Ada,dc=example"), Ok(()));
    /// assert_eq!(Dn::check("Ada").unwrap_err().position(), 3);
    /// ```
    pub fn check(text: &str) -> Result<(), DnParseError> {
        parse::check(text.as_bytes())
    }

    /// As [`check`](Self::check), for one name after the other; `superior` is the caller's memory, empty at first.
    pub(crate) fn check_next(text: &str, superior: &mut Vec<u8>) -> Result<(), DnParseError> {
        parse::check_next(text.as_bytes(), superior)
    }

    /// Whether this is the name of the root, which has no parts.
    pub fn is_root(&self) -> bool {
        self.rdns().is_empty()
    }

    /// Returns the number of relative names: how far below the root the entry is.
    pub fn depth(&self) -> usize {
        self.rdns().len()
    }

    /// Returns the relative names, from the entry upwards.
    pub fn rdns(&self) -> &[Rdn] {
        self.rdns.get(self.skipped..).unwrap_or_default()
    }

    /// Returns the entry's own relative name; the root has none.
    pub fn rdn(&self) -> Option<&Rdn> {
        self.rdns().first()
    }

    /// Returns the name of the entry above, without a copy; the root has none.
    ///
    /// ```
    /// use ldapwire::dn;
    ///
    /// assert_eq!(dn!("dc=example,dc=org").parent(), Some(dn!("dc=org")));
    /// assert_eq!(dn!("").parent(), None);
    /// ```
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        Some(Self { rdns: Arc::clone(&self.rdns), skipped: self.skipped + 1 })
    }

    /// Walks the names above, from the parent to the root.
    ///
    /// ```
    /// use ldapwire::dn;
    ///
    /// let above: Vec<_> = dn!("ou=people,dc=example").ancestors().map(|dn| dn.to_string()).collect();
    /// assert_eq!(above, ["dc=example", ""]);
    /// ```
    pub fn ancestors(&self) -> impl Iterator<Item = Self> + use<> {
        iter::successors(self.parent(), Self::parent)
    }

    /// Returns the name of an entry below this one, of an attribute type and the octets of its value, which never
    /// become syntax.
    ///
    /// # Errors
    ///
    /// The type is neither a name nor an object identifier, or has options.
    ///
    /// ```
    /// use ldapwire::dn;
    ///
    /// let people = dn!("ou=people,dc=example");
    /// assert_eq!(people.child("uid", "x,ou=admins")?.to_string(), r"uid=x\,ou=admins,ou=people,dc=example");
    /// # Ok::<(), ldapwire::model::DnParseError>(())
    /// ```
    pub fn child(&self, attribute: impl AsRef<str>, value: impl AsRef<[u8]>) -> Result<Self, DnParseError> {
        Ok(self.child_rdn(Rdn::new(attribute, value)?))
    }

    /// Returns the name of the entry below this one that the relative name names.
    #[must_use]
    pub fn child_rdn(&self, rdn: Rdn) -> Self {
        iter::once(rdn).chain(self.rdns().iter().cloned()).collect()
    }

    /// Returns this name below another one: `relative` joined to a `base`.
    ///
    /// ```
    /// use ldapwire::dn;
    ///
    /// let base = dn!("dc=example,dc=org");
    /// assert_eq!(dn!("uid=jsmith,ou=people").join(&base), dn!("uid=jsmith,ou=people,dc=example,dc=org"));
    /// ```
    #[must_use]
    pub fn join(&self, base: &Self) -> Self {
        if base.is_root() {
            return self.clone();
        }
        self.rdns().iter().chain(base.rdns()).cloned().collect()
    }

    /// Returns the part of this name below an ancestor, or nothing if `base` is neither that nor this name.
    ///
    /// [`rebased`](Self::rebased) moves a name to another place.
    #[must_use]
    pub fn relative_to(&self, base: &Self) -> Option<Self> {
        let own = self.strip(base)?;
        if base.is_root() {
            return Some(self.clone());
        }
        Some(own.iter().cloned().collect())
    }

    /// Returns this name with `new` in the place of its ancestor `old`, as a move of that ancestor makes it; nothing if it
    /// is not within `old`.
    ///
    /// ```
    /// use ldapwire::dn;
    ///
    /// let (old, new) = (dn!("ou=sales,dc=example"), dn!("ou=marketing,dc=example"));
    /// let moved = dn!("uid=jsmith,ou=Sales,dc=example").rebased(&old, &new);
    /// assert_eq!(moved, Some(dn!("uid=jsmith,ou=marketing,dc=example")));
    /// assert_eq!(dn!("dc=example").rebased(&old, &new), None);
    /// ```
    #[must_use]
    pub fn rebased(&self, old: &Self, new: &Self) -> Option<Self> {
        self.strip(old).map(|below| below.iter().chain(new.rdns()).cloned().collect())
    }

    /// Whether the entry `other` is somewhere below this one. No name is its own ancestor.
    #[must_use]
    pub fn is_ancestor_of(&self, other: &Self) -> bool {
        other.is_descendant_of(self)
    }

    /// Whether this entry is somewhere below `other`. No name is its own descendant.
    #[must_use]
    pub fn is_descendant_of(&self, other: &Self) -> bool {
        self.strip(other).is_some_and(|own| !own.is_empty())
    }

    /// Whether this entry is directly below `other`.
    #[must_use]
    pub fn is_child_of(&self, other: &Self) -> bool {
        self.strip(other).is_some_and(|own| own.len() == 1)
    }

    /// Whether this entry is `base` or somewhere below it: in the subtree that a search of it covers.
    #[must_use]
    pub fn is_within(&self, base: &Self) -> bool {
        self.strip(base).is_some()
    }

    /// Whether both have identical parts, octet by octet: the same types in the same case, the same values, the same
    /// order.
    ///
    /// ```
    /// use ldapwire::dn;
    ///
    /// assert_eq!(dn!("dc=example"), dn!("DC=Example"));
    /// assert!(!dn!("dc=example").is_identical(&dn!("DC=Example")));
    /// ```
    #[must_use]
    pub fn is_identical(&self, other: &Self) -> bool {
        self.depth() == other.depth()
            && iter::zip(self.rdns(), other.rdns()).all(|(left, right)| left.is_identical(right))
    }

    /// Copies the parts out of the frame they are part of, so that the frame can be freed.
    #[must_use]
    pub fn detach(&self) -> Self {
        self.rdns().iter().map(Rdn::detach).collect()
    }

    /// Returns the parts that this name has below `base`, if it is within it.
    fn strip(&self, base: &Self) -> Option<&[Rdn]> {
        let own = self.depth().checked_sub(base.depth())?;
        let (below, above) = self.rdns().split_at_checked(own)?;
        (above == base.rdns()).then_some(below)
    }
}

impl Default for Dn {
    /// Returns the name of the root.
    fn default() -> Self {
        Self::root()
    }
}

impl fmt::Display for Dn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print::dn(self, f)
    }
}

impl fmt::Debug for Dn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dn({self})")
    }
}

impl FromIterator<Rdn> for Dn {
    /// Makes a name of relative names, the entry's own first.
    fn from_iter<I: IntoIterator<Item = Rdn>>(rdns: I) -> Self {
        Self { rdns: rdns.into_iter().collect(), skipped: 0 }
    }
}

impl From<Rdn> for Dn {
    fn from(rdn: Rdn) -> Self {
        iter::once(rdn).collect()
    }
}

impl FromStr for Dn {
    type Err = DnParseError;

    fn from_str(text: &str) -> Result<Self, DnParseError> {
        Self::parse(text)
    }
}

impl TryFrom<&str> for Dn {
    type Error = DnParseError;

    fn try_from(text: &str) -> Result<Self, DnParseError> {
        Self::parse(text)
    }
}

impl TryFrom<&LdapString> for Dn {
    type Error = DnParseError;

    /// Reads a received name without copying its values: it keeps the text alive, and with it the frame.
    /// [`detach`](Dn::detach) copies them out.
    fn try_from(text: &LdapString) -> Result<Self, DnParseError> {
        parse::dn(text)
    }
}

impl From<&Dn> for LdapString {
    fn from(dn: &Dn) -> Self {
        /// Octets of a relative name, about.
        const USUAL: usize = 24;

        if dn.is_root() {
            return Self::new();
        }
        let mut text = String::with_capacity(USUAL * dn.depth());
        // A string takes everything.
        let _ = print::dn(dn, &mut text);
        Self::from(text)
    }
}

impl From<Dn> for LdapString {
    fn from(dn: Dn) -> Self {
        Self::from(&dn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dn;

    #[test]
    fn the_root_has_no_parts() {
        let root = Dn::root();
        assert_eq!(Dn::parse("").unwrap(), root);
        assert_eq!(Dn::default(), root);
        assert!(root.is_root());
        assert_eq!(root.depth(), 0);
        assert!(root.rdn().is_none());
        assert!(root.parent().is_none());
        assert_eq!(root.to_string(), "");
        assert_eq!(LdapString::from(&root), "");
    }

    #[test]
    fn parents_lead_to_the_root() {
        let dn = dn!("cn=a,cn=b,cn=c");
        let above: Vec<_> = dn.ancestors().collect();
        assert_eq!(above, [dn!("cn=b,cn=c"), dn!("cn=c"), Dn::root()]);
        assert_eq!(above[0].rdns().len(), 2);
        assert_eq!(above[0].child("cn", "a").unwrap(), dn);
        assert_eq!(above[1].clone().detach(), above[1]);
        assert_eq!(format!("{:?}", above[0]), "Dn(cn=b,cn=c)");
    }

    #[test]
    fn the_tree_is_seen_from_both_sides() {
        let (root, base, child, grandchild) =
            (Dn::root(), dn!("dc=org"), dn!("dc=example,dc=ORG"), dn!("ou=x,dc=Example,dc=org"));
        for (lower, upper, distance) in [
            (&grandchild, &root, 3),
            (&grandchild, &base, 2),
            (&grandchild, &child, 1),
            (&child, &base, 1),
            (&base, &root, 1),
            (&child, &child, 0),
            (&root, &root, 0),
        ] {
            assert!(lower.is_within(upper));
            assert_eq!(lower.is_descendant_of(upper), distance > 0);
            assert_eq!(upper.is_ancestor_of(lower), distance > 0);
            assert_eq!(lower.is_child_of(upper), distance == 1);
            assert_eq!(upper.is_within(lower), distance == 0);
            assert!(!upper.is_descendant_of(lower));
            let relative = lower.relative_to(upper).unwrap();
            assert_eq!(relative.depth(), distance);
            assert_eq!(relative.join(upper), *lower);
            assert_eq!(lower.rebased(upper, &dn!("o=x")), Some(relative.join(&dn!("o=x"))));
        }
        let stranger = dn!("dc=example,dc=net");
        assert!(
            !stranger.is_within(&base)
                && !stranger.is_within(&child)
                && stranger.relative_to(&base).is_none()
        );
    }

    #[test]
    fn children_are_named_by_octets() {
        let base = dn!("dc=org");
        assert_eq!(base.child("cn", [0xff, 0x00]).unwrap().to_string(), r"cn=\ff\00,dc=org");
        assert_eq!(base.child("cn", "").unwrap().to_string(), "cn=,dc=org");
        assert_eq!(Dn::root().child("cn", "#").unwrap().to_string(), r"cn=\#");
        for (attribute, position) in
            [("", 0), ("cn=x,ou", 2), ("cn;lang-de", 2), ("cn ", 2), ("OID.1.2", 3), ("1.02", 2)]
        {
            assert_eq!(base.child(attribute, "x").unwrap_err().position(), position, "{attribute:?}");
        }
    }

    #[test]
    fn a_received_name_shares_its_text_until_detached() {
        let text = LdapString::from(r"cn=a long enough value,ou=esc\,aped");
        let dn = Dn::try_from(&text).unwrap();
        let value = |dn: &Dn| dn.rdns()[0].first().value().as_ptr();
        assert_eq!(value(&dn), text[3..].as_ptr());
        assert_ne!(value(&dn.detach()), text[3..].as_ptr());
        assert!(dn.detach().is_identical(&dn));
    }
}
