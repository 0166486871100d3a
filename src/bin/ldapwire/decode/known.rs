//! Controls and extended operations by their identifiers: names, and the values that can be opened.

use ldapwire::ber::Tag;

use super::grammar::{Component, FILTER, Form, element, octets, primitive, sequence};

/// A control or an extended operation that has a name, and perhaps a value that can be shown.
#[derive(Debug)]
pub(crate) struct Known {
    oid: &'static str,
    pub(crate) name: &'static str,
    /// The value of the control, or of the request.
    pub(super) request: Option<Component>,
    /// The value of the response.
    pub(super) response: Option<Component>,
}

/// Finds what an identifier stands for.
pub(crate) fn find(oid: &[u8]) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.oid.as_bytes() == oid)
}

const fn named(oid: &'static str, name: &'static str) -> Known {
    Known { oid, name, request: None, response: None }
}

static KNOWN: [Known; 24] = [
    // RFC 2696
    Known {
        request: Some(&[sequence(
            "realSearchControlValue",
            &[&[element(Tag::INTEGER, "size", Form::Number)], &[octets("cookie")]],
        )]),
        ..named("1.2.840.113556.1.4.319", "pagedResults")
    },
    // RFC 3062
    Known {
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
        ..named("1.3.6.1.4.1.4203.1.11.1", "passwdModify")
    },
    // RFC 3909
    Known {
        request: Some(&[sequence(
            "cancelRequestValue",
            &[&[element(Tag::INTEGER, "cancelID", Form::Number)]],
        )]),
        ..named("1.3.6.1.1.8", "cancel")
    },
    // RFC 4528
    Known { request: Some(&FILTER), ..named("1.3.6.1.1.12", "assertion") },
    // RFC 4533
    Known {
        request: Some(&[sequence(
            "syncRequestValue",
            &[
                &[element(Tag::ENUMERATED, "mode", Form::Number)],
                &[octets("cookie")],
                &[element(Tag::BOOLEAN, "reloadHint", Form::Boolean)],
            ],
        )]),
        ..named("1.3.6.1.4.1.4203.1.9.1.1", "syncRequest")
    },
    named("1.3.6.1.4.1.4203.1.9.1.2", "syncState"),
    named("1.3.6.1.4.1.4203.1.9.1.3", "syncDone"),
    named("1.3.6.1.4.1.4203.1.9.1.4", "syncInfo"),
    // RFC 4511 4.4.1, 4.14
    named("1.3.6.1.4.1.1466.20036", "noticeOfDisconnection"),
    named("1.3.6.1.4.1.1466.20037", "startTLS"),
    // RFC 4532
    named("1.3.6.1.4.1.4203.1.11.3", "whoAmI"),
    // RFC 3296
    named("2.16.840.1.113730.3.4.2", "manageDsaIT"),
    // RFC 2891
    named("1.2.840.113556.1.4.473", "sortRequest"),
    named("1.2.840.113556.1.4.474", "sortResponse"),
    // RFC 4527
    named("1.3.6.1.1.13.1", "preRead"),
    named("1.3.6.1.1.13.2", "postRead"),
    // RFC 4370
    named("2.16.840.1.113730.3.4.18", "proxiedAuthorization"),
    // RFC 3672
    named("1.3.6.1.4.1.4203.1.10.1", "subentries"),
    // RFC 3876
    named("1.2.826.0.1.3344810.2.3", "matchedValues"),
    // RFC 5805
    named("1.3.6.1.1.21.1", "startTransaction"),
    named("1.3.6.1.1.21.2", "transactionSpecification"),
    named("1.3.6.1.1.21.3", "endTransaction"),
    // RFC 2589
    named("1.3.6.1.4.1.1466.101.119.1", "refresh"),
    // RFC 3829
    named("2.16.840.1.113730.3.4.16", "authorizationIdentityRequest"),
];

#[cfg(test)]
mod tests {
    use ldapwire::model::Oid;
    use ldapwire::proto::controls::{ControlValue, PagedResults};
    use ldapwire::proto::extops::{Cancel, ExtendedOp, PasswordModify, StartTls, WhoAmI};

    use super::*;

    #[test]
    fn what_the_library_has_a_type_for_has_a_name() {
        let oids = [PagedResults::OID, Cancel::OID, PasswordModify::OID, StartTls::OID, WhoAmI::OID];
        assert!(oids.iter().all(|oid| find(oid.as_str().as_bytes()).is_some()));
    }

    #[test]
    fn identifiers_are_well_formed_and_there_is_one_of_each() {
        for known in &KNOWN {
            assert!(Oid::parse(known.oid).is_ok(), "{}", known.oid);
            assert_eq!(KNOWN.iter().filter(|other| other.oid == known.oid).count(), 1, "{}", known.oid);
        }
    }
}
