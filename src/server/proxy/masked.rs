//! Messages without their secrets.

use bytes::Bytes;

use crate::model::{
    Assertion, Attribute, AttributeDescription, Control, Entry, Filter, FilterEvent, Modification, Secret,
    Value,
};
use crate::proto::controls::{
    AssertionControl, ControlValue, MatchedValues, PostReadResponse, PreReadResponse,
};
use crate::proto::extops::{ExtendedOp, PasswordModify, VerifyCredentials};
use crate::proto::{
    AddRequest, Authentication, BindRequest, CompareRequest, ExtendedRequest, ExtendedResponse, LdapMessage,
    ModifyRequest, OpKind, ProtocolOp, SearchRequest, SearchResultEntry,
};

/// What stands in the place of a secret.
pub(super) const MASK: &str = "********";

/// Whether the answer to a request may have a secret in its value.
pub(super) fn is_answered_by_secrets(op: &ProtocolOp) -> bool {
    matches!(op, ProtocolOp::ExtendedRequest(request)
        if [PasswordModify::OID, VerifyCredentials::OID].contains(request.name()))
}

/// Puts masks in the place of secrets. `is_secret` says that the message answers a request that asks for one.
pub(super) fn mask(message: LdapMessage, is_secret: bool) -> LdapMessage {
    let LdapMessage { op, controls, id, .. } = message;
    let is_response = !op.kind().is_request();
    let op = match op {
        ProtocolOp::BindRequest(request) => bind(&request).into(),
        ProtocolOp::ExtendedRequest(request) => extended(request).into(),
        ProtocolOp::ExtendedResponse(response) if is_secret && response.value().is_some() => {
            let generated = PasswordModify::encode_response(&Some(Secret::from(MASK)));
            let value = match (PasswordModify::decode_response(&response), generated.value()) {
                (Ok(_), Some(value)) => value.clone(),
                _ => MASK.into(),
            };
            ExtendedResponse::new(response.result().clone()).with_value(value).into()
        }
        ProtocolOp::AddRequest(request) => match entry(&request.to_entry()) {
            Some(masked) => AddRequest::from(masked).into(),
            None => request.into(),
        },
        ProtocolOp::ModifyRequest(request) => modify(request).into(),
        ProtocolOp::CompareRequest(request) if request.description().is_secret() => {
            CompareRequest::new(request.dn().clone(), request.description().clone(), MASK).into()
        }
        ProtocolOp::SearchRequest(request) => search(request).into(),
        ProtocolOp::SearchResultEntry(found) => shown(&found).unwrap_or(found).into(),
        other => other,
    };
    let masked_value = if is_response { response_control } else { request_control };
    let controls = controls.into_iter().map(|own| match masked_value(&own) {
        Some(value) => own.with_value(value),
        None => own,
    });
    LdapMessage { controls: controls.collect(), ..LdapMessage::new(id, op) }
}

fn bind(request: &BindRequest) -> BindRequest {
    let authentication = match request.authentication() {
        Authentication::Simple(password) if !password.is_empty() => {
            Authentication::Simple(Secret::from(MASK))
        }
        Authentication::Sasl { mechanism, credentials: Some(_) } => {
            Authentication::Sasl { mechanism: mechanism.clone(), credentials: Some(Secret::from(MASK)) }
        }
        other => other.clone(),
    };
    BindRequest::new(request.name().clone(), authentication).with_version(request.version())
}

fn extended(request: ExtendedRequest) -> ExtendedRequest {
    match PasswordModify::from_request(&request) {
        Some(Ok(change)) => {
            let user = |masked: PasswordModify| match change.user() {
                Some(user) => masked.of_user(user.clone()),
                None => masked,
            };
            let masked = user(PasswordModify::new());
            let masked = if change.old().is_some() { masked.with_old(MASK) } else { masked };
            let masked = if change.new_password().is_some() { masked.with_new(MASK) } else { masked };
            masked.into_request()
        }
        Some(Err(_)) => ExtendedRequest::new(PasswordModify::OID).with_value(MASK),
        None if *request.name() == VerifyCredentials::OID => {
            ExtendedRequest::new(VerifyCredentials::OID).with_value(MASK)
        }
        None => request,
    }
}

fn modify(request: ModifyRequest) -> ModifyRequest {
    if !request.changes().iter().any(|change| change.attribute().description().is_secret()) {
        return request;
    }
    let changes = request.changes().iter();
    let changes = changes.map(|change| Modification::new(change.operation(), attribute(change.attribute())));
    ModifyRequest::new(request.dn().clone(), changes.collect::<Vec<_>>())
}

/// What stands in the place of a filter that asserts something of a secret; nothing for others.
fn filter(filter: &Filter) -> Option<Filter> {
    let is_secret = |event: FilterEvent<'_>| match event {
        FilterEvent::Item(
            Filter::Equality(assertion)
            | Filter::Approximate(assertion)
            | Filter::GreaterOrEqual(assertion)
            | Filter::LessOrEqual(assertion),
        ) => assertion.attribute().is_secret(),
        FilterEvent::Item(Filter::Substrings(parts)) => parts.attribute().is_secret(),
        FilterEvent::Item(Filter::Extensible(own)) => {
            own.attribute().is_some_and(AttributeDescription::is_secret)
        }
        _ => false,
    };
    let masked = || Filter::Equality(Assertion::new("userPassword", MASK));
    filter.walk().any(is_secret).then(masked)
}

fn search(request: SearchRequest) -> SearchRequest {
    let Some(filter) = filter(request.filter()) else { return request };
    let masked = SearchRequest::new(request.base().clone(), request.scope(), filter)
        .attributes(request.selectors().iter().cloned())
        .deref_aliases(request.dereferencing())
        .size_limit(request.max_entries())
        .types_only(request.is_types_only());
    masked.time_limit(std::time::Duration::from_secs(request.max_seconds().into()))
}

/// The value with masks of a control that has an entry; nothing if it has no secrets. One that cannot be read is one mask.
fn response_control(control: &Control) -> Option<Bytes> {
    let value = control.value();
    match control.oid() {
        oid if *oid == PreReadResponse::OID => match PreReadResponse::decode_value(value) {
            Ok(read) => PreReadResponse::new(shown(read.entry())?).encode_value(),
            Err(_) => Some(MASK.into()),
        },
        oid if *oid == PostReadResponse::OID => match PostReadResponse::decode_value(value) {
            Ok(read) => PostReadResponse::new(shown(read.entry())?).encode_value(),
            Err(_) => Some(MASK.into()),
        },
        _ => None,
    }
}

/// The same of a control that has filters.
fn request_control(control: &Control) -> Option<Bytes> {
    let value = control.value();
    match control.oid() {
        oid if *oid == AssertionControl::OID => match AssertionControl::decode_value(value) {
            Ok(asserted) => AssertionControl::new(filter(asserted.filter())?).ok()?.encode_value(),
            Err(_) => Some(MASK.into()),
        },
        oid if *oid == MatchedValues::OID => match MatchedValues::decode_value(value) {
            Ok(own) if own.filters().iter().any(|own| filter(own).is_some()) => {
                let masked = own.filters().iter().map(|own| filter(own).unwrap_or_else(|| own.clone()));
                MatchedValues::new(masked).ok()?.encode_value()
            }
            Ok(_) => None,
            Err(_) => Some(MASK.into()),
        },
        _ => None,
    }
}

fn shown(found: &SearchResultEntry) -> Option<SearchResultEntry> {
    entry(&found.to_entry()).map(|masked| SearchResultEntry::from(&masked))
}

/// The entry with masks; nothing if it has no secrets.
fn entry(entry: &Entry) -> Option<Entry> {
    if !entry.attributes().iter().any(|own| own.description().is_secret()) {
        return None;
    }
    let mut masked = Entry::new(entry.dn().clone());
    masked.extend(entry.attributes().iter().map(attribute));
    Some(masked)
}

fn attribute(own: &Attribute) -> Attribute {
    if !own.description().is_secret() {
        return own.clone();
    }
    Attribute::new(own.description().clone(), own.values().iter().map(|_| Value::from(MASK)))
}

/// Whether a message of this kind waits for an answer.
pub(super) const fn is_answered(kind: OpKind) -> bool {
    kind.is_request() && !kind.is_unanswered()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Scope;
    use crate::proto::MessageId;

    #[test]
    fn filters_in_controls_have_no_secrets() {
        const MASKED: &str = r"(userPassword=\2a\2a\2a\2a\2a\2a\2a\2a)";
        let filter = |text: &str| Filter::parse(text).unwrap();
        let matched = |texts: &[&str]| MatchedValues::new(texts.iter().map(|text| filter(text))).unwrap();
        let asserted = |text: &str| AssertionControl::new(filter(text)).unwrap().critical();
        let torn = |oid| Control::new(oid).with_value("(userPassword=");
        for (control, expected) in [
            (asserted("(&(cn=a)(userPassword=secret))"), asserted(MASKED)),
            (asserted("(cn=secret)"), asserted("(cn=secret)")),
            (matched(&["(cn=a)", "(userPassword=secret*)"]).into(), matched(&["(cn=a)", MASKED]).into()),
            (matched(&["(cn=a)"]).into(), matched(&["(cn=a)"]).into()),
            (torn(AssertionControl::OID), Control::new(AssertionControl::OID).with_value(MASK)),
            (torn(MatchedValues::OID), Control::new(MatchedValues::OID).with_value(MASK)),
        ] {
            let search = SearchRequest::new("", Scope::BaseObject, filter("(cn=*)"));
            let message = LdapMessage::new(MessageId::FIRST, search).with_control(control);
            assert_eq!(mask(message, false).controls, [expected]);
        }
    }
}
