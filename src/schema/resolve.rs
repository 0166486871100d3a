//! What inherits from what.
//!
//! References become places in the tables, once, when a schema is built. Whoever walks them later walks a graph
//! without cycles: a reference that would close one is left out here.

use super::problem::{SchemaFault, SchemaProblem};
use super::subschema::Tables;
use super::table::Table;
use super::{AttributeType, Definition, ObjectClass};
use crate::model::LdapString;

/// The places of direct superiors in the tables.
#[derive(Clone, Debug, Default)]
pub(super) struct Inheritance {
    /// Of each attribute type, in the order of its table.
    pub(super) attribute_types: Vec<Option<usize>>,
    /// Of each object class, in the order of its table.
    pub(super) object_classes: Vec<Vec<usize>>,
}

impl Inheritance {
    pub(super) fn resolve(tables: &Tables, problems: &mut Vec<SchemaProblem>) -> Self {
        let types = superiors(
            &tables.attribute_types,
            |definition: &AttributeType| definition.superior.as_slice(),
            problems,
        );
        let classes =
            superiors(&tables.object_classes, |definition: &ObjectClass| &definition.superiors, problems);
        Self {
            attribute_types: types.into_iter().map(|superiors| superiors.first().copied()).collect(),
            object_classes: classes,
        }
    }
}

/// Turns references to superiors into places, without those that are not defined or close a cycle.
///
/// A search in depth that keeps its own stack: each definition and each reference is visited once.
fn superiors<D: Definition>(
    table: &Table<D>,
    references: impl Fn(&D) -> &[LdapString],
    problems: &mut Vec<SchemaProblem>,
) -> Vec<Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        OnPath,
        Done,
    }

    let definitions = table.as_slice();
    let mut states = vec![State::New; definitions.len()];
    let mut superiors = vec![Vec::new(); definitions.len()];
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
    superiors
}
