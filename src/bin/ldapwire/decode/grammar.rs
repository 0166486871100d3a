//! The ASN.1 module of RFC 4511, appendix B, as a table: names and forms, for showing what octets are.
//!
//! The library's decoders judge a message; this table only names its parts, also those of a message that has a fault.
//! What stands at an unexpected place is shown without a name.

use ldapwire::ber::Tag;
use ldapwire::model::{DerefAliases, ModifyOperation, ResultCode, Scope};

use super::known::Known;

/// What may stand at one place of a SEQUENCE: the alternatives of a CHOICE, or one element.
pub(crate) type Component = &'static [Element];

/// An element by its tag.
#[derive(Debug)]
pub(crate) struct Element {
    pub(crate) tag: Tag,
    /// The identifier of the component in the standard.
    pub(crate) name: &'static str,
    pub(crate) form: Form,
}

/// What an element holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// One component after the other; any may be missing.
    Sequence(&'static [Component]),
    /// The same component again and again.
    Of(Component),
    /// Octets: a value, a cookie. Shown as text if they are.
    Octets,
    /// A number.
    Number,
    /// A number that has a name.
    Enumerated(fn(u32) -> Option<String>),
    Boolean,
    Null,
    /// Octets that are not shown.
    Secret,
    /// An identifier; says what the value beside it is.
    Oid,
    /// The value that belongs to the identifier before it: octets that are BER themselves where we know it.
    Value(fn(&Known) -> Option<Component>),
    /// Nothing is known.
    Any,
}

pub(super) const fn element(tag: Tag, name: &'static str, form: Form) -> Element {
    Element { tag, name, form }
}

pub(super) const fn octets(name: &'static str) -> Element {
    element(Tag::OCTET_STRING, name, Form::Octets)
}

pub(super) const fn sequence(name: &'static str, components: &'static [Component]) -> Element {
    element(Tag::SEQUENCE, name, Form::Sequence(components))
}

/// `[number] IMPLICIT`, primitive.
pub(super) const fn primitive(number: u8, name: &'static str, form: Form) -> Element {
    element(Tag::context_primitive(number), name, form)
}

/// `[number]`, constructed.
pub(super) const fn constructed(number: u8, name: &'static str, form: Form) -> Element {
    element(Tag::context(number), name, form)
}

const fn operation(number: u8, name: &'static str, components: &'static [Component]) -> Element {
    element(Tag::application(number), name, Form::Sequence(components))
}

/// No alternative at all: what comes is shown by its tag alone.
pub(crate) const ANY: Component = &[];

/// RFC 4511 4.1.1
pub(crate) static LDAP_MESSAGE: [Element; 1] =
    [sequence("LDAPMessage", &[&[element(Tag::INTEGER, "messageID", Form::Number)], &PROTOCOL_OP, CONTROLS])];

static PROTOCOL_OP: [Element; 21] = [
    operation(
        0,
        "bindRequest",
        &[
            &[element(Tag::INTEGER, "version", Form::Number)],
            &[octets("name")],
            &[
                primitive(0, "simple", Form::Secret),
                // RFC 4511 reserves 1 and 2 (Kerberos 4); Active Directory has 9 to 11.
                primitive(1, "krbv42LDAP", Form::Secret),
                primitive(2, "krbv42DSA", Form::Secret),
                primitive(9, "sicilyPackageDiscovery", Form::Octets),
                primitive(10, "sicilyNegotiate", Form::Secret),
                primitive(11, "sicilyResponse", Form::Secret),
                constructed(
                    3,
                    "sasl",
                    Form::Sequence(&[
                        &[octets("mechanism")],
                        &[element(Tag::OCTET_STRING, "credentials", Form::Secret)],
                    ]),
                ),
            ],
        ],
    ),
    operation(
        1,
        "bindResponse",
        &[CODE, MATCHED_DN, DIAGNOSTIC_MESSAGE, REFERRAL, &[primitive(7, "serverSaslCreds", Form::Octets)]],
    ),
    element(Tag::application_primitive(2), "unbindRequest", Form::Null),
    operation(
        3,
        "searchRequest",
        &[
            &[octets("baseObject")],
            &[element(Tag::ENUMERATED, "scope", Form::Enumerated(scope))],
            &[element(Tag::ENUMERATED, "derefAliases", Form::Enumerated(deref_aliases))],
            &[element(Tag::INTEGER, "sizeLimit", Form::Number)],
            &[element(Tag::INTEGER, "timeLimit", Form::Number)],
            &[element(Tag::BOOLEAN, "typesOnly", Form::Boolean)],
            &FILTER,
            &[element(Tag::SEQUENCE, "attributes", Form::Of(&[octets("selector")]))],
        ],
    ),
    operation(
        4,
        "searchResEntry",
        &[
            &[octets("objectName")],
            &[element(Tag::SEQUENCE, "attributes", Form::Of(&[sequence("partialAttribute", ATTRIBUTE)]))],
        ],
    ),
    operation(5, "searchResDone", RESULT),
    operation(
        6,
        "modifyRequest",
        &[
            &[octets("object")],
            &[element(
                Tag::SEQUENCE,
                "changes",
                Form::Of(&[sequence(
                    "change",
                    &[
                        &[element(Tag::ENUMERATED, "operation", Form::Enumerated(modify_operation))],
                        &[sequence("modification", ATTRIBUTE)],
                    ],
                )]),
            )],
        ],
    ),
    operation(7, "modifyResponse", RESULT),
    operation(
        8,
        "addRequest",
        &[
            &[octets("entry")],
            &[element(Tag::SEQUENCE, "attributes", Form::Of(&[sequence("attribute", ATTRIBUTE)]))],
        ],
    ),
    operation(9, "addResponse", RESULT),
    element(Tag::application_primitive(10), "delRequest", Form::Octets),
    operation(11, "delResponse", RESULT),
    operation(
        12,
        "modDNRequest",
        &[
            &[octets("entry")],
            &[octets("newrdn")],
            &[element(Tag::BOOLEAN, "deleteoldrdn", Form::Boolean)],
            &[primitive(0, "newSuperior", Form::Octets)],
        ],
    ),
    operation(13, "modDNResponse", RESULT),
    operation(14, "compareRequest", &[&[octets("entry")], &[sequence("ava", ASSERTION)]]),
    operation(15, "compareResponse", RESULT),
    element(Tag::application_primitive(16), "abandonRequest", Form::Number),
    element(Tag::application(19), "searchResRef", Form::Of(&[octets("uri")])),
    operation(
        23,
        "extendedReq",
        &[
            &[primitive(0, "requestName", Form::Oid)],
            &[primitive(1, "requestValue", Form::Value(|known| known.request))],
        ],
    ),
    operation(
        24,
        "extendedResp",
        &[
            CODE,
            MATCHED_DN,
            DIAGNOSTIC_MESSAGE,
            REFERRAL,
            &[primitive(10, "responseName", Form::Oid)],
            &[primitive(11, "responseValue", Form::Value(|known| known.response))],
        ],
    ),
    operation(
        25,
        "intermediateResponse",
        &[
            &[primitive(0, "responseName", Form::Oid)],
            &[primitive(1, "responseValue", Form::Value(|known| known.response))],
        ],
    ),
];

/// RFC 4511 4.1.11
const CONTROLS: Component = &[constructed(
    0,
    "controls",
    Form::Of(&[sequence(
        "control",
        &[
            &[element(Tag::OCTET_STRING, "controlType", Form::Oid)],
            &[element(Tag::BOOLEAN, "criticality", Form::Boolean)],
            &[element(Tag::OCTET_STRING, "controlValue", Form::Value(|known| known.request))],
        ],
    )]),
)];

/// `LDAPResult`, RFC 4511 4.1.9
const RESULT: &[Component] = &[CODE, MATCHED_DN, DIAGNOSTIC_MESSAGE, REFERRAL];
const CODE: Component = &[element(Tag::ENUMERATED, "resultCode", Form::Enumerated(result_code))];
const MATCHED_DN: Component = &[octets("matchedDN")];
const DIAGNOSTIC_MESSAGE: Component = &[octets("diagnosticMessage")];
const REFERRAL: Component = &[constructed(3, "referral", Form::Of(&[octets("uri")]))];

/// `PartialAttribute`, RFC 4511 4.1.7
const ATTRIBUTE: &[Component] =
    &[&[octets("type")], &[element(Tag::SET, "vals", Form::Of(&[octets("value")]))]];

/// `AttributeValueAssertion`, RFC 4511 4.1.6
const ASSERTION: &[Component] = &[&[octets("attributeDesc")], &[octets("assertionValue")]];

/// RFC 4511 4.5.1.7. Statics rather than constants, since this one holds itself.
pub(super) static FILTER: [Element; 10] = [
    constructed(0, "and", Form::Of(&FILTER)),
    constructed(1, "or", Form::Of(&FILTER)),
    constructed(2, "not", Form::Of(&FILTER)),
    constructed(3, "equalityMatch", Form::Sequence(ASSERTION)),
    constructed(
        4,
        "substrings",
        Form::Sequence(&[
            &[octets("type")],
            &[element(
                Tag::SEQUENCE,
                "substrings",
                Form::Of(&[
                    primitive(0, "initial", Form::Octets),
                    primitive(1, "any", Form::Octets),
                    primitive(2, "final", Form::Octets),
                ]),
            )],
        ]),
    ),
    constructed(5, "greaterOrEqual", Form::Sequence(ASSERTION)),
    constructed(6, "lessOrEqual", Form::Sequence(ASSERTION)),
    primitive(7, "present", Form::Octets),
    constructed(8, "approxMatch", Form::Sequence(ASSERTION)),
    constructed(
        9,
        "extensibleMatch",
        Form::Sequence(&[
            &[primitive(1, "matchingRule", Form::Octets)],
            &[primitive(2, "type", Form::Octets)],
            &[primitive(3, "matchValue", Form::Octets)],
            &[primitive(4, "dnAttributes", Form::Boolean)],
        ]),
    ),
];

fn scope(number: u32) -> Option<String> {
    Some(match Scope::from_number(number) {
        Scope::BaseObject => "baseObject".to_owned(),
        Scope::SingleLevel => "singleLevel".to_owned(),
        Scope::WholeSubtree => "wholeSubtree".to_owned(),
        Scope::SubordinateSubtree => "subordinateSubtree".to_owned(),
        _ => return None,
    })
}

fn deref_aliases(number: u32) -> Option<String> {
    Some(match DerefAliases::from_number(number) {
        DerefAliases::NeverDerefAliases => "neverDerefAliases".to_owned(),
        DerefAliases::DerefInSearching => "derefInSearching".to_owned(),
        DerefAliases::DerefFindingBaseObj => "derefFindingBaseObj".to_owned(),
        DerefAliases::DerefAlways => "derefAlways".to_owned(),
        _ => return None,
    })
}

fn modify_operation(number: u32) -> Option<String> {
    match ModifyOperation::from_number(number) {
        ModifyOperation::Other(_) => None,
        operation => Some(operation.to_string()),
    }
}

pub(super) fn result_code(number: u32) -> Option<String> {
    ResultCode::new(number).name().map(str::to_owned)
}
