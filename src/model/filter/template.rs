//! The macro `filter!`: filters with fixed parts, checked at compile time.

use bytes::Bytes;

use super::Filter;
use super::parse;
use super::scan::{Braces, Scanner, Token};

/// Makes a [`Filter`](crate::model::Filter) of a template that is checked at compile time.
///
/// Each `{}` of the template stands for a value or a part of one, and is filled with the octets of the argument in its
/// place: anything that is `AsRef<[u8]>`. **Whatever they are, they become octets of the value and never syntax.** `{{`
/// and `}}` stand for braces. The template is a constant, most often a literal.
///
/// ```
/// use ldapwire::filter;
///
/// let uid = "*)(uid=admin";
/// let filter = filter!("(&(objectClass=person)(uid={}))", uid);
/// assert_eq!(filter.to_string(), r"(&(objectClass=person)(uid=\2a\29\28uid=admin))");
///
/// assert_eq!(filter!("(mail={}@*)", "a*b").to_string(), r"(mail=a\2ab@*)");
/// ```
///
/// A hole between two `*`, or between one and an end of the value, may be filled with nothing; that part is
/// [left out](crate::model::SubstringsBuilder).
///
/// # Errors
///
/// A template that is no filter, or nested too deep, a hole that is not in a value, and a number of arguments other
/// than that of the holes do not compile:
///
/// ```compile_fail
/// ldapwire::filter!("(&(objectClass=person)(uid={})", "ada"); // a parenthesis is missing
/// ```
///
/// ```compile_fail
/// ldapwire::filter!("({}=ada)", "uid"); // a hole for an attribute
/// ```
///
/// ```compile_fail
/// ldapwire::filter!("(uid={x})", "ada"); // neither a hole nor a brace
/// ```
///
/// ```compile_fail
/// ldapwire::filter!("(|(uid={})(mail={}))", "ada"); // two holes, one argument
/// ```
///
/// ```compile_fail
/// ldapwire::filter!("(uid=ada)", "ada"); // no hole, one argument
/// ```
#[macro_export]
macro_rules! filter {
    ($template:expr $(, $value:expr)* $(,)?) => {{
        const TEMPLATE: $crate::model::FilterTemplate<{ <[&str]>::len(&[$(stringify!($value)),*]) }> =
            $crate::model::FilterTemplate::new($template);
        TEMPLATE.fill([$(::core::convert::AsRef::<[u8]>::as_ref(&$value)),*])
    }};
}

/// A template that has been checked, with `HOLES` places for values: what the macro [`filter!`](crate::filter) expands
/// to.
#[derive(Clone, Copy, Debug)]
pub struct FilterTemplate<const HOLES: usize> {
    text: &'static str,
}

impl<const HOLES: usize> FilterTemplate<HOLES> {
    /// Checks a template.
    ///
    /// # Panics
    ///
    /// The template is no filter, or has another number of holes. The macro calls this where a panic is an error at
    /// compile time.
    pub const fn new(text: &'static str) -> Self {
        let mut scanner = Scanner::new(text.as_bytes(), Braces::Template);
        let mut holes = 0;
        loop {
            match scanner.next() {
                Ok(Token::Item(item)) => holes += item.value.holes,
                Ok(Token::Open(_) | Token::Close) => {}
                Ok(Token::End) => break,
                Err(error) => panic!("{}", error.expected().as_str()),
            }
        }
        assert!(holes >= HOLES, "filter!: there are more arguments than holes `{{}}` in the template");
        assert!(holes <= HOLES, "filter!: there are fewer arguments than holes `{{}}` in the template");
        Self { text }
    }

    /// Makes the filter, each hole filled with the value in its place.
    pub fn fill(self, values: [&[u8]; HOLES]) -> Filter {
        let text = Bytes::from_static(self.text.as_bytes());
        parse::read(&text, Braces::Template, values.iter()).expect("`new` has read it all")
    }
}

#[cfg(test)]
mod tests;
