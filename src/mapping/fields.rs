//! Which field of a struct an attribute goes to.

use crate::model::AttributeDescription;

/// The names of a struct's fields, aliases included; a map has none.
pub(super) struct Fields {
    names: &'static [&'static str],
    /// For the beginning of a name where it may stand among the names, counted from one: attributes that go nowhere are told
    /// by theirs, most others are found by it at once.
    likely: [u8; BEGINNINGS],
    /// A bit for the length of each name, which tells most of those that begin alike.
    lengths: u64,
    /// Where the next attribute is expected: behind the name that was found last, since servers and structs tend to agree
    /// about the order.
    next: usize,
}

impl Fields {
    #[inline]
    pub(super) fn new(names: &'static [&'static str]) -> Self {
        let (mut likely, mut lengths) = ([0; BEGINNINGS], 0);
        for (number, name) in (1..).zip(names) {
            // Where names are more than a number tells, it stands for a wrong one, and the search begins.
            likely[beginning(name.as_bytes())] = u8::try_from(number).unwrap_or(u8::MAX);
            lengths |= length(name.as_bytes());
        }
        Self { names, likely, lengths, next: 0 }
    }

    /// Whether a map asks, which has no fields and takes every attribute.
    #[inline]
    pub(super) const fn is_map(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether the name of the entry is asked for: by a field, which comes first then, or by a map.
    #[inline]
    pub(super) fn find_dn(&mut self) -> bool {
        let place = self.names.iter().position(|name| *name == "dn");
        self.next = place.map_or(0, |place| place + 1);
        place.is_some() || self.is_map()
    }

    /// Returns the field that an attribute goes to, spelled as the struct has it.
    #[inline]
    pub(super) fn find(&mut self, description: &[u8]) -> Option<&'static str> {
        if let Some(name) = self.names.get(self.next)
            && name.as_bytes() == description
        {
            self.next += 1;
            return Some(name);
        }
        let likely = usize::from(self.likely[beginning(description)]);
        let name = self.names.get(likely.checked_sub(1)?)?;
        if name.as_bytes() == description {
            self.next = likely;
            return Some(name);
        }
        self.search(description)
    }

    #[inline(never)]
    fn search(&mut self, description: &[u8]) -> Option<&'static str> {
        if self.lengths & length(description) != 0 {
            let is_same = |name: &&str| {
                let name = name.as_bytes();
                name.len() == description.len()
                    && (name == description || name.eq_ignore_ascii_case(description))
            };
            if let Some(place) = self.names.iter().position(is_same) {
                self.next = place + 1;
                return self.names.get(place).copied();
            }
        }
        // Only names with options can be equal in another way.
        if description.contains(&b';') { self.search_by_options(description) } else { None }
    }

    #[cold]
    fn search_by_options(&self, description: &[u8]) -> Option<&'static str> {
        let description = AttributeDescription::from(str::from_utf8(description).ok()?);
        let same_options = self.names.iter().find(|name| description == **name);
        // "The presence or absence of the ;binary option only affects the transfer" (RFC 4522 3).
        let found = same_options.or_else(|| {
            let plain = || description.options().filter(|option| !option.eq_ignore_ascii_case("binary"));
            self.names.iter().find(|name| {
                let name = AttributeDescription::from(**name);
                name.attribute_type().eq_ignore_ascii_case(description.attribute_type())
                    && plain().count() == name.options().count()
                    && plain().all(|option| name.has_option(option))
            })
        });
        found.copied()
    }
}

/// How many beginnings are told apart.
const BEGINNINGS: usize = 64;

/// The number of the first two letters of an attribute type, the same in either case; others share it.
#[inline]
fn beginning(description: &[u8]) -> usize {
    let (first, second) = match description {
        [first, second, ..] => (*first, *second),
        [first] => (*first, b';'),
        [] => (b';', b';'),
    };
    usize::from((first << 1) ^ (second & 0x1f)) % BEGINNINGS
}

/// The bit of a length; those that differ by 64 share it.
#[inline]
const fn length(description: &[u8]) -> u64 {
    1 << (description.len() & 0x3f)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_go_to_the_field_that_has_their_name() {
        const NAMES: &[&str] =
            &["mail", "l", "MAIL;lang-de;x-a", "userCertificate", "2.5.4.3", "cRL;binary", "member", "dn"];
        for (description, field) in [
            ("mail", Some("mail")),
            ("MaIl", Some("mail")),
            ("mai", None),
            ("mails", None),
            ("manager", None),
            ("mail;lang-de", None),
            ("mail;X-A;LANG-DE", Some("MAIL;lang-de;x-a")),
            ("mail;lang-de;x-a;binary", Some("MAIL;lang-de;x-a")),
            ("l", Some("l")),
            ("L", Some("l")),
            ("l;binary", Some("l")),
            ("L;lang-de", None),
            (";", None),
            ("", None),
            ("usercertificate;BINARY", Some("userCertificate")),
            ("crl;binary", Some("cRL;binary")),
            ("crl", None),
            ("2.5.4.3", Some("2.5.4.3")),
            ("2.5.4.30", None),
            ("member;range=0-1", None),
            ("dn", Some("dn")),
            ("memb\u{e9}", None),
        ] {
            // Wherever the search begins.
            for next in 0..=NAMES.len() {
                let mut fields = Fields { next, ..Fields::new(NAMES) };
                assert_eq!(fields.find(description.as_bytes()), field, "{description} from {next}");
            }
        }
        assert_eq!(Fields::new(NAMES).find(b"mail;\xff"), None);
    }

    #[test]
    fn attributes_are_found_in_any_order() {
        const NAMES: &[&str] = &["a", "b", "c", "d"];
        for order in ["abcd", "dcba", "bbaacd", "cxadyb"] {
            let mut fields = Fields::new(NAMES);
            for name in order.chars().map(String::from) {
                let found = fields.find(name.as_bytes());
                assert_eq!(found, NAMES.iter().copied().find(|own| *own == name), "{name} of {order}");
            }
        }
    }

    #[test]
    fn every_field_of_many_is_found() {
        let names: Vec<&str> = (0..600).map(|number| &*format!("x{number}").leak()).collect();
        let names: &'static [&str] = names.leak();
        let mut fields = Fields::new(names);
        for name in names.iter().rev() {
            assert_eq!(fields.find(name.as_bytes()), Some(*name));
            assert_eq!(fields.find(name.to_ascii_uppercase().as_bytes()), Some(*name));
        }
        assert_eq!(fields.find(b"x600"), None);
    }
}
