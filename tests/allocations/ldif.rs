//! Reading LDIF.

use ldapwire::ldif::{Body, LdifReader, LdifRecord, RecordRef, SliceReader};

use crate::counting::counted;

/// What one read brings.
const READ: usize = 64 * 1024;

#[test]
fn records_in_place_allocate_nothing_once_the_buffers_are_there() {
    let file = people(1_010);
    let mut reader = SliceReader::new(&file);
    (0..10).for_each(|_| assert!(visit(&reader.next_ref().unwrap().unwrap()) > 0));
    let (values, counts) = counted(|| {
        let mut values = 0;
        while let Some(record) = reader.next_ref() {
            values += visit(&record.unwrap());
        }
        values
    });
    assert_eq!(values, 1_000 * VALUES);
    assert_eq!(counts.allocations, 0, "{counts:?}");
}

#[test]
fn pieces_allocate_nothing_that_grows_with_the_file() {
    let allocations = |count| {
        let file = people(count);
        let (records, counts) = counted(|| read(file.chunks(READ)));
        assert_eq!(records, count);
        (counts.allocations, counts.peak)
    };
    let ((few, _), (many, peak)) = (allocations(1_000), allocations(10_000));
    assert!(many <= few, "{few} for 1,000 records, {many} for 10,000");
    assert!(peak <= 4 * READ as isize, "{peak}");
}

#[test]
fn a_record_to_keep_allocates_its_buffer_its_lists_and_nothing_for_a_value() {
    let file = people(1);
    let mut reader = SliceReader::new(&file);
    let record = reader.next_ref().unwrap().unwrap();
    let (record, counts) = counted(|| record.to_record());
    let LdifRecord::Content(entry) = &record else { panic!("an entry") };
    // The octets and who counts their owners, the attributes, and the values of each, which are made for one at first.
    let several = entry.attributes().iter().filter(|attribute| attribute.values().len() > 1).count();
    let lists = 3 + entry.attributes().len() + several;
    assert!(counts.allocations <= lists, "{counts:?}, {lists} lists");
}

/// R-30, in small: what is held does not grow with the file.
#[test]
fn memory_stays_near_the_largest_record() {
    let photograph = 1 << 20;
    let mut large = b"dn: cn=large,dc=example\njpegPhoto:: ".to_vec();
    (0..photograph / 75).for_each(|_| {
        large.extend_from_slice(&[b'A'; 75]);
        large.extend_from_slice(b"\n ");
    });
    // Whole groups of four.
    large.extend_from_slice(&b"AAAA"[..(4 - photograph / 75 * 75 % 4) % 4]);
    large.extend_from_slice(b"\n\n");
    let small = people(500);
    let pieces =
        || (0..64).flat_map(|round| if round % 8 == 0 { large.chunks(READ) } else { small.chunks(READ) });
    let (records, counts) = counted(|| read(pieces()));
    assert_eq!(records, 8 + 56 * 500);
    // The record as it arrived and joined, each while it grows, and decoded.
    assert!(counts.peak <= 7 * photograph as isize, "{counts:?}");
}

fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> usize {
    let mut reader = LdifReader::new();
    let mut records = 0;
    for piece in pieces {
        reader.feed(piece);
        while let Some(record) = reader.next_ref() {
            assert!(visit(&record.unwrap()) > 0);
            records += 1;
        }
    }
    records
}

/// How many values there are; each is touched.
fn visit(record: &RecordRef<'_>) -> usize {
    let Body::Content(lines) = record.body() else { panic!("an entry") };
    assert!(!record.dn().is_empty());
    lines.filter(|line| !line.value().is_empty()).count()
}

/// Values of each of [`people`].
const VALUES: usize = 9;

/// People with folded lines, base64 and values apart.
fn people(count: usize) -> Vec<u8> {
    let mut file = Vec::new();
    for number in 0..count {
        let person = format!(
            "dn: uid=person{number},ou=people,dc=example,dc=org\nobjectClass: person\nobjectClass: top\n\
             uid: person{number}\ncn:: Wm/DqyBKZW5zZW4=\nsn: Jensen\nmail: person{number}@example.org\n\
             description: A big sailing fan who travels extensively in search of \n perfect sailing conditions\n\
             userPassword:: e1NTSEF9cGVyc29uMDAwMDAwMHBl\n cnNvbjAwMDAwMDBw\nmail: {number}@example.com\n\n"
        );
        file.extend_from_slice(person.as_bytes());
    }
    file
}
