//! Elements within elements.

use crate::ber::{Element, Fault, Reader, Tag, Writer, frame_length};

/// Reads all elements there are, those within constructed ones too.
///
/// # Panics
///
/// A reader leaves its octets, gives a wrong place, or reads something that does not come back when it is written.
pub fn ber(octets: &[u8]) {
    check_frame_length(octets);
    let mut open = vec![Reader::new(octets)];
    while let Some(mut reader) = open.pop() {
        check_place(octets, &reader);
        let before = reader;
        match reader.read() {
            Ok(element) => {
                check_element(&before, &element, &reader);
                open.push(reader);
                if element.tag.is_constructed() {
                    open.push(element.content);
                } else {
                    check_place(octets, &element.content);
                }
            }
            Err(error) => {
                assert!(before.offset() <= error.offset() && error.offset() <= octets.len(), "{error}");
                assert_eq!((reader.offset(), reader.octets()), (before.offset(), before.octets()), "{error}");
            }
        }
    }
}

/// A reader's octets are those at its offset.
fn check_place(octets: &[u8], reader: &Reader<'_>) {
    let end = reader.offset() + reader.octets().len();
    assert_eq!(octets.get(reader.offset()..end), Some(reader.octets()));
}

fn check_element(before: &Reader<'_>, element: &Element<'_>, after: &Reader<'_>) {
    let content = &element.content;
    assert_eq!(before.peek(), Some(element.tag));
    assert_eq!(
        content.offset() + content.octets().len(),
        after.offset(),
        "the rest begins behind the content"
    );

    let taken = &before.octets()[..after.offset() - before.offset()];
    let written = written(|writer| writer.octet_string(element.tag, content.octets()));
    assert!(written.len() <= taken.len(), "a shorter header exists than is written");
    assert_eq!(written == taken, written.len() == taken.len(), "one header is the shortest");
    let mut again = Reader::new(&written);
    let element = again.read().expect("a written element is one");
    assert_eq!((element.content.octets(), again.is_empty()), (content.octets(), true));

    check_values(content);
}

/// A strict reader reads what is written, and nothing else.
fn check_values(content: &Reader<'_>) {
    let strict = content.strict();
    if let Ok(number) = content.as_integer::<i64>("number") {
        let written = written(|writer| writer.integer(Tag::INTEGER, number));
        let shortest = Reader::new(&written).expect(Tag::INTEGER).expect("a written number is an element");
        let redundant = content.octets().strip_suffix(shortest.octets()).expect("the same number");
        let sign = if number < 0 { 0xff } else { 0 };
        assert!(redundant.iter().all(|octet| *octet == sign), "{number} from {:02x?}", content.octets());
        let expected =
            if redundant.is_empty() { Ok(number) } else { Err(content.fault(Fault::PaddedInteger)) };
        assert_eq!(strict.as_integer("number"), expected);
    }
    if let Ok(truth) = content.as_boolean() {
        let written = written(|writer| writer.boolean(Tag::BOOLEAN, truth));
        assert_eq!(Reader::new(&written).boolean(Tag::BOOLEAN), Ok(truth));
        let is_strict = written.ends_with(content.octets());
        assert_eq!(
            strict.as_boolean(),
            if is_strict { Ok(truth) } else { Err(content.fault(Fault::LooseTrue)) }
        );
    }
}

/// Once a beginning of the octets tells the length of the frame, or that there is none, more octets change nothing.
fn check_frame_length(octets: &[u8]) {
    const LIMIT: usize = 1 << 20;
    let whole = frame_length(octets, LIMIT);
    for end in 0..octets.len().min(16) {
        let verdict = frame_length(&octets[..end], LIMIT);
        assert!(verdict == Ok(None) || verdict == whole, "{verdict:?}, then {whole:?}");
    }
    if let (Ok(Some(length)), Ok(_)) = (whole, Reader::new(octets).sequence()) {
        let mut exact = Reader::new(&octets[..length]);
        exact.sequence().and_then(|_| exact.finish()).expect("a frame is one element");
    }
}

fn written(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::new();
    write(&mut writer);
    writer.written().to_vec()
}
