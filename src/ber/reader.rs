//! A cursor over the elements of one frame.
//!
//! Advice for the next maintainer: the reader is `Copy` and borrows, so looking ahead is copying it. Inside a
//! complete frame there is no "need more": an element that is longer than the element around it is an error.
//! Keep [`Reader::read`] small enough to be inlined; every octet of every entry passes through it.

use super::{DecodeError, Fault, Tag, length, text};

/// A cursor over the elements within one element, or over the elements of a whole frame.
///
/// Reading moves the cursor past one element. Errors carry the offset from the start of the outermost octets.
///
/// ```
/// use ldapwire::ber::{Reader, Tag};
///
/// let mut reader = Reader::new(b"\x30\x05\x04\x03abc");
/// let mut inner = reader.sequence()?;
/// assert_eq!(inner.octet_string(Tag::OCTET_STRING)?, b"abc");
/// # Ok::<(), ldapwire::ber::DecodeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    octets: &'a [u8],
    /// Where the octets end, counted from the start of the frame. It stays while the cursor moves, so that only errors
    /// pay for the place where it stands.
    end: usize,
    /// Whether forms are refused that only their sender is forbidden.
    is_strict: bool,
}

/// One element: its tag and its content.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Element<'a> {
    /// The identifier octet.
    pub tag: Tag,
    /// What stands within.
    pub content: Reader<'a>,
}

impl<'a> Reader<'a> {
    /// Makes a cursor at the first of `octets`.
    pub const fn new(octets: &'a [u8]) -> Self {
        Self { octets, end: octets.len(), is_strict: false }
    }

    /// Makes a cursor over `octets` that stand `offset` octets into a frame, for errors that count from its start.
    pub const fn with_offset(octets: &'a [u8], offset: usize) -> Self {
        Self { octets, end: offset.saturating_add(octets.len()), is_strict: false }
    }

    /// Refuses, here and within, what senders are forbidden and readers understand all the same:
    ///
    /// - an INTEGER or ENUMERATED in more octets than it needs (X.690 8.3.2);
    /// - a BOOLEAN that is true and not `ff` (RFC 4511 5.1);
    /// - a BOOLEAN that is its default value and not left out (RFC 4511 5.1).
    ///
    /// ```
    /// use ldapwire::ber::{Fault, Reader, Tag};
    ///
    /// let octets = b"\x30\x04\x02\x02\x00\x05";
    /// assert_eq!(Reader::new(octets).sequence()?.integer::<u8>(Tag::INTEGER)?, 5);
    /// let refused = Reader::new(octets).strict().sequence()?.integer::<u8>(Tag::INTEGER).unwrap_err();
    /// assert_eq!(refused.fault(), Fault::PaddedInteger);
    /// # Ok::<(), ldapwire::ber::DecodeError>(())
    /// ```
    #[must_use]
    pub const fn strict(mut self) -> Self {
        self.is_strict = true;
        self
    }

    /// Returns whether all was read.
    pub const fn is_empty(&self) -> bool {
        self.octets.is_empty()
    }

    /// Returns the octets that are left.
    pub const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// Returns how far the cursor stands from the start of the frame.
    pub const fn offset(&self) -> usize {
        self.end.saturating_sub(self.octets.len())
    }

    /// Returns the tag of the next element without moving.
    #[inline]
    pub fn peek(&self) -> Option<Tag> {
        self.octets.first().map(|&octet| Tag::from_octet(octet))
    }

    /// Makes an error about the place where the cursor stands.
    pub const fn fault(&self, fault: Fault) -> DecodeError {
        DecodeError::new(self.offset(), fault)
    }

    /// Reads the next element, whatever it is.
    ///
    /// # Errors
    ///
    /// The header is cut short or of a form that LDAP does not allow, or the element is longer than what is left.
    #[inline]
    pub fn read(&mut self) -> Result<Element<'a>, DecodeError> {
        // What is not plain, faults included, is found out of line.
        let (tag, content, after) = match (self.peek(), split_plain(self.octets)) {
            (Some(tag), Some((content, after))) if !tag.is_long_form() => (tag, content, after),
            _ => split_any(self.octets, self.offset())?,
        };
        self.octets = after;
        let end = self.end.saturating_sub(after.len());
        Ok(Element { tag, content: Self { octets: content, end, ..*self } })
    }

    /// Reads the next element, which must have this tag, and returns its content.
    ///
    /// # Errors
    ///
    /// There is none, it has another tag, or [`read`](Self::read) fails.
    #[inline]
    pub fn expect(&mut self, tag: Tag) -> Result<Self, DecodeError> {
        match self.peek() {
            Some(found) if found == tag => Ok(self.read()?.content),
            Some(found) => Err(self.fault(Fault::UnexpectedTag { expected: tag, found })),
            None => Err(self.fault(Fault::Missing { expected: tag })),
        }
    }

    /// Reads the next element if it has this tag.
    ///
    /// # Errors
    ///
    /// The next element has this class and number in the other form: to pass over it would lose a part of the
    /// message that we know, for example a critical control. Or [`read`](Self::read) fails.
    #[inline]
    pub fn optional(&mut self, tag: Tag) -> Result<Option<Self>, DecodeError> {
        match self.peek() {
            Some(found) if found == tag => Ok(Some(self.read()?.content)),
            Some(found) if found.is_same_type(tag) => {
                Err(self.fault(Fault::UnexpectedTag { expected: tag, found }))
            }
            _ => Ok(None),
        }
    }

    /// Reads a SEQUENCE and returns a cursor over its elements.
    ///
    /// # Errors
    ///
    /// As [`expect`](Self::expect).
    #[inline]
    pub fn sequence(&mut self) -> Result<Self, DecodeError> {
        self.expect(Tag::SEQUENCE)
    }

    /// Reads octets that stand under this tag.
    ///
    /// # Errors
    ///
    /// As [`expect`](Self::expect).
    #[inline]
    pub fn octet_string(&mut self, tag: Tag) -> Result<&'a [u8], DecodeError> {
        Ok(self.expect(tag)?.octets)
    }

    /// Reads text that stands under this tag: an LDAPString, "UTF-8 encoded" (RFC 4511 4.1.2).
    ///
    /// # Errors
    ///
    /// The octets are not UTF-8 (the error names `field`), or as [`expect`](Self::expect).
    #[inline]
    pub fn text(&mut self, tag: Tag, field: &'static str) -> Result<&'a str, DecodeError> {
        let content = self.expect(tag)?;
        text(content.octets).map_err(|error| {
            DecodeError::new(content.offset().saturating_add(error.valid_up_to()), Fault::NotUtf8 { field })
        })
    }

    /// Reads a BOOLEAN that stands under this tag.
    ///
    /// # Errors
    ///
    /// As [`as_boolean`](Self::as_boolean) and [`expect`](Self::expect).
    pub fn boolean(&mut self, tag: Tag) -> Result<bool, DecodeError> {
        self.expect(tag)?.as_boolean()
    }

    /// Reads a BOOLEAN that may stand under this tag; `default` is the value of one that does not.
    ///
    /// "If a value of a type is its default value, it is absent" (RFC 4511 5.1).
    ///
    /// # Errors
    ///
    /// It is the default value and the reader is [strict](Self::strict), or as [`as_boolean`](Self::as_boolean) and
    /// [`optional`](Self::optional).
    pub fn boolean_or(&mut self, tag: Tag, default: bool) -> Result<bool, DecodeError> {
        let Some(content) = self.optional(tag)? else { return Ok(default) };
        let value = content.as_boolean()?;
        if self.is_strict && value == default {
            return Err(content.fault(Fault::WrittenDefault));
        }
        Ok(value)
    }

    /// Reads an INTEGER or ENUMERATED that stands under this tag, into any integer type.
    ///
    /// # Errors
    ///
    /// As [`as_integer`](Self::as_integer) and [`expect`](Self::expect).
    pub fn integer<N: TryFrom<i64>>(&mut self, tag: Tag) -> Result<N, DecodeError> {
        self.expect(tag)?.as_integer("an integer")
    }

    /// Reads a NULL that stands under this tag.
    ///
    /// # Errors
    ///
    /// It has content, or as [`expect`](Self::expect).
    pub fn null(&mut self, tag: Tag) -> Result<(), DecodeError> {
        let content = self.expect(tag)?;
        if content.is_empty() { Ok(()) } else { Err(content.fault(Fault::NullLength)) }
    }

    /// Takes what is left as the content of a BOOLEAN.
    ///
    /// Any octet but `00` is true (X.690 8.2.2); that true is written as `ff` binds the sender.
    ///
    /// # Errors
    ///
    /// It is not one octet, or neither `00` nor `ff` and the reader is [strict](Self::strict).
    pub fn as_boolean(&self) -> Result<bool, DecodeError> {
        match self.octets {
            [0x01..=0xfe] if self.is_strict => Err(self.fault(Fault::LooseTrue)),
            [octet] => Ok(*octet != 0),
            _ => Err(self.fault(Fault::BooleanLength)),
        }
    }

    /// Takes what is left as the content of an INTEGER or ENUMERATED: two's complement, most significant first.
    ///
    /// Leading octets that only repeat the sign are read, however many; they are never written.
    ///
    /// # Errors
    ///
    /// There is no octet; the number does not fit in the type, then the error names `field`; or there are such
    /// leading octets and the reader is [strict](Self::strict).
    pub fn as_integer<N: TryFrom<i64>>(&self, field: &'static str) -> Result<N, DecodeError> {
        let Some((&first, rest)) = self.octets.split_first() else {
            return Err(self.fault(Fault::EmptyInteger));
        };
        if self.is_strict && matches!(self.octets, [0x00, 0x00..=0x7f, ..] | [0xff, 0x80..=0xff, ..]) {
            return Err(self.fault(Fault::PaddedInteger));
        }
        let mut number = i64::from(i8::from_be_bytes([first]));
        for &octet in rest {
            number = number
                .checked_mul(256)
                .map(|number| number | i64::from(octet))
                .ok_or_else(|| self.fault(Fault::OutOfRange { field }))?;
        }
        N::try_from(number).map_err(|_| self.fault(Fault::OutOfRange { field }))
    }

    /// Checks that nothing is left.
    ///
    /// # Errors
    ///
    /// Something is.
    pub fn finish(&self) -> Result<(), DecodeError> {
        match self.octets.len() {
            0 => Ok(()),
            count => Err(self.fault(Fault::TrailingOctets { count })),
        }
    }

    /// Passes over what is left of a SEQUENCE whose known elements have these tags.
    ///
    /// One of them that stands here came twice or out of order. Its tag is recognised, so it is not passed over: that
    /// would lose a part of the message, for example a critical control.
    ///
    /// # Errors
    ///
    /// One of the known elements stands here, or as [`finish_extensible`](Self::finish_extensible).
    #[inline]
    pub fn finish_extensible_after(&mut self, known: &[Tag]) -> Result<(), DecodeError> {
        self.finish_extensible_unless(|found| known.iter().any(|tag| tag.is_same_type(found)))
    }

    /// The same, where so many tags are known that something else has to tell them.
    #[inline]
    pub(crate) fn finish_extensible_unless(
        &mut self,
        is_known: impl Fn(Tag) -> bool,
    ) -> Result<(), DecodeError> {
        while let Some(found) = self.peek() {
            if is_known(found) {
                return Err(self.fault(Fault::Misplaced { found }));
            }
            self.pass_over()?;
        }
        Ok(())
    }

    /// Passes over what is left of a SEQUENCE that later versions may extend.
    ///
    /// "Clients and servers MUST (unless otherwise specified) ignore trailing SEQUENCE components whose tags they do not
    /// recognize" (RFC 4511 4); they must be elements all the same.
    ///
    /// # Errors
    ///
    /// What is left is not a row of elements.
    #[inline]
    pub fn finish_extensible(&mut self) -> Result<(), DecodeError> {
        self.finish_extensible_after(&[])
    }

    /// Passes over one element that the protocol does not know: here alone a tag may have any number.
    #[cold]
    fn pass_over(&mut self) -> Result<(), DecodeError> {
        if self.peek() == Some(Tag::END_OF_CONTENTS) {
            return Err(self.fault(Fault::EndOfContents));
        }
        if self.peek().is_some_and(Tag::is_long_form) {
            self.octets = split_long_tag(self.octets, self.offset())?;
        } else {
            self.read()?;
        }
        Ok(())
    }
}

/// Cuts an element off that has this tag and a length of at most three octets: its content and what stands behind it.
/// Nearly every element is of that form; `None` says only that this one is not.
#[inline(always)]
pub(crate) fn split_plain_with(tag: Tag, octets: &[u8]) -> Option<(&[u8], &[u8])> {
    if octets.first() == Some(&tag.octet()) { split_plain(octets) } else { None }
}

/// The same whatever the tag, which is taken for one octet: for octets that were checked.
#[inline(always)]
pub(crate) fn split_plain(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let [_, length, rest @ ..] = octets else { return None };
    if *length < length::LONG_FORM {
        return rest.split_at_checked(usize::from(*length));
    }
    match (*length, rest) {
        (0x81, [length, rest @ ..]) => rest.split_at_checked(usize::from(*length)),
        (0x82, [high, low, rest @ ..]) => {
            rest.split_at_checked(usize::from(u16::from_be_bytes([*high, *low])))
        }
        _ => None,
    }
}

/// Cuts any element off octets that were checked; `None` at their end.
#[inline(always)]
pub(crate) fn split_checked(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    match split_plain(octets) {
        None if !octets.is_empty() => split_unusual(octets),
        found => found,
    }
}

/// Out of line, so that what walks elements stays small enough to be inlined.
#[cold]
#[inline(never)]
fn split_unusual(checked: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, content, after) = split_any(checked, 0).ok()?;
    Some((content, after))
}

/// Cuts any element off, however long its header: its tag, its content and what stands behind it; `offset` is where it
/// stands in the frame.
#[inline(never)]
fn split_any(octets: &[u8], offset: usize) -> Result<(Tag, &[u8], &[u8]), DecodeError> {
    let fault = |fault| DecodeError::new(offset, fault);
    let Some((&first, rest)) = octets.split_first() else {
        return Err(fault(Fault::TruncatedHeader));
    };
    let tag = Tag::from_octet(first);
    if tag.is_long_form() {
        return Err(fault(Fault::LongTag));
    }
    let (content, after) = split_content(rest, offset, 1)?;
    Ok((tag, content, after))
}

/// Cuts off an element whose tag has more than one octet, and returns what stands behind it.
///
/// "For tags with a number ranging from zero to 30 (inclusive), the identifier octets shall comprise a single octet"
/// (X.690 8.1.2.2), and a longer number has no leading zeros (8.1.2.4.2): no known element hides behind such a tag.
fn split_long_tag(octets: &[u8], offset: usize) -> Result<&[u8], DecodeError> {
    /// Set in all octets of the number but the last.
    const GOES_ON: u8 = 0x80;
    let [_, behind @ ..] = octets else { return Err(DecodeError::new(offset, Fault::TruncatedHeader)) };
    let last = behind.iter().position(|octet| octet & GOES_ON == 0);
    let Some((number, rest)) = last.and_then(|last| behind.split_at_checked(last.saturating_add(1))) else {
        return Err(DecodeError::new(offset, Fault::TruncatedHeader));
    };
    if matches!(number, [0..=30] | [GOES_ON, ..]) {
        return Err(DecodeError::new(offset, Fault::LongTag));
    }
    let (_, after) = split_content(rest, offset, number.len().saturating_add(1))?;
    Ok(after)
}

/// Cuts length and content off `octets`, which stand behind the `tag_length` octets of a tag at `offset`.
fn split_content(octets: &[u8], offset: usize, tag_length: usize) -> Result<(&[u8], &[u8]), DecodeError> {
    let fault = |fault| DecodeError::new(offset, fault);
    let (claimed, rest) = match length::read(octets) {
        Ok(Some(found)) => found,
        Ok(None) => return Err(fault(Fault::TruncatedHeader)),
        Err(fault) => return Err(DecodeError::new(offset.saturating_add(tag_length), fault)),
    };
    let split = usize::try_from(claimed).ok().and_then(|claimed| rest.split_at_checked(claimed));
    split.ok_or_else(|| fault(Fault::LengthBeyondParent { claimed, available: rest.len() }))
}

#[cfg(test)]
mod tests;
