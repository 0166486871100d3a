//! The macro `dn!`: names with fixed parts, checked at compile time.

use bytes::Bytes;

use super::ava::Ava;
use super::name::Dn;
use super::parse::{unescape, unhex};
use super::rdn::Rdn;
use super::scan::{self, Braces, Separator, ValueForm};
use crate::model::LdapString;

/// Makes a [`Dn`](crate::model::Dn) of a template that is checked at compile time.
///
/// Each `{}` of the template stands for a whole attribute value, and is filled with the octets of the argument in its
/// place: anything that is `AsRef<[u8]>`. **Whatever they are, they become the value and never syntax.** `{{` and `}}`
/// stand for braces. The template is a constant, most often a literal.
///
/// ```
/// use ldapwire::dn;
///
/// let uid = "x,ou=admins";
/// let dn = dn!("uid={},ou=people,dc=example,dc=org", uid);
/// assert_eq!(dn.to_string(), r"uid=x\,ou=admins,ou=people,dc=example,dc=org");
/// assert_eq!(dn.rdn().and_then(|rdn| rdn.first().value_str()), Some(uid));
///
/// let base = dn!("dc=example,dc=org");
/// assert!(base.is_ancestor_of(&dn));
/// ```
///
/// # Errors
///
/// A template that is no distinguished name, a hole that is not a whole value, and a number of arguments other than
/// that of the holes do not compile:
///
/// ```compile_fail,E0080
/// ldapwire::dn!("uid={},ou=people,dc", "jsmith"); // a type without a value
/// ```
///
/// ```compile_fail,E0080
/// ldapwire::dn!("uid=x-{}", "jsmith"); // a part of a value
/// ```
///
/// ```compile_fail,E0080
/// ldapwire::dn!("uid={},ou={}", "jsmith"); // two holes, one argument
/// ```
#[macro_export]
macro_rules! dn {
    ($template:expr $(, $value:expr)* $(,)?) => {{
        const TEMPLATE: $crate::model::DnTemplate<{ <[&str]>::len(&[$(stringify!($value)),*]) }> =
            $crate::model::DnTemplate::new($template);
        TEMPLATE.fill([$(::core::convert::AsRef::<[u8]>::as_ref(&$value)),*])
    }};
}

/// A template that has been checked, with `HOLES` places for values: what the macro [`dn!`](crate::dn) expands to.
#[derive(Clone, Copy, Debug)]
pub struct DnTemplate<const HOLES: usize> {
    text: &'static str,
}

impl<const HOLES: usize> DnTemplate<HOLES> {
    /// Checks a template.
    ///
    /// # Panics
    ///
    /// The template is no distinguished name, or has another number of holes. The macro calls this where a panic is an
    /// error at compile time.
    pub const fn new(text: &'static str) -> Self {
        let octets = text.as_bytes();
        let mut holes = 0;
        let mut position = 0;
        while !octets.is_empty() {
            let span = match scan::ava(octets, position, Braces::Template) {
                Ok(span) => span,
                Err(error) => panic!("{}", error.expected().as_str()),
            };
            if matches!(span.form, ValueForm::Hole) {
                holes += 1;
            }
            if matches!(span.separator, Separator::End) {
                break;
            }
            position = span.next;
        }
        assert!(holes >= HOLES, "dn!: there are more arguments than holes `{{}}` in the template");
        assert!(holes <= HOLES, "dn!: there are fewer arguments than holes `{{}}` in the template");
        Self { text }
    }

    /// Makes the name, each hole filled with the value in its place.
    pub fn fill(self, values: [&[u8]; HOLES]) -> Dn {
        let octets = self.text.as_bytes();
        let mut values = values.into_iter();
        let mut rdns: Vec<Rdn> = Vec::new();
        let mut position = 0;
        let mut last = Separator::Rdn;
        while !octets.is_empty() && last != Separator::End {
            let span = scan::ava(octets, position, Braces::Template).expect("`new` has read it all");
            let literal = &octets[span.value.start..span.value.end];
            let value = match span.form {
                ValueForm::Literal => Bytes::from_static(literal),
                ValueForm::Escaped => Bytes::from(unescape(literal, Braces::Template)),
                ValueForm::Hex => Bytes::from(unhex(literal)),
                ValueForm::Hole => {
                    Bytes::copy_from_slice(values.next().expect("`new` has counted the holes"))
                }
            };
            let attribute = LdapString::from_static(&self.text[span.attribute.start..span.attribute.end]);
            let ava = Ava::from_parts(attribute, value, span.form == ValueForm::Hex);
            match rdns.last_mut() {
                Some(rdn) if last == Separator::Ava => rdn.push(ava),
                _ => rdns.push(Rdn::from(ava)),
            }
            last = span.separator;
            position = span.next;
        }
        rdns.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holes_take_any_octets() {
        let (text, string, octets, shared) = ("a,b", String::from(" c"), [0xff_u8], Bytes::from_static(b"#"));
        let dn = dn!("cn={}+sn={}, ou = {} ;o={}", text, string, octets, &shared,);
        assert_eq!(dn.to_string(), r"cn=a\,b+sn=\ c,ou=\ff,o=\#");
        assert_eq!(dn.depth(), 3);
        assert_eq!(dn!("cn={}", "").to_string(), "cn=");
        assert_eq!(dn!("cn={}", "{}").to_string(), "cn={}");
        assert_eq!(dn!("cn={}", Vec::from(*b"\\2c")).rdns()[0].first().value(), r"\2c");
    }

    #[test]
    fn what_is_no_hole_is_read_as_names_are() {
        const BASE: &str = r#"ou="a;b" , OID.2.5.4.10=\c3\a9#\#;dc=#0402FFfe"#;
        assert!(dn!(BASE).is_identical(&Dn::parse(BASE).unwrap()));
        assert!(dn!("").is_root());
    }

    #[test]
    fn doubled_braces_are_braces() {
        let dn = dn!(r#"cn={{x}}\2c}},cn="{{{{",cn={}"#, "}");
        let values: Vec<_> = dn.rdns().iter().map(|rdn| rdn.first().value_str()).collect();
        assert_eq!(values, [Some("{x},}"), Some("{{"), Some("}")]);
    }

    #[test]
    fn wrong_templates_are_refused() {
        let is_refused =
            |text: &'static str| std::panic::catch_unwind(|| DnTemplate::<1>::new(text)).is_err();
        assert!(!is_refused("cn={}"));
        for text in [
            "",
            "cn=a",
            "cn={},cn={}",
            "cn",
            "cn={",
            "cn=}",
            "cn={}x",
            "cn=x{}",
            "cn={x}",
            "{}=x",
            "cn=\"{}\"",
            "cn=#{}",
            "cn=#0{}",
            "cn={},",
            "cn=\\{}",
            "cn={}}}",
            "cn={{}",
            "{}",
        ] {
            assert!(is_refused(text), "{text:?}");
        }
    }
}
