//! Numbers of the protocol: from 0 to `maxInt`.

use crate::ber::{DecodeError, Fault, Reader, Tag, Writer};
use crate::model::ResultCode;

use super::EncodeError;

/// `maxInt INTEGER ::= 2147483647 -- (2^^31 - 1) --` (RFC 4511 4.1.1)
pub(super) const MAX_INT: u32 = i32::MAX.unsigned_abs();

/// Reads an INTEGER or ENUMERATED in the range `0 ..  maxInt`; an error names `field`.
///
/// A number that does not fit is an error, never cut: a result code of 2^32 would read as success.
pub(super) fn decode(reader: &mut Reader<'_>, tag: Tag, field: &'static str) -> Result<u32, DecodeError> {
    decode_content(reader.expect(tag)?, field)
}

/// Takes what is left as the content of a number in the range `0 ..  maxInt`.
pub(super) fn decode_content(content: Reader<'_>, field: &'static str) -> Result<u32, DecodeError> {
    match content.as_integer::<u32>(field)? {
        number @ ..=MAX_INT => Ok(number),
        _ => Err(content.fault(Fault::OutOfRange { field })),
    }
}

/// Writes a number, which must be in the range `0 ..  maxInt`.
pub(super) fn encode(
    number: u32,
    tag: Tag,
    field: &'static str,
    writer: &mut Writer,
) -> Result<(), EncodeError> {
    if number > MAX_INT {
        return Err(EncodeError::Invalid { field, expected: "at most 2147483647" });
    }
    writer.integer(tag, i64::from(number));
    Ok(())
}

/// Takes a larger number for `maxInt`, for counts that a caller asks for.
pub(super) const fn at_most_max_int(number: u32) -> u32 {
    if number > MAX_INT { MAX_INT } else { number }
}

/// Takes a code that cannot be sent for `other`.
pub(super) const fn sendable(code: ResultCode) -> ResultCode {
    if code.number() > MAX_INT { ResultCode::OTHER } else { code }
}
