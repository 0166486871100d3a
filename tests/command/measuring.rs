//! `ping`, `bench` and `top`.

use std::io::Read;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::serve::{Serving, people};
use super::{Ended, ldapwire, run};

pub(crate) fn json(line: &str) -> Value {
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

/// Returns what was told, and how many operations were answered. No other have failed: on a machine that is very busy some
/// answers are too late.
#[track_caller]
pub(crate) fn answered(ended: &Ended) -> (Value, u64) {
    let told = json(&ended.stdout);
    let late = told["failures"]["unanswered"].as_u64().unwrap_or(0);
    assert_eq!(told["failed"], late, "{told}");
    assert_eq!(ended.status, if late == 0 { 0 } else { 5 }, "{ended:?}");
    let all = told["operations"].as_u64().unwrap();
    (told, all - late)
}

#[test]
fn a_bench_counts_what_it_does() {
    let (_folder, file) = people();
    let with_admin = ["--admin", "cn=admin", "--admin-password-file"];
    let (folder, _) = people();
    let password = folder.path().join("password");
    std::fs::write(&password, "secret").unwrap();
    let password = password.to_str().unwrap();
    let mut serving =
        Serving::start(&[&[file.as_str()], &with_admin[..], &[password, "--listen", "127.0.0.1:0"]].concat());
    let url = serving.url();
    let bench = |arguments: &[&str], rate: &str| {
        let mut command = ldapwire("bench");
        let common = ["-H", &url, "--duration", "0.2", "--warm-up", "0.1", "-c", "4", "--json"];
        command.args(arguments).args(common).args(["--danger-allow-cleartext-password"]);
        if !rate.is_empty() {
            command.args(["--rate", rate]);
        }
        run(&mut command)
    };
    // At a rate, as many are counted as are due, however long each of them takes; without one, those there is time for.
    let search = ["search", "-b", "dc=example", "(uid=ada)", "uid"];
    for (rate, due) in [("50", 9..=11), ("", 0..=u64::MAX)] {
        let (found, all) = answered(&bench(&search, rate));
        assert!(due.contains(&all) || found["failed"] != 0, "{found}");
        assert_eq!(found["entries"], all, "{found}");
        assert!(found["times"]["p50"].as_f64() <= found["times"]["max"].as_f64());
    }

    let auth = ["auth", "-b", "dc=example", "ada", "--user-password-file", password];
    answered(&bench(&auth, "50"));
    let failed = bench(&["auth", "-b", "dc=example", "[1-2]", "--user-password-file", password], "50");
    assert_eq!(failed.status, 5);
    assert!(json(&failed.stdout)["failures"]["noSuchUser"].as_u64() > Some(0));

    let admin = ["-D", "cn=admin", "-y", password];
    answered(&bench(&[&["modify", "uid=ada,dc=example"], &admin[..]].concat(), "50"));
    let mixed = ["mixed", "-b", "dc=example", "--entry", "uid=ada,dc=example", "--writes", "50"];
    let (mixed, all) = answered(&bench(&[&mixed, &admin[..]].concat(), "200"));
    let found = mixed["entries"].as_u64().unwrap();
    // Of so many, some are searches and some are not.
    assert!(all < 30 || 0 < found && found < 2 * all, "{mixed}");

    // What goes wrong each time is told in words.
    let mut clear = ldapwire("bench");
    clear.args(auth).args(["-H", &url, "--duration", "0.2", "--warm-up", "0", "--rate", "20", "-c", "1"]);
    let told = run(&mut clear);
    assert_eq!(told.status, 5);
    assert!(told.stdout.contains("encrypt") && !told.stdout.contains("other"), "{}", told.stdout);

    assert_eq!(bench(&["search", "-b", "dc=example", "(uid=[1-2]"], "").status, 2);
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
    // Four are due, one for each who waits.
    let times = ["--duration", "0.3", "--warm-up", "0.1", "--rate", "10", "-c", "4", "--json"];
    let told = run(ldapwire("bench").args(["search", "-b", "", "-H", &url]).args(times));
    let result = json(&told.stdout);
    assert_eq!((told.status, &result["failures"]["unanswered"]), (5, &Value::from(4)), "{result}");
}

#[test]
fn top_shows_a_pool() {
    let (_folder, file) = people();
    let mut serving = Serving::start(&[&file, "--listen", "127.0.0.1:0"]);
    let url = serving.url();
    let times = ["-H", &url, "--interval", "0.1", "--rate", "100"];
    let printed = run(ldapwire("top").args(times).args(["-n", "2", "--json"])).printed();
    assert_eq!(printed.lines().map(json).count(), 2);
    // As many looks as it takes until reads are counted, and then more of them.
    let mut before = None;
    Serving::start_as("top", &[&times[..], &["--json"]].concat()).until(|line| {
        let look = json(line);
        assert_eq!(look["pool"]["servers"][0]["server"], url);
        let count = look["operations"][0]["count"].as_u64().filter(|count| *count > 0);
        let before = std::mem::replace(&mut before, count);
        before.is_some() && count > before
    });
    let mut is_up = false;
    Serving::start_as("top", &times).until(|line| {
        is_up |= line.contains(": up; ");
        is_up && line.contains("searchRequest")
    });
}
