//! `ping`, `bench` and `top`.

use std::io::Read;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::serve::{Serving, people};
use super::{ldapwire, run};

fn json(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"))
}

#[test]
fn ping_times_each_step_of_each_server() {
    let (folder, file) = people();
    let cert = folder.path().join("cert.pem");
    let cert = cert.to_str().unwrap();
    let places = ["--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0", "--tls", "--save-cert", cert];
    let mut serving = Serving::start(&[&[file.as_str()], &places[..]].concat());
    let (plain, tls) = (serving.url(), serving.url());
    let ping = || {
        let mut command = ldapwire("ping");
        command.args(["-H", &plain, "-H", &tls, "--ca-file", cert, "--json"]);
        command
    };
    let printed = run(&mut ping()).printed();
    let lines: Vec<_> = printed.lines().map(json).collect();
    assert_eq!(lines.len(), 2);
    for step in ["dns", "tcp", "search"] {
        assert!(lines.iter().all(|line| line[step].as_f64().is_some()), "{printed}");
    }
    assert!(lines[0].get("tls").is_none() && lines[0].get("certificateDays").is_none());
    assert!(lines[1]["tls"].as_f64().is_some() && lines[1]["certificateDays"].as_i64() > Some(0));

    let short = run(ping().args(["--min-days", "4000000"]));
    assert_eq!((short.status, short.stderr.as_str()), (3, ""));
    assert!(short.stdout.lines().nth(1).unwrap().contains("the certificate ends in"));
    let mut bound = ping();
    bound.args(["-D", "uid=ada,dc=example", "-Z"]).env("LDAPWIRE_PASSWORD", "wrong");
    // TLS within TLS is refused, the password by the other.
    let bound = run(bound.args(["-H", "ldap://127.0.0.1:1"]));
    assert_ne!(bound.status, 0);
    assert!(bound.stdout.lines().all(|line| json(line).get("error").is_some()), "{bound:?}");
}

#[test]
fn a_bench_counts_what_it_does() {
    let (_folder, file) = people();
    let admin = ["--admin", "cn=admin", "--admin-password-file"];
    let (folder, _) = people();
    let password = folder.path().join("password");
    std::fs::write(&password, "secret").unwrap();
    let password = password.to_str().unwrap();
    let mut serving =
        Serving::start(&[&[file.as_str()], &admin[..], &[password, "--listen", "127.0.0.1:0"]].concat());
    let url = serving.url();
    let bench = |arguments: &[&str]| {
        let mut command = ldapwire("bench");
        let common = ["-H", &url, "--duration", "0.5", "--warm-up", "0.1", "-c", "4", "--json"];
        command.args(arguments).args(common).args(["--danger-allow-cleartext-password"]);
        command
    };
    let found = json(&run(&mut bench(&["search", "-b", "dc=example", "(uid=ada)", "uid"])).printed());
    let operations = found["operations"].as_u64().unwrap();
    assert!(operations > 0 && found["entries"] == operations && found["failed"] == 0, "{found}");
    assert!(found["times"]["p50"].as_f64() <= found["times"]["max"].as_f64());

    let slow =
        json(&run(bench(&["search", "-b", "dc=example", "(uid=ada)"]).args(["--rate", "20"])).printed());
    assert!(slow["operations"].as_u64().unwrap() <= 11, "{slow}");

    let auth = ["auth", "-b", "dc=example", "ada", "--user-password-file", password];
    assert_eq!(json(&run(&mut bench(&auth)).printed())["failed"], 0);
    let failed = run(&mut bench(&["auth", "-b", "dc=example", "[1-2]", "--user-password-file", password]));
    assert_eq!(failed.status, 5);
    assert!(json(&failed.stdout)["failures"]["noSuchUser"].as_u64() > Some(0));

    let modify = ["modify", "uid=ada,dc=example", "-D", "cn=admin", "-y", password];
    assert_eq!(json(&run(&mut bench(&modify)).printed())["failed"], 0);
    let mixed = ["mixed", "-b", "dc=example", "--entry", "uid=ada,dc=example", "--writes", "50"];
    let mixed = json(&run(bench(&mixed).args(["-D", "cn=admin", "-y", password])).printed());
    let (all, found) = (mixed["operations"].as_u64().unwrap(), mixed["entries"].as_u64().unwrap());
    assert!(mixed["failed"] == 0 && 0 < found && found < 2 * all, "{mixed}");

    // What goes wrong each time is told in words.
    let mut clear = ldapwire("bench");
    clear.args(auth).args(["-H", &url, "--duration", "0.2", "--warm-up", "0", "-c", "1"]);
    let told = run(&mut clear);
    assert_eq!(told.status, 5);
    assert!(told.stdout.contains("encrypt") && !told.stdout.contains("other"), "{}", told.stdout);

    let told = run(&mut bench(&["search", "-b", "dc=example", "(uid=[1-2]"])).status;
    assert_eq!(told, 2);
}

#[test]
fn a_bench_that_is_interrupted_tells_what_it_has_measured() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ldap://{}", silent.local_addr().unwrap());
    let arguments = ["search", "-b", "", "-H", &url, "--duration", "600", "--warm-up", "0", "--json"];
    let mut command = ldapwire("bench");
    command.args(arguments).args(["--connections", "1"]).stdout(Stdio::piped());
    let child = command.spawn().unwrap();
    // The first octet of a request: it has begun.
    let (mut stream, _) = silent.accept().unwrap();
    stream.read_exact(&mut [0]).unwrap();
    let interrupt = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(interrupt.success());
    let told = child.wait_with_output().unwrap();
    let result = json(std::str::from_utf8(&told.stdout).unwrap());
    assert_eq!((told.status.code(), &result["operations"]), (Some(0), &Value::from(0)), "{result}");
    assert!(result["seconds"].as_f64() < Some(600.0), "{result}");
}

#[test]
fn a_bench_ends_though_a_server_does_not_answer() {
    // It lets everybody connect, and reads nothing.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("ldap://{}", silent.local_addr().unwrap());
    let arguments =
        ["search", "-b", "", "-H", &url, "--duration", "0.2", "--warm-up", "0.1", "-c", "4", "--json"];
    let told = run(ldapwire("bench").args(arguments));
    let result = json(&told.stdout);
    assert_eq!((told.status, &result["failures"]["unanswered"]), (5, &Value::from(4)), "{result}");
    assert!(result["times"]["max"].as_f64() < Some(30.0), "{result}");
}

#[test]
fn top_shows_a_pool() {
    let (_folder, file) = people();
    let mut serving = Serving::start(&[&file, "--listen", "127.0.0.1:0"]);
    let url = serving.url();
    let top = || {
        let mut command = ldapwire("top");
        command.args(["-H", &url, "--interval", "0.2", "-n", "2", "--rate", "100"]);
        command
    };
    let printed = run(top().arg("--json")).printed();
    let looks: Vec<_> = printed.lines().map(json).collect();
    assert_eq!(looks.len(), 2);
    assert_eq!(looks[1]["pool"]["servers"][0]["server"], url);
    assert!(looks[1]["operations"][0]["count"].as_u64() > looks[0]["operations"][0]["count"].as_u64());
    let text = run(&mut top()).printed();
    assert!(text.contains(": up; ") && text.contains("searchRequest"), "{text}");
}
