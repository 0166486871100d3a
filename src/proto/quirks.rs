//! Deviations of known servers that we read.

/// Deviations from the standard that are read, each by name.
///
/// ```
/// use ldapwire::proto::Quirks;
///
/// assert!(Quirks::default().name_outside_notice);
/// assert!(!Quirks::strict().name_outside_notice);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quirks {
    /// Active Directory puts the responseName of its Notice of Disconnection behind the operation, as a trailing
    /// element of the message, instead of inside. Read by default.
    pub name_outside_notice: bool,
}

impl Quirks {
    /// The defaults, for constants.
    pub const DEFAULT: Self = Self { name_outside_notice: true };

    /// Reads no deviation at all, for judging a server.
    pub const fn strict() -> Self {
        Self { name_outside_notice: false }
    }

    /// Sets whether a responseName behind a Notice of Disconnection is read.
    #[must_use]
    pub const fn name_outside_notice(mut self, read: bool) -> Self {
        self.name_outside_notice = read;
        self
    }
}

impl Default for Quirks {
    fn default() -> Self {
        Self::DEFAULT
    }
}
