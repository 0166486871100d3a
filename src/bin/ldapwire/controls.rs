//! Controls that came, for people and as JSON.

use std::fmt::{self, Display, Write};

use data_encoding::BASE64;
use ldapwire::ber::DecodeError;
use ldapwire::model::Control;
use ldapwire::proto::controls::active_directory::{AttributeScopedQueryResponse, DirSyncResponse};
use ldapwire::proto::controls::{
    AccountUsabilityResponse, AuthorizationIdentityResponse, ControlValue, DereferenceResponse,
    DuplicateEntriesDone, EntryChange, EntryChangeNotification, PagedResultsResponse, PasswordExpired,
    PasswordExpiring, PasswordPolicyResponse, PasswordPolicyWarning, ServerSideSortResponse, SyncDone,
    SyncInfo, SyncState, VirtualListViewResponse, WhatFailedResponse,
};
use ldapwire::proto::{IntermediateResponse, PartialAttribute, registry};
use serde_json::{Value, json};

use crate::output::counted;

/// Says what a control says. What has no type here, or is malformed, is shown by its identifier and octets.
pub(crate) fn describe(control: &Control) -> String {
    for describe in DESCRIBED {
        match describe(control) {
            None => {}
            Some(Ok(text)) => return text,
            Some(Err(error)) => return format!("{}, malformed: {error}", raw(control)),
        }
    }
    raw(control)
}

/// Says what a message between the entries of a search says.
pub(crate) fn describe_intermediate(response: &IntermediateResponse) -> String {
    match response.decode_as::<SyncInfo>() {
        Some(Ok(info)) => sync_info(&info),
        Some(Err(error)) => format!("syncInfo, malformed: {error}"),
        None => {
            let name = response.name().map(|name| name.as_str()).unwrap_or_default();
            let value = response.value().map(|value| BASE64.encode(value)).unwrap_or_default();
            format!("intermediate response: {name} {value}")
        }
    }
}

/// Makes an object of a control.
pub(crate) fn to_json(control: &Control) -> Value {
    let mut object = json!({
        "oid": control.oid().as_str(),
        "criticality": control.is_critical(),
        "description": describe(control),
    });
    if let Some(known) = registry::find(control.oid()) {
        object["name"] = json!(known.name());
    }
    if let Some(value) = control.value() {
        object["value"] = json!({ "base64": BASE64.encode(value) });
    }
    object
}

/// `control: OID CRITICALITY BASE64`, as ldapsearch writes it.
fn raw(control: &Control) -> String {
    let mut text = format!("control: {} {}", control.oid(), control.is_critical());
    if let Some(value) = control.value() {
        let _ = write!(text, " {}", BASE64.encode(value));
    }
    if let Some(known) = registry::find(control.oid()) {
        let _ = write!(text, " ({})", known.name());
    }
    text
}

type Describe = fn(&Control) -> Option<Result<String, DecodeError>>;

/// Describes a control if it is one of a type.
fn of<T: ControlValue>(control: &Control, describe: fn(&T) -> String) -> Option<Result<String, DecodeError>> {
    T::from_control(control).map(|decoded| decoded.map(|value| describe(&value)))
}

const DESCRIBED: [Describe; 17] = [
    |control| of(control, paged),
    |control| of(control, sorted),
    |control| of(control, view),
    |control| of(control, sync_state),
    |control| of(control, sync_done),
    |control| of(control, entry_change),
    |control| of(control, dereferenced),
    |control| of(control, password_policy),
    |control| of(control, usability),
    |control| {
        of(control, |expiring: &PasswordExpiring| {
            format!("passwordExpiring: {}", counted(expiring.seconds(), "second", "seconds"))
        })
    },
    |control| of(control, |_: &PasswordExpired| "passwordExpired".to_owned()),
    |control| {
        of(control, |response: &AuthorizationIdentityResponse| format!("authzid: {}", response.identity()))
    },
    |control| of(control, what_failed),
    |control| of(control, |done: &DuplicateEntriesDone| format!("duplicateEntriesDone: {}", done.result())),
    |control| of(control, |asq: &AttributeScopedQueryResponse| format!("asqResult: {}", asq.result())),
    |control| of(control, dir_sync),
    |control| {
        of(control, |_: &ldapwire::proto::controls::DuplicateSearchResult| "duplicateSearchResult".to_owned())
    },
];

fn paged(response: &PagedResultsResponse) -> String {
    let estimate = response.estimate().map(|entries| format!(" estimate={entries}")).unwrap_or_default();
    format!("pagedresults:{estimate} cookie={}", BASE64.encode(response.cookie()))
}

fn sorted(response: &ServerSideSortResponse) -> String {
    let attribute = response.attribute().map(|attribute| format!(" {attribute}")).unwrap_or_default();
    format!("sortResult: {}{attribute}", response.result())
}

fn view(response: &VirtualListViewResponse) -> String {
    let context = response.context_id().map(|id| format!(" context={}", BASE64.encode(id)));
    format!(
        "vlvResult: pos={} count={}{} {}",
        response.target_position(),
        response.content_count(),
        context.unwrap_or_default(),
        response.result()
    )
}

fn sync_state(state: &SyncState) -> String {
    let change = format!("{:?}", state.change()).to_ascii_lowercase();
    format!("syncState: {change} {}{}", state.entry_uuid(), cookie(state.cookie()))
}

fn sync_done(done: &SyncDone) -> String {
    format!("syncDone: refreshDeletes={}{}", done.refresh_deletes(), cookie(done.cookie()))
}

fn sync_info(info: &SyncInfo) -> String {
    let what = match info {
        SyncInfo::NewCookie(_) => "newcookie".to_owned(),
        SyncInfo::RefreshDelete { refresh_done, .. } => format!("refreshDelete refreshDone={refresh_done}"),
        SyncInfo::RefreshPresent { refresh_done, .. } => format!("refreshPresent refreshDone={refresh_done}"),
        SyncInfo::IdSet { refresh_deletes, uuids, .. } => {
            let uuids: String = uuids.iter().map(|uuid| format!(" {uuid}")).collect();
            format!("syncIdSet refreshDeletes={refresh_deletes}{uuids}")
        }
    };
    format!("syncInfo: {what}{}", cookie(info.cookie()))
}

/// Writes a cookie as text where it is one, since servers make it of readable parts and -E takes it so.
fn cookie(cookie: Option<&bytes::Bytes>) -> String {
    cookie.map(|octets| format!(" cookie={}", Octets(octets))).unwrap_or_default()
}

fn entry_change(notification: &EntryChangeNotification) -> String {
    let change = match notification.change() {
        EntryChange::Add => "add".to_owned(),
        EntryChange::Delete => "delete".to_owned(),
        EntryChange::Modify => "modify".to_owned(),
        EntryChange::ModifyDn { previous_dn: None } => "modDN".to_owned(),
        EntryChange::ModifyDn { previous_dn: Some(dn) } => format!("modDN from {dn}"),
    };
    let number = notification.change_number().map(|number| format!(" changeNumber={number}"));
    format!("entryChange: {change}{}", number.unwrap_or_default())
}

fn dereferenced(response: &DereferenceResponse) -> String {
    let lines: Vec<String> = response
        .results()
        .iter()
        .map(|result| {
            let pairs = result.attributes().iter().flat_map(|attribute: PartialAttribute<'_>| {
                let name = attribute.description();
                attribute.values().map(move |value| format!(" <{name}={}>", Octets(value)))
            });
            format!("deref: {}: {}{}", result.attribute(), result.dn(), pairs.collect::<String>())
        })
        .collect();
    lines.join("\n")
}

/// Says what a password policy says, for failures, too.
pub(crate) fn password_policy(response: &PasswordPolicyResponse) -> String {
    let mut text = "ppolicy:".to_owned();
    if let Some(error) = response.error() {
        let _ = write!(text, " error={error}");
    }
    match response.warning() {
        Some(PasswordPolicyWarning::TimeBeforeExpiration(seconds)) => {
            let _ = write!(text, " expire={seconds}");
        }
        Some(PasswordPolicyWarning::GraceAuthNsRemaining(binds)) => {
            let _ = write!(text, " grace={binds}");
        }
        None => {}
    }
    text
}

fn usability(response: &AccountUsabilityResponse) -> String {
    match response {
        AccountUsabilityResponse::Usable { seconds_before_expiration: None } => {
            "accountUsability: usable".to_owned()
        }
        AccountUsabilityResponse::Usable { seconds_before_expiration: Some(seconds) } => {
            format!("accountUsability: usable, expire={seconds}")
        }
        AccountUsabilityResponse::NotUsable(reasons) => {
            let flags =
                [(reasons.inactive, "inactive"), (reasons.reset, "reset"), (reasons.expired, "expired")];
            let mut words: Vec<String> =
                flags.iter().filter(|(is_set, _)| *is_set).map(|(_, word)| (*word).to_owned()).collect();
            words.extend(reasons.remaining_grace.map(|binds| format!("grace={binds}")));
            words.extend(reasons.seconds_before_unlock.map(|seconds| format!("unlock={seconds}")));
            format!("accountUsability: not usable, {}", words.join(" "))
        }
    }
}

fn what_failed(response: &WhatFailedResponse) -> String {
    let oids: String = response.oids().iter().map(|oid| format!(" {oid}")).collect();
    format!("whatFailed:{oids}")
}

fn dir_sync(response: &DirSyncResponse) -> String {
    let more = response.has_more_results();
    format!("dirSync: moreResults={more} cookie={}", BASE64.encode(response.cookie()))
}

/// Octets as text, or else in base64.
struct Octets<'a>(&'a [u8]);

impl Display for Octets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match std::str::from_utf8(self.0) {
            Ok(text) if !text.contains(char::is_control) => f.write_str(text),
            _ => write!(f, ":{}", BASE64.encode_display(self.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use ldapwire::model::{Attribute, Oid, ResultCode};
    use ldapwire::proto::controls::{
        DereferenceResult, IntermediateValue, PasswordPolicyError, SyncChange, SyncUuid,
    };

    use super::*;

    #[test]
    fn what_has_a_type_is_told_in_words() {
        let uuid = SyncUuid::new(*b"0123456789abcdef");
        let found = DereferenceResult::new("member", "cn=a", vec![Attribute::new("mail", ["a@b", "c\n"])]);
        let ppolicy = PasswordPolicyResponse::new()
            .with_warning(PasswordPolicyWarning::TimeBeforeExpiration(60))
            .with_error(PasswordPolicyError::CHANGE_AFTER_RESET);
        let cases: [(Control, &str); 7] = [
            (
                ServerSideSortResponse::new(ResultCode::NO_SUCH_ATTRIBUTE).with_attribute("x").into(),
                "sortResult: noSuchAttribute (16) x",
            ),
            (
                VirtualListViewResponse::new(3, 9).with_context_id("c").into(),
                "vlvResult: pos=3 count=9 context=Yw== success (0)",
            ),
            (PagedResultsResponse::new("").with_estimate(7).into(), "pagedresults: estimate=7 cookie="),
            (
                SyncState::new(SyncChange::Add, uuid).with_cookie("rid=1").into(),
                "syncState: add 30313233-3435-3637-3839-616263646566 cookie=rid=1",
            ),
            (SyncDone::new().with_refresh_deletes().into(), "syncDone: refreshDeletes=true"),
            (DereferenceResponse::new([found]).into(), "deref: member: cn=a <mail=a@b> <mail=:Ywo=>"),
            (ppolicy.into(), "ppolicy: error=changeAfterReset (2) expire=60"),
        ];
        for (control, expected) in cases {
            assert_eq!(describe(&control), expected);
        }
        let info = SyncInfo::IdSet { cookie: None, refresh_deletes: true, uuids: vec![uuid] };
        assert_eq!(
            describe_intermediate(&info.into_response()),
            "syncInfo: syncIdSet refreshDeletes=true 30313233-3435-3637-3839-616263646566"
        );
    }

    #[test]
    fn what_has_none_or_is_malformed_is_shown_by_its_octets() {
        let unknown = Control::new(Oid::from_static("1.2.3")).critical().with_value(&b"\x00"[..]);
        assert_eq!(describe(&unknown), "control: 1.2.3 true AA==");
        let malformed = Control::new(ServerSideSortResponse::OID).with_value("x");
        let text = describe(&malformed);
        assert!(
            text.starts_with("control: 1.2.840.113556.1.4.474 false eA== (sortResponse), malformed: "),
            "{text}"
        );
        let json = to_json(&malformed);
        assert_eq!((&json["name"], &json["value"]["base64"]), (&json!("sortResponse"), &json!("eA==")));
    }
}
