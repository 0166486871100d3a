//! What is read although the grammar forbids it.

use std::fmt;

/// A liberty that servers and files take with the grammar of RFC 4512 section 4.1, and that is read. What can be written as the
/// grammar has it is; names and identifiers stay as they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Tolerance {
    /// A number in braces before the definition, as OpenLDAP keeps its configuration: `{0}( 2.5.4.3 ... )`.
    Index,
    /// A name where an object identifier must stand: `( ds-cfg-oid NAME 'ds-cfg' )`, or a macro of a configuration file.
    NameForOid,
    /// A name with characters that names do not have (`_`, `.`, `;`), or that begins with a digit.
    NameCharacter,
    /// An object identifier with leading zeros or impossible arcs.
    OddOid,
    /// An object identifier or a reference in quotes: `SYNTAX '1.3.6.1.4.1.1466.115.121.1.15'`.
    QuotedOid,
    /// A string without quotes: `NAME cn`.
    UnquotedString,
    /// An empty string: `DESC ''`. It is taken for no string at all.
    EmptyString,
    /// A `\` in a string that is not `\27` or `\5c`. It stands for itself.
    Backslash,
    /// No space where one must stand: `NAME'cn'`.
    MissingSpace,
    /// A tab or the end of a line instead of a space.
    OtherSpace,
    /// A space before the first parenthesis or behind the last.
    OuterSpace,
    /// Keywords in another order than the grammar has.
    FieldOrder,
    /// A list without the `$` between its members, with a `,` or `$` where none belongs, or with one `$` too many.
    ListSeparator,
    /// A list without a member.
    EmptyList,
    /// An `X-` keyword with a digit, or with nothing behind the `X-`.
    ExtensionName,
    /// A number with leading zeros.
    LeadingZero,
    /// A name of a syntax, which has none. It is left out.
    SyntaxName,
    /// A length in braces behind the syntax of a matching rule. It is left out.
    Length,
}

impl Tolerance {
    /// Returns what the grammar expects instead.
    pub(super) const fn expected(self) -> &'static str {
        match self {
            Self::Index => "expected '(' without a number in braces before it",
            Self::NameForOid => "expected an object identifier, not a name",
            Self::NameCharacter => "expected a name of letters, digits and hyphens that begins with a letter",
            Self::OddOid => {
                "expected an object identifier of two or more possible arcs without leading zeros"
            }
            Self::QuotedOid => "expected an object identifier or a name without quotes",
            Self::UnquotedString => "expected a string in quotes",
            Self::EmptyString => "expected a string that is not empty",
            Self::Backslash => "expected '\\27' or '\\5c'",
            Self::MissingSpace => "expected a space",
            Self::OtherSpace => "expected a space, not another white space",
            Self::OuterSpace => "expected no space around the definition",
            Self::FieldOrder => "expected the keywords in the order of the grammar",
            Self::ListSeparator => "expected the members of a list to be separated as the grammar has it",
            Self::EmptyList => "expected a list with a member",
            Self::ExtensionName => "expected 'X-' and letters, hyphens and underscores",
            Self::LeadingZero => "expected a number without leading zeros",
            Self::SyntaxName => "expected no name of a syntax",
            Self::Length => "expected no length behind the syntax of a matching rule",
        }
    }
}

impl fmt::Display for Tolerance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Index => "number in braces before the definition",
            Self::NameForOid => "name instead of an object identifier",
            Self::NameCharacter => "character that names do not have",
            Self::OddOid => "impossible object identifier",
            Self::QuotedOid => "reference in quotes",
            Self::UnquotedString => "string without quotes",
            Self::EmptyString => "empty string",
            Self::Backslash => "unescaped backslash",
            Self::MissingSpace => "missing space",
            Self::OtherSpace => "tab or line end instead of a space",
            Self::OuterSpace => "space around the definition",
            Self::FieldOrder => "keywords out of order",
            Self::ListSeparator => "wrong separator in a list",
            Self::EmptyList => "empty list",
            Self::ExtensionName => "odd name of an extension",
            Self::LeadingZero => "number with leading zeros",
            Self::SyntaxName => "name of a syntax",
            Self::Length => "length behind the syntax of a matching rule",
        })
    }
}

/// The liberties that a text took, each with the offset of its first occurrence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tolerated(Vec<(Tolerance, usize)>);

impl Tolerated {
    /// Whether the text kept to the grammar.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Walks the liberties in the order of the text, each with the offset, in octets, of its first occurrence.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (Tolerance, usize)> {
        self.0.iter().copied()
    }

    /// Whether the text took this liberty.
    pub fn contains(&self, tolerance: Tolerance) -> bool {
        self.0.iter().any(|(own, _)| *own == tolerance)
    }

    /// Notes a liberty; it is bounded by the number of their kinds.
    pub(super) fn note(&mut self, tolerance: Tolerance, position: usize) {
        if !self.contains(tolerance) {
            self.0.push((tolerance, position));
        }
    }
}
