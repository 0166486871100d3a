//! The directory in memory: OpenLDAP's tools as its clients, and its answers beside those of a real server.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::Arc;

use ldapwire::directory::{Directory, SchemaChecks};
use ldapwire::model::{Dn, Entry, Filter, Modification, ResultCode, Scope};
use ldapwire::proto::SearchRequest;
use ldapwire::proto::controls::ManageDsaIt;
use ldapwire::schema::{Definition, DefinitionKind, Schema};
use ldapwire::server::{Endpoint, RunningServer, Server};
use ldapwire::transport::TlsAcceptor;
use ldapwire::{Client, ErrorKind, Executor, RequestExt};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::connections::admin;
use super::slapd::Setup;
use super::slapd::{ADMIN_DN, ADMIN_PASSWORD, SUFFIX, Slapd};
use super::{Outcome, another_server, cases};

cases![
    tools_read_and_write,
    tools_start_tls_and_use_a_socket,
    searches_find_what_slapd_finds,
    searches_by_schema_find_what_slapd_finds,
    names_resolve_as_at_slapd,
    changes_are_refused_as_by_slapd,
];

/// A directory with the entries that the real server has.
async fn copy(server: &Slapd) -> Result<Directory, Box<dyn std::error::Error>> {
    let client = admin(server).await?;
    // slapd takes any octets for a photo.
    let photo = Schema::builder().definition(DefinitionKind::AttributeType, PHOTO).build();
    let builder = Directory::builder().admin(ADMIN_DN, ADMIN_PASSWORD);
    let mut builder = builder.schema(photo).schema_checks(SchemaChecks::On);
    let all = SearchRequest::new(SUFFIX, Scope::WholeSubtree, Filter::present("objectClass"));
    // `ref` comes only when it is asked for.
    let all = all.attributes(["*", "ref"]).with_control(ManageDsaIt);
    let all = client.search(all).await?.collect().await?;
    for entry in all.entries {
        builder = builder.entry(entry.to_entry());
    }
    Ok(builder.build()?)
}

const PHOTO: &str = "( 0.9.2342.19200300.100.1.60 NAME 'jpegPhoto' SYNTAX 1.3.6.1.4.1.1466.115.121.1.40 )";

async fn serve(
    directory: Directory,
    fixture: &Slapd,
    socket: &str,
) -> Result<RunningServer, Box<dyn std::error::Error>> {
    let file = |name: &str| fixture.pki().ca_file().with_file_name(name);
    let chain = CertificateDer::pem_file_iter(file("server.pem"))?.collect::<Result<Vec<_>, _>>()?;
    let key = PrivateKeyDer::from_pem_file(file("server.key"))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    let started = Server::new(directory)
        .tls(TlsAcceptor::new(Arc::new(config)))
        .listen(Endpoint::localhost())
        .listen(Endpoint::tls(([127, 0, 0, 1], 0)))
        .listen(Endpoint::unix(fixture.socket().with_file_name(socket)))
        .start();
    Ok(started.await?)
}

/// Runs a tool beside the server, and returns its exit status and what it printed.
async fn run(mut tool: Command) -> Result<(i32, String), Box<dyn std::error::Error>> {
    let output = tokio::task::spawn_blocking(move || tool.output()).await??;
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Ok((output.status.code().unwrap_or(-1), text))
}

/// In clear, by StartTLS, by TLS from the first octet.
async fn tools_read_and_write(fixture: &Slapd) -> Outcome {
    for (place, options) in [(0, &[][..]), (0, &["-ZZ"][..]), (1, &[][..])] {
        let directory = copy(fixture).await?;
        let server = serve(directory.clone(), fixture, "memory-one").await?;
        let url = server.endpoints()[place].to_string();
        read_and_write(fixture, &directory, &url, options)
            .await
            .map_err(|error| format!("{url} {options:?}: {error}"))?;
    }
    Ok(())
}

async fn read_and_write(fixture: &Slapd, directory: &Directory, url: &str, options: &[&str]) -> Outcome {
    let file = fixture.socket().with_file_name("memory.ldif");
    let alice = format!("uid=alice,ou=people,{SUFFIX}");
    let new = format!("uid=new,ou=people,{SUFFIX}");
    let moved = format!("uid=moved,ou=deep,{SUFFIX}");
    let simple = ["-x", "-H", url, "-D", ADMIN_DN, "-w", ADMIN_PASSWORD].map(str::to_owned);
    let none = String::new;
    let added = format!("dn: {new}\nobjectClass: inetOrgPerson\nuid: new\ncn: New\nsn: One\n");
    let changed = format!(
        "dn: {new}\nchangetype: modify\nadd: mail\nmail: new@example.org\n-\nreplace: sn\nsn: Two\n-\n"
    );
    let deep = format!("ou=deep,{SUFFIX}");
    let paged = ["-LLL", "-b", SUFFIX, "-E", "pr=2/noprompt", "(objectClass=*)", "1.1"];
    let steps: [(&str, &[&str], String, i32, &str); 12] = [
        ("ldapsearch", &["-LLL", "-b", SUFFIX, "(uid=alice)", "mail"], none(), 0, "mail: alice@example.org"),
        ("ldapsearch", &paged, none(), 0, "uid=bob"),
        ("ldapcompare", &[&alice, "sn:ADAMS"], none(), 6, "TRUE"),
        ("ldapcompare", &[&alice, "sn:Brown"], none(), 5, "FALSE"),
        ("ldapwhoami", &[], none(), 0, "dn:cn=admin,dc=example,dc=org"),
        ("ldapadd", &[], added, 0, "adding new entry"),
        ("ldapmodify", &["-e", "!postread=mail"], changed, 0, "new@example.org"),
        ("ldappasswd", &["-s", "n3w", &new], none(), 0, ""),
        ("ldapmodrdn", &["-r", "-s", &deep, &new, "uid=moved"], none(), 0, ""),
        ("ldapdelete", &[&deep], none(), 66, "non-leaf"),
        ("ldapdelete", &["-e", "preread=uid", &moved], none(), 0, ""),
        ("ldapdelete", &["-r", &deep], none(), 0, ""),
    ];
    for (name, arguments, ldif, status, printed) in steps {
        let mut tool = fixture.tool(name);
        tool.args(options).args(&simple).args(arguments);
        if !ldif.is_empty() {
            std::fs::write(&file, ldif)?;
            tool.arg("-f").arg(&file);
        }
        let (ended, text) = run(tool).await?;
        assert_eq!(ended, status, "{name} {arguments:?}: {text}");
        assert!(text.contains(printed), "{name} {arguments:?}: {text}");
    }
    assert!(directory.entry(&deep).is_none() && directory.entry(&new).is_none());
    Ok(())
}

async fn tools_start_tls_and_use_a_socket(fixture: &Slapd) -> Outcome {
    let directory = copy(fixture).await?;
    let server = serve(directory, fixture, "memory-two").await?;
    let [plain, tls, socket] = server.endpoints() else { return Err("three places".into()) };
    // The certificate has the address, too; for `localhost` the tools look up another name of the machine.
    let (plain, tls) = (plain.to_string(), tls.to_string());
    let alice = format!("uid=alice,ou=people,{SUFFIX}");
    for (url, arguments, expected) in [
        (plain.clone(), vec!["-x", "-ZZ", "-D", &alice, "-w", "alice-secret"], format!("dn:{alice}\n")),
        (tls.clone(), vec!["-x", "-D", &alice, "-w", "alice-secret"], format!("dn:{alice}\n")),
        (
            tls.clone(),
            vec!["-Q", "-Y", "PLAIN", "-U", "alice", "-w", "alice-secret"],
            format!("dn:{alice}\n"),
        ),
        (socket.to_string(), vec!["-x"], "anonymous\n".to_owned()),
    ] {
        let mut tool = fixture.tool("ldapwhoami");
        tool.args(["-H", &url]).args(&arguments);
        assert_eq!(run(tool).await?, (0, expected), "{url} {arguments:?}");
    }
    let mut tool = fixture.tool("ldapwhoami");
    tool.args(["-Q", "-Y", "EXTERNAL", "-H", &socket.to_string()]);
    let (status, text) = run(tool).await?;
    assert!(status == 0 && text.contains("cn=peercred,cn=external,cn=auth"), "{text}");
    let mut tool = fixture.tool("ldapwhoami");
    tool.args(["-x", "-H", &plain, "-D", &alice, "-w", "wrong"]);
    assert_eq!(run(tool).await?.0, 49);
    Ok(())
}

/// What a search comes to: entries with their attributes, references, the result.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    /// By their names, which have more than one spelling.
    entries: BTreeMap<Dn, BTreeMap<String, BTreeSet<Vec<u8>>>>,
    references: BTreeSet<String>,
    code: ResultCode,
    matched: String,
    referral: Vec<String>,
}

impl Found {
    fn differs_from(&self, expected: &Self) -> String {
        let names = |found: &Self, other: &Self| {
            let names = found.entries.iter().filter(|(dn, entry)| other.entries.get(*dn) != Some(*entry));
            names.map(|(dn, _)| dn.to_string()).collect::<Vec<_>>().join("; ")
        };
        format!(
            "found {} and not {}; {} {:?} {:?} and not {} {:?} {:?}",
            names(self, expected),
            names(expected, self),
            self.code,
            self.referral,
            self.references,
            expected.code,
            expected.referral,
            expected.references,
        )
    }
}

async fn ask(client: &Client, search: &SearchRequest) -> Result<Found, ldapwire::Error> {
    let mut stream = client.search(search.clone()).await?;
    let mut entries = BTreeMap::new();
    let error = loop {
        match stream.next_entry().await {
            Ok(Some(entry)) => {
                let mut entry: Entry = entry.to_entry();
                // slapd does not write superclasses down, as RFC 4512 3.3 wants it.
                let schema = Schema::standard();
                let missing = schema.missing_superclasses(&entry);
                if !missing.is_empty() {
                    let names = missing.iter().map(|class| class.definition().name());
                    let _ = entry.apply(&[Modification::add("objectClass", names)]);
                }
                let (dn, attributes) = entry.into_parts();
                let values = attributes.into_iter().map(|attribute| {
                    let (description, values) = attribute.into_parts();
                    let values = values.iter().map(|value| value.as_bytes().to_vec()).collect();
                    (description.as_str().to_owned(), values)
                });
                entries.insert(Dn::try_from(&dn).expect("a server's name"), values.collect());
            }
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let references = stream.references().iter().map(|url| url.as_str().to_owned()).collect();
    let (code, matched, referral) = match error.as_ref().map(ldapwire::Error::kind) {
        None => (ResultCode::SUCCESS, String::new(), Vec::new()),
        Some(ErrorKind::Refused { result, .. }) => (
            result.code(),
            result.matched_dn().into_owned(),
            result.referral().iter().map(|url| url.as_str().to_owned()).collect(),
        ),
        Some(_) => return Err(error.expect("it is there")),
    };
    Ok(Found { entries, references, code, matched, referral })
}

async fn both(fixture: &Slapd) -> Result<(Client, Client, RunningServer), Box<dyn std::error::Error>> {
    let server = Server::new(copy(fixture).await?).start().await?;
    let ours = ldapwire::ConnectOptions::new("ldap://memory").connect_over(server.connect()?).await?;
    ours.simple_bind(ADMIN_DN, ADMIN_PASSWORD).await?;
    Ok((admin(fixture).await?, ours, server))
}

/// Each of these filters for each of these bases and scopes.
async fn searches_find_what_slapd_finds(fixture: &Slapd) -> Outcome {
    let (theirs, ours, _server) = both(fixture).await?;
    let (mut searches, mut unlike) = (0, Vec::new());
    for filter in include_str!("filters.txt").lines().filter(|line| line.starts_with('(')) {
        for (base, scope) in [
            (SUFFIX.to_owned(), Scope::WholeSubtree),
            (format!("ou=people,{SUFFIX}"), Scope::SingleLevel),
            (format!("OU=Groups , {SUFFIX}"), Scope::WholeSubtree),
            (format!("uid=alice,ou=people,{SUFFIX}"), Scope::BaseObject),
            (format!("ou=deep,{SUFFIX}"), Scope::SubordinateSubtree),
        ] {
            let search = SearchRequest::new(base.clone(), scope, Filter::parse(filter)?);
            let search = search.attributes(["cn", "description", "objectClass", "member", "jpegPhoto"]);
            let (expected, found) = (ask(&theirs, &search).await?, ask(&ours, &search).await?);
            if found != expected {
                unlike.push(format!("{filter} below {base}, {scope}: {}", found.differs_from(&expected)));
            }
            searches += 1;
        }
    }
    assert_eq!(unlike, [""; 0]);
    assert!(searches >= 300, "{searches}");
    Ok(())
}

/// Each of these filters, over all entries, where values compare by other rules than those of text.
async fn searches_by_schema_find_what_slapd_finds(_: &Slapd) -> Outcome {
    let ldif = include_str!("matching.ldif").to_owned();
    let fixture = another_server(&Setup { ldif, schemas: &["nis"], ..Setup::default() })?;
    let (theirs, ours, _server) = both(&fixture).await?;
    let (mut searches, mut unlike) = (0, Vec::new());
    for filter in include_str!("matching.txt").lines().filter(|line| line.starts_with('(')) {
        let search = SearchRequest::new(SUFFIX, Scope::WholeSubtree, Filter::parse(filter)?);
        let search = search.attributes(["*", "structuralObjectClass"]);
        let (expected, found) = (ask(&theirs, &search).await?, ask(&ours, &search).await?);
        if found != expected {
            unlike.push(format!("{filter}: {}", found.differs_from(&expected)));
        }
        searches += 1;
    }
    assert_eq!(unlike, [""; 0]);
    assert!(searches >= 150, "{searches}");
    Ok(())
}

/// Bases that are not there, refer elsewhere, or are no names.
async fn names_resolve_as_at_slapd(fixture: &Slapd) -> Outcome {
    let (theirs, ours, _server) = both(fixture).await?;
    let mut unlike = Vec::new();
    for base in [
        format!("uid=nobody,ou=people,{SUFFIX}"),
        format!("uid=x,ou=y,ou=z,{SUFFIX}"),
        format!("cn=referral,{SUFFIX}"),
        format!("ou=below,cn=referral,{SUFFIX}"),
        format!("CN=Multi + SN=valued,ou=people,{SUFFIX}"),
        format!("sn=valued+cn=MULTI,ou=people,{SUFFIX}"),
        format!(r"cn=\23\31 \22best\22 \5c back,ou=people,{SUFFIX}"),
        format!("cn=Zo\u{eb} M\u{fc}ller \u{6771}\u{4eac},ou=people,{SUFFIX}"),
        format!("cn=alias,{SUFFIX}"),
    ] {
        for scope in [Scope::BaseObject, Scope::SingleLevel, Scope::WholeSubtree] {
            let search =
                SearchRequest::new(base.clone(), scope, Filter::present("objectClass")).attributes(["cn"]);
            let (found, expected) = (ask(&ours, &search).await?, ask(&theirs, &search).await?);
            if found != expected {
                unlike.push(format!("{base}, {scope}: {}", found.differs_from(&expected)));
            }
        }
    }
    assert_eq!(unlike, [""; 0]);
    Ok(())
}

/// What is refused by both is refused with the same code. Not all codes of slapd are those of the standard: deleting a value
/// that names the entry is `namingViolation` there.
async fn changes_are_refused_as_by_slapd(fixture: &Slapd) -> Outcome {
    use ldapwire::model::{Modification, OldRdn};
    use ldapwire::proto::{CompareRequest, DeleteRequest, ModifyDnRequest, ModifyRequest};
    let (theirs, ours, _server) = both(fixture).await?;
    let alice = format!("uid=alice,ou=people,{SUFFIX}");
    let code = |result: Result<ldapwire::Response, ldapwire::Error>| match result {
        Ok(response) => response.code(),
        Err(error) => error.code().unwrap_or(ResultCode::OTHER),
    };
    for changes in [
        vec![Modification::delete_attribute("title")],
        vec![Modification::delete("mail", ["nobody@example.org"])],
        vec![Modification::add("mail", ["ALICE@example.org"])],
        vec![Modification::replace("entryUUID", ["59c4e36e-7c31-4f1b-9d14-5c9f0e7a1b2c"])],
        vec![Modification::delete_attribute("objectClass")],
        vec![Modification::add("title", [""; 0])],
    ] {
        let request = ModifyRequest::new(alice.clone(), changes.clone());
        let expected = code(theirs.modify(request.clone()).await);
        assert_eq!(code(ours.modify(request).await), expected, "{changes:?}");
        assert_ne!(expected, ResultCode::SUCCESS);
    }
    for dn in [format!("uid=nobody,ou=people,{SUFFIX}"), format!("ou=people,{SUFFIX}"), "no name".to_owned()]
    {
        let expected = code(theirs.delete(DeleteRequest::new(dn.clone())).await);
        assert_eq!(code(ours.delete(DeleteRequest::new(dn.clone())).await), expected, "{dn}");
    }
    for (rdn, superior) in
        [("uid=bob", None), ("no name", None), ("uid=alice", Some(format!("ou=none,{SUFFIX}")))]
    {
        let mut request = ModifyDnRequest::new(alice.clone(), rdn, OldRdn::Delete);
        if let Some(superior) = superior {
            request = request.with_new_superior(superior);
        }
        let expected = code(theirs.modify_dn(request.clone()).await);
        assert_eq!(code(ours.modify_dn(request).await), expected, "{rdn}");
    }
    for (dn, attribute) in [(alice.clone(), "title"), (format!("uid=nobody,{SUFFIX}"), "sn")] {
        let request = CompareRequest::new(dn.clone(), attribute, "x");
        let expected = theirs.compare(request.clone()).await.unwrap_err().code();
        assert_eq!(ours.compare(request).await.unwrap_err().code(), expected, "{dn} {attribute}");
    }
    Ok(())
}
