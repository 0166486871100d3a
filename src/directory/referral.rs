//! Entries that refer to other servers (RFC 3296).

use crate::model::{Dn, LdapString, LdapUrl, ResultCode, Scope};
use crate::proto::{LdapResult, SearchResultReference};
use crate::server::Answer;

use super::record::Record;
use super::resolve;

/// Makes the answer that refers elsewhere for `dn`, which is the referral entry or below it.
///
/// "the server returns a referral [...] consisting of the URI(s) of the ref attribute [...] modified" (RFC 3296 5.2): the
/// part of the name that is below the entry is moved below the name in the URL.
pub(super) fn answer(record: &Record, dn: &Dn, scope: Option<Scope>) -> Answer {
    let urls = urls(record, dn, scope);
    if urls.is_empty() {
        return Answer::refuse(ResultCode::OTHER, "a referral entry has no usable ref");
    }
    LdapResult::new(ResultCode::REFERRAL).with_matched_dn(record.name()).with_referral(urls).into()
}

/// Makes the reference that a search returns in place of a referral entry; nothing if it leads nowhere.
pub(super) fn reference(record: &Record, scope: Scope) -> Option<SearchResultReference> {
    let urls = urls(record, &record.dn(), Some(scope));
    (!urls.is_empty()).then(|| SearchResultReference::new(urls))
}

fn urls(record: &Record, dn: &Dn, scope: Option<Scope>) -> Vec<LdapString> {
    let (entry, own) = (record.entry(), record.dn());
    let values = entry.values("ref").iter().filter_map(|value| value.as_str().ok());
    values.filter_map(|value| url(value, &own, dn, scope)).collect()
}

/// A value may have a label behind its URL; what is no LDAP URL goes out as it is.
fn url(value: &str, own: &Dn, dn: &Dn, scope: Option<Scope>) -> Option<LdapString> {
    let text = value.split_whitespace().next()?;
    let Ok(url) = LdapUrl::parse(text) else { return Some(text.into()) };
    let base = if url.dn().is_root() { own.clone() } else { url.dn().clone() };
    let moved = resolve::below(dn, own).join(&base);
    let url = url.with_dn(moved);
    match scope {
        Some(scope) => url.with_scope(scope).ok().map(LdapString::from),
        None => Some(url.into()),
    }
}
