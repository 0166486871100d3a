use super::*;

/// Values of a syntax, and what is none with the place where it goes wrong.
struct Case {
    name: &'static str,
    valid: &'static [&'static str],
    invalid: &'static [(&'static str, usize)],
}

const CASES: &[Case] = &[
    Case {
        name: "Attribute Type Description",
        valid: &["( 2.5.18.1 NAME 'createTimestamp' SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 )"],
        invalid: &[("", 0), ("( cn NAME 'cn' )", 2)],
    },
    Case {
        name: "Bit String",
        valid: &["'0101111101'B", "''B"],
        invalid: &[("", 0), ("'012'B", 3), ("'01'", 4), ("'01'C", 4), ("01B", 0), ("'01'B ", 5)],
    },
    Case {
        name: "Boolean",
        valid: &["TRUE", "FALSE", "true"],
        invalid: &[("", 0), ("1", 0), ("TRUE ", 4), ("TRUEE", 0)],
    },
    Case {
        name: "Country String",
        valid: &["US", "AU"],
        invalid: &[("", 0), ("D", 1), ("USA", 2), ("U_", 1), ("ü", 0)],
    },
    Case {
        name: "Delivery Method",
        valid: &["telephone $ videotex", "any", "mhs$g3fax$IA5"],
        invalid: &[("", 0), ("pigeon", 0), ("any $", 5), ("any any", 4), ("any ", 4)],
    },
    Case {
        name: "Directory String",
        valid: &["This is a value #!%#@.", " ", "\u{1f600}"],
        invalid: &[("", 0)],
    },
    Case {
        name: "DIT Content Rule Description",
        valid: &["( 2.5.6.4 DESC 'content rule for organization' NOT ( x121Address $ telexNumber ) )"],
        invalid: &[("( 2.5.6.4 NOT )", 14)],
    },
    Case {
        name: "DIT Structure Rule Description",
        valid: &["( 2 DESC 'organization structure rule' FORM 2.5.15.3 )"],
        invalid: &[("( 2 )", 5)],
    },
    Case {
        name: "DN",
        valid: &["", "UID=jsmith,DC=example,DC=net", "1.3.6.1.4.1.1466.0=#04024869,DC=example,DC=com"],
        invalid: &[("x", 1), ("cn=a,", 5)],
    },
    Case {
        name: "X.509 Certificate List Exact Assertion",
        valid: &[
            r#"{ issuer rdnSequence:"cn=a", thisUpdate utcTime:"260102030405Z" }"#,
            r#"{issuer  rdnSequence:"",  thisUpdate  utcTime:"2601020304+0100"}"#,
            r#"{ issuer rdnSequence:"cn=a", thisUpdate generalizedTime:"20510102030405Z" }"#,
            r#"{ issuer rdnSequence:"cn=a", thisUpdate "20260102030405Z" }"#,
        ],
        invalid: &[
            ("", 0),
            (r#"{ thisUpdate "20260102030405Z", issuer rdnSequence:"cn=a" }"#, 2),
            (r#"{ issuer rdnSequence:"cn=a" }"#, 27),
            (r#"{ issuer rdnSequence:"cn=a", thisUpdate }"#, 40),
            (r#"{ issuer rdnSequence:"cn=a", thisUpdate :"20260102030405Z" }"#, 40),
            (r#"{ issuer rdnSequence:"cn=a", thisUpdate utctime:"260102030405Z" }"#, 40),
            (r#"{ issuer rdnSequence:"cn=a", thisUpdate utcTime:260102030405Z }"#, 48),
            (r#"{ issuer rdnSequence:"cn=a", thisUpdate utcTime:"2601020304" }"#, 59),
            (r#"{ issuer rdnSequence:"cn=a", thisUpdate utcTime:"261302030405Z" }"#, 51),
            (r#"{ issuer rdnSequence:"cn=a", thisUpdate "rubbish" }"#, 41),
            (r#"{ issuer rdnSequence:"cn=a", thisUpdate "20260102030405Z"#, 56),
            (r#"{ issuer rdnSequence:"cn=a", thisUpdate "20260102030405Z", distributionPoint x }"#, 57),
        ],
    },
    Case {
        name: "X.509 Certificate Exact Assertion",
        valid: &[
            r#"{ serialNumber 0, issuer rdnSequence:"" }"#,
            r#"{serialNumber -12345678901234567890123,issuer  rdnSequence:"cn=a\""b"}"#,
        ],
        invalid: &[
            ("", 0),
            ("{ }", 2),
            ("{ serialNumber01", 14),
            ("{ serialnumber 1", 2),
            ("{ serialNumber 01", 15),
            ("{ serialNumber , issuer", 15),
            (r#"{ serialNumber 1 , issuer rdnSequence:"cn=a" }"#, 16),
            (r#"{ issuer rdnSequence:"cn=a", serialNumber 1 }"#, 2),
            ("{ serialNumber 1, issuer rdnSequence:cn=a }", 37),
            (r#"{ serialNumber 1, issuer rdnSequence:"cn" }"#, 38),
            (r#"{ serialNumber 1, issuer "cn=a" }"#, 25),
            (r#"{ serialNumber 1, issuer rdnSequence:"cn=a"#, 42),
            (r#"{ serialNumber 1, issuer rdnSequence:"cn=a" } "#, 45),
        ],
    },
    Case {
        name: "Enhanced Guide",
        valid: &["person#(sn$EQ)#oneLevel", " 2.5.6.6 # !?true&(a$LE|b$APPROX) # baseobject"],
        invalid: &[
            ("person#(sn$EQ)#two", 15),
            ("person#(sn$EQ#oneLevel", 13),
            ("(sn$EQ)#oneLevel", 0),
            ("", 0),
        ],
    },
    Case {
        name: "Facsimile Telephone Number",
        valid: &["+61 3 9896 7801", "1$twoDimensional$b4Width"],
        invalid: &[("", 0), ("1$", 2), ("1$color", 2), ("1#", 1)],
    },
    Case {
        name: "Generalized Time",
        valid: &["199412161032Z", "199412160532-0500", "2000022923.5+01", "20161231235960Z"],
        invalid: &[
            ("", 0),
            ("19940231000000Z", 6),
            ("19000229000000Z", 6),
            ("199413010000Z", 4),
            ("19941216103Z", 10),
            ("199412161032", 12),
            ("199412161032z", 12),
            ("199412161032.Z", 13),
            ("1994121624Z", 8),
            ("19941216103261Z", 12),
            ("199412161032Zx", 13),
            ("199412161032+2500", 13),
        ],
    },
    Case {
        name: "Guide",
        valid: &["person#sn$EQ", "sn$EQ|!(cn$SUBSTR&?false)"],
        invalid: &[("", 0), ("sn$EQ)", 5), ("sn", 2), ("sn$EQ&", 6), ("((sn$EQ)", 8)],
    },
    Case { name: "IA5 String", valid: &["", "a b\0"], invalid: &[("aé", 1)] },
    Case {
        name: "Integer",
        valid: &["0", "1321", "-7", "123456789012345678901234567890"],
        invalid: &[("", 0), ("-", 1), ("-0", 1), ("01", 0), ("1.5", 1), ("+1", 0), ("-01", 1)],
    },
    Case {
        name: "LDAP Syntax Description",
        valid: &["( 1.3.6.1.4.1.1466.115.121.1.54 DESC 'LDAP Syntax Description' )"],
        invalid: &[("( 1.3 NAME 'x' )", 6)],
    },
    Case {
        name: "Matching Rule Description",
        valid: &["( 2.5.13.2 NAME 'caseIgnoreMatch' SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )"],
        invalid: &[("( 2.5.13.2 NAME 'caseIgnoreMatch' )", 35)],
    },
    Case {
        name: "Matching Rule Use Description",
        valid: &["( 2.5.13.16 APPLIES ( givenName $ surname ) )"],
        invalid: &[("( 2.5.13.16 )", 13)],
    },
    Case {
        name: "Name And Optional UID",
        valid: &["1.3.6.1.4.1.1466.0=#04024869,O=Test,C=GB#'0101'B", "cn=a", "cn=a#b", "#''B"],
        invalid: &[("x#'0101'B", 1)],
    },
    Case {
        name: "Name Form Description",
        valid: &["( 2.5.15.3 NAME 'orgNameForm' OC organization MUST o )"],
        invalid: &[("( 2.5.15.3 MUST o )", 19)],
    },
    Case {
        name: "Numeric String",
        valid: &["15 079 672 281", " "],
        invalid: &[("", 0), ("1-2", 1), ("١", 0)],
    },
    Case {
        name: "Object Class Description",
        valid: &["( 2.5.6.2 NAME 'country' SUP top STRUCTURAL MUST c MAY ( searchGuide $ description ) )"],
        invalid: &[("( 2.5.6.2 NAME country )", 15)],
    },
    Case { name: "Octet String", valid: &["", "\0"], invalid: &[] },
    Case {
        name: "OID",
        valid: &["1.2.3.4", "cn", "a-1"],
        invalid: &[("", 0), ("1", 1), ("1.02", 2), ("a_b", 1), ("cn;x", 2), ("-a", 0)],
    },
    Case {
        name: "Other Mailbox",
        valid: &["MCIMail$12$34", "x$"],
        invalid: &[("", 0), ("x", 1), ("$x", 0), ("x$é", 2)],
    },
    Case {
        name: "Postal Address",
        valid: &[
            "1234 Main St.$Anytown, CA 12345$USA",
            "\\241,000,000 Sweepstakes$PO Box 1000000$Anytown, CA 12345$USA",
            "\\5cä",
        ],
        invalid: &[("", 0), ("a$", 2), ("a$$b", 2), ("a\\b", 1), ("\\2", 0)],
    },
    Case {
        name: "Printable String",
        valid: &["This is a PrintableString.", "'()+,-./:=? "],
        invalid: &[("", 0), ("a@b", 1), ("a*", 1)],
    },
    Case {
        name: "Substring Assertion",
        valid: &["*", "a*", "*a", "a*b*c", "\\2A*\\5c"],
        invalid: &[("", 0), ("a", 1), ("a**b", 2), ("\\2B*", 0)],
    },
    Case {
        name: "Telephone Number",
        valid: &["+1 512 315 0280", "+1-512-315-0280", "+61 3 9896 7830"],
        invalid: &[("", 0), ("#31", 0)],
    },
    Case {
        name: "Teletex Terminal Identifier",
        valid: &["123$graphic:a\\24$misc:", "1"],
        invalid: &[("", 0), ("1$color:x", 2), ("1$page", 6), ("1$page:\\25", 7)],
    },
    Case {
        name: "Telex Number",
        valid: &["12345$UK$ABCDE"],
        invalid: &[("", 0), ("1", 1), ("1$2", 3), ("1$2$3$4", 5), ("1$$3", 2)],
    },
    Case {
        name: "UTC Time",
        valid: &["9412161032Z", "941216103200-0500", "9412161032", "0002290000Z"],
        invalid: &[("", 0), ("9402290000Z", 4), ("94121610Z", 8), ("9412161032X", 10), ("9412161032+05", 13)],
    },
    Case {
        name: "UUID",
        valid: &["597ae2f6-16a6-1027-98f4-d28b5365dc14", "597AE2F6-16A6-1027-98F4-D28B5365DC14"],
        invalid: &[
            ("", 0),
            ("597ae2f616a6102798f4d28b5365dc14", 8),
            ("597ae2f6-16a6-1027-98f4-d28b5365dc1", 34),
            ("597ae2f6-16a6-1027-98f4-d28b5365dc14x", 36),
        ],
    },
    Case {
        name: "Subtree Specification",
        valid: &[
            "{}",
            "{ base \"cn=a \\\"\"b\\\"\"\", specificExclusions { chopBefore:\"cn=x\" }, minimum 1 }",
            "{ specificationFilter and:{ item:person, not:item:2.5.6.6 } }",
        ],
        invalid: &[
            ("", 0),
            ("{", 1),
            ("{ base \"x }", 11),
            ("{ base \"x\" }", 8),
            ("{}}", 2),
            ("{ ; }", 2),
            ("{ minimum 1, base \"\" }", 13),
            ("{ minimum 1, minimum 1 }", 13),
        ],
    },
    Case {
        name: "NIS Netgroup Triple",
        valid: &["(host.example.org,-,)", "(,,)"],
        invalid: &[("", 0), ("(a,b)", 4), ("(a,b,c", 6)],
    },
    Case {
        name: "Boot Parameter",
        valid: &["root=server:/export/root"],
        invalid: &[("", 0), ("root", 4), ("root=a", 6), ("root=a:", 7)],
    },
    Case { name: "LargeInteger", valid: &["133497216000000000"], invalid: &[("0x10", 1)] },
];

#[test]
fn values_are_told_from_what_is_none() {
    for Case { name, valid, invalid } in CASES {
        let syntax = Syntax::all().find(|syntax| syntax.name() == *name).unwrap_or_else(|| panic!("{name}"));
        for value in *valid {
            assert_eq!(syntax.validate(value.as_bytes()), Ok(()), "{name}: {value:?}");
        }
        for (value, position) in *invalid {
            let error = syntax.validate(value.as_bytes()).expect_err(value);
            assert_eq!(error.position(), *position, "{name}: {value:?}: {error}");
        }
    }
}

#[test]
fn octets_that_are_no_text_are_refused_where_text_is_meant() {
    let lenient = ["Octet String", "Fax", "Audio", "Binary", "String(NT-Sec-Desc)"];
    for syntax in Syntax::all() {
        let accepts = syntax.validate(b"\xff\xfe").is_ok();
        assert_eq!(accepts, lenient.contains(&syntax.name()), "{syntax:?}");
        // Whatever comes, there is an answer.
        for octet in 0..=255 {
            let _ = syntax.validate(&[octet]);
            let _ = syntax.validate(&[octet; 300]);
        }
    }
}

#[test]
fn binary_values_are_told_by_their_beginning() {
    let jpeg = Syntax::find("1.3.6.1.4.1.1466.115.121.1.28").unwrap();
    assert!(jpeg.validate(b"\xff\xd8\xff\xe0\0\x10JFIF").is_ok());
    assert_eq!(jpeg.validate(b"\xff\xd8").unwrap_err().position(), 2);
    assert_eq!(jpeg.validate(b"GIF89a").unwrap_err().position(), 0);
    let certificate = Syntax::find("1.3.6.1.4.1.1466.115.121.1.8").unwrap();
    assert!(certificate.validate(b"\x30\x03\x02\x01\x01").is_ok());
    for octets in [b"".as_slice(), b"\x30\x05\x02\x01\x01", b"\x30\x03\x02\x01\x01\0", b"\x31\0"] {
        assert!(certificate.validate(octets).is_err(), "{octets:?}");
    }
}

#[test]
fn deep_nesting_costs_no_stack() {
    let guide = Syntax::find("1.3.6.1.4.1.1466.115.121.1.25").unwrap();
    let deep = 1_000_000;
    let text = format!("{}sn$EQ{}", "!(".repeat(deep), ")".repeat(deep));
    assert_eq!(guide.validate(text.as_bytes()), Ok(()));
    let subtree = Syntax::find("1.3.6.1.4.1.1466.115.121.1.45").unwrap();
    // Here there is a limit, which `SubtreeSpecification` tells.
    let text = format!("{{ specificationFilter {}", "and:{".repeat(deep));
    assert!(subtree.validate(text.as_bytes()).is_err());
}

#[test]
fn identifiers_and_names_are_unique() {
    let mut oids: Vec<_> = Syntax::all().map(Syntax::oid).collect();
    let mut names: Vec<_> = Syntax::all().map(Syntax::name).collect();
    for list in [&mut oids, &mut names] {
        let count = list.len();
        list.sort_unstable();
        list.dedup();
        assert_eq!(list.len(), count);
    }
    assert!(Syntax::find("1.2.3").is_none());
}
