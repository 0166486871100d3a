//! `-E` and `-e`: controls by the names that OpenLDAP's tools have for them, by those of the registry, or by identifier.

mod parameter;

use std::str::FromStr;

use data_encoding::BASE64;
use ldapwire::model::{Control, Oid};
use ldapwire::proto::controls::active_directory::{
    AttributeScopedQuery, DomainScope, Notification, SdFlags, SearchOptions, ShowDeleted,
};
use ldapwire::proto::controls::{
    AccountUsability, AuthorizationIdentity, DontUseCopy, DuplicateEntries, ManageDsaIt, NoOp,
    OperationPurpose, PasswordPolicy, PostRead, PreRead, ProxiedAuthorization, ProxiedAuthorizationV1,
    RelaxRules, TraceContext, TransactionSpecification, WhatFailed,
};
use ldapwire::proto::registry::{self, Kind};

use self::parameter::{
    assertion, authz_id, chaining, dereference, dir_sync, extended_dn, list, matched_values, number, paged,
    persistent, rights, session, sort, statistics, subentries, sync, view,
};

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
  ger=dn:DN, ger=AUTHZID/[ATTRS] effective rights, as 389 or as others want it
  preread=ATTRS, postread=ATTRS, sessiontracking[=USER], dup=ATTRS,
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

#[cfg(test)]
mod tests;
