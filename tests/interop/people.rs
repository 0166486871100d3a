//! People by the thousand: the same octets for the same number, about 1 KB each.

use std::io::{self, Write};

/// Writes entries `uid=person000000` and up below `ou=crowd`.
pub(crate) fn write_ldif(out: &mut impl Write, count: usize) -> io::Result<()> {
    (0..count).try_for_each(|number| write_person(out, number))
}

fn write_person(out: &mut impl Write, number: usize) -> io::Result<()> {
    let pick = |list: &[&'static str], salt: usize| list[(number / salt + number) % list.len()];
    let (given, family) = (pick(&GIVEN, 7), pick(&FAMILY, 3));
    let uid = format!("person{number:06}");
    writeln!(out, "\ndn: uid={uid},ou=crowd,dc=example,dc=org")?;
    for class in ["top", "person", "organizationalPerson", "inetOrgPerson"] {
        writeln!(out, "objectClass: {class}")?;
    }
    writeln!(out, "uid: {uid}")?;
    write_value(out, "cn", format!("{given} {family} {number}").as_bytes())?;
    write_value(out, "givenName", given.as_bytes())?;
    write_value(out, "sn", family.as_bytes())?;
    writeln!(out, "mail: {uid}@example.org\nmail: {uid}@mail.example.org")?;
    writeln!(out, "employeeNumber: {number}\nemployeeType: {}", pick(&["staff", "guest", "contractor"], 5))?;
    writeln!(out, "departmentNumber: {}\nroomNumber: {}", number % 97, number % 499)?;
    writeln!(out, "telephoneNumber: +49 30 {number:07}\nmobile: +49 171 {number:07}")?;
    writeln!(out, "title: {}\no: Example Org", pick(&TITLES, 11))?;
    write_value(out, "l", pick(&PLACES, 13).as_bytes())?;
    writeln!(out, "postalAddress: Street {}$12345 Town$Country", number % 211)?;
    writeln!(out, "labeledURI: https://people.example.org/{uid} home page of this person")?;
    let words: Vec<&str> =
        (0..48).map(|at| WORDS[(number + at * 5 + number / (at + 1)) % WORDS.len()]).collect();
    let words = words.join(" ");
    writeln!(out, "description: {words}")?;
    let octets: Vec<u8> = (0..64).map(|at| (number * 31 + at * 7) as u8).collect();
    write_value(out, "audio", &octets)
}

/// One line: as it is if LDIF allows that, in base64 if not.
fn write_value(out: &mut impl Write, name: &str, value: &[u8]) -> io::Result<()> {
    if value.iter().all(|octet| octet.is_ascii_alphanumeric() || *octet == b' ') {
        writeln!(out, "{name}: {}", value.escape_ascii())
    } else {
        writeln!(out, "{name}:: {}", base64(value))
    }
}

fn base64(octets: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(octets.len().div_ceil(3) * 4);
    for three in octets.chunks(3) {
        let bits = three
            .iter()
            .enumerate()
            .fold(0_u32, |bits, (at, octet)| bits | u32::from(*octet) << (16 - 8 * at));
        for at in 0..4 {
            let sign = char::from(ALPHABET[(bits >> (18 - 6 * at) & 63) as usize]);
            text.push(if at <= three.len() { sign } else { '=' });
        }
    }
    text
}

const GIVEN: [&str; 9] = ["Anna", "Bruno", "Chloé", "David", "Élodie", "Frank", "Håkon", "Jürgen", "太郎"];
const FAMILY: [&str; 8] = ["Smith", "García", "Müller", "Rossi", "Novák", "Jensen", "Brown", "山田"];
const TITLES: [&str; 4] = ["Engineer", "Analyst", "Architect", "Director"];
const PLACES: [&str; 4] = ["London", "Zürich", "Oslo", "Kraków"];
const WORDS: [&str; 11] = [
    "directory",
    "protocol",
    "server",
    "client",
    "entry",
    "attribute",
    "value",
    "search",
    "filter",
    "index",
    "cache",
];
