//! Messages without their secrets.

use crate::model::{
    Assertion, Attribute, AttributeDescription, Control, Entry, Filter, FilterEvent, Modification, Secret,
    Value,
};
use crate::proto::controls::{ControlValue, PostReadResponse, PreReadResponse};
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
    let controls = controls.into_iter().map(|own| if is_response { control(own) } else { own }).collect();
    LdapMessage { controls, ..LdapMessage::new(id, op) }
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

/// A filter that asserts something of a secret is masked as a whole.
fn search(request: SearchRequest) -> SearchRequest {
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
    if !request.filter().walk().any(is_secret) {
        return request;
    }
    let filter = Filter::Equality(Assertion::new("userPassword", MASK));
    let masked = SearchRequest::new(request.base().clone(), request.scope(), filter)
        .attributes(request.selectors().iter().cloned())
        .deref_aliases(request.dereferencing())
        .size_limit(request.max_entries())
        .types_only(request.is_types_only());
    masked.time_limit(std::time::Duration::from_secs(request.max_seconds().into()))
}

/// The controls of responses that have an entry.
fn control(control: Control) -> Control {
    let value = control.value();
    let masked = match control.oid() {
        oid if *oid == PreReadResponse::OID => PreReadResponse::decode_value(value)
            .ok()
            .and_then(|read| shown(read.entry()))
            .map(|entry| PreReadResponse::new(entry).into_control()),
        oid if *oid == PostReadResponse::OID => PostReadResponse::decode_value(value)
            .ok()
            .and_then(|read| shown(read.entry()))
            .map(|entry| PostReadResponse::new(entry).into_control()),
        _ => None,
    };
    masked.unwrap_or(control)
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
