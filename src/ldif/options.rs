//! How a file is read.

use std::fmt;

use super::stored::Kind;
use super::{ReadLimits, UrlResolver};

/// What a reader of LDIF takes, refuses and holds.
///
/// ```
/// use ldapwire::ldif::{OnFault, ReadOptions, SliceReader};
///
/// let file = b"dn: cn=a\ncn: a\n\ndn: cn=b\nno colon\n\ndn: cn=c\ncn: c\n";
/// let mut records = SliceReader::with_options(file, ReadOptions::new().on_fault(OnFault::Collect));
/// assert_eq!(records.by_ref().count(), 2);
/// assert_eq!(records.faults().count(), 1);
/// ```
#[derive(Default)]
pub struct ReadOptions {
    pub(super) on_fault: OnFault,
    pub(super) tolerance: Tolerance,
    pub(super) content_kind: Kind,
    pub(super) limits: ReadLimits,
    pub(super) urls: Option<Box<dyn UrlResolver + Send>>,
    pub(super) path: Path,
}

impl ReadOptions {
    /// Takes the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets what happens after a fault. Default [`OnFault::Stop`].
    #[must_use]
    pub const fn on_fault(mut self, on_fault: OnFault) -> Self {
        self.on_fault = on_fault;
        self
    }

    /// Returns what happens after a fault.
    #[cfg(feature = "files")]
    pub(crate) const fn reaction(&self) -> OnFault {
        self.on_fault
    }

    /// Returns the limits.
    #[cfg(feature = "files")]
    pub(crate) const fn read_limits(&self) -> ReadLimits {
        self.limits
    }

    /// Sets what is read beyond the standard. Default [`Tolerance::Standard`].
    #[must_use]
    pub const fn tolerance(mut self, tolerance: Tolerance) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Reads the records of content as requests to add their entries, as if each said `changetype: add`: for callers that
    /// send them. Such a record is encoded when it is made, without an [`Entry`](crate::model::Entry) in between. Default:
    /// they are entries.
    ///
    /// ```
    /// use ldapwire::ldif::{Change, LdifRecord, ReadOptions, SliceReader};
    ///
    /// let mut records =
    ///     SliceReader::with_options(b"dn: cn=Ada\ncn: Ada\n", ReadOptions::new().content_as_adds());
    /// let LdifRecord::Change(ada) = records.next().unwrap()?.record else { panic!("a change") };
    /// assert!(matches!(ada.change(), Change::Add(_)));
    /// # Ok::<(), ldapwire::ldif::Fault>(())
    /// ```
    #[must_use]
    pub const fn content_as_adds(mut self) -> Self {
        self.content_kind = Kind::Add;
        self
    }

    /// Sets the limits. Default [`ReadLimits::DEFAULT`].
    #[must_use]
    pub const fn limits(mut self, limits: ReadLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Lets values stand behind URLs (`jpegPhoto:< file:///ada.jpg`), which this resolver reads. Default none: such a
    /// value is a fault.
    #[must_use]
    pub fn urls(mut self, resolver: impl UrlResolver + Send + 'static) -> Self {
        self.urls = Some(Box::new(resolver));
        self
    }

    /// Reads every line by the grammar, without the short way for usual ones: the results have to be the same.
    #[cfg(any(test, feature = "fuzzing"))]
    #[must_use]
    pub(crate) const fn by_grammar_only(mut self) -> Self {
        self.path = Path::Grammar;
        self
    }
}

impl fmt::Debug for ReadOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadOptions")
            .field("on_fault", &self.on_fault)
            .field("tolerance", &self.tolerance)
            .field("content_as_adds", &(self.content_kind == Kind::Add))
            .field("limits", &self.limits)
            .field("urls", &self.urls.is_some())
            .finish_non_exhaustive()
    }
}

/// What a reader does after a fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnFault {
    /// It returns the fault and nothing more.
    #[default]
    Stop,
    /// It returns the fault in the place of the record, and goes on behind the next empty line.
    Continue,
    /// It keeps the fault for later and goes on behind the next empty line: only good records are returned. **Whoever
    /// collects has to look at the faults at the end.**
    Collect,
}

/// What a reader takes beyond RFC 2849.
///
/// Read in any case, because the standard leaves it open, errata changed it, or nothing else can be meant: no version, a
/// byte order mark at the beginning, several empty lines, LF and CR LF mixed, no line end at the end, values in raw
/// UTF-8, `increment` (RFC 4525).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Tolerance {
    /// Nothing else.
    #[default]
    Standard,
    /// What is found in files that other programs wrote:
    ///
    /// * attributes whose names are any visible ASCII, such as `foo_bar` and `member;range=0-1499`;
    /// * values of any octets but NUL and CR, also if they are not UTF-8 or begin with `:` or `<` behind a space;
    /// * names of entries that are no distinguished names (they must be UTF-8);
    /// * entries without attributes, which a search for none of them returns;
    /// * spaces behind keywords, as in `changetype: add `;
    /// * content and changes in one file.
    AsFound,
}

/// Which way lines take.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Path {
    /// The short one if they are usual ones, else the grammar.
    #[default]
    Short,
    /// The grammar.
    #[cfg_attr(
        not(any(test, feature = "fuzzing")),
        allow(dead_code, reason = "it is there to be compared with")
    )]
    Grammar,
}
