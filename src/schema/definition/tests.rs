use super::*;

/// Reads strictly, prints and reads again; returns what was printed.
fn round_trip<D: Definition>(text: &str) -> String {
    let definition = D::parse_strict(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let printed = definition.to_string();
    assert_eq!(D::parse_strict(&printed).as_ref(), Ok(&definition), "{printed}");
    printed
}

#[test]
fn examples_of_the_standards_are_read_to_the_letter_and_printed_alike() {
    for (kind, text) in [
        (DefinitionKind::LdapSyntax, "( 1.3.6.1.4.1.1466.115.121.1.54 DESC 'LDAP Syntax Description' )"),
        (
            DefinitionKind::MatchingRule,
            "( 2.5.13.2 NAME 'caseIgnoreMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )",
        ),
        (DefinitionKind::MatchingRuleUse, "( 2.5.13.16 APPLIES ( givenName $ surname ) )"),
        (
            DefinitionKind::AttributeType,
            "( 2.5.18.1 NAME 'createTimestamp' EQUALITY generalizedTimeMatch ORDERING generalizedTimeOrderingMatch \
             SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE NO-USER-MODIFICATION USAGE directoryOperation )",
        ),
        (
            DefinitionKind::ObjectClass,
            "( 2.5.6.2 NAME 'country' SUP top STRUCTURAL MUST c MAY ( searchGuide $ description ) )",
        ),
        (DefinitionKind::NameForm, "( 2.5.15.3 NAME 'orgNameForm' OC organization MUST o )"),
        (
            DefinitionKind::DitContentRule,
            "( 2.5.6.4 DESC 'content rule for organization' NOT ( x121Address $ telexNumber ) )",
        ),
        (DefinitionKind::DitStructureRule, "( 2 DESC 'organization structure rule' FORM 2.5.15.3 )"),
        (
            DefinitionKind::DitStructureRule,
            "( 3 NAME ( 'a' 'b-1' ) OBSOLETE FORM f SUP ( 2 3 ) X-A ( 'x' '\\27\\5C' ) X-b_C ( ) )",
        ),
        (
            DefinitionKind::AttributeType,
            "( 1.2 NAME ( 'a' 'b' ) DESC 'Größe' OBSOLETE SUP name EQUALITY e ORDERING 1.3 SUBSTR s \
             SYNTAX 1.4{64} SINGLE-VALUE COLLECTIVE USAGE dSAOperation X-ORIGIN 'RFC' )",
        ),
    ] {
        let printed = match kind {
            DefinitionKind::LdapSyntax => round_trip::<LdapSyntax>(text),
            DefinitionKind::MatchingRule => round_trip::<MatchingRule>(text),
            DefinitionKind::MatchingRuleUse => round_trip::<MatchingRuleUse>(text),
            DefinitionKind::AttributeType => round_trip::<AttributeType>(text),
            DefinitionKind::ObjectClass => round_trip::<ObjectClass>(text),
            DefinitionKind::NameForm => round_trip::<NameForm>(text),
            DefinitionKind::DitContentRule => round_trip::<DitContentRule>(text),
            DefinitionKind::DitStructureRule => round_trip::<DitStructureRule>(text),
        };
        assert_eq!(printed, text);
    }
}

#[test]
fn optional_spaces_and_the_case_of_words_are_no_liberty() {
    let lower = "( 1.2 name 'a' syntax 1.3 single-value usage DSAOPERATION x-b 'c' )";
    assert_eq!(
        round_trip::<AttributeType>(lower),
        "( 1.2 NAME 'a' SYNTAX 1.3 SINGLE-VALUE USAGE dSAOperation x-b 'c' )"
    );
    let tight = "(2.5.6.6 NAME 'person' SUP top STRUCTURAL MUST (sn$cn) MAY (a$b))";
    let wide = "(   2.5.6.6   NAME   ( 'person'   )  SUP  ( top ) MUST  (  sn  $  cn  )  MAY ( a $b )   )";
    for text in [tight, wide] {
        assert_eq!(
            round_trip::<ObjectClass>(text),
            "( 2.5.6.6 NAME 'person' SUP top STRUCTURAL MUST ( sn $ cn ) MAY ( a $ b ) )"
        );
    }
}

#[test]
fn space_around_a_definition_is_read_but_not_to_the_letter() {
    for (text, position, expected) in [
        (" ( 1.2 )", 0, Tolerance::OuterSpace),
        ("( 1.2 ) ", 7, Tolerance::OuterSpace),
        ("( 1.2 )\n", 7, Tolerance::OtherSpace),
    ] {
        let expected = DefinitionExpected::Strict(expected);
        assert_eq!(LdapSyntax::parse(text).unwrap().to_string(), "( 1.2 )");
        let error = LdapSyntax::parse_strict(text).unwrap_err();
        assert_eq!((error.position(), error.expected()), (position, expected), "{text:?}");
    }
}

#[test]
fn each_liberty_is_read_named_and_not_written() {
    use Tolerance::*;
    for (text, expected, printed) in [
        ("{12}( 1.2 NAME 'a' )", vec![(Index, 0)], "( 1.2 NAME 'a' )"),
        ("( a-oid NAME 'a' )", vec![(NameForOid, 2)], "( a-oid NAME 'a' )"),
        ("( 1.2 SYNTAX OMsString )", vec![(NameForOid, 13)], "( 1.2 SYNTAX OMsString )"),
        ("( 1.2 NAME 'a_b' )", vec![(NameCharacter, 11)], "( 1.2 NAME 'a_b' )"),
        ("( 1.2 SUP 4a )", vec![(NameCharacter, 10)], "( 1.2 SUP 4a )"),
        ("( 1.02 )", vec![(OddOid, 2)], "( 1.02 )"),
        ("( 1.2 SYNTAX '1.3' )", vec![(QuotedOid, 13)], "( 1.2 SYNTAX 1.3 )"),
        ("( 1.2 SYNTAX '1.3{8}' )", vec![(QuotedOid, 13)], "( 1.2 SYNTAX 1.3{8} )"),
        ("( 1.2 NAME a )", vec![(UnquotedString, 11)], "( 1.2 NAME 'a' )"),
        ("( 1.2 DESC '' X-A '' )", vec![(EmptyString, 11)], "( 1.2 X-A ( ) )"),
        ("( 1.2 DESC 'a\\b' )", vec![(Backslash, 11)], "( 1.2 DESC 'a\\5Cb' )"),
        ("( 1.2 NAME'a'DESC 'b' )", vec![(MissingSpace, 10)], "( 1.2 NAME 'a' DESC 'b' )"),
        ("( 1.2\tNAME\n 'a' )\r\n", vec![(OtherSpace, 5)], "( 1.2 NAME 'a' )"),
        ("( 1.2 DESC 'b' NAME 'a' )", vec![(FieldOrder, 15)], "( 1.2 NAME 'a' DESC 'b' )"),
        ("( 1.2 X-A 'b' NAME 'a' )", vec![(FieldOrder, 14)], "( 1.2 NAME 'a' X-A 'b' )"),
        ("( 1.2 NAME ( 'a' $ 'b' ) )", vec![(ListSeparator, 17)], "( 1.2 NAME ( 'a' 'b' ) )"),
        ("( 1.2 x-a9 'b' )", vec![(ExtensionName, 6)], "( 1.2 x-a9 'b' )"),
        ("( 1.2 SYNTAX 1.3{064} )", vec![(LeadingZero, 17)], "( 1.2 SYNTAX 1.3{64} )"),
    ] {
        let (attribute, tolerated) = AttributeType::parse_noting(text).unwrap();
        assert_eq!(tolerated.iter().collect::<Vec<_>>(), expected, "{text}");
        assert_eq!(attribute.to_string(), printed);
        assert_eq!(AttributeType::parse(printed), Ok(attribute));
        let error = AttributeType::parse_strict(text).unwrap_err();
        assert_eq!(
            (error.position(), error.expected()),
            (expected[0].1, DefinitionExpected::Strict(expected[0].0))
        );
    }
    for (text, position) in [
        ("( 1.2 MAY ( a b ) )", 14),
        ("( 1.2 MAY ( a , b ) )", 14),
        ("( 1.2 MAY ( $ a $ b ) )", 12),
        ("( 1.2 MAY ( a $ b $ ) )", 20),
    ] {
        let (class, tolerated) = ObjectClass::parse_noting(text).unwrap();
        assert_eq!(tolerated.iter().collect::<Vec<_>>(), [(ListSeparator, position)], "{text}");
        assert_eq!(class.may.len(), text.matches(['a', 'b']).count());
    }
    let (syntax, tolerated) = LdapSyntax::parse_noting("( 1.2 NAME 'a' DESC 'b' )").unwrap();
    assert_eq!(tolerated.iter().collect::<Vec<_>>(), [(SyntaxName, 6)]);
    assert_eq!(syntax.to_string(), "( 1.2 DESC 'b' )");
    let text = "( 2.5.13.2 SYNTAX 1.2{3} )";
    let (rule, tolerated) = MatchingRule::parse_noting(text).unwrap();
    assert_eq!(tolerated.iter().collect::<Vec<_>>(), [(Length, 21)]);
    assert_eq!(rule.to_string(), "( 2.5.13.2 SYNTAX 1.2 )");
    assert_eq!(MatchingRule::parse_strict(text).unwrap_err().position(), 21);
    assert_eq!(MatchingRule::parse_strict("( 2.5.13.2 SYNTAX 1.2 )").unwrap(), rule);
    let (class, tolerated) = ObjectClass::parse_noting("( 1.2 MAY ( ) )").unwrap();
    assert!(class.may.is_empty() && tolerated.contains(EmptyList));
}

#[test]
fn malformed_definitions_are_refused_with_place_and_cause() {
    use DefinitionExpected::*;
    for (text, position, expected) in [
        ("", 0, OpeningParenthesis),
        ("1.2", 0, OpeningParenthesis),
        ("{0 ( 1.2 )", 2, OpeningParenthesis),
        ("(", 1, Oid),
        ("( )", 2, Oid),
        ("( 1.2", 5, ClosingParenthesis),
        ("( 1.2 ) x", 8, End),
        ("( 1.2 NAM 'a' )", 6, Field),
        ("( 1.2 'a' )", 6, Field),
        ("( 1.2 NAME )", 11, String),
        ("( 1.2 NAME 'a )", 15, ClosingQuote),
        ("( 1.2 NAME ( 'a'", 16, ClosingParenthesis),
        ("( 1.2 NAME 'a' NAME 'b' )", 15, OtherField),
        ("( 1.2 SUP $ )", 10, Oid),
        ("( 1.2 SYNTAX 1.3{} )", 17, Length),
        ("( 1.2 SYNTAX 1.3{99999999999999999999} )", 17, Length),
        ("( 1.2 SYNTAX 1.3{9 )", 18, Length),
        ("( 1.2 USAGE x )", 13, Usage),
        ("( 1.2 MUST a )", 6, Field),
    ] {
        let error = AttributeType::parse(text).unwrap_err();
        assert_eq!((error.position(), error.expected()), (position, expected), "{text:?}: {error}");
    }
    assert_eq!(ObjectClass::parse("( 1.2 ABSTRACT AUXILIARY )").unwrap_err().expected(), OtherField);
    assert_eq!(MatchingRule::parse("( 1.2 )").unwrap_err().expected(), Syntax);
    assert_eq!(MatchingRuleUse::parse("( 1.2 )").unwrap_err().expected(), Applies);
    assert_eq!(NameForm::parse("( 1.2 MUST a )").unwrap_err().expected(), Class);
    assert_eq!(NameForm::parse("( 1.2 OC a )").unwrap_err().expected(), Must);
    assert_eq!(DitStructureRule::parse("( 1 )").unwrap_err().expected(), Form);
    assert_eq!(DitStructureRule::parse("( a FORM b )").unwrap_err().expected(), RuleId);
}

#[test]
fn every_beginning_of_a_definition_is_an_error() {
    let text =
        "{0}( 1.2 NAME ( 'a' 'b' ) DESC 'c' SUP d EQUALITY e SYNTAX 1.3{9} USAGE dSAOperation X-A ( 'f' ) )";
    for end in 0..text.len() {
        assert!(AttributeType::parse(&text[..end]).is_err(), "{}", &text[..end]);
    }
    assert!(AttributeType::parse(text).is_ok());
}

#[test]
fn large_definitions_end_at_a_limit() {
    let long = format!("( 1.2 DESC '{}' )", "x".repeat(AttributeType::MAX_LENGTH - 15));
    assert_eq!(long.len(), AttributeType::MAX_LENGTH);
    assert_eq!(AttributeType::parse(&long).unwrap().to_string(), long);
    let error = AttributeType::parse(&format!("{long} ")).unwrap_err();
    assert_eq!(error.expected(), DefinitionExpected::ShorterText);

    let many = |count: usize| format!("( 1.2 MAY ( a{} ) )", " $ a".repeat(count - 1));
    // The identifier is one of the elements, too.
    assert_eq!(
        ObjectClass::parse(&many(ObjectClass::MAX_ELEMENTS - 1)).unwrap().may.len(),
        ObjectClass::MAX_ELEMENTS - 1
    );
    let error = ObjectClass::parse(&many(ObjectClass::MAX_ELEMENTS)).unwrap_err();
    assert_eq!(error.expected(), DefinitionExpected::FewerElements);
    // Neither quotes nor parentheses nest.
    for hostile in ["(", "'", "( 1.2 MAY (", "( 1.2 NAME '", "( 1.2 DESC '\\", "$", "{"] {
        let text = hostile.repeat(AttributeType::MAX_LENGTH / hostile.len());
        assert!(ObjectClass::parse(&text).is_err() && AttributeType::parse(&text).is_err());
    }
}

#[test]
fn definitions_are_found_by_any_of_their_names() {
    let attribute = AttributeType::parse("( 2.5.4.3 NAME ( 'cn' 'commonName' ) X-ORIGIN 'RFC' )").unwrap();
    assert!(attribute.is_called("CN") && attribute.is_called("COMMONname") && attribute.is_called("2.5.4.3"));
    assert!(!attribute.is_called("c"));
    assert_eq!((attribute.name(), attribute.identifier()), ("cn", "2.5.4.3"));
    assert_eq!(attribute.extension("x-origin").map(<[_]>::len), Some(1));
    let unnamed = LdapSyntax::parse("( 1.2 )").unwrap();
    assert_eq!((unnamed.name(), unnamed.description(), unnamed.is_obsolete()), ("1.2", None, false));
}
