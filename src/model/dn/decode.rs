//! What the BER encoding of a value, as `#` writes it in names, stands for in LDAP.

use bytes::Bytes;

use crate::ber::{Reader, Tag};

const UTF8_STRING: Tag = Tag::from_octet(0x0c);
const NUMERIC_STRING: Tag = Tag::from_octet(0x12);
const PRINTABLE_STRING: Tag = Tag::from_octet(0x13);
const IA5_STRING: Tag = Tag::from_octet(0x16);

/// Longer numbers, in octets, stay encoded: what people name entries by fits, and to write them takes no time.
const MAX_INTEGER: usize = size_of::<i128>();

/// Returns a value as LDAP transfers it. Nothing comes of what is not one primitive element of a type whose form is the same
/// whatever the syntax is, and of contents that the type does not allow.
///
/// An OCTET STRING holds the value as it is, as in the example `1.3.6.1.4.1.1466.0=#04024869` (RFC 4514 4).
pub(super) fn ldap_value(encoding: &Bytes) -> Option<Bytes> {
    let mut reader = Reader::new(encoding);
    let element = reader.read().ok()?;
    reader.finish().ok()?;
    let octets = element.content.octets();
    match element.tag {
        Tag::OCTET_STRING => Some(encoding.slice_ref(octets)),
        UTF8_STRING => std::str::from_utf8(octets).is_ok().then(|| encoding.slice_ref(octets)),
        NUMERIC_STRING | PRINTABLE_STRING | IA5_STRING => {
            octets.is_ascii().then(|| encoding.slice_ref(octets))
        }
        Tag::BOOLEAN => {
            let text: &[u8] = if element.content.as_boolean().ok()? { b"TRUE" } else { b"FALSE" };
            Some(Bytes::from_static(text))
        }
        Tag::INTEGER => integer(octets).map(|number| number.to_string().into()),
        _ => None,
    }
}

/// Two's complement, most significant first.
fn integer(octets: &[u8]) -> Option<i128> {
    let first = i8::from_be_bytes([*octets.first()?]);
    (octets.len() <= MAX_INTEGER).then_some(())?;
    let rest = octets.get(1..)?;
    // As many octets as the number has: none is lost.
    Some(rest.iter().fold(first.into(), |number, octet| (number << 8) | i128::from(*octet)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_have_the_value_of_ldap_or_none() {
        for (encoding, value) in [
            (&b"\x0c\x01A"[..], Some("A")),
            (b"\x0c\x02\xc3\xa9", Some("\u{e9}")),
            (b"\x0c\x00", Some("")),
            (b"\x0c\x81\x01A", Some("A")),
            (b"\x12\x031 2", Some("1 2")),
            (b"\x13\x01a", Some("a")),
            (b"\x16\x03a@b", Some("a@b")),
            (b"\x04\x02Hi", Some("Hi")),
            (b"\x01\x01\xff", Some("TRUE")),
            (b"\x01\x01\x01", Some("TRUE")),
            (b"\x01\x01\x00", Some("FALSE")),
            (b"\x02\x01\x00", Some("0")),
            (b"\x02\x01\x80", Some("-128")),
            (b"\x02\x02\x00\xff", Some("255")),
            (b"\x02\x02\xff\x00", Some("-256")),
            (
                b"\x02\x10\x7f\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
                Some("170141183460469231731687303715884105727"),
            ),
            (b"\x02\x10\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", Some("-170141183460469231731687303715884105728")),
            (b"\x02\x11\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", None),
            // No such contents.
            (b"\x0c\x01\xff", None),
            (b"\x13\x02\xc3\xa9", None),
            (b"\x01\x00", None),
            (b"\x01\x02\xff\xff", None),
            (b"\x02\x00", None),
            // No such length.
            (b"\x0c\x02A", None),
            (b"\x0c\x01AB", None),
            (b"\x0c\x80A\x00\x00", None),
            (b"\x0c\xff", None),
            (b"\x0c", None),
            (b"", None),
            // No such form or type.
            (b"\x2c\x03\x0c\x01A", None),
            (b"\x24\x03\x04\x01A", None),
            (b"\x30\x00", None),
            (b"\x05\x00", None),
            (b"\x1e\x02\0A", None),
            (b"\x1f\x0c\x01A", None),
            (b"\x8c\x01A", None),
        ] {
            let found = ldap_value(&Bytes::copy_from_slice(encoding));
            assert_eq!(found.as_deref(), value.map(str::as_bytes), "{encoding:02x?}");
        }
    }
}
