//! What it takes to make one struct of another.

use serde::Serialize;

use super::error::MappingError;
use super::serialize::to_attributes;
use crate::model::{Entry, Modification, OctetEquality, ValueEquality};

/// Returns the changes that make the entry of one struct that of another one: as few as possible, and none where they are
/// the same. The field `dn` is left alone. It is [`Entry::diff`] of what both structs say.
///
/// # Errors
///
/// One of the structs is nothing that an entry can hold.
///
/// ```
/// use ldapwire::mapping;
/// use ldapwire::model::Modification;
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct Group<'a> {
///     description: Option<&'a str>,
///     member: Vec<&'a str>,
/// }
///
/// let people = ["uid=ada,dc=example", "uid=babbage,dc=example", "uid=hopper,dc=example"];
/// let old = Group { description: Some("old"), member: people[..2].to_vec() };
/// let new = Group { description: None, member: people.to_vec() };
/// assert_eq!(
///     mapping::changes(&old, &new)?,
///     [Modification::delete_attribute("description"), Modification::add("member", [people[2]])]
/// );
/// # Ok::<(), mapping::MappingError>(())
/// ```
pub fn changes<T: Serialize + ?Sized>(old: &T, new: &T) -> Result<Vec<Modification>, MappingError> {
    changes_by(old, new, &OctetEquality)
}

/// Returns the changes as [`changes`] does, with values compared by a schema or by other rules of the caller's.
///
/// # Errors
///
/// As [`changes`].
pub fn changes_by<T: Serialize + ?Sized>(
    old: &T,
    new: &T,
    equality: &(impl ValueEquality + ?Sized),
) -> Result<Vec<Modification>, MappingError> {
    let (mut before, mut after) = (Entry::new(""), Entry::new(""));
    before.extend(to_attributes(old)?);
    after.extend(to_attributes(new)?);
    Ok(before.diff_by(&after, equality))
}
