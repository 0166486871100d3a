//! Generalized Time (RFC 4517 3.3.13).

use std::fmt;
use std::str::FromStr;

use super::SyntaxError;
use super::cursor::Cursor;

/// A moment, as the syntax Generalized Time writes it.
///
/// ```text
/// GeneralizedTime = century year month day hour
///                      [ minute [ second / leap-second ] ]
///                      [ fraction ]
///                      g-time-zone
/// fraction        = ( DOT / COMMA ) 1*(%x30-39)
/// g-time-zone     = %x5A  ; "Z"
///                   / g-differential
/// g-differential  = ( MINUS / PLUS ) hour [ minute ]            (RFC 4517 3.3.13)
/// ```
///
/// Kept is the moment in coordinated universal time, with as many digits of a second as were given; how it was written is
/// not. **Two are equal when they are the same moment, and they sort by time.** A leap second is a moment of its own, after
/// the second 59 before it. `Display` writes the form with `Z`.
///
/// ```
/// use ldapwire::schema::GeneralizedTime;
///
/// let time: GeneralizedTime = "199412160532-0500".parse()?;
/// assert_eq!(time, "199412161032Z".parse()?);
/// assert_eq!(time.to_string(), "19941216103200Z");
/// assert_eq!(time.unix_seconds(), 787_573_920);
/// assert!("19940231000000Z".parse::<GeneralizedTime>().is_err());
/// # Ok::<(), ldapwire::schema::SyntaxError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GeneralizedTime {
    /// Since 1 January 1970, coordinated universal time.
    minutes: i64,
    /// 60 is a leap second.
    second: u8,
    /// Decimal digits behind the point, without trailing zeros.
    fraction: String,
}

impl GeneralizedTime {
    /// Reads a time.
    ///
    /// # Errors
    ///
    /// The text is no Generalized Time, or names a day that the calendar does not have; the error says where.
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        Self::from_octets(text.as_bytes())
    }

    /// Makes a time of seconds and nanoseconds since 1 January 1970, 00:00 coordinated universal time.
    ///
    /// `None` where the year would not have four digits, or the nanoseconds are a second or more.
    pub fn from_unix(seconds: i64, nanoseconds: u32) -> Option<Self> {
        let minutes = seconds.div_euclid(60);
        let second = u8::try_from(seconds.rem_euclid(60)).ok()?;
        if nanoseconds >= 1_000_000_000 || !(MINIMUM..=MAXIMUM).contains(&minutes) {
            return None;
        }
        let fraction = match nanoseconds {
            0 => String::new(),
            _ => format!("{nanoseconds:09}").trim_end_matches('0').to_owned(),
        };
        Some(Self { minutes, second, fraction })
    }

    /// Returns the whole seconds since 1 January 1970, 00:00 coordinated universal time. A leap second counts as the one
    /// before it.
    pub fn unix_seconds(&self) -> i64 {
        self.minutes * 60 + i64::from(self.second.min(59))
    }

    /// Returns the nanoseconds beyond the whole seconds; further digits are cut off.
    pub fn nanoseconds(&self) -> u32 {
        let digits = self.fraction.get(..9).unwrap_or(&self.fraction);
        format!("{digits:0<9}").parse().unwrap_or_default()
    }

    pub(in crate::schema) fn from_octets(octets: &[u8]) -> Result<Self, SyntaxError> {
        let mut cursor = Cursor::new(octets);
        let century = cursor.two_digits(0..=99, "a year of four digits")?;
        let year = cursor.two_digits(0..=99, "a year of four digits")?;
        let year = i64::from(century) * 100 + i64::from(year);
        let month = cursor.two_digits(1..=12, "a month")?;
        let day = cursor.two_digits(1..=days_of_month(year, month), "a day of the month")?;
        let hour = cursor.two_digits(0..=23, "an hour")?;
        let is_digit = |cursor: &Cursor<'_>| cursor.peek().is_some_and(|octet| octet.is_ascii_digit());
        let (mut minute, mut second) = (None, None);
        if is_digit(&cursor) {
            minute = Some(cursor.two_digits(0..=59, "a minute")?);
            if is_digit(&cursor) {
                second = Some(cursor.two_digits(0..=60, "a second")?);
            }
        }
        let mut fraction = Vec::new();
        if cursor.take(b'.') || cursor.take(b',') {
            fraction = cursor.some(|octet| octet.is_ascii_digit(), "a digit")?.to_vec();
        }
        let offset = zone(&mut cursor)?;
        cursor.end("the end")?;

        // "If <minute> is omitted, then <fraction> represents a fraction of an hour; otherwise, if <second> and
        // <leap-second> are omitted, then <fraction> represents a fraction of a minute; otherwise, <fraction> represents
        // a fraction of a second."
        let minute = minute.unwrap_or_else(|| times_60(&mut fraction));
        let second = second.unwrap_or_else(|| times_60(&mut fraction));
        let digits = fraction.iter().rposition(|digit| *digit != b'0').map_or(0, |last| last + 1);
        fraction.truncate(digits);
        let minutes = days(year, month, day) * 24 * 60 + i64::from(hour) * 60 + i64::from(minute) - offset;
        let fraction = fraction.into_iter().map(char::from).collect();
        Ok(Self { minutes, second, fraction })
    }

    /// Returns octets that compare as the times do.
    pub(in crate::schema) fn key(&self) -> Vec<u8> {
        let mut key = (self.minutes ^ i64::MIN).to_be_bytes().to_vec();
        key.push(self.second);
        key.extend_from_slice(self.fraction.as_bytes());
        key
    }
}

impl fmt::Display for GeneralizedTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A difference at either end of the calendar leads out of it, where no text does.
        let minutes = self.minutes.clamp(MINIMUM, MAXIMUM);
        let (year, month, day) = date(minutes.div_euclid(24 * 60));
        let (hour, minute) = (minutes.rem_euclid(24 * 60) / 60, minutes.rem_euclid(60));
        // Digit by digit, since every change of an entry has the time in it.
        let digit = |number: i64| u8::try_from(number % 10).map_or(b'0', |digit| b'0' + digit);
        let pairs = [year / 100, year % 100, month, day, hour, minute, self.second.into()];
        let text = pairs.map(|pair| [digit(pair / 10), digit(pair)]);
        f.write_str(std::str::from_utf8(text.as_flattened()).unwrap_or_default())?;
        if !self.fraction.is_empty() {
            write!(f, ".{}", self.fraction)?;
        }
        f.write_str("Z")
    }
}

impl FromStr for GeneralizedTime {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        Self::parse(text)
    }
}

/// The first minute of the year 0000 and the last of the year 9999.
const MINIMUM: i64 = days(0, 1, 1) * 24 * 60;
const MAXIMUM: i64 = days(10_000, 1, 1) * 24 * 60 - 1;

pub(super) fn check(octets: &[u8]) -> Result<(), SyntaxError> {
    GeneralizedTime::from_octets(octets).map(|_| ())
}

/// Returns by how many minutes local time is ahead of coordinated universal time.
fn zone(cursor: &mut Cursor<'_>) -> Result<i64, SyntaxError> {
    let error = cursor.error("a digit, a fraction, 'Z', '+' or '-'");
    let sign = match cursor.next() {
        Some(b'Z') => return Ok(0),
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return Err(error),
    };
    let hour = cursor.two_digits(0..=23, "an hour")?;
    let minute = if cursor.peek().is_some() { cursor.two_digits(0..=59, "a minute")? } else { 0 };
    Ok(sign * (i64::from(hour) * 60 + i64::from(minute)))
}

/// Takes the sixtieths out of a fraction in decimal digits, exactly: returns the whole ones and leaves the rest.
fn times_60(digits: &mut [u8]) -> u8 {
    let mut carry = 0_u16;
    for digit in digits.iter_mut().rev() {
        let product = u16::from(*digit - b'0') * 60 + carry;
        *digit = b'0' + (product % 10) as u8;
        carry = product / 10;
    }
    carry as u8
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Returns how many days a month has.
pub(super) const fn days_of_month(year: i64, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Returns the days from 1 January 1970 to a date. Years are counted from March, so that the leap day is the last.
const fn days(year: i64, month: u8, day: u8) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month as i64 + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day as i64 - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Returns the date of so many days after 1 January 1970.
const fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> GeneralizedTime {
        GeneralizedTime::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn the_same_moment_is_equal_however_it_is_written() {
        for (left, right) in [
            ("199412161032Z", "199412160532-0500"),
            ("1994121610Z", "19941216100000Z"),
            ("1994121610.5Z", "199412161030Z"),
            ("1994121610,2525Z", "19941216101509Z"),
            ("199412161032.25Z", "19941216103215.000Z"),
            ("20000101000000+01", "19991231230000Z"),
            ("20000301000000+0001", "20000229235900Z"),
        ] {
            assert_eq!(time(left), time(right), "{left} {right}");
            assert_eq!(time(left).key(), time(right).key());
        }
    }

    #[test]
    fn times_sort_and_their_keys_too() {
        let sorted = [
            "00000101000000+2359",
            "00000101000000Z",
            "19691231235959.9Z",
            "19700101000000Z",
            "19700101000000.01Z",
            "19700101000000.1Z",
            "20161231235959Z",
            "20161231235960Z",
            "20170101000000Z",
            "99991231235959-2359",
        ];
        for pair in sorted.windows(2) {
            assert!(time(pair[0]) < time(pair[1]), "{pair:?}");
            assert!(time(pair[0]).key() < time(pair[1]).key(), "{pair:?}");
        }
    }

    #[test]
    fn days_and_dates_are_each_other_s_reverse() {
        for day in (days(0, 1, 1)..days(10_000, 1, 1)).step_by(97) {
            let (year, month, of_month) = date(day);
            assert_eq!(days(year, month as u8, of_month as u8), day);
            assert!((1..=12).contains(&month) && of_month <= days_of_month(year, month as u8).into());
        }
        assert_eq!(days(1970, 1, 1), 0);
    }

    #[test]
    fn unix_times_come_back() {
        for (seconds, nanoseconds, text) in [
            (0, 0, "19700101000000Z"),
            (-1, 500_000_000, "19691231235959.5Z"),
            (951_782_400, 1, "20000229000000.000000001Z"),
        ] {
            let made = GeneralizedTime::from_unix(seconds, nanoseconds).unwrap();
            assert_eq!(made.to_string(), text);
            assert_eq!((made.unix_seconds(), made.nanoseconds()), (seconds, nanoseconds));
            assert_eq!(time(text), made);
        }
        assert_eq!(GeneralizedTime::from_unix(i64::MAX, 0), None);
        assert_eq!(GeneralizedTime::from_unix(0, 1_000_000_000), None);
        assert_eq!(time("19700101000000.1234567899Z").nanoseconds(), 123_456_789);
    }

    #[test]
    fn long_fractions_are_exact() {
        let text = format!("1970010100.{}Z", "3".repeat(100_000));
        let time = time(&text);
        assert_eq!((time.minutes, time.second), (19, 59));
        assert_eq!(time.fraction.len(), 99_998);
    }
}
