//! What inherits from what.
//!
//! References become places in the tables, once, when a schema is built. Whoever walks them later walks a graph
//! without cycles: a reference that would close one is left out here.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use rustc_hash::FxHasher;

use super::problem::{SchemaFault, SchemaProblem};
use super::subschema::Tables;
use super::table::Table;
use super::{AttributeType, Definition, LdapSyntax, ObjectClass, Rule, Syntax};
use crate::model::LdapString;

/// The places of direct superiors in the tables, and what attribute types take from them.
#[derive(Clone, Debug, Default)]
pub(super) struct Inheritance {
    /// Of each attribute type, in the order of its table.
    pub(super) attribute_types: Vec<Option<usize>>,
    /// How the values of each attribute type look and compare, in the order of its table.
    pub(super) comparisons: Vec<Comparison>,
    /// Of each object class, in the order of its table.
    pub(super) object_classes: Vec<Vec<usize>>,
    /// The attribute types for which a matching rule use names a rule that neither their definition nor their syntax does:
    /// hardly ever one.
    pub(super) uses: Uses,
}

/// Places of attribute types, and rules.
pub(super) type Uses = HashSet<(usize, Rule), BuildHasherDefault<FxHasher>>;

/// How the values of an attribute type look and compare, as far as that is known here.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Comparison {
    pub(super) syntax: Option<Syntax>,
    pub(super) equality: Option<Rule>,
    pub(super) ordering: Option<Rule>,
    pub(super) substrings: Option<Rule>,
}

impl Inheritance {
    pub(super) fn resolve(tables: &Tables, problems: &mut Vec<SchemaProblem>) -> Self {
        let (types, order) = superiors(
            &tables.attribute_types,
            |definition: &AttributeType| definition.superior.as_slice(),
            problems,
        );
        let (object_classes, _) =
            superiors(&tables.object_classes, |definition: &ObjectClass| &definition.superiors, problems);
        let attribute_types: Vec<_> = types.iter().map(|superiors| superiors.first().copied()).collect();

        let mut known = Known::new(tables, problems);
        let mut comparisons = vec![Comparison::default(); attribute_types.len()];
        for place in order {
            let superior = attribute_types.get(place).copied().flatten();
            let inherited = superior.and_then(|superior| comparisons.get(superior).copied());
            let definition = tables.attribute_types.as_slice().get(place);
            if let (Some(target), Some(definition)) = (comparisons.get_mut(place), definition) {
                *target = known.comparison(definition, inherited.unwrap_or_default());
            }
        }
        let uses = uses(tables, &comparisons);
        Self { attribute_types, comparisons, object_classes, uses }
    }
}

fn uses(tables: &Tables, comparisons: &[Comparison]) -> Uses {
    let uses = tables.matching_rule_uses.as_slice().iter();
    let known = uses.filter_map(|found| Some((Rule::find(found.oid.as_str())?, &found.applies)));
    let pairs = known.flat_map(|(rule, applies)| {
        let places = applies.iter().filter_map(|name| tables.attribute_types.find(name));
        places.map(move |place| (place, rule))
    });
    let is_new = |(place, rule): &(usize, Rule)| {
        comparisons.get(*place).is_some_and(|comparison| !comparison.has(*rule))
    };
    pairs.filter(is_new).collect()
}

impl Comparison {
    /// Whether the definition names the rule, or the rule is one for the syntax.
    pub(super) fn has(self, rule: Rule) -> bool {
        [self.equality, self.ordering, self.substrings].contains(&Some(rule))
            || self.syntax.is_some_and(|syntax| rule.applies_to(syntax.oid()))
    }
}

/// What the definitions of rules and syntaxes stand for, looked up once for all attribute types that name them.
struct Known<'a> {
    tables: &'a Tables,
    /// In the order of the table of matching rules.
    rules: Vec<Option<Rule>>,
    /// In the order of the table of syntaxes.
    syntaxes: Vec<Option<Syntax>>,
    problems: &'a mut Vec<SchemaProblem>,
}

impl<'a> Known<'a> {
    fn new(tables: &'a Tables, problems: &'a mut Vec<SchemaProblem>) -> Self {
        let rules = tables.matching_rules.as_slice().iter().map(|rule| Rule::find(rule.identifier()));
        let syntaxes = tables.syntaxes.as_slice().iter();
        let syntaxes =
            syntaxes.map(|syntax| Syntax::find(syntax.identifier()).or_else(|| substitute(syntax)));
        Self { tables, rules: rules.collect(), syntaxes: syntaxes.collect(), problems }
    }

    fn comparison(&mut self, definition: &AttributeType, inherited: Comparison) -> Comparison {
        Comparison {
            equality: self.rule(definition, "EQUALITY", &definition.equality).unwrap_or(inherited.equality),
            ordering: self.rule(definition, "ORDERING", &definition.ordering).unwrap_or(inherited.ordering),
            substrings: self
                .rule(definition, "SUBSTR", &definition.substrings)
                .unwrap_or(inherited.substrings),
            syntax: self.syntax(definition).unwrap_or(inherited.syntax),
        }
    }

    /// Returns the rule that a definition names, if it names any. A name may stand for another rule than usual: the schema
    /// knows.
    fn rule(
        &mut self,
        definition: &AttributeType,
        keyword: &'static str,
        name: &Option<LdapString>,
    ) -> Option<Option<Rule>> {
        let name = name.as_ref()?;
        let place = self.tables.matching_rules.find(name);
        if place.is_none() {
            self.problems.push(SchemaProblem::unresolved(definition, keyword, name));
        }
        let defined = place.and_then(|place| *self.rules.get(place)?);
        Some(defined.or_else(|| Rule::find(name)))
    }

    /// Returns the syntax that a definition names, if it names any.
    fn syntax(&mut self, definition: &AttributeType) -> Option<Option<Syntax>> {
        let oid = &definition.syntax.as_ref()?.oid;
        let place = self.tables.syntaxes.find(oid);
        if place.is_none() {
            self.problems.push(SchemaProblem::unresolved(definition, "SYNTAX", oid));
        }
        let defined = place.and_then(|place| *self.syntaxes.get(place)?);
        Some(defined.or_else(|| Syntax::find(oid)))
    }
}

/// The syntax that a definition names for those who do not know its own; OpenLDAP and others do so.
fn substitute(syntax: &LdapSyntax) -> Option<Syntax> {
    Syntax::find(syntax.extension("X-SUBST")?.first()?)
}

/// Turns references to superiors into places, without those that are not defined or close a cycle.
///
/// Returns these, and an order in which superiors come first.
///
/// A search in depth that keeps its own stack: each definition and each reference is visited once.
fn superiors<D: Definition>(
    table: &Table<D>,
    references: impl Fn(&D) -> &[LdapString],
    problems: &mut Vec<SchemaProblem>,
) -> (Vec<Vec<usize>>, Vec<usize>) {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        OnPath,
        Done,
    }

    let definitions = table.as_slice();
    let mut states = vec![State::New; definitions.len()];
    let mut superiors = vec![Vec::new(); definitions.len()];
    let mut order = Vec::with_capacity(definitions.len());
    // A place, and how many of its references have been followed.
    let mut path: Vec<(usize, usize)> = Vec::new();
    for start in 0..definitions.len() {
        if states[start] == State::New {
            states[start] = State::OnPath;
            path.push((start, 0));
        }
        while let Some((place, followed)) = path.last_mut() {
            let (place, definition) = (*place, &definitions[*place]);
            let Some(reference) = references(definition).get(*followed) else {
                states[place] = State::Done;
                order.push(place);
                path.pop();
                continue;
            };
            *followed += 1;
            match table.find(reference) {
                None => problems.push(SchemaProblem::unresolved(definition, "SUP", reference)),
                Some(superior) if states[superior] == State::OnPath => {
                    let fault = SchemaFault::Cycle(reference.clone());
                    problems.push(SchemaProblem::new(D::KIND, definition.name(), fault));
                }
                Some(superior) => {
                    superiors[place].push(superior);
                    if states[superior] == State::New {
                        states[superior] = State::OnPath;
                        path.push((superior, 0));
                    }
                }
            }
        }
    }
    (superiors, order)
}
