//! From a struct to an entry.

use serde::Serialize;
use serde::ser::{
    Impossible, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple, SerializeTupleStruct, Serializer,
};

use super::error::{MappingError, MappingFault};
use crate::model::{Attribute, Entry, LdapString, Value};

type Result<T> = std::result::Result<T, MappingError>;

/// Makes an entry of a struct: see [`mapping`](crate::mapping). Its name is the field `dn`; fields that are `None` or empty
/// give no attribute.
///
/// # Errors
///
/// The struct has no field `dn`, or is nothing that an entry can hold.
pub fn to_entry<T: Serialize + ?Sized>(value: &T) -> Result<Entry> {
    let Collected { dn, attributes } = value.serialize(EntrySerializer)?;
    let mut entry = Entry::new(dn.ok_or_else(|| MappingError::new(MappingFault::NoName))?);
    entry.extend(attributes);
    Ok(entry)
}

/// Makes the attributes of a struct, without the field `dn`: see [`mapping`](crate::mapping).
///
/// # Errors
///
/// The struct is nothing that an entry can hold.
pub fn to_attributes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<Attribute>> {
    let Collected { dn, attributes } = value.serialize(EntrySerializer)?;
    drop(dn);
    Ok(attributes)
}

/// What a struct has said so far.
#[derive(Default)]
struct Collected {
    dn: Option<LdapString>,
    attributes: Vec<Attribute>,
}

impl Collected {
    fn add<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<()> {
        let values = value.serialize(AttributeSerializer).map_err(|error| error.of_attribute(name))?;
        if name != "dn" {
            if !values.is_empty() {
                self.attributes.push(Attribute::new(name, values));
            }
            return Ok(());
        }
        let [dn] = values.as_slice() else { return Err(MappingError::new(MappingFault::NoName)) };
        let text = dn.as_str().map_err(|error| MappingError::new(MappingFault::NotText(error)))?;
        self.dn = Some(text.into());
        Ok(())
    }
}

const ENTRY: &str = "a struct or a map for an entry";
const ATTRIBUTE: &str = "a value or a sequence of values for an attribute";
const VALUE: &str = "text, octets, a number, a boolean or a name for a value";

/// Refuses what is of no use on a level, each by its method.
macro_rules! refuse {
    ($expected:expr; $($method:ident($($argument:ty),*) -> $ok:ty;)*) => { $(
        fn $method(self, $(_: $argument),*) -> Result<$ok> {
            Err(MappingError::new(MappingFault::Shape($expected)))
        }
    )* };
}

macro_rules! refuse_variants {
    ($expected:expr) => {
        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<Self::Ok> {
            Err(MappingError::new(MappingFault::Shape($expected)))
        }

        refuse! { $expected;
            serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
            serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
        }
    };
}

/// An entry: a struct or a map.
struct EntrySerializer;

impl Serializer for EntrySerializer {
    type Ok = Collected;
    type Error = MappingError;
    type SerializeSeq = Impossible<Collected, MappingError>;
    type SerializeTuple = Impossible<Collected, MappingError>;
    type SerializeTupleStruct = Impossible<Collected, MappingError>;
    type SerializeTupleVariant = Impossible<Collected, MappingError>;
    type SerializeMap = EntryMap;
    type SerializeStruct = Collected;
    type SerializeStructVariant = Impossible<Collected, MappingError>;

    fn serialize_map(self, _: Option<usize>) -> Result<EntryMap> {
        Ok(EntryMap::default())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Collected> {
        Ok(Collected::default())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Collected> {
        value.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Collected> {
        value.serialize(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    refuse_variants!(ENTRY);
    refuse! { ENTRY;
        serialize_bool(bool) -> Collected;
        serialize_i8(i8) -> Collected;
        serialize_i16(i16) -> Collected;
        serialize_i32(i32) -> Collected;
        serialize_i64(i64) -> Collected;
        serialize_u8(u8) -> Collected;
        serialize_u16(u16) -> Collected;
        serialize_u32(u32) -> Collected;
        serialize_u64(u64) -> Collected;
        serialize_f32(f32) -> Collected;
        serialize_f64(f64) -> Collected;
        serialize_char(char) -> Collected;
        serialize_str(&str) -> Collected;
        serialize_bytes(&[u8]) -> Collected;
        serialize_none() -> Collected;
        serialize_unit() -> Collected;
        serialize_unit_struct(&'static str) -> Collected;
        serialize_unit_variant(&'static str, u32, &'static str) -> Collected;
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
    }
}

impl SerializeStruct for Collected {
    type Ok = Self;
    type Error = MappingError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.add(name, value)
    }

    fn end(self) -> Result<Self> {
        Ok(self)
    }
}

#[derive(Default)]
struct EntryMap {
    collected: Collected,
    name: Option<String>,
}

impl SerializeMap for EntryMap {
    type Ok = Collected;
    type Error = MappingError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<()> {
        let value = name.serialize(ValueSerializer)?;
        let text = value.as_str().map_err(|error| MappingError::new(MappingFault::NotText(error)))?;
        self.name = Some(text.to_owned());
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let name = self.name.take().ok_or_else(|| MappingError::new(MappingFault::Shape(ENTRY)))?;
        self.collected.add(&name, value)
    }

    fn end(self) -> Result<Collected> {
        Ok(self.collected)
    }
}

/// One value, by the methods that serde has for values.
macro_rules! values {
    ($wrap:expr; $ok:ty) => {
        values! { @numbers $wrap; $ok;
            serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64 serialize_i128 i128
            serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64 serialize_u128 u128
            serialize_f32 f32 serialize_f64 f64 serialize_char char
        }

        fn serialize_bool(self, value: bool) -> Result<$ok> {
            Ok($wrap(Value::from(if value { "TRUE" } else { "FALSE" })))
        }

        fn serialize_str(self, text: &str) -> Result<$ok> {
            Ok($wrap(Value::from(text)))
        }

        fn serialize_bytes(self, octets: &[u8]) -> Result<$ok> {
            Ok($wrap(Value::from(octets)))
        }

        fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<$ok> {
            Ok($wrap(Value::from(name)))
        }

        fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<$ok> {
            value.serialize(self)
        }

        fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<$ok> {
            value.serialize(self)
        }

        fn is_human_readable(&self) -> bool {
            false
        }
    };
    (@numbers $wrap:expr; $ok:ty; $($method:ident $type:ty)*) => { $(
        fn $method(self, value: $type) -> Result<$ok> {
            Ok($wrap(Value::from(value.to_string())))
        }
    )* };
}

/// An attribute: one value, or a sequence of values.
struct AttributeSerializer;

impl Serializer for AttributeSerializer {
    type Ok = Vec<Value>;
    type Error = MappingError;
    type SerializeSeq = ValueList;
    type SerializeTuple = ValueList;
    type SerializeTupleStruct = ValueList;
    type SerializeTupleVariant = Impossible<Vec<Value>, MappingError>;
    type SerializeMap = Impossible<Vec<Value>, MappingError>;
    type SerializeStruct = Impossible<Vec<Value>, MappingError>;
    type SerializeStructVariant = Impossible<Vec<Value>, MappingError>;

    values!(|value| vec![value]; Vec<Value>);

    fn serialize_none(self) -> Result<Vec<Value>> {
        Ok(Vec::new())
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<ValueList> {
        // A length is a hint, and may be anything.
        Ok(ValueList(Vec::with_capacity(length.unwrap_or_default().min(64))))
    }

    fn serialize_tuple(self, length: usize) -> Result<ValueList> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(self, _: &'static str, length: usize) -> Result<ValueList> {
        self.serialize_seq(Some(length))
    }

    refuse_variants!(ATTRIBUTE);
    refuse! { ATTRIBUTE;
        serialize_unit() -> Vec<Value>;
        serialize_unit_struct(&'static str) -> Vec<Value>;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
    }
}

struct ValueList(Vec<Value>);

impl SerializeSeq for ValueList {
    type Ok = Vec<Value>;
    type Error = MappingError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        self.0.push(value.serialize(ValueSerializer)?);
        Ok(())
    }

    fn end(self) -> Result<Vec<Value>> {
        Ok(self.0)
    }
}

impl SerializeTuple for ValueList {
    type Ok = Vec<Value>;
    type Error = MappingError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<Vec<Value>> {
        Ok(self.0)
    }
}

impl SerializeTupleStruct for ValueList {
    type Ok = Vec<Value>;
    type Error = MappingError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Result<Vec<Value>> {
        Ok(self.0)
    }
}

/// One value.
struct ValueSerializer;

impl Serializer for ValueSerializer {
    type Ok = Value;
    type Error = MappingError;
    type SerializeSeq = Impossible<Value, MappingError>;
    type SerializeTuple = Impossible<Value, MappingError>;
    type SerializeTupleStruct = Impossible<Value, MappingError>;
    type SerializeTupleVariant = Impossible<Value, MappingError>;
    type SerializeMap = Impossible<Value, MappingError>;
    type SerializeStruct = Impossible<Value, MappingError>;
    type SerializeStructVariant = Impossible<Value, MappingError>;

    values!(std::convert::identity; Value);

    refuse_variants!(VALUE);
    refuse! { VALUE;
        serialize_none() -> Value;
        serialize_unit() -> Value;
        serialize_unit_struct(&'static str) -> Value;
        serialize_seq(Option<usize>) -> Self::SerializeSeq;
        serialize_tuple(usize) -> Self::SerializeTuple;
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_map(Option<usize>) -> Self::SerializeMap;
        serialize_struct(&'static str, usize) -> Self::SerializeStruct;
    }
}
