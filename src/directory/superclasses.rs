//! The superclasses of an entry's classes, which are values of its `objectClass` as well (RFC 4512 3.3).
//!
//! They are written by the definitions alone, whether or not entries are held to the schema: so what is exported is
//! what other servers hold, and comes back as it is.

use crate::model::{Entry, Modification, ModifyOperation, ResultCode};
use crate::schema::Definition;
use crate::server::Answer;

use super::rules::Rules;

impl Rules {
    /// "When creating an entry or adding an 'objectClass' value to an entry, all superclasses of the named classes SHALL
    /// be implicitly added as well if not already present."
    pub(super) fn with_superclasses(&self, entry: Entry) -> Entry {
        let missing = self.schema().missing_superclasses(&entry);
        if missing.is_empty() {
            return entry;
        }
        entry.with("objectClass", missing.iter().map(|class| class.definition().name()))
    }

    /// "Servers SHALL restrict modifications of this attribute to prevent superclasses of remaining 'objectClass' values from
    /// being deleted." Where the attribute is replaced, they are added again.
    pub(super) fn check_superclasses(&self, changes: &[Modification], after: &Entry) -> Result<(), Answer> {
        let missing = self.schema().missing_superclasses(after);
        if missing.is_empty() {
            return Ok(());
        }
        let deletes = |change: &&Modification| {
            change.operation() == ModifyOperation::Delete
                && *change.attribute().description() == "objectClass"
        };
        let deleted = changes.iter().filter(deletes).flat_map(|change| change.attribute().values());
        let named = deleted.filter_map(|value| self.schema().object_class(value.as_str().ok()?));
        match named.into_iter().find(|class| missing.contains(class)) {
            None => Ok(()),
            Some(class) => {
                let text = format!("{}: a superclass of a class that remains", class.definition().name());
                Err(Answer::refuse(ResultCode::OBJECT_CLASS_MODS_PROHIBITED, text))
            }
        }
    }
}
