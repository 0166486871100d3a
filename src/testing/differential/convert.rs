//! Messages in the types of the other decoder.

use rasn::types::{Enumerated, OctetString, SetOf};
use rasn_ldap as theirs;

use crate::model::{
    Assertion, AttributeDescription, Control, ExtensibleMatch, Filter, LdapString, Modification, Oid, Secret,
    Substring, Substrings,
};
use crate::proto::{
    Authentication, BindRequest, ExtendedResponse, LdapMessage, LdapResult, ModifyDnRequest, OldRdn,
    PartialAttribute, ProtocolOp, SearchRequest,
};

/// Decodes octets that are one message and no more.
///
/// Empty controls and referrals are read as none: they mean the same, and our types do not tell them apart.
pub(super) fn decode(octets: &[u8]) -> Option<theirs::LdapMessage> {
    let (mut message, rest) = rasn::ber::decode_with_remainder::<theirs::LdapMessage>(octets).ok()?;
    if message.controls.as_ref().is_some_and(Vec::is_empty) {
        message.controls = None;
    }
    let referral = match &mut message.protocol_op {
        theirs::ProtocolOp::BindResponse(response) => Some(&mut response.referral),
        theirs::ProtocolOp::ExtendedResp(response) => Some(&mut response.referral),
        theirs::ProtocolOp::SearchResDone(response) => Some(&mut response.0.referral),
        theirs::ProtocolOp::ModifyResponse(response) => Some(&mut response.0.referral),
        theirs::ProtocolOp::AddResponse(response) => Some(&mut response.0.referral),
        theirs::ProtocolOp::DelResponse(response) => Some(&mut response.0.referral),
        theirs::ProtocolOp::ModDnResponse(response) => Some(&mut response.0.referral),
        theirs::ProtocolOp::CompareResponse(response) => Some(&mut response.0.referral),
        _ => None,
    };
    if let Some(referral) = referral.filter(|referral| referral.as_ref().is_some_and(Vec::is_empty)) {
        *referral = None;
    }
    rest.is_empty().then_some(message)
}

/// Encodes a message by the other encoder.
pub(super) fn encode(message: &theirs::LdapMessage) -> Vec<u8> {
    rasn::ber::encode(message).expect("its types have no value that it cannot encode")
}

/// Converts a message; none if their types have no place for something in it.
pub(super) fn message(ours: &LdapMessage) -> Option<theirs::LdapMessage> {
    let mut message = theirs::LdapMessage::new(ours.id.number(), operation(&ours.op)?);
    if !ours.controls.is_empty() {
        message.controls = Some(ours.controls.iter().map(control).collect());
    }
    Some(message)
}

fn operation(op: &ProtocolOp) -> Option<theirs::ProtocolOp> {
    use theirs::ProtocolOp as Op;

    Some(match op {
        ProtocolOp::BindRequest(request) => Op::BindRequest(bind_request(request)?),
        ProtocolOp::BindResponse(response) => {
            let credentials = response.server_sasl_creds().map(octets);
            let result = result(response.result())?;
            Op::BindResponse(theirs::BindResponse::new(
                result.result_code,
                result.matched_dn,
                result.diagnostic_message,
                result.referral,
                credentials,
            ))
        }
        ProtocolOp::UnbindRequest(_) => Op::UnbindRequest(theirs::UnbindRequest),
        ProtocolOp::SearchRequest(request) => Op::SearchRequest(search_request(request)?),
        ProtocolOp::SearchResultEntry(entry) => Op::SearchResEntry(theirs::SearchResultEntry::new(
            text(entry.name()),
            entry.attributes().map(partial_attribute).collect(),
        )),
        ProtocolOp::SearchResultDone(done) => Op::SearchResDone(theirs::SearchResultDone(result(done)?)),
        ProtocolOp::ModifyRequest(request) => Op::ModifyRequest(theirs::ModifyRequest {
            object: text(request.dn()),
            changes: request.changes().iter().map(change).collect::<Option<_>>()?,
        }),
        ProtocolOp::ModifyResponse(done) => Op::ModifyResponse(theirs::ModifyResponse(result(done)?)),
        ProtocolOp::AddRequest(request) => Op::AddRequest(theirs::AddRequest {
            entry: text(request.dn()),
            attributes: request.attributes().iter().map(attribute).collect(),
        }),
        ProtocolOp::AddResponse(done) => Op::AddResponse(theirs::AddResponse(result(done)?)),
        ProtocolOp::DeleteRequest(request) => Op::DelRequest(theirs::DelRequest(text(request.dn()))),
        ProtocolOp::DeleteResponse(done) => Op::DelResponse(theirs::DelResponse(result(done)?)),
        ProtocolOp::ModifyDnRequest(request) => Op::ModDnRequest(modify_dn_request(request)),
        ProtocolOp::ModifyDnResponse(done) => Op::ModDnResponse(theirs::ModifyDnResponse(result(done)?)),
        ProtocolOp::CompareRequest(request) => Op::CompareRequest(theirs::CompareRequest {
            entry: text(request.dn()),
            ava: theirs::AttributeValueAssertion::new(
                description(request.description()),
                octets(request.value()),
            ),
        }),
        ProtocolOp::CompareResponse(done) => Op::CompareResponse(theirs::CompareResponse(result(done)?)),
        ProtocolOp::AbandonRequest(request) => {
            Op::AbandonRequest(theirs::AbandonRequest(request.id().number()))
        }
        ProtocolOp::SearchResultReference(reference) => {
            Op::SearchResRef(theirs::SearchResultReference(reference.urls().iter().map(text).collect()))
        }
        ProtocolOp::ExtendedRequest(request) => Op::ExtendedReq(theirs::ExtendedRequest {
            request_name: oid(request.name()),
            request_value: request.value().map(octets),
        }),
        ProtocolOp::ExtendedResponse(response) => Op::ExtendedResp(extended_response(response)?),
        ProtocolOp::IntermediateResponse(response) => {
            Op::IntermediateResponse(theirs::IntermediateResponse {
                response_name: response.name().map(oid),
                response_value: response.value().map(octets),
            })
        }
    })
}

fn text(text: &LdapString) -> theirs::LdapString {
    theirs::LdapString::from(text.as_str())
}

fn octets(octets: impl AsRef<[u8]>) -> OctetString {
    OctetString::from_slice(octets.as_ref())
}

fn description(description: &AttributeDescription) -> theirs::LdapString {
    text(description.as_ldap_string())
}

fn oid(oid: &Oid) -> OctetString {
    octets(oid.as_str())
}

/// Finds the name of a number, if their enumeration has one.
fn named<E: Enumerated>(number: u32) -> Option<E> {
    E::from_discriminant(isize::try_from(number).ok()?)
}

fn result(ours: &LdapResult) -> Option<theirs::LdapResult> {
    let text = |octets: &[u8]| Some(theirs::LdapString::from(std::str::from_utf8(octets).ok()?));
    let mut result = theirs::LdapResult::new(
        named(ours.code().number())?,
        text(ours.matched_dn_octets())?,
        text(ours.diagnostic_message_octets())?,
    );
    if !ours.referral().is_empty() {
        result.referral = Some(ours.referral().iter().map(self::text).collect());
    }
    Some(result)
}

fn bind_request(request: &BindRequest) -> Option<theirs::BindRequest> {
    let exposed = |secret: &Secret| octets(secret.expose());
    let authentication = match request.authentication() {
        Authentication::Simple(password) => theirs::AuthenticationChoice::Simple(exposed(password)),
        Authentication::Sasl { mechanism, credentials } => theirs::AuthenticationChoice::Sasl(
            theirs::SaslCredentials::new(text(mechanism), credentials.as_ref().map(exposed)),
        ),
        Authentication::Other { .. } => return None,
    };
    Some(theirs::BindRequest::new(request.version(), text(request.name()), authentication))
}

fn search_request(request: &SearchRequest) -> Option<theirs::SearchRequest> {
    Some(theirs::SearchRequest::new(
        text(request.base()),
        named(request.scope().number())?,
        named(request.dereferencing().number())?,
        request.max_entries(),
        request.max_seconds(),
        request.is_types_only(),
        filter(request.filter()),
        request.selectors().iter().map(text).collect(),
    ))
}

/// Recurses; the filters have passed our limit of depth.
fn filter(ours: &Filter) -> theirs::Filter {
    let members = |filters: &[Filter]| filters.iter().map(filter).collect::<Vec<_>>().into();
    match ours {
        Filter::And(filters) => theirs::Filter::And(members(filters)),
        Filter::Or(filters) => theirs::Filter::Or(members(filters)),
        Filter::Not(negated) => theirs::Filter::Not(Box::new(filter(negated))),
        Filter::Equality(ava) => theirs::Filter::EqualityMatch(assertion(ava)),
        Filter::Substrings(parts) => theirs::Filter::Substrings(substrings(parts)),
        Filter::GreaterOrEqual(ava) => theirs::Filter::GreaterOrEqual(assertion(ava)),
        Filter::LessOrEqual(ava) => theirs::Filter::LessOrEqual(assertion(ava)),
        Filter::Present(name) => theirs::Filter::Present(description(name)),
        Filter::Approximate(ava) => theirs::Filter::ApproxMatch(assertion(ava)),
        Filter::Extensible(extensible) => theirs::Filter::ExtensibleMatch(matching_rule(extensible)),
    }
}

fn assertion(ours: &Assertion) -> theirs::AttributeValueAssertion {
    theirs::AttributeValueAssertion::new(description(ours.attribute()), octets(ours.value()))
}

fn substrings(ours: &Substrings) -> theirs::SubstringFilter {
    let parts = ours.parts().map(|part| match part {
        Substring::Initial(value) => theirs::SubstringChoice::Initial(octets(value)),
        Substring::Any(value) => theirs::SubstringChoice::Any(octets(value)),
        Substring::Final(value) => theirs::SubstringChoice::Final(octets(value)),
    });
    theirs::SubstringFilter::new(description(ours.attribute()), parts.collect())
}

fn matching_rule(ours: &ExtensibleMatch) -> theirs::MatchingRuleAssertion {
    theirs::MatchingRuleAssertion::new(
        ours.rule().map(text),
        ours.attribute().map(description),
        octets(ours.value()),
        ours.has_dn_attributes(),
    )
}

fn values<'a>(values: impl Iterator<Item = &'a [u8]>) -> SetOf<OctetString> {
    values.map(octets).collect::<Vec<_>>().into()
}

fn partial_attribute(ours: PartialAttribute<'_>) -> theirs::PartialAttribute {
    theirs::PartialAttribute::new(theirs::LdapString::from(ours.description()), values(ours.values()))
}

fn attribute(ours: PartialAttribute<'_>) -> theirs::Attribute {
    theirs::Attribute::new(theirs::LdapString::from(ours.description()), values(ours.values()))
}

fn change(ours: &Modification) -> Option<theirs::ModifyRequestChanges> {
    let attribute = ours.attribute();
    Some(theirs::ModifyRequestChanges {
        operation: named(ours.operation().number())?,
        modification: theirs::PartialAttribute::new(
            description(attribute.description()),
            values(attribute.values().iter().map(AsRef::as_ref)),
        ),
    })
}

fn modify_dn_request(ours: &ModifyDnRequest) -> theirs::ModifyDnRequest {
    theirs::ModifyDnRequest {
        entry: text(ours.dn()),
        new_rdn: text(ours.new_rdn()),
        delete_old_rdn: ours.old_rdn() == OldRdn::Delete,
        new_superior: ours.new_superior().map(text),
    }
}

fn extended_response(ours: &ExtendedResponse) -> Option<theirs::ExtendedResponse> {
    let result = result(ours.result())?;
    Some(theirs::ExtendedResponse {
        result_code: result.result_code,
        matched_dn: result.matched_dn,
        diagnostic_message: result.diagnostic_message,
        referral: result.referral,
        response_name: ours.name().map(oid),
        response_value: ours.value().map(octets),
    })
}

fn control(ours: &Control) -> theirs::Control {
    theirs::Control::new(oid(ours.oid()), ours.is_critical(), ours.value().map(octets))
}
