//! UTC Time (RFC 4517 3.3.34).

use super::SyntaxError;
use super::cursor::Cursor;
use super::generalized_time::days_of_month;

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
