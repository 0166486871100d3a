//! `search` and `rootdse`: what is printed, and when.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use ldapwire::model::{AuthzId, Control, Entry, Oid, ResultCode, Scope};
use ldapwire::proto::controls::{
    AuthorizationIdentity, AuthorizationIdentityResponse, ControlValue, PagedResults, PasswordPolicy,
    PasswordPolicyError, PasswordPolicyResponse, ServerSideSort, ServerSideSortResponse, SyncChange,
    SyncDone, SyncInfo, SyncState, SyncUuid,
};
use ldapwire::proto::{IntermediateResponse, LdapMessage, LdapResult, ProtocolOp};
use serde_json::{Value, json};

use super::peer::{self, Peer};
use super::{ldapwire, run};

fn people(request: &LdapMessage) -> Vec<LdapMessage> {
    let ada = Entry::new("uid=ada,dc=example")
        .with("cn", ["Ada Lovelace"])
        .with("description", ["Zoë", ""])
        .with("jpegPhoto", [b"\xff\xd8\xff\xe0"]);
    let long = Entry::new("uid=long,dc=example").with("description", ["x".repeat(100)]);
    vec![
        peer::entry(request.id, &ada),
        peer::reference(request.id, "ldap://elsewhere/dc=example??sub"),
        peer::entry(request.id, &long),
        peer::success(request),
    ]
}

#[test]
fn entries_are_printed_as_ldif() {
    let peer = Peer::answering(people);
    let printed = run(ldapwire("search").args(["-H", peer.url(), "-b", "dc=example"])).printed();
    let expected = format!(
        "version: 1\n\n\
         dn: uid=ada,dc=example\ncn: Ada Lovelace\ndescription:: Wm/Dqw==\ndescription:\njpegPhoto:: /9j/4A==\n\n\
         # ref: ldap://elsewhere/dc=example??sub\n\n\
         dn: uid=long,dc=example\ndescription: {}\n {}\n\n",
        "x".repeat(65),
        "x".repeat(35)
    );
    assert_eq!(printed, expected);

    let printed = run(ldapwire("search").args(["-xLLL", "-o", "ldif-wrap=no", "-H", peer.url()])).printed();
    assert!(printed.starts_with("dn: uid=ada"), "{printed}");
    assert!(printed.contains(&format!("description: {}\n\n", "x".repeat(100))), "{printed}");
}

#[test]
fn entries_are_printed_as_json_lines() {
    let peer = Peer::answering(people);
    let printed = run(ldapwire("search").args(["-H", peer.url(), "--json"])).printed();
    let lines: Vec<Value> = printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines,
        [
            json!({"dn": "uid=ada,dc=example", "attributes": {
                "cn": ["Ada Lovelace"], "description": ["Zoë", ""], "jpegPhoto": [{"base64": "/9j/4A=="}],
            }}),
            json!({"references": ["ldap://elsewhere/dc=example??sub"]}),
            json!({"dn": "uid=long,dc=example", "attributes": {"description": ["x".repeat(100)]}}),
        ]
    );
}

#[test]
fn the_request_is_the_one_that_was_asked_for() {
    let peer = Peer::answering(|request| vec![peer::success(request)]);
    run(ldapwire("search").env("LDAPWIRE_URL", peer.url()).args([
        "-b",
        "dc=example",
        "-s",
        "one",
        "-z",
        "3",
        "uid=ada",
        "cn",
        "+",
    ]))
    .printed();
    let seen = peer.seen();
    let ProtocolOp::SearchRequest(request) = &seen[0] else { panic!("{seen:?}") };
    assert_eq!(
        (request.base().as_str(), request.scope(), request.max_entries()),
        ("dc=example", Scope::SingleLevel, 3)
    );
    assert_eq!((request.filter().to_string().as_str(), request.selectors().len()), ("(uid=ada)", 2));
    assert!(matches!(seen.last(), Some(ProtocolOp::UnbindRequest(_))), "{seen:?}");
}

#[test]
fn pages_are_put_together() {
    let peer = Peer::answering(|request| {
        let paged = &request.controls[0];
        assert_eq!(paged.oid(), &Oid::from_static("1.2.840.113556.1.4.319"));
        let is_first = paged.value().unwrap().ends_with(b"\x04\x00");
        let (name, cookie) = if is_first { ("cn=1", "next") } else { ("cn=2", "") };
        let answer = PagedResults::new(0).with_cookie(cookie);
        vec![
            peer::entry(request.id, &Entry::new(name)),
            peer::success(request).with_control(Control::from(answer)),
        ]
    });
    let printed = run(ldapwire("search").args(["-LLL", "-H", peer.url(), "-E", "pr=1/noprompt"])).printed();
    assert_eq!(printed, "dn: cn=1\n\ndn: cn=2\n\n");
}

#[test]
fn an_entry_is_printed_before_the_next_has_come() {
    // The search never ends: what is printed was not kept back for its end.
    let peer = Peer::answering(|request| vec![peer::entry(request.id, &Entry::new("cn=1"))]);
    let mut command = ldapwire("search");
    let mut child = command.args(["-LLL", "-H", peer.url()]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert_eq!(lines.next().unwrap().unwrap(), "dn: cn=1");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_reader_that_goes_away_ends_the_search_quietly() {
    let peer = Peer::answering(|request| {
        let line = Entry::new("cn=many").with("description", ["x".repeat(1000)]);
        let mut messages = vec![peer::entry(request.id, &line); 2000];
        messages.push(peer::success(request));
        messages
    });
    let mut command = ldapwire("search");
    command.args(["-H", peer.url()]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), &output.stderr[..]), (Some(0), &b""[..]));
}

#[test]
fn the_root_dse_is_one_entry() {
    let peer = Peer::answering(|request| {
        let root = Entry::new("").with("supportedLDAPVersion", ["3"]);
        vec![peer::entry(request.id, &root), peer::success(request)]
    });
    let printed = run(ldapwire("rootdse").args(["-H", peer.url()])).printed();
    assert_eq!(printed, "dn:\nsupportedLDAPVersion: 3\n\n");
    let printed = run(ldapwire("rootdse").args(["-H", peer.url(), "--json"])).printed();
    assert_eq!(printed, "{\"dn\":\"\",\"attributes\":{\"supportedLDAPVersion\":[\"3\"]}}\n");
}

#[test]
fn controls_go_with_the_search_and_those_that_come_are_comments() {
    let peer = Peer::answering(|request| {
        assert_eq!(request.controls[0], ServerSideSort::new("sn").critical());
        assert_eq!(request.controls[1], Control::new(Oid::from_static("1.2.3")).with_value(&b"\x00\xff"[..]));
        let unknown = Control::new(Oid::from_static("1.2.4")).with_value("x");
        let sorted = ServerSideSortResponse::new(ResultCode::SUCCESS);
        vec![
            peer::entry(request.id, &Entry::new("cn=1")).with_control(unknown),
            peer::success(request).with_control(sorted),
        ]
    });
    let search = |json: &[&str]| {
        let arguments = ["-LLL", "-H", peer.url(), "-E", "!sss=sn", "-e", "1.2.3=::AP8="];
        run(ldapwire("search").args(arguments).args(json)).printed()
    };
    assert_eq!(search(&[]), "# control: 1.2.4 false eA==\ndn: cn=1\n\n# sortResult: success (0)\n\n");
    let lines: Vec<Value> =
        search(&["--json"]).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["controls"][0]["value"], json!({"base64": "eA=="}));
    assert_eq!(lines[1]["dn"], "cn=1");
    assert_eq!(lines[2]["controls"][0]["name"], "sortResponse");
}

#[test]
fn a_synchronization_is_told_in_comments() {
    let peer = Peer::answering(|request| {
        let state = SyncState::new(SyncChange::Add, SyncUuid::new([0; 16]));
        let info = SyncInfo::RefreshPresent { cookie: Some("rid=1".into()), refresh_done: false };
        vec![
            peer::entry(request.id, &Entry::new("cn=1")).with_control(state),
            LdapMessage::new(request.id, IntermediateResponse::from(info)),
            peer::success(request).with_control(SyncDone::new().with_cookie("rid=2")),
        ]
    });
    let printed = run(ldapwire("search").args(["-LLL", "-H", peer.url(), "-E", "!sync=ro/rid=0"])).printed();
    assert_eq!(
        printed,
        "# syncState: add 00000000-0000-0000-0000-000000000000\ndn: cn=1\n\n\
         # syncInfo: refreshPresent refreshDone=false cookie=rid=1\n\n\
         # syncDone: refreshDeletes=false cookie=rid=2\n\n"
    );
}

#[test]
fn controls_of_the_bind_go_with_it_and_say_why_it_was_refused() {
    let refuse = |is_refused: bool| {
        Peer::answering(move |request| {
            let ProtocolOp::BindRequest(_) = &request.op else { return vec![peer::success(request)] };
            let oids: Vec<_> = request.controls.iter().map(Control::oid).collect();
            assert_eq!(oids, [&AuthorizationIdentity::OID, &PasswordPolicy::OID]);
            let locked = PasswordPolicyResponse::new().with_error(PasswordPolicyError::ACCOUNT_LOCKED);
            let refused = LdapResult::new(ResultCode::INVALID_CREDENTIALS);
            let identity = AuthorizationIdentityResponse::new(AuthzId::from_user("ada"));
            vec![match is_refused {
                true => peer::done(request, refused).with_control(locked),
                false => peer::success(request).with_control(identity),
            }]
        })
    };
    let search = |peer: &Peer| {
        let bound = ["-H", peer.url(), "-D", "cn=ada", "-e", "bauthzid", "-e", "ppolicy", "-LLL"];
        let mut command = ldapwire("search");
        run(command.args(bound).arg("--danger-allow-cleartext-password").env("LDAPWIRE_PASSWORD", "x"))
    };
    assert_eq!(search(&refuse(false)).printed(), "# authzid: u:ada\n\n");
    let told = search(&refuse(true)).told(4);
    assert!(told.contains("accountLocked (1)"), "{told}");
}
