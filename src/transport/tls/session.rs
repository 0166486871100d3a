//! What a finished handshake agreed on.

use std::fmt;

use rustls::{CommonState, HandshakeKind, ProtocolVersion};
use tokio_rustls::TlsStream;

use crate::transport::Stream;

/// A look at the TLS session of a stream, got from [`Stream::tls`].
#[derive(Clone, Copy)]
pub struct TlsSession<'a> {
    tls: &'a TlsStream<Stream>,
}

impl<'a> TlsSession<'a> {
    pub(in crate::transport) fn new(tls: &'a TlsStream<Stream>) -> Self {
        Self { tls }
    }

    /// Returns the version of TLS.
    pub fn version(&self) -> TlsVersion {
        match self.state().protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => TlsVersion::Tls13,
            // The handshake is over, and this crate speaks no other.
            _ => TlsVersion::Tls12,
        }
    }

    /// Returns the name of the cipher suite, such as `TLS13_AES_128_GCM_SHA256`.
    pub fn cipher_suite(&self) -> Option<&'static str> {
        self.state().negotiated_cipher_suite().and_then(|suite| suite.suite().as_str())
    }

    /// Tells whether the handshake went on from an earlier session instead of checking a certificate anew.
    pub fn is_resumed(&self) -> bool {
        self.state().handshake_kind() == Some(HandshakeKind::Resumed)
    }

    /// Returns the certificate of the other end, as DER; `None` where it showed none, as most clients do.
    pub fn peer_certificate(&self) -> Option<&'a [u8]> {
        self.state().peer_certificates()?.first().map(AsRef::as_ref)
    }

    /// Returns the channel binding `tls-exporter` (RFC 9266 2), equal at both ends of this session and nowhere
    /// else.
    ///
    /// `None` before TLS 1.3: there it is unique only with the extended master secret, and whether that was agreed
    /// on cannot be asked.
    pub fn exporter(&self) -> Option<[u8; 32]> {
        if self.version() != TlsVersion::Tls13 {
            return None;
        }
        let (output, label) = ([0; 32], b"EXPORTER-Channel-Binding");
        match self.tls {
            TlsStream::Client(tls) => tls.get_ref().1.export_keying_material(output, label, Some(b"")),
            TlsStream::Server(tls) => tls.get_ref().1.export_keying_material(output, label, Some(b"")),
        }
        .ok()
    }

    fn state(&self) -> &'a CommonState {
        self.tls.get_ref().1
    }
}

impl fmt::Debug for TlsSession<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsSession")
            .field("version", &self.version())
            .field("cipher_suite", &self.cipher_suite())
            .field("is_resumed", &self.is_resumed())
            .finish_non_exhaustive()
    }
}

/// A version of TLS that the crate speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TlsVersion {
    /// TLS 1.2 (RFC 5246).
    Tls12,
    /// TLS 1.3 (RFC 8446).
    Tls13,
}
