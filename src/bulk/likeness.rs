//! When an entry that is there is the one that is wanted, as long as nobody says otherwise.

use std::borrow::Cow;

use crate::model::{AttributeDescription, OctetEquality, Value, ValueEquality};
use crate::schema::Schema;

/// Values are compared by their octets, and superclasses that the server has added are no difference: those of classes that
/// the standards define.
pub(super) struct Likeness;

impl ValueEquality for Likeness {
    fn key<'v>(&self, attribute: &AttributeDescription, value: &'v [u8]) -> Cow<'v, [u8]> {
        OctetEquality.key(attribute, value)
    }

    fn is_implied(&self, attribute: &AttributeDescription, value: &[u8], others: &[&Value]) -> bool {
        Schema::standard().is_implied(attribute, value, others)
    }
}
