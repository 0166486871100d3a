//! Aliases, and entries that refer to other servers.

use super::*;
use crate::execute::RequestExt;
use crate::model::DerefAliases;
use crate::proto::controls::ManageDsaIt;
use crate::proto::{AddRequest, DeleteRequest};

/// An entry that refers to another server.
pub(super) const ELSEWHERE: &str = "ou=elsewhere,dc=example";

pub(super) fn company_with_links() -> DirectoryBuilder {
    let alias = |dn: &str, target: &str| {
        Entry::new(dn).with("objectClass", ["alias", "extensibleObject"]).with("aliasedObjectName", [target])
    };
    company()
        .entry(
            Entry::new(ELSEWHERE)
                .with("objectClass", ["referral", "extensibleObject"])
                .with("ou", ["elsewhere"])
                .with("ref", ["ldap://other.example.net/ou=there,dc=net A label"]),
        )
        .entry(alias("cn=boss,ou=groups,dc=example", "uid=ada,ou=people,dc=example"))
        .entry(alias("ou=staff,dc=example", "ou=people,dc=example"))
        .entry(alias("cn=one,dc=example", "cn=two,dc=example"))
        .entry(alias("cn=two,dc=example", "cn=one,dc=example"))
}

#[tokio::test]
async fn a_referral_entry_is_answered_with_its_urls() {
    let directory = company_with_links().start().await.unwrap();
    let client = directory.client().await.unwrap();
    for (base, scope, url) in [
        ("ou=elsewhere,dc=example", Scope::WholeSubtree, "ldap://other.example.net/ou=there,dc=net??sub"),
        ("ou=elsewhere,dc=example", Scope::BaseObject, "ldap://other.example.net/ou=there,dc=net??base"),
        (
            "uid=x,ou=elsewhere,dc=example",
            Scope::SingleLevel,
            "ldap://other.example.net/uid=x,ou=there,dc=net??one",
        ),
    ] {
        let search = SearchRequest::new(base, scope, Filter::present("cn"));
        let error = client.search(search).await.unwrap().collect().await.unwrap_err();
        assert_eq!(error.code(), Some(ResultCode::REFERRAL));
        let ErrorKind::Refused { result, .. } = error.kind() else { panic!() };
        assert_eq!(result.referral(), [url]);
        assert_eq!(result.matched_dn(), "ou=elsewhere,dc=example");
    }
    let add = AddRequest::from(&Entry::new("uid=x,ou=elsewhere,dc=example").with("objectClass", ["account"]));
    for error in [
        client.delete(DeleteRequest::new("uid=x,ou=elsewhere,dc=example")).await.unwrap_err(),
        client.add(add).await.unwrap_err(),
    ] {
        let ErrorKind::Refused { result, .. } = error.kind() else { panic!() };
        assert_eq!(result.referral(), ["ldap://other.example.net/uid=x,ou=there,dc=net"]);
    }
}

#[tokio::test]
async fn a_search_above_returns_references_whatever_its_filter() {
    let directory = company_with_links().start().await.unwrap();
    let client = directory.client().await.unwrap();
    for filter in ["(uid=ada)", "(nothing=x)"] {
        let all = client.search(below("dc=example", filter)).await.unwrap().collect().await.unwrap();
        assert_eq!(all.references, ["ldap://other.example.net/ou=there,dc=net??sub"], "{filter}");
    }
    let one = SearchRequest::new("dc=example", Scope::SingleLevel, Filter::present("ou"));
    let one = client.search(one).await.unwrap().collect().await.unwrap();
    assert_eq!(one.references, ["ldap://other.example.net/ou=there,dc=net??base"]);
}

#[tokio::test]
async fn who_manages_referrals_sees_them_as_entries() {
    let directory = company_with_links().start().await.unwrap();
    let client = directory.client().await.unwrap();
    let search = below("dc=example", "(ou=elsewhere)").with_control(ManageDsaIt);
    let found = client.search(search).await.unwrap().collect().await.unwrap();
    assert_eq!((found.entries.len(), found.references.len()), (1, 0));
    client.delete(DeleteRequest::new("ou=elsewhere,dc=example").with_control(ManageDsaIt)).await.unwrap();
    assert!(directory.entry("ou=elsewhere,dc=example").is_none());
}

#[tokio::test]
async fn aliases_are_followed_as_asked() {
    use DerefAliases::{DerefAlways, DerefFindingBaseObj, DerefInSearching, NeverDerefAliases};
    let directory = company_with_links().start().await.unwrap();
    let client = directory.client().await.unwrap();
    for (base, scope, aliases, expected) in [
        (
            "ou=groups,dc=example",
            Scope::SingleLevel,
            NeverDerefAliases,
            &["cn=staff,ou=groups", "cn=boss,ou=groups"][..],
        ),
        (
            "ou=groups,dc=example",
            Scope::SingleLevel,
            DerefInSearching,
            &["uid=ada,ou=people", "cn=staff,ou=groups"],
        ),
        (
            "ou=groups,dc=example",
            Scope::SingleLevel,
            DerefFindingBaseObj,
            &["cn=staff,ou=groups", "cn=boss,ou=groups"],
        ),
        (
            "ou=staff,dc=example",
            Scope::SingleLevel,
            DerefFindingBaseObj,
            &["uid=ada,ou=people", "uid=bob,ou=people", "uid=eve,ou=people"],
        ),
        ("uid=bob,ou=staff,dc=example", Scope::BaseObject, DerefAlways, &["uid=bob,ou=people"]),
        ("ou=staff,dc=example", Scope::BaseObject, NeverDerefAliases, &["ou=staff"]),
    ] {
        let search = SearchRequest::new(base, scope, Filter::present("objectClass")).deref_aliases(aliases);
        assert_eq!(found(&client, search).await, expected, "{base} {aliases}");
    }
    // A subtree that leads back into itself is walked once.
    let all = below("dc=example", "(uid=*)").deref_aliases(DerefAlways);
    assert_eq!(found(&client, all).await.len(), 3);
    let looped = SearchRequest::entry("cn=one,dc=example").deref_aliases(DerefFindingBaseObj);
    assert_eq!(code(client.search_one(looped).await), ResultCode::LOOP_DETECT);
}

#[tokio::test]
async fn an_alias_that_names_no_object_is_told() {
    let alias = |dn: &str, target: &str| {
        Entry::new(dn).with("objectClass", ["alias", "extensibleObject"]).with("aliasedObjectName", [target])
    };
    let directory = company_with_links()
        .entry(alias("cn=lost,dc=example", "ou=gone,dc=example"))
        .entry(alias("cn=away,dc=example", "dc=nowhere"))
        .entry(alias("cn=twice,dc=example", "cn=lost,dc=example"))
        .entry(alias("cn=inside,dc=example", "uid=none,ou=staff,dc=example"))
        .entry(alias("cn=there,dc=example", "ou=x,ou=elsewhere,dc=example"))
        .entry(alias("cn=top,dc=example", ""))
        .entry(alias("cn=odd,dc=example", "no name"))
        .start()
        .await
        .unwrap();
    let client = directory.client().await.unwrap();
    for (base, expected, nearest) in [
        ("cn=lost,dc=example", ResultCode::ALIAS_PROBLEM, "cn=lost,dc=example"),
        ("cn=x,cn=y,cn=lost,dc=example", ResultCode::ALIAS_PROBLEM, "cn=lost,dc=example"),
        ("cn=away,dc=example", ResultCode::ALIAS_PROBLEM, "cn=away,dc=example"),
        ("cn=twice,dc=example", ResultCode::ALIAS_PROBLEM, "cn=lost,dc=example"),
        ("cn=inside,dc=example", ResultCode::ALIAS_PROBLEM, "cn=inside,dc=example"),
        ("cn=x,cn=inside,dc=example", ResultCode::ALIAS_PROBLEM, "cn=inside,dc=example"),
        ("cn=odd,dc=example", ResultCode::ALIAS_PROBLEM, "cn=odd,dc=example"),
        ("cn=there,dc=example", ResultCode::REFERRAL, ELSEWHERE),
        // The object is there, and nothing of that name below it.
        ("uid=none,ou=staff,dc=example", ResultCode::NO_SUCH_OBJECT, "ou=people,dc=example"),
        ("uid=none,cn=boss,ou=groups,dc=example", ResultCode::NO_SUCH_OBJECT, "uid=ada,ou=people,dc=example"),
        ("dc=none,cn=top,dc=example", ResultCode::NO_SUCH_OBJECT, ""),
    ] {
        for aliases in [DerefAliases::DerefAlways, DerefAliases::DerefFindingBaseObj] {
            let search = SearchRequest::entry(base).deref_aliases(aliases);
            let error = client.search_one(search).await.unwrap_err();
            assert_eq!(
                (error.code(), matched(&error).as_str()),
                (Some(expected), nearest),
                "{base} {aliases}"
            );
        }
        // Below the base they are passed over.
        let search = below("dc=example", "(uid=ada)").deref_aliases(DerefAliases::DerefInSearching);
        assert_eq!(found(&client, search).await, ["uid=ada,ou=people"]);
    }
}
