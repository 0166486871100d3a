//! Each control that the server has, and what comes back for it.

use std::error::Error;

use ldapwire::model::{AuthzId, Control, Entry, Filter, Modification, Oid, ResultCode, Scope};
use ldapwire::proto::controls::active_directory::{DomainScope, SearchOptions};
use ldapwire::proto::controls::{
    AccountUsability, AccountUsabilityResponse, AssertionControl, AuthorizationIdentity,
    AuthorizationIdentityResponse, ControlValue, Controls, Dereference, DereferenceResponse, DontUseCopy,
    ManageDsaIt, MatchedValues, NoOp, PasswordExpired, PasswordExpiring, PasswordPolicy, PasswordPolicyError,
    PasswordPolicyResponse, PasswordPolicyWarning, PermissiveModify, PostRead, PostReadResponse, PreRead,
    PreReadResponse, ProxiedAuthorization, RelaxRules, ServerSideSort, ServerSideSortResponse,
    SessionTracking, SortKey, Subentries, VirtualListView, VirtualListViewResponse,
};
use ldapwire::proto::extops::{ExtendedOp, WhoAmI};
use ldapwire::proto::{
    AddRequest, BindRequest, DeleteRequest, ModifyDnRequest, ModifyRequest, OldRdn, SearchRequest,
};
use ldapwire::{Client, Executor, RequestExt, SearchItem};

use super::changes::{area, person};
use super::connections::{admin, alice, encrypted, wait_for_log};
use super::coverage::untried;
use super::searches::search_below;
use super::slapd::{SUFFIX, Slapd};
use super::{Outcome, cases};

cases![
    entries_are_sorted_by_the_server,
    a_list_is_seen_through_a_window,
    an_assertion_guards_a_change,
    entries_are_read_before_and_behind_changes,
    only_matching_values_come,
    an_operation_is_done_as_somebody_else,
    referral_objects_are_entries,
    subentries_are_shown_or_hidden,
    originals_are_asked_for,
    sessions_are_told_apart_in_the_log,
    a_change_is_tried_without_being_done,
    rules_are_relaxed,
    a_permissive_modify_changes_what_is_left,
    password_policy_speaks_with_binds_and_changes,
    accounts_tell_whether_they_are_usable,
    named_entries_are_dereferenced,
    a_search_stays_in_its_domain,
    unknown_controls_are_ignored_or_refuse_the_operation,
    malformed_controls_are_refused_and_the_connection_goes_on,
    what_is_announced_is_tried,
];

/// Adds people with these names below an area of their own.
async fn people(client: &Client, name: &str, names: &[&str]) -> Result<String, ldapwire::Error> {
    let area = area(client, name).await?;
    for name in names {
        client.add(AddRequest::from(person(&format!("cn={name},{area}"), name))).await?;
    }
    Ok(area)
}

fn names(entries: &[ldapwire::proto::SearchResultEntry]) -> Vec<&str> {
    entries.iter().filter_map(|entry| entry.first_text("cn")).collect()
}

async fn entries_are_sorted_by_the_server(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = people(&client, "sorted", &["mid", "last", "first"]).await?;
    let search = || search_below(&area, Scope::SingleLevel);
    let by_name = || SortKey::ascending("cn").with_rule("2.5.13.3");
    let sort = ServerSideSort::new(by_name()).critical();
    let sorted = client.search(search().with_control(sort)).await?.collect().await?;
    assert_eq!(names(&sorted.entries), ["first", "last", "mid"]);
    let response = sorted.control::<ServerSideSortResponse>()?.ok_or("there is an answer")?;
    assert!(response.is_sorted());

    let keys = ServerSideSort::new(SortKey::descending("cn").with_rule("caseIgnoreOrderingMatch"));
    let reverse = client.search(search().with_control(keys.critical())).await?.collect().await?;
    assert_eq!(names(&reverse.entries), ["mid", "last", "first"]);

    // This server refuses the search, critical or not.
    let unknown =
        client.search(search().with_control(ServerSideSort::new("noSuchType"))).await?.collect().await;
    assert_eq!(unknown.unwrap_err().code(), Some(ResultCode::NO_SUCH_ATTRIBUTE));
    Ok(())
}

async fn a_list_is_seen_through_a_window(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = people(&client, "window", &["a", "b", "c", "d", "e", "f"]).await?;
    let see = async |view: VirtualListView| {
        let search = search_below(&area, Scope::SingleLevel)
            .with_control(ServerSideSort::new(SortKey::ascending("cn").with_rule("2.5.13.3")).critical())
            .with_control(view.critical());
        let seen = client.search(search).await?.collect().await?;
        let response = seen.control::<VirtualListViewResponse>()?;
        Ok::<_, ldapwire::Error>((seen.entries, response))
    };
    let (entries, response) = see(VirtualListView::from_offset(3).with_before(1).with_after(2)).await?;
    assert_eq!(names(&entries), ["b", "c", "d", "e"]);
    let response = response.ok_or("there is an answer")?;
    assert_eq!((response.target_position(), response.content_count()), (3, 6));
    assert_eq!(response.result(), ResultCode::SUCCESS);

    let mut view = VirtualListView::from_value("e").with_after(5);
    if let Some(context) = response.context_id() {
        view = view.with_context_id(context.clone());
    }
    let (entries, response) = see(view).await?;
    assert_eq!(names(&entries), ["e", "f"]);
    assert_eq!(response.map(|response| response.target_position()), Some(5));
    Ok(())
}

async fn an_assertion_guards_a_change(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = people(&client, "assertion", &["guarded"]).await?;
    let dn = format!("cn=guarded,{area}");
    let change = |value| ModifyRequest::new(&*dn, [Modification::replace("title", [value])]);
    let is = |filter| AssertionControl::new(filter).map(ControlValue::critical);
    client.modify(change("one").with_control(is(Filter::not(Filter::present("title")))?)).await?;
    let error =
        client.modify(change("two").with_control(is(Filter::equality("title", "x"))?)).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::ASSERTION_FAILED));
    assert_eq!(client.read(&*dn).await?.first_text("title"), Some("one"));
    let mut search =
        client.search(SearchRequest::entry(&*dn).with_control(is(Filter::equality("title", "x"))?)).await?;
    assert_eq!(search.next_entry().await.unwrap_err().code(), Some(ResultCode::ASSERTION_FAILED));
    Ok(())
}

async fn entries_are_read_before_and_behind_changes(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = area(&client, "read").await?;
    let dn = format!("cn=counted,{area}");
    let entry = Entry::new(&*dn)
        .with("objectClass", ["device", "extensibleObject"])
        .with("cn", ["counted"])
        .with("uidNumber", ["7"]);
    let added = AddRequest::from(entry);
    let added = client.add(added.with_control(PostRead::new(["uidNumber", "entryUUID"]).critical())).await?;
    let entry = added.control::<PostReadResponse>()?.ok_or("there is an answer")?;
    assert_eq!((entry.entry().dn(), entry.entry().first_text("uidNumber")), (&*dn, Some("7")));
    assert!(entry.entry().first_text("entryUUID").is_some());

    let next = ModifyRequest::new(&*dn, [Modification::increment("uidNumber", 1)])
        .with_control(PreRead::new(["uidNumber"]).critical())
        .with_control(PostRead::new(["uidNumber"]).critical());
    let next = client.modify(next).await?;
    let before = next.control::<PreReadResponse>()?.ok_or("there is an answer")?;
    let behind = next.control::<PostReadResponse>()?.ok_or("there is an answer")?;
    assert_eq!(before.entry().first_text("uidNumber"), Some("7"));
    assert_eq!(behind.entry().first_text("uidNumber"), Some("8"));

    let renamed =
        ModifyDnRequest::new(&*dn, "cn=renamed", OldRdn::Delete).with_control(PostRead::new(["cn"]));
    let renamed =
        client.modify_dn(renamed).await?.control::<PostReadResponse>()?.ok_or("there is an answer")?;
    assert_eq!(renamed.entry().dn(), format!("cn=renamed,{area}"));
    let deleted = DeleteRequest::new(renamed.entry().dn()).with_control(PreRead::new(["*"]));
    let deleted = client.delete(deleted).await?.control::<PreReadResponse>()?.ok_or("there is an answer")?;
    assert_eq!(deleted.entry().first_text("cn"), Some("renamed"));
    Ok(())
}

async fn only_matching_values_come(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let filters = [Filter::equality("telephoneNumber", "+1 555 0101"), Filter::present("cn")];
    let search = SearchRequest::entry(alice()).with_control(MatchedValues::new(filters)?.critical());
    let entry = client.search_one(search).await?;
    assert_eq!(entry.values("telephoneNumber").collect::<Vec<_>>(), [b"+1 555 0101"]);
    assert_eq!((entry.values("cn").count(), entry.values("sn").count()), (1, 0));
    Ok(())
}

async fn an_operation_is_done_as_somebody_else(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let who = async |client: &Client, identity: AuthzId| {
        let request = WhoAmI.into_request().with_control(ProxiedAuthorization::new(identity));
        client.extended(request).await?.extended_op::<WhoAmI>()
    };
    assert_eq!(who(&client, AuthzId::from_dn(alice())).await?.dn(), Some(&*alice()));
    assert!(who(&client, AuthzId::ANONYMOUS).await?.is_anonymous());
    let plain = encrypted(server).await?;
    plain.simple_bind(alice(), "alice-secret").await?;
    let bob = AuthzId::from_dn(format!("uid=bob,ou=people,{SUFFIX}"));
    let error = who(&plain, bob).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::AUTHORIZATION_DENIED));
    assert_eq!(plain.who_am_i().await?.dn(), Some(&*alice()));
    Ok(())
}

async fn referral_objects_are_entries(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let dn = format!("cn=referral,{SUFFIX}");
    let search = SearchRequest::entry(&*dn).attributes(["ref"]).with_control(ManageDsaIt.critical());
    assert_eq!(client.search_one(search).await?.values("ref").count(), 2);
    let search = search_below(SUFFIX, Scope::SingleLevel).with_control(ManageDsaIt.critical());
    let mut stream = client.search(search).await?;
    while let Some(item) = stream.next_item().await? {
        assert!(matches!(item, SearchItem::Entry(..)), "{item:?}");
    }
    Ok(())
}

async fn subentries_are_shown_or_hidden(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = people(&client, "subentries", &["plain"]).await?;
    let subentry = Entry::new(format!("cn=sub,{area}"))
        .with("objectClass", ["subentry", "extensibleObject"])
        .with("cn", ["sub"])
        .with("subtreeSpecification", ["{}"]);
    client.add(AddRequest::from(subentry)).await?;
    let see = async |subentries: Subentries| {
        let search = search_below(&area, Scope::SingleLevel).with_control(subentries.critical());
        client.search(search).await?.collect().await
    };
    assert_eq!(names(&see(Subentries::Visible).await?.entries), ["sub"]);
    assert_eq!(names(&see(Subentries::Hidden).await?.entries), ["plain"]);
    Ok(())
}

async fn originals_are_asked_for(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let entry = client.search_one(SearchRequest::entry(alice()).with_control(DontUseCopy)).await?;
    assert_eq!(entry.dn(), alice());
    Ok(())
}

async fn sessions_are_told_apart_in_the_log(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let session = SessionTracking::new(SessionTracking::USERNAME, "told-by-interop")
        .with_source_ip([192, 0, 2, 7].into())
        .with_source_name("front.example.org")?;
    client.search_one(SearchRequest::entry(alice()).with_control(session)).await?;
    wait_for_log(server, "[IP=192.0.2.7 NAME=front.example.org USERNAME=told-by-interop]")
}

async fn a_change_is_tried_without_being_done(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = people(&client, "noop", &["there"]).await?;
    let dn = format!("cn=there,{area}");
    let error = client.delete(DeleteRequest::new(&*dn).with_control(NoOp)).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::NO_OPERATION));
    let error =
        client.delete(DeleteRequest::new(format!("cn=not,{area}")).with_control(NoOp)).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::NO_SUCH_OBJECT));
    assert_eq!(client.read(&*dn).await?.dn(), dn);
    Ok(())
}

async fn rules_are_relaxed(server: &Slapd) -> Outcome {
    const UUID: &str = "01234567-89ab-cdef-0123-456789abcdef";
    let client = admin(server).await?;
    let area = area(&client, "relaxed").await?;
    let entry = || AddRequest::from(person(&format!("cn=old,{area}"), "old").with("entryUUID", [UUID]));
    assert!(client.add(entry()).await.is_err());
    client.add(entry().with_control(RelaxRules)).await?;
    let search = SearchRequest::entry(format!("cn=old,{area}")).attributes(["entryUUID"]);
    assert_eq!(client.search_one(search).await?.first_text("entryUUID"), Some(UUID));
    Ok(())
}

async fn a_permissive_modify_changes_what_is_left(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let area = people(&client, "permissive", &["twice"]).await?;
    let change = || {
        let changes = [Modification::add("title", ["one"]), Modification::delete("description", ["none"])];
        ModifyRequest::new(format!("cn=twice,{area}"), changes)
    };
    client.modify(change().with_control(PermissiveModify.critical())).await?;
    client.modify(change().with_control(PermissiveModify.critical())).await?;
    assert_eq!(
        client.modify(change()).await.unwrap_err().code(),
        Some(ResultCode::ATTRIBUTE_OR_VALUE_EXISTS)
    );
    Ok(())
}

/// Adds a user with a password policy of its own, and returns the name.
async fn governed(client: &Client, name: &str) -> Result<String, Box<dyn Error>> {
    let area = area(client, name).await?;
    let policy = Entry::new(format!("cn=policy,{area}"))
        .with("objectClass", ["device", "pwdPolicy"])
        .with("cn", ["policy"])
        .with("pwdAttribute", ["userPassword"])
        .with("pwdMaxAge", ["3600"])
        .with("pwdExpireWarning", ["7200"])
        .with("pwdCheckQuality", ["1"])
        .with("pwdMinLength", ["8"])
        .with("pwdLockout", ["TRUE"])
        .with("pwdMustChange", ["TRUE"]);
    client.add(AddRequest::from(policy)).await?;
    let dn = format!("cn=governed,{area}");
    let user = person(&dn, "governed").with("pwdPolicySubentry", [format!("cn=policy,{area}")]);
    client.add(AddRequest::from(user.with("userPassword", ["long enough"]))).await?;
    Ok(dn)
}

async fn password_policy_speaks_with_binds_and_changes(server: &Slapd) -> Outcome {
    let manager = admin(server).await?;
    let dn = governed(&manager, "ppolicy").await?;
    let user = encrypted(server).await?;
    let bind = || BindRequest::simple(&*dn, "long enough").with_control(PasswordPolicy);
    let bound = user.bind(bind()).await?.control::<PasswordPolicyResponse>()?.ok_or("there is an answer")?;
    let warning = bound.warning();
    assert!(matches!(warning, Some(PasswordPolicyWarning::TimeBeforeExpiration(1..=3600))), "{warning:?}");

    // The older controls come unasked.
    let bound = user.bind(BindRequest::simple(&*dn, "long enough")).await?;
    let expiring = bound.control::<PasswordExpiring>()?.ok_or("it is told")?;
    assert!((1..=3600).contains(&expiring.seconds()), "{expiring:?}");

    let short = ModifyRequest::new(&*dn, [Modification::replace("userPassword", ["short"])]);
    let error = user.modify(short.with_control(PasswordPolicy)).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::CONSTRAINT_VIOLATION));
    let response = error.control::<PasswordPolicyResponse>()?.ok_or("there is an answer")?;
    assert_eq!(response.error(), Some(PasswordPolicyError::PASSWORD_TOO_SHORT));

    manager.replace(&*dn, "pwdReset", ["TRUE"]).await?;
    let bound = user.bind(bind()).await?.control::<PasswordPolicyResponse>()?.ok_or("there is an answer")?;
    assert_eq!(bound.error(), Some(PasswordPolicyError::CHANGE_AFTER_RESET));
    let bound = user.bind(BindRequest::simple(&*dn, "long enough")).await?;
    assert!(bound.control::<PasswordExpired>()?.is_some(), "{bound:?}");
    let error = user.bind(BindRequest::simple(&*dn, "wrong").with_control(PasswordPolicy)).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::INVALID_CREDENTIALS));
    assert!(error.control::<PasswordPolicyResponse>().is_ok());
    Ok(())
}

async fn accounts_tell_whether_they_are_usable(server: &Slapd) -> Outcome {
    let client = admin(server).await?;
    let dn = governed(&client, "usability").await?;
    let usability = async || {
        let search = SearchRequest::entry(&*dn).with_control(AccountUsability.critical());
        let mut stream = client.search(search).await?;
        match stream.next_item().await? {
            Some(SearchItem::Entry(_, controls)) => {
                controls.control::<AccountUsabilityResponse>().ok_or("there is an answer")?.map_err(Box::from)
            }
            other => Err(format!("{other:?}").into()),
        }
    };
    let usable: Result<_, Box<dyn Error>> = usability().await;
    let usable = usable?;
    assert!(
        matches!(usable, AccountUsabilityResponse::Usable { seconds_before_expiration: Some(1..=3600) }),
        "{usable:?}"
    );
    // Locked for ever.
    client.replace(&*dn, "pwdAccountLockedTime", ["000001010000Z"]).await?;
    let locked = usability().await?;
    assert!(matches!(locked, AccountUsabilityResponse::NotUsable(_)), "{locked:?}");
    Ok(())
}

async fn named_entries_are_dereferenced(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let search = SearchRequest::entry(format!("cn=staff,ou=groups,{SUFFIX}"))
        .with_control(Dereference::new("member", ["mail", "cn"]).critical());
    let mut stream = client.search(search).await?;
    let Some(SearchItem::Entry(_, controls)) = stream.next_item().await? else {
        return Err("an entry comes".into());
    };
    let response = controls.control::<DereferenceResponse>().ok_or("there is an answer")??;
    assert_eq!(response.results().len(), 3);
    let found = response.results().iter().find(|result| *result.dn() == *alice()).ok_or("alice is there")?;
    let mail = found.attributes().iter().find(|attribute| attribute.description() == "mail");
    assert_eq!(mail.map(|mail| mail.values().collect::<Vec<_>>()), Some(vec![&b"alice@example.org"[..]]));
    Ok(())
}

async fn a_search_stays_in_its_domain(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    for control in [DomainScope.critical(), SearchOptions::DOMAIN_SCOPE.critical()] {
        let mut stream =
            client.search(search_below(SUFFIX, Scope::SingleLevel).with_control(control)).await?;
        while let Some(item) = stream.next_item().await? {
            assert!(matches!(item, SearchItem::Entry(..)), "{item:?}");
        }
    }
    Ok(())
}

async fn unknown_controls_are_ignored_or_refuse_the_operation(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    let unknown = || Control::new(Oid::from_static("1.3.6.1.4.1.99999.1")).with_value("x");
    assert_eq!(client.search_one(SearchRequest::entry(alice()).with_control(unknown())).await?.dn(), alice());
    let search = SearchRequest::entry(alice()).with_control(unknown().critical());
    let error = client.search_one(search).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::UNAVAILABLE_CRITICAL_EXTENSION));
    // The server does not have this one, and says nothing.
    let bind = BindRequest::simple(alice(), "alice-secret").with_control(AuthorizationIdentity);
    let bound = client.bind(bind).await?.control::<AuthorizationIdentityResponse>()?;
    assert!(bound.is_none_or(|response| response.identity().dn() == Some(&*alice())));
    Ok(())
}

async fn malformed_controls_are_refused_and_the_connection_goes_on(server: &Slapd) -> Outcome {
    let client = encrypted(server).await?;
    // A malformed filter makes this server close the connection instead.
    for oid in [ServerSideSort::OID, VirtualListView::OID, Subentries::OID] {
        let malformed = Control::new(oid.clone()).with_value(&b"\x30\x05\x04"[..]).critical();
        let error =
            client.search_one(SearchRequest::entry(alice()).with_control(malformed)).await.unwrap_err();
        assert!(error.code().is_some() && error.is_connection_usable(), "{oid}: {error}");
    }
    assert_eq!(client.read(alice()).await?.dn(), alice());
    Ok(())
}

async fn what_is_announced_is_tried(server: &Slapd) -> Outcome {
    assert_eq!(untried(&encrypted(server).await?.root_dse().await?, "slapd"), [""; 0]);
    Ok(())
}
