//! `ldif generate`: test data of any size.

use std::fs;
use std::path::PathBuf;

use clap::Args;
use ldapwire::testing::population::{Template, TemplateError};

use crate::failure::Failure;
use crate::output::Output;
use crate::status::Status;

use super::lines::Lines;
use super::progress::Bar;
use super::target::Destination;

/// Make entries for tests: people with names of several scripts, groups of them, units, photos.
///
/// The same template, seed and number give the same octets everywhere. Each entry comes behind the one above it, and
/// members of groups are entries that exist, so that slapadd takes them. --print-template shows the default template, to begin one of your own with.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire ldif generate --entries 100000 -o people.ldif.zst
  ldapwire ldif generate -n 1000 --set suffix=dc=test,dc=org | slapadd -n 1
  ldapwire ldif generate --print-template > own.template
  ldapwire ldif generate -n 500 --template own.template --seed 7")]
pub(crate) struct Generate {
    /// How many entries to make
    #[arg(short = 'n', long, value_name = "ENTRIES", default_value = "1000")]
    entries: u64,

    /// Another seed makes other entries
    #[arg(long, value_name = "NUMBER", default_value = "1")]
    seed: u64,

    /// Template to make them by
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,

    /// Set what the template introduces by `let`, such as suffix=dc=test,dc=org; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = variable)]
    set: Vec<(String, String)>,

    /// Print the default template and make nothing
    #[arg(long)]
    print_template: bool,

    #[command(flatten)]
    lines: Lines,

    #[command(flatten)]
    destination: Destination,
}

fn variable(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

impl Generate {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        if self.print_template {
            Output::print(Template::DEFAULT.trim_end())?;
            return Ok(Status::Success);
        }
        let mut population =
            self.template()?.population(self.entries, self.seed).map_err(|error| self.broken(&error))?;
        let mut target = self.destination.create(&[])?;
        let mut writer = self.lines.writer();
        // No version: the main reader of such files is slapadd, which does not know it, and all others do without.
        let bar = Bar::for_entries(population.size());
        while let Some(member) = population.next_member() {
            bar.tick();
            let unwritable =
                |error| Failure::usage(format_args!("the template makes what is no LDIF: {error}"));
            writer.line("dn", member.dn().as_bytes(), &mut target.buffer).map_err(unwritable)?;
            for (name, value) in member.lines() {
                writer.line(name, value, &mut target.buffer).map_err(unwritable)?;
            }
            target.buffer.push(b'\n');
            target.relieve()?;
        }
        drop(bar);
        target.finish()?;
        Ok(Status::Success)
    }

    fn template(&self) -> Result<Template, Failure> {
        let variables: Vec<_> =
            self.set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let read = |path: &PathBuf| {
            fs::read_to_string(path)
                .map_err(|error| Failure::usage(format_args!("cannot read {}: {error}", path.display())))
        };
        let text = self.template.as_ref().map(read).transpose()?;
        let text = text.as_deref().unwrap_or(Template::DEFAULT);
        Template::parse_with(text, &variables).map_err(|error| self.broken(&error))
    }

    fn broken(&self, error: &TemplateError) -> Failure {
        match &self.template {
            Some(path) if error.line() > 0 => Failure::usage(format_args!("{}: {error}", path.display())),
            _ => Failure::usage(error),
        }
    }
}
