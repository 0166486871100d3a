//! `ldif` and its verbs, on real files.

mod changes;
mod conversions;
mod files;
mod folder;

use std::io::Write;
use std::process::Stdio;

use self::folder::Folder;
use super::{Ended, ended, ldapwire, run};

/// Runs a verb of `ldif` with these arguments.
fn ldif(folder: &Folder, arguments: &[&str]) -> Ended {
    run(ldapwire("ldif").current_dir(folder.path()).args(arguments))
}

/// Runs a verb of `ldif` with octets on the standard input stream.
fn ldif_with_input(folder: &Folder, arguments: &[&str], input: &[u8]) -> Ended {
    let mut command = ldapwire("ldif");
    command.current_dir(folder.path()).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let feeder = std::thread::spawn(move || {
        // The command may have seen enough.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().unwrap();
    feeder.join().unwrap();
    ended(&output)
}

/// A tree of four, with several values, folds, base64, a reference and an empty value.
fn entries() -> String {
    let lines = [
        "version: 1",
        "",
        "dn: dc=example",
        "objectClass: domain",
        "dc: example",
        "",
        "dn: ou=people,dc=example",
        "objectClass: organizationalUnit",
        "ou: people",
        "",
        "dn: uid=ada,ou=people,dc=example",
        "objectClass: inetOrgPerson",
        "uid: ada",
        "cn: Ada Lovelace",
        "sn: Lovelace",
        "mail: ada@example.org",
        "mail: countess@example.org",
        "jpegPhoto:: /9j/4A==",
        "",
        "dn: uid=zoe,ou=people,dc=example",
        "objectClass: inetOrgPerson",
        "uid: zoe",
        "cn:: Wm/Dqw==",
        "sn: Lef",
        " evre",
        "manager: uid=ada,ou=people,dc=example",
        "description:",
        "",
    ];
    lines.join("\n") + "\n"
}
