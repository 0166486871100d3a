//! A name as octets that sort.

use super::Ava;
use super::compare::attribute_key;
use super::name::Dn;
use super::rdn::Rdn;
#[cfg(feature = "bulk")]
use super::{DnParseError, parse};
#[cfg(feature = "bulk")]
use crate::model::LdapString;
use crate::model::case_ignore::folded;

impl Dn {
    /// Returns octets to sort and to look up names by, where a name itself would be too slow or too large.
    ///
    /// **The keys of two names are equal if and only if the names are, and the key of a name is the beginning of those of all names
    /// below it.** So a parent comes before its children, and a subtree is contiguous. Among siblings the order is not
    /// always that of `Ord`. It is the same on every platform.
    ///
    /// ```
    /// use ldapwire::dn;
    ///
    /// let (parent, child) = (dn!("dc=Example,dc=org"), dn!("OU=People,DC=example,DC=org"));
    /// assert!(child.sort_key().starts_with(&parent.sort_key()));
    /// assert_eq!(child.sort_key(), dn!("ou=people,dc=example,dc=org").sort_key());
    /// ```
    #[must_use]
    pub fn sort_key(&self) -> Vec<u8> {
        let mut key = Vec::new();
        for rdn in self.rdns().iter().rev() {
            push_rdn(rdn, &mut key);
            key.push(END_OF_RDN);
        }
        key
    }
}

/// Returns the keys of the names above that of `key`, from the root to the parent.
#[cfg(feature = "bulk")]
pub(crate) fn keys_above(key: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut start = 0;
    let mut place = 0;
    std::iter::from_fn(move || {
        let above = key.get(..start)?;
        loop {
            match *key.get(place)? {
                ESCAPE => place += 2,
                END_OF_RDN => break,
                _ => place += 1,
            }
        }
        place += 1;
        start = place;
        Some(above)
    })
}

/// Makes the keys of one name after the other: names of one folder begin and end alike, and the key of what follows the first part
/// is kept from the name before, as is that of the first part's type.
#[cfg(feature = "bulk")]
#[derive(Debug, Default)]
pub(crate) struct SortKeys {
    /// What followed the first part, and its key.
    superior: Vec<u8>,
    superior_key: Vec<u8>,
    /// The type of the first part as it was spelled, and its key.
    attribute: Vec<u8>,
    attribute_key: Vec<u8>,
    key: Vec<u8>,
}

#[cfg(feature = "bulk")]
impl SortKeys {
    /// Returns the [key](Dn::sort_key) of the name that a text is.
    pub(crate) fn of(&mut self, text: &LdapString) -> Result<&[u8], DnParseError> {
        /// A name of this length is far from [`Dn::MAX_AVAS`].
        const KEPT: usize = 1024;
        parse::check_length(text.as_bytes())?;
        if let Some(value) = self.value_beside(text.as_bytes()) {
            self.key.clear();
            self.key.extend_from_slice(&self.superior_key);
            self.key.extend_from_slice(&self.attribute_key);
            push_word(value, &mut self.key);
            self.key.push(END_OF_RDN);
            return Ok(&self.key);
        }
        let first = parse::first(text)?;
        let superior = first.as_ref().and_then(|(_, rest)| text.as_bytes().get(*rest..)).unwrap_or_default();
        let single = first.as_ref().map(|(rdn, _)| rdn).filter(|rdn| !rdn.is_multi_valued());
        if let Some(rdn) = single {
            self.attribute = rdn.first().attribute().as_bytes().to_vec();
            self.attribute_key = attribute_key(rdn.first().attribute()).collect();
        }
        if let Some(rdn) = single
            && superior == self.superior
        {
            self.key.clear();
            self.key.extend_from_slice(&self.superior_key);
            push_rdn(rdn, &mut self.key);
            self.key.push(END_OF_RDN);
            return Ok(&self.key);
        }
        self.key = Dn::try_from(text)?.sort_key();
        if superior.len() <= KEPT {
            self.superior = superior.to_vec();
            self.superior_key = keys_above(&self.key).last().unwrap_or_default().to_vec();
        }
        Ok(&self.key)
    }

    /// Returns the value of the first part of a name that differs from the one before in that alone, if it is of characters that
    /// mean themselves.
    fn value_beside<'a>(&self, text: &'a [u8]) -> Option<&'a [u8]> {
        let behind = text.strip_prefix(&*self.attribute)?.strip_prefix(b"=")?;
        let is_plain = |octet: &u8| octet.is_ascii_alphanumeric() || b"-._@".contains(octet);
        let length = behind.iter().position(|octet| !is_plain(octet)).filter(|length| *length > 0)?;
        let (value, rest) = behind.split_at_checked(length)?;
        let superior = rest.strip_prefix(b",")?;
        (!superior.is_empty() && superior == self.superior).then_some(value)
    }
}

/// Sorts before everything that a part can contain.
const END_OF_RDN: u8 = 0;
const END_OF_AVA: u8 = 1;
/// Stands before an octet of these three.
const ESCAPE: u8 = 2;

fn push_rdn(rdn: &Rdn, key: &mut Vec<u8>) {
    if !rdn.is_multi_valued() {
        push_ava(rdn.first(), key);
        return;
    }
    let mut avas: Vec<Vec<u8>> = Vec::new();
    for ava in rdn.avas() {
        let mut own = Vec::new();
        push_ava(ava, &mut own);
        avas.push(own);
    }
    avas.sort_unstable();
    avas.iter().for_each(|ava| key.extend_from_slice(ava));
}

fn push_ava(ava: &Ava, key: &mut Vec<u8>) {
    key.extend(attribute_key(ava.attribute()));
    // Of one word of ASCII only the case is folded, which is quick.
    if !ava.is_ber() && ava.value().iter().all(u8::is_ascii_graphic) {
        return push_word(ava.value(), key);
    }
    match (ava.is_ber(), std::str::from_utf8(ava.value())) {
        (false, Ok(text)) => {
            key.push(b'=');
            let mut buffer = [0; 4];
            folded(text)
                .for_each(|character| push_octets(character.encode_utf8(&mut buffer).as_bytes(), key));
        }
        // No type of an attribute contains these characters.
        (false, Err(_)) => {
            key.push(b'?');
            push_octets(ava.value(), key);
        }
        (true, _) => {
            key.push(b'#');
            push_octets(ava.value(), key);
        }
    }
    key.push(END_OF_AVA);
}

/// Writes a value of characters that are neither spaces nor beyond ASCII.
fn push_word(value: &[u8], key: &mut Vec<u8>) {
    key.push(b'=');
    key.extend(value.iter().map(u8::to_ascii_lowercase));
    key.push(END_OF_AVA);
}

fn push_octets(octets: &[u8], key: &mut Vec<u8>) {
    for octet in octets {
        if *octet <= ESCAPE {
            key.push(ESCAPE);
        }
        key.push(*octet);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name() -> impl Strategy<Value = Dn> {
        let value = proptest::sample::select(vec![
            &b"a"[..],
            b"A",
            b"b",
            b"a b",
            b"aB-7.x~",
            b" a  B ",
            b"",
            b"\x00",
            b"\x01",
            b"\x02",
            b"\x00\x01",
            b"\xff",
            b"a\x01b",
            "ß".as_bytes(),
        ]);
        let attribute = proptest::sample::select(vec!["cn", "CN", "2.5.4.3", "commonName", "c", "x-cn"]);
        let ava = (attribute, value, 0..10u8).prop_map(|(attribute, value, form)| match form {
            0 if !value.is_empty() => Ava::from_ber(attribute, value).unwrap(),
            _ => Ava::new(attribute, value).unwrap(),
        });
        let rdn = proptest::collection::vec(ava, 1..3).prop_map(|avas| {
            let mut avas = avas.into_iter();
            let first = Rdn::from(avas.next().unwrap());
            avas.fold(first, Rdn::with_ava)
        });
        proptest::collection::vec(rdn, 0..4).prop_map(|rdns| rdns.into_iter().collect())
    }

    #[cfg(feature = "bulk")]
    proptest! {
        #[test]
        fn what_is_kept_from_the_name_before_changes_no_key(
            texts in proptest::collection::vec("(cn|CN|commonName|2\\.5\\.4\\.3|uid)=[a-zA1 ._@+=#,;\"\\\\<-]{0,4}[,;] ?dc=(a|A)(,dc=b)?", 1..6),
        ) {
            let mut keys = SortKeys::default();
            for text in texts {
                let text = LdapString::from(text);
                let expected = Dn::try_from(&text).map(|dn| dn.sort_key());
                prop_assert_eq!(keys.of(&text).map(<[u8]>::to_vec), expected, "{}", text);
            }
        }
    }

    proptest! {
        #[test]
        fn keys_are_equal_if_names_are_and_begin_those_below(left in name(), right in name()) {
            let (left_key, right_key) = (left.sort_key(), right.sort_key());
            prop_assert_eq!(left_key == right_key, left == right, "{} {}", left, right);
            prop_assert_eq!(right_key.starts_with(&left_key), right.is_within(&left), "{} {}", left, right);
            #[cfg(feature = "bulk")]
            {
                let mut above: Vec<_> = left.ancestors().map(|dn| dn.sort_key()).collect();
                above.reverse();
                prop_assert_eq!(keys_above(&left_key).collect::<Vec<_>>(), above);
            }
            #[cfg(feature = "bulk")]
            {
                let mut keys = SortKeys::default();
                let names = [&left, &right, &left.child("cn", "X").unwrap(), &left.child("cn", "y").unwrap()];
                for name in names.into_iter().chain([&left, &left]) {
                    prop_assert_eq!(keys.of(&name.to_string().into()), Ok(&*name.sort_key()), "{}", name);
                }
            }
            let child = left.child("cn", "x").unwrap();
            prop_assert!(child.sort_key().starts_with(&left_key) && child.sort_key() > left_key);
        }
    }
}
