//! Reading the tables.

use std::fmt::{Debug, Display};

/// Returns the lines of a table, cut into columns; the comments at its beginning are left out.
pub(crate) fn rows<'a>(table: &'a str, separator: &str) -> Vec<Vec<&'a str>> {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| line.split(separator).collect()).collect()
}

/// Puts in the characters that a table cannot show.
pub(crate) fn unshown(column: &str) -> String {
    column.replace('␀', "\0").replace('␉', "\t").replace('␊', "\n").replace('␠', " ")
}

/// Checks that what should be refused was, there and for that reason: `expected` is `! OFFSET REASON`.
pub(crate) fn check_refused<T: Debug, E: Display>(
    case: &[&str],
    expected: &str,
    result: Result<T, E>,
    found: impl FnOnce(&E) -> (usize, String),
) {
    let error = result.expect_err(&format!("{case:?}"));
    let (offset, reason) = found(&error);
    assert_eq!(format!("! {offset} {reason}"), expected, "{case:?}: {error}");
}

/// Returns the name of a variant without its fields.
pub(crate) fn variant(value: &impl Debug) -> String {
    let shown = format!("{value:?}");
    shown.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}

/// Turns hexadecimal digits into octets.
pub(crate) fn octets(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "{digits}");
    let pairs = (0..digits.len()).step_by(2);
    pairs.map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect(digits)).collect()
}
