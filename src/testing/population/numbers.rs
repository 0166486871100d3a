//! How many entries there are of each kind, and below which others.

use super::TemplateError;
use super::error::Problem;
use super::template::{Count, Kind};

/// Returns how many entries of each kind a population of this size has.
pub(super) fn counts(kinds: &[Kind], size: u64) -> Result<Vec<u64>, TemplateError> {
    let too_large = TemplateError::new(0, Problem::TooLarge);
    let mut counts: Vec<u64> = Vec::with_capacity(kinds.len());
    let mut rest = None;
    for (position, kind) in kinds.iter().enumerate() {
        let parents = kind.parent.and_then(|parent| counts.get(parent)).copied().unwrap_or(1);
        counts.push(match kind.count {
            Count::Each(each) => parents.checked_mul(each).ok_or_else(|| too_large.clone())?,
            Count::Per(per) => (size / per).max(1),
            Count::Rest => {
                rest = Some(position);
                // Others that stand below it want to see one.
                0
            }
        });
    }
    let sum = counts.iter().try_fold(0_u64, |sum, count| sum.checked_add(*count)).ok_or(too_large)?;
    let least = sum.saturating_add(u64::from(rest.is_some()));
    if size < least {
        return Err(TemplateError::new(0, Problem::TooFew { least }));
    }
    if let Some(count) = rest.and_then(|position| counts.get_mut(position)) {
        *count = size - sum;
    }
    Ok(counts)
}

/// Returns the number of the entry above one: those of a counted kind stand together, others are dealt out.
pub(super) const fn parent_index(count: Count, index: u64, parents: u64) -> u64 {
    let divided = match count {
        Count::Each(each) => index.checked_div(each),
        Count::Per(_) | Count::Rest => index.checked_rem(parents),
    };
    match divided {
        Some(parent) => parent,
        None => 0,
    }
}
