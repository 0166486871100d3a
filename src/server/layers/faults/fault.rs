//! What can go wrong with one operation.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use bytes::Bytes;

use crate::model::ResultCode;

/// What goes wrong with one operation.
///
/// Where it says "the answer", the request is carried out, and only the message that ends it is spoilt.
///
/// In words, as a command line has them: `delay=100` and `drip=5` in milliseconds, `refuse=51` and `disconnect=52` with
/// a result code, `drop`, `drop-after=3`, `cut=5`, `flip=0:255` with the place and the bits, `wrong-id`, `wrong-kind`,
/// `twice`, `never`, `late`, `ignore-abandon`.
///
/// ```
/// use std::time::Duration;
/// use ldapwire::server::layers::Fault;
///
/// assert_eq!("delay=100".parse(), Ok(Fault::Delay(Duration::from_millis(100))));
/// assert!("sometimes".parse::<Fault>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The request waits before it is carried out.
    Delay(Duration),
    /// The request is refused with this code and not carried out; `busy`, say, or `unavailable` to StartTLS.
    Refuse(ResultCode),
    /// The connection is dropped without a word before the request is carried out.
    Drop,
    /// The connection is dropped when so many entries, references and intermediate responses were sent; if there are
    /// fewer, before the answer.
    DropAfter(u64),
    /// So many octets of the answer are sent, and the connection is dropped.
    Cut(usize),
    /// The octet of the answer at this place, counted from 0 and around its end, is changed by these bits.
    Flip(usize, u8),
    /// The answer has the message id of a request that was never made.
    WrongId,
    /// The answer is that to another kind of request.
    WrongKind,
    /// The answer comes twice.
    Twice,
    /// There is no answer.
    Never,
    /// The answer comes behind the next answer of the connection.
    Late,
    /// The answer comes octet by octet with this pause between them.
    Drip(Duration),
    /// The answer is followed by these octets in the same breath: before the handshake, say, if it grants StartTLS.
    Inject(Bytes),
    /// The connection ends with a Notice of Disconnection that has this code, before the request is carried out.
    Disconnect(ResultCode),
    /// From now on, whatever is abandoned on the connection is carried out and answered all the same.
    IgnoreAbandon,
}

impl Fault {
    /// One of each kind that can be had without a value, or with a usual one: to draw from at random.
    ///
    /// None makes a client wait for longer than an answer that never comes.
    pub fn all() -> Vec<Self> {
        vec![
            Self::Delay(Duration::from_millis(200)),
            Self::Refuse(ResultCode::BUSY),
            Self::Drop,
            Self::DropAfter(1),
            Self::Cut(5),
            Self::Flip(1, 0x55),
            Self::WrongId,
            Self::WrongKind,
            Self::Twice,
            Self::Never,
            Self::Late,
            Self::Drip(Duration::from_millis(5)),
            Self::Disconnect(ResultCode::UNAVAILABLE),
            Self::IgnoreAbandon,
        ]
    }
}

/// A text that names no fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultParseError {
    /// There is no fault of this name.
    UnknownName,
    /// The value behind `=` is missing, is none that the fault takes, or is one where there is none.
    BadValue,
}

impl FromStr for Fault {
    type Err = FaultParseError;

    fn from_str(text: &str) -> Result<Self, FaultParseError> {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let number = || value.and_then(|value| value.parse::<u32>().ok()).ok_or(FaultParseError::BadValue);
        let time = || number().map(|milliseconds| Duration::from_millis(milliseconds.into()));
        let code = || number().map(ResultCode::new);
        let count = || number().map(|count| usize::try_from(count).unwrap_or(usize::MAX));
        let plain = |fault| if value.is_none() { Ok(fault) } else { Err(FaultParseError::BadValue) };
        match name {
            "delay" => time().map(Self::Delay),
            "refuse" => code().map(Self::Refuse),
            "drop" => plain(Self::Drop),
            "drop-after" => number().map(|count| Self::DropAfter(count.into())),
            "cut" => count().map(Self::Cut),
            "flip" => flip(value).ok_or(FaultParseError::BadValue),
            "wrong-id" => plain(Self::WrongId),
            "wrong-kind" => plain(Self::WrongKind),
            "twice" => plain(Self::Twice),
            "never" => plain(Self::Never),
            "late" => plain(Self::Late),
            "drip" => time().map(Self::Drip),
            "disconnect" => code().map(Self::Disconnect),
            "ignore-abandon" => plain(Self::IgnoreAbandon),
            _ => Err(FaultParseError::UnknownName),
        }
    }
}

fn flip(value: Option<&str>) -> Option<Fault> {
    let (at, bits) = value?.split_once(':')?;
    Some(Fault::Flip(at.parse().ok()?, bits.parse().ok()?))
}

impl fmt::Display for FaultParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownName => {
                "expected one of delay, refuse, drop, drop-after, cut, flip, wrong-id, wrong-kind, twice, never, late, \
                 drip, disconnect, ignore-abandon"
            }
            Self::BadValue => {
                "expected a number behind `=` for delay, refuse, drop-after, cut, drip and disconnect, place:bits for \
                 flip, and nothing for the others"
            }
        })
    }
}

impl std::error::Error for FaultParseError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_others_refused() {
        for (text, fault) in [
            ("delay=100", Fault::Delay(Duration::from_millis(100))),
            ("refuse=51", Fault::Refuse(ResultCode::BUSY)),
            ("drop", Fault::Drop),
            ("drop-after=3", Fault::DropAfter(3)),
            ("cut=5", Fault::Cut(5)),
            ("flip=7:128", Fault::Flip(7, 128)),
            ("wrong-id", Fault::WrongId),
            ("wrong-kind", Fault::WrongKind),
            ("twice", Fault::Twice),
            ("never", Fault::Never),
            ("late", Fault::Late),
            ("drip=5", Fault::Drip(Duration::from_millis(5))),
            ("disconnect=52", Fault::Disconnect(ResultCode::UNAVAILABLE)),
            ("ignore-abandon", Fault::IgnoreAbandon),
        ] {
            assert_eq!(text.parse(), Ok(fault), "{text}");
        }
        for text in ["", "Drop", "sleep=1", "=1"] {
            assert_eq!(text.parse::<Fault>(), Err(FaultParseError::UnknownName), "{text}");
        }
        for text in ["delay", "delay=", "delay=-1", "drop=1", "flip=1", "flip=1:256", "cut=99999999999"] {
            assert_eq!(text.parse::<Fault>(), Err(FaultParseError::BadValue), "{text}");
        }
    }
}
