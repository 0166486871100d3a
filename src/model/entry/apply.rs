//! Modifications carried out on an entry (RFC 4511 4.6, RFC 4525).

use std::borrow::Cow;
use std::collections::HashSet;
use std::error::Error;
use std::fmt;

use super::Entry;
use crate::model::dn::is_same_attribute;
use crate::model::integer::Integer;
use crate::model::{
    Attribute, AttributeDescription, Ava, Dn, Modification, ModifyOperation, OctetEquality, ResultCode,
    Value, ValueEquality,
};

impl Entry {
    /// Carries out modifications in their order: all of them, or none.
    ///
    /// Values are compared by their octets, and nothing is taken leniently; [`apply_by`](Self::apply_by) has both as
    /// options. A schema is not consulted.
    ///
    /// # Errors
    ///
    /// A modification is refused, with the code that a server would answer; see [`ModifyError`]. The entry is as it was.
    ///
    /// ```
    /// use ldapwire::model::{Entry, Modification, ResultCode};
    ///
    /// let mut entry = Entry::new("uid=ada").with("uid", ["ada"]).with("loginCount", ["9"]);
    /// entry.apply(&[Modification::increment("loginCount", 1), Modification::add("cn", ["Ada"])])?;
    /// assert_eq!(entry, Entry::new("uid=ada").with("uid", ["ada"]).with("loginCount", ["10"]).with("cn", ["Ada"]));
    ///
    /// let error = entry.apply(&[Modification::delete_attribute("mail")]).unwrap_err();
    /// assert_eq!(error.code(), ResultCode::NO_SUCH_ATTRIBUTE);
    /// # Ok::<(), ldapwire::model::ModifyError>(())
    /// ```
    pub fn apply(&mut self, modifications: &[Modification]) -> Result<(), ModifyError> {
        self.apply_by(modifications, Strictness::Strict, &OctetEquality)
    }

    /// Carries out modifications as [`apply`](Self::apply) does, leniently if asked for, and with values compared by rules
    /// of the caller's.
    ///
    /// # Errors
    ///
    /// As [`apply`](Self::apply).
    pub fn apply_by(
        &mut self,
        modifications: &[Modification],
        strictness: Strictness,
        equality: &(impl ValueEquality + ?Sized),
    ) -> Result<(), ModifyError> {
        // The values are shared, so that this is no copy of them.
        let mut changed = self.clone();
        for (position, modification) in modifications.iter().enumerate() {
            carry_out(&mut changed, modification, strictness, equality).map_err(|problem| ModifyError {
                position,
                description: modification.attribute().description().clone(),
                problem,
            })?;
        }
        self.check_name(&changed, modifications)?;
        *self = changed;
        Ok(())
    }

    /// "The Modify operation cannot be used to remove from an entry any of its distinguished values, i.e., values which form
    /// the entry's relative distinguished name. An attempt to do so will result in the server returning the
    /// notAllowedOnRDN result code." (RFC 4511 4.6)
    fn check_name(&self, changed: &Self, modifications: &[Modification]) -> Result<(), ModifyError> {
        if modifications.iter().all(|modification| modification.operation() == ModifyOperation::Add) {
            return Ok(());
        }
        // A name that is none cannot tell which values are distinguished.
        let Ok(dn) = Dn::try_from(&self.dn) else { return Ok(()) };
        let Some(rdn) = dn.rdn() else { return Ok(()) };
        match rdn.avas().find(|ava| self.holds(ava) && !changed.holds(ava)) {
            None => Ok(()),
            Some(ava) => Err(ModifyError {
                position: modifications
                    .iter()
                    .rposition(|modification| is_of_type(modification.attribute(), ava))
                    .unwrap_or_default(),
                description: ava.attribute().into(),
                problem: ModifyProblem::DistinguishedValue,
            }),
        }
    }

    /// Whether the entry has the value of an assertion, compared as names are.
    pub(super) fn holds(&self, ava: &Ava) -> bool {
        let mut values =
            self.attributes.iter().filter(|attribute| is_of_type(attribute, ava)).flat_map(Attribute::values);
        values.any(|value| is_value_of(value, ava))
    }
}

/// Whether an attribute is the one that an assertion names. Its values are distinguished without options only.
pub(super) fn is_of_type(attribute: &Attribute, ava: &Ava) -> bool {
    is_same_attribute(attribute.description().as_str(), ava.attribute())
}

/// Whether a value is the one of an assertion, compared as names are.
pub(super) fn is_value_of(value: &Value, ava: &Ava) -> bool {
    !ava.is_ber() && Ava::new(ava.attribute(), value).is_ok_and(|own| own == *ava)
}

/// What becomes of a value to add that is there already, and of one to delete that is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Strictness {
    /// Both are refused, as RFC 4511 demands.
    #[default]
    Strict,
    /// Both are passed over, as Microsoft's control for permissive modifications (1.2.840.113556.1.4.1413) asks for.
    Permissive,
}

/// A modification that was refused: which one, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModifyError {
    position: usize,
    description: AttributeDescription,
    problem: ModifyProblem,
}

impl ModifyError {
    /// Returns which of the modifications was refused, counted from 0.
    pub const fn position(&self) -> usize {
        self.position
    }

    /// Returns the attribute that it would have changed.
    pub const fn description(&self) -> &AttributeDescription {
        &self.description
    }

    /// Returns what is wrong with it.
    pub const fn problem(&self) -> ModifyProblem {
        self.problem
    }

    /// Returns what a server would answer.
    pub const fn code(&self) -> ResultCode {
        match self.problem {
            ModifyProblem::ValueExists => ResultCode::ATTRIBUTE_OR_VALUE_EXISTS,
            ModifyProblem::NoSuchAttribute | ModifyProblem::NoSuchValue => ResultCode::NO_SUCH_ATTRIBUTE,
            ModifyProblem::NoValue | ModifyProblem::NotOneAmount | ModifyProblem::UnknownOperation => {
                ResultCode::PROTOCOL_ERROR
            }
            ModifyProblem::MalformedAmount => ResultCode::INVALID_ATTRIBUTE_SYNTAX,
            ModifyProblem::NoNumber => ResultCode::CONSTRAINT_VIOLATION,
            ModifyProblem::DistinguishedValue => ResultCode::NOT_ALLOWED_ON_RDN,
            ModifyProblem::NoEqualityRule => ResultCode::INAPPROPRIATE_MATCHING,
        }
    }
}

impl fmt::Display for ModifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, description, problem } = self;
        let number = position.saturating_add(1);
        let description = description.as_str().escape_debug();
        write!(f, "modification {number}, of '{description}': {}, {}", problem.as_str(), self.code())
    }
}

impl Error for ModifyError {}

/// What can be wrong with a modification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ModifyProblem {
    /// A value to add is in the attribute already, or a value is given twice.
    ValueExists,
    /// The attribute to change is not in the entry.
    NoSuchAttribute,
    /// A value to delete is not in the attribute.
    NoSuchValue,
    /// There is nothing to add.
    NoValue,
    /// An attribute is to be incremented by no amount or by several.
    NotOneAmount,
    /// The amount to increment by is no INTEGER.
    MalformedAmount,
    /// A value to increment is no INTEGER, or it would become larger than 127 bits.
    NoNumber,
    /// The number of the operation has no name.
    UnknownOperation,
    /// A value that the entry is named by would be gone.
    DistinguishedValue,
    /// A single value is to be added or deleted, and the attribute's type has no rule by which values are told apart.
    NoEqualityRule,
}

impl ModifyProblem {
    const fn as_str(self) -> &'static str {
        match self {
            Self::ValueExists => "a value is there already or given twice",
            Self::NoSuchAttribute => "the entry does not have the attribute",
            Self::NoSuchValue => "the attribute does not have the value",
            Self::NoValue => "there is no value to add",
            Self::NotOneAmount => "expected one amount to increment by",
            Self::MalformedAmount => "expected an INTEGER as the amount to increment by",
            Self::NoNumber => "a value is no INTEGER, or becomes too large for one",
            Self::UnknownOperation => "expected add, delete, replace or increment",
            Self::DistinguishedValue => "the entry is named by the value to delete",
            Self::NoEqualityRule => {
                "its type has no EQUALITY rule, expected all values to be replaced or deleted"
            }
        }
    }
}

/// Carries out one modification.
fn carry_out(
    entry: &mut Entry,
    modification: &Modification,
    strictness: Strictness,
    equality: &(impl ValueEquality + ?Sized),
) -> Result<(), ModifyProblem> {
    let description = modification.attribute().description();
    let operands = modification.attribute().values();
    let mut held = Vec::new();
    let is_same = |attribute: &Attribute| attribute.description() == description;
    for attribute in entry.attributes.iter().filter(|attribute| is_same(attribute)) {
        held.extend_from_slice(attribute.values());
    }
    let values = match modification.operation() {
        ModifyOperation::Add if operands.is_empty() => Err(ModifyProblem::NoValue),
        ModifyOperation::Add if !held.is_empty() && !equality.has_rule(description) => {
            Err(ModifyProblem::NoEqualityRule)
        }
        ModifyOperation::Delete if !operands.is_empty() && !equality.has_rule(description) => {
            Err(ModifyProblem::NoEqualityRule)
        }
        ModifyOperation::Add => add(held, description, operands, strictness, equality),
        ModifyOperation::Delete => delete(held, description, operands, strictness, equality),
        ModifyOperation::Replace => add(Vec::new(), description, operands, Strictness::Strict, equality),
        ModifyOperation::Increment => increment(&held, operands),
        ModifyOperation::Other(_) => Err(ModifyProblem::UnknownOperation),
    }?;
    // It stays where it was, with the spelling of its name; what was in parts is in one part.
    let mut changed = (!values.is_empty()).then_some(values);
    entry.attributes.retain_mut(|attribute| {
        if !is_same(attribute) {
            return true;
        }
        let Some(values) = changed.take() else { return false };
        attribute.values = values.into();
        true
    });
    entry.attributes.extend(changed.map(|values| Attribute::new(description, values)));
    Ok(())
}

fn add(
    mut held: Vec<Value>,
    description: &AttributeDescription,
    operands: &[Value],
    strictness: Strictness,
    equality: &(impl ValueEquality + ?Sized),
) -> Result<Vec<Value>, ModifyProblem> {
    let new = {
        let mut keys: HashSet<Cow<'_, [u8]>> =
            held.iter().map(|value| equality.key(description, value)).collect();
        let mut new = Vec::with_capacity(operands.len());
        for value in operands {
            if keys.insert(equality.key(description, value)) {
                new.push(value.clone());
            } else if strictness == Strictness::Strict {
                return Err(ModifyProblem::ValueExists);
            }
        }
        new
    };
    held.extend(new);
    Ok(held)
}

/// "If no values are listed, or if all current values of the attribute are listed, the entire attribute is removed."
/// (RFC 4511 4.6)
fn delete(
    held: Vec<Value>,
    description: &AttributeDescription,
    operands: &[Value],
    strictness: Strictness,
    equality: &(impl ValueEquality + ?Sized),
) -> Result<Vec<Value>, ModifyProblem> {
    if held.is_empty() && strictness == Strictness::Strict {
        return Err(ModifyProblem::NoSuchAttribute);
    }
    if operands.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: HashSet<Cow<'_, [u8]>> =
        operands.iter().map(|value| equality.key(description, value)).collect();
    let mut found: HashSet<Cow<'_, [u8]>> = HashSet::with_capacity(wanted.len());
    let mut left = Vec::new();
    for value in &held {
        let key = equality.key(description, value);
        if wanted.contains(&key) {
            found.insert(key);
        } else {
            left.push(value.clone());
        }
    }
    // A value that is listed twice is not there any more the second time.
    if found.len() < operands.len() && strictness == Strictness::Strict {
        return Err(ModifyProblem::NoSuchValue);
    }
    Ok(left)
}

/// "All existing values of the modification attribute are to be incremented by the listed value. [...] the modification
/// must provide one and only one value." (RFC 4525 3)
fn increment(held: &[Value], operands: &[Value]) -> Result<Vec<Value>, ModifyProblem> {
    let [amount] = operands else { return Err(ModifyProblem::NotOneAmount) };
    let number = |value: &Value| Integer::parse(value).and_then(Integer::to_i128);
    let amount = number(amount).ok_or(ModifyProblem::MalformedAmount)?;
    if held.is_empty() {
        return Err(ModifyProblem::NoSuchAttribute);
    }
    let incremented = held.iter().map(|value| number(value)?.checked_add(amount));
    incremented
        .map(|sum| sum.map(|sum| Value::from(sum.to_string())).ok_or(ModifyProblem::NoNumber))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CaseIgnoreEquality;

    fn ada() -> Entry {
        Entry::new("uid=Ada+cn=a,dc=example")
            .with("uid", ["ada", "countess"])
            .with("commonName", ["A"])
            .with("mail", ["a@b", "c@d"])
            .with("uidNumber", ["9", "-1"])
    }

    fn applied(modifications: &[Modification]) -> Result<Entry, ResultCode> {
        let mut entry = ada();
        let result = entry.apply(modifications);
        if result.is_err() {
            assert_eq!(entry, ada(), "all or nothing");
        }
        result.map(|()| entry).map_err(|error| error.code())
    }

    #[test]
    fn each_operation_does_what_the_standard_says() {
        let cases = [
            (Modification::add("MAIL", ["e@f"]), ada().with("mail", ["e@f"])),
            (Modification::add("sn", ["x", "y"]), ada().with("sn", ["x", "y"])),
            (Modification::clear("sn"), ada()),
            (Modification::delete("uid", ["countess"]), {
                let mut entry = ada();
                entry.attributes[0].values.retain(|value| value != "countess");
                entry
            }),
        ];
        for (modification, expected) in cases {
            assert_eq!(
                applied(std::slice::from_ref(&modification)).as_ref(),
                Ok(&expected),
                "{modification:?}"
            );
        }
        for gone in [
            Modification::delete_attribute("mail"),
            Modification::clear("mail"),
            Modification::delete("mail", ["c@d", "a@b"]),
        ] {
            assert_eq!(applied(&[gone]).unwrap().attribute("mail"), None);
        }
        let replaced =
            applied(&[Modification::replace("mail", ["x"]), Modification::replace("sn", ["s"])]).unwrap();
        assert_eq!((replaced.values("mail"), replaced.values("sn")), (&["x".into()][..], &["s".into()][..]));
        let counted = applied(&[Modification::increment("uidNumber", -10)]).unwrap();
        assert_eq!(counted.values("uidNumber"), ["-1", "-11"].map(Value::from));
    }

    #[test]
    fn what_is_refused_has_the_code_of_the_standard_and_changes_nothing() {
        let first = Modification::add("sn", ["x"]);
        for (modification, code) in [
            (Modification::add("mail", ["a@b"]), ResultCode::ATTRIBUTE_OR_VALUE_EXISTS),
            (Modification::add("mail", ["n", "n"]), ResultCode::ATTRIBUTE_OR_VALUE_EXISTS),
            (Modification::replace("mail", ["n", "n"]), ResultCode::ATTRIBUTE_OR_VALUE_EXISTS),
            (Modification::add("mail", [""; 0]), ResultCode::PROTOCOL_ERROR),
            (Modification::delete("mail", ["A@B"]), ResultCode::NO_SUCH_ATTRIBUTE),
            (Modification::delete("mail", ["a@b", "a@b"]), ResultCode::NO_SUCH_ATTRIBUTE),
            (Modification::delete_attribute("description"), ResultCode::NO_SUCH_ATTRIBUTE),
            (Modification::delete("description", ["x"]), ResultCode::NO_SUCH_ATTRIBUTE),
            (Modification::increment("description", 1), ResultCode::NO_SUCH_ATTRIBUTE),
            (Modification::increment("mail", 1), ResultCode::CONSTRAINT_VIOLATION),
            (
                Modification::new(
                    ModifyOperation::Increment,
                    Attribute::new("uidNumber", [i128::MAX.to_string()]),
                ),
                ResultCode::CONSTRAINT_VIOLATION,
            ),
            (
                Modification::new(ModifyOperation::Increment, Attribute::new("uidNumber", ["one"])),
                ResultCode::INVALID_ATTRIBUTE_SYNTAX,
            ),
            (
                Modification::new(ModifyOperation::Increment, Attribute::new("uidNumber", ["1", "2"])),
                ResultCode::PROTOCOL_ERROR,
            ),
            (
                Modification::new(ModifyOperation::Other(9), Attribute::without_values("mail")),
                ResultCode::PROTOCOL_ERROR,
            ),
            (Modification::delete("uid", ["ada"]), ResultCode::NOT_ALLOWED_ON_RDN),
            (Modification::replace("cn", ["b"]), ResultCode::SUCCESS),
            (Modification::replace("commonName", ["b"]), ResultCode::NOT_ALLOWED_ON_RDN),
            (Modification::clear("uid"), ResultCode::NOT_ALLOWED_ON_RDN),
        ] {
            let result = applied(&[first.clone(), modification.clone()]);
            assert_eq!(result.err().unwrap_or(ResultCode::SUCCESS), code, "{modification:?}");
        }
        // It is the end that counts.
        assert!(applied(&[Modification::clear("uid"), Modification::add("uid", ["ADA"])]).is_ok());
    }

    #[test]
    fn permissive_passes_over_what_is_done_already() {
        let mut entry = ada();
        let modifications = [
            Modification::add("mail", ["a@b", "e@f", "e@f"]),
            Modification::delete("mail", ["c@d", "x@y"]),
            Modification::delete_attribute("description"),
        ];
        entry.apply_by(&modifications, Strictness::Permissive, &OctetEquality).unwrap();
        assert_eq!(entry.values("mail"), ["a@b", "e@f"].map(Value::from));
    }

    #[test]
    fn values_compare_by_rules_of_the_caller() {
        let modifications = [Modification::delete("mail", ["A@B"])];
        let mut entry = ada();
        entry.apply_by(&modifications, Strictness::Strict, &CaseIgnoreEquality).unwrap();
        assert_eq!(entry.values("mail"), [Value::from("c@d")]);
    }

    #[test]
    fn single_values_are_told_apart_by_a_rule_only() {
        /// Knows a type without one.
        struct WithoutRule;

        impl ValueEquality for WithoutRule {
            fn key<'v>(&self, _: &AttributeDescription, value: &'v [u8]) -> Cow<'v, [u8]> {
                value.into()
            }

            fn has_rule(&self, attribute: &AttributeDescription) -> bool {
                *attribute != "mail"
            }
        }

        for (modifications, code) in [
            (vec![Modification::add("mail", ["e@f"])], ResultCode::INAPPROPRIATE_MATCHING),
            (vec![Modification::delete("mail", ["a@b"])], ResultCode::INAPPROPRIATE_MATCHING),
            (vec![Modification::delete("mail", ["a@b", "c@d"])], ResultCode::INAPPROPRIATE_MATCHING),
            (vec![Modification::add("mail", [""; 0])], ResultCode::PROTOCOL_ERROR),
            (vec![Modification::add("cn", ["e"]), Modification::delete("cn", ["e"])], ResultCode::SUCCESS),
            (vec![Modification::replace("mail", ["e@f", "g@h"])], ResultCode::SUCCESS),
            (
                vec![Modification::delete_attribute("mail"), Modification::add("mail", ["e@f", "g@h"])],
                ResultCode::SUCCESS,
            ),
            (
                vec![
                    Modification::clear("mail"),
                    Modification::add("mail", ["e@f"]),
                    Modification::add("mail", ["x"]),
                ],
                ResultCode::INAPPROPRIATE_MATCHING,
            ),
        ] {
            for strictness in [Strictness::Strict, Strictness::Permissive] {
                let result = ada().apply_by(&modifications, strictness, &WithoutRule);
                let found = result.map_or_else(|error| error.code(), |()| ResultCode::SUCCESS);
                assert_eq!(found, code, "{modifications:?} {strictness:?}");
            }
        }
    }

    #[test]
    fn an_attribute_in_parts_is_one_attribute() {
        let mut entry = Entry::new("");
        entry.extend([Attribute::new("cn", ["a"]), Attribute::new("sn", ["s"]), Attribute::new("CN", ["b"])]);
        entry.apply(&[Modification::delete("cn", ["b"])]).unwrap();
        assert_eq!(entry, Entry::new("").with("cn", ["a"]).with("sn", ["s"]));
    }

    #[test]
    fn the_error_names_modification_attribute_and_code() {
        let error = ada().apply(&[Modification::add("mail", ["a@b"])]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "modification 1, of 'mail': a value is there already or given twice, attributeOrValueExists (20)"
        );
    }
}
