//! From a name to an entry.

use std::sync::Arc;

use crate::model::{Dn, DnParseError, LdapString, ResultCode};
use crate::proto::LdapResult;
use crate::server::Answer;

use super::record::{Kind, Record};
use super::referral;
use super::store::{Id, Store};

/// Aliases that are followed for one name, at most: a chain that is longer is a loop, or might as well be one.
const MAX_ALIASES: usize = 16;

/// Reads the name in a request.
pub(super) fn name(text: &LdapString) -> Result<Dn, Answer> {
    Dn::try_from(text).map_err(|error: DnParseError| {
        Answer::refuse(ResultCode::INVALID_DN_SYNTAX, format!("the name cannot be read: {error}"))
    })
}

/// Finds the entry that an operation other than a search is about.
///
/// An entry that refers to another server, or one above that does, is answered with a referral, unless entries like that
/// are to be managed here (RFC 3296 5).
pub(super) fn target<'s>(
    store: &'s Store,
    dn: &Dn,
    manages_referrals: bool,
) -> Result<(Id, &'s Arc<Record>), Answer> {
    match store.by_name(dn) {
        Some((_, record)) if record.kind == Kind::Referral && !manages_referrals => {
            Err(referral::answer(record, dn, None))
        }
        Some(found) => Ok(found),
        None => Err(missing(store, dn, manages_referrals)),
    }
}

/// Makes the answer about an entry that does not exist: a referral if one of those above refers elsewhere, else the
/// name of the nearest one that exists.
pub(super) fn missing(store: &Store, dn: &Dn, manages_referrals: bool) -> Answer {
    let nearest = dn.ancestors().find_map(|above| store.by_name(&above));
    match nearest {
        Some((_, record)) if record.kind == Kind::Referral && !manages_referrals => {
            referral::answer(record, dn, None)
        }
        Some((_, record)) => {
            LdapResult::new(ResultCode::NO_SUCH_OBJECT).with_matched_dn(record.name()).into()
        }
        None => ResultCode::NO_SUCH_OBJECT.into(),
    }
}

/// Follows aliases on the way to a name: of entries above it, and of itself.
///
/// # Errors
///
/// `aliasProblem`: "an alias has been dereferenced that names no object" (RFC 4511 A.2).
pub(super) fn dereference(store: &Store, dn: &Dn) -> Result<Dn, Answer> {
    let mut dn = dn.clone();
    // Aliases whose objects were not seen yet, with how much of the name is below these; the last one is nearest to the root.
    let mut followed: Vec<(LdapString, usize)> = Vec::new();
    for _ in 0..MAX_ALIASES {
        let on_the_way = std::iter::once(dn.clone()).chain(dn.ancestors());
        let nearest = { on_the_way }.find_map(|name| store.by_name(&name)).map(|(_, record)| record);
        let depth = nearest.map_or(0, |record| record.dn().depth());
        followed.retain(|(_, below)| dn.depth().saturating_sub(*below) > depth);
        let alias = match nearest {
            Some(record) if record.kind == Kind::Alias => record,
            // What is there the other server knows.
            Some(record) if record.kind == Kind::Referral => return Ok(dn),
            _ => return followed.pop().map_or(Ok(dn), |(alias, _)| Err(problem(alias))),
        };
        let aliased = aliased(alias).ok_or_else(|| problem(alias.name()))?;
        let below = below(&dn, &alias.dn());
        followed.push((alias.name(), below.depth()));
        dn = below.join(&aliased);
    }
    Err(Answer::refuse(ResultCode::LOOP_DETECT, "aliases lead round in a loop"))
}

fn problem(alias: LdapString) -> Answer {
    LdapResult::new(ResultCode::ALIAS_PROBLEM).with_matched_dn(alias).into()
}

/// The part of a name below one above it, however either is spelled.
pub(super) fn below(dn: &Dn, above: &Dn) -> Dn {
    dn.rdns().iter().take(dn.depth().saturating_sub(above.depth())).cloned().collect()
}

/// The entry that an alias stands for.
pub(super) fn aliased(record: &Record) -> Option<Dn> {
    let entry = record.entry();
    Dn::parse(entry.first_text("aliasedObjectName")?).ok()
}
