//! What RFC 4512 demands of the definitions of a schema beyond their grammar.

use std::collections::HashSet;

use super::matching::registry::{
    COUNTRY_STRING, DIRECTORY_STRING, DN, IA5_STRING, NAME_AND_OPTIONAL_UID, NUMERIC_STRING, OCTET_STRING,
    PRINTABLE_STRING, TELEPHONE_NUMBER,
};
use super::problem::{SchemaFault, SchemaProblem};
use super::{
    AttributeType, AttributeTypeRef, AttributeUsage, Definition, DitContentRule, DitStructureRule,
    MatchingRule, MatchingRuleUse, NameForm, ObjectClass, ObjectClassKind, Schema, Syntax,
};
use crate::model::LdapString;

/// Notes what is wrong with the definitions of a schema; its inheritance has been resolved already.
pub(super) fn check(schema: &Schema, problems: &mut Vec<SchemaProblem>) {
    let mut check = Check { schema, problems, below_top: below_top(schema) };
    schema.matching_rule_uses().iter().for_each(|definition| check.matching_rule_use(definition));
    schema.matching_rules().iter().for_each(|definition| check.matching_rule(definition));
    let types = schema.attribute_types().iter().enumerate();
    types.for_each(|(place, definition)| check.attribute_type(place, definition));
    let classes = schema.object_classes().iter().enumerate();
    classes.for_each(|(place, definition)| check.object_class(place, definition));
    schema.name_forms().iter().for_each(|definition| check.name_form(definition));
    schema.content_rules().iter().for_each(|definition| check.content_rule(definition));
    schema.structure_rules().iter().for_each(|definition| check.structure_rule(definition));
}

struct Check<'a> {
    schema: &'a Schema,
    problems: &'a mut Vec<SchemaProblem>,
    below_top: HashSet<usize>,
}

impl Check<'_> {
    fn matching_rule_use(&mut self, definition: &MatchingRuleUse) {
        if self.schema.matching_rule(definition.oid.as_ldap_string()).is_none() {
            self.unresolved(definition, "the identifier", definition.oid.as_ldap_string());
        }
        self.attributes(definition, "APPLIES", &definition.applies);
    }

    fn matching_rule(&mut self, definition: &MatchingRule) {
        if self.schema.syntax(&definition.syntax).is_none() {
            self.unresolved(definition, "SYNTAX", &definition.syntax);
        }
    }

    fn attribute_type(&mut self, place: usize, definition: &AttributeType) {
        if definition.syntax.is_none() && definition.superior.is_none() {
            self.report(definition, SchemaFault::NoSyntax);
        }
        let is_operational = definition.usage != AttributeUsage::UserApplications;
        if definition.is_collective && is_operational {
            self.report(definition, SchemaFault::CollectiveOperational);
        }
        if definition.is_no_user_modification && !is_operational {
            self.report(definition, SchemaFault::UnmodifiableUserAttribute);
        }
        if let Some(superior) = AttributeTypeRef::new(self.schema, place).superior() {
            if let (Some(own), Some(inherited)) = (&definition.syntax, superior.syntax())
                && !is_same_or_refinement(&own.oid, inherited.oid())
            {
                self.report(definition, SchemaFault::SyntaxDiffers);
            }
            if superior.usage != definition.usage {
                self.report(definition, SchemaFault::UsageDiffers);
            }
            if superior.is_collective && !definition.is_collective {
                self.report(definition, SchemaFault::NotCollective);
            }
        }
    }

    fn object_class(&mut self, place: usize, definition: &ObjectClass) {
        self.attributes(definition, "MUST", &definition.must);
        self.attributes(definition, "MAY", &definition.may);
        for reference in &definition.superiors {
            let Some(superior) = self.schema.object_class(reference) else { continue };
            let is_allowed = match definition.kind {
                ObjectClassKind::Abstract => superior.kind == ObjectClassKind::Abstract,
                ObjectClassKind::Structural => superior.kind != ObjectClassKind::Auxiliary,
                ObjectClassKind::Auxiliary => superior.kind != ObjectClassKind::Structural,
            };
            if !is_allowed {
                self.report(definition, SchemaFault::SuperiorKind(reference.clone()));
            }
        }
        if definition.kind == ObjectClassKind::Structural && !self.below_top.contains(&place) {
            self.report(definition, SchemaFault::NotBelowTop);
        }
    }

    fn name_form(&mut self, definition: &NameForm) {
        self.class(definition, "OC", &definition.object_class, ObjectClassKind::Structural);
        self.attributes(definition, "MUST", &definition.must);
        self.attributes(definition, "MAY", &definition.may);
        // "All attribute types in the required ("MUST") and allowed ("MAY") lists shall be different."
        self.disjoint(definition, &definition.must, &definition.may);
    }

    fn content_rule(&mut self, definition: &DitContentRule) {
        self.class(
            definition,
            "the identifier",
            definition.oid.as_ldap_string(),
            ObjectClassKind::Structural,
        );
        for class in &definition.auxiliaries {
            self.class(definition, "AUX", class, ObjectClassKind::Auxiliary);
        }
        self.attributes(definition, "MUST", &definition.must);
        self.attributes(definition, "MAY", &definition.may);
        self.attributes(definition, "NOT", &definition.not);
        // "The list of precluded attributes cannot include any attribute listed as mandatory in the rule, the
        // structural object class, or any of the allowed auxiliary object classes."
        self.disjoint(definition, &definition.must, &definition.not);
        let classes = definition.auxiliaries.iter().map(LdapString::as_str).chain([definition.identifier()]);
        let schema = self.schema;
        let classes: Vec<_> = classes.filter_map(|name| schema.object_class(name)).collect();
        for class in classes {
            let must: Vec<_> = class.all_must().into_iter().cloned().collect();
            self.disjoint(definition, &must, &definition.not);
        }
    }

    fn structure_rule(&mut self, definition: &DitStructureRule) {
        if self.schema.name_form(&definition.form).is_none() {
            self.unresolved(definition, "FORM", &definition.form);
        }
        for superior in &definition.superiors {
            if self.schema.structure_rule(superior).is_none() {
                self.unresolved(definition, "SUP", superior);
            }
        }
    }

    fn attributes<D: Definition>(&mut self, definition: &D, keyword: &'static str, names: &[LdapString]) {
        for name in names.iter().filter(|name| self.schema.attribute_type(name).is_none()) {
            self.problems.push(SchemaProblem::unresolved(definition, keyword, name));
        }
    }

    fn class<D: Definition>(
        &mut self,
        definition: &D,
        keyword: &'static str,
        name: &LdapString,
        kind: ObjectClassKind,
    ) {
        match self.schema.object_class(name) {
            None => self.unresolved(definition, keyword, name),
            Some(class) if class.kind != kind => {
                self.report(definition, SchemaFault::ClassKind(name.clone()));
            }
            Some(_) => {}
        }
    }

    /// Names may differ where attributes are the same.
    fn disjoint<D: Definition>(&mut self, definition: &D, left: &[LdapString], right: &[LdapString]) {
        let schema = self.schema;
        let place = |name: &LdapString| schema.0.tables.attribute_types.find(name);
        let right: HashSet<_> = right.iter().filter_map(place).collect();
        for name in left.iter().filter(|name| place(name).is_some_and(|place| right.contains(&place))) {
            self.report(definition, SchemaFault::ListsOverlap(name.clone()));
        }
    }

    fn unresolved<D: Definition>(&mut self, definition: &D, keyword: &'static str, reference: &LdapString) {
        self.problems.push(SchemaProblem::unresolved(definition, keyword, reference));
    }

    fn report<D: Definition>(&mut self, definition: &D, fault: SchemaFault) {
        self.problems.push(SchemaProblem::new(D::KIND, definition.name(), fault));
    }
}

/// Returns the places of classes that have `top` among their superclasses, or one that is not defined, so that nobody can tell.
///
/// From such classes downwards: each class and each reference is visited once.
fn below_top(schema: &Schema) -> HashSet<usize> {
    let mut subclasses = vec![Vec::new(); schema.object_classes().len()];
    for (place, superiors) in schema.0.inheritance.object_classes.iter().enumerate() {
        for superior in superiors {
            subclasses[*superior].push(place);
        }
    }
    let begins = |class: &ObjectClass| {
        class.is_called("top")
            || class.is_called("2.5.6.0")
            || class.superiors.iter().any(|name| schema.object_class(name).is_none())
    };
    let classes = schema.object_classes().iter().enumerate();
    let mut next: Vec<_> = classes.filter_map(|(place, class)| begins(class).then_some(place)).collect();
    let mut found: HashSet<usize> = next.iter().copied().collect();
    while let Some(place) = next.pop() {
        next.extend(subclasses[place].iter().copied().filter(|place| found.insert(*place)));
    }
    found
}

/// Whether every value of a syntax is one of the supertype's. Of syntaxes that are not known here nobody can tell.
fn is_same_or_refinement(own: &str, inherited: &str) -> bool {
    const ALL_STRINGS: &[&str] =
        &[COUNTRY_STRING, IA5_STRING, NUMERIC_STRING, PRINTABLE_STRING, TELEPHONE_NUMBER];

    let refinements = match inherited {
        DIRECTORY_STRING | IA5_STRING => ALL_STRINGS,
        PRINTABLE_STRING | TELEPHONE_NUMBER => {
            &[COUNTRY_STRING, NUMERIC_STRING, PRINTABLE_STRING, TELEPHONE_NUMBER]
        }
        NAME_AND_OPTIONAL_UID => &[DN],
        OCTET_STRING => return true,
        _ => &[][..],
    };
    own == inherited || refinements.contains(&own) || Syntax::find(own).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::DefinitionKind;

    #[test]
    fn a_subtype_refines_the_syntax_of_its_supertype() {
        for (inherited, own, is_fault) in [
            (DIRECTORY_STRING, DIRECTORY_STRING, false),
            (DIRECTORY_STRING, COUNTRY_STRING, false),
            (DIRECTORY_STRING, TELEPHONE_NUMBER, false),
            (COUNTRY_STRING, DIRECTORY_STRING, true),
            (IA5_STRING, DIRECTORY_STRING, true),
            (IA5_STRING, NUMERIC_STRING, false),
            (DN, NAME_AND_OPTIONAL_UID, true),
            (NAME_AND_OPTIONAL_UID, DN, false),
            (DIRECTORY_STRING, "1.3.6.1.4.1.1466.115.121.1.27", true),
            (OCTET_STRING, "1.3.6.1.4.1.1466.115.121.1.28", false),
            // Not known here.
            (DIRECTORY_STRING, "1.2.3", false),
            ("1.2.3", DIRECTORY_STRING, false),
        ] {
            let schema = Schema::builder()
                .schema(&Schema::standard())
                .definition(DefinitionKind::AttributeType, &format!("( 1.1 NAME 'a' SYNTAX {inherited} )"))
                .definition(DefinitionKind::AttributeType, "( 1.2 NAME 'b' SUP a )")
                .definition(DefinitionKind::AttributeType, &format!("( 1.3 NAME 'c' SUP b SYNTAX {own} )"))
                .build();
            let is_found = schema.problems().iter().any(|found| *found.fault() == SchemaFault::SyntaxDiffers);
            assert_eq!(is_found, is_fault, "{own} below {inherited}");
        }
    }

    #[test]
    fn a_structural_class_is_below_top() {
        for (class, is_fault) in [
            ("( 2.1 NAME 'c' SUP top )", false),
            ("( 2.1 NAME 'c' SUP 2.5.6.0 STRUCTURAL )", false),
            ("( 2.1 NAME 'c' SUP person )", false),
            ("( 2.1 NAME 'c' )", true),
            ("( 2.1 NAME 'c' SUP loose )", true),
            ("( 2.1 NAME 'c' SUP ( loose $ top ) )", false),
            ("( 2.1 NAME 'c' AUXILIARY )", false),
            ("( 2.1 NAME 'c' ABSTRACT )", false),
            // Something else is wrong with it.
            ("( 2.1 NAME 'c' SUP nowhere )", false),
        ] {
            let schema = Schema::builder()
                .schema(&Schema::standard())
                .definition(DefinitionKind::ObjectClass, "( 2.2 NAME 'loose' ABSTRACT )")
                .definition(DefinitionKind::ObjectClass, class)
                .build();
            let is_found = schema.problems().iter().any(|found| *found.fault() == SchemaFault::NotBelowTop);
            assert_eq!(is_found, is_fault, "{class}");
        }
    }
}
