//! What an operation is about, without its values.

use std::fmt::{self, Write};

use crate::model::{Filter, FilterEvent, FilterGroup, LdapString};
use crate::proto::{ProtocolOp, SearchRequest};

/// What an operation is about: fit for logs.
///
/// Both texts are bounded, end with `…` where they were cut, and hold no control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subject {
    /// The base of a search, the name of the entry, who binds, or the identifier of an extended operation. At most 512
    /// octets.
    pub name: String,
    /// The filter of a search with `?` for each value, such as `(&(objectClass=?)(uid=?))`. At most 512 octets.
    pub filter: Option<String>,
}

impl Subject {
    /// Describes a request.
    pub fn of(request: &ProtocolOp) -> Self {
        let mut name = Bounded::default();
        // A text that is full refuses more.
        let _ = match request {
            ProtocolOp::SearchRequest(search) => return Self::of_search(search),
            ProtocolOp::BindRequest(bind) => name.write_name(bind.name()),
            ProtocolOp::AddRequest(add) => name.write_name(add.dn()),
            ProtocolOp::DeleteRequest(delete) => name.write_name(delete.dn()),
            ProtocolOp::ModifyRequest(modify) => name.write_name(modify.dn()),
            ProtocolOp::ModifyDnRequest(modify_dn) => name.write_name(modify_dn.dn()),
            ProtocolOp::CompareRequest(compare) => name.write_name(compare.dn()),
            ProtocolOp::ExtendedRequest(extended) => write!(name, "{}", extended.name()),
            _ => Ok(()),
        };
        Self { name: name.0, filter: None }
    }

    pub(crate) fn of_search(search: &SearchRequest) -> Self {
        let mut name = Bounded::default();
        let _ = name.write_name(search.base());
        Self { name: name.0, filter: Some(shape(search.filter())) }
    }
}

/// The most octets of a text.
const MAX_OCTETS: usize = 512;

/// Writes a filter with `?` for each value.
fn shape(filter: &Filter) -> String {
    let mut text = Bounded::default();
    let _ = write_shape(filter, &mut text);
    text.0
}

fn write_shape(filter: &Filter, text: &mut Bounded) -> fmt::Result {
    for event in filter.walk() {
        match event {
            FilterEvent::Enter(FilterGroup::And, _) => text.write_str("(&")?,
            FilterEvent::Enter(FilterGroup::Or, _) => text.write_str("(|")?,
            FilterEvent::Enter(FilterGroup::Not, _) => text.write_str("(!")?,
            FilterEvent::Leave(_) => text.write_str(")")?,
            FilterEvent::Item(item) => write_item(item, text)?,
        }
    }
    Ok(())
}

fn write_item(item: &Filter, text: &mut Bounded) -> fmt::Result {
    match item {
        Filter::And(_) | Filter::Or(_) | Filter::Not(_) => Ok(()),
        Filter::Present(attribute) => write!(text, "({attribute}=*)"),
        Filter::Equality(assertion) => write!(text, "({}=?)", assertion.attribute()),
        Filter::GreaterOrEqual(assertion) => write!(text, "({}>=?)", assertion.attribute()),
        Filter::LessOrEqual(assertion) => write!(text, "({}<=?)", assertion.attribute()),
        Filter::Approximate(assertion) => write!(text, "({}~=?)", assertion.attribute()),
        Filter::Substrings(substrings) => {
            let initial = if substrings.initial().is_some() { "?" } else { "" };
            let last = if substrings.last().is_some() { "?" } else { "" };
            write!(text, "({}={initial}*", substrings.attribute())?;
            substrings.any().iter().try_for_each(|_| text.write_str("?*"))?;
            write!(text, "{last})")
        }
        Filter::Extensible(extensible) => {
            text.write_str("(")?;
            if let Some(attribute) = extensible.attribute() {
                write!(text, "{attribute}")?;
            }
            if extensible.has_dn_attributes() {
                text.write_str(":dn")?;
            }
            if let Some(rule) = extensible.rule() {
                text.write_str(":")?;
                text.write_name(rule)?;
            }
            text.write_str(":=?)")
        }
    }
}

/// A text that takes no more than it may hold.
#[derive(Default)]
struct Bounded(String);

impl Bounded {
    fn write_name(&mut self, name: &LdapString) -> fmt::Result {
        write!(self, "{name}")
    }
}

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            if self.0.len() + character.len_utf8() + '…'.len_utf8() > MAX_OCTETS {
                if !self.0.ends_with('…') {
                    self.0.push('…');
                }
                return Err(fmt::Error);
            }
            // A line of a log stays one line.
            self.0.push(if character.is_control() { '\u{fffd}' } else { character });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Scope;
    use crate::proto::{BindRequest, DeleteRequest};

    #[test]
    fn a_shape_has_no_values() {
        for (filter, expected) in [
            ("(uid=ada)", "(uid=?)"),
            ("(&(objectClass=person)(|(cn=Ada*)(mail=*@x*y)))", "(&(objectClass=?)(|(cn=?*)(mail=*?*?)))"),
            ("(!(age>=7))", "(!(age>=?))"),
            ("(cn;lang-de~=x)", "(cn;lang-de~=?)"),
            ("(member=*)", "(member=*)"),
            ("(ou:dn:2.4.6.8:=secret)", "(ou:dn:2.4.6.8:=?)"),
            ("(:caseExactMatch:=secret)", "(:caseExactMatch:=?)"),
        ] {
            assert_eq!(shape(&Filter::parse(filter).unwrap()), expected);
        }
    }

    #[test]
    fn a_subject_is_the_name_and_never_a_secret() {
        let bind = Subject::of(&BindRequest::simple("cn=ada", "hunter2").into());
        assert_eq!(bind, Subject { name: "cn=ada".into(), filter: None });
        let search = SearchRequest::new("dc=x", Scope::BaseObject, crate::filter!("(uid={})", "ada"));
        assert_eq!(Subject::of(&search.into()).filter.as_deref(), Some("(uid=?)"));
    }

    #[test]
    fn texts_are_cut_at_a_character_and_keep_to_one_line() {
        let long = Subject::of(&DeleteRequest::new("ä".repeat(100_000)).into());
        assert!(long.name.len() <= MAX_OCTETS && long.name.ends_with("ä…"), "{}", long.name.len());
        let line = Subject::of(&DeleteRequest::new("cn=a\r\nforged\u{1b}[1m").into());
        assert!(!line.name.chars().any(char::is_control), "{:?}", line.name);
        let deep = (0..10_000).fold(Filter::present("a"), |filter, _| !filter);
        assert!(shape(&deep).len() <= MAX_OCTETS);
    }
}
