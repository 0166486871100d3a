//! Which implementation of cryptography `rustls` uses.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;

/// An implementation of cryptography that the crate was built with.
///
/// It is always given to `rustls` by name. The default of the process, which any other library may set, or set
/// twice, is neither read nor written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TlsProvider {
    /// `ring`, from the feature `tls-ring`.
    #[cfg(feature = "tls-ring")]
    Ring,
    /// `aws-lc-rs`, from the feature `tls-aws-lc-rs`.
    #[cfg(feature = "tls-aws-lc-rs")]
    AwsLcRs,
}

impl TlsProvider {
    /// The providers of this build; the first is the default. With the feature `tls` alone there is none.
    pub const AVAILABLE: &'static [Self] = &[
        #[cfg(feature = "tls-ring")]
        Self::Ring,
        #[cfg(feature = "tls-aws-lc-rs")]
        Self::AwsLcRs,
    ];

    pub(super) fn crypto(self) -> Arc<CryptoProvider> {
        match self {
            #[cfg(feature = "tls-ring")]
            Self::Ring => Arc::new(rustls::crypto::ring::default_provider()),
            #[cfg(feature = "tls-aws-lc-rs")]
            Self::AwsLcRs => Arc::new(rustls::crypto::aws_lc_rs::default_provider()),
        }
    }
}
