//! Lines, and those that go on.

use memchr::memchr;

/// Joins each line with those after it that begin with white space, and leaves empty lines and comments out.
///
/// LDIF takes the one space at the beginning of a continued line away; configuration files keep what is there, since they
/// break lines between words.
pub(super) fn logical(text: &str, keeps_space: bool, mut each: impl FnMut(&str)) {
    let mut joined = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut line = cut_line(&mut rest);
        if is_continued(rest, keeps_space) {
            joined.clear();
            joined.push_str(line);
            while is_continued(rest, keeps_space) {
                if keeps_space {
                    joined.push(' ');
                }
                joined.push_str(cut_line(&mut rest).get(1..).unwrap_or_default());
            }
            line = &joined;
        }
        if !line.trim().is_empty() && !line.starts_with('#') {
            each(line);
        }
    }
}

/// Whether the line before goes on here.
fn is_continued(rest: &str, keeps_space: bool) -> bool {
    rest.starts_with(' ') || (keeps_space && rest.starts_with('\t'))
}

/// Cuts a line off, without the line end that stands behind it.
fn cut_line<'a>(rest: &mut &'a str) -> &'a str {
    let end = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
    let (line, behind) = rest.split_at(end);
    let is_ended = !behind.is_empty();
    *rest = behind.get(1..).unwrap_or_default();
    // As `str::lines` has it: a carriage return belongs to the end of a line only if there is one.
    line.strip_suffix('\r').filter(|_| is_ended).unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_with_those_that_go_on() {
        for (text, keeps_space, expected) in [
            ("", false, &[][..]),
            ("a", false, &["a"]),
            ("a\nb\r\n\n \nc\r", false, &["a", "b", "c\r"]),
            ("a\n b\r\n  c\n\td\n", false, &["ab c", "\td"]),
            ("a\n b\n\tc\n", true, &["a b c"]),
            ("# no\n line\nx\n", false, &["x"]),
            ("a\n \u{e4}\n", false, &["aä"]),
        ] {
            let mut found = Vec::new();
            logical(text, keeps_space, |line| found.push(line.to_owned()));
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
