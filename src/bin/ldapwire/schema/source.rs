//! Where a schema comes from.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use ldapwire::schema::{BuiltinSchema, Schema, SchemaBuilder};
use ldapwire::{Client, ErrorKind, Executor};

use crate::connection::Connection;
use crate::failure::Failure;
use crate::status::Status;

/// Files, sets that come with the command, or a server where neither is named.
#[derive(Args)]
pub(crate) struct Source {
    /// Take the schema of this file; several add up
    #[arg(long = "file", value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Take definitions that come with this command; several add up
    #[arg(long, value_name = "SET")]
    builtin: Vec<Set>,

    #[command(flatten)]
    connection: Connection,
}

/// A set of definitions, by the name that people give it.
#[derive(Clone, Copy, ValueEnum)]
enum Set {
    /// Those of all the standards
    Standard,
    Core,
    Cosine,
    Inetorgperson,
    Nis,
    Certificates,
    Subentries,
    Dynamic,
    Openldap,
    #[value(name = "389ds")]
    Ds389,
    ActiveDirectory,
}

impl Source {
    pub(crate) fn load(&self) -> Result<Schema, Failure> {
        if self.files.is_empty() && self.builtin.is_empty() {
            return self.connection.with_client(of_server);
        }
        let builder = self.builtin.iter().fold(Schema::builder(), |builder, set| set.add(builder));
        let files = self.files.iter().try_fold(builder, |builder, file| add_file(builder, file))?;
        Ok(files.build())
    }
}

impl Set {
    fn add(self, builder: SchemaBuilder) -> SchemaBuilder {
        let set = match self {
            Self::Standard => return builder.schema(&Schema::standard()),
            Self::Core => BuiltinSchema::Core,
            Self::Cosine => BuiltinSchema::Cosine,
            Self::Inetorgperson => BuiltinSchema::InetOrgPerson,
            Self::Nis => BuiltinSchema::Nis,
            Self::Certificates => BuiltinSchema::Certificates,
            Self::Subentries => BuiltinSchema::Subentries,
            Self::Dynamic => BuiltinSchema::DynamicObjects,
            Self::Openldap => BuiltinSchema::OpenLdap,
            Self::Ds389 => BuiltinSchema::Ds389,
            Self::ActiveDirectory => BuiltinSchema::ActiveDirectory,
        };
        builder.builtin(set)
    }
}

/// Makes a schema of one file.
pub(crate) fn of_file(file: &Path) -> Result<Schema, Failure> {
    add_file(Schema::builder(), file).map(SchemaBuilder::build)
}

/// The largest file that is read, in octets; schemas have some hundred thousand.
const MAX_FILE: u64 = 64 * 1024 * 1024;

fn add_file(builder: SchemaBuilder, file: &Path) -> Result<SchemaBuilder, Failure> {
    let mut text = String::new();
    let read = File::open(file).and_then(|opened| opened.take(MAX_FILE + 1).read_to_string(&mut text));
    let length = read.map_err(|error| Failure::usage(format_args!("{}: {error}", file.display())))?;
    if length as u64 > MAX_FILE {
        return Err(Failure::usage(format_args!("{}: expected at most 64 MiB", file.display())));
    }
    let is_configuration = file
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("schema") || end.eq_ignore_ascii_case("conf"));
    let add = |builder: SchemaBuilder| {
        if is_configuration { builder.configuration(&text) } else { builder.ldif(&text) }
    };
    let own = add(Schema::builder()).build();
    // What is taken for the other kind of file has nothing wrong with it, and nothing in it.
    if own == Schema::empty() && own.problems().is_empty() {
        return Err(Failure::usage(format_args!("{}: there is no definition in it", file.display()))
            .with_hint(
                "a name that ends in .schema or .conf is read as slapd's configuration, any other as LDIF",
            ));
    }
    Ok(add(builder))
}

async fn of_server(client: &Client) -> Result<Schema, Failure> {
    client.schema().await.map_err(|error| match error.kind() {
        ErrorKind::NotOne { .. } => Failure::new(Status::Refused, "the server shows no schema")
            .with_hint("bind as somebody who may read it, or take --file or --builtin"),
        _ => error.into(),
    })
}
