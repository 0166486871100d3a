//! X.509 Certificate Exact Assertion (RFC 4523 2.5).

use std::fmt;
use std::str::FromStr;

use super::cursor::Cursor;
use super::{SyntaxError, gser, integer, x509};
use crate::model::Dn;

/// What `certificateExactMatch` finds a certificate by: its number and the name of who issued it.
///
/// ```text
/// CertificateExactAssertion = "{" sp cea-serialNumber ","
///      sp cea-issuer sp "}"
/// cea-serialNumber = id-serialNumber msp CertificateSerialNumber
/// cea-issuer = id-issuer msp Name
/// CertificateSerialNumber = INTEGER                              (RFC 4523 A.1)
/// ```
///
/// `Display` writes the value of an assertion, for filters and compares:
///
/// ```
/// use ldapwire::model::{Dn, Filter};
/// use ldapwire::schema::CertificateExactAssertion;
///
/// let assertion = CertificateExactAssertion::new("4711", Dn::parse("cn=Example CA,o=Example")?)?;
/// assert_eq!(assertion.to_string(), r#"{ serialNumber 4711, issuer rdnSequence:"cn=Example CA,o=Example" }"#);
/// let filter = Filter::equality("userCertificate", assertion.to_string());
/// # drop(filter);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CertificateExactAssertion {
    serial_number: String,
    issuer: Dn,
}

impl CertificateExactAssertion {
    /// Asks for a number, in decimal digits, since it may have 160 bits, and an issuer.
    ///
    /// # Errors
    ///
    /// The number is none, or begins with a zero that it does not need.
    pub fn new(serial_number: impl Into<String>, issuer: Dn) -> Result<Self, SyntaxError> {
        let serial_number = serial_number.into();
        integer::check(serial_number.as_bytes())?;
        Ok(Self { serial_number, issuer })
    }

    /// Asks for this certificate, which is X.509 in BER. Nothing else of it is looked at, its signature neither.
    ///
    /// # Errors
    ///
    /// The octets do not begin as a certificate does, or its number has more than 128 octets.
    pub fn of_certificate(certificate: &[u8]) -> Result<Self, SyntaxError> {
        let (serial_number, issuer) =
            x509::certificate(certificate).ok_or(SyntaxError::new(0, "a certificate of X.509 in BER"))?;
        Ok(Self { serial_number, issuer })
    }

    /// Reads the value of an assertion.
    ///
    /// # Errors
    ///
    /// The text is none; the error says where.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        Self::from_octets(text.as_bytes())
    }

    /// Returns the number, in decimal digits.
    pub fn serial_number(&self) -> &str {
        &self.serial_number
    }

    /// Returns the name of who issued the certificate.
    pub const fn issuer(&self) -> &Dn {
        &self.issuer
    }

    pub(in crate::schema) fn from_octets(octets: &[u8]) -> Result<Self, SyntaxError> {
        let (mut cursor, _) = Cursor::text(octets)?;
        cursor.expect(b'{', "'{'")?;
        gser::component(&mut cursor, "serialNumber", "'serialNumber'")?;
        let serial_number = gser::integer(&mut cursor)?.to_owned();
        cursor.expect(b',', "','")?;
        gser::component(&mut cursor, "issuer", "'issuer'")?;
        let issuer = gser::name(&mut cursor)?;
        cursor.spaces();
        cursor.expect(b'}', "'}'")?;
        cursor.end("the end")?;
        Ok(Self { serial_number, issuer })
    }
}

impl fmt::Display for CertificateExactAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{ serialNumber {}, issuer {} }}", self.serial_number, gser::Name(&self.issuer))
    }
}

impl FromStr for CertificateExactAssertion {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        Self::parse(text)
    }
}

pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    CertificateExactAssertion::from_octets(octets).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for (number, issuer) in
            [("0", ""), ("-12", r#"cn=a \22b\22,dc=x"#), ("1208925819614629174706175", r"cn=#020107,o=\2c")]
        {
            let assertion = CertificateExactAssertion::new(number, Dn::parse(issuer).unwrap()).unwrap();
            assert_eq!(assertion.to_string().parse(), Ok(assertion.clone()));
            assert_eq!(
                (assertion.serial_number(), assertion.issuer()),
                (number, &Dn::parse(issuer).unwrap())
            );
        }
        assert!(CertificateExactAssertion::new("007", Dn::root()).is_err());
    }

    #[test]
    fn a_certificate_makes_the_assertion_that_finds_it() {
        let certificate = include_bytes!("../../../tests/pem/ec.der");
        let assertion = CertificateExactAssertion::of_certificate(certificate).unwrap();
        let text = r#"{ serialNumber 642910071307192695960243350895932181067026399191, issuer rdnSequence:"2.5.4.3=elliptic" }"#;
        assert_eq!(assertion.to_string(), text);
        assert_eq!(CertificateExactAssertion::of_certificate(b"").unwrap_err().position(), 0);
    }
}
