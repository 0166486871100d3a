//! LDIF of people, as an export of a directory has it, and the least that has to be done with such a file.

use std::ops::Range;

use data_encoding::BASE64;

/// The part of a file that holds these people, about 1 KB each: 27 lines, of which two are folded and three or four base64.
pub(crate) fn people(numbers: Range<usize>) -> Vec<u8> {
    let mut file = Vec::with_capacity(numbers.len() * 1100);
    numbers.for_each(|number| person(number, &mut file));
    file
}

fn person(number: usize, file: &mut Vec<u8>) {
    let given = GIVEN[number % GIVEN.len()];
    let family = FAMILY[number / GIVEN.len() % FAMILY.len()];
    let uid = format!("person{number:07}");
    let name = format!("{given} {family}");
    let manager = format!("uid=person{:07},ou=people,dc=example,dc=org", number / 10);
    line("dn", &format!("uid={uid},ou=people,dc=example,dc=org"), file);
    for class in ["top", "person", "organizationalPerson", "inetOrgPerson"] {
        line("objectClass", class, file);
    }
    line("uid", &uid, file);
    line("cn", &name, file);
    line("sn", family, file);
    line("givenName", given, file);
    line("displayName", &format!("{name} ({uid})"), file);
    line("mail", &format!("{uid}@example.org"), file);
    line("mail", &format!("{uid}@mail.example.com"), file);
    line("telephoneNumber", &format!("+49 30 {number:07}"), file);
    line("mobile", &format!("+49 170 {number:07}"), file);
    line("employeeNumber", &number.to_string(), file);
    line("title", "Senior Engineer, Rod and Reel Division", file);
    line("departmentNumber", &(number % 97).to_string(), file);
    line("l", "Berlin", file);
    line(
        "postalAddress",
        &format!("Example AG $ Unter den Linden {} $ 10117 Berlin", number % 200 + 1),
        file,
    );
    line("manager", &manager, file);
    line(
        "description",
        &format!(
            "{name} is a big sailing fan, and travels extensively in search of perfect sailing conditions."
        ),
        file,
    );
    let password = BASE64.encode(&uid.bytes().cycle().take(28).collect::<Vec<_>>());
    base64("userPassword", format!("{{SSHA}}{password}").as_bytes(), file);
    line("structuralObjectClass", "inetOrgPerson", file);
    line("entryUUID", &format!("5f3c8a2e-7b1d-103e-9a4f-{number:012x}"), file);
    line("creatorsName", "cn=admin,dc=example,dc=org", file);
    line("createTimestamp", "20260102030405Z", file);
    line("entryCSN", &format!("20260102030405.{:06}Z#000000#000#000000", number % 1_000_000), file);
    line("modifiersName", "cn=admin,dc=example,dc=org", file);
    line("modifyTimestamp", "20260102030405Z", file);
    file.push(b'\n');
}

fn line(name: &str, value: &str, file: &mut Vec<u8>) {
    if !value.is_ascii() {
        return base64(name, value.as_bytes(), file);
    }
    fold(&format!("{name}: {value}"), file);
}

fn base64(name: &str, value: &[u8], file: &mut Vec<u8>) {
    fold(&format!("{name}:: {}", BASE64.encode(value)), file);
}

fn fold(line: &str, file: &mut Vec<u8>) {
    let mut rest = line.as_bytes();
    let mut room = 76;
    while rest.len() > room {
        let (part, after) = rest.split_at(room);
        file.extend_from_slice(part);
        file.extend_from_slice(b"\n ");
        (rest, room) = (after, 75);
    }
    file.extend_from_slice(rest);
    file.push(b'\n');
}

const GIVEN: [&str; 8] = ["Ada", "Grace", "Zoë", "Edsger", "Barbara", "Tim", "Radia", "José"];

const FAMILY: [&str; 9] =
    ["Lovelace", "Hopper", "Jensen", "Dijkstra", "Liskov", "Howes", "Perlman", "García", "Ogasawara"];

/// Finds every line end, and returns their number.
pub(crate) fn line_ends(file: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', file).count() as u64
}

/// Unfolds, splits and decodes base64, and checks nothing: what anybody has to do who reads LDIF. Returns how many records
/// there are and a sum over what was found.
pub(crate) fn scan(file: &[u8]) -> (u64, u64) {
    let (mut joined, mut decoded) = (Vec::new(), Vec::new());
    let (mut records, mut sum, mut start) = (0, 0, 0);
    while let Some(end) = memchr::memchr(b'\n', &file[start..]) {
        let mut end = start + end;
        if end == start {
            records += 1;
            start += 1;
            continue;
        }
        let mut line = &file[start..end];
        if file.get(end + 1) == Some(&b' ') {
            joined.clear();
            joined.extend_from_slice(line);
            while file.get(end + 1) == Some(&b' ') {
                let part = end + 2;
                end = part + memchr::memchr(b'\n', &file[part..]).unwrap_or(file.len() - part);
                joined.extend_from_slice(&file[part..end]);
            }
            line = &joined;
        }
        if let Some(colon) = memchr::memchr(b':', line) {
            sum += colon as u64;
            sum += match &line[colon + 1..] {
                [b':', b' ', base64 @ ..] => {
                    decoded.resize(base64.len() / 4 * 3, 0);
                    let length = BASE64.decode_mut(base64, &mut decoded).expect("base64");
                    touch(&decoded[..length])
                }
                [b' ', value @ ..] => touch(value),
                value => touch(value),
            };
        }
        start = end + 1;
    }
    (records, sum)
}

/// Looks at a value, so that nobody can leave out finding it.
pub(crate) fn touch(value: &[u8]) -> u64 {
    value.len() as u64 + u64::from(value.first().copied().unwrap_or_default())
}
