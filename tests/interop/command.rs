//! The command `ldapwire` beside OpenLDAP's tools, where it is built: with the feature `cli`.

use std::io::BufReader;
use std::process::{Command, Stdio};

use super::crowd::ldapsearch;
use super::ldif::Plain;
use super::slapd::{SUFFIX, Slapd};
use super::{Outcome, cases, server_with_crowd};

/// The command, if it is built.
pub(crate) const PROGRAM: Option<&str> =
    if cfg!(feature = "cli") { option_env!("CARGO_BIN_EXE_ldapwire") } else { None };

cases![search_prints_what_ldapsearch_prints];

async fn search_prints_what_ldapsearch_prints(server: &Slapd) -> Outcome {
    let program = PROGRAM.ok_or("the command is not built")?;
    let crowd = server_with_crowd()?;
    for (server, base) in [(server, format!("ou=people,{SUFFIX}")), (crowd, format!("ou=crowd,{SUFFIX}"))] {
        let mut tool = ldapsearch(server, &base, true)?;
        let mut ours = Command::new(program)
            .args(["search", "-x", "-H", &server.url(), "-b", &base])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut printed = BufReader::new(tool.stdout.take().ok_or("it is piped")?);
        let mut own = BufReader::new(ours.stdout.take().ok_or("it is piped")?);
        loop {
            let (ours, theirs) = (Plain::read(&mut own)?, Plain::read(&mut printed)?);
            assert_eq!(ours, theirs);
            if theirs.is_none() {
                break;
            }
        }
        assert!(ours.wait()?.success() && tool.wait()?.success());
    }
    Ok(())
}
