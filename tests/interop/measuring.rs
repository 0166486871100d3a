//! `ping`, `bench` and `top` of the command `ldapwire`.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use ldapwire::Executor;
use ldapwire::model::Attribute;
use ldapwire::proto::AddRequest;
use serde_json::Value;

use super::command::PROGRAM;
use super::connections::admin;
use super::slapd::{ADMIN_DN, ADMIN_PASSWORD, SUFFIX, Slapd};
use super::{Outcome, cases};

cases![
    ping_times_each_step_up_to_a_bind,
    bench_searches_verifies_and_modifies,
    top_shows_a_pool_and_its_server,
];

/// The command over TLS, bound as the administrator.
fn command(server: &Slapd, arguments: &[&str]) -> Result<Command, Box<dyn Error>> {
    let mut command = Command::new(PROGRAM.ok_or("the command is not built")?);
    command.args(arguments).args(["-H", &server.tls_url(), "-D", ADMIN_DN]);
    command.arg("--ca-file").arg(server.pki().ca_file());
    command.env("LDAPWIRE_PASSWORD", ADMIN_PASSWORD).stdin(Stdio::null());
    Ok(command)
}

/// Runs the command and returns its lines of JSON.
fn run(server: &Slapd, verb: &str, arguments: &[&str]) -> Result<Vec<Value>, Box<dyn Error>> {
    let output = command(server, &[&[verb], arguments, &["--json"]].concat())?.output()?;
    assert!(output.status.success(), "{verb}: {output:?}");
    Ok(String::from_utf8(output.stdout)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

async fn ping_times_each_step_up_to_a_bind(server: &Slapd) -> Outcome {
    let lines = run(server, "ping", &[])?;
    let [line] = &lines[..] else { panic!("{lines:?}") };
    for step in ["dns", "tcp", "tls", "bind", "search"] {
        assert!(line[step].as_f64().is_some(), "{step}: {line}");
    }
    assert!(line["certificateDays"].as_i64() > Some(0), "{line}");
    Ok(())
}

async fn bench_searches_verifies_and_modifies(server: &Slapd) -> Outcome {
    let people = format!("ou=people,{SUFFIX}");
    let password = server.folder().join("password of alice");
    std::fs::write(&password, "alice-secret")?;
    let password = password.to_str().ok_or("a path that is text")?;
    let dn = format!("ou=measured,ou=scratch,{SUFFIX}");
    let entry = AddRequest::new(dn.clone(), [Attribute::new("objectClass", ["organizationalUnit"])]);
    admin(server).await?.add(entry).await?;
    // At a rate, as many are counted as are due, however long each of them takes.
    let short = ["--duration", "0.5", "--warm-up", "0.1", "--rate", "20", "-c", "8"];
    let bench = |arguments: &[&str]| -> Result<Value, Box<dyn Error>> {
        let lines = run(server, "bench", &[arguments, &short].concat())?;
        let told = lines.last().cloned().ok_or("a line")?;
        assert!(told["operations"].as_u64() > Some(0) && told["failed"] == 0, "{told}");
        Ok(told)
    };
    let told = bench(&["search", "-b", &people, "(uid=alice)"])?;
    assert_eq!(told["entries"], told["operations"], "{told}");
    bench(&["auth", "-b", &people, "alice", "--user-password-file", password])?;
    bench(&["modify", &dn])?;
    bench(&["mixed", "-b", &people, "(uid=alice)", "--entry", &dn, "--writes", "50"])?;
    Ok(())
}

async fn top_shows_a_pool_and_its_server(server: &Slapd) -> Outcome {
    let arguments = ["top", "--interval", "0.2", "--rate", "100", "--json"];
    let mut watching = command(server, &arguments)?.stdout(Stdio::piped()).spawn()?;
    let lines = BufReader::new(watching.stdout.take().ok_or("it is piped")?).lines();
    let count = |look: &Value| {
        look["operations"].as_array().and_then(|all| all.iter().filter_map(|it| it["count"].as_u64()).max())
    };
    // As many looks as it takes until reads are counted, and then more of them.
    let mut first = None;
    let seen = (|| -> Outcome {
        for line in lines {
            let look: Value = serde_json::from_str(&line?)?;
            assert_eq!(look["pool"]["servers"][0]["server"], server.tls_url());
            let count = count(&look).filter(|count| *count > 0);
            if first.is_some() && count > first {
                return Ok(());
            }
            first = first.or(count);
        }
        Err("it has ended".into())
    })();
    watching.kill()?;
    watching.wait()?;
    seen
}
