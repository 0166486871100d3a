//! Files that the server and its tools write and read.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ldapwire::ldif::{ChangeRecord, LdifRecord, SliceReader, Writer};
use ldapwire::model::Entry;
use ldapwire::proto::AddRequest;

use super::slapd::{SUFFIX, Setup, Slapd};
use super::{INSTALLED, Outcome, another_server, cases};

cases![an_export_is_read_printed_and_added_again, a_search_is_read_printed_and_taken];

/// `slapcat`, read and printed, gives a second database that `slapcat` exports without a difference.
async fn an_export_is_read_printed_and_added_again(_: &Slapd) -> Outcome {
    let server = another_server(&Setup { people: 2_000, ..Setup::default() })?;
    let original = server.folder().join("slapd.conf");
    let exported = done(&mut offline("cat", &original)?)?;
    let entries = read(&exported)?;
    assert!(entries.len() > 2_000, "{} entries", entries.len());

    let printed = server.folder().join("printed.ldif");
    fs::write(&printed, content(&entries)?)?;
    let copy = second_database(&server)?;
    done(offline("add", &copy)?.args(["-q", "-l"]).arg(&printed))?;
    let again = done(&mut offline("cat", &copy)?)?;
    assert!(again == exported, "the two exports differ");
    assert_eq!(read(&again)?, entries);
    Ok(())
}

/// What `ldapsearch` prints is read, and taken by `ldapmodify` as content and as changes.
async fn a_search_is_read_printed_and_taken(server: &Slapd) -> Outcome {
    let entries = read(&done(&mut search(server, &format!("ou=people,{SUFFIX}")))?)?;
    assert!(entries.len() > 5, "{} entries", entries.len());
    for (name, text) in [("content.ldif", content(&entries)?), ("changes.ldif", changes(&entries)?)] {
        let file = server.folder().join(name);
        fs::write(&file, text)?;
        let taken =
            done(server.tool("ldapmodify").args(["-n", "-a", "-x", "-H", &server.url(), "-f"]).arg(&file))?;
        let adding = taken.split(|octet| *octet == b'\n').filter(|line| line.starts_with(b"!adding"));
        assert_eq!(adding.count(), entries.len(), "{name}");
    }
    Ok(())
}

/// The entries of a file, which have to be all that is in it.
fn read(file: &[u8]) -> Result<Vec<Entry>, Box<dyn Error>> {
    let mut entries = Vec::new();
    for located in SliceReader::new(file) {
        match located?.record {
            LdifRecord::Content(entry) => entries.push(entry),
            LdifRecord::Change(record) => return Err(format!("a change of {}", record.dn()).into()),
        }
    }
    Ok(entries)
}

fn content(entries: &[Entry]) -> Result<Vec<u8>, Box<dyn Error>> {
    // No version: `slapadd` takes it for an entry without a name.
    let (mut writer, mut text) = (Writer::new(), Vec::new());
    for entry in entries {
        writer.content(entry, &mut text)?;
    }
    Ok(text)
}

fn changes(entries: &[Entry]) -> Result<Vec<u8>, Box<dyn Error>> {
    let (mut writer, mut text) = (Writer::new().columns(40), Vec::new());
    for entry in entries {
        writer.change(&ChangeRecord::new(AddRequest::from(entry)), &mut text)?;
    }
    Ok(text)
}

fn search(server: &Slapd, base: &str) -> Command {
    let mut tool = server.tool("ldapsearch");
    tool.args(["-LLL", "-Q", "-Y", "EXTERNAL", "-H", &server.socket_url(), "-b", base]);
    tool
}

/// One of the tools that work on the database of a server without it.
fn offline(name: &str, configuration: &Path) -> Result<Command, Box<dyn Error>> {
    let installed = INSTALLED.as_ref().ok_or("no slapd is installed")?;
    let mut tool = Command::new(installed.slapd());
    tool.args(["-T", name, "-b", SUFFIX, "-f"]).arg(configuration).stdin(Stdio::null());
    Ok(tool)
}

/// Makes a configuration like the server's, with an empty database.
fn second_database(server: &Slapd) -> Result<PathBuf, Box<dyn Error>> {
    let folder = server.folder();
    let (original, copy) = (folder.join("db"), folder.join("copy"));
    fs::create_dir(&copy)?;
    let directory = |path: &Path| format!("directory {}", path.display());
    let configuration = fs::read_to_string(folder.join("slapd.conf"))?;
    let path = folder.join("copy.conf");
    fs::write(&path, configuration.replace(&directory(&original), &directory(&copy)))?;
    Ok(path)
}

/// What a tool printed; it has to succeed.
fn done(tool: &mut Command) -> Result<Vec<u8>, Box<dyn Error>> {
    let Output { status, stdout, stderr } = tool.output()?;
    if !status.success() {
        return Err(format!("{tool:?}: {status}: {}", String::from_utf8_lossy(&stderr)).into());
    }
    Ok(stdout)
}
