//! Reads Rust source as far as the rules need it.
//!
//! A hand-made lexer drops comments and literals, so that neither an example in a doc comment nor a path in
//! a string counts. Then `paths` takes every path apart, with the groups of `use` spelled out. It knows no
//! grammar beyond that: whoever extends it should add a snippet to `snippets.rs` first.

/// One file below `src`, without comments, literals and test code.
pub(crate) struct SourceFile {
    /// Path from the root of the repository.
    pub(crate) name: String,
    /// Where the file stands in the tree of modules; empty for `lib.rs`.
    pub(crate) module: Vec<String>,
    /// What is left of the text.
    pub(crate) tokens: Vec<Token>,
    /// Lines of the file that are not test code.
    pub(crate) lines: usize,
}

/// A word or a sign, with its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
}

/// A path as written, groups resolved: `use a::{b, c}` is two.
#[derive(Clone, Debug)]
pub(crate) struct SourcePath {
    pub(crate) segments: Vec<Token>,
    /// Inline modules (`mod name { … }`) around it.
    pub(crate) inside: Vec<String>,
}

impl SourceFile {
    pub(crate) fn new(name: &str, text: &str) -> Self {
        let module = module_of(name);
        let (tokens, test_lines) = without_tests(tokens(text));
        let is_test = module.iter().any(|name| name == "tests");
        Self {
            name: name.to_owned(),
            module,
            tokens: if is_test { Vec::new() } else { tokens },
            lines: if is_test { 0 } else { text.lines().count() - test_lines },
        }
    }

    /// The module of the crate that the file belongs to; none for `lib.rs`.
    pub(crate) fn top_level(&self) -> Option<&str> {
        self.module.first().map(String::as_str)
    }

    /// Every path of at least two segments.
    pub(crate) fn paths(&self) -> Vec<SourcePath> {
        paths(&self.tokens)
    }

    /// Whether the file is part of a tool in `src/bin`, a crate of its own.
    pub(crate) fn is_tool(&self) -> bool {
        self.name.starts_with("src/bin/")
    }
}

impl SourcePath {
    /// The name that this path takes from the crate's root, seen from `module`.
    pub(crate) fn root_name(&self, module: &[String]) -> Option<&Token> {
        let here = module.iter().chain(&self.inside).count();
        let mut depth = match self.segments.first()?.text.as_str() {
            "crate" => 0,
            "self" => here,
            "super" => here.checked_sub(1)?,
            _ => return None,
        };
        for segment in self.segments.iter().skip(1) {
            match segment.text.as_str() {
                "super" => depth = depth.checked_sub(1)?,
                "self" => {}
                _ if depth == 0 => return Some(segment),
                _ => return None,
            }
        }
        None
    }
}

/// `src/proto/bind.rs` is `proto::bind`, `src/proto/mod.rs` is `proto`.
fn module_of(name: &str) -> Vec<String> {
    let path = name.trim_start_matches("src/").trim_end_matches(".rs");
    let mut module: Vec<String> = path.split('/').map(str::to_owned).collect();
    if module.last().is_some_and(|last| last == "mod" || last == "lib") {
        module.pop();
    }
    module
}

/// Splits the text into words and signs; `::` is one sign.
pub(crate) fn tokens(text: &str) -> Vec<Token> {
    let mut lexer = Lexer { rest: text, line: 1, tokens: Vec::new() };
    while !lexer.rest.is_empty() {
        lexer.step();
    }
    lexer.tokens
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
    tokens: Vec<Token>,
}

impl Lexer<'_> {
    fn step(&mut self) {
        let rest = self.rest;
        let first = rest.chars().next().expect("called while text is left");
        if rest.starts_with("//") {
            self.skip(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.skip(block_comment(rest));
        } else if first == '"' {
            self.skip(string(rest));
        } else if first == '\'' {
            self.skip(character_or_lifetime(rest));
        } else if first.is_alphanumeric() || first == '_' {
            self.word();
        } else if rest.starts_with("::") {
            self.push(2);
        } else if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else {
            self.push(first.len_utf8());
        }
    }

    /// A word, unless it is the prefix of a literal: `b"…"`, `r#"…"#`, `b'…'`. In `r#type` it is `type`.
    fn word(&mut self) {
        let length = word(self.rest);
        let (prefix, after) = self.rest.split_at(length);
        match prefix {
            "b" | "c" if after.starts_with('"') => self.skip(length + string(after)),
            "b" if after.starts_with('\'') => self.skip(length + character_or_lifetime(after)),
            "r" | "br" | "cr" if after.starts_with(['"', '#']) => match raw_string(after) {
                Some(raw) => self.skip(length + raw),
                None => self.skip(length + 1),
            },
            _ => self.push(length),
        }
    }

    fn push(&mut self, length: usize) {
        self.tokens.push(Token { text: self.rest[..length].to_owned(), line: self.line });
        self.skip(length);
    }

    fn skip(&mut self, length: usize) {
        let (skipped, rest) = self.rest.split_at(length);
        self.line += skipped.matches('\n').count();
        self.rest = rest;
    }
}

fn word(text: &str) -> usize {
    text.find(|sign: char| !sign.is_alphanumeric() && sign != '_').unwrap_or(text.len())
}

/// Block comments nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(found) = text[at..].find(['*', '/']) {
        at += found;
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    text.len()
}

fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, sign) in text.char_indices().skip(1) {
        match sign {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// `#"…"#` with any number of `#`; none if it is a raw identifier.
fn raw_string(text: &str) -> Option<usize> {
    let hashes = text.len() - text.trim_start_matches('#').len();
    let content = text[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(content.find(&end).map_or(text.len(), |at| hashes + 1 + at + end.len()))
}

fn character_or_lifetime(text: &str) -> usize {
    let content = &text[1..];
    let first = content.chars().next().map_or(0, char::len_utf8);
    if content.starts_with('\\') {
        // The sign after the backslash may itself be a quote.
        let end = content.char_indices().skip(2).find(|(_, sign)| *sign == '\'');
        end.map_or(text.len(), |(at, _)| at + 2)
    } else if content[first..].starts_with('\'') {
        1 + first + 1
    } else {
        1 + word(content)
    }
}

/// Drops each item under `#[cfg(test)]` or `#[cfg(all(test, …))]`, and counts the lines that go with it.
fn without_tests(tokens: Vec<Token>) -> (Vec<Token>, usize) {
    let (mut kept, mut lines, mut at) = (Vec::with_capacity(tokens.len()), 0, 0);
    while at < tokens.len() {
        if starts_test(&tokens[at..]) {
            let end = item_end(&tokens, at);
            lines += tokens[end - 1].line - tokens[at].line + 1;
            at = end;
        } else {
            kept.push(tokens[at].clone());
            at += 1;
        }
    }
    (kept, lines)
}

fn starts_test(tokens: &[Token]) -> bool {
    let starts = |signs: &[&str]| {
        tokens.len() > signs.len() && tokens.iter().zip(signs).all(|(token, sign)| token.text == *sign)
    };
    starts(&["#", "[", "cfg", "(", "test", ")"]) || starts(&["#", "[", "cfg", "(", "all", "(", "test", ","])
}

/// The end of the item whose first attribute begins at `start`: after `;`, or after the brace that closes it.
fn item_end(tokens: &[Token], start: usize) -> usize {
    let (mut depth, mut in_attribute) = (0_usize, false);
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.text.as_str() {
            "#" if depth == 0 => in_attribute = true,
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.saturating_sub(1);
                if depth == 0 && token.text == "}" && !in_attribute {
                    return at + 1;
                }
                in_attribute &= depth != 0;
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

fn paths(tokens: &[Token]) -> Vec<SourcePath> {
    let mut found = Vec::new();
    // Inline modules around the place, each with the number of braces that were open before it.
    let mut modules: Vec<(String, usize)> = Vec::new();
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" => {
                depth = depth.saturating_sub(1);
                modules.pop_if(|(_, outside)| *outside == depth);
            }
            "mod" if is(tokens, at + 2, "{") => modules.push((tokens[at + 1].text.clone(), depth)),
            _ if is_word(token) && is(tokens, at + 1, "::") => {
                let mut tree = Vec::new();
                at = path(tokens, at, &[], &mut tree);
                let inside: Vec<String> = modules.iter().map(|(name, _)| name.clone()).collect();
                found
                    .extend(tree.into_iter().map(|segments| SourcePath { segments, inside: inside.clone() }));
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Reads one path with its groups, which begins at `at` after `prefix`; returns where it ends.
fn path(tokens: &[Token], mut at: usize, prefix: &[Token], found: &mut Vec<Vec<Token>>) -> usize {
    let mut segments = prefix.to_vec();
    while let Some(token) = tokens.get(at) {
        if token.text == "{" {
            return group(tokens, at + 1, &segments, found);
        }
        if !is_word(token) && token.text != "*" {
            break;
        }
        segments.push(token.clone());
        at += 1;
        if !is(tokens, at, "::") {
            break;
        }
        at += 1;
    }
    found.push(segments);
    at
}

fn group(tokens: &[Token], mut at: usize, prefix: &[Token], found: &mut Vec<Vec<Token>>) -> usize {
    while let Some(token) = tokens.get(at) {
        match token.text.as_str() {
            "}" => return at + 1,
            "as" => at += 2,
            _ if is_word(token) || token.text == "*" || token.text == "{" => {
                at = path(tokens, at, prefix, found);
            }
            _ => at += 1,
        }
    }
    at
}

fn is(tokens: &[Token], at: usize, text: &str) -> bool {
    tokens.get(at).is_some_and(|token| token.text == text)
}

fn is_word(token: &Token) -> bool {
    token.text.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
}
