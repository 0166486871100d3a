//! Step 4: Prohibit (RFC 4518 2.4).

use stringprep::tables::{
    change_display_properties_or_deprecated, non_character_code_point, private_use, unassigned_code_point,
};

use super::PreparationError;

/// Refuses characters that Unicode 3.2 did not assign.
///
/// "All Unassigned code points are prohibited. Unassigned code points are listed in Table A.1 of [RFC3454]." Such a character
/// is its own normal form in Unicode 3.2, but not in the later one that normalizes here; so this is looked at before.
pub(super) fn check_assigned(text: &str) -> Result<(), PreparationError> {
    refuse(text, unassigned_code_point)
}

/// Refuses what is left to prohibit: tables C.3, C.4 and C.8, and the REPLACEMENT CHARACTER. The surrogates of table C.5 do
/// not occur in UTF-8.
pub(super) fn check(text: &str) -> Result<(), PreparationError> {
    refuse(text, |character| {
        private_use(character)
            || non_character_code_point(character)
            || change_display_properties_or_deprecated(character)
            || character == '\u{fffd}'
    })
}

fn refuse(text: &str, is_prohibited: impl Fn(char) -> bool) -> Result<(), PreparationError> {
    match text.chars().find(|character| !character.is_ascii() && is_prohibited(*character)) {
        Some(character) => Err(PreparationError::new(character)),
        None => Ok(()),
    }
}
