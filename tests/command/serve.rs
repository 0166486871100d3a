//! `serve`, asked by `search`.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

use super::{ldapwire, run};

const PEOPLE: &str = "dn: dc=example\nobjectClass: domain\n\ndn: uid=ada,dc=example\nobjectClass: account\nuserPassword: secret\n";

/// A server that ends with the test.
pub(crate) struct Serving {
    child: Child,
    stdout: BufReader<ChildStdout>,
}

impl Serving {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_as("serve", arguments)
    }

    pub(crate) fn start_as(verb: &str, arguments: &[&str]) -> Self {
        let mut command = ldapwire(verb);
        command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self { child, stdout }
    }

    /// Waits for the URL of the next place.
    pub(crate) fn url(&mut self) -> String {
        let mut url = String::new();
        self.stdout.read_line(&mut url).unwrap();
        url.trim_end().to_owned()
    }

    /// Waits until it has printed a line that is wanted.
    pub(crate) fn until(&mut self, mut is_wanted: impl FnMut(&str) -> bool) {
        let mut line = String::new();
        while line.is_empty() || !is_wanted(&line) {
            line.clear();
            assert_ne!(self.stdout.read_line(&mut line).unwrap(), 0, "it has ended");
        }
    }

    pub(crate) fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A folder with a file of people, and the file's name.
pub(crate) fn people() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.ldif");
    std::fs::write(&file, PEOPLE).unwrap();
    (folder, file.to_str().unwrap().to_owned())
}

#[test]
fn entries_of_a_file_are_served() {
    let (_folder, file) = people();
    let mut serving = Serving::start(&[&file, "--listen", "127.0.0.1:0"]);
    let url = serving.url();
    let found = run(ldapwire("search").args(["-x", "-H", &url, "-b", "dc=example", "uid=ADA", "uid"]));
    assert!(found.printed().contains("dn: uid=ada,dc=example\nuid: ada\n"));
}

#[test]
fn a_certificate_is_made_and_trusted() {
    let (folder, file) = people();
    let cert = folder.path().join("cert.pem");
    let cert = cert.to_str().unwrap();
    let places = ["--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0"];
    let mut serving = Serving::start(&[&[file.as_str(), "--tls", "--save-cert", cert], &places[..]].concat());
    for start_tls in [&["-Z"][..], &[]] {
        let url = serving.url();
        assert_eq!(url.starts_with("ldaps://"), start_tls.is_empty());
        let mut command = ldapwire("whoami");
        command.args(["-H", &url, "--ca-file", cert, "-D", "uid=ada,dc=example"]).args(start_tls);
        command.env("LDAPWIRE_PASSWORD", "secret");
        assert_eq!(run(&mut command).printed(), "dn:uid=ada,dc=example\n");
    }
    let told = run(ldapwire("serve").args([file.as_str(), "--listen-tls", "127.0.0.1:0"]));
    assert_eq!(told.status, 2);
    assert!(told.stderr.contains("--tls"), "{}", told.stderr);
}

#[test]
fn what_shall_go_wrong_goes_wrong() {
    let (_folder, file) = people();
    let arguments = [&file, "--listen", "127.0.0.1:0", "--faults", "refuse=51", "--fault-rate", "1"];
    let mut serving = Serving::start(&arguments);
    let url = serving.url();
    let refused = run(ldapwire("search").args(["-x", "-H", &url, "-b", "dc=example", "uid=ada"]));
    assert!(refused.stderr.contains("busy (51)"), "{refused:?}");
    let told = run(ldapwire("serve").args(["--faults", "drop,sometimes"]));
    assert!(told.status == 2 && told.stderr.contains("'sometimes' is no fault"), "{told:?}");
}

#[test]
fn it_looks_like_another_server() {
    let (_folder, file) = people();
    let mut serving = Serving::start(&[&file, "--listen", "127.0.0.1:0", "--personality", "ad"]);
    let root = run(ldapwire("rootdse").args(["-x", "-H", &serving.url()])).printed();
    assert!(root.contains("defaultNamingContext: dc=example\n"), "{root}");
}

#[cfg(unix)]
#[test]
fn it_ends_well_when_it_is_told_to() {
    let (_folder, file) = people();
    let mut serving = Serving::start(&[&file, "--listen", "127.0.0.1:0"]);
    serving.url();
    let pid = serving.child.id().to_string();
    assert!(std::process::Command::new("kill").arg(pid).status().unwrap().success());
    assert!(serving.child.wait().unwrap().success());
}

/// Clients add entries while the server is killed, again and again: what was acknowledged is there each time.
#[cfg(unix)]
#[test]
fn nothing_that_was_acknowledged_is_lost_by_sigkill() {
    use ldapwire::blocking::Client;
    use ldapwire::model::Entry;
    use ldapwire::proto::AddRequest;

    let (folder, file) = people();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let mut added: Vec<String> = Vec::new();
    for round in 0..5 {
        let durability = if round % 2 == 0 { "disk" } else { "process" };
        let arguments =
            [file.as_str(), "--data", data, "--durability", durability, "--listen", "127.0.0.1:0"];
        let mut serving = Serving::start(&arguments);
        let url = serving.url();
        let client = Client::connect(&url).unwrap();
        for dn in &added {
            client.read(dn.as_str()).unwrap_or_else(|error| panic!("{dn} in round {round}: {error}"));
        }
        let adding: Vec<_> = (0..4)
            .map(|task| {
                let client = client.clone();
                std::thread::spawn(move || {
                    let names = (0..).map(|number| format!("cn={round}-{task}-{number},dc=example"));
                    let acknowledged = names.take_while(|dn| {
                        let entry = Entry::new(dn.as_str()).with("objectClass", ["person"]);
                        client.add(AddRequest::from(entry)).is_ok()
                    });
                    acknowledged.collect::<Vec<_>>()
                })
            })
            .collect();
        let has_begun =
            |client: &Client| client.read(format!("cn={round}-0-{},dc=example", 5 + round)).is_ok();
        while !has_begun(&client) {
            std::thread::yield_now();
        }
        serving.child.kill().unwrap();
        serving.child.wait().unwrap();
        added.extend(adding.into_iter().flat_map(|task| task.join().unwrap()));
    }
    assert!(added.len() > 5 * 5, "{}", added.len());
    // The file that was loaded at first is not loaded again.
    let mut serving = Serving::start(&["--data", data, "--listen", "127.0.0.1:0"]);
    let url = serving.url();
    let found = run(ldapwire("search").args(["-x", "-H", &url, "-b", "dc=example", "uid=ada", "uid"]));
    assert!(found.printed().contains("dn: uid=ada,dc=example"));
    let second = run(ldapwire("serve").args(["--data", data, "--listen", "127.0.0.1:0"]));
    assert!(second.told(2).contains("another directory has this folder"));
}

#[test]
fn a_file_that_is_none_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.ldif");
    std::fs::write(&file, "dn: dc=example\nno ldif\n").unwrap();
    let told = run(ldapwire("serve").arg(&file)).told(2);
    assert!(told.contains("people.ldif: the ldif cannot be read: line 2"), "{told}");
}

#[test]
fn a_proxy_shows_what_passes_and_it_is_played_again() {
    let (folder, file) = people();
    let mut serving = Serving::start(&[&file, "--listen", "127.0.0.1:0"]);
    let record = folder.path().join("session.txt");
    let (url, record) = (serving.url(), record.to_str().unwrap());
    let place = ["--listen", "127.0.0.1:0"];
    let proxy = [&[url.as_str(), "--record", record, "--json"], &place[..]].concat();
    let mut proxy = Serving::start_as("proxy", &proxy);
    let mut told = BufReader::new(proxy.child.stderr.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    let through = line.trim_end().rsplit(' ').next().unwrap().to_owned();
    let search = |url: &str, password: &str| {
        let mut command = ldapwire("search");
        command.args(["-H", url, "-D", "uid=ada,dc=example", "-b", "dc=example", "(uid=ada)"]);
        command.arg("--danger-allow-cleartext-password").env("LDAPWIRE_PASSWORD", password);
        run(&mut command)
    };
    let found = search(&through, "secret").printed();
    assert!(found.contains("userPassword: secret"), "{found}");
    // Bind, answer, search, entry, result, unbind; the beginning and both ends.
    let mut lines = Vec::new();
    while lines.len() < 9 {
        let mut line = String::new();
        assert_ne!(proxy.stdout.read_line(&mut line).unwrap(), 0);
        lines.push(serde_json::from_str::<serde_json::Value>(&line).unwrap());
    }
    let count = |key: &str| lines.iter().filter(|line| line.get(key).is_some()).count();
    assert_eq!((count("message"), count("event")), (6, 3), "{lines:?}");
    let kept = std::fs::read_to_string(record).unwrap();
    let hidden = "secret".bytes().map(|octet| format!("{octet:02x}")).collect::<String>();
    let shown = format!("{lines:?}");
    assert!(!kept.contains(&hidden) && !shown.contains(&hidden), "{kept} {shown}");
    assert!(!shown.contains("String(\"secret\")"), "{shown}");
    drop(serving);

    let mut playing = Serving::start_as("replay", &[&[record], &place[..]].concat());
    let url = playing.url();
    let played = search(&url, "any").printed();
    assert_eq!(played, found.replace("userPassword: secret", "userPassword: ********"));
    let other = run(ldapwire("whoami").args(["-x", "-H", &url]));
    assert_eq!(other.status, 1, "{other:?}");
    let broken = folder.path().join("broken.txt");
    std::fs::write(&broken, kept + "1 client x zz\n").unwrap();
    let told = run(ldapwire("replay").arg(&broken));
    assert!(told.status == 2 && told.stderr.contains("line "), "{told:?}");
}

#[test]
fn a_proxy_shows_what_passes_between_two_sides_with_tls() {
    let (folder, file) = people();
    let cert = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (own, servers) = (cert("proxy.pem"), cert("server.pem"));
    let tls = ["--tls", "--listen-tls", "127.0.0.1:0", "--save-cert"];
    let mut serving = Serving::start(&[&[file.as_str()][..], &tls, &[&servers]].concat());
    let url = serving.url();
    let proxy = [&[url.as_str(), "--json", "--ca-file", &servers][..], &tls, &[&own]].concat();
    let mut proxy = Serving::start_as("proxy", &proxy);
    let mut told = BufReader::new(proxy.child.stderr.take().unwrap());
    let mut line = String::new();
    told.read_line(&mut line).unwrap();
    let through = line.trim_end().rsplit(' ').next().unwrap();
    assert!(url.starts_with("ldaps://") && through.starts_with("ldaps://"), "{url} {through}");
    let asked = ["-x", "-H", through, "--ca-file", &own, "-b", "dc=example", "uid=ada", "uid"];
    assert!(run(ldapwire("search").args(asked)).printed().contains("uid: ada"));
    let mut shown = String::new();
    while !shown.contains("uid=ada,dc=example") {
        assert_ne!(proxy.stdout.read_line(&mut shown).unwrap(), 0, "{shown}");
    }
}
