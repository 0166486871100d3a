//! Refinement (RFC 3672 2.1.4): which classes the entries of a subtree have.

use std::fmt;

use super::cursor::Cursor;
use super::{SyntaxError, gser};
use crate::model::{Entry, LdapString};
use crate::schema::Schema;

/// A condition on the classes of an entry.
///
/// ```text
/// Refinement  = item / and / or / not
/// item        = id-item ":" OBJECT-IDENTIFIER
/// and         = id-and  ":" Refinements
/// or          = id-or   ":" Refinements
/// not         = id-not  ":" Refinement
/// Refinements = "{" [ sp Refinement
///                  *( "," sp Refinement ) ] sp "}"               (RFC 3672 A)
/// ```
///
/// ```
/// use ldapwire::model::Entry;
/// use ldapwire::schema::{Refinement, Schema};
///
/// let people = Refinement::and([Refinement::item("person"), Refinement::not(Refinement::item("2.5.6.14"))]);
/// assert_eq!(people.to_string(), "and:{ item:person, not:item:2.5.6.14 }");
/// let ada = Entry::new("uid=ada").with("objectClass", ["inetOrgPerson"]);
/// assert!(people.is_met_by(&ada, &Schema::standard()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Refinement {
    /// Each node before those within it: nothing that walks, clones or drops it recurses, however deep it is.
    nodes: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    Item(LdapString),
    /// Of so many that follow.
    And(usize),
    Or(usize),
    Not,
}

impl Refinement {
    /// How many items, sets and negations a text may have, so that a value of 16 MiB does not become a tree of 200 MiB.
    /// Nested they are no deeper than that.
    pub const MAX_ITEMS: usize = 16 * 1024;

    /// Is met by entries of a class: a name or an object identifier.
    pub fn item(class: impl Into<LdapString>) -> Self {
        Self { nodes: vec![Node::Item(class.into())] }
    }

    /// Is met where all are; of none, always.
    pub fn and(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::set(Node::And, parts)
    }

    /// Is met where one is; of none, never.
    pub fn or(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::set(Node::Or, parts)
    }

    /// Is met where the other is not.
    #[allow(clippy::should_implement_trait, reason = "a constructor as the others are")]
    pub fn not(part: Self) -> Self {
        let mut nodes = vec![Node::Not];
        nodes.extend(part.nodes);
        Self { nodes }
    }

    fn set(node: fn(usize) -> Node, parts: impl IntoIterator<Item = Self>) -> Self {
        let mut nodes = vec![node(0)];
        let mut count = 0;
        for part in parts {
            count += 1;
            nodes.extend(part.nodes);
        }
        nodes[0] = node(count);
        Self { nodes }
    }

    /// Whether an entry meets the condition: "a Refinement assertion item evaluates to true for an entry if that entry's
    /// objectClass attribute contains the OID nominated in the assertion", which it does of superclasses, too
    /// (RFC 4512 3.3). A class that the schema does not know is compared by its name.
    pub fn is_met_by(&self, entry: &Entry, schema: &Schema) -> bool {
        let has = |class: &str| {
            let own = entry.values("objectClass").iter().filter_map(|value| value.as_str().ok());
            own.into_iter().any(|own| match schema.object_class(own) {
                Some(found) => found.is_same_or_subclass_of(class),
                None => own.eq_ignore_ascii_case(class),
            })
        };
        // From the last to the first, what stands within a node is known when its turn comes.
        let mut met: Vec<bool> = Vec::new();
        for node in self.nodes.iter().rev() {
            let is_met = match node {
                Node::Item(class) => has(class),
                Node::Not => !met.pop().unwrap_or_default(),
                Node::And(count) => met.drain(met.len().saturating_sub(*count)..).all(|part| part),
                Node::Or(count) => met.drain(met.len().saturating_sub(*count)..).any(|part| part),
            };
            met.push(is_met);
        }
        met.pop().unwrap_or_default()
    }

    pub(super) fn take(cursor: &mut Cursor<'_>) -> Result<Self, SyntaxError> {
        let mut nodes = Vec::new();
        // The places of the sets that are open, from the outermost.
        let mut open: Vec<usize> = Vec::new();
        loop {
            if nodes.len() >= Self::MAX_ITEMS {
                return Err(cursor.error("no further refinement: there are 16384 before"));
            }
            let start = cursor.position();
            let set: fn(usize) -> Node = match cursor.take_while(|octet| octet.is_ascii_alphabetic()) {
                b"item" => {
                    cursor.expect(b':', "':'")?;
                    nodes.push(Node::Item(LdapString::from(cursor.oid()?)));
                    if Self::close(cursor, &mut nodes, &mut open)? {
                        return Ok(Self { nodes });
                    }
                    continue;
                }
                b"not" => {
                    cursor.expect(b':', "':'")?;
                    nodes.push(Node::Not);
                    continue;
                }
                b"and" => Node::And,
                b"or" => Node::Or,
                _ => return Err(SyntaxError::new(start, "'item', 'and', 'or' or 'not'")),
            };
            cursor.expect(b':', "':'")?;
            cursor.expect(b'{', "'{'")?;
            cursor.spaces();
            nodes.push(set(0));
            if !cursor.take(b'}') {
                open.push(nodes.len() - 1);
            } else if Self::close(cursor, &mut nodes, &mut open)? {
                return Ok(Self { nodes });
            }
        }
    }

    /// Goes on behind a refinement that ended: whether that was the last.
    fn close(
        cursor: &mut Cursor<'_>,
        nodes: &mut [Node],
        open: &mut Vec<usize>,
    ) -> Result<bool, SyntaxError> {
        while let Some(&place) = open.last() {
            if let Node::And(count) | Node::Or(count) = &mut nodes[place] {
                *count += 1;
            }
            if gser::goes_on(cursor)? {
                return Ok(false);
            }
            open.pop();
        }
        Ok(true)
    }
}

impl fmt::Display for Refinement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // How many parts of each open set are still to come.
        let mut open: Vec<usize> = Vec::new();
        for node in &self.nodes {
            match node {
                Node::Item(class) => write!(f, "item:{class}")?,
                Node::Not => {
                    f.write_str("not:")?;
                    continue;
                }
                Node::And(0) => f.write_str("and:{}")?,
                Node::Or(0) => f.write_str("or:{}")?,
                Node::And(count) | Node::Or(count) => {
                    f.write_str(if matches!(node, Node::And(_)) { "and:{ " } else { "or:{ " })?;
                    open.push(*count);
                    continue;
                }
            }
            while let Some(left) = open.last_mut() {
                *left -= 1;
                if *left > 0 {
                    f.write_str(", ")?;
                    break;
                }
                f.write_str(" }")?;
                open.pop();
            }
        }
        Ok(())
    }
}
