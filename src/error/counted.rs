//! So many of something, in words.

use std::fmt;

/// A count with the word for one and that for several: `1 entry`, `2 entries`.
pub(crate) struct Counted(pub(crate) u64, pub(crate) &'static str, pub(crate) &'static str);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(count, one, several) = self;
        write!(f, "{count} {}", if *count == 1 { one } else { several })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_no_plural() {
        let told = [0, 1, 2].map(|count| Counted(count, "entry", "entries").to_string());
        assert_eq!(told, ["0 entries", "1 entry", "2 entries"]);
    }
}
