//! Messages as trees.

/// An element of a message.
#[derive(Clone)]
pub(super) enum Node {
    /// Primitive.
    Leaf(u8, Vec<u8>),
    /// A SEQUENCE, which later versions may extend.
    Sequence(u8, Vec<Self>),
    /// A SEQUENCE OF, a SET OF or an explicit tag.
    List(u8, Vec<Self>),
}

/// How lengths are written.
#[derive(Clone, Copy)]
pub(super) enum Lengths {
    /// In as few octets as hold them.
    Minimal,
    /// In this many octets after the first, as Active Directory does with four.
    Long(usize),
}

impl Node {
    pub(super) fn encode(&self, lengths: Lengths) -> Vec<u8> {
        let (tag, content) = match self {
            Self::Leaf(tag, content) => (*tag, content.clone()),
            Self::Sequence(tag, parts) | Self::List(tag, parts) => {
                (*tag, parts.iter().flat_map(|part| part.encode(lengths)).collect())
            }
        };
        let digits = content.len().to_be_bytes();
        let minimal = digits.iter().skip_while(|digit| **digit == 0).count();
        let count = match lengths {
            Lengths::Minimal if content.len() < 0x80 => 0,
            Lengths::Minimal => minimal,
            Lengths::Long(count) => count,
        };
        let mut octets = vec![tag];
        if count == 0 {
            octets.push(content.len() as u8);
        } else {
            octets.push(0x80 | count as u8);
            octets.extend(vec![0; count.saturating_sub(digits.len())]);
            octets.extend(&digits[digits.len() - count.min(digits.len())..]);
        }
        octets.extend(content);
        octets
    }

    pub(super) const fn tag(&self) -> u8 {
        match self {
            Self::Leaf(tag, _) | Self::Sequence(tag, _) | Self::List(tag, _) => *tag,
        }
    }

    pub(super) fn parts(&self) -> &[Self] {
        match self {
            Self::Leaf(..) => &[],
            Self::Sequence(_, parts) | Self::List(_, parts) => parts,
        }
    }

    /// Returns this tree once for each of its nodes, with `change` done to that node.
    pub(super) fn with_each_node(&self, change: &dyn Fn(&mut Self)) -> Vec<(Self, Self)> {
        let mut changed = self.clone();
        change(&mut changed);
        let mut all = vec![(self.clone(), changed)];
        for (position, part) in self.parts().iter().enumerate() {
            for (node, part) in part.with_each_node(change) {
                let mut tree = self.clone();
                if let Self::Sequence(_, parts) | Self::List(_, parts) = &mut tree {
                    parts[position] = part;
                }
                all.push((node, tree));
            }
        }
        all
    }
}

pub(super) fn leaf(tag: u8, content: impl AsRef<[u8]>) -> Node {
    Node::Leaf(tag, content.as_ref().to_vec())
}

pub(super) fn sequence<const N: usize>(tag: u8, parts: [Node; N]) -> Node {
    Node::Sequence(tag, parts.into())
}

pub(super) fn list<const N: usize>(tag: u8, parts: [Node; N]) -> Node {
    Node::List(tag, parts.into())
}

pub(super) fn text(content: &str) -> Node {
    leaf(0x04, content)
}
