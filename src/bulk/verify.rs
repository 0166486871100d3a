//! Whether a record was carried out whose answer is not known.

use crate::error::Error;
use crate::execute::Executor;
use crate::ldif::{Change, ChangeRecord, new_name};
use crate::model::{CaseIgnoreEquality, Dn, Entry, ModifyOperation, Strictness};
use crate::proto::{AddRequest, ModifyRequest, SearchRequest};

use super::attempt::{Rules, read, read_for};

/// What the directory says of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// It holds what the record says.
    Done,
    /// It is as if the record had not been sent, or to carry it out again does no harm.
    NotDone,
    /// Neither, or it cannot be told.
    Other,
}

/// Looks whether a record was carried out.
///
/// | change | done | not done | cannot be told |
/// |---|---|---|---|
/// | add | an equal entry is there | none is there | another is there |
/// | delete | none is there | it is there | |
/// | modify | it would change nothing | it would change something | it increments, or the entry is gone |
/// | rename | only the new name is there | only the old one is | both or none are |
pub(super) async fn look<E: Executor>(
    connection: &E,
    record: &ChangeRecord,
    _: &Rules,
) -> Result<Found, Error> {
    Ok(match record.change() {
        Change::Add(request) => match read(connection, request.dn()).await? {
            None => Found::NotDone,
            Some(there) if is_as_added(&there, request) => Found::Done,
            Some(_) => Found::Other,
        },
        Change::Delete(request) => {
            let there = read_for(connection, SearchRequest::entry(request.dn().clone()).attributes(["1.1"]));
            if there.await?.is_some() { Found::NotDone } else { Found::Done }
        }
        Change::Modify(request) => {
            let names = request.changes().iter().map(|change| change.attribute().description().as_str());
            let search = SearchRequest::entry(request.dn().clone()).attributes(names);
            read_for(connection, search).await?.map_or(Found::Other, |there| is_modified(&there, request))
        }
        Change::ModifyDn(request) => {
            let Ok(new) = new_name(request) else { return Ok(Found::NotDone) };
            if Dn::try_from(request.dn()).is_ok_and(|old| old == new) {
                return Ok(Found::NotDone);
            }
            let old = SearchRequest::entry(request.dn().clone()).attributes(["1.1"]);
            let new = SearchRequest::entry(&new).attributes(["1.1"]);
            let old = read_for(connection, old).await?.is_some();
            match (old, read_for(connection, new).await?.is_some()) {
                (false, true) => Found::Done,
                (true, false) => Found::NotDone,
                _ => Found::Other,
            }
        }
    })
}

/// Whether an entry is the one that was to be added, as far as a server keeps what it is given: it may add the classes above
/// those of the entry and the values of its name, and keep a password in another form.
fn is_as_added(there: &Entry, request: &AddRequest) -> bool {
    let mut wanted = request.to_entry();
    if let Ok(dn) = Dn::try_from(request.dn()) {
        wanted.add_distinguished_values(&dn);
    }
    let there = there.diff_by(&wanted, &CaseIgnoreEquality);
    there.iter().all(|difference| {
        let name = difference.attribute().description();
        *name == "userPassword"
            || (*name == "objectClass" && difference.operation() == ModifyOperation::Delete)
    })
}

/// Whether modifications are in effect. One that increments cannot tell; the others may be carried out twice.
fn is_modified(there: &Entry, request: &ModifyRequest) -> Found {
    let changes = request.changes();
    if changes.iter().any(|change| !is_idempotent(change.operation())) {
        return Found::Other;
    }
    let mut after = there.clone();
    match after.apply_by(changes, Strictness::Permissive, &CaseIgnoreEquality) {
        Ok(()) if there.diff_by(&after, &CaseIgnoreEquality).is_empty() => Found::Done,
        _ => Found::NotDone,
    }
}

fn is_idempotent(operation: ModifyOperation) -> bool {
    matches!(operation, ModifyOperation::Add | ModifyOperation::Delete | ModifyOperation::Replace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Modification;

    fn ada() -> Entry {
        Entry::new("uid=ada,dc=example")
            .with("objectClass", ["inetOrgPerson"])
            .with("uid", ["ada"])
            .with("cn", ["Ada"])
            .with("mail", ["ada@example.org"])
    }

    #[test]
    fn an_entry_is_as_added_but_for_what_servers_change() {
        let request = AddRequest::from(ada().with("userPassword", ["secret"]));
        let of = |there: Entry| is_as_added(&there, &request);
        assert!(of(ada().with("userPassword", ["{SSHA}x"]).with("objectClass", ["person", "top"])));
        assert!(!of(ada().with("cn", ["Bob"])));
        assert!(!of(ada().with("description", ["of somebody else"])));
        assert!(!of(Entry::new("uid=ada,dc=example").with("uid", ["ada"])));
        let without_name = AddRequest::from(Entry::new("uid=ada,dc=example").with("cn", ["Ada"]));
        assert!(is_as_added(&Entry::new("x").with("cn", ["ADA"]).with("uid", ["ada"]), &without_name));
    }

    #[test]
    fn modifications_are_in_effect_if_they_would_change_nothing() {
        for (change, expected) in [
            (Modification::add("mail", ["ada@example.org"]), Found::Done),
            (Modification::add("mail", ["other"]), Found::NotDone),
            (Modification::delete("mail", ["other"]), Found::Done),
            (Modification::delete("mail", ["ada@example.org"]), Found::NotDone),
            (Modification::replace("cn", ["Ada"]), Found::Done),
            (Modification::delete_attribute("sn"), Found::Done),
            (Modification::increment("uidNumber", 1), Found::Other),
        ] {
            let request = ModifyRequest::new("uid=ada,dc=example", [change]);
            assert_eq!(is_modified(&ada(), &request), expected, "{request:?}");
        }
    }
}
