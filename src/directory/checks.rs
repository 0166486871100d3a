//! Entries held against the schema.

use crate::model::{AttributeDescription, Entry, Rdn, ResultCode};
use crate::schema::{AttributeTypeRef, Definition, EntryFault};
use crate::server::Answer;

use super::rules::{Rules, SchemaChecks};

/// Faults that a warning tells of, at most.
const MAX_WARNINGS: usize = 8;

impl Rules {
    /// Checks an entry as it would be. The answer is that of a success, with a warning if that is all that is wanted.
    ///
    /// # Errors
    ///
    /// The schema does not allow the entry, and it must.
    pub(super) fn check(&self, entry: &Entry) -> Result<Answer, Answer> {
        if self.checks() == SchemaChecks::Off {
            return Ok(Answer::success());
        }
        let faults = self.schema().validate(entry);
        match (self.checks(), faults.first()) {
            (_, None) => Ok(Answer::success()),
            (SchemaChecks::On, Some(fault)) => Err(Answer::refuse(code(fault), fault.to_string())),
            _ => {
                let texts = faults.iter().take(MAX_WARNINGS).map(ToString::to_string);
                let text =
                    format!("the schema does not allow this: {}", texts.collect::<Vec<_>>().join("; "));
                Ok(Answer::refuse(ResultCode::SUCCESS, text))
            }
        }
    }

    /// Checks that a client may give an attribute of this description values.
    pub(super) fn check_description(
        &self,
        description: &AttributeDescription,
        may_set_own: bool,
    ) -> Result<(), Answer> {
        self.check_described(description, self.attribute_type(description), may_set_own)
    }

    /// The same of a description whose type was looked up.
    pub(super) fn check_described(
        &self,
        description: &AttributeDescription,
        found: Option<AttributeTypeRef<'_>>,
        may_set_own: bool,
    ) -> Result<(), Answer> {
        if !description.is_valid() {
            let text = format!("'{}' is no attribute description", description.as_str().escape_debug());
            return Err(Answer::refuse(ResultCode::UNDEFINED_ATTRIBUTE_TYPE, text));
        }
        if self.checks() == SchemaChecks::On && found.is_none() {
            let text = format!("{description}: the schema does not know this attribute type");
            return Err(Answer::refuse(ResultCode::UNDEFINED_ATTRIBUTE_TYPE, text));
        }
        if found.is_some_and(|found| found.is_no_user_modification) && !may_set_own {
            let text = format!("{description}: no user modification allowed");
            return Err(Answer::refuse(ResultCode::CONSTRAINT_VIOLATION, text));
        }
        Ok(())
    }

    /// Checks that a client may name an entry so: its name gives it values.
    pub(super) fn check_rdn(&self, rdn: &Rdn, may_set_own: bool) -> Result<(), Answer> {
        let mut named = Vec::new();
        for ava in rdn.avas() {
            let description = self.canonical(&ava.attribute().into());
            self.check_description(&description, may_set_own)?;
            // "If no equality matching is specified for the attribute type: the attribute (of the type) cannot be used for
            // naming" (RFC 4512 2.5.1).
            if self.checks() == SchemaChecks::On && !self.can_compare(&description) {
                let text = format!("{description}: no name is made of values that cannot be compared");
                return Err(Answer::refuse(ResultCode::NAMING_VIOLATION, text));
            }
            named.push(description);
        }
        // "When an attribute is used for naming of the entry, one and only one value of the attribute is used in forming
        // the Relative Distinguished Name" (RFC 4512 2.2).
        named.sort_unstable();
        let twice = named.windows(2).find(|pair| pair.first() == pair.last());
        if let Some([description, ..]) = twice {
            let text = format!("{description}: twice in a relative name");
            return Err(Answer::refuse(ResultCode::INVALID_DN_SYNTAX, text));
        }
        Ok(())
    }

    /// "objectClassModsProhibited [...] Indicates that an attempt has been made to change the object class(es) of an entry's
    /// objectClass attribute in a way that is not allowed": the structural one stays what it is (RFC 4512 2.4.2).
    pub(super) fn check_class(&self, before: &Entry, after: &Entry) -> Result<(), Answer> {
        if self.checks() != SchemaChecks::On {
            return Ok(());
        }
        let of = |entry| self.schema().structural_class(entry).map(|class| class.definition().identifier());
        match (of(before), of(after)) {
            (Some(before), Some(after)) if before != after => {
                let text = "the structural object class of an entry cannot be changed";
                Err(Answer::refuse(ResultCode::OBJECT_CLASS_MODS_PROHIBITED, text))
            }
            _ => Ok(()),
        }
    }

    /// The value of `structuralObjectClass`; of classes that nobody knows it is the last.
    pub(super) fn structural_class(&self, entry: &Entry) -> String {
        let known = self.schema().structural_class(entry).map(|class| class.definition().name().to_owned());
        let last = || Some(entry.values("objectClass").last()?.as_str().ok()?.to_owned());
        known.or_else(last).unwrap_or_else(|| "top".to_owned())
    }
}

fn code(fault: &EntryFault) -> ResultCode {
    match fault {
        EntryFault::Name(_) => ResultCode::INVALID_DN_SYNTAX,
        EntryFault::UnknownAttribute(_) => ResultCode::UNDEFINED_ATTRIBUTE_TYPE,
        EntryFault::SeveralValues(_) => ResultCode::CONSTRAINT_VIOLATION,
        EntryFault::Value { .. } | EntryFault::NoValue(_) => ResultCode::INVALID_ATTRIBUTE_SYNTAX,
        EntryFault::AttributeTwice(_) | EntryFault::ValueTwice { .. } => {
            ResultCode::ATTRIBUTE_OR_VALUE_EXISTS
        }
        EntryFault::NamingValueMissing(_) | EntryFault::Naming { .. } => ResultCode::NAMING_VIOLATION,
        _ => ResultCode::OBJECT_CLASS_VIOLATION,
    }
}
