//! The text of a template made into one.

use std::ops::RangeInclusive;

use super::TemplateError;
use super::error::Problem;
use super::template::{Count, Kind, Line, Piece, Template};
use crate::model::{Ava, Dn};

/// How many kinds a template may have: for every entry, the names of all kinds above it are made.
const MAX_KINDS: usize = 64;

/// How many lines a kind may have.
const MAX_LINES: usize = 256;

/// How many values a line may make: a group of everybody in a large company.
const MAX_VALUES: u64 = 1_000_000;

/// How many octets or words a placeholder may make: a value, not a file.
const MAX_LENGTH: u64 = 16 * 1024 * 1024;

pub(super) fn template(text: &str, given: &[(&str, &str)]) -> Result<Template, TemplateError> {
    let mut reader = Reader { kinds: Vec::new(), variables: Vec::new(), given };
    for (index, line) in text.lines().enumerate() {
        let (number, line) = (index + 1, line.trim());
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(definition) = line.strip_prefix("let ") {
            reader.variable(number, definition)?;
        } else if let Some(head) = line.strip_prefix('[') {
            let head =
                head.strip_suffix(']').ok_or_else(|| TemplateError::expected(number, "']' at the end"))?;
            reader.kind(number, head)?;
        } else {
            reader.line(number, line)?;
        }
    }
    reader.finish()
}

struct Reader<'a> {
    kinds: Vec<Kind>,
    variables: Vec<(String, String)>,
    given: &'a [(&'a str, &'a str)],
}

impl Reader<'_> {
    fn variable(&mut self, number: usize, definition: &str) -> Result<(), TemplateError> {
        let (name, value) = definition
            .split_once('=')
            .ok_or_else(|| TemplateError::expected(number, "'let NAME = VALUE'"))?;
        let name = name.trim();
        let value = self
            .given
            .iter()
            .find(|(given, _)| *given == name)
            .map_or_else(|| value.trim(), |(_, value)| value);
        self.variables.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// `KIND`, `KIND in PARENT`, `KIND in PARENT: COUNT`
    fn kind(&mut self, number: usize, head: &str) -> Result<(), TemplateError> {
        if self.kinds.len() == MAX_KINDS {
            return Err(TemplateError::new(number, Problem::TooMany { what: "kinds", limit: MAX_KINDS }));
        }
        let (names, count) = match head.split_once(':') {
            Some((names, count)) => (names, self::count(number, count.trim())?),
            None => (head, Count::Each(1)),
        };
        let mut words = names.split_whitespace();
        let name = words.next().ok_or_else(|| TemplateError::expected(number, "the name of a kind"))?;
        let parent = match (words.next(), words.next(), words.next()) {
            (None, ..) => None,
            (Some("in"), Some(parent), None) => Some(self.find(number, parent)?),
            _ => return Err(TemplateError::expected(number, "'[KIND in PARENT: COUNT]'")),
        };
        if self.kinds.iter().any(|kind| kind.name == name) {
            return Err(TemplateError::expected(number, "a kind that is not there already"));
        }
        if parent.is_none() && count != Count::Each(1) {
            return Err(TemplateError::expected(number, "one entry of a kind that is below no other"));
        }
        let is_rest = |kind: &Kind| kind.count == Count::Rest;
        if count == Count::Rest && self.kinds.iter().any(is_rest) {
            return Err(TemplateError::expected(number, "one kind that is the rest"));
        }
        let is_below_rest = parent.and_then(|parent| self.kinds.get(parent)).is_some_and(is_rest);
        if is_below_rest && matches!(count, Count::Each(_)) {
            return Err(TemplateError::expected(number, "'1 per N' of what is below the rest"));
        }
        self.kinds.push(Kind {
            name: name.to_owned(),
            parent,
            count,
            naming_attribute: String::new(),
            naming: Vec::new(),
            lines: Vec::new(),
            line: number,
        });
        Ok(())
    }

    /// `dn: NAME` or `DESCRIPTION ?PERCENT% *FIRST..LAST: PATTERN`
    fn line(&mut self, number: usize, line: &str) -> Result<(), TemplateError> {
        let (head, pattern) =
            line.split_once(':').ok_or_else(|| TemplateError::expected(number, "'NAME: VALUE'"))?;
        let mut words = head.split_whitespace();
        let name = words.next().ok_or_else(|| TemplateError::expected(number, "the name of an attribute"))?;
        let (mut percent, mut values) = (100, 1..=1);
        for word in words {
            if let Some(text) = word.strip_prefix('?').and_then(|text| text.strip_suffix('%')) {
                percent = self::number(number, text, 100)?;
            } else if let Some(text) = word.strip_prefix('*') {
                values = range(number, text, MAX_VALUES)?;
            } else {
                return Err(TemplateError::expected(number, "'?PERCENT%' or '*FIRST..LAST'"));
            }
        }
        let description = self.pattern(number, name)?;
        let pattern = self.pattern(number, pattern.trim())?;
        let Some(kind) = self.kinds.last_mut() else {
            return Err(TemplateError::expected(number, "'[KIND]' before the first line"));
        };
        if name.eq_ignore_ascii_case("dn") {
            return name_kind(kind, number, pattern);
        }
        if kind.lines.len() == MAX_LINES {
            return Err(TemplateError::new(number, Problem::TooMany { what: "lines", limit: MAX_LINES }));
        }
        kind.lines.push(Line { description, percent, values, pattern });
        Ok(())
    }

    fn finish(mut self) -> Result<Template, TemplateError> {
        if let Some((name, _)) =
            self.given.iter().find(|(name, _)| self.variables.iter().all(|(own, _)| own != name))
        {
            return Err(TemplateError::unknown(0, "variable", name));
        }
        if self.kinds.is_empty() {
            return Err(TemplateError::expected(1, "a kind of entries: '[KIND]'"));
        }
        for kind in &mut self.kinds {
            if kind.naming.is_empty() {
                return Err(TemplateError::expected(kind.line, "a 'dn:' line for this kind"));
            }
            add_naming_value(kind);
            if kind.lines.is_empty() {
                return Err(TemplateError::expected(kind.line, "an attribute of this kind"));
            }
        }
        Ok(Template { kinds: self.kinds })
    }

    fn find(&self, number: usize, name: &str) -> Result<usize, TemplateError> {
        self.kinds
            .iter()
            .position(|kind| kind.name == name)
            .ok_or_else(|| TemplateError::unknown(number, "kind", name))
    }

    fn pattern(&self, number: usize, text: &str) -> Result<Vec<Piece>, TemplateError> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('{') {
            push_text(&mut pieces, before);
            let (inside, behind) =
                behind.split_once('}').ok_or_else(|| TemplateError::expected(number, "'}' behind '{'"))?;
            match self.placeholder(number, inside)? {
                Some(piece) => pieces.push(piece),
                None => match self.variables.iter().rfind(|(name, _)| name == inside) {
                    Some((_, value)) => push_text(&mut pieces, value),
                    None => push_text(&mut pieces, &format!("{{{inside}}}")),
                },
            }
            rest = behind;
        }
        push_text(&mut pieces, rest);
        Ok(pieces)
    }

    fn placeholder(&self, number: usize, inside: &str) -> Result<Option<Piece>, TemplateError> {
        let (word, argument) = inside.split_once(' ').unwrap_or((inside, ""));
        let length = |limit| self::number(number, argument, limit);
        let within = |limit| range(number, argument, limit);
        Ok(Some(match word {
            "index" if argument.is_empty() => Piece::Index { width: 0 },
            "index" => Piece::Index { width: usize::try_from(length(20)?).unwrap_or_default() },
            "given" => Piece::Given,
            "given.ascii" => Piece::GivenAscii,
            "family" => Piece::Family,
            "family.ascii" => Piece::FamilyAscii,
            "language" => Piece::Language,
            "uid" => Piece::Uid,
            "number" => Piece::Number(within(u64::MAX)?),
            "digits" => Piece::Digits(length(MAX_LENGTH)?),
            "base64" => Piece::Base64(length(MAX_LENGTH)?),
            "pick" if !argument.is_empty() => Piece::Pick(argument.split('|').map(str::to_owned).collect()),
            "words" => Piece::Words(within(MAX_LENGTH / 16)?),
            "octets" => Piece::Octets(within(MAX_LENGTH)?),
            "photo" => Piece::Photo(within(MAX_LENGTH)?),
            "time" => Piece::Time,
            "dn" => Piece::NameOf(self.find(number, argument)?),
            "parent" => Piece::Parent,
            _ => return Ok(None),
        }))
    }
}

/// Takes a whole name for a kind without parent, and a relative one for others.
fn name_kind(kind: &mut Kind, number: usize, mut pattern: Vec<Piece>) -> Result<(), TemplateError> {
    if kind.parent.is_none() {
        let [Piece::Text(text)] = pattern.as_slice() else {
            return Err(TemplateError::expected(number, "a distinguished name without placeholders"));
        };
        let is_name = Dn::parse(text).is_ok_and(|dn| !dn.is_root());
        kind.naming = pattern;
        return if is_name { Ok(()) } else { Err(TemplateError::expected(number, "a distinguished name")) };
    }
    let expected = TemplateError::expected(number, "'dn: ATTRIBUTE=VALUE'");
    let Some(Piece::Text(text)) = pattern.first_mut() else { return Err(expected) };
    let Some((attribute, rest)) = text.split_once('=') else { return Err(expected) };
    if Ava::new(attribute, "").is_err() {
        return Err(expected);
    }
    let (attribute, rest) = (attribute.to_owned(), rest.to_owned());
    *text = rest;
    let is_unique = pattern.iter().any(|piece| matches!(piece, Piece::Index { .. } | Piece::Uid));
    if kind.count != Count::Each(1) && !is_unique {
        return Err(TemplateError::expected(number, "{index} or {uid} in the name of several entries"));
    }
    if pattern
        .iter()
        .any(|piece| matches!(piece, Piece::NameOf(_) | Piece::Parent | Piece::Photo(_) | Piece::Octets(_)))
    {
        return Err(TemplateError::expected(number, "a name without other names and octets in it"));
    }
    kind.naming_attribute = attribute;
    kind.naming = pattern;
    Ok(())
}

/// Adds the value that the entries are named by, unless a line has it: servers demand it.
fn add_naming_value(kind: &mut Kind) {
    let has_line = |kind: &Kind, attribute: &str| {
        kind.lines.iter().any(|line| {
            matches!(line.description.as_slice(), [Piece::Text(text)] if text.eq_ignore_ascii_case(attribute))
        })
    };
    let line = |attribute: &str, pattern| Line {
        description: vec![Piece::Text(attribute.to_owned())],
        percent: 100,
        values: 1..=1,
        pattern,
    };
    if kind.parent.is_some() {
        if !has_line(kind, &kind.naming_attribute) {
            let added = line(&kind.naming_attribute, kind.naming.clone());
            kind.lines.push(added);
        }
        return;
    }
    let [Piece::Text(text)] = kind.naming.as_slice() else { return };
    let Ok(dn) = Dn::parse(text) else { return };
    for ava in dn.rdn().into_iter().flat_map(|rdn| rdn.avas()) {
        if let Some(value) = ava.value_str().filter(|_| !has_line(kind, ava.attribute())) {
            let added = line(ava.attribute(), vec![Piece::Text(value.to_owned())]);
            kind.lines.push(added);
        }
    }
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    match pieces.last_mut() {
        _ if text.is_empty() => {}
        Some(Piece::Text(last)) => last.push_str(text),
        _ => pieces.push(Piece::Text(text.to_owned())),
    }
}

/// `12`, `1 per 100` or `rest`
fn count(number: usize, text: &str) -> Result<Count, TemplateError> {
    if text == "rest" {
        return Ok(Count::Rest);
    }
    let expected = || TemplateError::expected(number, "a count: 'N', '1 per N' or 'rest'");
    let parsed = match text.strip_prefix("1 per ") {
        Some(text) => text.trim().parse().ok().filter(|per| *per > 0).map(Count::Per),
        None => text.parse().ok().map(Count::Each),
    };
    parsed.ok_or_else(expected)
}

fn number(line: usize, text: &str, limit: u64) -> Result<u64, TemplateError> {
    let expected = TemplateError::expected(line, "a number that is not too large");
    text.trim().parse().ok().filter(|number| *number <= limit).ok_or(expected)
}

/// `3`, or `3..8`
fn range(line: usize, text: &str, limit: u64) -> Result<RangeInclusive<u64>, TemplateError> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (number(line, first, limit)?, number(line, last, limit)?);
    if first > last {
        return Err(TemplateError::expected(line, "a range: 'FIRST..LAST'"));
    }
    Ok(first..=last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_template_is_told_with_its_line() {
        for (text, line, message) in [
            ("", 1, "expected a kind"),
            ("cn: x", 1, "'[KIND]' before"),
            ("[a", 1, "']'"),
            ("[a]\n", 1, "'dn:' line"),
            ("[a]\ndn: nonsense\n", 2, "distinguished name"),
            ("[a]\ndn: o={index}\n", 2, "without placeholders"),
            ("[a in b]\n", 1, "unknown kind 'b'"),
            ("[a: 2]\n", 1, "one entry"),
            ("[a]\ndn: o=a\n[b in a: many]", 3, "a count"),
            ("[a]\ndn: o=a\n[b in a: 1 per 0]", 3, "a count"),
            ("[a]\ndn: o=a\n[b in a: 2]\ndn: cn=x", 4, "{index} or {uid}"),
            ("[a]\ndn: o=a\n[b in a]\ndn: {index}=x", 4, "ATTRIBUTE=VALUE"),
            ("[a]\ndn: o=a\n[a in a]\n", 3, "not there already"),
            ("[a]\ndn: o=a\n[b in a: rest]\ndn: cn={index}\n[c in a: rest]", 5, "one kind"),
            ("[a]\ndn: o=a\n[b in a: rest]\ndn: cn={index}\n[c in b: 2]", 5, "below the rest"),
            ("[a]\ndn: o=a\nx ?101%: y", 3, "a number"),
            ("[a]\ndn: o=a\nx *3..2: y", 3, "a range"),
            ("[a]\ndn: o=a\nx often: y", 3, "PERCENT"),
            ("[a]\ndn: o=a\nx: {index", 3, "'}'"),
            ("[a]\ndn: o=a\nx: {dn b}", 3, "unknown kind 'b'"),
            ("[a]\ndn: o=a\nx: {photo 1..99999999999}", 3, "a number"),
        ] {
            let error = Template::parse(text).unwrap_err();
            assert_eq!(error.line(), line, "{text:?}: {error}");
            assert!(error.to_string().contains(message), "{text:?}: {error}");
        }
        let error = Template::parse_with(Template::DEFAULT, &[("nosuch", "x")]).unwrap_err();
        assert_eq!(error.to_string(), "unknown variable 'nosuch'");
    }

    #[test]
    fn the_name_is_among_the_attributes_and_what_is_no_placeholder_stays() {
        let template = Template::parse("[a]\ndn: dc=x+o=y,c=z\no: own\nuserPassword: {SSHA}x").unwrap();
        let entry = template.population(1, 0).unwrap().entries().next().unwrap();
        assert_eq!(entry.first_text("dc"), Some("x"));
        assert_eq!(entry.first_text("o"), Some("own"));
        assert_eq!(entry.first_text("userPassword"), Some("{SSHA}x"));
    }
}
