//! From an entry to a struct.
//!
//! Three deserializers within each other: of the entry, which is a map; of an attribute, which is a value or a sequence; of
//! a value. Nothing is copied on the way: text and octets are slices of the entry.

use std::str;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::error::{MappingError, MappingFault};
use super::source::{Source, SourceAttributes, SourceValues};
use crate::model::{AttributeDescription, Entry};
use crate::proto::SearchResultEntry;

type Result<T> = std::result::Result<T, MappingError>;

impl Entry {
    /// Makes a struct of the entry: see [`mapping`](crate::mapping).
    ///
    /// # Errors
    ///
    /// The entry is not what the struct asks for; the error names the attribute.
    pub fn deserialize<'de, T: Deserialize<'de>>(&'de self) -> Result<T> {
        deserialize(Source::Entry(self))
    }
}

impl SearchResultEntry {
    /// Makes a struct of the entry: see [`mapping`](crate::mapping). The struct may borrow from it.
    ///
    /// # Errors
    ///
    /// The entry is not what the struct asks for; the error names the attribute.
    pub fn deserialize<'de, T: Deserialize<'de>>(&'de self) -> Result<T> {
        deserialize(Source::Found(self))
    }
}

fn deserialize<'de, T: Deserialize<'de>>(source: Source<'de>) -> Result<T> {
    T::deserialize(EntryDeserializer(source)).map_err(|error| error.of_entry(source.dn()))
}

/// An entry: a map from names of attributes to attributes, and from `dn` to its name.
struct EntryDeserializer<'de>(Source<'de>);

impl<'de> EntryDeserializer<'de> {
    fn access(self, fields: &'static [&'static str]) -> EntryAccess<'de> {
        EntryAccess { dn: Some(self.0.dn()), attributes: self.0.attributes(), fields, current: None }
    }
}

impl<'de> Deserializer<'de> for EntryDeserializer<'de> {
    type Error = MappingError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_map(self.access(&[]))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_map(self.access(fields))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}

struct EntryAccess<'de> {
    /// The name, until it was given.
    dn: Option<&'de str>,
    attributes: SourceAttributes<'de>,
    /// The fields of the struct; a map has none.
    fields: &'static [&'static str],
    /// The attribute whose name was given, and whose values are still to come.
    current: Option<(&'de str, SourceValues<'de>)>,
}

impl<'de> EntryAccess<'de> {
    /// The field that an attribute goes to, spelled as the struct has it.
    fn field(&self, name: &'de str) -> &'de str {
        let same_case = self.fields.iter().find(|field| name.eq_ignore_ascii_case(field));
        let found = same_case.or_else(|| {
            // Only names with options can be equal in another way.
            let description = name.contains(';').then(|| AttributeDescription::from(name))?;
            let same_options = self.fields.iter().find(|field| description == **field);
            // "The presence or absence of the ;binary option only affects the transfer" (RFC 4522 3).
            same_options.or_else(|| {
                let plain = || description.options().filter(|option| !option.eq_ignore_ascii_case("binary"));
                self.fields.iter().find(|field| {
                    let field = AttributeDescription::from(**field);
                    field.attribute_type().eq_ignore_ascii_case(description.attribute_type())
                        && plain().count() == field.options().count()
                        && plain().all(|option| field.has_option(option))
                })
            })
        });
        found.copied().unwrap_or(name)
    }
}

impl<'de> MapAccess<'de> for EntryAccess<'de> {
    type Error = MappingError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        if let Some(dn) = self.dn.take().filter(|_| self.fields.is_empty() || self.fields.contains(&"dn")) {
            self.current = Some(("dn", SourceValues::Name(Some(dn))));
            return seed.deserialize(BorrowedStrDeserializer::new("dn")).map(Some);
        }
        let Some((name, values)) = self.attributes.next() else { return Ok(None) };
        self.current = Some((name, values));
        seed.deserialize(BorrowedStrDeserializer::new(self.field(name))).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        let Some((name, values)) = self.current.take() else {
            return Err(MappingError::new(MappingFault::Shape("a name before its attribute")));
        };
        seed.deserialize(AttributeDeserializer(values)).map_err(|error| error.of_attribute(name))
    }
}

/// An attribute: one value, or a sequence of values.
struct AttributeDeserializer<'de>(SourceValues<'de>);

impl<'de> AttributeDeserializer<'de> {
    fn single(self) -> Result<ValueDeserializer<'de>> {
        let mut values = self.0.clone();
        match (values.next(), values.next()) {
            (Some(value), None) => Ok(ValueDeserializer(value)),
            _ => Err(MappingError::new(MappingFault::NotOneValue(self.0.count()))),
        }
    }
}

macro_rules! by_single_value {
    ($($method:ident)*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.single()?.$method(visitor)
        }
    )* };
}

impl<'de> Deserializer<'de> for AttributeDeserializer<'de> {
    type Error = MappingError;

    by_single_value! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.0.clone().nth(1) {
            None => self.single()?.deserialize_any(visitor),
            Some(_) => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        // A search for types only returns attributes without values.
        if self.0.clone().next().is_none() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(ValuesAccess(self.0))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.single()?.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! { unit_struct map struct }
}

struct ValuesAccess<'de>(SourceValues<'de>);

impl<'de> SeqAccess<'de> for ValuesAccess<'de> {
    type Error = MappingError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        self.0.next().map(|value| seed.deserialize(ValueDeserializer(value))).transpose()
    }
}

/// One value.
#[derive(Clone, Copy)]
struct ValueDeserializer<'de>(&'de [u8]);

impl<'de> ValueDeserializer<'de> {
    fn text(self) -> Result<&'de str> {
        str::from_utf8(self.0).map_err(|error| MappingError::new(MappingFault::NotText(error)))
    }

    fn number<N: str::FromStr>(self) -> Result<N> {
        let text = self.text()?;
        // The forms of RFC 4517 begin with no `+`.
        let number = Some(text).filter(|text| !text.starts_with('+')).and_then(|text| text.parse().ok());
        number.ok_or_else(|| MappingError::new(MappingFault::NotNumber(text.into())))
    }
}

macro_rules! numbers {
    ($($method:ident $visit:ident)*) => { $(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            visitor.$visit(self.number()?)
        }
    )* };
}

impl<'de> Deserializer<'de> for ValueDeserializer<'de> {
    type Error = MappingError;

    numbers! {
        deserialize_i8 visit_i8
        deserialize_i16 visit_i16
        deserialize_i32 visit_i32
        deserialize_i64 visit_i64
        deserialize_i128 visit_i128
        deserialize_u8 visit_u8
        deserialize_u16 visit_u16
        deserialize_u32 visit_u32
        deserialize_u64 visit_u64
        deserialize_u128 visit_u128
        deserialize_f32 visit_f32
        deserialize_f64 visit_f64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match str::from_utf8(self.0) {
            Ok(text) => visitor.visit_borrowed_str(text),
            Err(_) => visitor.visit_borrowed_bytes(self.0),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let text = self.text()?;
        if text.eq_ignore_ascii_case("TRUE") {
            visitor.visit_bool(true)
        } else if text.eq_ignore_ascii_case("FALSE") {
            visitor.visit_bool(false)
        } else {
            Err(MappingError::new(MappingFault::NotBoolean(text.into())))
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let text = self.text()?;
        let mut characters = text.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => visitor.visit_char(character),
            _ => Err(MappingError::new(MappingFault::NotCharacter(text.into()))),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_bytes(self.0)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_bytes(self.0)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_enum(NameAccess(self.text()?))
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! { unit unit_struct seq tuple tuple_struct map struct ignored_any }
}

/// A variant of an enum that is nothing but its name.
struct NameAccess<'de>(&'de str);

impl<'de> EnumAccess<'de> for NameAccess<'de> {
    type Error = MappingError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self)> {
        Ok((seed.deserialize(BorrowedStrDeserializer::new(self.0))?, self))
    }
}

impl<'de> VariantAccess<'de> for NameAccess<'de> {
    type Error = MappingError;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value> {
        Err(MappingError::new(MappingFault::Shape(VARIANT)))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value> {
        Err(MappingError::new(MappingFault::Shape(VARIANT)))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value> {
        Err(MappingError::new(MappingFault::Shape(VARIANT)))
    }
}

const VARIANT: &str = "an enum whose variants are names and nothing more";
