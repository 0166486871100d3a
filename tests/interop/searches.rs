//! Searches: what they select, how their entries come, what else they bring.

use std::collections::BTreeSet;

use ldapwire::model::{DerefAliases, Filter, Modification, ResultCode, Scope};
use ldapwire::proto::{AddRequest, ModifyRequest, SearchRequest, SearchResultEntry};
use ldapwire::{Call, Client, Delivery, ErrorKind, Executor, SearchItem, filter};

use super::changes::{all, area, person};
use super::connections::{admin, alice, encrypted};
use super::ldif::Plain;
use super::slapd::{SUFFIX, Slapd};
use super::{Outcome, cases};

cases![
    each_scope,
    selectors,
    types_only,
    values_that_look_like_filters,
    size_limit_keeps_what_came,
    search_one_finds_one,
    references_are_items,
    referral_is_a_result,
    aliases_on_request,
    root_dse,
    pages_bring_what_a_plain_search_brings,
    entries_are_modified_while_they_come_in_pages,
    entries_are_modified_while_they_come_on_an_own_connection,
    a_hundred_at_once,
];

async fn each_scope(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let deep = format!("ou=deep,{SUFFIX}");
    for (scope, names) in [
        (Scope::BaseObject, &["deep"][..]),
        (Scope::SingleLevel, &["level1"]),
        (Scope::WholeSubtree, &["deep", "level1", "level2"]),
        (Scope::SubordinateSubtree, &["level1", "level2"]),
    ] {
        let found =
            client.search(SearchRequest::new(&*deep, scope, Filter::present("ou"))).await?.collect().await?;
        let found: BTreeSet<&str> = found.entries.iter().filter_map(|entry| entry.first_text("ou")).collect();
        assert_eq!(found, names.iter().copied().collect(), "{scope}");
    }
    Ok(())
}

async fn selectors(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let read = async |selectors: &[&str]| {
        let request = SearchRequest::entry(alice()).attributes(selectors.iter().copied());
        let entry = client.search_one(request).await?;
        Ok::<_, ldapwire::Error>(Plain::from(&entry).attributes.into_keys().collect::<BTreeSet<_>>())
    };
    let users = read(&["*"]).await?;
    let operational = read(&["+"]).await?;
    assert_eq!(users, read(&[]).await?);
    assert!(users.contains("sn") && !users.contains("entryUUID"), "{users:?}");
    assert!(operational.contains("entryUUID") && !operational.contains("sn"), "{operational:?}");
    assert_eq!(read(&["*", "+"]).await?, users.union(&operational).cloned().collect());
    assert!(read(&["1.1"]).await?.is_empty());
    assert_eq!(read(&["sn", "CN;lang-fr"]).await?.len(), 2);
    // RFC 4512 2.5.2: the type asks for its options, too.
    assert_eq!(read(&["description"]).await?.len(), 4);
    Ok(())
}

async fn types_only(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let entry = client.search_one(SearchRequest::entry(alice()).types_only(true)).await?;
    assert!(entry.attribute("sn").is_some());
    assert!(entry.attributes().all(|attribute| attribute.values().count() == 0));
    Ok(())
}

async fn values_that_look_like_filters(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let people = format!("ou=people,{SUFFIX}");
    let find = async |filter: Filter| {
        client.search(SearchRequest::new(&*people, Scope::WholeSubtree, filter)).await?.collect().await
    };
    let carol = find(filter!("(cn={})", "Carol (C*) \\ Clark")).await?;
    assert_eq!(carol.entries.len(), 1);
    assert_eq!(find(filter!("(cn={})", "*")).await?.entries.len(), 0);
    let octets = find(Filter::equality("audio", b"\x00\xff\x80\x7f\n\r")).await;
    // The server knows no rule for such values, or finds the one that has it.
    assert!(octets.map_or_else(|error| error.code().is_some(), |found| found.entries.len() <= 1));
    let zoe = find(filter!("(&(cn={}*)(!(sn={})))", "Zoë M", "Meier")).await?;
    assert_eq!(zoe.entries[0].dn(), format!("cn=Zoë Müller 山田,ou=people,{SUFFIX}"));
    Ok(())
}

async fn size_limit_keeps_what_came(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let search =
        SearchRequest::new(format!("ou=people,{SUFFIX}"), Scope::WholeSubtree, Filter::present("cn"));
    let error = client.search(search.size_limit(3)).await?.collect().await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::SIZE_LIMIT_EXCEEDED));
    assert_eq!((error.delivered(), error.partial_entries().len()), (3, 3));
    assert!(error.partial_entries().iter().all(|entry| entry.first_text("cn").is_some()));
    Ok(())
}

async fn search_one_finds_one(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let people = format!("ou=people,{SUFFIX}");
    let one = |filter| client.search_one(SearchRequest::new(&*people, Scope::WholeSubtree, filter));
    assert_eq!(one(filter!("(uid={})", "alice")).await?.dn(), alice());
    let none = one(filter!("(uid={})", "nobody")).await.unwrap_err();
    assert!(matches!(none.kind(), ErrorKind::NotOne { found: 0 }), "{none}");
    let many = one(Filter::present("uid")).await.unwrap_err();
    assert!(matches!(many.kind(), ErrorKind::NotOne { found: 2 }), "{many}");
    Ok(())
}

async fn references_are_items(server: &Slapd) -> Outcome {
    const URLS: [&str; 2] = [
        "ldap://ldap.example.net/ou=elsewhere,dc=example,dc=net??base",
        "ldaps://ldap.example.net/ou=elsewhere,dc=example,dc=net??base",
    ];
    let client = encrypted(server).await?;
    let mut stream = client.search(search_below(SUFFIX, Scope::SingleLevel)).await?;
    let (mut entries, mut references) = (0, Vec::new());
    while let Some(item) = stream.next_item().await? {
        match item {
            SearchItem::Entry(..) => entries += 1,
            SearchItem::Reference(urls, _) => references.extend(urls),
            other => return Err(format!("{other:?}").into()),
        }
    }
    assert!(entries > 5);
    assert_eq!(references, URLS);
    assert_eq!(stream.references(), URLS);
    Ok(())
}

async fn referral_is_a_result(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let dn = format!("cn=referral,{SUFFIX}");
    let error = client.read(&*dn).await.unwrap_err();
    let result = error.result().ok_or("a result came")?;
    assert_eq!(result.code(), ResultCode::REFERRAL);
    assert_eq!(result.referral().len(), 2);
    assert!(result.referral()[0].starts_with("ldap://ldap.example.net/ou=elsewhere"));
    let error = client.replace(&*dn, "description", ["x"]).await.unwrap_err();
    assert_eq!(error.result().map(|result| result.referral().len()), Some(2));
    Ok(())
}

async fn aliases_on_request(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let alias = format!("cn=alias,{SUFFIX}");
    let search = SearchRequest::entry(&*alias);
    assert_eq!(client.search_one(search.clone()).await?.dn(), alias);
    let followed = client.search_one(search.deref_aliases(DerefAliases::DerefAlways)).await?;
    assert_eq!(followed.dn(), alice());
    Ok(())
}

async fn root_dse(server: &Slapd) -> Outcome {
    let root = encrypted(server).await?.root_dse().await?;
    assert_eq!(root.dn(), "");
    assert_eq!(root.first_text("namingContexts"), Some(SUFFIX));
    assert!(root.values("supportedLDAPVersion").any(|version| version == b"3"));
    assert!(root.values("supportedExtension").any(|oid| oid == b"1.3.6.1.4.1.4203.1.11.3"));
    Ok(())
}

async fn pages_bring_what_a_plain_search_brings(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let search = || search_below(&format!("ou=people,{SUFFIX}"), Scope::WholeSubtree);
    // The order of entries is the server's affair, and changes while others write.
    let sorted = |mut entries: Vec<SearchResultEntry>| {
        entries.sort_by(|one, other| one.dn().cmp(other.dn()));
        entries
    };
    let plain = sorted(client.search(search()).await?.collect().await?.entries);
    for page in [1, 2, 100] {
        let paged = sorted(client.search(search().paged(page)).await?.collect().await?.entries);
        assert_eq!(plain, paged, "pages of {page}");
    }
    Ok(())
}

async fn entries_are_modified_while_they_come_in_pages(server: &Slapd) -> Outcome {
    modified_while_they_come(server, "paged", Delivery::Paged(7)).await
}

async fn entries_are_modified_while_they_come_on_an_own_connection(server: &Slapd) -> Outcome {
    modified_while_they_come(server, "own connection", Delivery::OwnConnection).await
}

async fn modified_while_they_come(server: &Slapd, name: &str, delivery: Delivery) -> Outcome {
    const ENTRIES: usize = 50;
    let client = admin(server).await?;
    let area = area(&client, name).await?;
    let entries =
        (0..ENTRIES).map(|number| person(&format!("cn=number{number},{area}"), &format!("number{number}")));
    all(entries.map(|entry| client.add(AddRequest::from(entry)))).await?;
    let search = search_below(&area, Scope::SingleLevel);
    let mut stream = client.search(search.clone().with_delivery(delivery)).await?;
    while let Some(entry) = stream.next_entry().await? {
        let change = Modification::replace("description", [entry.dn()]);
        client.modify(ModifyRequest::new(entry.name(), [change])).await?;
    }
    assert_eq!(stream.delivered(), ENTRIES as u64);
    let found = client.search(search).await?.collect().await?;
    assert_eq!(found.entries.len(), ENTRIES);
    assert!(found.entries.iter().all(|entry| entry.first_text("description") == Some(entry.dn())));
    Ok(())
}

async fn a_hundred_at_once(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let people = format!("ou=people,{SUFFIX}");
    let uids = ["alice", "bob", "carol"];
    let find = async |client: &Client, number: usize| {
        let search = SearchRequest::new(&*people, Scope::WholeSubtree, filter!("(uid={})", uids[number % 3]));
        client.search(Call::new(search)).await?.collect().await
    };
    let found = all((0..100).map(|number| find(&client, number))).await?;
    assert_eq!(found.len(), 100);
    for (number, found) in found.iter().enumerate() {
        assert_eq!(found.entries.len(), 1);
        assert_eq!(found.entries[0].first_text("uid"), Some(uids[number % 3]));
    }
    assert_eq!(client.statistics().outstanding, 0);
    Ok(())
}

/// Every entry in the scope, all user attributes.
pub(crate) fn search_below(base: &str, scope: Scope) -> SearchRequest {
    SearchRequest::new(base, scope, Filter::present("objectClass"))
}
