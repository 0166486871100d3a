//! The command `ldapwire` beside OpenLDAP's tools, where it is built: with the feature `cli`.

use std::error::Error;
use std::io::BufReader;
use std::process::{Command, Stdio};

use super::crowd::ldapsearch;
use super::ldif::Plain;
use super::slapd::{SUFFIX, Slapd};
use super::{Outcome, cases, server_with_crowd};

/// The command, if it is built.
pub(crate) const PROGRAM: Option<&str> =
    if cfg!(feature = "cli") { option_env!("CARGO_BIN_EXE_ldapwire") } else { None };

cases![search_prints_what_ldapsearch_prints, search_sends_controls_and_prints_those_that_come];

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

async fn search_sends_controls_and_prints_those_that_come(server: &Slapd) -> Outcome {
    let program = PROGRAM.ok_or("the command is not built")?;
    let people = format!("ou=people,{SUFFIX}");
    let search = |arguments: &[&str]| {
        let mut command = Command::new(program);
        command
            .args(["search", "-xLLL", "-o", "ldif-wrap=no", "-H", &server.url()])
            .args(arguments)
            .stdin(Stdio::null());
        let output = command.output()?;
        let (stdout, stderr) = (String::from_utf8(output.stdout)?, String::from_utf8_lossy(&output.stderr));
        if output.status.success() { Ok(stdout) } else { Err(Box::<dyn Error>::from(stderr.into_owned())) }
    };
    let window = ["-b", &people, "-E", "!sss=cn:2.5.13.3", "-E", "!vlv=0/1/1/0", "(uid=*)", "uid"];
    let printed = search(&window)?;
    assert_eq!(printed.matches("dn: ").count(), 2, "{printed}");
    assert!(printed.starts_with("dn: uid=alice,"), "{printed}");
    assert!(printed.contains("# sortResult: success (0)\n"), "{printed}");
    assert!(printed.contains("# vlvResult: pos=1 count=3 "), "{printed}");

    let copy = search(&["-b", &people, "-E", "!sync=ro", "-s", "one", "1.1"])?;
    assert_eq!(copy.matches("# syncState: add ").count(), copy.matches("dn:").count(), "{copy}");
    assert!(copy.contains("# syncDone: refreshDeletes=") && copy.contains(" cookie=rid="), "{copy}");

    let groups = format!("ou=groups,{SUFFIX}");
    let staff = search(&["-b", &groups, "-E", "!deref=member:mail", "(cn=staff)", "1.1"])?;
    assert!(staff.contains("<mail=alice@example.org>"), "{staff}");
    let one = search(&["-b", &people, "-E", "!mv=(telephoneNumber=+1 555 0101)", "(uid=alice)"])?;
    assert_eq!(one.lines().filter(|line| !line.is_empty()).count(), 2, "{one}");
    let alice = format!("uid=alice,{people}");
    let refused = search(&["-s", "base", "-b", &alice, "-e", "!assert=(uid=bob)"]).unwrap_err();
    assert!(refused.to_string().contains("assertionFailed (122)"), "{refused}");
    let refused = search(&["-b", &people, "-E", "!1.3.6.1.4.1.99999.1=::AA=="]).unwrap_err();
    assert!(refused.to_string().contains("unavailableCriticalExtension (12)"), "{refused}");
    Ok(())
}
