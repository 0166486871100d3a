//! Octets as a tree, element by element.
//!
//! The walk keeps one level for each element that it is in, and no more of them than [`MAX_DEPTH`]: what the octets
//! claim moves neither the stack nor the memory.

use std::ops::Range;

use ldapwire::ber::{DecodeError, Fault, Reader, Tag};

use super::grammar::{Component, Element, Form};
use super::known::{self, Known};

/// A walk over the elements, parents before their children.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    levels: Vec<Level<'a>>,
    shows_secrets: bool,
    secrets: Vec<Range<usize>>,
    fault: Option<DecodeError>,
}

/// One element.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    /// The number of elements around it.
    pub(crate) depth: usize,
    /// Where its first octet stands in the input.
    pub(crate) offset: usize,
    pub(crate) tag: Tag,
    /// The name that the standard gives it.
    pub(crate) name: Option<&'static str>,
    /// The octets of tag and length.
    pub(crate) header: usize,
    /// The octets of content that it claims.
    pub(crate) length: u64,
    /// The octets of content that are there.
    pub(crate) available: usize,
    pub(crate) value: Value<'a>,
}

/// What an element holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// Other elements, which follow.
    Elements,
    /// Other elements, nested too deep to be shown.
    TooDeep,
    Number(i64),
    Enumerated(u32, Option<String>),
    Boolean(bool),
    Null,
    Octets(&'a [u8]),
    Oid(&'a [u8], Option<&'static str>),
    /// Octets that are not shown.
    Secret,
}

/// An element that the walk is in.
#[derive(Debug)]
struct Level<'a> {
    rest: Reader<'a>,
    form: Form,
    /// The component of a SEQUENCE that comes next, if none is missing.
    next: usize,
    /// What the identifier stood for that came last.
    known: Option<Known>,
}

/// The deepest level that is shown. The deepest message that the library takes has filters within filters up to the same
/// number, and a few levels around and within them.
const MAX_DEPTH: usize = 128 + 8;

impl<'a> Tree<'a> {
    /// Begins a walk over octets that stand at `offset` of the input, as elements of `component`.
    pub(crate) fn new(octets: &'a [u8], offset: usize, component: Component, shows_secrets: bool) -> Self {
        let root = Level::new(Reader::with_offset(octets, offset), Form::Of(component));
        Self { levels: vec![root], shows_secrets, secrets: Vec::new(), fault: None }
    }

    /// Returns the first fault that the walk met.
    pub(crate) const fn fault(&self) -> Option<DecodeError> {
        self.fault
    }

    /// Returns whether an octet of the input belongs to a secret that is not shown.
    pub(crate) fn is_secret(&self, offset: usize) -> bool {
        self.secrets.iter().any(|range| range.contains(&offset))
    }

    /// Looks into an element without others, which stands on the last level.
    fn value(&mut self, form: Form, content: Reader<'a>) -> Value<'a> {
        let octets = content.octets();
        let value = match form {
            Form::Secret if !self.shows_secrets => {
                self.secrets.push(content.offset()..content.offset().saturating_add(octets.len()));
                Some(Value::Secret)
            }
            Form::Oid => {
                let known = known::find(octets);
                if let Some(level) = self.levels.last_mut() {
                    level.known = known;
                }
                Some(Value::Oid(octets, known.map(|known| known.name)))
            }
            Form::Value(select) => {
                let known = self.levels.last().and_then(|level| level.known);
                let component = known.as_ref().and_then(select);
                component.map(|component| {
                    self.levels.push(Level::new(content, Form::Of(component)));
                    Value::Elements
                })
            }
            Form::Number => content.as_integer("a number").ok().map(Value::Number),
            Form::Enumerated(name) => {
                content.as_integer("a number").ok().map(|number| Value::Enumerated(number, name(number)))
            }
            Form::Boolean => content.as_boolean().ok().map(Value::Boolean),
            Form::Null if octets.is_empty() => Some(Value::Null),
            _ => None,
        };
        value.unwrap_or(Value::Octets(octets))
    }
}

impl<'a> Iterator for Tree<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        loop {
            let depth = self.levels.len().checked_sub(1)?;
            let level = self.levels.last_mut()?;
            if level.rest.is_empty() {
                self.levels.pop();
                continue;
            }
            let offset = level.rest.offset();
            let (tag, content, length) = match level.read() {
                Ok(read) => read,
                Err(error) => {
                    self.fault.get_or_insert(error);
                    let Fault::LengthBeyondParent { claimed, available } = error.fault() else {
                        // Nobody knows where the next element would begin.
                        self.levels.pop();
                        continue;
                    };
                    let Some((tag, content)) = level.read_short(available) else { continue };
                    (tag, content, claimed)
                }
            };
            let element = level.find(tag);
            let form = element.map_or_else(|| universal(tag), |element| element.form);
            let (header, available) = (content.offset().saturating_sub(offset), content.octets().len());
            let value = if !tag.is_constructed() {
                self.value(form, content)
            } else if depth < MAX_DEPTH {
                self.levels.push(Level::new(content, form));
                Value::Elements
            } else {
                Value::TooDeep
            };
            let name = element.map(|element| element.name);
            return Some(Node { depth, offset, tag, name, header, length, available, value });
        }
    }
}

impl<'a> Level<'a> {
    const fn new(rest: Reader<'a>, form: Form) -> Self {
        Self { rest, form, next: 0, known: None }
    }

    fn read(&mut self) -> Result<(Tag, Reader<'a>, u64), DecodeError> {
        let element = self.rest.read()?;
        let length = u64::try_from(element.content.octets().len()).unwrap_or(u64::MAX);
        Ok((element.tag, element.content, length))
    }

    /// Takes what is there of an element that is longer than its parent; nothing can follow it.
    fn read_short(&mut self, available: usize) -> Option<(Tag, Reader<'a>)> {
        let octets = self.rest.octets();
        let header = octets.len().checked_sub(available)?;
        let content = Reader::with_offset(octets.get(header..)?, self.rest.offset().saturating_add(header));
        self.rest = Reader::with_offset(&[], self.rest.offset().saturating_add(octets.len()));
        Some((Tag::from_octet(*octets.first()?), content))
    }

    /// Finds what stands here by the standard. Components come in their order, and those that are missing are passed
    /// over.
    fn find(&mut self, tag: Tag) -> Option<&'static Element> {
        let find_in = |component: Component| component.iter().find(|element| element.tag == tag);
        match self.form {
            Form::Of(component) => find_in(component),
            Form::Sequence(components) => {
                let mut rest = components.iter().enumerate().skip(self.next);
                let (position, element) =
                    rest.find_map(|(position, component)| Some((position, find_in(component)?)))?;
                self.next = position + 1;
                Some(element)
            }
            _ => None,
        }
    }
}

/// What an element holds whose place in the protocol is not known.
fn universal(tag: Tag) -> Form {
    match tag {
        Tag::INTEGER | Tag::ENUMERATED => Form::Number,
        Tag::BOOLEAN => Form::Boolean,
        Tag::NULL => Form::Null,
        _ => Form::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::super::grammar;
    use super::*;

    fn tree(octets: &[u8]) -> Tree<'_> {
        Tree::new(octets, 0, &grammar::LDAP_MESSAGE, false)
    }

    fn names(octets: &[u8]) -> Vec<String> {
        let name = |node: Node<'_>| format!("{}{}", " ".repeat(node.depth), node.name.unwrap_or("?"));
        tree(octets).map(name).collect()
    }

    const BIND: &[u8] = b"\x30\x14\x02\x01\x01\x60\x0f\x02\x01\x03\x04\x04cn=a\x80\x04cafe";

    #[test]
    fn elements_bear_the_names_of_the_standard() {
        assert_eq!(
            names(BIND),
            ["LDAPMessage", " messageID", " bindRequest", "  version", "  name", "  simple"]
        );
        // A filter within a filter, and what stands behind it.
        let search = b"\x30\x30\x02\x01\x02\x63\x2b\x04\x00\x0a\x01\x02\x0a\x01\x00\x02\x01\x00\x02\x01\x00\x01\x01\x00\
                       \xa0\x0e\xa2\x05\x87\x03uid\xa3\x05\x04\x01a\x04\x00\x30\x04\x04\x02cn";
        let mut whole = search.to_vec();
        whole[1] = u8::try_from(search.len() - 2).unwrap();
        whole[6] = u8::try_from(search.len() - 7).unwrap();
        assert_eq!(
            names(&whole)[8..],
            [
                "  typesOnly",
                "  and",
                "   not",
                "    present",
                "   equalityMatch",
                "    attributeDesc",
                "    assertionValue",
                "  attributes",
                "   selector",
            ]
        );
    }

    #[test]
    fn secrets_are_held_back_unless_asked_for() {
        let mut held = tree(BIND);
        assert_eq!(held.by_ref().last().unwrap().value, Value::Secret);
        assert!(held.is_secret(18) && held.is_secret(21) && !held.is_secret(17) && !held.is_secret(22));
        let mut shown = Tree::new(BIND, 0, &grammar::LDAP_MESSAGE, true);
        assert_eq!(shown.by_ref().last().unwrap().value, Value::Octets(b"cafe"));
        assert!(!shown.is_secret(18));
    }

    #[test]
    fn known_values_are_opened_and_their_secrets_held_back() {
        let passwd = b"\x30\x2c\x02\x01\x01\x77\x27\x80\x171.3.6.1.4.1.4203.1.11.1\x81\x0c\x30\x0a\x80\x01u\x82\x05canar";
        let nodes: Vec<_> = tree(passwd).collect();
        assert_eq!(nodes[3].value, Value::Oid(b"1.3.6.1.4.1.4203.1.11.1", Some("passwdModify")));
        let last = nodes.last().unwrap();
        assert_eq!((last.name, &last.value, last.depth), (Some("newPasswd"), &Value::Secret, 4));
    }

    #[test]
    fn an_element_beyond_its_parent_is_shown_as_far_as_it_goes() {
        let mut cut = tree(&BIND[..12]);
        let nodes: Vec<_> = cut.by_ref().map(|node| (node.offset, node.length, node.available)).collect();
        assert_eq!(nodes, [(0, 20, 10), (2, 1, 1), (5, 15, 5), (7, 1, 1), (10, 4, 0)]);
        assert_eq!(cut.fault().unwrap().offset(), 0);
    }

    #[test]
    fn siblings_of_a_faulty_element_are_shown() {
        let mut faulty = tree(b"\x30\x09\x30\x02\x1f\x01\x02\x01\x01\x42\x00");
        let nodes: Vec<_> = faulty.by_ref().map(|node| (node.offset, node.name)).collect();
        assert_eq!(
            nodes,
            [(0, Some("LDAPMessage")), (2, None), (6, Some("messageID")), (9, Some("unbindRequest"))]
        );
        assert_eq!(faulty.fault().unwrap().offset(), 4);
    }

    #[test]
    fn depth_is_bounded() {
        let mut nested = Vec::new();
        for _ in 0..27_000 {
            let length = u32::try_from(nested.len()).unwrap().to_be_bytes();
            nested.splice(0..0, [&[0x30, 0x84][..], &length].concat());
        }
        let nodes: Vec<_> = tree(&nested).collect();
        assert_eq!(nodes.len(), MAX_DEPTH + 1);
        assert_eq!(nodes.last().unwrap().value, Value::TooDeep);
    }
}
