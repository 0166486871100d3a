//! `decode`.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value;

use super::{Ended, ended, ldapwire, run};

fn with_input(arguments: &[&str], input: &[u8]) -> Ended {
    let mut command = ldapwire("decode");
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    ended(&child.wait_with_output().unwrap())
}

#[test]
fn digits_and_octets_give_the_same_tree() {
    let octets = b"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00";
    let from_words = run(ldapwire("decode").arg("300c0201016007").arg("02 01 03 04 00 80 00")).printed();
    assert!(from_words.contains("bindRequest [APPLICATION 0] (60)"), "{from_words}");
    assert_eq!(with_input(&[], octets).printed(), from_words);
    assert_eq!(with_input(&["-f", "-"], b"300c0201016007\n02010304008000\n").printed(), from_words);
}

#[test]
fn a_fault_has_status_1_and_its_offset() {
    let ended = run(ldapwire("decode").args(["30050201014200", "30050401014200"]));
    assert_eq!((ended.status, ended.stderr.as_str()), (1, ""));
    assert!(
        ended.stdout.contains("fault at octet 9: expected INTEGER (02), found OCTET STRING (04)"),
        "{ended:?}"
    );

    let ended = run(ldapwire("decode").args(["--json", "30050201014200", "30050401014200"]));
    let lines: Vec<Value> = ended.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((ended.status, &lines[1]["fault"]["offset"]), (1, &9.into()));
    assert!(lines[0].get("fault").is_none());
}

#[test]
fn any_ber_is_shown_if_asked_for() {
    let printed = run(ldapwire("decode").args(["--ber", "3005 020164 0400"])).printed();
    assert!(printed.contains("INTEGER (02), 1 octet: 100"), "{printed}");
    assert_eq!(run(ldapwire("decode").args(["3005 020164 0400"])).status, 1);
}

#[test]
fn secrets_are_shown_only_on_demand() {
    let bind = "3012020101600d020103040080066361 6e617279";
    let printed = run(ldapwire("decode").arg(bind)).printed();
    assert!(printed.contains("(secret)") && !printed.contains("canary"), "{printed}");
    let printed = run(ldapwire("decode").args(["--show-secrets", bind])).printed();
    assert!(printed.contains("\"canary\""), "{printed}");
}

#[test]
fn hostile_octets_end_with_a_fault() {
    let mut nested = Vec::new();
    for _ in 0..27_000 {
        nested.extend_from_slice(b"\x30\x80");
    }
    for octets in [
        &nested[..],
        b"\x30\x00",
        b"\x30\x88\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x30\x84\xff\xff\xff\xff\x02",
    ] {
        for arguments in [&["--raw"][..], &["--raw", "--json"]] {
            let ended = with_input(arguments, octets);
            assert_eq!(ended.status, 1, "{ended:?}");
            assert!(ended.stdout.contains("fault"), "{ended:?}");
        }
    }
}

#[test]
fn what_is_no_input_is_wrong_usage() {
    assert!(run(ldapwire("decode").arg("30 0g")).told(2).contains("character 4"));
    assert!(run(&mut ldapwire("decode")).told(2).contains("no octets"));
    assert!(run(ldapwire("decode").args(["-f", "/no/such/file"])).told(2).contains("/no/such/file"));
}
