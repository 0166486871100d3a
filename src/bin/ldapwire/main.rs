//! `ldapwire`: ask a directory, look into the octets of its protocol, and reshape its files. One file for each verb.
#![forbid(unsafe_code)]

mod apply;
mod bench;
mod bind;
mod compare;
mod connection;
mod controls;
mod decode;
mod delete;
mod entries;
mod export;
mod failure;
mod import;
mod json;
mod ldif;
mod load;
mod oid;
mod output;
mod passwd;
mod password;
mod ping;
mod plan;
mod proxy;
mod replay;
mod rootdse;
mod schema;
mod search;
mod serve;
mod servers;
mod settings;
mod status;
mod top;
mod watch;
mod whoami;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::status::Status;

/// Ask an LDAP directory, look into the octets of its protocol, and reshape its files.
#[derive(Parser)]
#[command(name = "ldapwire", version, propagate_version = true, after_long_help = format!("{}\n{}", status::TABLE, settings::HELP))]
#[command(subcommand_value_name = "VERB", subcommand_help_heading = "Verbs")]
#[command(after_help = "Examples:
  ldapwire search -H ldaps://ldap.example.org \\
    -b dc=example,dc=org uid=ada cn mail
  ldapwire import -H ldaps://ldap.example.org -D cn=admin,dc=example,dc=org \\
    -W people.ldif.gz
  ldapwire whoami -H ldapi://%2Frun%2Fslapd%2Fldapi -Y EXTERNAL
  ldapwire decode 300c020101600702010304008000
  ldapwire ldif diff old.ldif new.ldif > changes.ldif

`ldapwire --help` and `ldapwire VERB --help` tell more, the exit statuses and
the configuration file among it.")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Search(search::Search),
    Import(import::Import),
    Apply(apply::Apply),
    Whoami(whoami::WhoAmI),
    Compare(compare::Compare),
    Passwd(passwd::Passwd),
    Rootdse(rootdse::RootDse),
    Decode(decode::Decode),
    Oid(oid::Oid),
    Ldif(ldif::Ldif),
    Serve(serve::Serve),
    Proxy(proxy::Between),
    Replay(replay::Play),
    Schema(schema::Schema),
    Export(export::Export),
    Plan(plan::Plan),
    Delete(delete::Delete),
    Ping(ping::Ping),
    Bench(bench::Bench),
    Top(top::Top),
}

fn main() -> ExitCode {
    let Arguments { verb } = Arguments::parse();
    let status = verb.run().unwrap_or_else(|failure| {
        failure.report(verb.format());
        failure.status()
    });
    status.into()
}

impl Verb {
    fn run(&self) -> Result<Status, Failure> {
        match self {
            Self::Search(verb) => verb.run(),
            Self::Import(verb) => verb.run(),
            Self::Apply(verb) => verb.run(),
            Self::Whoami(verb) => verb.run(),
            Self::Compare(verb) => verb.run(),
            Self::Passwd(verb) => verb.run(),
            Self::Rootdse(verb) => verb.run(),
            Self::Decode(verb) => verb.run(),
            Self::Oid(verb) => verb.run(),
            Self::Ldif(verb) => verb.run(),
            Self::Serve(verb) => verb.run(),
            Self::Proxy(verb) => verb.run(),
            Self::Replay(verb) => verb.run(),
            Self::Schema(verb) => verb.run(),
            Self::Export(verb) => verb.run(),
            Self::Plan(verb) => verb.run(),
            Self::Delete(verb) => verb.run(),
            Self::Ping(verb) => verb.run(),
            Self::Bench(verb) => verb.run(),
            Self::Top(verb) => verb.run(),
        }
    }

    /// Returns the form in which failures are told, too.
    fn format(&self) -> output::Format {
        match self {
            Self::Search(verb) => verb.format,
            Self::Import(verb) => verb.load.format,
            Self::Apply(verb) => verb.load.format,
            Self::Whoami(verb) => verb.format,
            Self::Compare(verb) => verb.format,
            Self::Passwd(verb) => verb.format,
            Self::Rootdse(verb) => verb.format,
            Self::Decode(verb) => verb.format,
            Self::Oid(verb) => verb.format,
            Self::Ldif(verb) => verb.format(),
            Self::Serve(verb) => verb.format,
            Self::Proxy(verb) => verb.format,
            Self::Replay(verb) => verb.format,
            Self::Schema(verb) => verb.format(),
            Self::Export(verb) => verb.format,
            Self::Plan(verb) => verb.format,
            Self::Delete(verb) => verb.format,
            Self::Ping(verb) => verb.format,
            Self::Bench(verb) => verb.format(),
            Self::Top(verb) => verb.format,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn each_verb_has_examples_and_the_help_has_the_table() {
        let mut command = Arguments::command();
        command.build();
        let help = command.render_long_help().to_string();
        assert!(help.contains("| 5 |") && help.contains("LDAPWIRE"), "{help}");
        for verb in command.get_subcommands_mut().filter(|verb| verb.get_name() != "help") {
            let help = verb.render_help().to_string();
            assert!(help.contains(&format!("ldapwire {} ", verb.get_name())), "{help}");
            assert!(help.contains("Examples:"), "{help}");
            let name = verb.get_name().to_owned();
            for verb in verb.get_subcommands_mut().filter(|verb| verb.get_name() != "help") {
                let help = verb.render_help().to_string();
                assert!(help.contains(&format!("ldapwire {name} {} ", verb.get_name())), "{help}");
                assert!(help.contains("Examples:"), "{help}");
            }
        }
    }

    /// The words of the commands of a line, as a shell sees them, and those of a file that one writes to.
    fn commands(line: &str) -> Vec<Vec<String>> {
        let (mut all, mut word, mut quoted) = (vec![vec![]], None::<String>, false);
        for character in line.chars() {
            match character {
                '\'' => {
                    quoted = !quoted;
                    word.get_or_insert_default();
                }
                ' ' if !quoted => all.last_mut().unwrap().extend(word.take()),
                '|' | '&' | ';' | '>' if !quoted => {
                    all.last_mut().unwrap().extend(word.take());
                    all.push(vec![]);
                }
                other => word.get_or_insert_default().push(other),
            }
        }
        all.last_mut().unwrap().extend(word);
        all
    }

    #[test]
    fn examples_are_taken_as_they_stand_and_fit_a_terminal() {
        let mut command = Arguments::command();
        command.build();
        let mut verbs: Vec<_> = vec![&command];
        let mut tried = 0;
        while let Some(verb) = verbs.pop() {
            verbs.extend(verb.get_subcommands());
            let help = verb.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<_> = help.lines().filter(|line| line.starts_with("  ")).collect();
            // Longer lines are folded where a shell takes the end for that of a command.
            assert!(examples.iter().all(|line| line.chars().count() <= 80), "{examples:#?}");
            let lines = examples.join("\n").replace("\\\n", "").replace("|\n", "|");
            for words in lines.lines().flat_map(commands) {
                let mut words = words.iter().skip_while(|word| word.contains('=')).peekable();
                if words.peek().is_some_and(|word| *word == "ldapwire") {
                    let words: Vec<_> = words.collect();
                    let taken = Arguments::try_parse_from(&words);
                    assert!(taken.is_ok(), "{words:?}: {}", taken.err().unwrap());
                    tried += 1;
                }
            }
        }
        assert!(tried > 80, "{tried}");
    }
}
