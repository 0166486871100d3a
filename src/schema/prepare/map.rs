//! Step 2: Map (RFC 4518 2.2).

use stringprep::tables::case_fold_for_nfkc;

/// Maps what has no meaning to nothing, white space to SPACE, and folds case where that is asked for: "For case ignore,
/// numeric, and stored prefix string matching rules, characters are case folded per B.2 of [RFC3454]."
pub(super) fn map(text: &str, folds_case: bool) -> String {
    let mut mapped = String::with_capacity(text.len());
    for character in text.chars() {
        match class(character) {
            Class::Nothing => {}
            Class::Space => mapped.push(' '),
            Class::Other if folds_case => mapped.extend(case_fold_for_nfkc(character)),
            Class::Other => mapped.push(character),
        }
    }
    mapped
}

/// The same for text that is ASCII.
pub(super) fn map_ascii(text: &str, folds_case: bool) -> String {
    let mut mapped = if text.bytes().any(|octet| octet.is_ascii_control()) {
        let octets = text.bytes().filter_map(|octet| match octet {
            b'\t'..=b'\r' => Some(' '),
            octet if octet.is_ascii_control() => None,
            octet => Some(octet.into()),
        });
        octets.collect()
    } else {
        text.to_owned()
    };
    if folds_case {
        mapped.make_ascii_lowercase();
    }
    mapped
}

enum Class {
    Nothing,
    Space,
    Other,
}

fn class(character: char) -> Class {
    match character {
        // "SOFT HYPHEN (U+00AD) and MONGOLIAN TODO SOFT HYPHEN (U+1806) code points are mapped to nothing. COMBINING
        // GRAPHEME JOINER (U+034F) and VARIATION SELECTORs (U+180B-180D, FE00-FE0F) code points are also mapped to nothing.
        // The OBJECT REPLACEMENT CHARACTER (U+FFFC) is mapped to nothing." (With erratum 860.)
        '\u{ad}'
        | '\u{1806}'
        | '\u{34f}'
        | '\u{180b}'..='\u{180d}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fffc}' => Class::Nothing,
        // "CHARACTER TABULATION (U+0009), LINE FEED (LF) (U+000A), LINE TABULATION (U+000B), FORM FEED (FF) (U+000C),
        // CARRIAGE RETURN (CR) (U+000D), and NEXT LINE (NEL) (U+0085) are mapped to SPACE (U+0020)."
        '\t'..='\r' | '\u{85}' => Class::Space,
        // "All other control code (e.g., Cc) points or code points with a control function (e.g., Cf) are mapped to
        // nothing. The following is a complete list of these code points".
        '\0'..='\u{8}'
        | '\u{e}'..='\u{1f}'
        | '\u{7f}'..='\u{84}'
        | '\u{86}'..='\u{9f}'
        | '\u{6dd}'
        | '\u{70f}'
        | '\u{180e}'
        | '\u{200c}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2063}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0001}'
        | '\u{e0020}'..='\u{e007f}' => Class::Nothing,
        // "ZERO WIDTH SPACE (U+200B) is mapped to nothing. All other code points with Separator (space, line, or paragraph)
        // property (e.g., Zs, Zl, or Zp) are mapped to SPACE (U+0020)."
        '\u{200b}' => Class::Nothing,
        ' '
        | '\u{a0}'
        | '\u{1680}'
        | '\u{2000}'..='\u{200a}'
        | '\u{2028}'..='\u{2029}'
        | '\u{202f}'
        | '\u{205f}'
        | '\u{3000}' => Class::Space,
        _ => Class::Other,
    }
}
