//! An object class with all it inherits.

use std::fmt;
use std::ops::Deref;

use rustc_hash::FxHashSet;

use super::{Definition, ObjectClass, Schema};
use crate::model::{Entry, LdapString};

/// An object class as part of its schema: with what it inherits from its superclasses. The definition itself is one
/// dereference away.
#[derive(Clone, Copy)]
pub struct ObjectClassRef<'a> {
    schema: &'a Schema,
    place: usize,
    definition: &'a ObjectClass,
}

impl<'a> ObjectClassRef<'a> {
    pub(super) fn new(schema: &'a Schema, place: usize) -> Self {
        Self { schema, place, definition: &schema.object_classes()[place] }
    }

    /// Returns the definition.
    pub const fn definition(self) -> &'a ObjectClass {
        self.definition
    }

    /// Returns the place in [`Schema::object_classes`], for tables beside it.
    pub const fn place(self) -> usize {
        self.place
    }

    /// Walks the direct superclasses.
    pub fn superiors(self) -> impl Iterator<Item = Self> {
        self.places_above().iter().map(move |place| Self::new(self.schema, *place))
    }

    /// Returns this class and all its superclasses, each once, from the class upwards.
    pub fn lineage(self) -> Vec<Self> {
        Self::with_superclasses(vec![self])
    }

    /// Returns these classes and behind them, each once, their superclasses that are not among them, from the classes upwards.
    pub(crate) fn with_superclasses(mut classes: Vec<Self>) -> Vec<Self> {
        let mut seen: FxHashSet<usize> = classes.iter().map(|class| class.place).collect();
        let mut next = 0;
        while let Some(&class) = classes.get(next) {
            next += 1;
            classes.extend(class.superiors().filter(|superior| seen.insert(superior.place)));
        }
        classes
    }

    /// Whether this is the class of that name or identifier, or one of its subclasses.
    pub fn is_same_or_subclass_of(self, name: &str) -> bool {
        let mut class = self;
        loop {
            if class.definition.is_called(name) {
                return true;
            }
            class = match class.places_above() {
                [] => return false,
                [superior] => Self::new(self.schema, *superior),
                // Only several lines may meet again.
                _ => return class.lineage().iter().any(|class| class.definition.is_called(name)),
            };
        }
    }

    /// Returns the places of the attributes that its own definition requires and allows, in order.
    pub(super) fn places_of_attributes(self) -> &'a [usize] {
        let of = |class: &ObjectClass| {
            let names = class.must.iter().chain(&class.may);
            let mut places: Vec<_> =
                names.filter_map(|name| self.schema.0.tables.attribute_types.find(name)).collect();
            places.sort_unstable();
            places.into()
        };
        let classes = || self.schema.object_classes().iter().map(of).collect();
        self.schema.0.attributes_of_classes.get_or_init(classes).get(self.place).map_or(&[], Box::as_ref)
    }

    fn places_above(self) -> &'a [usize] {
        self.schema.0.inheritance.object_classes.get(self.place).map_or(&[], Vec::as_slice)
    }

    /// Returns the attributes that entries must have, those of superclasses among them.
    pub fn all_must(self) -> Vec<&'a LdapString> {
        self.lineage().into_iter().flat_map(|class| &class.definition.must).collect()
    }

    /// Returns the attributes that entries may have beyond those that they must, those of superclasses among them.
    pub fn all_may(self) -> Vec<&'a LdapString> {
        self.lineage().into_iter().flat_map(|class| &class.definition.may).collect()
    }
}

impl Schema {
    /// Returns the superclasses of an entry's classes that the entry does not name, each once: those that a server adds,
    /// since "all superclasses of the named classes SHALL be implicitly added as well if not already present"
    /// (RFC 4512 3.3). Of a class that the schema does not know nobody can tell.
    ///
    /// ```
    /// use ldapwire::model::Entry;
    /// use ldapwire::schema::{Definition, Schema};
    ///
    /// let entry = Entry::new("uid=ada").with("objectClass", ["inetOrgPerson", "top", "posixAccount", "wizard"]);
    /// let schema = Schema::standard();
    /// let missing = schema.missing_superclasses(&entry);
    /// let names: Vec<_> = missing.iter().map(|class| class.definition().name()).collect();
    /// assert_eq!(names, ["organizationalPerson", "person"]);
    /// ```
    pub fn missing_superclasses(&self, entry: &Entry) -> Vec<ObjectClassRef<'_>> {
        let names = entry.values("objectClass").iter().filter_map(|value| std::str::from_utf8(value).ok());
        let named: Vec<_> = names.filter_map(|name| self.object_class(name)).collect();
        let count = named.len();
        ObjectClassRef::with_superclasses(named).split_off(count)
    }
}

impl Deref for ObjectClassRef<'_> {
    type Target = ObjectClass;

    fn deref(&self) -> &ObjectClass {
        self.definition
    }
}

impl PartialEq for ObjectClassRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.definition == other.definition
    }
}

impl Eq for ObjectClassRef<'_> {}

impl fmt::Debug for ObjectClassRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectClassRef({})", self.definition)
    }
}
