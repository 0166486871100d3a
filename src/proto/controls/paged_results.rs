//! Simple paged results (RFC 2696): a search result in pages.

use bytes::Bytes;

use crate::ber::{DecodeError, Reader, Tag, Writer};
use crate::model::Oid;
use crate::proto::{Quirks, number, value_sequence};

use super::ControlValue;

/// `controlType     1.2.840.113556.1.4.319`
const OID: Oid = Oid::from_static("1.2.840.113556.1.4.319");

/// Asks for one page of a search result.
///
/// ```text
/// realSearchControlValue ::= SEQUENCE {
///         size            INTEGER (0..maxInt),
///                                 -- requested page size from client
///                                 -- result set size estimate from server
///         cookie          OCTET STRING
/// }                                                             (RFC 2696 2)
/// ```
///
/// The first page is asked for with an empty cookie, each further one with the cookie of the last
/// [response](PagedResultsResponse) in an otherwise equal search on the same connection, until that cookie is empty.
///
/// ```
/// use ldapwire::model::Control;
/// use ldapwire::proto::controls::{ControlValue, PagedResults};
///
/// let control: Control = PagedResults::new(500).with_cookie("opaque").into();
/// assert!(!control.is_critical());
/// assert!(PagedResults::new(500).critical().is_critical());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagedResults {
    page_size: u32,
    cookie: Bytes,
}

impl PagedResults {
    /// Asks for the first page, of at most this many entries; more than 2,147,483,647 are asked for as that many.
    pub const fn new(page_size: u32) -> Self {
        let page_size = if page_size > number::MAX_INT { number::MAX_INT } else { page_size };
        Self { page_size, cookie: Bytes::new() }
    }

    /// Asks for no more pages: "a search request containing a pagedResultsControl with the size set to zero (0) and
    /// the cookie set to the last cookie returned by the server" (RFC 2696 3).
    pub fn give_up(cookie: impl Into<Bytes>) -> Self {
        Self::new(0).with_cookie(cookie)
    }

    /// Sets the cookie of the response before. Default empty: the first page.
    #[must_use]
    pub fn with_cookie(mut self, cookie: impl Into<Bytes>) -> Self {
        self.cookie = cookie.into();
        self
    }

    /// Returns the most entries of the page; 0 gives up.
    pub const fn page_size(&self) -> u32 {
        self.page_size
    }

    /// Returns the cookie; empty for the first page.
    pub const fn cookie(&self) -> &Bytes {
        &self.cookie
    }
}

impl ControlValue for PagedResults {
    const OID: Oid = OID;

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let (page_size, cookie) = decode(value, quirks)?;
        Ok(Self { page_size, cookie })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(encode(self.page_size, &self.cookie))
    }
}

/// Ends one page of a search result; stands in the SearchResultDone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagedResultsResponse {
    estimate: u32,
    cookie: Bytes,
}

impl PagedResultsResponse {
    /// Ends a page. The cookie is what leads to the next one, empty if this was the last.
    pub fn new(cookie: impl Into<Bytes>) -> Self {
        Self { estimate: 0, cookie: cookie.into() }
    }

    /// Sets an estimate of the entries of all pages together. Default none.
    #[must_use]
    pub const fn with_estimate(mut self, entries: u32) -> Self {
        self.estimate = if entries > number::MAX_INT { number::MAX_INT } else { entries };
        self
    }

    /// Returns the server's estimate of the entries of all pages together, if it gave one.
    pub const fn estimate(&self) -> Option<u32> {
        if self.estimate == 0 { None } else { Some(self.estimate) }
    }

    /// Returns what leads to the next page.
    pub const fn cookie(&self) -> &Bytes {
        &self.cookie
    }

    /// Returns the control that asks for the next page, of at most this many entries; none if this was the last.
    pub fn next_page(&self, page_size: u32) -> Option<PagedResults> {
        if self.cookie.is_empty() {
            return None;
        }
        Some(PagedResults::new(page_size).with_cookie(self.cookie.clone()))
    }
}

impl ControlValue for PagedResultsResponse {
    const OID: Oid = OID;

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let (estimate, cookie) = decode(value, quirks)?;
        Ok(Self { estimate, cookie })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(encode(self.estimate, &self.cookie))
    }
}

fn decode(value: Option<&Bytes>, quirks: &Quirks) -> Result<(u32, Bytes), DecodeError> {
    let mut sequence: Reader<'_> = value_sequence(value, quirks)?;
    let size = number::decode(&mut sequence, Tag::INTEGER, "size")?;
    let cookie = sequence.octet_string(Tag::OCTET_STRING)?;
    sequence.finish_extensible_after(&[Tag::INTEGER, Tag::OCTET_STRING])?;
    Ok((size, value.map_or_else(Bytes::new, |value| value.slice_ref(cookie))))
}

fn encode(size: u32, cookie: &[u8]) -> Bytes {
    let mut writer = Writer::with_capacity(cookie.len().saturating_add(16));
    writer.constructed(Tag::SEQUENCE, |writer| {
        writer.octet_string(Tag::OCTET_STRING, cookie);
        writer.integer(Tag::INTEGER, i64::from(size));
    });
    writer.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::model::Control;

    #[test]
    fn values_have_the_octets_of_the_standard() {
        let request = PagedResults::new(500).with_cookie("ab");
        let value = Bytes::from_static(b"\x30\x08\x02\x02\x01\xf4\x04\x02ab");
        assert_eq!(request.encode_value().unwrap(), value);
        assert_eq!(PagedResults::decode_value(Some(&value)), Ok(request));

        let control = Control::from(PagedResults::new(500));
        assert_eq!(control.oid(), &"1.2.840.113556.1.4.319");
        assert_eq!(control.value().unwrap(), &b"\x30\x06\x02\x02\x01\xf4\x04\x00"[..]);
    }

    #[test]
    fn the_next_page_is_asked_for_with_the_cookie_until_it_is_empty() {
        let response = PagedResultsResponse::new("ab").with_estimate(7);
        let value = response.encode_value().unwrap();
        assert_eq!(&value[..], b"\x30\x07\x02\x01\x07\x04\x02ab");
        assert_eq!(PagedResultsResponse::decode_value(Some(&value)).unwrap(), response);
        assert_eq!(response.estimate(), Some(7));
        assert_eq!(response.next_page(9), Some(PagedResults::new(9).with_cookie("ab")));
        let last = PagedResultsResponse::new("");
        assert_eq!((last.next_page(9), last.estimate()), (None, None));
    }

    #[test]
    fn sizes_stay_within_max_int() {
        assert_eq!(PagedResults::new(u32::MAX).page_size(), 0x7fff_ffff);
        assert_eq!(PagedResults::give_up("c").page_size(), 0);
        for value in
            [&b"\x30\x06\x02\x02\xff\x00\x04\x00"[..], b"\x30\x09\x02\x05\x00\x80\x00\x00\x00\x04\x00"]
        {
            let error = PagedResults::decode_value(Some(&Bytes::from_static(value))).unwrap_err();
            assert_eq!(error.fault(), Fault::OutOfRange { field: "size" });
        }
    }

    #[test]
    fn malformed_values_are_errors_and_trailing_elements_are_not() {
        let decode = |value: &'static [u8]| PagedResults::decode_value(Some(&Bytes::from_static(value)));
        let value = b"\x30\x0a\x02\x02\x01\xf4\x04\x02ab\x05\x00";
        assert_eq!(decode(value), Ok(PagedResults::new(500).with_cookie("ab")));
        for end in 0..value.len() {
            assert!(decode(&value[..end]).is_err(), "{end}");
        }
        assert!(decode(b"\x30\x05\x02\x01\x05\x04\x00\x00").is_err());
        assert!(PagedResults::decode_value(None).is_err());
    }
}
