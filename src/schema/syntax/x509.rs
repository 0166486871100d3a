//! What a certificate is found by, its number and the name of who issued it (RFC 5280 4.1), and what a list of revoked ones
//! is found by, that name and its time (RFC 5280 5.1).

use super::{GeneralizedTime, utc_time};
use crate::ber::{Reader, Tag};
use crate::model::{Ava, Dn, Rdn};

/// Reads the number, in decimal digits, and the issuer of a certificate. What stands behind them is not looked at.
///
/// ```text
/// Certificate ::= SEQUENCE {
///     tbsCertificate  TBSCertificate,
///     ... }
/// TBSCertificate ::= SEQUENCE {
///     version         [0] EXPLICIT Version DEFAULT v1,
///     serialNumber    CertificateSerialNumber,
///     signature       AlgorithmIdentifier,
///     issuer          Name,
///     ... }                                                      (RFC 5280 4.1)
/// ```
pub(super) fn certificate(octets: &[u8]) -> Option<(String, Dn)> {
    let mut certificate = Reader::new(octets).sequence().ok()?.sequence().ok()?;
    certificate.optional(Tag::context(0)).ok()?;
    let serial_number = decimal(certificate.octet_string(Tag::INTEGER).ok()?)?;
    certificate.sequence().ok()?;
    Some((serial_number, name(certificate.sequence().ok()?)?))
}

/// Reads the issuer and the time of a list. What stands behind them is not looked at.
///
/// ```text
/// CertificateList ::= SEQUENCE {
///     tbsCertList     TBSCertList,
///     ... }
/// TBSCertList ::= SEQUENCE {
///     version         Version OPTIONAL,
///     signature       AlgorithmIdentifier,
///     issuer          Name,
///     thisUpdate      Time,
///     ... }                                                      (RFC 5280 5.1)
/// ```
pub(super) fn certificate_list(octets: &[u8]) -> Option<(Dn, GeneralizedTime)> {
    let mut list = Reader::new(octets).sequence().ok()?.sequence().ok()?;
    list.optional(Tag::INTEGER).ok()?;
    list.sequence().ok()?;
    Some((name(list.sequence().ok()?)?, time(&mut list)?))
}

/// ```text
/// Time ::= CHOICE {
///     utcTime         UTCTime,
///     generalTime     GeneralizedTime }                          (RFC 5280 4.1)
/// ```
fn time(list: &mut Reader<'_>) -> Option<GeneralizedTime> {
    let time = list.read().ok()?;
    match time.tag {
        UTC_TIME => utc_time::read(time.content.octets()).ok(),
        GENERALIZED_TIME => GeneralizedTime::from_octets(time.content.octets()).ok(),
        _ => None,
    }
}

/// Reads a name, which X.500 writes from the highest entry down; nothing if it has more assertions than one in text may have.
///
/// ```text
/// Name ::= CHOICE { rdnSequence  RDNSequence }
/// RDNSequence ::= SEQUENCE OF RelativeDistinguishedName
/// RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
/// AttributeTypeAndValue ::= SEQUENCE {
///     type     AttributeType,
///     value    AttributeValue }                                  (RFC 5280 4.1.2.4)
/// ```
fn name(mut sequence: Reader<'_>) -> Option<Dn> {
    let mut rdns = Vec::new();
    let mut left = Dn::MAX_AVAS;
    while !sequence.is_empty() {
        let mut set = sequence.expect(Tag::SET).ok()?;
        left = left.checked_sub(1)?;
        let mut rdn = Rdn::from(ava(set.sequence().ok()?)?);
        while !set.is_empty() {
            left = left.checked_sub(1)?;
            rdn = rdn.with_ava(ava(set.sequence().ok()?)?);
        }
        rdns.push(rdn);
    }
    Some(rdns.into_iter().rev().collect())
}

/// A value that is a string is compared as text, any other by its encoding, as RFC 4514 2.4 writes it.
fn ava(mut sequence: Reader<'_>) -> Option<Ava> {
    let attribute = dotted(sequence.octet_string(OBJECT_IDENTIFIER).ok()?)?;
    let before = sequence.octets();
    let value = sequence.read().ok()?;
    match text(value.tag, value.content.octets()) {
        Some(text) => Ava::new(attribute, text).ok(),
        None => Ava::from_ber(attribute, before.strip_suffix(sequence.octets())?).ok(),
    }
}

/// The text of a string of X.680; nothing if it is another value, or none.
fn text(tag: Tag, octets: &[u8]) -> Option<String> {
    match tag.octet() {
        // UTF8String, NumericString, PrintableString, IA5String
        0x0c | 0x12 | 0x13 | 0x16 => String::from_utf8(octets.to_vec()).ok(),
        // TeletexString, which everybody takes for Latin-1
        0x14 => Some(octets.iter().map(|octet| char::from(*octet)).collect()),
        // UniversalString
        0x1c => {
            let (characters, []) = octets.as_chunks() else { return None };
            characters.iter().map(|octets| char::from_u32(u32::from_be_bytes(*octets))).collect()
        }
        // BMPString
        0x1e => {
            let (units, []) = octets.as_chunks() else { return None };
            let units: Vec<_> = units.iter().map(|octets| u16::from_be_bytes(*octets)).collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    }
}

/// Writes an object identifier with dots (X.690 8.19).
fn dotted(octets: &[u8]) -> Option<String> {
    let mut arcs = Vec::new();
    let mut arc = 0_u64;
    for octet in octets {
        arc = arc.checked_mul(128)?.checked_add(u64::from(octet & 0x7f))?;
        if octet & 0x80 == 0 {
            arcs.push(std::mem::take(&mut arc));
        }
    }
    let is_whole = octets.last().is_some_and(|octet| octet & 0x80 == 0);
    let (first, rest) = arcs.split_first().filter(|_| is_whole)?;
    // "(X*40) + Y"
    let top = (first / 40).min(2);
    let mut text = format!("{top}.{}", first - top * 40);
    rest.iter().for_each(|arc| text.push_str(&format!(".{arc}")));
    Some(text)
}

/// Writes the content of an INTEGER in decimal digits; nothing if it is empty or longer than any serial number.
fn decimal(octets: &[u8]) -> Option<String> {
    if octets.len() > MAX_SERIAL_NUMBER {
        return None;
    }
    let is_negative = octets.first()? & 0x80 != 0;
    // Nine digits each, the lowest first.
    let mut limbs: Vec<u64> = Vec::new();
    let mut add = |factor: u64, mut carry: u64| {
        for limb in &mut limbs {
            let sum = *limb * factor + carry;
            (*limb, carry) = (sum % LIMB, sum / LIMB);
        }
        if carry > 0 {
            limbs.push(carry);
        }
    };
    for octet in octets {
        add(256, u64::from(if is_negative { !octet } else { *octet }));
    }
    if is_negative {
        add(1, 1);
    }
    let Some((highest, rest)) = limbs.split_last() else { return Some("0".to_owned()) };
    let mut text = format!("{}{highest}", if is_negative { "-" } else { "" });
    rest.iter().rev().for_each(|limb| text.push_str(&format!("{limb:09}")));
    Some(text)
}

/// How many octets a serial number may have. "Certificate users MUST be able to handle serialNumber values up to 20 octets"
/// (RFC 5280 4.1.2.2); the work grows with the square.
const MAX_SERIAL_NUMBER: usize = 128;

const LIMB: u64 = 1_000_000_000;

const OBJECT_IDENTIFIER: Tag = Tag::from_octet(0x06);
const UTC_TIME: Tag = Tag::from_octet(0x17);
const GENERALIZED_TIME: Tag = Tag::from_octet(0x18);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_issuer_of_a_certificate_are_read() {
        let (serial_number, issuer) = certificate(include_bytes!("../../../tests/pem/ec.der")).unwrap();
        assert_eq!(serial_number, "642910071307192695960243350895932181067026399191");
        assert_eq!(issuer, Dn::parse("2.5.4.3=elliptic").unwrap());
    }

    #[test]
    fn issuer_and_time_of_a_list_are_read() {
        let (issuer, time) = certificate_list(include_bytes!("../../../tests/pem/ec.crl.der")).unwrap();
        assert_eq!(issuer, Dn::parse("2.5.4.3=elliptic").unwrap());
        assert_eq!(time.to_string(), "20261123211111Z");
    }

    #[test]
    fn numbers_are_written_in_decimal_digits() {
        for (octets, text) in [
            (&b"\x00"[..], "0"),
            (b"\x00\x00", "0"),
            (b"\x7f", "127"),
            (b"\x80", "-128"),
            (b"\xff", "-1"),
            (b"\xff\xff", "-1"),
            (b"\xff\x00", "-256"),
            (b"\x00\xff", "255"),
            (b"\x3b\x9a\xca\x00", "1000000000"),
            (b"\x3b\x9a\xc9\xff", "999999999"),
            (b"\xc4\x65\x36\x00", "-1000000000"),
            (b"\x7f\xff\xff\xff\xff\xff\xff\xff", "9223372036854775807"),
            (b"\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "1208925819614629174706175"),
        ] {
            assert_eq!(decimal(octets).as_deref(), Some(text), "{octets:?}");
        }
        assert_eq!(decimal(b""), None);
        assert!(decimal(&[0x7f; MAX_SERIAL_NUMBER]).is_some());
        assert_eq!(decimal(&[0x7f; MAX_SERIAL_NUMBER + 1]), None);
    }

    #[test]
    fn identifiers_are_written_with_dots() {
        for (octets, text) in [
            (&b"\x55\x04\x03"[..], Some("2.5.4.3")),
            (b"\x00", Some("0.0")),
            (b"\x28", Some("1.0")),
            (b"\x88\x37\x03", Some("2.999.3")),
            (b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", Some("1.2.840.113549.1.9.1")),
            (b"", None),
            (b"\x55\x84", None),
            (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", None),
        ] {
            assert_eq!(dotted(octets).as_deref(), text, "{octets:?}");
        }
    }

    #[test]
    fn strings_of_all_kinds_are_text_and_other_values_are_not() {
        for (tag, octets, expected) in [
            (0x0c, &b"Zo\xc3\xab"[..], Some("Zoë")),
            (0x13, b"Zoe", Some("Zoe")),
            (0x14, b"Zo\xeb", Some("Zoë")),
            (0x1c, b"\0\0\0Z\0\0\0\xeb", Some("Zë")),
            (0x1e, b"\0Z\0\xeb\xd8\x3d\xde\x00", Some("Zë\u{1f600}")),
            (0x0c, b"\xff", None),
            (0x1c, b"\0\0\0", None),
            (0x1c, b"\0\0\xd8\0", None),
            (0x1e, b"\0", None),
            (0x1e, b"\xd8\x3d", None),
            (0x04, b"Zoe", None),
        ] {
            assert_eq!(text(Tag::from_octet(tag), octets).as_deref(), expected, "{tag:#x} {octets:?}");
        }
    }

    #[test]
    fn names_end_at_the_limit_of_those_in_text() {
        let parts = |count: usize| b"\x31\x09\x30\x07\x06\x03\x55\x04\x03\x0c\x00".repeat(count);
        assert!(name(Reader::new(&parts(Dn::MAX_AVAS))).is_some());
        assert!(name(Reader::new(&parts(Dn::MAX_AVAS + 1))).is_none());
    }

    #[test]
    fn what_is_cut_anywhere_is_none() {
        let whole = include_bytes!("../../../tests/pem/ec.der");
        for length in 0..whole.len() {
            assert!(certificate(&whole[..length]).is_none(), "{length}");
        }
        let whole = include_bytes!("../../../tests/pem/ec.crl.der");
        for length in 0..whole.len() {
            assert!(certificate_list(&whole[..length]).is_none(), "{length}");
        }
    }
}
