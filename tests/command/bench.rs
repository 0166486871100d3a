//! `bench` over TLS, and what it leaves behind.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::measuring::{answered, json as parsed};
use super::serve::Serving;
use super::{ended, ldapwire, run};

const PEOPLE: &str = "dn: dc=example
objectClass: domain

dn: uid=p0,dc=example
objectClass: account
userPassword: secret

dn: uid=p1,dc=example
objectClass: account
userPassword: secret
description: one
description: another
description;lang-fr: un
";

/// A server, and what it takes to change its entries over TLS.
struct Measured {
    folder: tempfile::TempDir,
    serving: Serving,
    urls: [String; 2],
}

impl Measured {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(file("people.ldif"), PEOPLE).unwrap();
        std::fs::write(file("password"), "secret").unwrap();
        let mut serving = Serving::start(&[
            &file("people.ldif"),
            "--admin",
            "cn=admin",
            "--admin-password-file",
            &file("password"),
            "--tls",
            "--save-cert",
            &file("cert.pem"),
            "--listen",
            "127.0.0.1:0",
            "--listen-tls",
            "127.0.0.1:0",
        ]);
        let urls = [serving.url(), serving.url()];
        Self { folder, serving, urls }
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    fn command(&self, verb: &str, arguments: &[&str]) -> Command {
        let mut command = ldapwire(verb);
        command.args(arguments).args(["--ca-file", &self.file("cert.pem"), "-D", "cn=admin"]);
        command.args(["-y", &self.file("password"), "--json"]);
        command
    }

    fn bench(&self, arguments: &[&str]) -> Command {
        let mut command = self.command("bench", arguments);
        command.args(["-H", &self.urls[1], "--warm-up", "0", "-c", "4", "--rate", "100"]);
        command
    }

    /// What the entries have.
    fn entries(&self) -> String {
        run(&mut self.command("search", &["-H", &self.urls[1], "-b", "dc=example"])).printed()
    }

    /// Waits until an entry has another description.
    fn wait_for_change(&self, before: &str) {
        let end = Instant::now() + Duration::from_secs(60);
        while self.entries() == before {
            assert!(Instant::now() < end, "nothing changes");
        }
    }
}

#[test]
fn each_kind_goes_over_tls() {
    let server = Measured::start();
    let before = server.entries();
    let password = server.file("password");
    let kinds: [&[&str]; 4] = [
        &["search", "-b", "dc=example", "(uid=p[0-1])"],
        &["auth", "-b", "dc=example", "p[0-1]", "--user-password-file", &password],
        &["modify", "uid=p[0-1],dc=example"],
        &["mixed", "-b", "dc=example", "--entry", "uid=p[0-1],dc=example", "--writes", "50"],
    ];
    for way in [&["-H", &server.urls[1]][..], &["-Z", "-H", &server.urls[0]]] {
        for kind in kinds {
            let mut command = server.command("bench", kind);
            command.args(way).args(["--warm-up", "0", "--duration", "0.2", "--rate", "100", "-c", "4"]);
            let (told, _) = answered(&run(&mut command));
            assert!(told["operations"].as_u64() > Some(0), "{kind:?} {told}");
        }
    }
    assert_eq!(server.entries(), before);
    // Who is not let in, or does not trust the certificate, does not begin.
    let wrong = ["-D", "cn=admin", "--ca-file", &server.file("cert.pem")];
    for (way, status, word) in [("-Z", 4, "invalidCredentials"), ("-v", 4, "encrypt")] {
        let mut command = ldapwire("bench");
        command.args(kinds[0]).args(wrong).args(["-H", &server.urls[0], way]);
        let told = run(command.env("LDAPWIRE_PASSWORD", "wrong"));
        assert!(told.status == status && told.stderr.contains(word), "{told:?}");
    }
    let mut command = ldapwire("bench");
    command.args(kinds[0]).args(["-H", &server.urls[1], "--warm-up", "0", "--duration", "0.2"]);
    let told = run(&mut command);
    assert!(told.status == 3 && told.stderr.contains("certificate"), "{told:?}");
}

#[test]
fn what_is_changed_is_put_back() {
    let server = Measured::start();
    let before = server.entries();
    let entry = "uid=p[0-2],dc=example";
    let told = run(&mut server.bench(&["modify", entry, "--duration", "0.3"]));
    let result = parsed(&told.stdout);
    // The third entry does not exist.
    assert!(result["failures"]["noSuchObject (32)"].as_u64() > Some(0) && told.status == 5, "{result}");
    assert_eq!((&result["putBack"], &result["left"]), (&Value::from(2), &json!([])));
    assert_eq!((server.entries(), told.stderr.as_str()), (before.clone(), ""));

    let told = run(&mut server.bench(&["modify", entry, "--duration", "0.3", "--leave-changed"]));
    assert_eq!(
        (&parsed(&told.stdout)["putBack"], &parsed(&told.stdout)["left"][0]),
        (&Value::from(0), &Value::from(entry))
    );
    assert_ne!(server.entries(), before);
}

#[cfg(unix)]
#[test]
fn what_is_changed_is_put_back_behind_an_interrupt() {
    let server = Measured::start();
    let before = server.entries();
    let mixed = ["mixed", "-b", "dc=example", "--entry", "uid=p[0-1],dc=example", "--duration", "600"];
    for signal in ["-INT", "-TERM"] {
        let child = server.bench(&mixed).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        server.wait_for_change(&before);
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let told = ended(&child.wait_with_output().unwrap());
        assert_eq!((told.status, told.stderr.as_str()), (0, ""), "{told:?}");
        assert!(parsed(&told.stdout)["putBack"].as_u64() > Some(0), "{told:?}");
        assert_eq!(server.entries(), before);
    }
}

#[test]
fn what_cannot_be_put_back_is_named_with_what_does_it() {
    let mut server = Measured::start();
    let before = server.entries();
    let mut command = server.bench(&["modify", "uid=p1,dc=example", "--duration", "2", "--timeout", "2"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    server.wait_for_change(&before);
    server.serving.kill();
    let told = ended(&child.wait_with_output().unwrap());
    assert_eq!(
        (told.status, &parsed(&told.stdout)["left"][0]),
        (5, &Value::from("uid=p1,dc=example")),
        "{told:?}"
    );
    // Values that have another option are none of those that were replaced.
    let record = "dn: uid=p1,dc=example\nchangetype: modify\nreplace: description\n\
                  description: one\ndescription: another\n-\n";
    assert!(told.stderr.contains(record), "{told:?}");
    let file = server.file("left.ldif");
    std::fs::write(&file, &told.stderr).unwrap();
    assert_eq!(run(ldapwire("ldif").args(["check", &file])).status, 0, "{told:?}");
}
