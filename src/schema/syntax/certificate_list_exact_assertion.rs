//! X.509 Certificate List Exact Assertion (RFC 4523 2.9).

use std::fmt;
use std::str::FromStr;

use super::cursor::Cursor;
use super::{GeneralizedTime, SyntaxError, gser, x509};
use crate::model::Dn;

/// What `certificateListExactMatch` finds a list of revoked certificates by: the name of who issued it, and when.
///
/// ```text
/// CertificateListExactAssertion = "{" sp clea-issuer ","
///      sp clea-thisUpdate
///      [ "," sp clea-distributionPoint ] sp "}"
/// clea-issuer = id-issuer msp Name
/// clea-thisUpdate = id-thisUpdate msp Time                       (RFC 4523 A.5)
/// ```
///
/// An assertion with a distribution point is not read, and so matches nothing; OpenLDAP does not read it either.
///
/// `Display` writes the value of an assertion as the standard has it, [`for_openldap`](Self::for_openldap) as OpenLDAP does:
///
/// ```
/// use ldapwire::model::Dn;
/// use ldapwire::schema::CertificateListExactAssertion;
///
/// let assertion = CertificateListExactAssertion::new(Dn::parse("cn=Example CA")?, "20260102030405Z".parse()?);
/// let text = r#"{ issuer rdnSequence:"cn=Example CA", thisUpdate utcTime:"260102030405Z" }"#;
/// assert_eq!(assertion.to_string(), text);
/// let text = r#"{ issuer rdnSequence:"cn=Example CA", thisUpdate "20260102030405Z" }"#;
/// assert_eq!(assertion.for_openldap(), text);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CertificateListExactAssertion {
    issuer: Dn,
    this_update: GeneralizedTime,
}

impl CertificateListExactAssertion {
    /// Asks for the list of an issuer from this moment.
    pub const fn new(issuer: Dn, this_update: GeneralizedTime) -> Self {
        Self { issuer, this_update }
    }

    /// Asks for this list, which is X.509 in BER. Nothing else of it is looked at, its signature neither.
    ///
    /// # Errors
    ///
    /// The octets do not begin as a list does.
    pub fn of_list(list: &[u8]) -> Result<Self, SyntaxError> {
        let (issuer, this_update) =
            x509::certificate_list(list).ok_or(SyntaxError::new(0, "a certificate list of X.509 in BER"))?;
        Ok(Self { issuer, this_update })
    }

    /// Reads the value of an assertion, in the form of the standard or in that of OpenLDAP.
    ///
    /// # Errors
    ///
    /// The text is none; the error says where.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        Self::from_octets(text.as_bytes())
    }

    /// Returns the name of who issued the list.
    pub const fn issuer(&self) -> &Dn {
        &self.issuer
    }

    /// Returns when it was issued.
    pub const fn this_update(&self) -> &GeneralizedTime {
        &self.this_update
    }

    /// Writes the value as `slapd` reads it: a time in quotes, without the choice that the standard puts before it.
    pub fn for_openldap(&self) -> String {
        format!("{{ issuer {}, thisUpdate \"{}\" }}", gser::Name(&self.issuer), self.this_update)
    }

    pub(in crate::schema) fn from_octets(octets: &[u8]) -> Result<Self, SyntaxError> {
        let (mut cursor, _) = Cursor::text(octets)?;
        cursor.expect(b'{', "'{'")?;
        gser::component(&mut cursor, "issuer", "'issuer'")?;
        let issuer = gser::name(&mut cursor)?;
        cursor.expect(b',', "','")?;
        gser::component(&mut cursor, "thisUpdate", "'thisUpdate'")?;
        let this_update = gser::time(&mut cursor)?;
        cursor.spaces();
        cursor.expect(b'}', "'}'")?;
        cursor.end("the end")?;
        Ok(Self { issuer, this_update })
    }
}

impl fmt::Display for CertificateListExactAssertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{ issuer {}, thisUpdate {} }}", gser::Name(&self.issuer), gser::Time(&self.this_update))
    }
}

impl FromStr for CertificateListExactAssertion {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        Self::parse(text)
    }
}

pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    CertificateListExactAssertion::from_octets(octets).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for (time, written) in [
            ("20490101000000Z", r#"utcTime:"490101000000Z""#),
            ("195001010000Z", r#"utcTime:"500101000000Z""#),
            ("20500101000000Z", r#"generalizedTime:"20500101000000Z""#),
            ("19491231235959Z", r#"generalizedTime:"19491231235959Z""#),
            ("20260101000000.5Z", r#"generalizedTime:"20260101000000.5Z""#),
        ] {
            let assertion =
                CertificateListExactAssertion::new(Dn::parse(r#"cn=\"a"#).unwrap(), time.parse().unwrap());
            let text = assertion.to_string();
            assert!(text.ends_with(&format!(", thisUpdate {written} }}")), "{text}");
            assert_eq!(text.parse(), Ok(assertion.clone()));
            assert_eq!(assertion.for_openldap().parse(), Ok(assertion));
        }
    }

    #[test]
    fn a_list_makes_the_assertion_that_finds_it() {
        let assertion =
            CertificateListExactAssertion::of_list(include_bytes!("../../../tests/pem/ec.crl.der"));
        let text = r#"{ issuer rdnSequence:"2.5.4.3=elliptic", thisUpdate utcTime:"261123211111Z" }"#;
        assert_eq!(assertion.unwrap().to_string(), text);
        assert_eq!(CertificateListExactAssertion::of_list(b"\x30\x00").unwrap_err().position(), 0);
    }
}
