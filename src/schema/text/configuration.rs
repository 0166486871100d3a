//! OpenLDAP's configuration files, as far as a schema in them goes.

use std::collections::HashMap;

use super::lines::logical;
use crate::schema::DefinitionKind;

/// Walks the definitions in a file of the form of `slapd.conf`: a directive and a definition, whose object identifier may
/// begin with a macro.
///
/// ```text
/// objectidentifier exampleAttribute 1.3.6.1.4.1.32473.1.1
/// attributetype ( exampleAttribute:1 NAME 'favouriteDrink' SUP name )
/// ```
pub(in crate::schema) fn configuration(text: &str, mut each: impl FnMut(DefinitionKind, &str)) {
    let mut macros = Macros::default();
    logical(text, true, |line| {
        let Some((directive, rest)) = line.trim().split_once(char::is_whitespace) else { return };
        let rest = rest.trim_start();
        let kind = match directive.to_ascii_lowercase().as_str() {
            "objectidentifier" => {
                if let Some((name, oid)) = rest.split_once(char::is_whitespace) {
                    macros.define(name, oid.trim());
                }
                return;
            }
            "ldapsyntax" => DefinitionKind::LdapSyntax,
            "attributetype" | "attribute" => DefinitionKind::AttributeType,
            "objectclass" => DefinitionKind::ObjectClass,
            "ditcontentrule" => DefinitionKind::DitContentRule,
            _ => return,
        };
        each(kind, &macros.expand_all(rest));
    });
}

/// Names of object identifiers.
#[derive(Default)]
struct Macros(HashMap<String, String>);

impl Macros {
    /// How long an identifier may become by macros that use macros, so that a few of them do not fill the memory.
    const MAX_LENGTH: usize = 1024;

    fn define(&mut self, name: &str, oid: &str) {
        if let Some(oid) = self.expand(oid).or_else(|| Some(oid.to_owned()))
            && oid.len() <= Self::MAX_LENGTH
        {
            self.0.insert(name.to_ascii_lowercase(), oid);
        }
    }

    /// Returns what a word stands for, if it is a macro, perhaps with arcs behind a `:`.
    fn expand(&self, word: &str) -> Option<String> {
        let (name, arcs) = word.split_once(':').map_or((word, None), |(name, arcs)| (name, Some(arcs)));
        let oid = self.0.get(&name.to_ascii_lowercase())?;
        Some(arcs.map_or_else(|| oid.clone(), |arcs| format!("{oid}.{arcs}")))
    }

    /// Replaces the macros that stand where an object identifier does: at the beginning and behind `SYNTAX`.
    fn expand_all(&self, definition: &str) -> String {
        if self.0.is_empty() {
            return definition.to_owned();
        }
        let mut expanded = String::with_capacity(definition.len());
        let mut before = "(";
        let mut is_first = true;
        for word in definition.split_inclusive([' ', '\t', '(']) {
            let plain = word.trim_end_matches([' ', '\t', '(']);
            let stands_for_oid = (is_first && !plain.is_empty()) || before.eq_ignore_ascii_case("SYNTAX");
            let (name, length) =
                plain.split_once('{').map_or((plain, ""), |(name, _)| (name, &plain[name.len()..]));
            match self.expand(name).filter(|_| stands_for_oid) {
                Some(oid) => {
                    expanded.push_str(&oid);
                    expanded.push_str(length);
                    expanded.push_str(&word[plain.len()..]);
                }
                None => expanded.push_str(word),
            }
            if !plain.is_empty() {
                is_first = false;
                before = plain;
            }
        }
        expanded
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_give_definitions_with_their_macros_expanded() {
        let text = "# a comment\nobjectidentifier root 1.3.6\nobjectIdentifier Attrs root:9\ninclude x\n\
                    AttributeType ( attrs:1\n\tNAME 'root'\n\tSYNTAX root:4{8} )\n\n\
                    objectclass (Attrs:2 NAME 'b' MUST ( root $ c ) )\n";
        let mut found = Vec::new();
        configuration(text, |kind, text| found.push((kind, text.to_owned())));
        let expected = [
            (DefinitionKind::AttributeType, "( 1.3.6.9.1 NAME 'root' SYNTAX 1.3.6.4{8} )"),
            (DefinitionKind::ObjectClass, "(1.3.6.9.2 NAME 'b' MUST ( root $ c ) )"),
        ];
        assert_eq!(found, expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn macros_that_grow_end_at_a_limit() {
        let mut text = "objectidentifier a 1.2\n".to_owned();
        for _ in 0..10_000 {
            text.push_str("objectidentifier a a:3\n");
        }
        text.push_str("objectclass ( a:1 )\n");
        let mut length = 0;
        configuration(&text, |_, text| length = text.len());
        assert!((1..=Macros::MAX_LENGTH + 8).contains(&length));
    }
}
