//! A schema as large as the largest in use: the definitions that come with the crate, again and again under other names
//! and identifiers, each with a description and what it refers to.

use ldapwire::model::{LdapString, Oid};
use ldapwire::schema::{BuiltinSchema, Definition, DefinitionKind, Schema, SchemaBuilder};

/// Returns the texts of `count` definitions, those of a kind together.
pub(crate) fn definitions(count: usize) -> Vec<(DefinitionKind, String)> {
    let sets = BuiltinSchema::STANDARD.into_iter().chain([BuiltinSchema::OpenLdap]);
    let base = sets.fold(Schema::builder(), SchemaBuilder::builtin).build();
    let once = [DefinitionKind::LdapSyntax, DefinitionKind::MatchingRule];
    let texts = |kind: DefinitionKind| base.texts(kind).into_iter().map(move |text| (kind, text));
    let mut all: Vec<_> = once.into_iter().flat_map(texts).collect();
    let mut copy = 0;
    while all.len() < count {
        all.extend(copies(&base, copy));
        copy += 1;
    }
    all.truncate(count);
    all.sort_by_key(|(kind, _)| *kind);
    all
}

/// Attribute types and classes of a schema under the names of a copy.
fn copies(base: &Schema, copy: usize) -> Vec<(DefinitionKind, String)> {
    // `top` is above all classes by its name.
    let renamed = |name: &LdapString| match name.as_str() {
        "top" => name.clone(),
        _ => LdapString::from(format!("{name}-{copy}")),
    };
    let numbered = |oid: &Oid| Oid::from_wire(format!("{oid}.{copy}").into());
    let described = |name: &str| Some(format!("{name} as the standards define it, number {copy}").into());
    let attributes = base.attribute_types().iter().map(|attribute| {
        let mut attribute = attribute.clone();
        attribute.description = described(attribute.name());
        attribute.oid = numbered(&attribute.oid);
        attribute.names.iter_mut().chain(&mut attribute.superior).for_each(|name| *name = renamed(name));
        (DefinitionKind::AttributeType, attribute.to_string())
    });
    let classes =
        base.object_classes().iter().filter(|class| copy == 0 || class.name() != "top").map(|class| {
            let mut class = class.clone();
            class.description = described(class.name());
            class.oid = numbered(&class.oid);
            let names = class.names.iter_mut().chain(&mut class.superiors);
            names.chain(&mut class.must).chain(&mut class.may).for_each(|name| *name = renamed(name));
            (DefinitionKind::ObjectClass, class.to_string())
        });
    // Each class behind the attribute types it has, wherever the list is cut.
    attributes.chain(classes).collect()
}

/// Returns them as the LDIF of a subschema entry, with lines of at most 78 characters.
pub(crate) fn ldif(definitions: &[(DefinitionKind, String)]) -> String {
    let mut file = "dn: cn=schema\nobjectClass: subschema\n".to_owned();
    for (kind, text) in definitions {
        let line = format!("{}: {text}", kind.attribute());
        let (first, rest) = line.split_at(line.len().min(78));
        file.push_str(first);
        for part in rest.as_bytes().chunks(77) {
            file.push_str("\n ");
            file.push_str(&String::from_utf8_lossy(part));
        }
        file.push('\n');
    }
    file
}
