use proptest::prelude::*;

use super::super::{Base64Problem, Body, FaultKind, LdifRecord, Limit, ReadLimits, Tolerance};
use super::*;
use crate::ldif::{UrlError, UrlResolver};
use crate::testing::fuzz;
use crate::testing::strategies;

/// Reads a file whole and in pieces, which must not differ, and returns what came.
fn read(file: &[u8], options: impl Fn() -> ReadOptions) -> Vec<Result<Located, Fault>> {
    let whole: Vec<_> = SliceReader::with_options(file, options()).collect();
    for size in [1, 2, 3, 7, 64] {
        let mut reader = LdifReader::with_options(options());
        let mut pieces = Vec::new();
        for piece in file.chunks(size) {
            reader.feed(piece);
            pieces.extend(std::iter::from_fn(|| reader.next_record()));
        }
        reader.finish();
        pieces.extend(std::iter::from_fn(|| reader.next_record()));
        assert_eq!(pieces, whole, "in pieces of {size}");
    }
    whole
}

fn going_on() -> ReadOptions {
    ReadOptions::new().on_fault(OnFault::Continue)
}

/// The only fault, and the names of the records.
fn fault(file: &[u8], limits: ReadLimits) -> (Fault, Vec<String>) {
    let (good, bad): (Vec<_>, Vec<_>) =
        read(file, || going_on().limits(limits)).into_iter().partition(Result::is_ok);
    assert_eq!(bad.len(), 1, "{bad:?}");
    let names = good.into_iter().map(|record| record.unwrap().record.dn().to_string()).collect();
    (bad.into_iter().next().unwrap().unwrap_err(), names)
}

const NEXT: &str = "\n\ndn: cn=next\ncn: n\n";

#[test]
fn a_line_may_be_as_long_as_the_limit_and_no_longer() {
    let limits = ReadLimits::DEFAULT.line(20);
    // The folds count, the end does not.
    let fits = format!("dn: cn=a\r\ncn: 56789\n 234567890\r\n#{}{NEXT}", "c".repeat(19));
    assert_eq!(read(fits.as_bytes(), || going_on().limits(limits)).len(), 2);
    for (file, line, column, offset) in [
        (format!("dn: cn=a\ncn: 56789012345678901{NEXT}"), 2, 21, 29),
        (format!("dn: cn=a\ncn: 56789\n 2345678901{NEXT}"), 3, 11, 29),
        (format!("dn: cn=a\ncn: a\n#{}{NEXT}", "c".repeat(20)), 3, 21, 35),
        (format!("#{}\n\ndn: cn=a\ncn: a{NEXT}", "c".repeat(20)), 1, 21, 20),
    ] {
        let (fault, names) = fault(file.as_bytes(), limits);
        assert_eq!((fault.line(), fault.column(), fault.offset()), (line, column, offset), "{file}");
        assert_eq!(fault.kind(), FaultKind::TooLarge(Limit::Line(20)));
        assert_eq!(names.last().unwrap(), "cn=next");
    }
}

#[test]
fn a_record_may_be_as_large_as_the_limit_and_no_larger() {
    let limits = ReadLimits::DEFAULT.record(30);
    let fits = format!("# {}\ndn: cn=a\ncn: 45678901234567890{NEXT}", "before ".repeat(9));
    assert_eq!(read(fits.as_bytes(), || going_on().limits(limits)).len(), 2);
    for (file, line, column, offset) in [
        (format!("dn: cn=a\ncn: 456789012345678901{NEXT}"), 2, 22, 30),
        (format!("dn: cn=a\n# 5678901234567890123456{NEXT}"), 2, 22, 30),
        (format!("dn: cn=a\ncn: a\nsn: 90\nt: 789012{NEXT}"), 4, 9, 30),
        (format!("dn: cn=a\ncn: 45678901234567890\nsn: a{NEXT}"), 3, 1, 31),
    ] {
        let (fault, names) = fault(file.as_bytes(), limits);
        assert_eq!((fault.line(), fault.column(), fault.offset()), (line, column, offset), "{file}");
        assert_eq!(fault.kind(), FaultKind::TooLarge(Limit::Record(30)));
        assert_eq!((fault.record().number(), fault.dn().unwrap().as_str()), (1, "cn=a"));
        assert_eq!(names, ["cn=next"]);
    }
}

#[test]
fn a_value_may_be_as_large_as_the_limit_and_no_larger() {
    let limits = ReadLimits::DEFAULT.value(7);
    let fits = format!("dn: cn=aaaa\ncn: 1234567\nsn:: MTIzNDU2Nw=={NEXT}");
    assert_eq!(read(fits.as_bytes(), || going_on().limits(limits)).len(), 2);
    for file in [
        "dn: cn=a\ncn: 12345678",
        "dn: cn=a\ncn: 1234\n 5678",
        "dn: cn=a\ncn:: MTIzNDU2Nzg=",
        "dn: cn=a\ncn:: MTIz\n NDU2Nzg=",
    ] {
        let (fault, names) = fault(format!("{file}{NEXT}").as_bytes(), limits);
        assert_eq!((fault.line(), fault.kind()), (2, FaultKind::TooLarge(Limit::Value(7))), "{file}");
        assert_eq!(names, ["cn=next"]);
    }
    let (fault, _) = fault(format!("dn: cn=aaaaa\ncn: a{NEXT}").as_bytes(), limits);
    assert_eq!((fault.line(), fault.column()), (1, 5));
}

#[test]
fn a_record_may_have_as_many_values_as_the_limit_and_no_more() {
    let limits = ReadLimits::DEFAULT.values(3);
    let fits = format!("dn: cn=a\ncn: 1\ncn: 2\ncn: 3{NEXT}");
    assert_eq!(read(fits.as_bytes(), || going_on().limits(limits)).len(), 2);
    let (entry, _) = fault(format!("dn: cn=a\ncn: 1\ncn: 2\ncn: 3\ncn: 4{NEXT}").as_bytes(), limits);
    assert_eq!((entry.line(), entry.kind()), (5, FaultKind::TooLarge(Limit::Values(3))));
    let changes = "dn: cn=a\nchangetype: modify\n";
    let deletes = "delete: cn\n-\n".repeat(4);
    let (modify, _) = fault(format!("{changes}{deletes}").as_bytes(), limits);
    assert_eq!((modify.line(), modify.kind()), (9, FaultKind::TooLarge(Limit::Values(3))));
    let controls = "control: 1.2.3\n".repeat(4);
    let (delete, _) = fault(format!("dn: cn=a\n{controls}changetype: delete\n").as_bytes(), limits);
    assert_eq!((delete.line(), delete.kind()), (5, FaultKind::TooLarge(Limit::Values(3))));
}

#[test]
fn faults_are_collected_up_to_the_limit_and_counted_beyond() {
    let file = "dn: cn=a\n\n".repeat(5) + "dn: cn=b\ncn: b\n";
    let options = ReadOptions::new().on_fault(OnFault::Collect).limits(ReadLimits::DEFAULT.faults(2));
    let mut reader = SliceReader::with_options(file.as_bytes(), options);
    let records: Vec<_> = reader.by_ref().map(Result::unwrap).collect();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].position.number(), 6);
    assert_eq!((reader.faults().count(), reader.faults().list().len()), (5, 2));
    assert_eq!(reader.faults().list()[1].line(), 4);
}

#[test]
fn the_limits_by_default_hold_a_large_photograph_and_no_endless_line() {
    let groups = ReadLimits::DEFAULT.value / 3;
    let line = format!("jpegPhoto:: {}", "QUJD".repeat(groups));
    let lines: Vec<_> = line.as_bytes().chunks(75).map(|part| std::str::from_utf8(part).unwrap()).collect();
    let folded = format!("dn: cn=a\n{}\n", lines.join("\n "));
    let records: Vec<_> = SliceReader::new(folded.as_bytes()).collect();
    let Ok(LdifRecord::Content(entry)) = records[0].clone().map(|located| located.record) else { panic!() };
    assert_eq!(entry.values("jpegPhoto")[0].len(), 3 * groups);

    let mut reader = LdifReader::with_options(going_on());
    reader.feed(b"dn: cn=a\ncn: ");
    let piece = vec![b'x'; 1 << 20];
    let mut faults = 0;
    for fed in 0..1024 {
        reader.feed(&piece);
        while let Some(result) = reader.next_record() {
            assert_eq!(result.unwrap_err().offset(), 9 + ReadLimits::DEFAULT.line as u64);
            assert_eq!(fed + 1, ReadLimits::DEFAULT.line >> 20);
            faults += 1;
        }
        assert!(reader.buffer.capacity() <= 2 * ReadLimits::DEFAULT.line, "{fed}");
        assert!(faults == 0 || reader.end - reader.start <= 3, "what is skipped is not held");
    }
    assert_eq!(faults, 1);
    reader.feed(b"\n\ndn: cn=b\ncn: b\n\n");
    assert_eq!(reader.next_record().unwrap().unwrap().position.offset(), 13 + (1 << 30) + 2);
    assert!(reader.buffer.len() <= KEPT.max(2 * piece.len()), "{}", reader.buffer.len());
}

#[test]
fn small_pieces_cost_time_in_proportion() {
    // Quadratic would be 10¹² steps.
    let mut reader = LdifReader::new();
    reader.feed(b"dn: cn=a\ncn: ");
    for place in 0..1_000_000_u32 {
        reader.feed(if place % 75 == 74 { b"\n " } else { b"x" });
        assert!(reader.next_ref().is_none());
    }
    reader.finish();
    assert!(reader.next_ref().unwrap().is_ok());
    assert!(reader.next_ref().is_none());
}

#[test]
fn many_attributes_cost_time_in_proportion() {
    let mut file = String::from("dn: cn=a\n");
    for _ in 0..2 {
        (0..50_000).for_each(|number| file += &format!("x{number}: a\n"));
    }
    let record = SliceReader::new(file.as_bytes()).next().unwrap().unwrap().record;
    let LdifRecord::Content(entry) = record else { panic!() };
    assert_eq!(entry.attributes().len(), 50_000);
    assert!(entry.attributes().iter().all(|attribute| attribute.values().len() == 2));
    assert_eq!(entry.attributes()[40_000].description().as_str(), "x40000");
}

#[test]
fn values_come_from_urls_within_the_limits() {
    struct Sizes;
    impl UrlResolver for Sizes {
        fn resolve(&mut self, url: &str, limit: usize, target: &mut Vec<u8>) -> Result<(), UrlError> {
            match url.strip_prefix("size:").map(str::parse::<usize>) {
                Some(Ok(size)) => target.resize(target.len() + size, b'x'),
                Some(Err(_)) => target.clear(),
                None if url == "limit:" => target.extend(limit.to_string().into_bytes()),
                None => return Err(UrlError::Unsupported),
            }
            Ok(())
        }
    }
    let limits = ReadLimits::DEFAULT.value(8).record(44);
    let options = || going_on().limits(limits).urls(Sizes);
    let file = b"dn: cn=a\ncn:< size:3\nsn:<size:0\nt:<\n  limit:\n";
    let record = read(file, options).remove(0).unwrap().record;
    let LdifRecord::Content(entry) = record else { panic!() };
    assert!(entry.has_value("cn", "xxx") && entry.has_value("sn", "") && entry.has_value("t", "8"));

    for (line, expected) in [
        ("cn:< size:9", FaultKind::Url(UrlError::TooLarge)),
        ("cn:< http://a", FaultKind::Url(UrlError::Unsupported)),
        ("cn:: YWJj\nsn:< size:x", FaultKind::Url(UrlError::Unreadable)),
    ] {
        let results = read(format!("dn: cn=a\n{line}\n").as_bytes(), options);
        assert_eq!(results.last().unwrap().clone().unwrap_err().kind(), expected, "{line}");
    }
    let file = "dn: cn=a\n".to_owned() + &"a:<size:8\n".repeat(6);
    let options = || going_on().limits(ReadLimits::DEFAULT.value(8).record(70).values(6)).urls(Sizes);
    assert_eq!(read(file.as_bytes(), options).len(), 1);
    let options = || going_on().limits(ReadLimits::DEFAULT.value(30).record(70)).urls(Sizes);
    let file = "dn: cn=a\n".to_owned() + &"a:<size:30\n".repeat(3);
    let fault = read(file.as_bytes(), options).remove(0).unwrap_err();
    assert_eq!((fault.line(), fault.kind()), (4, FaultKind::TooLarge(Limit::Record(70))));
}

#[test]
fn padding_belongs_to_the_end_of_base64() {
    for (base64, at, problem) in [
        ("YQ==YQ==", 2, Base64Problem::Padding),
        ("YWI=YWI=", 3, Base64Problem::Padding),
        ("====", 0, Base64Problem::Padding),
        ("Y===", 1, Base64Problem::Padding),
        ("YQ=", 0, Base64Problem::Length),
        ("YWJjZ", 4, Base64Problem::Length),
        ("YWJjZB==", 5, Base64Problem::TrailingBits),
    ] {
        let file = format!("dn: cn=a\ncn:: {base64}\n");
        let fault = read(file.as_bytes(), going_on).remove(0).unwrap_err();
        assert_eq!((fault.column(), fault.kind()), (6 + at, FaultKind::Base64(problem)), "{base64}");
    }
}

#[test]
fn records_in_place_show_what_records_to_keep_have() {
    let file = b"dn: cn=a\ncontrol: 1.2.3 true: v\ncontrol: 1.2.4\nchangetype: modify\nadd: cn\ncn: b\ncn:: Yw==\n-\ndelete: sn\n-\n";
    let mut reader = SliceReader::new(file);
    let record = reader.next_ref().unwrap().unwrap();
    let controls: Vec<_> = record
        .controls()
        .map(|control| {
            (control.oid(), control.criticality() == crate::model::Criticality::Critical, control.value())
        })
        .collect();
    assert_eq!(controls, [("1.2.3", true, Some(&b"v"[..])), ("1.2.4", false, None)]);
    let Body::Modify(specs) = record.body() else { panic!() };
    let specs: Vec<_> = specs.map(|spec| (spec.name(), spec.values().collect::<Vec<_>>())).collect();
    assert_eq!(specs, [("cn", vec![&b"b"[..], b"c"]), ("sn", vec![])]);
    assert!(reader.next_ref().is_none());
}

#[test]
fn debug_forms_show_no_values() {
    let mut reader = SliceReader::new(b"dn: cn=a\nuserPassword: canary\n");
    let record = reader.next_ref().unwrap().unwrap();
    let shown = format!("{record:?}");
    assert!(shown.contains("userPassword") && !shown.contains("canary"), "{shown}");
    let fault = SliceReader::new(b"dn: cn=a\nuserPassword: :canary\n").next().unwrap().unwrap_err();
    let shown = format!("{fault:?} {fault}");
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn columns_do_not_count_a_byte_order_mark() {
    for (file, column) in [("\u{feff}dn: cn=a", 9), ("\u{feff}dn: cn=a,", 10), ("\u{feff}cn: a", 1)] {
        let fault = read(file.as_bytes(), going_on).remove(0).unwrap_err();
        assert_eq!((fault.line(), fault.column()), (1, column), "{file}");
        assert_eq!(fault.offset(), column + 2);
    }
}

#[test]
fn a_reader_goes_on_where_a_file_has_grown() {
    let mut reader = LdifReader::new();
    reader.feed(b"dn: cn=a\ncn: a\n");
    assert!(reader.next_record().is_none());
    reader.finish();
    assert!(reader.next_record().unwrap().is_ok());
    assert!(reader.next_record().is_none());
    reader.feed(b"\ndn: cn=b\ncn: b\n\n");
    assert_eq!(reader.next_record().unwrap().unwrap().position.line(), 4);
}

#[test]
fn room_to_read_into_is_as_good_as_feeding() {
    let file = b"dn: cn=a\ncn: a\n\ndn: cn=b\ncn: b\n";
    let mut reader = LdifReader::new();
    let mut names = Vec::new();
    for piece in file.chunks(5) {
        let room = reader.spare(64);
        assert!(room.len() >= 64);
        room[..piece.len()].copy_from_slice(piece);
        reader.arrived(piece.len());
        names.extend(reader.next_ref().map(|record| record.unwrap().dn().to_owned()));
    }
    reader.finish();
    names.extend(reader.next_ref().map(|record| record.unwrap().dn().to_owned()));
    assert_eq!(names, ["cn=a", "cn=b"]);
}

#[test]
fn what_was_found_is_read_where_the_standard_is_not_kept() {
    let file = b"dn: none\nfoo_bar: Zo\xeb\n\ndn:\nchangetype: delete \n";
    assert!(read(file, going_on).iter().all(Result::is_err));
    assert!(read(file, || going_on().tolerance(Tolerance::AsFound)).iter().all(Result::is_ok));
}

#[test]
fn content_read_as_adds_is_what_its_entries_become() {
    let many: String = (0..40).map(|number| format!("a{number}: {number}\na{number};x: y\n")).collect();
    let long = "l".repeat(300);
    let long_names = format!("cn: {long}\n{long}:: {long}\ncn: a\n");
    for (attributes, expected) in [
        ("cn: a\ncn: b\nsn: c\n", vec![("cn", 2), ("sn", 1)]),
        // An attribute comes back: in other letters, with its options in another order, behind one of the same kind.
        ("cn: a\nsn: c\nCN: b\n", vec![("cn", 2), ("sn", 1)]),
        ("cn;a;b: a\ncn: c\nCN;b;A: b\n", vec![("cn;a;b", 2), ("cn", 1)]),
        ("mail: a\nmemb: b\nmail: c\n", vec![("mail", 2), ("memb", 1)]),
        ("mail: a\nmemb: b\nmore: c\n", vec![("mail", 1), ("memb", 1), ("more", 1)]),
        (long_names.as_str(), vec![("cn", 2), (long.as_str(), 1)]),
        (many.as_str(), (0..80).map(|number| (if number % 2 == 0 { "" } else { ";x" }, 1)).collect()),
    ] {
        let file = format!("version: 1\ndn: cn=a\n{attributes}");
        let whole: Vec<_> = read(file.as_bytes(), going_on).into_iter().map(Result::unwrap).collect();
        let adds = read(file.as_bytes(), || going_on().content_as_adds()).remove(0).unwrap();
        let LdifRecord::Content(entry) = &whole[0].record else { panic!("an entry") };
        let found: Vec<_> = entry.attributes().iter().map(|each| each.values().len()).collect();
        assert_eq!(found, expected.iter().map(|(_, count)| *count).collect::<Vec<_>>(), "{attributes}");
        let expected = expected.iter().zip(entry.attributes());
        assert!(expected.clone().all(|((name, _), each)| each.description().as_str().ends_with(name)));
        assert_eq!(adds.position, whole[0].position);
        assert_eq!(adds.record, LdifRecord::from(whole[0].record.clone().into_change()));
    }
    // What says what it is stays that.
    let file = b"dn: cn=a\nchangetype: delete\n";
    assert_eq!(read(file, || going_on().content_as_adds()), read(file, going_on));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// The short way and the grammar, whole files and pieces of them.
    #[test]
    fn every_way_to_read_gives_the_same(sizes in any::<[u8; 4]>(), file in strategies::ldif_text()) {
        fuzz::ldif_reader(&[&sizes[..], &file].concat());
    }
}
