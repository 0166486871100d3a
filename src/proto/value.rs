//! Values of controls and extended operations: BER inside of an OCTET STRING.

use bytes::Bytes;
use zeroize::Zeroizing;

use crate::ber::{DecodeError, Fault, Reader, Tag, Writer};

use super::{Context, Quirks};

/// Opens a value that is one SEQUENCE and nothing else, the form of most values.
///
/// Offsets of errors count from the first octet of the value.
///
/// # Errors
///
/// The value is absent, or something else.
pub fn value_sequence<'a>(value: Option<&'a Bytes>, quirks: &'a Quirks) -> Result<Reader<'a>, DecodeError> {
    Context::of_value(value, quirks)?.sequence()
}

/// Makes a value that is one SEQUENCE, the form of most values; `content` writes its elements, the last one first.
///
/// ```
/// use ldapwire::ber::Tag;
/// use ldapwire::proto::sequence_value;
///
/// let value = sequence_value(|writer| {
///     writer.octet_string(Tag::OCTET_STRING, b"second");
///     writer.integer(Tag::INTEGER, 1);
/// });
/// assert_eq!(&value[..], b"\x30\x0b\x02\x01\x01\x04\x06second");
/// ```
pub fn sequence_value(content: impl FnOnce(&mut Writer)) -> Bytes {
    let mut writer = Writer::new();
    writer.constructed(Tag::SEQUENCE, content);
    writer.finish()
}

/// Takes what was written as a value whose octets are wiped when the last that holds them is dropped.
///
/// Octets that the writer left behind when it had to grow are not: make it large enough.
pub(super) fn wiped_value(writer: Writer) -> Bytes {
    let (buffer, start) = writer.into_buffer();
    Bytes::from_owner(Zeroizing::new(buffer)).slice(start..)
}

/// Returns a value that must be there, and may be empty.
///
/// # Errors
///
/// The value is absent.
pub fn value_present(value: Option<&Bytes>) -> Result<&Bytes, DecodeError> {
    value.ok_or(DecodeError::new(0, Fault::Invalid { field: "the value", expected: "present" }))
}

/// Checks that there is no value.
///
/// # Errors
///
/// There is one, be it empty.
pub fn value_absent(value: Option<&Bytes>) -> Result<(), DecodeError> {
    match value {
        None => Ok(()),
        Some(_) => Err(DecodeError::new(0, Fault::Invalid { field: "the value", expected: "absent" })),
    }
}
