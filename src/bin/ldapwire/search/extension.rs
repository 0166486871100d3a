//! `-E` and `-e`: controls by the names that OpenLDAP's tools have for them, by those of the registry, or by identifier.

use std::str::FromStr;

use data_encoding::BASE64;
use ldapwire::model::{AuthzId, Control, Filter, Oid};
use ldapwire::proto::controls::active_directory::{
    AttributeScopedQuery, DirSync, DomainScope, ExtendedDn, Notification, SdFlags, SearchOptions,
    ShowDeleted, Statistics,
};
use ldapwire::proto::controls::{
    AccountUsability, AssertionControl, AuthorizationIdentity, Behavior, ChainingBehavior, ChangeTypes,
    Dereference, DontUseCopy, DuplicateEntries, GetEffectiveRights, ManageDsaIt, MatchedValues, NoOp,
    OperationPurpose, PasswordPolicy, PersistentSearch, PostRead, PreRead, ProxiedAuthorization,
    ProxiedAuthorizationV1, RelaxRules, ServerSideSort, SessionTracking, SortKey, Subentries, SyncMode,
    SyncRequest, TraceContext, TransactionSpecification, VirtualListView, WhatFailed,
};
use ldapwire::proto::registry::{self, Kind};

use super::option::page_size;

/// What an option adds to the search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Extension {
    /// Reads in pages of so many entries.
    Paged(u32),
    /// A control of the search.
    Control(Control),
    /// A control of a search that goes on until it is interrupted.
    Endless(Control),
    /// A control of the bind before the search.
    Bind(Control),
}

/// What the help says.
pub(crate) const HELP: &str = "\
Control of the search, `!` before the name for a critical one. May be given more than once:
  pr=ENTRIES[/noprompt]          pages; the same as --page-size
  sss=[-]ATTR[:RULE][/...]       sort on the server, `-` descending
  vlv=BEFORE/AFTER/OFFSET/COUNT  part of a sorted list, by position
  vlv=BEFORE/AFTER:VALUE         the same from a value on
  mv=FILTER                      only values that match
  sync=ro[/COOKIE], sync=rp...   content synchronization, once or going on
  psearch=CHANGES[/changesonly]  persistent search: any, or add,delete,modify,modDN
  subentries[=true|false]        subentries alone, or none of them
  deref=ATTR:A[,...][;...]       attributes of the entries that ATTR names
  assert=FILTER                  only if the base entry matches
  authzid=dn:DN, authzid=u:USER  act as somebody else
  bauthzid, ppolicy              with the bind: who one is, what the password policy says
  chaining[=RESOLVE[/CONT]]      chainingPreferred, chainingRequired, ...
  preread=ATTRS, postread=ATTRS, sessiontracking[=USER], ger=AUTHZID[/ATTRS], dup=ATTRS,
  asq=ATTR, sdflags=N, searchoptions=N, extendedDn=0|1, dirSync=FLAGS/BYTES[/COOKIE],
  stats[=N], txn=ID, proxyv1=DN, trace=TRACEPARENT, purpose=TEXT,
  manageDSAit, noop, relax, dontUseCopy, domainScope, showDeleted, serverNotif,
  accountUsability, whatfailed
  NAME or OID[=:TEXT|=::BASE64]  any other, by its identifier or as `ldapwire oid` names it";

impl FromStr for Extension {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (text, is_critical) = match text.strip_prefix('!') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let (name, parameter) = match text.split_once('=') {
            Some((name, parameter)) => (name, Some(parameter)),
            None => (text, None),
        };
        let extension = match named(name, parameter) {
            Some(extension) => extension?,
            None => Self::Control(raw(name, parameter)?),
        };
        Ok(if is_critical { extension.critical() } else { extension })
    }
}

impl Extension {
    /// Returns the control that goes with the search.
    pub(crate) fn of_search(&self) -> Option<Control> {
        match self {
            Self::Control(control) | Self::Endless(control) => Some(control.clone()),
            Self::Paged(_) | Self::Bind(_) => None,
        }
    }

    /// Returns the control that goes with the bind.
    pub(crate) fn of_bind(&self) -> Option<Control> {
        match self {
            Self::Bind(control) => Some(control.clone()),
            _ => None,
        }
    }

    /// Returns how many entries a page has.
    pub(crate) const fn page_size(&self) -> Option<u32> {
        match self {
            Self::Paged(entries) => Some(*entries),
            _ => None,
        }
    }

    fn critical(self) -> Self {
        match self {
            Self::Paged(_) => self,
            Self::Control(control) => Self::Control(control.critical()),
            Self::Endless(control) => Self::Endless(control.critical()),
            Self::Bind(control) => Self::Bind(control.critical()),
        }
    }
}

/// Reads a control by the name that a tool has for it; `None` if there is no such name.
fn named(name: &str, parameter: Option<&str>) -> Option<Result<Extension, String>> {
    let given = || parameter.ok_or_else(|| format!("{name} needs a parameter: {name}=..."));
    let control = |control: Result<Control, String>| control.map(Extension::Control);
    let flag = |flag: Control| match parameter {
        None => Ok(Extension::Control(flag)),
        Some(_) => Err(format!("{name} takes no parameter")),
    };
    Some(match name.to_ascii_lowercase().as_str() {
        "pr" => given().and_then(paged),
        "sss" => control(given().and_then(sort)),
        "vlv" => control(given().and_then(view)),
        "mv" => control(given().and_then(matched_values)),
        "sync" => given().and_then(sync),
        "psearch" => given().and_then(persistent),
        "subentries" => control(subentries(parameter)),
        "deref" => control(given().and_then(dereference)),
        "assert" => control(given().and_then(assertion)),
        "authzid" => control(given().map(|identity| ProxiedAuthorization::new(authz_id(identity)).into())),
        "proxyv1" => control(given().map(|dn| ProxiedAuthorizationV1::new(dn).into())),
        "bauthzid" => flag(AuthorizationIdentity.into()).map(to_bind),
        "ppolicy" => flag(PasswordPolicy.into()).map(to_bind),
        "chaining" => control(chaining(parameter)),
        "preread" => control(Ok(PreRead::new(list(parameter)).into())),
        "postread" => control(Ok(PostRead::new(list(parameter)).into())),
        "sessiontracking" => control(Ok(session(parameter).into())),
        "ger" => control(given().map(rights)),
        "dup" => control(Ok(DuplicateEntries::new(list(parameter)).into())),
        "asq" => control(given().map(|source| AttributeScopedQuery::new(source).into())),
        "sdflags" => control(given().and_then(number).map(|bits| SdFlags::from_bits(bits).into())),
        "searchoptions" => {
            control(given().and_then(number).map(|bits| SearchOptions::from_bits(bits).into()))
        }
        "extendeddn" => control(given().and_then(extended_dn)),
        "dirsync" => control(given().and_then(dir_sync)),
        "stats" => control(statistics(parameter)),
        "txn" => {
            control(given().map(|identifier| TransactionSpecification::new(identifier.to_owned()).into()))
        }
        "trace" => control(given().map(|parent| TraceContext::new(parent).into())),
        "purpose" => control(given().map(|purpose| OperationPurpose::new(purpose).into())),
        "managedsait" => flag(ManageDsaIt.into()),
        "noop" => flag(NoOp.into()),
        "relax" => flag(RelaxRules.into()),
        "dontusecopy" => flag(DontUseCopy.into()),
        "domainscope" => flag(DomainScope.into()),
        "showdeleted" => flag(ShowDeleted.into()),
        "servernotif" => flag(Notification.into()).map(to_endless),
        "accountusability" => flag(AccountUsability.into()),
        "whatfailed" => flag(WhatFailed.into()),
        _ => return None,
    })
}

fn to_bind(extension: Extension) -> Extension {
    match extension {
        Extension::Control(control) => Extension::Bind(control),
        other => other,
    }
}

fn to_endless(extension: Extension) -> Extension {
    match extension {
        Extension::Control(control) => Extension::Endless(control),
        other => other,
    }
}

/// Reads a control by its identifier or by the name of the registry, with the octets of its value.
fn raw(name: &str, parameter: Option<&str>) -> Result<Control, String> {
    let by_name = || {
        let mut found = registry::by_name(name).filter(|found| found.kind() == Kind::Control);
        found.next().map(|found| found.oid().clone())
    };
    let oid = Oid::parse(name).ok().or_else(by_name).ok_or_else(|| {
        format!("there is no control {name:?}: give a name that the help has, or an object identifier")
    })?;
    let control = Control::new(oid);
    let Some(parameter) = parameter else { return Ok(control) };
    if let Some(encoded) = parameter.strip_prefix("::") {
        let octets =
            BASE64.decode(encoded.trim().as_bytes()).map_err(|error| format!("no base64: {error}"))?;
        return Ok(control.with_value(octets));
    }
    match parameter.strip_prefix(':') {
        Some(text) => Ok(control.with_value(text.to_owned())),
        None => Err(format!("the value of {name} is =:TEXT or =::BASE64")),
    }
}

fn paged(parameter: &str) -> Result<Extension, String> {
    if parameter.ends_with("/prompt") {
        return Err("there is no prompt between pages: leave `/prompt` out".to_owned());
    }
    page_size(parameter.strip_suffix("/noprompt").unwrap_or(parameter)).map(Extension::Paged)
}

/// `[-]ATTR[:RULE][/[-]ATTR[:RULE]...]`
fn sort(parameter: &str) -> Result<Control, String> {
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
fn view(parameter: &str) -> Result<Control, String> {
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
fn matched_values(parameter: &str) -> Result<Control, String> {
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
fn sync(parameter: &str) -> Result<Extension, String> {
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
fn persistent(parameter: &str) -> Result<Extension, String> {
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

fn subentries(parameter: Option<&str>) -> Result<Control, String> {
    match parameter.map(str::to_ascii_lowercase).as_deref() {
        None | Some("true") => Ok(Subentries::Visible.into()),
        Some("false") => Ok(Subentries::Hidden.into()),
        Some(_) => Err("expected subentries=true or subentries=false".to_owned()),
    }
}

/// `ATTR:A[,A...][;ATTR:A...]`
fn dereference(parameter: &str) -> Result<Control, String> {
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

fn assertion(parameter: &str) -> Result<Control, String> {
    AssertionControl::new(filter(parameter)?).map(Control::from).map_err(|error| error.to_string())
}

/// Takes the text as it is, with `dn:` before a name that has no form of its own.
fn authz_id(text: &str) -> AuthzId {
    if text.is_empty() || text.starts_with("dn:") || text.starts_with("u:") {
        AuthzId::from_wire(text.into())
    } else {
        AuthzId::from_dn(text)
    }
}

/// `AUTHZID[/ATTR,...]`
fn rights(parameter: &str) -> Control {
    let (identity, attributes) = match parameter.rsplit_once('/') {
        Some((identity, attributes)) => (identity, list(Some(attributes))),
        None => (parameter, Vec::new()),
    };
    GetEffectiveRights::new(authz_id(identity)).with_attributes(attributes).into()
}

/// `RESOLVE[/CONTINUATION]`
fn chaining(parameter: Option<&str>) -> Result<Control, String> {
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

fn session(parameter: Option<&str>) -> SessionTracking {
    match parameter {
        Some(user) => SessionTracking::new(SessionTracking::USERNAME, user),
        None => SessionTracking::new(SessionTracking::USERNAME, std::env::var("USER").unwrap_or_default()),
    }
}

fn extended_dn(parameter: &str) -> Result<Control, String> {
    match parameter {
        "0" => Ok(ExtendedDn::Hexadecimal.into()),
        "1" => Ok(ExtendedDn::Text.into()),
        _ => Err("expected extendedDn=0 (hexadecimal) or extendedDn=1 (text)".to_owned()),
    }
}

/// `FLAGS/BYTES[/COOKIE]`, the cookie in base64
fn dir_sync(parameter: &str) -> Result<Control, String> {
    let mut parts = parameter.splitn(3, '/');
    let flags = number(parts.next().unwrap_or_default())?;
    let bytes = number(parts.next().ok_or("expected dirSync=FLAGS/BYTES[/COOKIE]")?)?;
    let cookie = BASE64.decode(parts.next().unwrap_or_default().as_bytes());
    let cookie = cookie.map_err(|error| format!("the cookie is no base64: {error}"))?;
    let sync = DirSync::new(flags).with_cookie(cookie);
    // None given means as many as the server likes.
    Ok(if bytes == 0 { sync } else { sync.with_max_bytes(bytes) }.into())
}

fn statistics(parameter: Option<&str>) -> Result<Control, String> {
    Ok(match parameter {
        None => Statistics::new(),
        Some(flags) => Statistics::new().with_flags(number(flags)?),
    }
    .into())
}

/// Splits at commas; nothing gives none.
fn list(parameter: Option<&str>) -> Vec<&str> {
    parameter.unwrap_or_default().split(',').filter(|item| !item.is_empty()).collect()
}

/// Reads a number, in decimal or with `0x` before it.
fn number(text: &str) -> Result<u32, String> {
    let parsed = match text.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16),
        None => text.parse(),
    };
    parsed.map_err(|_| format!("expected a number, found {text:?}"))
}

#[cfg(test)]
mod tests {
    use ldapwire::proto::controls::{ControlValue, Controls};

    use super::*;

    fn control(text: &str) -> Control {
        match text.parse() {
            Ok(Extension::Control(control) | Extension::Endless(control) | Extension::Bind(control)) => {
                control
            }
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn pages_are_read_in_each_of_their_notations() {
        for text in ["pr=500", "!pr=500", "pr=500/noprompt", "!pr=500/noprompt"] {
            assert_eq!(text.parse(), Ok(Extension::Paged(500)), "{text}");
        }
    }

    #[test]
    fn names_of_ldapsearch_mean_what_they_mean_there() {
        let cases: [(&str, Control); 22] = [
            ("sss=sn", ServerSideSort::new("sn").into()),
            (
                "!sss=-sn:2.5.13.3/cn",
                ServerSideSort::new(SortKey::descending("sn").with_rule("2.5.13.3")).then("cn").critical(),
            ),
            (
                "vlv=1/2/3/300",
                VirtualListView::from_offset(3).with_content_count(300).with_before(1).with_after(2).into(),
            ),
            ("vlv=0/9:a/b:c", VirtualListView::from_value("a/b:c").with_after(9).into()),
            ("mv=cn=a", MatchedValues::new([Filter::equality("cn", "a")]).unwrap().into()),
            (
                "mv=((cn=a)(sn=*))",
                MatchedValues::new([Filter::equality("cn", "a"), Filter::present("sn")]).unwrap().into(),
            ),
            ("sync=ro", SyncRequest::new(SyncMode::RefreshOnly).into()),
            (
                "sync=ro/rid=1,csn=2",
                SyncRequest::new(SyncMode::RefreshOnly).with_cookie("rid=1,csn=2").into(),
            ),
            ("!sync=rp", SyncRequest::new(SyncMode::RefreshAndPersist).critical()),
            ("subentries", Subentries::Visible.into()),
            ("SUBENTRIES=FALSE", Subentries::Hidden.into()),
            (
                "deref=member:cn,mail;owner:cn",
                Dereference::new("member", ["cn", "mail"]).and("owner", ["cn"]).into(),
            ),
            ("assert=(cn=a)", AssertionControl::new(Filter::equality("cn", "a")).unwrap().into()),
            ("authzid=u:ada", ProxiedAuthorization::new(AuthzId::from_user("ada")).into()),
            ("authzid=cn=a", ProxiedAuthorization::new(AuthzId::from_dn("cn=a")).into()),
            ("authzid=", ProxiedAuthorization::new(AuthzId::ANONYMOUS).into()),
            ("preread=cn,sn", PreRead::new(["cn", "sn"]).into()),
            ("chaining", ChainingBehavior::default().into()),
            (
                "chaining=chainingRequired/referralsPreferred",
                ChainingBehavior::new(Behavior::ChainingRequired)
                    .with_evaluation(Behavior::ReferralsPreferred)
                    .into(),
            ),
            ("!manageDSAit", ManageDsaIt.critical()),
            ("dontUseCopy", DontUseCopy.critical()),
            ("dirSync=0x80000001/0/YWI=", DirSync::new(0x8000_0001).with_cookie("ab").into()),
        ];
        for (text, expected) in cases {
            assert_eq!(control(text), expected, "{text}");
        }
    }

    #[test]
    fn others_are_named_by_identifier_or_registry_and_their_values_are_octets() {
        assert_eq!(control("1.2.3"), Control::new(Oid::from_static("1.2.3")));
        assert_eq!(
            control("!1.2.3=:a=b"),
            Control::new(Oid::from_static("1.2.3")).with_value("a=b").critical()
        );
        let octets = control("1.2.3=::AP8=");
        assert_eq!(octets.value().unwrap(), &b"\x00\xff"[..]);
        assert_eq!(control("showRecycled").oid(), &"1.2.840.113556.1.4.2064");
        assert_eq!(control("1.2.3=:").value().map(|value| value.len()), Some(0));
        assert!([control("ger=dn:cn=a/sn,cn")].control::<GetEffectiveRights>().unwrap().is_ok());
    }

    #[test]
    fn some_belong_to_the_bind_and_some_do_not_end() {
        assert_eq!("!bauthzid".parse(), Ok(Extension::Bind(AuthorizationIdentity.critical())));
        assert_eq!("ppolicy".parse(), Ok(Extension::Bind(PasswordPolicy.into())));
        assert!(matches!("sync=rp/c".parse(), Ok(Extension::Endless(_))));
        assert!(matches!("psearch=add,modDN/changesonly".parse(), Ok(Extension::Endless(_))));
        assert!(matches!("serverNotif".parse(), Ok(Extension::Endless(_))));
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for text in [
            "",
            "!",
            "pr",
            "pr=",
            "pr=0",
            "pr=2147483648",
            "pr=500/prompt",
            "pr=x/noprompt",
            "sss",
            "sss=",
            "sss=/sn",
            "sss=sn:",
            "vlv=1",
            "vlv=1/2",
            "vlv=1/2/3",
            "vlv=a/2:x",
            "vlv=1/2/3/x",
            "mv=(&(cn=a))",
            "mv=(cn",
            "sync=",
            "sync=xx",
            "psearch=",
            "psearch=add/x",
            "subentries=maybe",
            "deref=member",
            "deref=member:",
            "deref=:cn",
            "assert=(",
            "chaining=often",
            "extendedDn=2",
            "dirSync=1",
            "dirSync=1/2/!",
            "sdflags=x",
            "noop=1",
            "1.2.3=x",
            "1.2.3=::!",
            "nonsense",
            "startTLS",
            "1.02",
        ] {
            assert!(text.parse::<Extension>().is_err(), "{text}");
        }
    }
}
