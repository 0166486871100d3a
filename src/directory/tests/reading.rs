//! Searches and compares.

use std::time::Duration;

use super::*;
use crate::execute::{Delivery, RequestExt};
use crate::model::DerefAliases;
use crate::proto::CompareRequest;
use crate::proto::controls::{AssertionControl, PagedResults, Subentries};
use crate::proto::extops::WhoAmI;

#[tokio::test]
async fn each_scope_covers_what_it_says() {
    let (_directory, client) = start().await;
    for (base, scope, expected) in [
        ("ou=people,dc=example", Scope::BaseObject, &["ou=people"][..]),
        (
            "OU=People, DC=Example",
            Scope::SingleLevel,
            &["uid=ada,ou=people", "uid=bob,ou=people", "uid=eve,ou=people"],
        ),
        ("ou=groups,dc=example", Scope::WholeSubtree, &["ou=groups", "cn=staff,ou=groups"]),
        ("ou=groups,dc=example", Scope::SubordinateSubtree, &["cn=staff,ou=groups"]),
        ("dc=example", Scope::SingleLevel, &["ou=people", "ou=groups"]),
        ("", Scope::SingleLevel, &["dc=example"]),
    ] {
        let all = SearchRequest::new(base, scope, Filter::present("objectClass"));
        assert_eq!(found(&client, all).await, expected, "{base} {scope}");
        // By an attribute that is not indexed, or not looked up, the answer is the same.
        let slow = SearchRequest::new(base, scope, Filter::parse("(!(nothing=x))").unwrap());
        assert_eq!(found(&client, slow).await, expected, "{base} {scope}");
    }
    assert_eq!(found(&client, below("", "(uid=ada)")).await, ["uid=ada,ou=people"]);
}

#[tokio::test]
async fn filters_find_by_index_and_without() {
    let (directory, client) = start().await;
    for (filter, expected) in [
        ("(cn=ada  LOVELACE)", &["ada"][..]),
        ("(commonName=ada lovelace)", &["ada"]),
        ("(sn=love*)", &["ada", "eve"]),
        ("(sn=*lace)", &["ada", "eve"]),
        ("(mail=*b@exam*)", &["bob"]),
        ("(|(uid=bob)(uid=eve))", &["bob", "eve"]),
        ("(&(sn=Lovelace)(!(uid=ada)))", &["eve"]),
        ("(&(objectClass=person)(uid>=bob))", &["bob", "eve"]),
        ("(description;lang-de=erste)", &["ada"]),
        ("(description=erste)", &["ada"]),
        ("(description;lang-fr=erste)", &[]),
        ("(entryDN=uid=bob,ou=people,dc=example)", &["bob"]),
        ("(&(objectClass=person)(hasSubordinates=FALSE)(cn=b*))", &["bob"]),
        ("(uid:caseExactMatch:=ada)", &["ada"]),
        ("(uid:caseExactMatch:=ADA)", &[]),
        ("(&(ou:dn:=people)(uid=ada))", &["ada"]),
        ("(nothing=*)", &[]),
        ("(|)", &[]),
    ] {
        let names = found(&client, below("dc=example", filter)).await;
        let expected: Vec<_> = expected.iter().map(|uid| format!("uid={uid},ou=people")).collect();
        assert_eq!(names, expected, "{filter}");
    }
    let groups = found(&client, below("dc=example", "(member=UID=bob,ou=People,dc=example)")).await;
    assert_eq!(groups, ["cn=staff,ou=groups"]);
    assert_eq!(found(&client, below("dc=example", "(&)")).await.len(), directory.len());
}

#[tokio::test]
async fn attributes_are_those_that_are_asked_for() {
    let (_directory, client) = start().await;
    for (selectors, expected) in [
        (
            &[][..],
            &["objectClass", "uid", "cn", "sn", "mail", "userPassword", "description", "description;lang-de"]
                [..],
        ),
        (&["1.1"], &[]),
        (&["1.1", "CN"], &["cn"]),
        (&["description"], &["description", "description;lang-de"]),
        (&["description;lang-de"], &["description;lang-de"]),
        (&["entryDN", "mail", "none"], &["mail", "entryDN"]),
        (
            &["+"],
            &[
                "structuralObjectClass",
                "entryUUID",
                "creatorsName",
                "createTimestamp",
                "modifiersName",
                "modifyTimestamp",
                "entryDN",
                "hasSubordinates",
                "numSubordinates",
                "subschemaSubentry",
            ],
        ),
    ] {
        let search =
            SearchRequest::entry("uid=ada,ou=people,dc=example").attributes(selectors.iter().copied());
        let entry = client.search_one(search.clone()).await.unwrap();
        let names: Vec<_> = entry.attributes().map(|attribute| attribute.description()).collect();
        assert_eq!(names, expected, "{selectors:?}");
        assert!(entry.attributes().all(|attribute| attribute.values().next().is_some()));
        let types = client.search_one(search.types_only(true)).await.unwrap();
        let names: Vec<_> = types.attributes().map(|attribute| attribute.description()).collect();
        assert_eq!(names, expected, "{selectors:?}");
        assert!(types.attributes().all(|attribute| attribute.values().next().is_none()));
    }
    let people = SearchRequest::entry("ou=people,dc=example").attributes(["+"]);
    let people = client.search_one(people).await.unwrap();
    assert_eq!(people.first_text("hasSubordinates"), Some("TRUE"));
    assert_eq!(people.first_text("numSubordinates"), Some("3"));
}

#[tokio::test]
async fn limits_of_client_and_server_hold() {
    let (_directory, client) = start().await;
    let search = client.search(below("dc=example", "(objectClass=*)").size_limit(2)).await.unwrap();
    let error = search.collect().await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::SIZE_LIMIT_EXCEEDED));
    assert_eq!(error.partial_entries().len(), 2);
    // As many as there are is not more.
    assert_eq!(found(&client, below("dc=example", "(uid=*)").size_limit(3)).await.len(), 3);

    let strict = company().size_limit(1).time_limit(Duration::ZERO).start().await.unwrap();
    let client = strict.client().await.unwrap();
    let error = client.search(below("dc=example", "(uid=*)")).await.unwrap().collect().await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::SIZE_LIMIT_EXCEEDED));
    let error = client.search(below("dc=example", "(uid=x)")).await.unwrap().collect().await;
    assert!(error.is_ok(), "nothing was looked at");
    let error = client.search(below("dc=example", "(uid=ada)")).await.unwrap().collect().await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::TIME_LIMIT_EXCEEDED));
}

#[tokio::test]
async fn pages_hold_all_entries_once() {
    let (directory, client) = start().await;
    for size in 1..9 {
        for filter in ["(objectClass=*)", "(!(nothing=x))", "(uid=*)"] {
            let whole = found(&client, below("dc=example", filter)).await;
            let mut paged = client.search(below("dc=example", filter).paged(size)).await.unwrap();
            let mut names = Vec::new();
            while let Some(entry) = paged.next_entry().await.unwrap() {
                names.push(entry.dn().trim_end_matches(",dc=example").to_owned());
            }
            assert_eq!(names, whole, "{size} {filter}");
        }
    }
    assert!(matches!(below("", "(a=b)").paged(2).delivery(), Delivery::Paged(2)));
    // Another search's cookie, and one that is none.
    let first =
        client.search(below("dc=example", "(uid=*)").with_control(PagedResults::new(1))).await.unwrap();
    let controls = first.collect().await.unwrap().controls;
    let response = controls.iter().find_map(|control| {
        use crate::proto::controls::{ControlValue, PagedResultsResponse};
        (*control.oid() == PagedResultsResponse::OID)
            .then(|| PagedResultsResponse::decode_value(control.value()).unwrap())
    });
    let cookie = response.unwrap().cookie().clone();
    for cookie in [cookie, "garbage".into()] {
        let stolen = below("dc=example", "(cn=*)").with_control(PagedResults::new(1).with_cookie(cookie));
        let refused = client.search(stolen).await.unwrap().collect().await;
        assert_eq!(code(refused), ResultCode::UNWILLING_TO_PERFORM);
    }
    assert_eq!(directory.changes(), 7);
}

#[tokio::test]
async fn what_is_not_there_names_the_nearest() {
    let (_directory, client) = start().await;
    for (base, nearest) in [
        ("uid=x,ou=people,dc=example", "ou=people,dc=example"),
        ("uid=x,ou=y,ou=z,dc=example", "dc=example"),
        ("dc=other", ""),
    ] {
        let error = client.read(base).await.unwrap_err();
        assert_eq!((error.code(), matched(&error).as_str()), (Some(ResultCode::NO_SUCH_OBJECT), nearest));
    }
    assert_eq!(code(client.read("no name").await), ResultCode::INVALID_DN_SYNTAX);
    let odd = SearchRequest::new("dc=example", Scope::from_number(9), Filter::present("cn"));
    assert_eq!(code(client.search(odd).await.unwrap().collect().await), ResultCode::PROTOCOL_ERROR);
    let odd = below("dc=example", "(cn=*)").deref_aliases(DerefAliases::from_number(9));
    assert_eq!(code(client.search(odd).await.unwrap().collect().await), ResultCode::PROTOCOL_ERROR);
}

#[tokio::test]
async fn the_server_says_what_it_is() {
    let (_directory, client) = start().await;
    let root = client.root_dse().await.unwrap();
    assert_eq!(root.first_text("namingContexts"), Some("dc=example"));
    assert_eq!(root.first_text("supportedLDAPVersion"), Some("3"));
    assert!(root.values("supportedExtension").any(|oid| oid == b"1.3.6.1.4.1.4203.1.11.3"));
    assert!(root.values("supportedControl").count() >= 10);
    // Operational attributes come when they are asked for.
    let plain = client.read("").await.unwrap();
    assert_eq!(
        plain.attributes().map(|attribute| attribute.description()).collect::<Vec<_>>(),
        ["objectClass"]
    );
    let subschema = root.first_text("subschemaSubentry").unwrap();
    assert_eq!(client.read(subschema).await.unwrap().first_text("cn"), Some("Subschema"));
    client.extended_op(WhoAmI).await.unwrap();
}

#[tokio::test]
async fn values_are_compared() {
    let (_directory, client) = start().await;
    let ada = "uid=ada,ou=people,dc=example";
    for (description, value, expected) in [
        ("cn", "ADA lovelace", true),
        ("cn", "eve", false),
        ("description", "erste", true),
        ("description;lang-de", "first", false),
        ("userPassword", "ADA-SECRET", false),
        ("entryDN", "uid=ADA,ou=people,dc=example", true),
    ] {
        let equal = client.compare(CompareRequest::new(ada, description, value)).await.unwrap();
        assert_eq!(equal, expected, "{description}={value}");
    }
    let absent = client.compare(CompareRequest::new(ada, "title", "x")).await;
    assert_eq!(code(absent), ResultCode::NO_SUCH_ATTRIBUTE);
    let asserted = CompareRequest::new(ada, "sn", "lovelace")
        .with_control(AssertionControl::new(Filter::parse("(uid=bob)").unwrap()).unwrap());
    assert_eq!(code(client.compare(asserted).await), ResultCode::ASSERTION_FAILED);
}

#[tokio::test]
async fn subentries_hide_until_they_are_asked_for() {
    let subentry =
        Entry::new("cn=policy,dc=example").with("objectClass", ["subentry"]).with("cn", ["policy"]);
    let directory = company().entry(subentry).start().await.unwrap();
    let client = directory.client().await.unwrap();
    assert!(found(&client, below("dc=example", "(cn=policy)")).await.is_empty());
    assert_eq!(client.read("cn=policy,dc=example").await.unwrap().first_text("cn"), Some("policy"));
    let only = below("dc=example", "(objectClass=*)").with_control(Subentries::Visible);
    let only = client.search(only).await.unwrap().collect().await.unwrap();
    assert_eq!(only.entries.iter().map(|entry| entry.dn()).collect::<Vec<_>>(), ["cn=policy,dc=example"]);
}

#[tokio::test]
async fn unknown_critical_controls_are_refused_and_others_ignored() {
    use crate::model::{Control, Oid};
    let (_directory, client) = start().await;
    let unknown = Control::new(Oid::from_static("1.2.3.4"));
    for (control, expected) in [
        (unknown.clone(), ResultCode::SUCCESS),
        (unknown.critical(), ResultCode::UNAVAILABLE_CRITICAL_EXTENSION),
        (crate::proto::controls::TreeDelete.into(), ResultCode::SUCCESS),
        (
            crate::proto::controls::ControlValue::critical(crate::proto::controls::TreeDelete),
            ResultCode::UNAVAILABLE_CRITICAL_EXTENSION,
        ),
        (
            Control::new(Oid::from_static("1.2.840.113556.1.4.319")).with_value("garbage"),
            ResultCode::PROTOCOL_ERROR,
        ),
    ] {
        let search = below("dc=example", "(uid=ada)").with_control(control.clone());
        assert_eq!(code(client.search(search).await.unwrap().collect().await), expected, "{control:?}");
    }
}
