//! What inherits from what.
//!
//! References become places in the tables, once, when a schema is built. Whoever walks them later walks a graph
//! without cycles: a reference that would close one is left out here.

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
}

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

        let mut comparisons = vec![Comparison::default(); attribute_types.len()];
        for place in order {
            let superior = attribute_types.get(place).copied().flatten();
            let inherited = superior.and_then(|superior| comparisons.get(superior).copied());
            let definition = tables.attribute_types.as_slice().get(place);
            if let (Some(target), Some(definition)) = (comparisons.get_mut(place), definition) {
                *target = Comparison::new(definition, inherited.unwrap_or_default(), tables);
            }
        }
        Self { attribute_types, comparisons, object_classes }
    }
}

impl Comparison {
    fn new(definition: &AttributeType, inherited: Self, tables: &Tables) -> Self {
        let rule = |name: &Option<LdapString>, inherited| match name {
            // A name may stand for another rule than usual: the schema knows.
            Some(name) => {
                let defined = tables.matching_rules.get(name).map_or(name.as_str(), Definition::identifier);
                Rule::find(defined).or_else(|| Rule::find(name))
            }
            None => inherited,
        };
        let syntax = match &definition.syntax {
            Some(reference) => {
                Syntax::find(&reference.oid).or_else(|| substitute(tables.syntaxes.get(&reference.oid)?))
            }
            None => inherited.syntax,
        };
        Self {
            syntax,
            equality: rule(&definition.equality, inherited.equality),
            ordering: rule(&definition.ordering, inherited.ordering),
            substrings: rule(&definition.substrings, inherited.substrings),
        }
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
            let fault = match table.find(reference) {
                Some(superior) if states[superior] != State::OnPath => {
                    superiors[place].push(superior);
                    if states[superior] == State::New {
                        states[superior] = State::OnPath;
                        path.push((superior, 0));
                    }
                    continue;
                }
                Some(_) => SchemaFault::Cycle(reference.clone()),
                None => SchemaFault::Unresolved { keyword: "SUP", reference: reference.clone() },
            };
            problems.push(SchemaProblem::new(D::KIND, definition.name(), fault));
        }
    }
    (superiors, order)
}
