//! R-25 through the command: a password is in nothing that it prints, whatever happens.

use std::io::Write as _;
use std::process::{Command, Stdio};

use ldapwire::model::ResultCode;
use ldapwire::proto::{Authentication, LdapResult, ProtocolOp};

use super::peer::{self, Answer, Peer};
use super::{Ended, ended, ldapwire, run};

const CANARY: &str = "c4nary-p4ssw0rd";

/// What nobody should see: as it is, in base64 at each of the three offsets, in hexadecimal digits, as a list of
/// numbers.
fn forms() -> Vec<String> {
    let octets = CANARY.as_bytes();
    let digits: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    let numbers: Vec<_> = octets.iter().map(ToString::to_string).collect();
    // "c4nary-p4ssw0rd" behind nothing, one octet and two; the ends, which depend on what stands around, left out.
    let base64 = ["YzRuYXJ5LXA0c3N3MHJk", "M0bmFyeS1wNHNzdzByZ", "jNG5hcnktcDRzc3cwcm"];
    let mut forms = vec![CANARY.to_owned(), digits, numbers.join(", ")];
    forms.extend(base64.map(ToOwned::to_owned));
    forms
}

#[track_caller]
fn shows_nothing(ended: &Ended) {
    for form in forms() {
        for printed in [&ended.stdout, &ended.stderr] {
            assert!(!printed.to_lowercase().contains(&form.to_lowercase()), "{form} in {ended:?}");
        }
    }
}

/// The command with all that could make it talk.
fn talkative(verb: &str) -> Command {
    let mut command = ldapwire(verb);
    command.envs([("RUST_LOG", "trace"), ("RUST_BACKTRACE", "full"), ("LDAPWIRE_PASSWORD", CANARY)]);
    command
}

#[test]
fn the_forms_are_those_of_the_password() {
    let ended = Ended { status: 0, stdout: format!("x{CANARY}"), stderr: String::new() };
    assert!(std::panic::catch_unwind(|| shows_nothing(&ended)).is_err());
    let encoder = &data_encoding::BASE64;
    let forms = forms();
    for (before, form) in ["", "x", "xx"].iter().zip(&forms[3..]) {
        let encoded = encoder.encode(format!("{before}{CANARY}").as_bytes());
        assert!(encoded.contains(form.as_str()), "{encoded} has no {form}");
    }
}

#[test]
fn no_end_of_a_bind_shows_the_password() {
    let refused = |code| move |request: &_| Answer::Send(vec![peer::done(request, LdapResult::new(code))]);
    // The server says the password back, in all places that a result has.
    let echo = LdapResult::new(ResultCode::INVALID_CREDENTIALS).with_diagnostic_message("no");
    let peers = [
        Peer::with_result(LdapResult::success()),
        Peer::new(refused(ResultCode::INVALID_CREDENTIALS)),
        Peer::new(refused(ResultCode::SASL_BIND_IN_PROGRESS)),
        Peer::new(refused(ResultCode::new(4096))),
        Peer::with_result(echo),
        Peer::new(|_| Answer::SendAndClose(Vec::new())),
        // An answer that belongs to no bind.
        Peer::new(|request| Answer::Send(vec![peer::reference(request.id, "ldap://elsewhere")])),
    ];
    for peer in &peers {
        for verb in ["whoami", "search", "rootdse"] {
            for bind in [&["-D", "cn=admin"][..], &["-Y", "PLAIN", "-U", "admin"]] {
                for json in [&[][..], &["--json"]] {
                    let mut command = talkative(verb);
                    command.args(["-H", peer.url(), "--danger-allow-cleartext-password"]);
                    shows_nothing(&run(command.args(bind).args(json)));
                }
            }
        }
        let sent = peer.seen().iter().any(|op| {
            matches!(op, ProtocolOp::BindRequest(bind)
                if matches!(bind.authentication(), Authentication::Simple(password) if password.expose() == CANARY.as_bytes()))
        });
        assert!(sent, "the password was used");
    }
}

#[test]
fn wrong_usage_does_not_repeat_a_password() {
    for arguments in [
        &["search", "-w", CANARY][..],
        &["search", "-D", "cn=a", "-w", CANARY],
        &["passwd", "-s", CANARY],
        &["passwd", "-a", CANARY],
        &["search", "--password", CANARY],
    ] {
        let ended = run(talkative(arguments[0]).args(&arguments[1..]));
        assert_eq!(ended.status, 2, "{ended:?}");
        shows_nothing(&ended);
    }
}

#[test]
fn a_changed_password_is_shown_to_nobody() {
    for code in [ResultCode::SUCCESS, ResultCode::UNWILLING_TO_PERFORM] {
        // The bind is always good.
        let peer = Peer::answering(move |request| {
            let is_bind = matches!(request.op, ProtocolOp::BindRequest(_));
            vec![peer::done(request, LdapResult::new(if is_bind { ResultCode::SUCCESS } else { code }))]
        });
        let mut command = ldapwire("passwd");
        command.args(["-H", peer.url(), "-D", "cn=admin", "--danger-allow-cleartext-password", "cn=ada"]);
        command.envs([("LDAPWIRE_PASSWORD", CANARY), ("LDAPWIRE_NEW_PASSWORD", CANARY)]);
        shows_nothing(&run(&mut command));
        assert!(peer.seen().iter().any(|op| matches!(op, ProtocolOp::ExtendedRequest(_))), "it was sent");
    }
}

#[test]
fn a_decoded_bind_does_not_show_its_password() {
    let request = ldapwire::proto::BindRequest::simple("cn=admin", CANARY);
    let message = ldapwire::proto::LdapMessage::new(ldapwire::proto::MessageId::FIRST, request);
    let octets = message.to_bytes().unwrap();
    // Whole, and cut within the password.
    for end in [octets.len(), octets.len() - 3] {
        for arguments in [&[][..], &["--json"]] {
            let mut command = talkative("decode");
            command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
            let mut child = command.spawn().unwrap();
            child.stdin.take().unwrap().write_all(&octets[..end]).unwrap();
            shows_nothing(&ended(&child.wait_with_output().unwrap()));
        }
    }
}
