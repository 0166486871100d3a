//! The fixture itself, seen by OpenLDAP's own tools and by octets written by hand.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Output};

use super::slapd::{ADMIN_DN, ADMIN_PASSWORD, SUFFIX, Setup, Slapd};
use super::{Outcome, another_server, cases};

cases![
    answers_a_bind_of_raw_octets,
    binds_by_password_and_by_sasl,
    encrypts_on_its_own_port_and_by_start_tls,
    makes_the_user_of_the_socket_the_administrator,
    takes_the_certificate_of_the_client,
    holds_the_tree,
    answers_with_any_result_code,
    lets_cases_write_to_scratch,
    grows_by_generated_people,
    is_gone_after_stop,
];

async fn answers_a_bind_of_raw_octets(server: &Slapd) -> Outcome {
    let mut stream = TcpStream::connect(("127.0.0.1", server.port()))?;
    // BindRequest: message 1, version 3, empty name, simple authentication with nothing.
    stream.write_all(b"\x30\x0c\x02\x01\x01\x60\x07\x02\x01\x03\x04\x00\x80\x00")?;
    let mut answer = [0; 14];
    stream.read_exact(&mut answer)?;
    assert_eq!(&answer, b"\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00");
    Ok(())
}

async fn binds_by_password_and_by_sasl(server: &Slapd) -> Outcome {
    let url = server.url();
    let whoami = |arguments: &[&str]| text(server.tool("ldapwhoami").args(["-H", &url]).args(arguments));
    assert_eq!(whoami(&["-x", "-D", ADMIN_DN, "-w", ADMIN_PASSWORD])?, format!("dn:{ADMIN_DN}\n"));
    assert_eq!(whoami(&["-x"])?, "anonymous\n");
    let plain = ["-Q", "-O", "none", "-Y", "PLAIN", "-U", "alice", "-w", "alice-secret"];
    assert_eq!(whoami(&plain)?, format!("dn:uid=alice,ou=people,{SUFFIX}\n"));
    Ok(())
}

async fn encrypts_on_its_own_port_and_by_start_tls(server: &Slapd) -> Outcome {
    for arguments in [["-x", "-H", &server.tls_url()].as_slice(), &["-x", "-ZZ", "-H", &server.url()]] {
        // OpenLDAP's tools put the machine's name where "localhost" stands, so they get the address.
        let arguments = arguments.iter().map(|argument| argument.replace("localhost", "127.0.0.1"));
        assert_eq!(text(server.tool("ldapwhoami").args(arguments))?, "anonymous\n");
    }
    Ok(())
}

async fn makes_the_user_of_the_socket_the_administrator(server: &Slapd) -> Outcome {
    assert!(server.socket().exists());
    let whoami = text(server.tool("ldapwhoami").args(["-Q", "-Y", "EXTERNAL", "-H", &server.socket_url()]))?;
    assert_eq!(whoami, format!("dn:{ADMIN_DN}\n"));
    Ok(())
}

async fn takes_the_certificate_of_the_client(server: &Slapd) -> Outcome {
    let (certificate, key) = server.pki().client_files();
    let url = server.tls_url().replace("localhost", "127.0.0.1");
    let mut tool = server.tool("ldapwhoami");
    tool.env("LDAPTLS_CERT", certificate).env("LDAPTLS_KEY", key).args(["-Q", "-Y", "EXTERNAL", "-H", &url]);
    assert_eq!(text(&mut tool)?, format!("dn:uid=alice,ou=people,{SUFFIX}\n"));
    Ok(())
}

async fn holds_the_tree(_: &Slapd) -> Outcome {
    let server = &another_server(&Setup::default())?;
    let all = search(server, &["-b", SUFFIX, "-s", "sub", "(objectClass=*)", "1.1"])?;
    let entries = include_str!("tree.ldif").lines().filter(|line| line.starts_with("dn:")).count();
    // All but the referral, in whose place a search reference comes.
    assert_eq!(all.matches("dn:").count(), entries - 1, "{all}");
    assert!(all.contains("# refldap://ldap.example.net/ou=elsewhere,dc=example,dc=net??sub\n"), "{all}");

    let alice = search(server, &["-b", &format!("uid=alice,ou=people,{SUFFIX}"), "audio", "description"])?;
    assert!(alice.contains("audio:: AP+AfwoN\n"), "{alice}");
    assert!(alice.contains("description;lang-fr;x-review: two options\n"), "{alice}");
    Ok(())
}

async fn answers_with_any_result_code(server: &Slapd) -> Outcome {
    for code in [2, 118, 4096, 16654] {
        let base = format!("cn=code{code},ou=retcodes,{SUFFIX}");
        let output = tool_search(server, &["-s", "base", "-b", &base]).output()?;
        let text =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(text.contains(&format!("({code})")) || text.contains(&format!("result: {code}")), "{text}");
    }
    Ok(())
}

async fn lets_cases_write_to_scratch(server: &Slapd) -> Outcome {
    let file = server.socket().with_file_name("scratch.ldif");
    let dn = format!("ou=fixture,ou=scratch,{SUFFIX}");
    std::fs::write(&file, format!("dn: {dn}\nobjectClass: organizationalUnit\nou: fixture\n"))?;
    let alice = format!("uid=alice,ou=people,{SUFFIX}");
    let bound = ["-x", "-H", &server.url(), "-D", &alice, "-w", "alice-secret"].map(str::to_owned);
    text(server.tool("ldapadd").args(&bound).arg("-f").arg(&file))?;
    text(server.tool("ldapdelete").args(&bound).arg(&dn))?;
    Ok(())
}

async fn grows_by_generated_people(_: &Slapd) -> Outcome {
    const PEOPLE: usize = 5_000;
    let server = another_server(&Setup { people: PEOPLE, ..Setup::default() })?;
    let found = search(&server, &["-b", &format!("ou=crowd,{SUFFIX}"), "(uid=*)"])?;
    assert_eq!(found.matches("\nuid: person").count(), PEOPLE);
    assert!(found.len() > PEOPLE * 1_000, "people have about 1 KB each, not {}", found.len() / PEOPLE);
    Ok(())
}

async fn is_gone_after_stop(_: &Slapd) -> Outcome {
    let server = another_server(&Setup::default())?;
    let folder = server.socket().with_file_name("");
    server.stop();
    assert!(TcpStream::connect(("127.0.0.1", server.port())).is_err());
    drop(server);
    assert!(!folder.exists());
    Ok(())
}

fn search(server: &Slapd, arguments: &[&str]) -> Result<String, String> {
    text(&mut tool_search(server, arguments))
}

fn tool_search(server: &Slapd, arguments: &[&str]) -> Command {
    let mut tool = server.tool("ldapsearch");
    tool.args(["-x", "-LL", "-o", "ldif_wrap=no", "-H", &server.url(), "-D", ADMIN_DN, "-w", ADMIN_PASSWORD]);
    tool.args(arguments);
    tool
}

/// What a tool prints, or why it failed.
fn text(tool: &mut Command) -> Result<String, String> {
    let Output { status, stdout, stderr } = tool.output().map_err(|error| format!("{tool:?}: {error}"))?;
    if status.success() {
        Ok(String::from_utf8_lossy(&stdout).into_owned())
    } else {
        Err(format!("{tool:?}: {status}: {}", String::from_utf8_lossy(&stderr)))
    }
}
