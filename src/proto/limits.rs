//! What a peer may make us hold.

use crate::model::Filter;

/// The largest messages, lists and depths that are decoded.
///
/// Each limit is on by default and settable; each is checked before anything is reserved for what it limits.
///
/// ```
/// use ldapwire::proto::Limits;
///
/// let limits = Limits::default().message_size(64 * 1024 * 1024);
/// assert_eq!(limits.message_size, 64 * 1024 * 1024);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Octets of one message, header included. Default 16 MiB. Less refuses large groups and photographs; more
    /// lets one message take as much memory.
    pub message_size: usize,
    /// How deep filters may be nested, as [`Filter::depth`] counts. Default [`Filter::MAX_DEPTH`].
    pub filter_depth: usize,
    /// Filters in one search request, however nested, and parts of substrings in them. Default
    /// [`Filter::MAX_ITEMS`], 65,536.
    pub filter_items: usize,
    /// Attributes of one entry, selectors of one search, changes of one modify. Default 65,536.
    pub attributes: usize,
    /// Values in one message. Default 1,048,576.
    pub values: usize,
    /// Controls of one message. Default 64.
    pub controls: usize,
    /// URLs of one referral or search reference. Default 256.
    pub referral_urls: usize,
}

impl Limits {
    /// The defaults, for constants.
    pub const DEFAULT: Self = Self {
        message_size: 16 * 1024 * 1024,
        filter_depth: Filter::MAX_DEPTH,
        filter_items: Filter::MAX_ITEMS,
        attributes: 65_536,
        values: 1 << 20,
        controls: 64,
        referral_urls: 256,
    };

    /// Sets the largest message in octets.
    #[must_use]
    pub const fn message_size(mut self, octets: usize) -> Self {
        self.message_size = octets;
        self
    }

    /// Sets how deep filters may be nested.
    #[must_use]
    pub const fn filter_depth(mut self, depth: usize) -> Self {
        self.filter_depth = depth;
        self
    }

    /// Sets how many filters one search may have.
    #[must_use]
    pub const fn filter_items(mut self, count: usize) -> Self {
        self.filter_items = count;
        self
    }

    /// Sets how many attributes one entry may have.
    #[must_use]
    pub const fn attributes(mut self, count: usize) -> Self {
        self.attributes = count;
        self
    }

    /// Sets how many values one message may have.
    #[must_use]
    pub const fn values(mut self, count: usize) -> Self {
        self.values = count;
        self
    }

    /// Sets how many controls one message may have.
    #[must_use]
    pub const fn controls(mut self, count: usize) -> Self {
        self.controls = count;
        self
    }

    /// Sets how many URLs one referral may have.
    #[must_use]
    pub const fn referral_urls(mut self, count: usize) -> Self {
        self.referral_urls = count;
        self
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
