use super::*;

mod comparing;
mod validating;

/// A schema of definitions of the two kinds that inherit.
fn schema(attributes: &[&str], classes: &[&str]) -> Schema {
    let builder = attributes
        .iter()
        .fold(Schema::builder(), |builder, text| builder.definition(DefinitionKind::AttributeType, text));
    let builder =
        classes.iter().fold(builder, |builder, text| builder.definition(DefinitionKind::ObjectClass, text));
    builder.build()
}

fn problems(schema: &Schema) -> Vec<String> {
    schema.problems().iter().map(ToString::to_string).collect()
}

#[test]
fn attribute_types_take_from_their_supertypes_what_they_do_not_say() {
    let schema = schema(
        &[
            "( 1.1 NAME 'a' EQUALITY e ORDERING o SUBSTR s SYNTAX 1.9{5} )",
            "( 1.2 NAME 'b' SUP A EQUALITY e2 )",
            "( 1.3 NAME 'c' SUP 1.2 SYNTAX 1.8 )",
        ],
        &[],
    );
    let c = schema.attribute_type("C").unwrap();
    assert_eq!(c.lineage().map(|attribute| attribute.name().to_owned()).collect::<Vec<_>>(), ["c", "b", "a"]);
    assert_eq!(
        (c.equality_name(), c.ordering_name(), c.substrings_name()),
        (Some("e2"), Some("o"), Some("s"))
    );
    assert_eq!(c.syntax_reference().map(ToString::to_string).as_deref(), Some("1.8"));
    let b = c.superior().unwrap();
    assert_eq!(b.syntax_reference().and_then(|syntax| syntax.length), Some(5));
    assert!(c.is_same_or_subtype_of("a") && c.is_same_or_subtype_of("1.3") && !b.is_same_or_subtype_of("c"));
}

#[test]
fn classes_take_all_attributes_of_all_superclasses_once() {
    let schema = schema(
        &[],
        &[
            "( 1.1 NAME 'top' ABSTRACT MUST objectClass )",
            "( 1.2 NAME 'left' SUP top MUST a MAY b )",
            "( 1.3 NAME 'right' SUP top MAY c )",
            "( 1.4 NAME 'both' SUP ( left $ right ) MUST d )",
        ],
    );
    let both = schema.object_class("BOTH").unwrap();
    let names: Vec<_> = both.lineage().iter().map(|class| class.name().to_owned()).collect();
    assert_eq!(names, ["both", "left", "right", "top"]);
    assert_eq!(both.all_must(), ["d", "a", "objectClass"]);
    assert_eq!(both.all_may(), ["b", "c"]);
    assert!(both.is_same_or_subclass_of("1.1") && !both.is_same_or_subclass_of("person"));
}

#[test]
fn cycles_are_reported_and_never_followed() {
    let schema = schema(
        &[
            "( 1.1 NAME 'a' SUP c )",
            "( 1.2 NAME 'b' SUP a SYNTAX 1.9 )",
            "( 1.3 NAME 'c' SUP b )",
            "( 1.4 NAME 'own' SUP own )",
            "( 1.5 NAME 'd' SUP a )",
        ],
        &["( 2.1 NAME 'x' SUP ( y $ x ) MAY m )", "( 2.2 NAME 'y' SUP ( z $ x ) )", "( 2.3 NAME 'z' )"],
    );
    let cycles: Vec<_> = problems(&schema).into_iter().filter(|text| text.contains("from itself")).collect();
    assert_eq!(
        cycles,
        [
            "attribute type b: inherits from itself by way of 'a'; left out as superior",
            "attribute type own: inherits from itself by way of 'own'; left out as superior",
            "object class y: inherits from itself by way of 'x'; left out as superior",
            "object class x: inherits from itself by way of 'x'; left out as superior",
        ]
    );
    for name in ["a", "b", "c", "own", "d"] {
        assert!(schema.attribute_type(name).unwrap().lineage().count() <= 4);
    }
    assert_eq!(schema.attribute_type("d").unwrap().syntax_reference().unwrap().oid, "1.9");
    assert_eq!(schema.object_class("x").unwrap().lineage().len(), 3);
}

#[test]
fn long_chains_cost_time_in_proportion() {
    const LENGTH: usize = SchemaBuilder::MAX_DEFINITIONS;
    let mut builder = Schema::builder();
    for index in (0..LENGTH).rev() {
        let text = format!("( 1.2.{index} SUP 1.2.{} )", (index + 1) % LENGTH);
        builder = builder.definition(DefinitionKind::ObjectClass, &text);
    }
    let schema = builder.definition(DefinitionKind::ObjectClass, "( 1.3 )").build();
    assert_eq!(schema.object_classes().len(), LENGTH);
    let severe: Vec<_> =
        schema.problems().iter().filter(|problem| problem.severity() == Severity::Error).collect();
    assert!(matches!(severe[0].fault(), SchemaFault::TooMany), "{severe:?}");
    assert!(matches!(severe[1].fault(), SchemaFault::Cycle(_)), "{severe:?}");
    assert_eq!(severe.len(), 2);
    let last = format!("1.2.{}", LENGTH - 1);
    assert_eq!(schema.object_class(&last).unwrap().lineage().len(), LENGTH);
}

#[test]
fn what_contradicts_the_standard_is_reported() {
    let schema = schema(
        &[
            "( 1.1 NAME 'a' )",
            "( 1.2 NAME 'b' SUP a COLLECTIVE USAGE dSAOperation )",
            "( 1.3 NAME 'c' SUP nowhere NO-USER-MODIFICATION )",
            "( 1.4 NAME 'd' EQUALITY none SYNTAX 1.9 )",
            "( 1.5 NAME 'e' SUP b USAGE dSAOperation )",
        ],
        &[
            "( 2.1 NAME 'aux' AUXILIARY )",
            "( 2.2 NAME 'str' SUP aux MUST nothing )",
            "( 2.3 NAME 'abs' SUP str ABSTRACT )",
            "( 2.4 NAME 'other' SUP str AUXILIARY )",
        ],
    );
    let schema = Schema::builder()
        .schema(&schema)
        .definition(DefinitionKind::NameForm, "( 2.9.1 NAME 'form' OC aux MUST ( a $ b ) MAY 1.2 )")
        .definition(DefinitionKind::DitContentRule, "( 2.2 NAME 'rule' AUX str MUST a NOT a )")
        .definition(DefinitionKind::DitStructureRule, "( 1 FORM none SUP 7 )")
        .definition(DefinitionKind::MatchingRuleUse, "( 2.8.1 APPLIES none )")
        .build();
    assert_eq!(
        problems(&schema),
        [
            "attribute type c: SUP refers to 'nowhere', which is not defined",
            "attribute type d: EQUALITY refers to 'none', which is not defined",
            "attribute type d: SYNTAX refers to '1.9', which is not defined",
            "matching rule use 2.8.1: the identifier refers to '2.8.1', which is not defined",
            "matching rule use 2.8.1: APPLIES refers to 'none', which is not defined",
            "attribute type a: expected SYNTAX or SUP",
            "attribute type b: COLLECTIVE goes with usage userApplications only",
            "attribute type b: expected the usage of the supertype",
            "attribute type c: NO-USER-MODIFICATION goes with an operational usage only",
            "attribute type e: expected COLLECTIVE, as in the supertype",
            "object class str: MUST refers to 'nothing', which is not defined",
            "object class str: 'aux' is of a kind that cannot be its superior",
            "object class str: expected 'top' among the superclasses of a structural class",
            "object class abs: 'str' is of a kind that cannot be its superior",
            "object class other: 'str' is of a kind that cannot be its superior",
            "name form form: 'aux' is of a kind that cannot stand here",
            "name form form: 'b' is in two lists that exclude each other",
            "DIT content rule rule: 'str' is of a kind that cannot stand here",
            "DIT content rule rule: 'a' is in two lists that exclude each other",
            "DIT structure rule 1: FORM refers to 'none', which is not defined",
            "DIT structure rule 1: SUP refers to '7', which is not defined",
        ]
    );
}

#[test]
fn merging_keeps_the_own_definition_and_says_so() {
    let own = schema(&["( 1.1 NAME 'a' SYNTAX 1.9 )"], &[]);
    let other = schema(&["( 1.1 NAME 'a' SYNTAX 1.8 )", "( 1.2 NAME 'a' SYNTAX 1.9 )"], &[]);
    let merged = own.merge(&other);
    assert_eq!(merged.attribute_types().len(), 2);
    assert_eq!(merged.attribute_type("a").unwrap().syntax_reference().unwrap().oid, "1.9");
    let severe: Vec<_> =
        merged.problems().iter().filter(|problem| problem.severity() == Severity::Error).collect();
    assert_eq!(severe.len(), 2, "{severe:?}");
    assert_eq!(severe[0].fault(), &SchemaFault::IdentifierTaken);
    assert_eq!(severe[1].fault(), &SchemaFault::NameTaken { name: "a".into(), by: "1.1".into() });
    assert_eq!(own.merge(&own), own);
}

#[test]
fn a_schema_comes_back_from_its_entry() {
    let own = Schema::builder()
        .lines(DefinitionKind::LdapSyntax, "# comment\n\n( 1.9 )\n( 1.8 DESC 'x' )\n")
        .definition(DefinitionKind::MatchingRule, "( 2.7.1 NAME 'r' SYNTAX 1.9 )")
        .definition(DefinitionKind::MatchingRuleUse, "( 2.7.1 APPLIES a )")
        .definition(DefinitionKind::AttributeType, "{1}( 1.1 NAME 'a' SYNTAX 1.9 )")
        .definition(DefinitionKind::ObjectClass, "( 2.5.6.0 NAME 'top' ABSTRACT )")
        .definition(DefinitionKind::ObjectClass, "( 2.1 NAME 'c' SUP top )")
        .definition(DefinitionKind::NameForm, "( 2.9.1 OC c MUST a )")
        .definition(DefinitionKind::DitContentRule, "( 2.1 MAY a )")
        .definition(DefinitionKind::DitStructureRule, "( 1 FORM 2.9.1 )")
        .build();
    let problem =
        SchemaProblem::new(DefinitionKind::AttributeType, "a", SchemaFault::Tolerated(Tolerance::Index, 0));
    assert_eq!(own.problems(), [problem]);
    let entry = own.to_entry("cn=schema");
    assert_eq!(entry.attributes().len(), 9);
    let again = Schema::from_entry(&entry);
    assert_eq!(again, own);
    assert_eq!(again.problems(), []);
    assert!(own.diff(&again).is_empty());
    let broken = entry.with("objectClasses", [b"\xff".as_slice(), b"("]);
    let faults: Vec<_> =
        Schema::from_entry(&broken).problems().iter().map(|problem| problem.fault().clone()).collect();
    assert!(matches!(faults.as_slice(), [SchemaFault::NotUtf8, SchemaFault::Malformed(_)]));
}
