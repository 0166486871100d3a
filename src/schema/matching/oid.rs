//! Object identifiers (RFC 4517 4.2.26).

use super::registry::OID;
use super::rule::{Algorithm, Entry};
use super::string::text;
use super::substrings::undefined;
use super::{Key, Undefined};
use crate::model::Oid;
use crate::schema::{Definition, Schema};

pub(super) static RULES: [Entry; 1] = [Entry {
    oid: "2.5.13.0",
    name: "objectIdentifierMatch",
    syntax: OID,
    applies: &[OID],
    algorithm: Algorithm::Equality(key),
}];

/// "The assertion value and the attribute value represent the same object identifier; that is, the same sequence of integers,
/// whether represented explicitly in the <numericoid> form of <oid> or implicitly in the <descr> form".
///
/// "If an LDAP client supplies an assertion value in the <descr> form and the chosen descriptor is not recognized by the
/// server, then the objectIdentifierMatch rule evaluates to Undefined."
pub(super) fn key(schema: &Schema, value: &[u8]) -> Result<Key, Undefined> {
    let name = text(value)?;
    if name.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return match Oid::parse(name) {
            Ok(_) => Ok(value.to_vec().into()),
            Err(_) => Err(undefined("an object identifier or a name")),
        };
    }
    // A class, an attribute type and a rule may share a name; a class is what is asked for nearly always.
    let class = schema.object_class(name).map(|class| class.definition().identifier());
    let found = class
        .or_else(|| schema.attribute_type(name).map(|attribute| attribute.definition().identifier()))
        .or_else(|| schema.matching_rule(name).map(Definition::identifier))
        .or_else(|| schema.name_form(name).map(Definition::identifier));
    found.map(|oid| oid.as_bytes().to_ascii_lowercase().into()).ok_or(Undefined::Name)
}
