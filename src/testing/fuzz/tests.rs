//! The bodies over the corpus of each target, as it is and damaged.

use std::fs;
use std::path::Path;

/// Runs a body over the files of a target, over every beginning of each, and over each with one octet changed.
fn run(target: &str, body: fn(&[u8])) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    if !fuzz.exists() {
        // The published package leaves the folder out.
        return;
    }
    let folder = fuzz.join("corpus").join(target);
    let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut count = 0;
    for file in files {
        let octets = fs::read(file.unwrap().path()).unwrap();
        body(&octets);
        damage(&octets, body);
        count += 1;
    }
    assert!(count >= 20, "{target} has {count} files");
}

/// Octets that mean something in BER or in text.
const TELLING: &[u8] = b"\x00\x01\x02\x0a\x30\x7f\x80\x81\xa0\xff (),=\\%?*";

fn damage(octets: &[u8], body: fn(&[u8])) {
    for end in 0..octets.len() {
        body(&octets[..end]);
    }
    let mut damaged = octets.to_vec();
    for place in 0..octets.len() {
        for &octet in TELLING {
            damaged[place] = octet;
            body(&damaged);
        }
        damaged[place] = octets[place];
    }
}

macro_rules! targets {
    ($($(#[$cfg:meta])* $target:ident)*) => { $(
        $(#[$cfg])*
        #[test]
        fn $target() {
            run(stringify!($target), super::$target);
        }
    )* };
}

targets! {
    ber
    message
    controls
    #[cfg(feature = "client")]
    stream
    filter
    dn
    url
    word
    ldif_reader
    ldif_round_trip
    schema
    matching
    client_session
    server_session
    differential
}
