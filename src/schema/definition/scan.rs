//! The grammar below the level of a definition.
//!
//! A definition is a list of fields, each a keyword and what belongs to it. [`Scanner::field`] walks the keywords; the
//! caller reads what belongs to them by one of the other methods, which are named as the productions are.

use memchr::{memchr, memchr_iter, memchr2};

use super::octet::Octets;
use super::{DefinitionExpected as Expected, DefinitionParseError, Extension, Tolerance, Tolerated};
use crate::model::{AttributeDescription, LdapString, Oid};

type Result<T> = std::result::Result<T, DefinitionParseError>;

/// Whether liberties are taken for what they mean, or for errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// They are noted.
    Lenient,
    /// They are errors.
    Strict,
}

/// What a keyword announces.
#[derive(Debug)]
pub(super) enum Field {
    /// One of the keywords of this kind of definition.
    Known(&'static str),
    /// An `X-` keyword.
    Extension(LdapString),
}

/// Reads the text of one definition from front to back.
#[derive(Debug)]
pub struct Scanner<'a> {
    source: &'a LdapString,
    /// Those of the source.
    octets: &'a [u8],
    position: usize,
    mode: Mode,
    tolerated: Tolerated,
    /// How many more names, values and references there may be.
    room: usize,
    /// One bit for each keyword that was there, and how many of the keywords the order leaves behind.
    seen: u32,
    passed: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(source: &'a LdapString, mode: Mode, room: usize) -> Self {
        let octets = source.as_bytes();
        Self { source, octets, position: 0, mode, tolerated: Tolerated::default(), room, seen: 0, passed: 0 }
    }

    /// Returns the liberties that were taken.
    pub(super) fn finish(self) -> Tolerated {
        self.tolerated
    }

    /// Reads what stands before the identifier: `LPAREN WSP`.
    pub(super) fn open(&mut self) -> Result<()> {
        self.outer_spaces()?;
        if self.peek() == Some(b'{') {
            self.tolerate(Tolerance::Index, self.position)?;
            self.position += 1;
            self.take_while(|octet| octet.is_ascii_digit());
            self.expect(b'}', Expected::OpeningParenthesis)?;
            self.spaces()?;
        }
        self.expect(b'(', Expected::OpeningParenthesis)?;
        self.spaces()
    }

    /// Reads the `numericoid` that a definition begins with.
    pub(super) fn numericoid(&mut self) -> Result<Oid> {
        let start = self.position;
        let word = self.oid()?;
        if !word.as_bytes().first().is_some_and(u8::is_ascii_digit) {
            self.tolerate(Tolerance::NameForOid, start)?;
        }
        Ok(Oid::from_wire(word))
    }

    /// Reads the number that a DIT structure rule begins with, or refers to: `ruleid = number`.
    pub(super) fn rule_id(&mut self) -> Result<LdapString> {
        let start = self.position;
        self.take_while(|octet| octet.is_ascii_digit());
        if self.position == start {
            return self.fail(Expected::RuleId);
        }
        let number = self.source.slice(start..self.position);
        if number.len() > 1 && number.starts_with('0') {
            self.tolerate(Tolerance::LeadingZero, start)?;
        }
        Ok(number)
    }

    /// Reads the next keyword of those that this kind of definition has, in the order of its grammar. `None` is the
    /// end of the definition.
    pub(super) fn field(&mut self, keywords: &[&'static str]) -> Result<Option<Field>> {
        let before = self.position;
        self.spaces()?;
        match self.peek() {
            None => return self.fail(Expected::ClosingParenthesis),
            Some(b')') => {
                self.position += 1;
                self.outer_spaces()?;
                return if self.peek().is_none() { Ok(None) } else { self.fail(Expected::End) };
            }
            Some(_) => {}
        }
        let start = self.position;
        if start == before {
            self.tolerate(Tolerance::MissingSpace, start)?;
        }
        let word = self.take_all(Octets::KEYWORD);
        if let [b'X' | b'x', b'-', name @ ..] = word {
            let is_plain = |octet: &u8| octet.is_ascii_alphabetic() || matches!(octet, b'-' | b'_');
            if name.is_empty() || !name.iter().all(is_plain) {
                self.tolerate(Tolerance::ExtensionName, start)?;
            }
            self.passed = keywords.len();
            self.space()?;
            return Ok(Some(Field::Extension(self.source.slice(start..start + word.len()))));
        }
        let Some(index) = self.place(word, keywords) else {
            self.position = start;
            return self.fail(Expected::Field);
        };
        let bit = 1_u32 << index;
        if self.seen & bit != 0 {
            self.position = start;
            return self.fail(Expected::OtherField);
        }
        self.seen |= bit;
        if index < self.passed {
            self.tolerate(Tolerance::FieldOrder, start)?;
        }
        self.passed = self.passed.max(index + 1);
        Ok(Some(Field::Known(keywords[index])))
    }

    /// Returns which of the keywords a word is. It is looked for first where the order of the grammar has it, and in the
    /// usual case.
    fn place(&self, word: &[u8], keywords: &[&str]) -> Option<usize> {
        let ahead = keywords.get(self.passed..).unwrap_or_default();
        let place = ahead.iter().position(|keyword| keyword.as_bytes() == word);
        place
            .map(|place| self.passed + place)
            .or_else(|| keywords.iter().position(|keyword| word.eq_ignore_ascii_case(keyword.as_bytes())))
    }

    /// Reads the space between a keyword and what belongs to it: `SP`.
    #[inline]
    fn space(&mut self) -> Result<()> {
        let before = self.position;
        self.spaces()?;
        if self.position == before {
            self.tolerate(Tolerance::MissingSpace, before)?;
        }
        Ok(())
    }

    /// Reads a space, and then what belongs to a keyword.
    pub(super) fn spaced<T>(&mut self, read: fn(&mut Self) -> Result<T>) -> Result<T> {
        self.space()?;
        read(self)
    }

    /// Reads an object identifier or a name: `oid = descr / numericoid`.
    pub(super) fn oid(&mut self) -> Result<LdapString> {
        self.take_room()?;
        let start = self.position;
        let is_quoted = self.peek() == Some(b'\'');
        if is_quoted {
            self.tolerate(Tolerance::QuotedOid, start)?;
            self.position += 1;
        }
        let word = self.oid_word()?;
        if is_quoted {
            // A length may stand within the quotes, too; the caller reads it.
            if self.peek() != Some(b'{') {
                self.expect(b'\'', Expected::ClosingQuote)?;
            }
        }
        Ok(word)
    }

    fn oid_word(&mut self) -> Result<LdapString> {
        let start = self.position;
        let rest = self.rest();
        // Most names and identifiers are right: they are looked at once.
        let length = match rest.first() {
            Some(first) if first.is_ascii_alphabetic() => Some(length(rest, Octets::NAME)),
            _ => Oid::valid_length(rest),
        };
        if let Some(length) = length
            && !rest.get(length).is_some_and(|octet| Octets::WORD.contains(*octet))
        {
            self.position += length;
            return Ok(self.source.slice(start..self.position));
        }
        let octets = self.take_all(Octets::WORD);
        let word = self.source.slice(start..self.position);
        match octets.first() {
            None => return self.fail(Expected::Oid),
            Some(first) if first.is_ascii_digit() => {
                if !Oid::is_valid_text(&word) {
                    let only_arcs = octets.iter().all(|octet| octet.is_ascii_digit() || *octet == b'.');
                    let liberty = if only_arcs { Tolerance::OddOid } else { Tolerance::NameCharacter };
                    self.tolerate(liberty, start)?;
                }
            }
            Some(_) => self.check_name(&word, start)?,
        }
        Ok(word)
    }

    /// Reads object identifiers or names.
    ///
    /// ```text
    /// oids    = oid / ( LPAREN WSP oidlist WSP RPAREN )
    /// oidlist = oid *( WSP DOLLAR WSP oid )                     (RFC 4512 4.1)
    /// ```
    pub(super) fn oids(&mut self) -> Result<Vec<LdapString>> {
        if self.peek() != Some(b'(') {
            return Ok(vec![self.oid()?]);
        }
        self.position += 1;
        let mut oids = Vec::with_capacity(self.separators().saturating_add(1));
        let mut is_separated = true;
        loop {
            self.spaces()?;
            match self.peek() {
                Some(b')') => break,
                Some(separator @ (b'$' | b',')) => {
                    if is_separated || separator == b',' {
                        self.tolerate(Tolerance::ListSeparator, self.position)?;
                    }
                    self.position += 1;
                    is_separated = true;
                }
                None => return self.fail(Expected::ClosingParenthesis),
                Some(_) => {
                    if !is_separated {
                        self.tolerate(Tolerance::ListSeparator, self.position)?;
                    }
                    oids.push(self.oid()?);
                    is_separated = false;
                }
            }
        }
        if oids.is_empty() {
            self.tolerate(Tolerance::EmptyList, self.position)?;
        } else if is_separated {
            self.tolerate(Tolerance::ListSeparator, self.position)?;
        }
        self.position += 1;
        Ok(oids)
    }

    /// How many `$` there are up to the next parenthesis, as far as there is room for what they separate.
    fn separators(&self) -> usize {
        let rest = self.rest();
        let list = rest.get(..memchr(b')', rest).unwrap_or_default()).unwrap_or_default();
        memchr_iter(b'$', list).count().min(self.room)
    }

    /// Reads the numbers of rules.
    ///
    /// ```text
    /// ruleids    = ruleid / ( LPAREN WSP ruleidlist WSP RPAREN )
    /// ruleidlist = ruleid *( SP ruleid )                        (RFC 4512 4.1.7.1)
    /// ```
    pub(super) fn rule_ids(&mut self) -> Result<Vec<LdapString>> {
        // The grammar has no SP between "SUP" and these, and every writer puts one there.
        self.spaces()?;
        self.one_or_list(|scanner| scanner.rule_id().map(Some))
    }

    /// Reads an object identifier, perhaps with a length; the length is the least that servers should allow.
    ///
    /// ```text
    /// noidlen = numericoid [ LCURLY len RCURLY ]
    /// len     = number                                          (RFC 4512 4.1)
    /// ```
    pub(super) fn noidlen(&mut self) -> Result<(LdapString, Option<u64>)> {
        let start = self.position;
        let is_quoted = self.peek() == Some(b'\'');
        let oid = self.oid()?;
        if !oid.as_bytes().first().is_some_and(u8::is_ascii_digit) {
            self.tolerate(Tolerance::NameForOid, start)?;
        }
        if self.peek() != Some(b'{') {
            return Ok((oid, None));
        }
        self.position += 1;
        let start = self.position;
        self.take_while(|octet| octet.is_ascii_digit());
        let digits = &self.source[start..self.position];
        let Ok(length) = digits.parse() else {
            self.position = start;
            return self.fail(Expected::Length);
        };
        if digits.len() > 1 && digits.starts_with('0') {
            self.tolerate(Tolerance::LeadingZero, start)?;
        }
        self.expect(b'}', Expected::Length)?;
        if is_quoted {
            self.expect(b'\'', Expected::ClosingQuote)?;
        }
        Ok((oid, Some(length)))
    }

    /// Reads an object identifier where no length may stand: assertions have none that servers should allow.
    pub(super) fn numericoid_without_length(&mut self) -> Result<LdapString> {
        let start = self.position;
        let (oid, length) = self.noidlen()?;
        if length.is_some() {
            self.tolerate(Tolerance::Length, start.saturating_add(oid.len()))?;
        }
        Ok(oid)
    }

    /// Reads short names.
    ///
    /// ```text
    /// qdescrs    = qdescr / ( LPAREN WSP qdescrlist WSP RPAREN )
    /// qdescrlist = [ qdescr *( SP qdescr ) ]
    /// qdescr     = SQUOTE descr SQUOTE                          (RFC 4512 4.1)
    /// ```
    pub(super) fn qdescrs(&mut self) -> Result<Vec<LdapString>> {
        self.one_or_list(Self::qdescr)
    }

    fn qdescr(&mut self) -> Result<Option<LdapString>> {
        self.take_room()?;
        let start = self.position;
        // Most names are plain ones between quotes: they are looked at once.
        if self.peek() == Some(b'\'') {
            self.position += 1;
            let name = self.take_all(Octets::NAME);
            if name.first().is_some_and(u8::is_ascii_alphabetic) && self.peek() == Some(b'\'') {
                self.position += 1;
                return Ok(Some(self.source.slice(start + 1..start + 1 + name.len())));
            }
            self.position = start;
        }
        let Some(name) = self.raw_string()? else { return Ok(None) };
        self.check_name(&name, start)?;
        Ok(Some(name))
    }

    /// Reads strings.
    ///
    /// ```text
    /// qdstrings    = qdstring / ( LPAREN WSP qdstringlist WSP RPAREN )
    /// qdstringlist = [ qdstring *( SP qdstring ) ]              (RFC 4512 4.1)
    /// ```
    fn qdstrings(&mut self) -> Result<Vec<LdapString>> {
        self.one_or_list(Self::qdstring)
    }

    /// Reads a string; an empty one is none.
    ///
    /// ```text
    /// qdstring = SQUOTE dstring SQUOTE
    /// dstring  = 1*( QS / QQ / QUTF8 )   ; escaped UTF-8 string
    /// QQ       = ESC %x32 %x37 ; "\27"
    /// QS       = ESC %x35 ( %x43 / %x63 ) ; "\5C" / "\5c"       (RFC 4512 4.1)
    /// ```
    pub(super) fn qdstring(&mut self) -> Result<Option<LdapString>> {
        self.take_room()?;
        let start = self.position;
        // Most strings have no backslash: they are looked at once.
        let rest = self.octets.get(start.saturating_add(1)..).unwrap_or_default();
        if self.peek() == Some(b'\'')
            && let Some(length @ 1..) = memchr2(b'\'', b'\\', rest)
            && rest.get(length) == Some(&b'\'')
        {
            let begin = start + 1;
            self.position = begin + length + 1;
            return Ok(Some(self.source.slice(begin..begin + length)));
        }
        let Some(raw) = self.raw_string()? else { return Ok(None) };
        let mut text = String::with_capacity(raw.len());
        let mut parts = raw.split('\\');
        text.push_str(parts.next().unwrap_or_default());
        for part in parts {
            let (character, rest) = match part.get(..2) {
                Some("27") => ('\'', &part[2..]),
                Some("5C" | "5c") => ('\\', &part[2..]),
                _ => {
                    self.tolerate(Tolerance::Backslash, start)?;
                    ('\\', part)
                }
            };
            text.push(character);
            text.push_str(rest);
        }
        Ok(Some(LdapString::from(text)))
    }

    /// Reads the values of an `X-` keyword.
    pub(super) fn extension(&mut self, name: LdapString) -> Result<Extension> {
        self.take_room()?;
        Ok(Extension { name, values: self.qdstrings()? })
    }

    /// Reads a word of a fixed set.
    pub(super) fn word(&mut self) -> Result<LdapString> {
        let is_quoted = self.peek() == Some(b'\'');
        if is_quoted {
            self.tolerate(Tolerance::QuotedOid, self.position)?;
            self.position += 1;
        }
        let start = self.position;
        self.take_while(|octet| octet.is_ascii_alphanumeric());
        let word = self.source.slice(start..self.position);
        if is_quoted {
            self.expect(b'\'', Expected::ClosingQuote)?;
        }
        Ok(word)
    }

    /// Fails at the place that was reached.
    pub(super) fn fail<T>(&self, expected: Expected) -> Result<T> {
        Err(self.error(self.position, expected))
    }

    /// Notes a liberty that consists in the keyword that was read last, or fails if none may be taken.
    pub(super) fn tolerate_keyword(&mut self, tolerance: Tolerance, keyword: &str) -> Result<()> {
        self.tolerate(tolerance, self.position.saturating_sub(keyword.len()))
    }

    /// Notes a liberty, or fails if none may be taken.
    #[cold]
    pub(super) fn tolerate(&mut self, tolerance: Tolerance, position: usize) -> Result<()> {
        match self.mode {
            Mode::Lenient => {
                self.tolerated.note(tolerance, position);
                Ok(())
            }
            Mode::Strict => Err(self.error(position, Expected::Strict(tolerance))),
        }
    }

    /// Reads what stands between quotes, or a word without them; what is empty is none.
    fn raw_string(&mut self) -> Result<Option<LdapString>> {
        let start = self.position;
        let text = if self.peek() == Some(b'\'') {
            self.position += 1;
            let begin = self.position;
            let rest = self.rest();
            self.position += memchr(b'\'', rest).unwrap_or(rest.len());
            let text = self.source.slice(begin..self.position);
            self.expect(b'\'', Expected::ClosingQuote)?;
            text
        } else {
            if self.take_all(Octets::WORD).is_empty() {
                return self.fail(Expected::String);
            }
            self.tolerate(Tolerance::UnquotedString, start)?;
            self.source.slice(start..self.position)
        };
        if text.is_empty() {
            self.tolerate(Tolerance::EmptyString, start)?;
            return Ok(None);
        }
        Ok(Some(text))
    }

    /// Reads one member, or a list of members that spaces separate; empty ones are left out.
    fn one_or_list<T>(&mut self, member: fn(&mut Self) -> Result<Option<T>>) -> Result<Vec<T>> {
        if self.peek() != Some(b'(') {
            return Ok(member(self)?.into_iter().collect());
        }
        self.position += 1;
        let mut members = Vec::new();
        let mut is_first = true;
        loop {
            let before = self.position;
            self.spaces()?;
            match self.peek() {
                Some(b')') => break,
                Some(b'$' | b',') => {
                    self.tolerate(Tolerance::ListSeparator, self.position)?;
                    self.position += 1;
                }
                None => return self.fail(Expected::ClosingParenthesis),
                Some(_) => {
                    if self.position == before && !is_first {
                        self.tolerate(Tolerance::MissingSpace, before)?;
                    }
                    members.extend(member(self)?);
                    is_first = false;
                }
            }
        }
        self.position += 1;
        Ok(members)
    }

    fn check_name(&mut self, name: &LdapString, position: usize) -> Result<()> {
        // Most names are plain ones, and need no other look.
        let mut octets = name.bytes();
        let begins = octets.next().is_some_and(|octet| octet.is_ascii_alphabetic());
        if !(begins && octets.all(|octet| Octets::NAME.contains(octet)))
            && (name.contains(';') || !AttributeDescription::is_valid_text(name))
        {
            self.tolerate(Tolerance::NameCharacter, position)?;
        }
        Ok(())
    }

    /// Skips the white space that a file leaves around a definition; the grammar has none there.
    fn outer_spaces(&mut self) -> Result<()> {
        if self.peek() == Some(b' ') {
            self.tolerate(Tolerance::OuterSpace, self.position)?;
        }
        self.spaces()
    }

    /// Skips white space, which need not be there: `WSP`.
    #[inline]
    fn spaces(&mut self) -> Result<()> {
        while let Some(octet @ (b' ' | b'\t' | b'\n' | b'\r')) = self.peek() {
            if octet != b' ' {
                self.tolerate(Tolerance::OtherSpace, self.position)?;
            }
            self.position += 1;
        }
        Ok(())
    }

    fn expect(&mut self, octet: u8, expected: Expected) -> Result<()> {
        if self.peek() != Some(octet) {
            return self.fail(expected);
        }
        self.position += 1;
        Ok(())
    }

    #[inline]
    fn take_room(&mut self) -> Result<()> {
        match self.room.checked_sub(1) {
            Some(room) => self.room = room,
            None => return self.fail(Expected::FewerElements),
        }
        Ok(())
    }

    /// Takes octets as long as they are wanted; the place is one between characters before and after.
    #[inline]
    fn take_while(&mut self, is_wanted: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&is_wanted) {
            self.position += 1;
        }
    }

    /// Takes octets as long as they are of a set, and returns them.
    #[inline]
    fn take_all(&mut self, set: Octets) -> &'a [u8] {
        let rest = self.rest();
        let taken = rest.get(..length(rest, set)).unwrap_or_default();
        self.position += taken.len();
        taken
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.octets.get(self.position).copied()
    }

    #[inline]
    fn rest(&self) -> &'a [u8] {
        self.octets.get(self.position..).unwrap_or_default()
    }

    #[cold]
    fn error(&self, position: usize, expected: Expected) -> DefinitionParseError {
        DefinitionParseError::new(self.octets, position, expected)
    }
}

/// Returns how many octets of a set stand at the beginning.
#[inline]
fn length(octets: &[u8], set: Octets) -> usize {
    octets.iter().position(|octet| !set.contains(*octet)).unwrap_or(octets.len())
}
