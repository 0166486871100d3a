//! Deviations of known servers that we read.

/// Deviations from the standard that are read, each by name.
///
/// ```
/// use ldapwire::proto::Quirks;
///
/// assert!(Quirks::default().name_outside_notice);
/// assert!(!Quirks::strict().name_outside_notice);
/// ```
///
/// To judge a server by its octets:
///
/// ```
/// use bytes::Bytes;
/// use ldapwire::ber::Fault;
/// use ldapwire::proto::{Context, LdapMessage, Limits, Quirks};
///
/// // A result whose code has an octet too many.
/// let frame = Bytes::from_static(b"\x30\x0d\x02\x01\x02\x65\x08\x0a\x02\x00\x20\x04\x00\x04\x00");
/// let (limits, strict) = (Limits::DEFAULT, Quirks::strict());
/// let refused = LdapMessage::decode(&Context::new(&frame, &limits, &strict)).unwrap_err();
/// assert_eq!((refused.offset(), refused.fault()), (9, Fault::PaddedInteger));
/// assert!(LdapMessage::parse(&frame).is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Quirks {
    /// Active Directory puts the responseName of its Notice of Disconnection behind the operation, as a trailing
    /// element of the message, instead of inside. Read by default.
    pub name_outside_notice: bool,
    /// Forms that RFC 4511 5.1 and X.690 8.3.2 forbid senders and whose meaning is plain: a BOOLEAN that is true and
    /// not `ff`, a default value that is not left out, an integer in more octets than it needs. Read by default.
    /// [`Reader::strict`](crate::ber::Reader::strict) lists them.
    ///
    /// Without this quirk they are refused in messages, and in the values of the controls, extended requests and
    /// intermediate responses that have a type in this crate: most of their specifications want values to be "encoded
    /// using the Basic Encoding Rules under the restrictions detailed in Section 5.1", and RFC 4521 2.5 recommends it for
    /// all. What stands in an answer to an extended operation is known by its request alone:
    /// [`ExtendedOp::decode_response_with`](super::extops::ExtendedOp::decode_response_with) judges it.
    pub loose_encoding: bool,
}

impl Quirks {
    /// The defaults, for constants.
    pub const DEFAULT: Self = Self { name_outside_notice: true, loose_encoding: true };

    /// Reads no deviation at all, for judging a server.
    pub const fn strict() -> Self {
        Self { name_outside_notice: false, loose_encoding: false }
    }

    /// Sets whether a responseName behind a Notice of Disconnection is read.
    #[must_use]
    pub const fn name_outside_notice(mut self, read: bool) -> Self {
        self.name_outside_notice = read;
        self
    }

    /// Sets whether forms are read that senders are forbidden and whose meaning is plain.
    #[must_use]
    pub const fn loose_encoding(mut self, read: bool) -> Self {
        self.loose_encoding = read;
        self
    }
}

impl Default for Quirks {
    fn default() -> Self {
        Self::DEFAULT
    }
}
