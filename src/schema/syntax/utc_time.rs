//! UTC Time (RFC 4517 3.3.34).

use super::cursor::Cursor;
use super::generalized_time::days_of_month;
use super::{GeneralizedTime, SyntaxError};

/// ```text
/// UTCTime         = year month day hour minute [ second ]
///                   [ u-time-zone ]
/// u-time-zone     = %x5A  ; "Z"
///                   / u-differential
/// u-differential  = ( MINUS / PLUS ) hour minute
/// ```
///
/// Years have two digits: 29 February is a date in every fourth of them.
pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    let mut cursor = Cursor::new(octets);
    let year = cursor.two_digits(0..=99, "a year of two digits")?;
    let month = cursor.two_digits(1..=12, "a month")?;
    let last = if month == 2 && year % 4 == 0 { 29 } else { days_of_month(1, month) };
    cursor.two_digits(1..=last, "a day of the month")?;
    cursor.two_digits(0..=23, "an hour")?;
    cursor.two_digits(0..=59, "a minute")?;
    if cursor.peek().is_some_and(|octet| octet.is_ascii_digit()) {
        cursor.two_digits(0..=59, "a second")?;
    }
    match cursor.next() {
        None | Some(b'Z') => {}
        Some(b'+' | b'-') => {
            cursor.two_digits(0..=23, "an hour")?;
            cursor.two_digits(0..=59, "a minute")?;
        }
        Some(_) => return Err(SyntaxError::new(cursor.position() - 1, "'Z', '+' or '-'")),
    }
    cursor.end("the end")
}

/// Reads a moment, whose year is one from 1950 to 2049.
///
/// "Where YY is greater than or equal to 50, the year SHALL be interpreted as 19YY; and where YY is less than 50, the year SHALL
/// be interpreted as 20YY." (RFC 5280 4.1.2.5.1)
pub(super) fn read(octets: &[u8]) -> Result<GeneralizedTime, SyntaxError> {
    check(octets)?;
    let century: &[u8] = if octets.first() >= Some(&b'5') { b"19" } else { b"20" };
    // What may be wrong yet is that no zone is there.
    GeneralizedTime::from_octets(&[century, octets].concat())
        .map_err(|error| SyntaxError::new(error.position() - century.len(), error.expected()))
}
