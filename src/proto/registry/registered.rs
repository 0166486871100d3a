//! One row of the registry.

use std::fmt;

use crate::model::Oid;

/// Something that an object identifier stands for.
#[derive(Debug)]
pub struct Registered {
    oid: Oid,
    kind: Kind,
    name: &'static str,
    specification: &'static str,
}

impl Registered {
    pub(super) const fn new(kind: Kind, oid: Oid, name: &'static str, specification: &'static str) -> Self {
        Self { oid, kind, name, specification }
    }

    /// Returns the identifier.
    pub const fn oid(&self) -> &Oid {
        &self.oid
    }

    /// Returns what kind of thing it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the name. Where request and response share an identifier, it is that of the request.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the document that defines it, or whose it is.
    pub const fn specification(&self) -> &'static str {
        self.specification
    }
}

/// What kind of thing an identifier stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A control, of a request or a response: `supportedControl` in the root DSE.
    Control,
    /// An extended operation: `supportedExtension` in the root DSE.
    ExtendedOperation,
    /// The name of an intermediate response.
    IntermediateResponse,
    /// The name of an unsolicited notification.
    Notification,
    /// A feature: `supportedFeatures` in the root DSE.
    Feature,
    /// A capability of Active Directory: `supportedCapabilities` in the root DSE.
    Capability,
    /// A matching rule that filters name by its identifier.
    MatchingRule,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Control => "control",
            Self::ExtendedOperation => "extended operation",
            Self::IntermediateResponse => "intermediate response",
            Self::Notification => "notification",
            Self::Feature => "feature",
            Self::Capability => "capability",
            Self::MatchingRule => "matching rule",
        })
    }
}
