//! Values of controls and extended operations, so that they can be opened. The names are the library's.

use ldapwire::ber::Tag;
use ldapwire::model::{LdapString, Oid};
use ldapwire::proto::registry;

use super::grammar::{
    Component, Element, FILTER, Form, constructed, element, octets, primitive, result_code, sequence,
};

/// A control or an extended operation that has a name, and perhaps a value that can be shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) name: &'static str,
    /// The value of the control, or of the request.
    pub(super) request: Option<Component>,
    /// The value of the response.
    pub(super) response: Option<Component>,
}

/// Finds what an identifier stands for.
pub(crate) fn find(oid: &[u8]) -> Option<Known> {
    let oid = Oid::from_wire(LdapString::from(std::str::from_utf8(oid).ok()?));
    let name = registry::find(&oid)?.name();
    let opened = VALUES.iter().find(|known| known.name == name);
    Some(opened.copied().unwrap_or(Known { name, request: None, response: None }))
}

const fn control(name: &'static str, value: Component) -> Known {
    Known { name, request: Some(value), response: None }
}

const fn integer(name: &'static str) -> Element {
    element(Tag::INTEGER, name, Form::Number)
}

const fn enumerated(name: &'static str) -> Element {
    element(Tag::ENUMERATED, name, Form::Number)
}

const fn boolean(name: &'static str) -> Element {
    element(Tag::BOOLEAN, name, Form::Boolean)
}

const fn code(name: &'static str) -> Element {
    element(Tag::ENUMERATED, name, Form::Enumerated(result_code))
}

/// The values that can be opened, by the names of the registry.
static VALUES: [Known; 20] = [
    // RFC 2696
    control(
        "pagedResults",
        &[sequence("realSearchControlValue", &[&[integer("size")], &[octets("cookie")]])],
    ),
    // RFC 2891
    control(
        "sortRequest",
        &[element(
            Tag::SEQUENCE,
            "SortKeyList",
            Form::Of(&[sequence(
                "sortKey",
                &[
                    &[octets("attributeType")],
                    &[primitive(0, "orderingRule", Form::Octets)],
                    &[primitive(1, "reverseOrder", Form::Boolean)],
                ],
            )]),
        )],
    ),
    control(
        "sortResponse",
        &[sequence("SortResult", &[&[code("sortResult")], &[primitive(0, "attributeType", Form::Octets)]])],
    ),
    // RFC 3062
    Known {
        name: "passwdModify",
        request: Some(&[sequence(
            "PasswdModifyRequestValue",
            &[
                &[primitive(0, "userIdentity", Form::Octets)],
                &[primitive(1, "oldPasswd", Form::Secret)],
                &[primitive(2, "newPasswd", Form::Secret)],
            ],
        )]),
        response: Some(&[sequence(
            "PasswdModifyResponseValue",
            &[&[primitive(0, "genPasswd", Form::Secret)]],
        )]),
    },
    // RFC 3672
    control("subentries", &[boolean("visibility")]),
    // RFC 3876
    control("matchedValues", &[element(Tag::SEQUENCE, "ValuesReturnFilter", Form::Of(&FILTER))]),
    // RFC 3909
    control("cancel", &[sequence("cancelRequestValue", &[&[integer("cancelID")]])]),
    // RFC 4528
    control("assertion", &FILTER),
    // RFC 4533
    control(
        "syncRequest",
        &[sequence(
            "syncRequestValue",
            &[&[enumerated("mode")], &[octets("cookie")], &[boolean("reloadHint")]],
        )],
    ),
    control(
        "syncState",
        &[sequence("syncStateValue", &[&[enumerated("state")], &[octets("entryUUID")], &[octets("cookie")]])],
    ),
    control("syncDone", &[sequence("syncDoneValue", &[&[octets("cookie")], &[boolean("refreshDeletes")]])]),
    Known {
        name: "syncInfo",
        request: None,
        response: Some(&[
            primitive(0, "newcookie", Form::Octets),
            constructed(1, "refreshDelete", Form::Sequence(SYNC_PHASE)),
            constructed(2, "refreshPresent", Form::Sequence(SYNC_PHASE)),
            constructed(
                3,
                "syncIdSet",
                Form::Sequence(&[
                    &[octets("cookie")],
                    &[boolean("refreshDeletes")],
                    &[element(Tag::SET, "syncUUIDs", Form::Of(&[octets("syncUUID")]))],
                ]),
            ),
        ]),
    },
    // RFC 5805
    Known {
        name: "endTransaction",
        request: Some(&[sequence("txnEndReq", &[&[boolean("commit")], &[octets("identifier")]])]),
        response: Some(&[sequence("txnEndRes", &[&[integer("messageID")]])]),
    },
    // draft-ietf-ldapext-ldapv3-vlv
    control(
        "virtualListViewRequest",
        &[sequence(
            "VirtualListViewRequest",
            &[
                &[integer("beforeCount")],
                &[integer("afterCount")],
                &[
                    constructed(
                        0,
                        "byOffset",
                        Form::Sequence(&[&[integer("offset")], &[integer("contentCount")]]),
                    ),
                    primitive(1, "greaterThanOrEqual", Form::Octets),
                ],
                &[octets("contextID")],
            ],
        )],
    ),
    control(
        "virtualListViewResponse",
        &[sequence(
            "VirtualListViewResponse",
            &[
                &[integer("targetPosition")],
                &[integer("contentCount")],
                &[code("virtualListViewResult")],
                &[octets("contextID")],
            ],
        )],
    ),
    // draft-ietf-ldapext-psearch
    control(
        "persistentSearch",
        &[sequence(
            "PersistentSearch",
            &[&[integer("changeTypes")], &[boolean("changesOnly")], &[boolean("returnECs")]],
        )],
    ),
    control(
        "entryChangeNotification",
        &[sequence(
            "EntryChangeNotification",
            &[&[enumerated("changeType")], &[octets("previousDN")], &[integer("changeNumber")]],
        )],
    ),
    // draft-behera-ldap-password-policy
    control(
        "passwordPolicy",
        &[sequence(
            "PasswordPolicyResponseValue",
            &[
                &[constructed(
                    0,
                    "warning",
                    Form::Of(&[
                        primitive(0, "timeBeforeExpiration", Form::Number),
                        primitive(1, "graceAuthNsRemaining", Form::Number),
                    ]),
                )],
                &[primitive(1, "error", Form::Number)],
            ],
        )],
    ),
    // MS-ADTS
    control("sdFlags", &[sequence("SDFlagsRequestValue", &[&[integer("Flags")]])]),
    control(
        "dirSync",
        &[sequence(
            "DirSyncRequestValue",
            &[&[integer("Flags")], &[integer("MaxBytes")], &[octets("Cookie")]],
        )],
    ),
];

const SYNC_PHASE: &[Component] = &[&[octets("cookie")], &[boolean("refreshDone")]];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_belongs_to_a_name_of_the_registry() {
        for known in &VALUES {
            let mut registered = registry::by_name(known.name);
            let oid = registered.next().unwrap_or_else(|| panic!("{}", known.name)).oid();
            assert!(find(oid.as_str().as_bytes()).is_some_and(|found| found.name == known.name));
            assert_eq!(VALUES.iter().filter(|other| other.name == known.name).count(), 1, "{}", known.name);
        }
    }

    #[test]
    fn what_has_no_value_to_open_has_a_name_all_the_same() {
        let found = find(b"1.3.6.1.4.1.1466.20037").unwrap();
        assert!(found.name == "startTLS" && found.request.is_none());
        assert!(find(b"1.2.3").is_none() && find(b"\xff").is_none());
    }
}
