//! Why a TLS handshake, or TLS after it, failed.

use std::error::Error;
use std::fmt;
use std::io;
use std::ops::Range;

use rustls::pki_types::UnixTime;
use rustls::{AlertDescription, CertificateError, InvalidMessage};

use crate::schema::GeneralizedTime;
use crate::transport::Fault;

/// What went wrong between this end's TLS and the other's.
#[derive(Debug)]
#[non_exhaustive]
pub enum TlsError {
    /// The certificate of the other end is not acceptable.
    Certificate(CertificateError),
    /// The other end refused to go on, and said why.
    Refused(AlertDescription),
    /// What came is no TLS at all.
    NotTls {
        /// What `rustls` made of it.
        source: rustls::Error,
    },
    /// The other end went away in the middle of the handshake.
    Disconnected {
        /// What the system said.
        source: io::Error,
    },
    /// The two ends have nothing in common, or the other one broke the protocol.
    Protocol {
        /// What `rustls` said.
        source: rustls::Error,
    },
    /// The stream under TLS failed.
    Io(io::Error),
}

impl TlsError {
    /// Sorts what a handshake failed with.
    pub(super) fn from_handshake(error: io::Error) -> Self {
        match tls_cause(error) {
            Ok(rustls::Error::InvalidMessage(
                reason @ (InvalidMessage::InvalidContentType
                | InvalidMessage::UnknownProtocolVersion
                | InvalidMessage::MessageTooLarge
                | InvalidMessage::InvalidEmptyPayload),
            )) => Self::NotTls { source: rustls::Error::InvalidMessage(reason) },
            Ok(error) => Self::from_rustls(error),
            Err(source) if is_disconnection(source.kind()) => Self::Disconnected { source },
            Err(source) => Self::Io(source),
        }
    }

    /// Takes an error of an open stream, if it is one of TLS; gives it back otherwise.
    pub(in crate::transport) fn from_open_stream(error: io::Error) -> Result<Self, io::Error> {
        tls_cause(error).map(Self::from_rustls)
    }

    /// Says who has to do something about it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Io(_) | Self::Disconnected { .. } => Fault::Network,
            Self::Certificate(_) | Self::Refused(_) | Self::NotTls { .. } | Self::Protocol { .. } => {
                Fault::Peer
            }
        }
    }

    fn from_rustls(error: rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(reason) => Self::Certificate(reason),
            rustls::Error::AlertReceived(alert) => Self::Refused(alert),
            source => Self::Protocol { source },
        }
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate(reason) => write_certificate_error(f, reason),
            Self::Refused(alert) => write_refusal(f, *alert),
            Self::NotTls { source } => write!(
                f,
                "the answer is not tls ({source}); does this port expect plain ldap? then use `ldap`, with starttls"
            ),
            Self::Disconnected { source } => write!(
                f,
                "the other end closed the connection ({source}); does this port expect plain ldap? then use `ldap`, \
                 with starttls"
            ),
            Self::Protocol { source } => fmt::Display::fmt(source, f),
            Self::Io(source) => fmt::Display::fmt(source, f),
        }
    }
}

impl Error for TlsError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Certificate(CertificateError::Other(source)) => Some(source),
            Self::Certificate(_) | Self::Refused(_) => None,
            Self::NotTls { source } | Self::Protocol { source } => Some(source),
            Self::Disconnected { source } | Self::Io(source) => Some(source),
        }
    }
}

/// Takes the error of `rustls` out of the error of the stream that carried it.
fn tls_cause(error: io::Error) -> Result<rustls::Error, io::Error> {
    error.downcast::<rustls::Error>()
}

/// How a peer that wants no TLS, or no more of it, shows itself to the system.
fn is_disconnection(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(kind, BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

fn write_certificate_error(f: &mut fmt::Formatter<'_>, reason: &CertificateError) -> fmt::Result {
    match reason {
        CertificateError::NotValidForNameContext { expected, presented } if presented.is_empty() => write!(
            f,
            "certificate bears no name in its subjectAltName, `{}` was expected; the common name does not count",
            expected.to_str()
        ),
        CertificateError::NotValidForNameContext { expected, presented } => {
            f.write_str("certificate is valid for ")?;
            for (position, name) in presented.iter().take(SHOWN_NAMES).enumerate() {
                let separator = if position == 0 { "" } else { ", " };
                write!(f, "{separator}`{}`", bare_name(name).escape_debug())?;
            }
            if let Some(more) = presented.len().checked_sub(SHOWN_NAMES).filter(|more| *more > 0) {
                write!(f, " and {more} more")?;
            }
            write!(f, ", not for `{}`", expected.to_str())
        }
        CertificateError::ExpiredContext { not_after, .. } => {
            write!(f, "certificate expired at {}", Date(*not_after))
        }
        CertificateError::NotValidYetContext { not_before, .. } => {
            write!(f, "certificate is not valid before {}", Date(*not_before))
        }
        CertificateError::UnknownIssuer => f.write_str(
            "certificate comes from an unknown issuer; if it is one to trust, give its certificate with `ca_file`",
        ),
        CertificateError::InvalidPurposeContext { .. } | CertificateError::InvalidPurpose => {
            write!(f, "certificate is not meant for this use: {reason}")
        }
        CertificateError::BadSignature => f.write_str(
            "certificate's signature does not fit: it is forged, or comes from another authority of the same name",
        ),
        other => write_rare_certificate_error(f, &other.to_string()),
    }
}

/// How many names of a certificate an error prints; they are the peer's, who can put thousands there.
const SHOWN_NAMES: usize = 8;

/// Adds a hint where the verifier's word for it, which has no variant of its own, is known.
fn write_rare_certificate_error(f: &mut fmt::Formatter<'_>, reason: &str) -> fmt::Result {
    write!(f, "certificate is not acceptable: {reason}")?;
    if reason.contains("CaUsedAsEndEntity") {
        f.write_str(
            " (it is an authority's own; give the server one that is not, signed by that authority)",
        )?;
    }
    Ok(())
}

/// Takes the name out of a rendering such as `DnsName("a.example.org")` or `IpAddress(192.0.2.1)`.
fn bare_name(rendered: &str) -> &str {
    let inside = rendered.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')'));
    inside.unwrap_or(rendered).trim_matches('"')
}

fn write_refusal(f: &mut fmt::Formatter<'_>, alert: AlertDescription) -> fmt::Result {
    let hint = match alert {
        AlertDescription::CertificateRequired => {
            "it wants a client certificate: give one with `client_certificate_files`"
        }
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied => "it does not accept the certificate shown to it",
        AlertDescription::HandshakeFailure => {
            "the two ends have no cipher in common, or it wants a client certificate"
        }
        AlertDescription::ProtocolVersion => "the two ends have no version of tls in common",
        AlertDescription::UnrecognisedName => "it does not know the server name",
        _ => return write!(f, "the other end refused with the alert {alert:?}"),
    };
    write!(f, "the other end refused with the alert {alert:?}: {hint}")
}

/// A point in time, printed as `2001-01-01T00:00:00Z`.
struct Date(UnixTime);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = i64::try_from(self.0.as_secs()).ok();
        let Some(time) = seconds.and_then(|seconds| GeneralizedTime::from_unix(seconds, 0)) else {
            return f.write_str("a time after the year 9999");
        };
        // YYYYMMDDhhmmssZ
        let digits = time.to_string();
        let part = |range: Range<usize>| digits.get(range).unwrap_or_default();
        write!(f, "{}-{}-{}", part(0..4), part(4..6), part(6..8))?;
        write!(f, "T{}:{}:{}Z", part(8..10), part(10..12), part(12..14))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::pki_types::ServerName;

    use super::*;

    #[test]
    fn names_of_a_hostile_certificate_are_escaped_and_counted() {
        let mut presented = vec!["DnsName(\"a\u{1b}[2J\nb\")".to_owned()];
        presented.extend((1..1000).map(|number| format!("DnsName(\"n{number}\")")));
        let expected = ServerName::try_from("ldap.example.org").unwrap();
        let error = TlsError::Certificate(CertificateError::NotValidForNameContext { expected, presented });
        assert_eq!(
            error.to_string(),
            r"certificate is valid for `a\u{1b}[2J\nb`, `n1`, `n2`, `n3`, `n4`, `n5`, `n6`, `n7` and 992 more, not for `ldap.example.org`"
        );
    }

    #[test]
    fn dates_print_in_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (978_307_199, "2000-12-31T23:59:59Z"),
            (1_709_251_199, "2024-02-29T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
            (253_402_300_800, "a time after the year 9999"),
            (u64::MAX, "a time after the year 9999"),
        ] {
            assert_eq!(Date(UnixTime::since_unix_epoch(Duration::from_secs(seconds))).to_string(), text);
        }
    }
}
