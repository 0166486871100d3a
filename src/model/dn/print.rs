//! From names to text: the form of RFC 4514 section 2.

use std::fmt::{self, Write};

use super::ava::Ava;
use super::name::Dn;
use super::rdn::Rdn;

/// "The encodings of adjoining RelativeDistinguishedNames are separated by a comma" (RFC 4514 2.1).
pub(super) fn dn(dn: &Dn, out: &mut impl Write) -> fmt::Result {
    for (index, part) in dn.rdns().iter().enumerate() {
        if index > 0 {
            out.write_char(',')?;
        }
        rdn(part, out)?;
    }
    Ok(())
}

/// Tells whether a text is the one that [`dn`] writes.
#[cfg(feature = "directory")]
pub(super) fn is_written(name: &Dn, text: &str) -> bool {
    /// What is left of the text when the beginning of the name is written.
    struct Rest<'a>(&'a str);

    impl Write for Rest<'_> {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            self.0 = self.0.strip_prefix(part).ok_or(fmt::Error)?;
            Ok(())
        }
    }

    let mut rest = Rest(text);
    dn(name, &mut rest).is_ok() && rest.0.is_empty()
}

/// "Where there is a multi-valued RDN, the outputs from adjoining AttributeTypeAndValues are separated by a plus sign"
/// (RFC 4514 2.2).
pub(super) fn rdn(rdn: &Rdn, out: &mut impl Write) -> fmt::Result {
    for (index, part) in rdn.avas().enumerate() {
        if index > 0 {
            out.write_char('+')?;
        }
        ava(part, out)?;
    }
    Ok(())
}

/// "The AttributeTypeAndValue is encoded as the string representation of the AttributeType, followed by an equals sign
/// [...] character, followed by the string representation of the AttributeValue" (RFC 4514 2.3).
pub(super) fn ava(ava: &Ava, out: &mut impl Write) -> fmt::Result {
    out.write_str(ava.attribute())?;
    out.write_char('=')?;
    if ava.is_ber() {
        out.write_char('#')?;
        ava.value().iter().try_for_each(|octet| write!(out, "{octet:02x}"))
    } else {
        value(ava.value(), out)
    }
}

/// Writes the octets of a value so that they are read back as they are.
///
/// A character is escaped for one of these reasons (RFC 4514 2.4):
///
/// ```text
/// - a space (' ' U+0020) or number sign ('#' U+0023) occurring at
///   the beginning of the string;
/// - a space (' ' U+0020) character occurring at the end of the
///   string;
/// - one of the characters '"', '+', ',', ';', '<', '>',  or '\'
/// - the null (U+0000) character.
/// ```
///
/// "Other characters may be escaped", and control characters are. So are octets that are not UTF-8, since the text is.
fn value(octets: &[u8], out: &mut impl Write) -> fmt::Result {
    // Most values have nothing that could need it.
    if octets.iter().all(|octet| is_plain(*octet))
        && let Ok(text) = std::str::from_utf8(octets)
    {
        return out.write_str(text);
    }
    let last = octets.len().saturating_sub(1);
    let mut position = 0;
    for chunk in octets.utf8_chunks() {
        let text = chunk.valid();
        let mut written = 0;
        for (offset, character) in text.char_indices() {
            let at = position + offset;
            let after = offset + character.len_utf8();
            let escape = match character {
                '"' | '+' | ',' | ';' | '<' | '>' | '\\' => Escape::Prefix,
                ' ' if at == 0 || at == last => Escape::Prefix,
                '#' if at == 0 => Escape::Prefix,
                _ if character.is_control() => Escape::Hex,
                _ => continue,
            };
            out.write_str(&text[written..offset])?;
            match escape {
                Escape::Prefix => write!(out, "\\{character}")?,
                Escape::Hex => hex_pairs(&text.as_bytes()[offset..after], out)?,
            }
            written = after;
        }
        out.write_str(&text[written..])?;
        hex_pairs(chunk.invalid(), out)?;
        position += text.len() + chunk.invalid().len();
    }
    Ok(())
}

/// Whether an octet stands for itself wherever it is.
const fn is_plain(octet: u8) -> bool {
    matches!(octet, b'!' | b'$'..=b'*' | b'-'..=b':' | b'=' | b'?'..=b'[' | b']'..=b'~')
}

enum Escape {
    /// `\` and the character.
    Prefix,
    /// `\` and two digits for each octet.
    Hex,
}

fn hex_pairs(octets: &[u8], out: &mut impl Write) -> fmt::Result {
    octets.iter().try_for_each(|octet| write!(out, "\\{octet:02x}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::{Ava, Dn, Rdn};

    fn written(value: impl AsRef<[u8]>) -> String {
        Ava::new("cn", value).unwrap().to_string().split_off(3)
    }

    #[test]
    fn characters_that_need_it_are_escaped() {
        assert_eq!(written(r#"a"+,;<>\z"#), r#"a\"\+\,\;\<\>\\z"#);
        assert_eq!(written("nul\0"), r"nul\00");
        assert_eq!(written("a=b#c d'"), "a=b#c d'");
        assert_eq!(written("Lučić"), "Lučić");
        assert_eq!(written("Before\rAfter\x7f"), r"Before\0dAfter\7f");
        assert_eq!(written("\u{9b}2J\u{80}é\u{a0}"), "\\c2\\9b2J\\c2\\80é\u{a0}");
    }

    #[test]
    fn spaces_and_sharps_are_escaped_at_the_ends_only() {
        for (value, text) in [
            ("", ""),
            (" ", r"\ "),
            ("  ", r"\ \ "),
            ("   ", r"\  \ "),
            (" a ", r"\ a\ "),
            ("a  b", "a  b"),
            ("#", r"\#"),
            ("##", r"\##"),
            (" #", r"\ #"),
            ("# ", r"\#\ "),
        ] {
            assert_eq!(written(value), text);
        }
    }

    #[test]
    fn octets_that_are_no_text_are_escaped() {
        assert_eq!(written(b"\xc4"), r"\c4");
        assert_eq!(written(b" \xc4\x8d\xc4 \xff "), r"\ č\c4 \ff\ ");
        assert_eq!(written(b"\xff#"), r"\ff#");
        assert_eq!(written(b"\xed\xa0\x80"), r"\ed\a0\80");
    }

    /// Octets among which those with a meaning are frequent.
    fn value() -> impl Strategy<Value = Vec<u8>> {
        let special = prop::sample::select(&b" #\\\"+,;<>=\0{}\xc4\x8d0af"[..]);
        prop::collection::vec(prop_oneof![3 => special, 1 => any::<u8>()], 0..12)
    }

    fn ava() -> impl Strategy<Value = Ava> {
        let attribute =
            prop::sample::select(&["cn", "OU", "x-1", "2.5.4.3", "0.9.2342.19200300.100.1.1"][..]);
        (attribute, value(), any::<bool>()).prop_map(|(attribute, value, is_ber)| {
            let ava = if is_ber { Ava::from_ber(attribute, &value) } else { Ava::new(attribute, &value) };
            ava.unwrap_or_else(|_| Ava::new(attribute, "").unwrap())
        })
    }

    fn dn() -> impl Strategy<Value = Dn> {
        let rdn = (ava(), prop::collection::vec(ava(), 0..3))
            .prop_map(|(first, others)| others.into_iter().fold(Rdn::from(first), Rdn::with_ava));
        prop::collection::vec(rdn, 0..5).prop_map(|rdns| rdns.into_iter().collect())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_written_is_read_back_identical(dn in dn()) {
            let text = dn.to_string();
            let read = Dn::parse(&text).unwrap();
            prop_assert!(read.is_identical(&dn), "{}", text);
            prop_assert_eq!(&read, &dn);
            prop_assert_eq!(read.to_string(), text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_value_becomes_syntax(value in value()) {
            let base = crate::dn!("ou=people,dc=example");
            for dn in [base.child("uid", &value).unwrap(), crate::dn!("uid={},ou=people,dc=example", value)] {
                let read = Dn::parse(&dn.to_string()).unwrap();
                prop_assert_eq!(read.depth(), 3);
                prop_assert!(read.parent().unwrap().is_identical(&base));
                prop_assert!(!read.rdns()[0].is_multi_valued());
                prop_assert!(!read.rdns()[0].first().is_ber());
                prop_assert_eq!(&read.rdns()[0].first().value()[..], &value[..]);
            }
        }
    }
}
