//! From a record in place to one to keep.
//!
//! The octets are copied once, into one buffer that all parts of the record share, but for names that most files have: they
//! are there already. What else is allocated are the lists of the record: its attributes, and the values of each.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::model::{Attribute, AttributeDescription, Control, Entry, LdapString, Modification, Oid, Value};
use crate::proto::{
    AddRequest, AttributeList, AttributeListWriter, DeleteRequest, ModifyDnRequest, ModifyRequest,
};

use super::record_ref::{Attrval, Attrvals, Body, ModSpecs, RecordRef};
use super::usual_names::usual_name;
use super::{Change, ChangeRecord, LdifRecord, Located};

impl RecordRef<'_> {
    /// Makes a record to keep: a content record becomes an entry, a change record a request.
    ///
    /// Values of one attribute are put together, wherever their lines stand. All parts share one buffer, which lives as
    /// long as one of them does; `detach` copies a part out.
    pub fn to_record(&self) -> LdifRecord {
        let dn = || LdapString::from(self.dn());
        let change: Change = match self.body() {
            Body::Content(lines) => return LdifRecord::Content(entry(self.dn(), lines)),
            Body::Add(lines) => add(self.dn(), lines).into(),
            Body::Delete => DeleteRequest::new(dn()).into(),
            Body::Modify(specs) => modify(self.dn(), specs).into(),
            Body::ModifyDn { new_rdn, old_rdn, new_superior } => {
                let request = ModifyDnRequest::new(dn(), new_rdn, old_rdn);
                match new_superior {
                    None => request.into(),
                    Some(new_superior) => request.with_new_superior(new_superior).into(),
                }
            }
        };
        let controls = self.controls().map(|control| {
            let made = Control::new(Oid::from_wire(LdapString::from(control.oid())))
                .with_criticality(control.criticality());
            match control.value() {
                None => made,
                Some(value) => made.with_value(Bytes::copy_from_slice(value)),
            }
        });
        LdifRecord::Change(ChangeRecord::new(change).with_controls(controls))
    }

    /// Makes a record to keep, with its place.
    pub fn to_located(&self) -> Located {
        Located::new(self.position(), self.to_record())
    }
}

/// The names stand before the values, so that one look tells that they are text.
fn entry(dn: &str, lines: Attrvals<'_>) -> Entry {
    let mut others = Vec::new();
    let mut size = dn.len();
    for (line, name) in named(lines.clone()) {
        size = size.saturating_add(line.value_len());
        if let Name::Other(name) = name {
            others.extend_from_slice(name);
        }
    }
    let mut buffer = Vec::with_capacity(size.saturating_add(others.len()));
    buffer.extend_from_slice(dn.as_bytes());
    buffer.extend_from_slice(&others);
    let names = buffer.len();
    lines.clone().for_each(|line| buffer.extend_from_slice(line.value()));

    let mut values = Shared::new(buffer);
    let mut names = Texts::new(values.octets(names));
    let mut attributes = Attributes::new(lines.len());
    let dn = names.text(dn.len());
    for (line, name) in named(lines) {
        let name = match name {
            Name::Same => None,
            Name::Usual(name) => Some(LdapString::from_static(name)),
            Name::Other(name) => Some(names.text(name.len())),
        };
        attributes.push(name, line.has_options(), values.value(line.value_len()));
    }
    Entry::from_parts(dn, attributes.list)
}

/// Lines with their names.
fn named(lines: Attrvals<'_>) -> impl Iterator<Item = (Attrval<'_>, Name<'_>)> {
    let mut last: &[u8] = b"";
    lines.map(move |line| {
        let name = line.name_octets();
        if name == last {
            return (line, Name::Same);
        }
        last = name;
        (line, usual_name(name).map_or(Name::Other(name), Name::Usual))
    })
}

/// The name of an attribute as it is kept.
enum Name<'r> {
    /// That of the line before.
    Same,
    Usual(&'static str),
    Other(&'r [u8]),
}

fn add(dn: &str, lines: Attrvals<'_>) -> AddRequest {
    match encode(&lines) {
        Some(attributes) => AddRequest::new(dn, attributes),
        None => AddRequest::from(entry(dn, lines)),
    }
}

/// Encodes attributes straight from their lines, if the lines of each stand together, as they do nearly always.
fn encode(all: &Attrvals<'_>) -> Option<AttributeList> {
    /// Octets of the headers of an attribute with one short value.
    const HEADERS: usize = 8;
    let size = all.clone().fold(0_usize, |size, line| {
        size.saturating_add(HEADERS).saturating_add(line.name_octets().len()).saturating_add(line.value_len())
    });
    let mut target = AttributeListWriter::with_capacity(size);
    let mut kinds = Kinds::default();
    let mut count = 0_usize;
    // Where the lines behind those of the attribute at hand begin.
    let mut behind = all.len();
    let mut lines = all.clone().rev().peekable();
    while let Some(line) = lines.next() {
        target.value(line.value());
        let name = line.name_octets();
        if lines.peek().is_some_and(|before| before.name_octets() == name) {
            continue;
        }
        count = count.saturating_add(1);
        if count > LINEAR || (!kinds.is_new(name, line.has_options()) && has(all.clone().skip(behind), &line))
        {
            return None;
        }
        target.description(name);
        behind = lines.len();
    }
    Some(target.finish())
}

/// Whether one of the lines is of this attribute.
fn has<'r>(mut lines: impl Iterator<Item = Attrval<'r>>, line: &Attrval<'_>) -> bool {
    let name = line.name_octets();
    // Without options only names of equal length can be equal.
    lines.any(|other| {
        let other = other.name_octets();
        (line.has_options() || other.len() == name.len()) && AttributeDescription::is_same(other, name)
    })
}

fn modify(dn: &str, specs: ModSpecs<'_>) -> ModifyRequest {
    let mut buffer = dn.as_bytes().to_vec();
    for spec in specs.clone() {
        buffer.extend_from_slice(spec.name().as_bytes());
        spec.values().for_each(|value| buffer.extend_from_slice(value));
    }
    let mut shared = Shared::new(buffer);
    let dn = shared.text(dn.len());
    let changes: Vec<_> = specs
        .map(|spec| {
            let name = shared.text(spec.name().len());
            let values: Vec<_> = spec.values().map(|value| shared.value(value.len())).collect();
            Modification::new(spec.operation(), Attribute::new(name, values))
        })
        .collect();
    ModifyRequest::new(dn, changes)
}

/// The buffer of a record, handed out from the beginning on.
struct Shared {
    octets: Bytes,
    next: usize,
}

impl Shared {
    fn new(buffer: Vec<u8>) -> Self {
        Self { octets: Bytes::from(buffer), next: 0 }
    }

    fn octets(&mut self, length: usize) -> Bytes {
        let start = self.next;
        self.next = start.saturating_add(length);
        self.octets.slice(start..self.next)
    }

    fn value(&mut self, length: usize) -> Value {
        Value::from(self.octets(length))
    }

    fn text(&mut self, length: usize) -> LdapString {
        LdapString::from_utf8(self.octets(length)).unwrap_or_default()
    }
}

/// The texts at the beginning of the buffer of a record.
struct Texts {
    all: LdapString,
    next: usize,
}

impl Texts {
    fn new(octets: Bytes) -> Self {
        Self { all: LdapString::from_utf8(octets).unwrap_or_default(), next: 0 }
    }

    fn text(&mut self, length: usize) -> LdapString {
        let start = self.next;
        self.next = start.saturating_add(length);
        self.all.slice(start..self.next)
    }
}

/// Which kinds of names there were: a bit for each.
///
/// Names that are equal are of one kind, but for those with options, which may stand in another order. So most names that are
/// new are known to be new at once.
#[derive(Default)]
struct Kinds([u64; 2]);

impl Kinds {
    /// Whether the name is certainly new. If not, it has to be compared.
    fn is_new(&mut self, name: &[u8], has_options: bool) -> bool {
        let letter = |octet: Option<&u8>| octet.map_or(0, |octet| u32::from(octet & 0x1f));
        let length = u32::from(u8::try_from(name.len()).unwrap_or(u8::MAX));
        // Factors that give the attributes of a person, of an account of Active Directory and of a POSIX system hardly any
        // kind in common.
        let place = letter(name.first())
            .wrapping_add(letter(name.last()).wrapping_mul(4))
            .wrapping_add(length.wrapping_mul(9));
        let kind = 1_u64.rotate_left(place);
        let [even, odd] = &mut self.0;
        let kinds = if place & 64 == 0 { even } else { odd };
        let is_new = *kinds & kind == 0;
        *kinds |= kind;
        is_new && !has_options
    }
}

/// The attributes of an entry while its lines are read.
struct Attributes {
    list: Vec<Attribute>,
    /// The one that values belong to.
    open: usize,
    kinds: Kinds,
    /// Where each is, once there are so many that looking at all of them would make an entry of many attributes
    /// quadratic. Sorted, not hashed: nobody who writes a file can make it slow.
    index: BTreeMap<AttributeDescription, usize>,
}

/// As many attributes are compared one by one.
const LINEAR: usize = 32;

impl Attributes {
    fn new(lines: usize) -> Self {
        Self {
            list: Vec::with_capacity(lines.min(LINEAR)),
            open: 0,
            kinds: Kinds::default(),
            index: BTreeMap::new(),
        }
    }

    /// Adds a value: to the attribute of this name, which may be there already, or to the one before.
    fn push(&mut self, name: Option<LdapString>, has_options: bool, value: Value) {
        if let Some(name) = name {
            match self.find(AttributeDescription::from(name), has_options) {
                Ok(place) => self.open = place,
                Err(name) => {
                    self.open = self.list.len();
                    return self.list.push(Attribute::new(name, [value]));
                }
            }
        }
        if let Some(attribute) = self.list.get_mut(self.open) {
            attribute.push(value);
        }
    }

    /// Where the attribute of this name is; gives the name back if it is nowhere.
    fn find(&mut self, name: AttributeDescription, has_options: bool) -> Result<usize, AttributeDescription> {
        let next = self.list.len();
        if next < LINEAR {
            if self.kinds.is_new(name.as_str().as_bytes(), has_options) {
                return Err(name);
            }
            let found = self.list.iter().position(|attribute| *attribute.description() == name);
            return found.ok_or(name);
        }
        if self.index.is_empty() {
            let names = self.list.iter().map(|attribute| attribute.description().clone());
            self.index = names.zip(0..).collect();
        }
        let place = *self.index.entry(name.clone()).or_insert(next);
        if place < next { Ok(place) } else { Err(name) }
    }
}
