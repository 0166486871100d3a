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
use super::fields::Fields;
use super::source::{Source, SourceValues};
use crate::ber::text;
use crate::model::Entry;
use crate::proto::SearchResultEntry;

type Result<T> = std::result::Result<T, MappingError>;

impl Entry {
    /// Makes a struct of the entry: see [`mapping`](crate::mapping).
    ///
    /// # Errors
    ///
    /// The entry is not what the struct asks for; the error names the attribute.
    pub fn deserialize<'de, T: Deserialize<'de>>(&'de self) -> Result<T> {
        deserialize(self)
    }
}

impl SearchResultEntry {
    /// Makes a struct of the entry: see [`mapping`](crate::mapping). The struct may borrow from it.
    ///
    /// # Errors
    ///
    /// The entry is not what the struct asks for; the error names the attribute.
    pub fn deserialize<'de, T: Deserialize<'de>>(&'de self) -> Result<T> {
        deserialize(self)
    }
}

fn deserialize<'de, T: Deserialize<'de>>(source: &'de impl Source) -> Result<T> {
    T::deserialize(EntryDeserializer(source)).map_err(|error| error.of_entry(source.dn()))
}

/// An entry: a map from names of attributes to attributes, and from `dn` to its name.
struct EntryDeserializer<'de, S>(&'de S);

impl<'de, S: Source> EntryDeserializer<'de, S> {
    #[inline]
    fn visit<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        let mut fields = Fields::new(fields);
        let dn = fields.find_dn().then(|| self.0.dn());
        visitor.visit_map(EntryAccess {
            dn,
            attributes: self.0.attributes(),
            fields,
            skips_others: false,
            current: Attribute {
                description: &[],
                is_field: false,
                first: None,
                others: S::Values::default(),
            },
        })
    }
}

impl<'de, S: Source> Deserializer<'de> for EntryDeserializer<'de, S> {
    type Error = MappingError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.visit(&[], visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.visit(fields, visitor)
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

struct EntryAccess<'de, A, I> {
    /// The name, until it was given.
    dn: Option<&'de str>,
    attributes: A,
    fields: Fields,
    /// Whether the struct ignores what it has no field for. That is known when it has done so once: a struct that allows
    /// no other attributes fails at the first.
    skips_others: bool,
    /// The attribute whose name was given last.
    current: Attribute<'de, I>,
}

/// An attribute, or the name of the entry.
struct Attribute<'de, I> {
    description: &'de [u8],
    is_field: bool,
    first: Option<&'de [u8]>,
    /// The values behind the first.
    others: I,
}

impl<'de, A, I> EntryAccess<'de, A, I>
where
    A: Iterator<Item = (&'de [u8], I)>,
    I: SourceValues<'de>,
{
    /// Goes to the next attribute that the struct may want, and returns what it is called there.
    #[inline]
    fn advance(&mut self) -> Option<&'de str> {
        if let Some(dn) = self.dn.take() {
            self.current = Attribute {
                description: b"dn",
                is_field: true,
                first: Some(dn.as_bytes()),
                others: I::default(),
            };
            return Some("dn");
        }
        loop {
            let (description, mut others) = self.attributes.next()?;
            let field = self.fields.find(description);
            if field.is_some() || !self.skips_others {
                self.current =
                    Attribute { description, is_field: field.is_some(), first: others.next(), others };
                return Some(field.unwrap_or_else(|| text_of(description)));
            }
        }
    }
}

impl<'de, A, I> MapAccess<'de> for EntryAccess<'de, A, I>
where
    A: Iterator<Item = (&'de [u8], I)>,
    I: SourceValues<'de>,
{
    type Error = MappingError;

    #[inline]
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>> {
        match self.advance() {
            Some(name) => seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some),
            None => Ok(None),
        }
    }

    #[inline]
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value> {
        let Attribute { description, is_field, first, others } = &self.current;
        // What a struct makes of an attribute that it has no field for holds nothing; a map may keep such values, too.
        self.skips_others |= size_of::<V::Value>() == 0 && !is_field && !self.fields.is_map();
        let attribute = AttributeDeserializer { first: *first, others: others.clone() };
        seed.deserialize(attribute).map_err(|error| error.of_attribute(text_of(description)))
    }
}

fn text_of(description: &[u8]) -> &str {
    text(description).unwrap_or_default()
}

/// An attribute: one value, or a sequence of values.
struct AttributeDeserializer<'de, I> {
    first: Option<&'de [u8]>,
    /// Those behind the first.
    others: I,
}

impl<'de, I: SourceValues<'de>> AttributeDeserializer<'de, I> {
    #[inline]
    fn single(self) -> Result<ValueDeserializer<'de>> {
        match self.first {
            Some(value) if self.others.is_empty() => Ok(ValueDeserializer(value)),
            _ => Err(self.not_one()),
        }
    }

    #[cold]
    fn not_one(self) -> MappingError {
        let count = usize::from(self.first.is_some()) + self.others.count();
        MappingError::new(MappingFault::NotOneValue(count))
    }
}

macro_rules! by_single_value {
    ($($method:ident)*) => { $(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.single()?.$method(visitor)
        }
    )* };
}

impl<'de, I: SourceValues<'de>> Deserializer<'de> for AttributeDeserializer<'de, I> {
    type Error = MappingError;

    by_single_value! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf
        deserialize_identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.first {
            Some(value) if self.others.is_empty() => ValueDeserializer(value).deserialize_any(visitor),
            _ => self.deserialize_seq(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        // A search for types only returns attributes without values.
        if self.first.is_none() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(ValuesAccess { next: self.first, others: self.others })
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

/// Values that are walked.
struct ValuesAccess<'de, I> {
    next: Option<&'de [u8]>,
    others: I,
}

impl<'de, I: SourceValues<'de>> SeqAccess<'de> for ValuesAccess<'de, I> {
    type Error = MappingError;

    #[inline]
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>> {
        let Some(value) = self.next else { return Ok(None) };
        self.next = self.others.next();
        seed.deserialize(ValueDeserializer(value)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        // Looking ahead is cheap for as many values as most attributes have; beyond it lists grow as they do.
        const AHEAD: usize = 4;
        Some(usize::from(self.next.is_some()) + self.others.clone().take(AHEAD).count())
    }
}

/// One value.
#[derive(Clone, Copy)]
struct ValueDeserializer<'de>(&'de [u8]);

impl<'de> ValueDeserializer<'de> {
    #[inline]
    fn text(self) -> Result<&'de str> {
        text(self.0).map_err(|error| MappingError::new(MappingFault::NotText(error)))
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
        match text(self.0) {
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

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_borrowed_str(self.text()?)
    }

    #[inline]
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
