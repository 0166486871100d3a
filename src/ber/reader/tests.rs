use super::*;

fn fault(result: Result<impl std::fmt::Debug, DecodeError>) -> (usize, Fault) {
    let error = result.unwrap_err();
    (error.offset(), error.fault())
}

#[test]
fn elements_are_read_with_their_offsets() {
    let mut reader = Reader::new(b"\x30\x07\x02\x01\x05\x04\x02hi\x05\x00");
    let mut inner = reader.sequence().unwrap();
    assert_eq!(inner.integer::<u8>(Tag::INTEGER).unwrap(), 5);
    assert_eq!(inner.offset(), 5);
    assert_eq!(inner.text(Tag::OCTET_STRING, "greeting").unwrap(), "hi");
    inner.finish().unwrap();
    reader.null(Tag::NULL).unwrap();
    assert!(reader.is_empty());
}

#[test]
fn an_element_longer_than_its_parent_is_an_error_and_never_need_more() {
    let mut inner = Reader::new(b"\x30\x04\x04\x05ab").sequence().unwrap();
    assert_eq!(fault(inner.read()), (2, Fault::LengthBeyondParent { claimed: 5, available: 2 }));
    let mut wide = Reader::new(b"\x04\x88\xff\xff\xff\xff\xff\xff\xff\xffab");
    assert_eq!(fault(wide.read()), (0, Fault::LengthBeyondParent { claimed: u64::MAX, available: 2 }));
}

#[test]
fn forms_that_ldap_does_not_allow_are_refused() {
    assert_eq!(fault(Reader::new(b"\x30\x80\x00\x00").read()), (1, Fault::IndefiniteLength));
    assert_eq!(fault(Reader::new(b"\x04\xff").read()), (1, Fault::ReservedLength));
    assert_eq!(fault(Reader::new(b"\x1f\x01\x00").read()), (0, Fault::LongTag));
    assert_eq!(fault(Reader::new(b"\x04").read()), (0, Fault::TruncatedHeader));
    assert_eq!(fault(Reader::new(b"").read()), (0, Fault::TruncatedHeader));
    let constructed = Tag::from_octet(0x24);
    assert_eq!(
        fault(Reader::new(b"\x24\x03\x04\x01a").octet_string(Tag::OCTET_STRING)),
        (0, Fault::UnexpectedTag { expected: Tag::OCTET_STRING, found: constructed })
    );
}

#[test]
fn booleans_have_one_octet_and_only_zero_is_false() {
    let read = |octets: &'static [u8]| Reader::new(octets).boolean(Tag::BOOLEAN);
    assert_eq!(read(b"\x01\x01\x00"), Ok(false));
    assert_eq!(read(b"\x01\x01\xff"), Ok(true));
    assert_eq!(read(b"\x01\x01\x01"), Ok(true));
    assert_eq!(fault(read(b"\x01\x00")), (2, Fault::BooleanLength));
    assert_eq!(fault(read(b"\x01\x02\xff\xff")), (2, Fault::BooleanLength));
}

#[test]
fn integers_are_checked_by_range_and_never_cut() {
    let read = |octets: &'static [u8]| Reader::new(octets).integer::<i32>(Tag::INTEGER);
    assert_eq!(read(b"\x02\x01\x80"), Ok(-128));
    assert_eq!(read(b"\x02\x02\x00\x80"), Ok(128));
    assert_eq!(read(b"\x02\x04\x7f\xff\xff\xff"), Ok(i32::MAX));
    assert_eq!(read(b"\x02\x04\x80\x00\x00\x00"), Ok(i32::MIN));
    assert_eq!(read(b"\x02\x09\x00\x00\x00\x00\x00\x00\x00\x00\x07"), Ok(7));
    assert_eq!(read(b"\x02\x09\xff\xff\xff\xff\xff\xff\xff\xff\xff"), Ok(-1));
    let field = "an integer";
    assert_eq!(fault(read(b"\x02\x05\x00\x80\x00\x00\x00")), (2, Fault::OutOfRange { field }));
    assert_eq!(
        fault(read(b"\x02\x09\x01\x00\x00\x00\x00\x00\x00\x00\x00")),
        (2, Fault::OutOfRange { field })
    );
    assert_eq!(fault(read(b"\x02\x00")), (2, Fault::EmptyInteger));
    assert_eq!(
        fault(Reader::new(b"\x0a\x02\x01\x00").integer::<u8>(Tag::ENUMERATED)).1,
        Fault::OutOfRange { field }
    );
}

#[test]
fn a_strict_reader_refuses_what_senders_are_forbidden() {
    type Read = fn(&mut Reader<'_>) -> Result<i64, DecodeError>;
    let integer: Read = |reader| reader.integer(Tag::INTEGER);
    let boolean: Read = |reader| reader.boolean(Tag::BOOLEAN).map(i64::from);
    let or_false: Read = |reader| reader.boolean_or(Tag::BOOLEAN, false).map(i64::from);
    let or_true: Read = |reader| reader.boolean_or(Tag::BOOLEAN, true).map(i64::from);
    for (octets, read, lenient, strict) in [
        (&b"\x02\x01\x00"[..], integer, 0, None),
        (b"\x02\x02\x00\x80", integer, 128, None),
        (b"\x02\x02\x00\x7f", integer, 127, Some(Fault::PaddedInteger)),
        (b"\x02\x02\x00\x00", integer, 0, Some(Fault::PaddedInteger)),
        (b"\x02\x02\xff\x7f", integer, -129, None),
        (b"\x02\x02\xff\x80", integer, -128, Some(Fault::PaddedInteger)),
        (b"\x02\x02\xff\xff", integer, -1, Some(Fault::PaddedInteger)),
        (b"\x02\x08\x7f\xff\xff\xff\xff\xff\xff\xff", integer, i64::MAX, None),
        (b"\x02\x08\x80\x00\x00\x00\x00\x00\x00\x00", integer, i64::MIN, None),
        (b"\x02\x81\x01\x05", integer, 5, None),
        (b"\x01\x01\xff", boolean, 1, None),
        (b"\x01\x01\x00", boolean, 0, None),
        (b"\x01\x01\x01", boolean, 1, Some(Fault::LooseTrue)),
        (b"\x01\x01\xfe", boolean, 1, Some(Fault::LooseTrue)),
        (b"", or_false, 0, None),
        (b"\x01\x01\xff", or_false, 1, None),
        (b"\x01\x01\x00", or_false, 0, Some(Fault::WrittenDefault)),
        (b"", or_true, 1, None),
        (b"\x01\x01\x00", or_true, 0, None),
        (b"\x01\x01\xff", or_true, 1, Some(Fault::WrittenDefault)),
        (b"\x01\x01\x01", or_true, 1, Some(Fault::LooseTrue)),
    ] {
        // Within another element, since what is read there inherits the rule.
        let mut framed = vec![0x30, u8::try_from(octets.len()).unwrap()];
        framed.extend(octets);
        let within = |outer: Reader<'_>| read(&mut { outer }.sequence().unwrap());
        assert_eq!(within(Reader::new(&framed)), Ok(lenient), "{octets:02x?}");
        let expected = match strict {
            None => Ok(lenient),
            Some(fault) => Err(DecodeError::new(4, fault)),
        };
        assert_eq!(within(Reader::new(&framed).strict()), expected, "{octets:02x?}");
        assert!(strict.is_none_or(Fault::is_strict));
    }
}

#[test]
fn an_optional_element_in_the_wrong_form_is_not_passed_over() {
    let mut reader = Reader::new(b"\x80\x00");
    assert_eq!(
        fault(reader.optional(Tag::context(0))),
        (0, Fault::UnexpectedTag { expected: Tag::context(0), found: Tag::context_primitive(0) })
    );
    assert!(Reader::new(b"\x81\x00").optional(Tag::context(0)).unwrap().is_none());
    assert!(Reader::new(b"").optional(Tag::context(0)).unwrap().is_none());
}

#[test]
fn trailing_elements_are_passed_over_only_if_they_are_elements() {
    Reader::new(b"\x8f\x01a\xbe\x00").finish_extensible().unwrap();
    assert_eq!(
        fault(Reader::new(b"\x8f\x01a\xbe\x05").finish_extensible()),
        (3, Fault::LengthBeyondParent { claimed: 5, available: 0 })
    );
    assert_eq!(fault(Reader::new(b"abc").finish()), (0, Fault::TrailingOctets { count: 3 }));
}

#[test]
fn trailing_elements_may_have_any_tag_but_that_of_end_of_contents() {
    for octets in [
        &b"\x1f\x1f\x00"[..],
        b"\x9f\x81\x00\x01a",
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x82\x00\x02\x04\x00\x80\x00",
    ] {
        Reader::new(octets).finish_extensible().unwrap();
        for end in 1..octets.len() {
            let cut = Reader::new(&octets[..end]).finish_extensible();
            // What is cut off the last may have been an element of its own.
            assert!(cut.is_err() || octets[end..] == *b"\x80\x00", "{octets:02x?} to {end}");
        }
    }
    for (octets, offset, wrong) in [
        (&b"\x80\x00\x00\x00"[..], 2, Fault::EndOfContents),
        (b"\x9f\x1e\x00", 0, Fault::LongTag),
        (b"\xbf\x00\x00", 0, Fault::LongTag),
        (b"\xbf\x80\x80\x00\x00", 0, Fault::LongTag),
        (b"\x9f\x80\x1f\x00", 0, Fault::LongTag),
        (b"\x9f\x1f\x80\x00\x00", 2, Fault::IndefiniteLength),
        (b"\x9f\x81\x00\x02a", 0, Fault::LengthBeyondParent { claimed: 2, available: 1 }),
    ] {
        assert_eq!(fault(Reader::new(octets).finish_extensible()), (offset, wrong), "{octets:02x?}");
    }
}

#[test]
fn known_elements_are_not_passed_over_as_trailing_ones() {
    let known = [Tag::context_primitive(1), Tag::context(2)];
    Reader::new(b"\x83\x00\x04\x00").finish_extensible_after(&known).unwrap();
    for misplaced in [&b"\x83\x00\x81\x00"[..], b"\x83\x00\xa1\x00", b"\x83\x00\x82\x00"] {
        let found = Tag::from_octet(misplaced[2]);
        assert_eq!(
            fault(Reader::new(misplaced).finish_extensible_after(&known)),
            (2, Fault::Misplaced { found })
        );
    }
}

#[test]
fn text_must_be_utf8_and_the_error_points_at_the_octet() {
    let mut reader = Reader::new(b"\x04\x03a\xffb");
    assert_eq!(
        fault(reader.text(Tag::OCTET_STRING, "baseObject")),
        (3, Fault::NotUtf8 { field: "baseObject" })
    );
}
