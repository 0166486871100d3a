//! The directory in memory as a process of its own.
//!
//! `directory [LDIF]` prints its address and runs until it is ended, with the entries of the file or the top of a tree alone;
//! `directory as-slapd LDIF` does so with the indexes and the checks that slapd has here; `directory start REPEATS` starts empty
//! ones within this process, one after the other, and prints one line of JSON.

use std::env;
use std::fs;

use ldapwire::directory::{Directory, DirectoryBuilder, SchemaChecks};
use ldapwire::model::Entry;
use ldapwire::server::{Endpoint, Server};
use peers::{ADMIN, PASSWORD, Stopwatch, Visit};

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    runtime.block_on(async {
        match words[..] {
            [] => serve(Directory::builder().entries(tops())).await,
            [file] => serve(of_file(file)).await,
            ["as-slapd", file] => {
                let builder = of_file(file).no_default_indexes().index("objectClass").index("uid");
                serve(builder.schema_checks(SchemaChecks::On)).await;
            }
            ["start", repeats] => start(repeats.parse().expect("a number")).await,
            _ => panic!("[LDIF], as-slapd LDIF, start REPEATS"),
        }
    });
}

fn tops() -> [Entry; 2] {
    let root = Entry::new("dc=example,dc=org").with("objectClass", ["domain"]).with("dc", ["example"]);
    let parent = Entry::new("ou=bulk,dc=example,dc=org");
    [root, parent.with("objectClass", ["organizationalUnit"]).with("ou", ["bulk"])]
}

fn of_file(file: &str) -> DirectoryBuilder {
    Directory::builder().ldif(fs::read(file).expect("a file of entries"))
}

async fn serve(builder: DirectoryBuilder) {
    let directory = builder.admin(ADMIN, PASSWORD).build().expect("a directory");
    let server = Server::new(directory).listen(Endpoint::localhost()).start();
    let server = server.await.expect("a port of the loopback interface");
    println!("{}", server.url().trim_start_matches("ldap://"));
    std::future::pending::<()>().await;
}

async fn start(repeats: u64) {
    let stopwatch = Stopwatch::start();
    for _ in 0..repeats {
        drop(Directory::builder().start().await.expect("a directory"));
    }
    stopwatch.finish("ldapwire", "start-within", repeats, &Visit::default(), Vec::new());
}
