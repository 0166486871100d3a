//! Several servers, servers by DNS, and what is set outside of the command line.

use std::net::{SocketAddr, UdpSocket};
use std::thread;

use tokio::net::TcpSocket;

use super::serve::{Serving, people};
use super::{ldapwire, run};

/// An address where nobody listens: its port is taken until the test is over, so that no other test gets it.
pub(crate) fn nobody() -> String {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    let address = socket.local_addr().unwrap();
    std::mem::forget(socket);
    format!("ldap://{address}")
}

/// A server of DNS that answers each question for SRV records with one on this port of 127.0.0.1, until the test is over.
fn dns(port: u16) -> SocketAddr {
    let socket = UdpSocket::bind(("127.0.0.1", 0)).unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut octets = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut octets) {
            let question = &octets[12..length];
            let end = question.iter().position(|octet| *octet == 0).unwrap() + 5;
            // Id, an answer without error, one question, one record; its name is that of the question.
            let mut answer = [&octets[..2], &[0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0], &question[..end]].concat();
            let target = b"\x03127\x010\x010\x011\x00";
            answer.extend([0xc0, 12, 0, 33, 0, 1, 0, 0, 0, 60, 0, 6 + target.len() as u8, 0, 1, 0, 1]);
            answer.extend(port.to_be_bytes());
            answer.extend(target);
            let _ = socket.send_to(&answer, from);
        }
    });
    address
}

#[test]
fn servers_are_tried_in_turn() {
    let (_folder, file) = people();
    let mut serving = Serving::start(&[&file, "--listen", "127.0.0.1:0"]);
    let url = serving.url();
    let down = nobody();
    for servers in [&["-H", &down, "-H", &url][..], &["-H", &format!("{down} {url}")]] {
        let found = run(ldapwire("search").args(servers).args(["-b", "dc=example", "uid=ada", "uid"]));
        assert!(found.printed().contains("uid: ada"));
    }
    let failed = run(ldapwire("whoami").args(["-H", &down, "-H", &nobody()]));
    failed.told(3);
}

#[test]
fn servers_of_a_domain_are_found_by_dns() {
    let (_folder, file) = people();
    let mut serving = Serving::start(&[&file, "--listen", "127.0.0.1:0"]);
    let url = serving.url();
    let port = url.rsplit(':').next().unwrap().parse().unwrap();
    let dns = dns(port).to_string();
    for name in ["_ldap._tcp.127.0.0.1", "ldap:///dc=127,dc=0,dc=0,dc=1"] {
        let pinged = run(ldapwire("ping").args(["--dns", &dns, "-H", name]));
        assert!(pinged.printed().starts_with(&url), "{name}");
    }
    let told = run(ldapwire("whoami").args(["--dns", &dns, "-H", "_ldap._tcp.example.org"])).told(3);
    assert!(told.contains("outside of the domain"), "{told}");
}

#[test]
fn a_profile_is_below_the_variables_and_these_below_the_command_line() {
    let (folder, file) = people();
    let mut serving = Serving::start(&[&file, "--listen", "127.0.0.1:0"]);
    let url = serving.url();
    let (config, password) = (folder.path().join("config.toml"), folder.path().join("password"));
    std::fs::write(&password, "secret\n").unwrap();
    let profiles = format!(
        "[profile.default]\nurl = '{url}'\nbase = 'dc=example'\n[profile.ada]\nurl = ['{}', '{url}']\n\
         bind-dn = 'uid=ada,dc=example'\npassword-file = '{}'\n",
        nobody(),
        password.display(),
    );
    std::fs::write(&config, profiles).unwrap();
    let config = config.to_str().unwrap();
    let found = run(ldapwire("search").args(["--config", config, "uid=ada", "uid"]));
    assert!(found.printed().contains("uid: ada"));
    let ada = || {
        let mut command = ldapwire("whoami");
        command
            .args(["--profile", "ada", "--danger-allow-cleartext-password"])
            .env("LDAPWIRE_CONFIG", config);
        command
    };
    assert_eq!(run(&mut ada()).printed(), "dn:uid=ada,dc=example\n");
    run(ada().env("LDAPWIRE_URL", nobody())).told(3);
    assert_eq!(
        run(ada().env("LDAPWIRE_URL", nobody()).args(["-H", &url])).printed(),
        "dn:uid=ada,dc=example\n"
    );
    assert!(
        run(ada().env("LDAPWIRE_BIND_DN", "uid=nobody,dc=example")).told(4).contains("invalidCredentials")
    );
    let told = run(ldapwire("whoami").args(["--config", config, "--profile", "nobody"])).told(2);
    assert!(told.contains("no profile `nobody`"), "{told}");
    let told = run(ldapwire("export").args(["-H", &url])).told(2);
    assert!(told.contains("-b DN"), "{told}");
}
