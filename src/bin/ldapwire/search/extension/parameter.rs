//! What stands behind the `=` of a control's name.

use data_encoding::BASE64;
use ldapwire::model::{AuthzId, Control, Filter};
use ldapwire::proto::controls::active_directory::{DirSync, ExtendedDn, Statistics};
use ldapwire::proto::controls::{
    AssertionControl, Behavior, ChainingBehavior, ChangeTypes, Dereference, GetEffectiveRights,
    MatchedValues, PersistentSearch, ServerSideSort, SessionTracking, SortKey, Subentries, SyncMode,
    SyncRequest, VirtualListView,
};

use crate::search::option::page_size;

use super::Extension;

pub(super) fn paged(parameter: &str) -> Result<Extension, String> {
    if parameter.ends_with("/prompt") {
        return Err("there is no prompt between pages: leave `/prompt` out".to_owned());
    }
    page_size(parameter.strip_suffix("/noprompt").unwrap_or(parameter)).map(Extension::Paged)
}

/// `[-]ATTR[:RULE][/[-]ATTR[:RULE]...]`
pub(super) fn sort(parameter: &str) -> Result<Control, String> {
    let mut keys = parameter.split('/').map(|key| {
        let (name, is_reverse) = match key.strip_prefix('-') {
            Some(name) => (name, true),
            None => (key, false),
        };
        let (attribute, rule) = match name.split_once(':') {
            Some((attribute, rule)) => (attribute, Some(rule)),
            None => (name, None),
        };
        if attribute.is_empty() || rule.is_some_and(str::is_empty) {
            return Err("expected sss=[-]ATTR[:RULE], perhaps more behind a `/`".to_owned());
        }
        let key = if is_reverse { SortKey::descending(attribute) } else { SortKey::ascending(attribute) };
        Ok(match rule {
            Some(rule) => key.with_rule(rule),
            None => key,
        })
    });
    let first = keys.next().ok_or("expected an attribute to sort by")??;
    let sort = keys.try_fold(ServerSideSort::new(first), |sort, key| Ok::<_, String>(sort.then(key?)))?;
    Ok(sort.into())
}

/// `BEFORE/AFTER/OFFSET/COUNT` or `BEFORE/AFTER:VALUE`
pub(super) fn view(parameter: &str) -> Result<Control, String> {
    const FORM: &str = "expected vlv=BEFORE/AFTER/OFFSET/COUNT or vlv=BEFORE/AFTER:VALUE";
    let (before, rest) = parameter.split_once('/').ok_or(FORM)?;
    let end = rest.find(['/', ':']).ok_or(FORM)?;
    let (after, target) = rest.split_at(end);
    let view = match target.strip_prefix(':') {
        Some(value) => VirtualListView::from_value(value),
        None => {
            let (offset, count) = target.trim_start_matches('/').split_once('/').ok_or(FORM)?;
            VirtualListView::from_offset(number(offset)?).with_content_count(number(count)?)
        }
    };
    Ok(view.with_before(number(before)?).with_after(number(after)?).into())
}

/// Reads a filter with or without the parentheses around it.
fn filter(text: &str) -> Result<Filter, String> {
    let text = if text.starts_with('(') { text.to_owned() } else { format!("({text})") };
    Filter::parse(&text).map_err(|error| format!("{error} of {text}"))
}

/// `((FILTER)(FILTER)...)`, as ldapsearch has it, or one filter.
pub(super) fn matched_values(parameter: &str) -> Result<Control, String> {
    let filters = match parameter.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        // A list is a group without its operator.
        Some(list) if list.starts_with('(') => match filter(&format!("(&{list})"))? {
            Filter::And(filters) => filters.iter().cloned().collect(),
            other => vec![other],
        },
        _ => vec![filter(parameter)?],
    };
    MatchedValues::new(filters).map(Control::from).map_err(|error| error.to_string())
}

/// `ro[/COOKIE]` or `rp[/COOKIE]`
pub(super) fn sync(parameter: &str) -> Result<Extension, String> {
    let (mode, cookie) = match parameter.split_once('/') {
        Some((mode, cookie)) => (mode, Some(cookie)),
        None => (parameter, None),
    };
    let request = |mode| {
        let request = SyncRequest::new(mode);
        match cookie {
            Some(cookie) => request.with_cookie(cookie.to_owned()),
            None => request,
        }
    };
    match mode {
        "ro" => Ok(Extension::Control(request(SyncMode::RefreshOnly).into())),
        "rp" => Ok(Extension::Endless(request(SyncMode::RefreshAndPersist).into())),
        _ => Err("expected sync=ro or sync=rp, perhaps with a cookie behind a `/`".to_owned()),
    }
}

/// `any` or a list of changes, and perhaps `/changesonly`
pub(super) fn persistent(parameter: &str) -> Result<Extension, String> {
    let (changes, only) = match parameter.split_once('/') {
        Some((changes, "changesonly")) => (changes, true),
        Some((_, other)) => return Err(format!("expected /changesonly, found /{other}")),
        None => (parameter, false),
    };
    let mut types: Option<ChangeTypes> = None;
    for change in changes.split(',') {
        let change = match change.to_ascii_lowercase().as_str() {
            "any" => ChangeTypes::ALL,
            "add" => ChangeTypes::ADD,
            "delete" => ChangeTypes::DELETE,
            "modify" => ChangeTypes::MODIFY,
            "moddn" => ChangeTypes::MODIFY_DN,
            other => return Err(format!("expected any, add, delete, modify or modDN, found {other:?}")),
        };
        types = Some(types.map_or(change, |types| types | change));
    }
    let search = PersistentSearch::new(types.unwrap_or(ChangeTypes::ALL)).with_notifications();
    Ok(Extension::Endless(if only { search.changes_only() } else { search }.into()))
}

pub(super) fn subentries(parameter: Option<&str>) -> Result<Control, String> {
    match parameter.map(str::to_ascii_lowercase).as_deref() {
        None | Some("true") => Ok(Subentries::Visible.into()),
        Some("false") => Ok(Subentries::Hidden.into()),
        Some(_) => Err("expected subentries=true or subentries=false".to_owned()),
    }
}

/// `ATTR:A[,A...][;ATTR:A...]`
pub(super) fn dereference(parameter: &str) -> Result<Control, String> {
    const FORM: &str = "expected deref=ATTR:ATTR[,...], perhaps more behind a `;`";
    let mut dereference: Option<Dereference> = None;
    for part in parameter.split(';') {
        let (attribute, attributes) = part.split_once(':').ok_or(FORM)?;
        if attribute.is_empty() || attributes.is_empty() {
            return Err(FORM.to_owned());
        }
        let attributes = list(Some(attributes));
        dereference = Some(match dereference {
            None => Dereference::new(attribute, attributes),
            Some(before) => before.and(attribute, attributes),
        });
    }
    dereference.map(Control::from).ok_or_else(|| FORM.to_owned())
}

pub(super) fn assertion(parameter: &str) -> Result<Control, String> {
    AssertionControl::new(filter(parameter)?).map(Control::from).map_err(|error| error.to_string())
}

/// Takes the text as it is, with `dn:` before a name that has no form of its own.
pub(super) fn authz_id(text: &str) -> AuthzId {
    if text.is_empty() || text.starts_with("dn:") || text.starts_with("u:") {
        AuthzId::from_wire(text.into())
    } else {
        AuthzId::from_dn(text)
    }
}

/// `AUTHZID/[ATTR,...]`, or for 389 Directory Server the name alone
pub(super) fn rights(parameter: &str) -> Control {
    match parameter.rsplit_once('/') {
        Some((identity, attributes)) => {
            GetEffectiveRights::new(authz_id(identity)).with_attributes(list(Some(attributes))).into()
        }
        None => GetEffectiveRights::plain(parameter.strip_prefix("dn:").unwrap_or(parameter)).into(),
    }
}

/// `RESOLVE[/CONTINUATION]`
pub(super) fn chaining(parameter: Option<&str>) -> Result<Control, String> {
    let behavior = |name: &str| {
        Behavior::from_name(name).ok_or_else(|| {
            "expected chainingPreferred, chainingRequired, referralsPreferred or referralsRequired".to_owned()
        })
    };
    let chaining = match parameter.map(|text| text.split_once('/').unwrap_or((text, ""))) {
        None => ChainingBehavior::default(),
        Some((resolve, "")) => ChainingBehavior::new(behavior(resolve)?),
        Some((resolve, evaluation)) => {
            ChainingBehavior::new(behavior(resolve)?).with_evaluation(behavior(evaluation)?)
        }
    };
    Ok(chaining.into())
}

pub(super) fn session(parameter: Option<&str>) -> SessionTracking {
    match parameter {
        Some(user) => SessionTracking::new(SessionTracking::USERNAME, user),
        None => SessionTracking::new(SessionTracking::USERNAME, std::env::var("USER").unwrap_or_default()),
    }
}

pub(super) fn extended_dn(parameter: &str) -> Result<Control, String> {
    match parameter {
        "0" => Ok(ExtendedDn::Hexadecimal.into()),
        "1" => Ok(ExtendedDn::Text.into()),
        _ => Err("expected extendedDn=0 (hexadecimal) or extendedDn=1 (text)".to_owned()),
    }
}

/// `FLAGS/BYTES[/COOKIE]`, the cookie in base64
pub(super) fn dir_sync(parameter: &str) -> Result<Control, String> {
    let mut parts = parameter.splitn(3, '/');
    let flags = number(parts.next().unwrap_or_default())?;
    let bytes = number(parts.next().ok_or("expected dirSync=FLAGS/BYTES[/COOKIE]")?)?;
    let cookie = BASE64.decode(parts.next().unwrap_or_default().as_bytes());
    let cookie = cookie.map_err(|error| format!("the cookie is no base64: {error}"))?;
    let sync = DirSync::new(flags).with_cookie(cookie);
    // None given means as many as the server likes.
    Ok(if bytes == 0 { sync } else { sync.with_max_bytes(bytes) }.into())
}

pub(super) fn statistics(parameter: Option<&str>) -> Result<Control, String> {
    Ok(match parameter {
        None => Statistics::new(),
        Some(flags) => Statistics::new().with_flags(number(flags)?),
    }
    .into())
}

/// Splits at commas; nothing gives none.
pub(super) fn list(parameter: Option<&str>) -> Vec<&str> {
    parameter.unwrap_or_default().split(',').filter(|item| !item.is_empty()).collect()
}

/// Reads a number, in decimal or with `0x` before it.
pub(super) fn number(text: &str) -> Result<u32, String> {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| format!("expected a number, found {text:?}"))
}
