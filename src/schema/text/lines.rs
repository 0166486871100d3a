//! Lines, and those that go on.

/// Joins each line with those after it that begin with white space, and leaves empty lines and comments out.
///
/// LDIF takes the one space at the beginning of a continued line away; configuration files keep what is there, since they
/// break lines between words.
pub(super) fn logical(text: &str, keeps_space: bool) -> impl Iterator<Item = String> {
    let mut lines = text.lines().peekable();
    std::iter::from_fn(move || {
        loop {
            let mut line = lines.next()?.to_owned();
            let is_continued = |next: &&str| next.starts_with(' ') || (keeps_space && next.starts_with('\t'));
            while let Some(next) = lines.next_if(is_continued) {
                if keeps_space {
                    line.push(' ');
                }
                line.push_str(next.get(1..).unwrap_or_default());
            }
            if !line.trim().is_empty() && !line.starts_with('#') {
                return Some(line);
            }
        }
    })
}
