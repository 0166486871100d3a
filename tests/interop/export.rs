//! Exports of ten thousand entries, beside `slapcat` and `ldapsearch`, and taken back by `ldapadd`.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::BufReader;
use std::path::Path;
use std::process::{Command, Stdio};

use ldapwire::bulk::{Count, Export, ExportErrorKind};
use ldapwire::files::Input;
use ldapwire::model::Filter;
use ldapwire::pool::Credentials;
use ldapwire::{Client, PoolOptions};

use super::crowd::ldapsearch;
use super::ldif::Plain;
use super::slapd::{ADMIN_DN, ADMIN_PASSWORD, SUFFIX, Setup, Slapd};
use super::{INSTALLED, Outcome, another_server, cases};

cases![
    is_what_slapcat_and_ldapsearch_print_and_ldapadd_takes_back,
    side_by_side_is_the_same_and_parents_come_first,
    ends_with_an_error_when_the_server_dies,
];

const PEOPLE: usize = 10_000;

fn crowd() -> Setup {
    Setup { people: PEOPLE, ..Setup::default() }
}

async fn is_what_slapcat_and_ldapsearch_print_and_ldapadd_takes_back(_: &Slapd) -> Outcome {
    let server = another_server(&crowd())?;
    let client = bound(&server).await?;
    let file = server.folder().join("export.ldif.gz");
    let report = Export::new(SUFFIX).to_file(&client, &file).await?;
    assert!(
        report.is_complete()
            && matches!(report.counted, Some(Count::Found(found)) if found == report.entries)
    );
    let exported = all_of(&file)?;
    assert_eq!(exported.len() as u64, report.entries);

    // slapcat has the operational attributes, too.
    let mut slapcat = Command::new(INSTALLED.as_ref().ok_or("no slapd")?.slapd())
        .args(["-T", "cat", "-o", "ldif_wrap=no", "-b", SUFFIX, "-f"])
        .arg(server.folder().join("slapd.conf"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut lines = BufReader::new(slapcat.stdout.take().ok_or("it is piped")?);
    let mut dumped = 0;
    while let Some(mut entry) = Plain::read(&mut lines)? {
        let own = exported.get(&entry.dn).ok_or_else(|| String::from_utf8_lossy(&entry.dn).into_owned())?;
        entry.attributes.retain(|name, _| own.attributes.contains_key(name));
        assert_eq!(*own, entry);
        dumped += 1;
    }
    assert!(slapcat.wait()?.success());
    assert_eq!(dumped, exported.len());

    // In the same order as ldapsearch.
    let base = format!("ou=crowd,{SUFFIX}");
    let people = server.folder().join("people.ldif");
    Export::new(base.as_str()).to_file(&Client::connect(server.url()).await?, &people).await?;
    let mut tool = ldapsearch(&server, &base, true)?;
    let mut printed = BufReader::new(tool.stdout.take().ok_or("it is piped")?);
    let mut own = BufReader::new(fs::File::open(&people)?);
    while let Some(entry) = Plain::read(&mut printed)? {
        assert_eq!(Plain::read(&mut own)?, Some(entry));
    }
    assert!(tool.wait()?.success());

    // And it makes the same entries elsewhere.
    let other = another_server(&Setup::default())?;
    let only_people = Filter::parse("(uid=person*)")?;
    Export::new(SUFFIX).filter(only_people.clone()).to_file(&client, &people).await?;
    let added = other
        .tool("ldapadd")
        .args(["-x", "-H", &other.url(), "-D", ADMIN_DN, "-w", ADMIN_PASSWORD, "-f"])
        .arg(&people)
        .output()?;
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    let again = other.folder().join("again.ldif.zst");
    Export::new(SUFFIX).filter(only_people).to_file(&bound(&other).await?, &again).await?;
    let (there, here) = (all_of(&people)?, all_of(&again)?);
    assert_eq!(there.len(), PEOPLE);
    assert!(there == here);
    Ok(())
}

async fn side_by_side_is_the_same_and_parents_come_first(_: &Slapd) -> Outcome {
    let server = another_server(&crowd())?;
    let client = bound(&server).await?;
    let (plain, _) = Export::new(SUFFIX).write_to(&client, Vec::new()).await?;
    let expected = read(&mut plain.as_slice())?;
    let pool = PoolOptions::new(server.socket_url())
        .credentials(Credentials::External)
        .connections(0, 5)
        .start()
        .await?;
    let (apart, report) = Export::new(SUFFIX).connections(4).write_to(&client, Vec::new()).await?;
    let (paged, _) = Export::new(SUFFIX).connections(4).pages(500).write_to(&pool, Vec::new()).await?;
    assert_eq!(report.missing(), 0);
    for text in [apart, paged] {
        assert!(read(&mut text.as_slice())? == expected);
        let names: Vec<_> = String::from_utf8(text)?
            .lines()
            .filter_map(|line| line.strip_prefix("dn: ").map(str::to_owned))
            .collect();
        let place = |name: &str| names.iter().position(|other| other == name);
        assert!(place(&format!("ou=crowd,{SUFFIX}")) < place(&format!("uid=person000000,ou=crowd,{SUFFIX}")));
        assert_eq!(names[0], SUFFIX);
    }
    Ok(())
}

async fn ends_with_an_error_when_the_server_dies(_: &Slapd) -> Outcome {
    let server = another_server(&crowd())?;
    let client = Client::connect(server.url()).await?;
    let file = server.folder().join("export.ldif");
    let export = Export::new(SUFFIX);
    let progress = export.progress();
    let killed = async {
        while progress.entries() == 0 {
            tokio::task::yield_now().await;
        }
        server.stop();
    };
    let (exported, ()) = tokio::join!(export.to_file(&client, &file), killed);
    let error = exported.unwrap_err();
    assert!(matches!(error.kind(), ExportErrorKind::Search(_)), "{error}");
    let partial = error.partial().ok_or("it is kept")?;
    let entries = all_of(partial)?.len() as u64;
    assert!(entries == error.report().entries && entries < PEOPLE as u64, "{entries}: {error}");
    assert!(!file.exists());
    Ok(())
}

async fn bound(server: &Slapd) -> Result<Client, ldapwire::Error> {
    let client = Client::connect(server.socket_url()).await?;
    client.bind_external().await?;
    Ok(client)
}

fn all_of(file: &Path) -> Result<BTreeMap<Vec<u8>, Plain>, Box<dyn Error>> {
    read(&mut BufReader::new(Input::open(file)?))
}

fn read(text: &mut impl std::io::BufRead) -> Result<BTreeMap<Vec<u8>, Plain>, Box<dyn Error>> {
    let mut entries = BTreeMap::new();
    while let Some(entry) = Plain::read(text)? {
        let before = entries.insert(entry.dn.clone(), entry);
        assert!(before.is_none(), "{before:?} twice");
    }
    Ok(entries)
}
