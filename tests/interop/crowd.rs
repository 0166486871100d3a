//! A hundred thousand entries over each transport, beside what OpenLDAP's own tool prints.

use std::error::Error;
use std::io::{self, BufReader};
use std::process::{Child, Stdio};

use ldapwire::model::Scope;
use ldapwire::{Client, ConnectOptions, Executor};

use super::connections::trusting;
use super::ldif::Plain;
use super::searches::search_below;
use super::slapd::{SUFFIX, Slapd};
use super::{Outcome, cases, server_with_crowd};

cases![
    over_tcp_as_ldapsearch_prints_them,
    over_tls_as_ldapsearch_prints_them,
    over_start_tls_as_ldapsearch_prints_them,
    over_a_unix_socket_as_ldapsearch_prints_them,
    special_values_as_ldapsearch_prints_them,
];

async fn over_tcp_as_ldapsearch_prints_them(_: &Slapd) -> Outcome {
    let server = server_with_crowd()?;
    streams_a_hundred_thousand(server, &Client::connect(server.url()).await?).await
}

async fn over_tls_as_ldapsearch_prints_them(_: &Slapd) -> Outcome {
    let server = server_with_crowd()?;
    let options = ConnectOptions::new(server.tls_url()).tls(trusting(server));
    streams_a_hundred_thousand(server, &options.connect().await?).await
}

async fn over_start_tls_as_ldapsearch_prints_them(_: &Slapd) -> Outcome {
    let server = server_with_crowd()?;
    let options = ConnectOptions::new(server.url()).start_tls().tls(trusting(server));
    streams_a_hundred_thousand(server, &options.connect().await?).await
}

async fn over_a_unix_socket_as_ldapsearch_prints_them(_: &Slapd) -> Outcome {
    let server = server_with_crowd()?;
    let client = Client::connect(server.socket_url()).await?;
    client.bind_external().await?;
    streams_a_hundred_thousand(server, &client).await
}

async fn special_values_as_ldapsearch_prints_them(server: &Slapd) -> Outcome {
    let client = Client::connect(server.url()).await?;
    let entries = same_as_ldapsearch(server, &client, &format!("ou=people,{SUFFIX}")).await?;
    assert!(entries > 5);
    Ok(())
}

async fn streams_a_hundred_thousand(server: &Slapd, client: &Client) -> Outcome {
    let entries = same_as_ldapsearch(server, client, &format!("ou=crowd,{SUFFIX}")).await?;
    // The people, and the unit that they are in.
    assert_eq!(entries, 100_001);
    Ok(())
}

/// Returns how many entries both found.
async fn same_as_ldapsearch(server: &Slapd, client: &Client, base: &str) -> Result<usize, Box<dyn Error>> {
    // As whom the client is: the two see the same values.
    let mut tool = ldapsearch(server, base, client.who_am_i().await?.is_anonymous())?;
    let mut printed = BufReader::new(tool.stdout.take().ok_or("it is piped")?);
    let mut stream = client.search(search_below(base, Scope::WholeSubtree)).await?;
    let mut entries = 0;
    while let Some(entry) = stream.next_entry().await? {
        assert_eq!(Some(Plain::from(&entry)), Plain::read(&mut printed)?);
        entries += 1;
    }
    assert_eq!(Plain::read(&mut printed)?, None);
    assert!(tool.wait()?.success());
    Ok(entries)
}

/// The tool, searching for all entries from `base` down.
pub(crate) fn ldapsearch(server: &Slapd, base: &str, anonymous: bool) -> io::Result<Child> {
    let mut tool = server.tool("ldapsearch");
    tool.args(["-LLL", "-o", "ldif_wrap=no", "-b", base]);
    if anonymous {
        tool.args(["-x", "-H", &server.url()]);
    } else {
        tool.args(["-Q", "-Y", "EXTERNAL", "-H", &server.socket_url()]);
    }
    tool.stdout(Stdio::piped()).spawn()
}
