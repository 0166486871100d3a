//! The command against a canned peer on loopback: what it prints, and with which status it ends.

mod bench;
mod decode;
mod export;
mod failures;
#[expect(unreachable_pub, reason = "it is what the command writes")]
mod generated;
mod import;
mod ldif;
mod measuring;
mod peer;
mod plan;
mod schema;
mod search;
mod secrets;
mod serve;
mod servers;
mod verbs;

use std::process::{Command, Output, Stdio};

/// Returns the command with a verb and nothing in the environment that could change what it does.
fn ldapwire(verb: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ldapwire"));
    for (variable, _) in std::env::vars_os() {
        if variable.as_encoded_bytes().starts_with(b"LDAPWIRE_") {
            command.env_remove(variable);
        }
    }
    command.env("XDG_CONFIG_HOME", "/nonexistent");
    command.arg(verb).stdin(Stdio::null());
    command
}

/// How the command ended.
#[derive(Debug, PartialEq, Eq)]
struct Ended {
    status: i32,
    stdout: String,
    stderr: String,
}

fn run(command: &mut Command) -> Ended {
    ended(&command.output().unwrap())
}

fn ended(output: &Output) -> Ended {
    Ended {
        status: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout.clone()).unwrap(),
        stderr: String::from_utf8(output.stderr.clone()).unwrap(),
    }
}

impl Ended {
    /// Checks that all went well and nothing was told, and returns what was printed.
    #[track_caller]
    fn printed(self) -> String {
        assert_eq!((self.status, self.stderr.as_str()), (0, ""), "{self:?}");
        self.stdout
    }

    /// Checks the status and that one line was told, and returns it.
    #[track_caller]
    fn told(self, status: i32) -> String {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        self.stderr
    }
}
