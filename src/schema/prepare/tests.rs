use super::*;

const PREPARATIONS: [Preparation; 4] = [
    Preparation::CaseExact,
    Preparation::CaseIgnore,
    Preparation::NumericString,
    Preparation::TelephoneNumber,
];

#[test]
fn the_examples_of_the_standard_come_out() {
    use SubstringPart::{Any, Final, Initial};
    let exact = Preparation::CaseExact;
    // RFC 4518 2.6.1, with erratum 1758.
    assert_eq!(exact.value("foo bar  ").unwrap(), " foo  bar ");
    assert_eq!(exact.substring("foo bar  ", Initial).unwrap(), " foo  bar ");
    assert_eq!(exact.substring("foo bar  ", Any).unwrap(), "foo  bar ");
    assert_eq!(exact.substring("foo bar  ", Final).unwrap(), "foo  bar ");
    // RFC 4518 2.6.2
    assert_eq!(Preparation::NumericString.value("  123  456  ").unwrap(), "123456");
    assert_eq!(Preparation::NumericString.value("   ").unwrap(), "");
    // RFC 4518 2.6.3
    assert_eq!(Preparation::TelephoneNumber.value(" -123  456 -").unwrap(), "123456");
    assert_eq!(Preparation::TelephoneNumber.value("---").unwrap(), "");
}

#[test]
fn space_is_folded_by_the_place_of_a_string() {
    use SubstringPart::{Any, Final, Initial};
    for (text, whole, initial, any, last) in [
        ("", "  ", " ", " ", " "),
        ("   ", "  ", " ", " ", " "),
        ("a", " a ", " a", "a", "a "),
        (" a", " a ", " a", " a", " a "),
        ("a ", " a ", " a ", "a ", "a "),
        ("  a   b  ", " a  b ", " a  b ", " a  b ", " a  b "),
        // A space with a combining mark is none.
        (" \u{308}a", " \u{20}\u{308}a ", " \u{20}\u{308}a", " \u{308}a", " \u{308}a "),
    ] {
        let exact = Preparation::CaseExact;
        assert_eq!(exact.value(text).unwrap(), whole, "{text:?}");
        assert_eq!(exact.substring(text, Initial).unwrap(), initial, "{text:?}");
        assert_eq!(exact.substring(text, Any).unwrap(), any, "{text:?}");
        assert_eq!(exact.substring(text, Final).unwrap(), last, "{text:?}");
    }
}

#[test]
fn characters_are_mapped_folded_and_normalized() {
    for (text, ignore, exact) in [
        // Mapped to nothing.
        ("a\u{ad}\u{34f}\u{200b}\u{feff}\u{fe00}\u{fe0f}\u{fffc}\0b", " ab ", " ab "),
        // Mapped to space.
        ("a\u{a0}\t\u{85}\u{2028}\u{3000}b", " a  b ", " a  b "),
        // Erratum 860: these are the full-width forms, which the text of the RFC takes for variation selectors.
        ("\u{ff21}\u{ff42}", " ab ", " Ab "),
        // Folded by table B.2: sharp s, final sigma, dotted I, ligature, script capital.
        ("Straße", " strasse ", " Straße "),
        ("ΣΑΣ ς", " σασ  σ ", " ΣΑΣ  ς "),
        ("\u{130}", " i\u{307} ", " \u{130} "),
        ("\u{fb01}n", " fin ", " fin "),
        ("\u{210b}", " h ", " H "),
        // Composed: e and acute; angstrom; Hangul.
        ("e\u{301}", " \u{e9} ", " \u{e9} "),
        ("\u{212b}", " \u{e5} ", " \u{c5} "),
        ("\u{1100}\u{1161}", " \u{ac00} ", " \u{ac00} "),
        // Compatible: a circled digit, half-width kana.
        ("\u{2460}\u{ff76}", " 1\u{30ab} ", " 1\u{30ab} "),
        // Right to left is ignored.
        ("\u{5d0}a", " \u{5d0}a ", " \u{5d0}a "),
        // A diaeresis alone is a space with a combining mark.
        ("\u{a8}", " \u{20}\u{308} ", " \u{20}\u{308} "),
    ] {
        assert_eq!(Preparation::CaseIgnore.value(text).as_deref(), Ok(ignore), "{text:?}");
        assert_eq!(Preparation::CaseExact.value(text).as_deref(), Ok(exact), "{text:?}");
    }
}

#[test]
fn prohibited_characters_are_named() {
    for character in [
        // Assigned after Unicode 3.2; the last one would become "0." in a later normal form.
        '\u{221}',
        '\u{1f600}',
        '\u{1f100}', // Private use.
        '\u{e000}',
        '\u{f8ff}',
        '\u{10fffd}', // No characters.
        '\u{fdd0}',
        '\u{fffe}',
        '\u{10ffff}', // Replacement.
        '\u{fffd}',
    ] {
        for preparation in PREPARATIONS {
            let error = preparation.value(&format!("a{character}")).unwrap_err();
            assert_eq!(error.character(), character);
        }
    }
    let error = Preparation::CaseExact.value("\u{e000}").unwrap_err();
    assert!(error.to_string().ends_with("found U+E000"), "{error}");
}

#[test]
fn hyphens_of_all_kinds_do_not_count_in_telephone_numbers() {
    let text = "+1-2\u{58a}3\u{2010}4\u{2011}5\u{2212}6\u{fe63}7\u{ff0d}8 X";
    assert_eq!(Preparation::TelephoneNumber.value(text).unwrap(), "+12345678x");
    assert_eq!(Preparation::TelephoneNumber.value("1-\u{301}2").unwrap(), "1-\u{301}2");
}

#[test]
fn what_is_prepared_stays_as_it_is() {
    // What comes behind is not assigned, or private.
    const LAST: u32 = 0x2_fa1f;
    for (index, character) in (0..=LAST).filter_map(char::from_u32).enumerate() {
        // One after the other, but all of them with the letters of the first planes' beginning.
        let all = if index < 0x600 { PREPARATIONS.as_slice() } else { &PREPARATIONS[index % 4..=index % 4] };
        for preparation in all {
            let Ok(prepared) = preparation.value(&format!("a {character}b")) else { continue };
            assert_eq!(preparation.value(&prepared), Ok(prepared), "{character:?} {preparation:?}");
        }
    }
}
