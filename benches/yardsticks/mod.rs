//! The least work that reading and writing a message can be: what the codec is held against.

use ldapwire::ber::{Reader, Tag};

/// Walks over every tag and length and keeps the slices of all that is primitive.
///
/// It is written for this alone: no offsets, no limits, no names of what it meets.
#[inline]
pub(crate) fn walk<'a>(octets: &'a [u8], slices: &mut Vec<(u8, &'a [u8])>) -> Option<()> {
    let mut rest = octets;
    while let Some((&tag, after)) = rest.split_first() {
        let (&first, after) = after.split_first()?;
        let (length, after) = if first < 0x80 {
            (usize::from(first), after)
        } else {
            let (digits, after) = after.split_at_checked(usize::from(first & 0x7f))?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), after)
        };
        if tag & 0x20 != 0 {
            // What is within a constructed element is walked next.
            rest = after;
        } else {
            let (content, after) = after.split_at_checked(length)?;
            slices.push((tag, content));
            rest = after;
        }
    }
    Some(())
}

/// The fields of a message, as slices and numbers: what one backward pass needs and nothing else.
pub(crate) struct Fields<'a> {
    id: i64,
    operation: u8,
    content: Content<'a>,
}

enum Content<'a> {
    Entry { name: &'a [u8], attributes: Vec<Attribute<'a>> },
    Result { code: i64, matched: &'a [u8], text: &'a [u8] },
    Search { base: &'a [u8], numbers: [i64; 4], filter: Filter<'a>, selectors: Vec<&'a [u8]> },
    Modify { name: &'a [u8], changes: Vec<(i64, Attribute<'a>)> },
}

struct Attribute<'a> {
    description: &'a [u8],
    values: Vec<&'a [u8]>,
}

enum Filter<'a> {
    Group(u8, Vec<Self>),
    Equality(&'a [u8], &'a [u8]),
}

impl<'a> Fields<'a> {
    /// Takes a message apart; a message of a shape that is not measured ends the program.
    pub(crate) fn of(frame: &'a [u8]) -> Self {
        let mut message = Reader::new(frame).sequence().expect("a message");
        let id = message.integer(Tag::INTEGER).expect("its id");
        let operation = message.read().expect("its operation");
        let mut fields = operation.content;
        let content = match operation.tag.number() {
            3 => {
                let base = octets(&mut fields);
                let mut number = |tag| fields.integer(tag).expect("a number");
                let numbers = [Tag::ENUMERATED, Tag::ENUMERATED, Tag::INTEGER, Tag::INTEGER].map(&mut number);
                fields.boolean(Tag::BOOLEAN).expect("typesOnly");
                let filter = filter(&mut fields);
                Content::Search {
                    base,
                    numbers,
                    filter,
                    selectors: all(fields.sequence().expect("a list"), octets),
                }
            }
            4 => {
                let name = octets(&mut fields);
                Content::Entry { name, attributes: all(fields.sequence().expect("a list"), attribute) }
            }
            5 => Content::Result {
                code: fields.integer(Tag::ENUMERATED).expect("a code"),
                matched: octets(&mut fields),
                text: octets(&mut fields),
            },
            6 => {
                let name = octets(&mut fields);
                let changes = all(fields.sequence().expect("a list"), |changes| {
                    let mut change = changes.sequence().expect("a change");
                    (change.integer(Tag::ENUMERATED).expect("an operation"), attribute(&mut change))
                });
                Content::Modify { name, changes }
            }
            number => panic!("operation {number} is not measured"),
        };
        Self { id, operation: operation.tag.octet(), content }
    }

    /// Writes the message from the last field to the first.
    pub(crate) fn write(&self, page: &mut Page) {
        let end = page.start();
        match &self.content {
            Content::Entry { name, attributes } => {
                page.list(attributes, Page::attribute);
                page.element(0x04, name);
            }
            Content::Result { code, matched, text } => {
                page.element(0x04, text);
                page.element(0x04, matched);
                page.number(0x0a, *code);
            }
            Content::Search { base, numbers, filter, selectors } => {
                page.list(selectors, |page, selector| page.element(0x04, selector));
                page.filter(filter);
                page.element(0x01, &[0]);
                for (tag, number) in [0x0a, 0x0a, 0x02, 0x02].into_iter().zip(numbers).rev() {
                    page.number(tag, *number);
                }
                page.element(0x04, base);
            }
            Content::Modify { name, changes } => {
                page.list(changes, |page, (operation, attribute)| {
                    let end = page.start();
                    page.attribute(attribute);
                    page.number(0x0a, *operation);
                    page.header(0x30, end);
                });
                page.element(0x04, name);
            }
        }
        page.header(self.operation, end);
        page.number(0x02, self.id);
        page.header(0x30, end);
    }
}

/// Octets that are filled from the end; large enough from the beginning.
pub(crate) struct Page {
    octets: Vec<u8>,
    head: usize,
}

impl Page {
    pub(crate) fn new(octets: usize) -> Self {
        Self { octets: vec![0; octets], head: octets }
    }

    pub(crate) fn clear(&mut self) {
        self.head = self.octets.len();
    }

    pub(crate) fn written(&self) -> &[u8] {
        &self.octets[self.head..]
    }

    fn start(&self) -> usize {
        self.head
    }

    #[inline]
    fn put(&mut self, octets: &[u8]) {
        let head = self.head - octets.len();
        self.octets[head..self.head].copy_from_slice(octets);
        self.head = head;
    }

    /// The header of an element that ends at `end`.
    #[inline]
    fn header(&mut self, tag: u8, end: usize) {
        let length = end - self.head;
        if length < 0x80 {
            self.put(&[tag, length as u8]);
        } else if length < 0x100 {
            self.put(&[tag, 0x81, length as u8]);
        } else if length < 0x1_0000 {
            self.put(&[tag, 0x82, (length >> 8) as u8, length as u8]);
        } else {
            self.put(&[tag, 0x83, (length >> 16) as u8, (length >> 8) as u8, length as u8]);
        }
    }

    #[inline]
    fn element(&mut self, tag: u8, content: &[u8]) {
        let end = self.head;
        self.put(content);
        self.header(tag, end);
    }

    #[inline]
    fn number(&mut self, tag: u8, number: i64) {
        let digits = number.to_be_bytes();
        let zeros = (number.leading_zeros() as usize).saturating_sub(1) / 8;
        self.element(tag, &digits[zeros.min(7)..]);
    }

    #[inline]
    fn list<T>(&mut self, elements: &[T], write: impl Fn(&mut Self, &T)) {
        let end = self.head;
        elements.iter().rev().for_each(|element| write(self, element));
        self.header(0x30, end);
    }

    #[inline]
    fn attribute(&mut self, attribute: &Attribute<'_>) {
        let end = self.head;
        attribute.values.iter().rev().for_each(|value| self.element(0x04, value));
        self.header(0x31, end);
        self.element(0x04, attribute.description);
        self.header(0x30, end);
    }

    fn filter(&mut self, filter: &Filter<'_>) {
        let end = self.head;
        match filter {
            Filter::Group(tag, filters) => {
                filters.iter().rev().for_each(|filter| self.filter(filter));
                self.header(*tag, end);
            }
            Filter::Equality(description, value) => {
                self.element(0x04, value);
                self.element(0x04, description);
                self.header(0xa3, end);
            }
        }
    }
}

fn octets<'a>(reader: &mut Reader<'a>) -> &'a [u8] {
    reader.octet_string(Tag::OCTET_STRING).expect("an octet string")
}

fn all<'a, T>(mut list: Reader<'a>, read: impl Fn(&mut Reader<'a>) -> T) -> Vec<T> {
    let mut elements = Vec::new();
    while !list.is_empty() {
        elements.push(read(&mut list));
    }
    elements
}

fn attribute<'a>(list: &mut Reader<'a>) -> Attribute<'a> {
    let mut attribute = list.sequence().expect("an attribute");
    let description = octets(&mut attribute);
    Attribute { description, values: all(attribute.expect(Tag::SET).expect("a set"), octets) }
}

fn filter<'a>(reader: &mut Reader<'a>) -> Filter<'a> {
    let mut filter = reader.read().expect("a filter");
    match filter.tag.octet() {
        0xa3 => Filter::Equality(octets(&mut filter.content), octets(&mut filter.content)),
        group => Filter::Group(group, all(filter.content, self::filter)),
    }
}
