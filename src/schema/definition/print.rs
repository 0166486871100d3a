//! Definitions as text, in the form of RFC 4512 section 4.1.

use std::fmt::{self, Write as _};

use super::Extension;
use crate::model::LdapString;

/// Writes one definition: the identifier, then its fields in the order of the grammar.
pub(super) struct Printer<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl<'a, 'f> Printer<'a, 'f> {
    pub(super) fn open(f: &'a mut fmt::Formatter<'f>, identifier: &str) -> Result<Self, fmt::Error> {
        write!(f, "( {identifier}")?;
        Ok(Self(f))
    }

    /// Writes what nearly all kinds have.
    pub(super) fn head(
        &mut self,
        names: &[LdapString],
        description: Option<&LdapString>,
        is_obsolete: bool,
    ) -> fmt::Result {
        match names {
            [] => {}
            [name] => write!(self.0, " NAME '{name}'")?,
            names => {
                self.0.write_str(" NAME (")?;
                names.iter().try_for_each(|name| write!(self.0, " '{name}'"))?;
                self.0.write_str(" )")?;
            }
        }
        self.description(description)?;
        self.flag("OBSOLETE", is_obsolete)
    }

    pub(super) fn description(&mut self, description: Option<&LdapString>) -> fmt::Result {
        let Some(description) = description else { return Ok(()) };
        self.0.write_str(" DESC ")?;
        self.string(description)
    }

    pub(super) fn flag(&mut self, keyword: &str, is_set: bool) -> fmt::Result {
        if is_set { write!(self.0, " {keyword}") } else { Ok(()) }
    }

    pub(super) fn word(&mut self, keyword: &str, word: impl fmt::Display) -> fmt::Result {
        write!(self.0, " {keyword} {word}")
    }

    pub(super) fn oid(&mut self, keyword: &str, oid: Option<&LdapString>) -> fmt::Result {
        oid.map_or(Ok(()), |oid| self.word(keyword, oid))
    }

    /// Writes a list with `separator` between its members, if it has any.
    pub(super) fn list(&mut self, keyword: &str, separator: &str, members: &[LdapString]) -> fmt::Result {
        match members {
            [] => Ok(()),
            [member] => self.word(keyword, member),
            [first, others @ ..] => {
                write!(self.0, " {keyword} ( {first}")?;
                others.iter().try_for_each(|member| write!(self.0, "{separator}{member}"))?;
                self.0.write_str(" )")
            }
        }
    }

    pub(super) fn oids(&mut self, keyword: &str, oids: &[LdapString]) -> fmt::Result {
        self.list(keyword, " $ ", oids)
    }

    pub(super) fn close(&mut self, extensions: &[Extension]) -> fmt::Result {
        for Extension { name, values } in extensions {
            write!(self.0, " {name} ")?;
            match values.as_slice() {
                [value] => self.string(value)?,
                values => {
                    self.0.write_str("( ")?;
                    for value in values {
                        self.string(value)?;
                        self.0.write_char(' ')?;
                    }
                    self.0.write_char(')')?;
                }
            }
        }
        self.0.write_str(" )")
    }

    fn string(&mut self, text: &str) -> fmt::Result {
        self.0.write_char('\'')?;
        let mut rest = text;
        while let Some(special) = rest.find(['\'', '\\']) {
            let (plain, after) = rest.split_at(special);
            self.0.write_str(plain)?;
            self.0.write_str(if after.starts_with('\'') { "\\27" } else { "\\5C" })?;
            rest = &after[1..];
        }
        self.0.write_str(rest)?;
        self.0.write_char('\'')
    }
}
