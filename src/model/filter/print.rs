//! From filters to text.
//!
//! What is written is read back to an equal filter, if the filter is one that the grammar knows at all: whose names are
//! names. What is not is written with escapes where the grammar has none, so that the text is refused and never means
//! something else.

use std::fmt::{self, Write};

use super::{ExtensibleMatch, Filter, FilterEvent, FilterGroup, Substring, Substrings};

impl fmt::Display for Filter {
    /// Writes the text form of RFC 4515.
    ///
    /// In a value, `(`, `)`, `*`, `\`, NUL and octets that are not UTF-8 are written as `\xx`, since they must be; control
    /// characters too, since a filter that is logged or shown in a terminal must not move the cursor or end the line.
    /// All else stands for itself.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for event in self.walk() {
            match event {
                FilterEvent::Enter(FilterGroup::And, _) => f.write_str("(&")?,
                FilterEvent::Enter(FilterGroup::Or, _) => f.write_str("(|")?,
                FilterEvent::Enter(FilterGroup::Not, _) => f.write_str("(!")?,
                FilterEvent::Leave(_) => f.write_str(")")?,
                FilterEvent::Item(item) => {
                    f.write_str("(")?;
                    write_item(item, f)?;
                    f.write_str(")")?;
                }
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Filter({self})")
    }
}

fn write_item(item: &Filter, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (assertion, comparison) = match item {
        Filter::And(_) | Filter::Or(_) | Filter::Not(_) => return Ok(()),
        Filter::Present(attribute) => {
            write_name(attribute.as_str(), f)?;
            return f.write_str("=*");
        }
        Filter::Substrings(substrings) => return write_substrings(substrings, f),
        Filter::Extensible(extensible) => return write_extensible(extensible, f),
        Filter::Equality(assertion) => (assertion, "="),
        Filter::GreaterOrEqual(assertion) => (assertion, ">="),
        Filter::LessOrEqual(assertion) => (assertion, "<="),
        Filter::Approximate(assertion) => (assertion, "~="),
    };
    write_name(assertion.attribute().as_str(), f)?;
    f.write_str(comparison)?;
    write_value(assertion.value(), f)
}

/// Writes the parts with `*` between them. An empty one, which only a message can bring, has no text form: `(cn=*)` with
/// nothing before or behind the `*` is a presence. So an empty `initial` or `final` is written as a lone `\`; an empty
/// `any` makes two `*` in a row.
fn write_substrings(substrings: &Substrings, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write_name(substrings.attribute().as_str(), f)?;
    f.write_str("=")?;
    for part in substrings.parts() {
        if let Substring::Any(_) | Substring::Final(_) = part {
            f.write_str("*")?;
        }
        match part {
            Substring::Initial(value) | Substring::Final(value) if value.is_empty() => f.write_str("\\")?,
            Substring::Initial(value) | Substring::Any(value) | Substring::Final(value) => {
                write_value(value, f)?;
            }
        }
    }
    if substrings.last().is_none() {
        f.write_str("*")?;
    }
    Ok(())
}

fn write_extensible(extensible: &ExtensibleMatch, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let Some(attribute) = extensible.attribute() {
        write_name(attribute.as_str(), f)?;
    }
    if extensible.has_dn_attributes() {
        f.write_str(":dn")?;
    }
    if let Some(rule) = extensible.rule() {
        f.write_str(":")?;
        if rule.eq_ignore_ascii_case("dn")
            && extensible.attribute().is_some()
            && !extensible.has_dn_attributes()
        {
            // A rule of this name has no text form here: `(cn:dn:=x)` means something else.
            write_escaped(rule.as_bytes(), f)?;
        } else {
            write_name(rule, f)?;
        }
    }
    f.write_str(":=")?;
    write_value(extensible.value(), f)
}

/// Writes an attribute or a rule. What no name can have is escaped, except for the underscore, which many directories
/// have in names and which is no syntax. An empty name is written as a lone `\`: `(:caseExactMatch:=x)` has no attribute,
/// which is not the same as an empty one.
fn write_name(name: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if name.is_empty() {
        return f.write_str("\\");
    }
    for octet in name.bytes() {
        if octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b';' | b'_') {
            f.write_char(char::from(octet))?;
        } else {
            write_escaped(&[octet], f)?;
        }
    }
    Ok(())
}

fn write_value(octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for chunk in octets.utf8_chunks() {
        let mut plain = chunk.valid();
        // Long runs of plain text are written at once.
        while let Some(offset) = plain.find(needs_escape) {
            let (before, from) = plain.split_at(offset);
            f.write_str(before)?;
            let length = from.chars().next().map_or(0, char::len_utf8);
            let (special, behind) = from.split_at(length);
            write_escaped(special.as_bytes(), f)?;
            plain = behind;
        }
        f.write_str(plain)?;
        write_escaped(chunk.invalid(), f)?;
    }
    Ok(())
}

fn needs_escape(character: char) -> bool {
    matches!(character, '(' | ')' | '*' | '\\') || character.is_control()
}

fn write_escaped(octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    octets.iter().try_for_each(|octet| write!(f, "\\{octet:02x}"))
}

#[cfg(test)]
mod tests;
