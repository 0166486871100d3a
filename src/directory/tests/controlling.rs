//! Controls of searches and binds.

use super::*;
use crate::execute::{RequestExt, SearchItem};
use crate::model::{AuthzId, Control};
use crate::proto::controls::{
    AuthorizationIdentity, AuthorizationIdentityResponse, ControlValue, Dereference, DereferenceResponse,
    DontUseCopy, MatchedValues, PagedResults, PagedResultsResponse, ProxiedAuthorization, RelaxRules,
    ServerSideSort, ServerSideSortResponse, SortKey, VirtualListView, VirtualListViewResponse,
};
use crate::proto::extops::{ExtendedOp, WhoAmI};
use crate::proto::{AddRequest, BindRequest, CompareRequest, DeleteRequest, MessageId};

const ADA: &str = "uid=ada,ou=people,dc=example";

/// What a search comes to: names, its code, the controls of its end.
async fn run(
    client: &Client,
    search: SearchRequest,
    controls: Vec<Control>,
) -> (Vec<String>, ResultCode, Vec<Control>) {
    let mut stream = client.search(search.with_controls(controls)).await.unwrap();
    let mut names = Vec::new();
    loop {
        match stream.next_entry().await {
            Ok(Some(entry)) => names.push(entry.dn().split(',').next().unwrap_or_default().to_owned()),
            Ok(None) => return (names, ResultCode::SUCCESS, stream.controls().to_vec()),
            Err(error) => return (names, error.code().unwrap(), error.controls().to_vec()),
        }
    }
}

fn response<C: ControlValue>(controls: &[Control]) -> C {
    let found = controls.iter().find(|control| *control.oid() == C::OID).unwrap();
    C::decode_value(found.value()).unwrap()
}

fn people() -> SearchRequest {
    below("ou=people,dc=example", "(uid=*)")
}

#[tokio::test]
async fn entries_come_in_order() {
    let (_directory, client) = start().await;
    for (sort, expected) in [
        (ServerSideSort::new("uid"), ["uid=ada", "uid=bob", "uid=eve"]),
        (ServerSideSort::new(SortKey::descending("uid")), ["uid=eve", "uid=bob", "uid=ada"]),
        (ServerSideSort::new("surname"), ["uid=bob", "uid=ada", "uid=eve"]),
        (ServerSideSort::new("sn").then(SortKey::descending("cn")), ["uid=bob", "uid=eve", "uid=ada"]),
        // Who has none comes last, and first the other way round.
        (ServerSideSort::new("description"), ["uid=ada", "uid=bob", "uid=eve"]),
        (ServerSideSort::new(SortKey::descending("description")), ["uid=bob", "uid=eve", "uid=ada"]),
        (
            ServerSideSort::new(SortKey::ascending("uid").with_rule("caseExactOrderingMatch")),
            ["uid=ada", "uid=bob", "uid=eve"],
        ),
    ] {
        let (names, code, controls) = run(&client, people(), vec![sort.clone().into()]).await;
        assert_eq!((names.as_slice(), code), (expected.map(str::to_owned).as_slice(), ResultCode::SUCCESS));
        assert!(response::<ServerSideSortResponse>(&controls).is_sorted());
    }
    let by_rule = |rule: &str| ServerSideSort::new(SortKey::ascending("uid").with_rule(rule.to_owned()));
    for (sort, expected) in [
        (by_rule("1.2.3"), ResultCode::INAPPROPRIATE_MATCHING),
        (by_rule("caseIgnoreMatch"), ResultCode::INAPPROPRIATE_MATCHING),
        (ServerSideSort::new("userPassword"), ResultCode::INAPPROPRIATE_MATCHING),
    ] {
        let (names, code, controls) = run(&client, people(), vec![sort.clone().into()]).await;
        let found = response::<ServerSideSortResponse>(&controls).result();
        if expected == found {
            assert_eq!((names.len(), code), (3, ResultCode::SUCCESS));
            let critical = Control::from(sort).critical();
            let (names, code, _) = run(&client, people(), vec![critical]).await;
            assert_eq!((names.len(), code), (0, ResultCode::UNAVAILABLE_CRITICAL_EXTENSION));
        } else {
            // Octets have an order, where the schema need not be kept to.
            assert!(found.is_success(), "{found:?}");
        }
    }
}

#[tokio::test]
async fn a_sorted_list_has_pages_and_windows() {
    let (_directory, client) = start().await;
    let sort = || Control::from(ServerSideSort::new("uid"));
    let page = PagedResults::new(2);
    let (first, _, controls) = run(&client, people(), vec![sort(), page.into()]).await;
    let cookie = response::<PagedResultsResponse>(&controls).cookie().clone();
    let page = PagedResults::new(2).with_cookie(cookie);
    let (second, _, controls) = run(&client, people(), vec![sort(), page.into()]).await;
    assert_eq!((first, second), (vec!["uid=ada".into(), "uid=bob".into()], vec!["uid=eve".into()]));
    assert!(response::<PagedResultsResponse>(&controls).cookie().is_empty());

    for (view, expected, position) in [
        (VirtualListView::from_offset(2), &["uid=bob"][..], 2),
        (VirtualListView::from_offset(1).with_after(1), &["uid=ada", "uid=bob"], 1),
        (VirtualListView::from_offset(3).with_before(1), &["uid=bob", "uid=eve"], 3),
        (VirtualListView::from_offset(u32::MAX).with_before(u32::MAX), &["uid=ada", "uid=bob", "uid=eve"], 4),
        (VirtualListView::from_value("B").with_after(u32::MAX), &["uid=bob", "uid=eve"], 2),
        (VirtualListView::from_value("zoe"), &[], 4),
    ] {
        let (names, code, controls) = run(&client, people(), vec![sort(), view.clone().into()]).await;
        assert_eq!(
            (names.iter().map(String::as_str).collect::<Vec<_>>().as_slice(), code),
            (expected, ResultCode::SUCCESS),
            "{view:?}"
        );
        let found: VirtualListViewResponse = response(&controls);
        assert_eq!((found.target_position(), found.content_count()), (position, 3), "{view:?}");
    }
    let (_, code, _) = run(&client, people(), vec![sort(), VirtualListView::from_offset(0).into()]).await;
    assert_eq!(code, ResultCode::OFFSET_RANGE_ERROR);
    let (_, code, _) = run(&client, people(), vec![VirtualListView::from_offset(1).into()]).await;
    assert_eq!(code, ResultCode::SORT_CONTROL_MISSING);
}

#[tokio::test]
async fn only_values_that_match_are_shown() {
    let (_directory, client) = start().await;
    let filters = ["(objectClass=inetOrgPerson)", "(sn=*)", "(uid:caseExactMatch:=x)"];
    let matched = MatchedValues::new(filters.map(|filter| Filter::parse(filter).unwrap())).unwrap();
    let search = SearchRequest::new(ADA, Scope::BaseObject, Filter::present("objectClass"));
    let entry = client.search_one(search.with_control(matched)).await.unwrap().to_entry();
    assert_eq!(entry.values("objectClass"), ["inetOrgPerson"]);
    assert_eq!(entry.values("sn"), ["Lovelace"]);
    assert!(entry.attribute("uid").unwrap().values().is_empty());
}

#[tokio::test]
async fn the_administrator_acts_as_others() {
    let (directory, client) = start().await;
    let as_ada = || Control::from(ProxiedAuthorization::new(AuthzId::from_dn(ADA)));
    let whoami = async |control: Control| -> Result<AuthzId, Error> {
        client.extended(WhoAmI.into_request().with_control(control)).await?.extended_op::<WhoAmI>()
    };
    assert_eq!(code(whoami(as_ada()).await), ResultCode::AUTHORIZATION_DENIED);
    client.simple_bind("cn=admin,dc=example", "admin-secret").await.unwrap();
    assert_eq!(whoami(as_ada()).await.unwrap().dn(), Some(ADA));
    let by_user = ProxiedAuthorization::new(AuthzId::from_user("bob"));
    assert_eq!(whoami(by_user.into()).await.unwrap().dn(), Some("uid=bob,ou=people,dc=example"));
    let nobody = ProxiedAuthorization::new(AuthzId::ANONYMOUS);
    assert!(whoami(nobody.into()).await.unwrap().is_anonymous());
    let unknown = ProxiedAuthorization::new(AuthzId::from_user("nobody"));
    assert_eq!(code(whoami(unknown.into()).await), ResultCode::AUTHORIZATION_DENIED);
    let uncritical = Control::new(ProxiedAuthorization::OID).with_value(format!("dn:{ADA}"));
    assert_eq!(code(whoami(uncritical).await), ResultCode::PROTOCOL_ERROR);
    let change = crate::model::Modification::replace("description", ["x"]);
    let request = crate::proto::ModifyRequest::new(ADA, [change]);
    client.modify(request.with_control(as_ada())).await.unwrap();
    assert_eq!(directory.entry(ADA).unwrap().first_text("modifiersName"), Some(ADA));
}

#[tokio::test]
async fn a_bind_tells_who_one_is_when_asked() {
    let (_directory, client) = start().await;
    let bind = BindRequest::simple(ADA, "ada-secret").with_control(AuthorizationIdentity);
    let answer = client.bind(bind).await.unwrap();
    let told = answer.control::<AuthorizationIdentityResponse>().unwrap().unwrap();
    assert_eq!(told.identity().dn(), Some(ADA));
    let wrong = BindRequest::simple(ADA, "wrong").with_control(AuthorizationIdentity);
    assert!(client.bind(wrong).await.unwrap_err().controls().is_empty());
}

#[tokio::test]
async fn named_entries_come_along() {
    let (_directory, client) = start().await;
    client.delete(DeleteRequest::new("uid=bob,ou=people,dc=example")).await.unwrap();
    let search = below("dc=example", "(cn=staff)");
    let control = Dereference::new("member", ["sn", "uid"]);
    let mut stream = client.search(search.with_control(control)).await.unwrap();
    let Some(SearchItem::Entry(_, controls)) = stream.next_item().await.unwrap() else { panic!() };
    let found: DereferenceResponse = response(&controls);
    let [one] = found.results() else { panic!("{found:?}") };
    assert_eq!(one.dn().as_str(), ADA);
    assert_eq!(one.attributes().iter().count(), 2);
}

#[tokio::test]
async fn there_is_no_copy_and_rules_are_relaxed_when_asked() {
    let (directory, client) = start().await;
    let no_copy = || DontUseCopy.critical();
    let ada = client.search_one(SearchRequest::entry(ADA).with_control(no_copy())).await.unwrap();
    assert_eq!(ada.dn(), ADA);
    let compare = CompareRequest::new(ADA, "sn", "lovelace").with_control(no_copy());
    assert!(client.compare(compare).await.unwrap());
    let delete = DeleteRequest::new(ADA).with_control(no_copy());
    assert_eq!(code(client.delete(delete).await), ResultCode::UNAVAILABLE_CRITICAL_EXTENSION);

    const UUID: &str = "01234567-89ab-cdef-0123-456789abcdef";
    let old = Entry::new("cn=old,dc=example").with("objectClass", ["device"]).with("cn", ["old"]);
    let old = old.with("entryUUID", [UUID]);
    assert_eq!(code(client.add(AddRequest::from(&old)).await), ResultCode::CONSTRAINT_VIOLATION);
    client.add(AddRequest::from(&old).with_control(RelaxRules)).await.unwrap();
    assert_eq!(directory.entry("cn=old,dc=example").unwrap().first_text("entryUUID"), Some(UUID));
}

#[tokio::test]
async fn a_search_that_is_cancelled_ends() {
    let many = (0..4_000).map(|number| {
        Entry::new(format!("cn={number},ou=groups,dc=example"))
            .with("objectClass", ["device"])
            .with("description", ["x".repeat(1000)])
    });
    let directory = many.fold(company(), DirectoryBuilder::entry).start().await.unwrap();
    let client = directory.client().await.unwrap();
    let mut stream = client.search(below("dc=example", "(objectClass=*)")).await.unwrap();
    stream.next_entry().await.unwrap().unwrap();
    let id = stream.id().unwrap();
    let (cancelled, end) = tokio::join!(client.cancel(id), stream.collect());
    let error = end.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::CANCELED), "{error}");
    assert!(error.delivered() < 4_000);
    cancelled.unwrap();
    let nothing = MessageId::new(4711).unwrap();
    assert_eq!(code(client.cancel(nothing).await), ResultCode::NO_SUCH_OPERATION);
}

/// One entry with more members than are followed.
#[tokio::test]
async fn no_more_than_a_thousand_values_are_followed() {
    let name = |number: usize| format!("cn={number},dc=example");
    let device = |number| Entry::new(name(number)).with("objectClass", ["device"]);
    let all = Entry::new("cn=all,dc=example").with("objectClass", ["groupOfNames"]);
    let builder = company().entries((0..1_001).map(device)).entry(all.with("member", (0..1_001).map(name)));
    let directory = builder.start().await.unwrap();
    let client = directory.client().await.unwrap();
    let search = below("dc=example", "(cn=all)").with_control(Dereference::new("member", ["cn"]));
    let mut stream = client.search(search).await.unwrap();
    let Some(SearchItem::Entry(_, controls)) = stream.next_item().await.unwrap() else { panic!() };
    assert_eq!(response::<DereferenceResponse>(&controls).results().len(), 1_000);
}

#[tokio::test]
async fn no_more_entries_are_sorted_than_may_be() {
    for (limit, expected) in [(3, ResultCode::SUCCESS), (2, ResultCode::ADMIN_LIMIT_EXCEEDED)] {
        let directory = company().sort_limit(limit).start().await.unwrap();
        let client = directory.client().await.unwrap();
        let search = below("ou=people,dc=example", "(uid=*)");
        let sorted = search.clone().with_control(ServerSideSort::new("cn"));
        let ended = client.search(sorted).await.unwrap().collect().await;
        assert_eq!(code(ended), expected, "{limit}");
        // In no order there is no limit.
        assert_eq!(found(&client, search).await.len(), 3);
    }
}

/// Who may do what: the first rule that is about something decides.
#[tokio::test]
async fn rules_of_access_are_kept() {
    use crate::model::Modification;
    use crate::proto::{ModifyDnRequest, ModifyRequest, OldRdn};
    let rule = AccessRule::new;
    let directory = company()
        .access(rule(Level::Write, Subject::Oneself).attributes(["userPassword", "description"]))
        .access(rule(Level::Auth, Subject::Anyone).attributes(["userPassword"]))
        .access(rule(Level::Compare, Subject::Anonymous).attributes(["sn"]))
        .access(rule(Level::Write, Subject::Entry(ADA.into())).below("ou=groups,dc=example"))
        .access(rule(Level::Nothing, Subject::Anonymous).below("ou=groups,dc=example"))
        .access(rule(Level::Read, Subject::Authenticated))
        .access(rule(Level::Read, Subject::Anonymous).below("ou=people,dc=example"))
        .start()
        .await
        .unwrap();
    let client = directory.client().await.unwrap();
    let all = || below("dc=example", "(objectClass=*)");
    let denied = ResultCode::INSUFFICIENT_ACCESS_RIGHTS;
    let groups = "ou=groups,dc=example";
    let modify = |dn: &str, name: &'static str| {
        ModifyRequest::new(dn.to_owned(), [Modification::replace(name, ["x"])])
    };

    // Anonymous.
    assert_eq!(code(client.search(all()).await.unwrap().collect().await), ResultCode::NO_SUCH_OBJECT);
    assert_eq!(found(&client, below("", "(objectClass=*)")).await.len(), 4);
    assert!(found(&client, people()).await.len() == 3);
    assert!(found(&client, below("ou=people,dc=example", "(sn=*)")).await.is_empty());
    assert!(found(&client, below("ou=people,dc=example", "(userPassword=*)")).await.is_empty());
    let compare = |name: &'static str, value: &'static str| CompareRequest::new(ADA, name, value);
    assert!(client.compare(compare("sn", "lovelace")).await.unwrap());
    assert_eq!(code(client.compare(compare("userPassword", "x")).await), denied);
    assert_eq!(code(client.modify(modify(ADA, "description")).await), denied);
    assert_eq!(code(client.delete(DeleteRequest::new(groups)).await), ResultCode::NO_SUCH_OBJECT);

    // Somebody.
    client.simple_bind(ADA, "ada-secret").await.unwrap();
    assert_eq!(found(&client, all()).await.len(), 7);
    let own = client.read(ADA).await.unwrap();
    assert!(own.first_text("userPassword").is_some() && own.first_text("sn").is_some());
    client.modify(modify(ADA, "description")).await.unwrap();
    assert_eq!(code(client.modify(modify(ADA, "title")).await), denied);
    assert_eq!(code(client.modify(modify("uid=bob,ou=people,dc=example", "description")).await), denied);
    let new = Entry::new("cn=new,ou=groups,dc=example").with("objectClass", ["device"]).with("cn", ["new"]);
    client.add(AddRequest::from(&new)).await.unwrap();
    let out = ModifyDnRequest::new("cn=new,ou=groups,dc=example", "cn=new", OldRdn::Keep);
    assert_eq!(code(client.modify_dn(out.with_new_superior("ou=people,dc=example")).await), denied);
    client.delete(DeleteRequest::new("cn=new,ou=groups,dc=example")).await.unwrap();
    assert_eq!(code(client.delete(DeleteRequest::new(ADA)).await), denied);

    // The administrator, and as somebody else.
    client.simple_bind("cn=admin,dc=example", "admin-secret").await.unwrap();
    client.modify(modify(ADA, "title")).await.unwrap();
    let proxied = Control::from(ProxiedAuthorization::new(AuthzId::from_dn("uid=bob,ou=people,dc=example")));
    assert_eq!(code(client.modify(modify(ADA, "title").with_control(proxied)).await), denied);
}
