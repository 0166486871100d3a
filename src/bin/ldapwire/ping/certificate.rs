//! Until when a certificate is good: a walk down to one date (RFC 5280 4.1).

use std::time::{SystemTime, UNIX_EPOCH};

use ldapwire::ber::{DecodeError, Reader, Tag};
use ldapwire::schema::GeneralizedTime;

/// Returns the days from `now` to the end of a certificate, rounded down; `None` if it has no date that can be read.
pub(super) fn days_left(certificate: &[u8], now: SystemTime) -> Option<i64> {
    let now = i64::try_from(now.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()?;
    let (tag, text) = not_after(certificate).ok()?;
    Some((seconds(tag, text)? - now).div_euclid(DAY))
}

/// ```text
/// TBSCertificate ::= SEQUENCE {
///      version         [0]  EXPLICIT Version DEFAULT v1,
///      serialNumber         CertificateSerialNumber,
///      signature            AlgorithmIdentifier,
///      issuer               Name,
///      validity             Validity, ...
/// Validity ::= SEQUENCE { notBefore Time, notAfter Time }
/// Time ::= CHOICE { utcTime UTCTime, generalTime GeneralizedTime }
/// ```
fn not_after(certificate: &[u8]) -> Result<(Tag, &[u8]), DecodeError> {
    let mut certificate = Reader::new(certificate).sequence()?;
    let mut tbs = certificate.sequence()?;
    tbs.optional(Tag::context(0))?;
    tbs.expect(Tag::INTEGER)?;
    tbs.sequence()?;
    tbs.sequence()?;
    let mut validity = tbs.sequence()?;
    validity.read()?;
    let end = validity.read()?;
    Ok((end.tag, end.content.octets()))
}

/// Reads `YYMMDDHHMMSSZ`, which is "19YY" from 50 on (RFC 5280 4.1.2.5.1), or `YYYYMMDDHHMMSSZ`; as seconds since 1970.
fn seconds(tag: Tag, text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    if !text.strip_suffix('Z')?.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let century = match text.len() {
        13 if tag == UTC_TIME => {
            if text < "50" {
                "20"
            } else {
                "19"
            }
        }
        15 => "",
        _ => return None,
    };
    GeneralizedTime::parse(&format!("{century}{text}")).ok().map(|time| time.unix_seconds())
}

/// The seconds of a day.
const DAY: i64 = 24 * 60 * 60;

const UTC_TIME: Tag = Tag::from_octet(0x17);

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn dates_are_seconds_since_1970() {
        let general = Tag::from_octet(0x18);
        for (tag, text, expected) in [
            (UTC_TIME, "700101000000Z", Some(0)),
            (UTC_TIME, "491231235959Z", Some(2_524_607_999)),
            (UTC_TIME, "500101000000Z", Some(-631_152_000)),
            (general, "20240229120000Z", Some(1_709_208_000)),
            (general, "99991231235959Z", Some(253_402_300_799)),
            (general, "20240229120000", None),
            (UTC_TIME, "7001010000Z", None),
            (UTC_TIME, "70010100000xZ", None),
        ] {
            assert_eq!(seconds(tag, text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn a_certificate_that_was_made_just_now_is_good_for_its_days() {
        let mut params = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(2040, 1, 2);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let now = UNIX_EPOCH + Duration::from_secs(2_208_988_800); // 2040-01-01
        assert_eq!(days_left(certificate.der(), now), Some(1));
        assert_eq!(days_left(certificate.der(), now + Duration::from_secs(86_401)), Some(-1));
        for end in 0..certificate.der().len() {
            assert_eq!(days_left(&certificate.der()[..end], now), None);
        }
        assert_eq!(days_left(b"", now), None);
    }
}
