//! `whoami`, `compare`, `passwd` and `oid`.

use ldapwire::model::ResultCode;
use ldapwire::proto::extops::{ExtendedOp, PasswordModify};
use ldapwire::proto::{LdapResult, ProtocolOp};

use super::peer::{self, Peer};
use super::{Ended, ldapwire, run};

#[test]
fn whoami_prints_the_identity() {
    let peer = Peer::answering(|request| vec![peer::value(request, b"dn:cn=admin")]);
    assert_eq!(run(ldapwire("whoami").args(["-H", peer.url()])).printed(), "dn:cn=admin\n");
    let printed = run(ldapwire("whoami").args(["-H", peer.url(), "--json"])).printed();
    assert_eq!(printed, "{\"authzId\":\"dn:cn=admin\"}\n");

    let peer = Peer::answering(|request| vec![peer::value(request, b"")]);
    assert_eq!(run(ldapwire("whoami").args(["-H", peer.url()])).printed(), "anonymous\n");
}

#[test]
fn compare_tells_true_from_false_by_its_status() {
    let compare = |code, json: &[&str]| {
        let peer = Peer::with_result(LdapResult::new(code));
        let ended = run(ldapwire("compare").args(["-H", peer.url(), "cn=a", "jpegPhoto::/9g="]).args(json));
        let seen = peer.seen();
        let ProtocolOp::CompareRequest(request) = &seen[0] else { panic!("{seen:?}") };
        assert_eq!(request.value(), b"\xff\xd8");
        ended
    };
    let ended = |status, stdout: &str| Ended { status, stdout: stdout.to_owned(), stderr: String::new() };
    assert_eq!(compare(ResultCode::COMPARE_TRUE, &[]), ended(0, "TRUE\n"));
    assert_eq!(compare(ResultCode::COMPARE_FALSE, &[]), ended(6, "FALSE\n"));
    assert_eq!(compare(ResultCode::COMPARE_TRUE, &["--json"]), ended(0, "{\"result\":true}\n"));
    assert_eq!(compare(ResultCode::COMPARE_FALSE, &["--json"]), ended(6, "{\"result\":false}\n"));
}

#[test]
fn passwd_sends_the_passwords_and_prints_the_one_that_the_server_made() {
    let peer = Peer::answering(|request| vec![peer::value(request, b"\x30\x08\x80\x06s3cret")]);
    assert_eq!(
        run(ldapwire("passwd").args(["-H", peer.url(), "uid=ada"])).printed(),
        "New password: s3cret\n"
    );
    let printed = run(ldapwire("passwd").args(["-H", peer.url(), "--json"])).printed();
    assert_eq!(printed, "{\"newPassword\":\"s3cret\"}\n");

    let peer = Peer::answering(|request| vec![peer::success(request)]);
    let mut command = ldapwire("passwd");
    command.args(["-H", peer.url(), "uid=ada"]).env("LDAPWIRE_NEW_PASSWORD", "new s3cret");
    assert_eq!(run(&mut command).printed(), "");
    let seen = peer.seen();
    let ProtocolOp::ExtendedRequest(request) = &seen[0] else { panic!("{seen:?}") };
    let change = PasswordModify::from_request(request).unwrap().unwrap();
    assert_eq!(change.user().unwrap(), "uid=ada");
    assert_eq!(change.new_password().unwrap().expose(), b"new s3cret");
    assert!(change.old().is_none());
}

#[test]
fn oid_tells_names_identifiers_and_codes_and_what_it_does_not_know() {
    let printed = run(ldapwire("oid").args(["1.2.840.113556.1.4.319", "startTLS", "32"])).printed();
    let lines: Vec<Vec<&str>> = printed.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(
        lines,
        [
            &["1.2.840.113556.1.4.319", "control", "pagedResults", "RFC", "2696"][..],
            &["1.3.6.1.4.1.1466.20037", "extended", "operation", "startTLS", "RFC", "4511"],
            &["32", "result", "code", "noSuchObject", "RFC", "4511"],
        ]
    );
    let printed = run(ldapwire("oid").args(["--json", "noOp"])).printed();
    assert_eq!(
        printed,
        "{\"kind\":\"control\",\"name\":\"noOp\",\"oid\":\"1.3.6.1.4.1.4203.666.5.2\",\
         \"specification\":\"draft-zeilenga-ldap-noop\"}\n"
    );
    assert!(run(&mut ldapwire("oid")).printed().lines().count() > 150);

    let ended = run(ldapwire("oid").args(["whoAmI", "1.2.3", "\u{1b}[31m"]));
    assert!(ended.stdout.starts_with("1.3.6.1.4.1.4203.1.11.3 "), "{ended:?}");
    let told = ended.told(1);
    assert!(told.contains("1.2.3") && !told.contains('\u{1b}'), "{told}");
}
