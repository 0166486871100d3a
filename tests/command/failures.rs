//! Each status of the table, and what is told with it.

use ldapwire::model::{Entry, ResultCode};
use ldapwire::proto::{Authentication, LdapResult, ProtocolOp};
use serde_json::Value;

use super::peer::{self, Answer, Peer};
use super::servers::nobody;
use super::{ldapwire, run};

#[test]
fn a_refusal_has_status_1_with_code_and_name() {
    let refusal = peer::result(ResultCode::NO_SUCH_OBJECT, "not\nhere").with_matched_dn("dc=example");
    let peer = Peer::with_result(refusal);
    let told = run(ldapwire("search").args(["-H", peer.url()])).told(1);
    assert!(told.starts_with("ldapwire: ") && told.contains("noSuchObject (32)"), "{told}");
    assert!(told.contains("not\\nhere") && told.contains("-b"), "{told}");

    let told = run(ldapwire("search").args(["-H", peer.url(), "--json"])).told(1);
    let error = &serde_json::from_str::<Value>(&told).unwrap()["error"];
    assert_eq!(
        (&error["status"], &error["code"], &error["name"]),
        (&1.into(), &32.into(), &"noSuchObject".into())
    );
    assert_eq!(
        (&error["matchedDn"], &error["diagnosticMessage"]),
        (&"dc=example".into(), &"not\nhere".into())
    );
}

#[test]
fn a_referral_is_told_with_its_urls() {
    let peer = Peer::with_result(LdapResult::new(ResultCode::REFERRAL).with_referral(["ldap://elsewhere/"]));
    let told = run(ldapwire("compare").args(["-H", peer.url(), "cn=a", "cn:a"])).told(1);
    assert!(told.contains("referral (10)") && told.contains("ldap://elsewhere/"), "{told}");
}

#[test]
fn wrong_usage_has_status_2_and_nothing_is_sent() {
    let peer = Peer::with_result(LdapResult::success());
    for arguments in [
        &["search", "-D", "cn=a", "-w", "canary"][..],
        &["search", "-D", "cn=a"],
        &["search", "(uid=a"],
        &["search", "--no-such-option"],
        &["passwd", "-s", "canary"],
        &["compare", "cn=a", "cn"],
    ] {
        let ended = run(ldapwire(arguments[0]).args(["-H", peer.url()]).args(&arguments[1..]));
        assert_eq!((ended.status, ended.stdout.as_str()), (2, ""), "{ended:?}");
        assert!(!ended.stderr.is_empty() && !ended.stderr.contains("canary"), "{ended:?}");
    }
    assert_eq!(run(ldapwire("search").args(["-H", "http://localhost"])).status, 2);
    assert!(peer.seen().is_empty());
}

#[test]
fn no_connection_has_status_3() {
    let url = nobody();
    let told = run(ldapwire("whoami").args(["-H", &url])).told(3);
    let port = url.rsplit(':').next().unwrap();
    assert!(told.contains(port) && told.contains("-H"), "{told}");
}

#[test]
fn a_lost_connection_has_status_3_and_what_came_is_printed() {
    let peer = Peer::new(|request| Answer::SendAndClose(vec![peer::entry(request.id, &Entry::new("cn=1"))]));
    let ended = run(ldapwire("search").args(["-LLL", "-H", peer.url()]));
    assert_eq!(ended.stdout, "dn: cn=1\n\n");
    assert!(ended.told(3).contains("after 1 entry"));
}

#[test]
fn a_server_without_tls_has_status_3() {
    let peer = Peer::with_result(LdapResult::new(ResultCode::PROTOCOL_ERROR));
    let told = run(ldapwire("search").args(["-Z", "-H", peer.url()])).told(3);
    assert!(told.contains("protocolError (2)"), "{told}");
    assert!(!peer.seen().iter().any(|op| matches!(op, ProtocolOp::SearchRequest(_))));

    let url = peer.url().replace("ldap:", "ldaps:");
    run(ldapwire("search").args(["-H", &url])).told(3);
}

#[test]
fn a_failed_bind_has_status_4() {
    let peer = Peer::with_result(LdapResult::new(ResultCode::INVALID_CREDENTIALS));
    let mut command = ldapwire("search");
    command.args(["-H", peer.url(), "-D", "cn=a", "--danger-allow-cleartext-password"]);
    let told = run(command.env("LDAPWIRE_PASSWORD", "canary")).told(4);
    assert!(told.contains("invalidCredentials (49)") && !told.contains("canary"), "{told}");
    let seen = peer.seen();
    let ProtocolOp::BindRequest(bind) = &seen[0] else { panic!("{seen:?}") };
    assert!(
        matches!(bind.authentication(), Authentication::Simple(password) if password.expose() == b"canary")
    );
}

#[test]
fn a_password_is_not_sent_in_clear_and_that_has_status_4() {
    let peer = Peer::with_result(LdapResult::success());
    for arguments in [&["-D", "cn=a"][..], &["-Y", "PLAIN", "-U", "ada"]] {
        let mut command = ldapwire("whoami");
        let told =
            run(command.args(["-H", peer.url()]).args(arguments).env("LDAPWIRE_PASSWORD", "canary")).told(4);
        assert!(told.contains("-Z") && !told.contains("canary"), "{told}");
    }
    assert!(!peer.seen().iter().any(|op| matches!(op, ProtocolOp::BindRequest(_))));
}

#[test]
fn more_entries_than_the_limit_has_status_5() {
    let peer = Peer::answering(|request| {
        let limit = LdapResult::new(ResultCode::SIZE_LIMIT_EXCEEDED);
        vec![peer::entry(request.id, &Entry::new("cn=1")), peer::done(request, limit)]
    });
    let ended = run(ldapwire("search").args(["-LLL", "-z", "1", "-H", peer.url()]));
    assert_eq!(ended.stdout, "dn: cn=1\n\n");
    let told = ended.told(5);
    assert!(told.contains("sizeLimitExceeded (4)") && told.contains("--page-size"), "{told}");

    let told = run(ldapwire("search").args(["--json", "-H", peer.url()])).told(5);
    assert_eq!(serde_json::from_str::<Value>(&told).unwrap()["error"]["entries"], 1);
}

#[test]
fn help_and_version_have_status_0() {
    let help = run(&mut ldapwire("--help")).printed();
    assert!(help.contains("Exit status") && help.contains("| 6 |"), "{help}");
    let help = run(ldapwire("search").arg("--help")).printed();
    assert!(help.contains("Examples:") && help.contains("--page-size"), "{help}");
    assert_eq!(
        run(&mut ldapwire("--version")).printed(),
        concat!("ldapwire ", env!("CARGO_PKG_VERSION"), "\n")
    );
}
