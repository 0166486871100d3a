//! Loads into a real server: what comes back is what was in the file, whatever happens on the way.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use ldapwire::bulk::{Load, Mode, OutcomeKind, try_records};
use ldapwire::files::Records;
use ldapwire::ldif::ReadOptions;
use ldapwire::model::Scope;
use ldapwire::{Client, Executor};

use super::command::PROGRAM;
use super::ldif::Plain;
use super::searches::search_below;
use super::slapd::{SUFFIX, Setup, Slapd};
use super::{Case, Outcome, another_server, people, restart};

/// The cases of this area. The long ones are run by their names, with `--ignored`.
pub(crate) fn cases() -> Vec<Case> {
    let case = |name: &str, run: fn(u32) -> Outcome, kills| {
        Case::new("bulk", name, async move |_: &Slapd| run(kills))
    };
    let mut cases = vec![
        Case::new("bulk", "ten_thousand_entries_come_back_equal", async |_: &Slapd| {
            come_back_equal(10_000).await
        }),
        Case::new("bulk", "a_hundred_thousand_entries_come_back_equal", async |_: &Slapd| {
            come_back_equal(100_000).await
        })
        .long(),
        Case::new("bulk", "changes_are_undone", async |_: &Slapd| changes_are_undone().await),
    ];
    if PROGRAM.is_some() {
        cases.extend([
            case("importer_killed_and_resumed", |kills| killed(10_000, kills), 5),
            case("importer_and_server_killed_and_resumed", |kills| both_killed(10_000, kills), 4),
            case("importer_killed_fifty_times", |kills| killed(100_000, kills), 50).long(),
        ]);
    }
    cases
}

/// A server for one load, and the file that goes there.
struct Place {
    server: Slapd,
    file: PathBuf,
    people: usize,
}

impl Place {
    fn new(people: usize) -> Result<Self, Box<dyn Error>> {
        let server = another_server(&Setup { without_tls: true, ..Setup::default() })?;
        let file = server.folder().join("people.ldif");
        let mut output = BufWriter::new(File::create(&file)?);
        people::write_ldif(&mut output, people)?;
        output.flush()?;
        Ok(Self { server, file, people })
    }

    async fn client(&self) -> Result<Client, Box<dyn Error>> {
        let client = Client::connect(self.server.socket_url()).await?;
        client.bind_external().await?;
        Ok(client)
    }

    /// Compares what the server holds with the file, entry by entry.
    async fn is_as_the_file(&self) -> Outcome {
        let client = self.client().await?;
        let mut expected = BufReader::new(File::open(&self.file)?);
        let base = format!("ou=crowd,{SUFFIX}");
        let mut found = std::collections::HashMap::new();
        let mut search = client.search(search_below(&base, Scope::SingleLevel)).await?;
        while let Some(entry) = search.next_entry().await? {
            let plain = Plain::from(&entry);
            assert!(found.insert(plain.dn.clone(), plain).is_none(), "{} twice", entry.dn());
        }
        assert_eq!(found.len(), self.people);
        while let Some(plain) = Plain::read(&mut expected)? {
            assert_eq!(found.remove(&plain.dn).as_ref(), Some(&plain));
        }
        assert!(found.is_empty());
        Ok(())
    }
}

fn records(file: &Path) -> Result<Records<ldapwire::files::Input>, Box<dyn Error>> {
    Ok(Records::open(file, ReadOptions::new())?)
}

async fn come_back_equal(people: usize) -> Outcome {
    let place = Place::new(people)?;
    let client = place.client().await?;
    let report = Load::new().run(&client, try_records(records(&place.file)?)).await?;
    assert!(report.is_success(), "{report} {:?} {:?}", report.failures(), report.stop());
    place.is_as_the_file().await?;
    // Once more: all is there, and equal.
    let report =
        Load::new().mode(Mode::AddOrReplace).run(&client, try_records(records(&place.file)?)).await?;
    assert_eq!(report.count(OutcomeKind::Skipped), people as u64, "{report} {:?}", report.failures());
    Ok(())
}

async fn changes_are_undone() -> Outcome {
    let place = Place::new(300)?;
    let client = place.client().await?;
    assert!(Load::new().run(&client, try_records(records(&place.file)?)).await?.is_success());
    let (changes, undo) = (place.file.with_file_name("changes.ldif"), place.file.with_file_name("undo.ldif"));
    let mut output = BufWriter::new(File::create(&changes)?);
    for number in 0..300 {
        let dn = format!("uid=person{number:06},ou=crowd,{SUFFIX}");
        match number % 3 {
            0 => writeln!(output, "dn: {dn}\nchangetype: delete\n")?,
            1 => writeln!(output, "dn: {dn}\nchangetype: modify\ndelete: audio\n-\nreplace: sn\nsn: x\n-\n")?,
            _ => writeln!(output, "dn: {dn}\nchangetype: modrdn\nnewrdn: uid=p{number}\ndeleteoldrdn: 1\n")?,
        }
    }
    output.flush()?;
    drop(output);
    let load = Load::new().mode(Mode::Apply).undo(&undo);
    let report = load.run(&client, try_records(records(&changes)?)).await?;
    assert!(report.is_success() && report.without_undo() == 0, "{report} {:?}", report.failures());
    let back = Load::new().mode(Mode::Apply).run(&client, try_records(records(&undo)?)).await?;
    assert!(back.is_success(), "{back} {:?}", back.failures());
    place.is_as_the_file().await
}

/// Starts the importer with a journal.
fn import(place: &Place) -> Result<Child, Box<dyn Error>> {
    let program = PROGRAM.ok_or("the command is not built")?;
    let child = Command::new(program)
        .args(["import", "-H", &place.server.socket_url(), "-Y", "EXTERNAL", "--json", "--journal"])
        .arg(place.file.with_file_name("journal"))
        .arg(&place.file)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    Ok(child)
}

/// Kills the importer when its journal has grown by some, `kills` times or until it is done, and lets it end then.
fn kill_and_resume(place: &Place, kills: u32, meanwhile: impl Fn(u32) -> Outcome) -> Outcome {
    let journal = place.file.with_file_name("journal");
    let size = || fs::metadata(&journal).map_or(0, |journal| journal.len());
    // What the journal has for a record.
    let step = (place.people as u64 * 8) / u64::from(kills + 2);
    let mut killed = 0;
    for kill in 0..kills {
        let before = size();
        let mut child = import(place)?;
        while size() < before + step && child.try_wait()?.is_none() {
            thread::sleep(Duration::from_millis(1));
        }
        killed += u32::from(child.try_wait()?.is_none());
        child.kill()?;
        child.wait()?;
        meanwhile(kill)?;
    }
    // On a busy machine some have ended before anybody looked.
    assert!(killed > 0, "it was never killed");
    let output = import(place)?.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text} {}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains(&format!("\"records\":{}", place.people)), "{text}");
    assert!(!text.contains("\"settledEarlier\":0,"), "{text}");
    Ok(())
}

fn compared(place: &Place) -> Outcome {
    // The case runs within a runtime that cannot be entered again.
    thread::scope(|scope| {
        let comparing = scope.spawn(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| error.to_string())?;
            runtime.block_on(place.is_as_the_file()).map_err(|error| error.to_string())
        });
        comparing.join().expect("it does not panic but for a difference").map_err(Into::into)
    })
}

fn killed(people: usize, kills: u32) -> Outcome {
    let place = Place::new(people)?;
    kill_and_resume(&place, kills, |_| Ok(()))?;
    compared(&place)
}

fn both_killed(people: usize, kills: u32) -> Outcome {
    let place = Place::new(people)?;
    kill_and_resume(&place, kills, |_| restart(&place.server))?;
    compared(&place)
}
