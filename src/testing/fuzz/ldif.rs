//! LDIF.

use crate::ldif::{
    Base64Policy, Fault, LdifReader, LineEnd, Located, OnFault, ReadLimits, ReadOptions, SliceReader,
    Tolerance, Writer,
};

/// How many sizes of pieces an input begins with.
const SIZES: usize = 4;

/// Reads a file in every way: by the short way and by the grammar, as it is in memory and in pieces of the sizes that the
/// first four octets give; with what the standard has and what is found besides, with large limits and with small
/// ones.
///
/// # Panics
///
/// Two ways differ, or a place is not in the file.
pub fn ldif_reader(octets: &[u8]) {
    let Some((sizes, file)) = octets.split_first_chunk::<SIZES>() else { return };
    for tolerance in [Tolerance::Standard, Tolerance::AsFound] {
        for limits in [ReadLimits::DEFAULT, SMALL] {
            let options =
                || ReadOptions::new().on_fault(OnFault::Continue).tolerance(tolerance).limits(limits);
            let whole: Results = SliceReader::with_options(file, options()).collect();
            whole.iter().for_each(|result| check(result, file));
            let by_grammar: Results = SliceReader::with_options(file, options().by_grammar_only()).collect();
            assert_eq!(by_grammar, whole, "the grammar, against the short way");
            assert_eq!(in_pieces(file, sizes, options()), whole, "in pieces, against the whole");
            assert_eq!(in_pieces(file, sizes, options().by_grammar_only()), whole);
            let adds: Results = SliceReader::with_options(file, options().content_as_adds()).collect();
            let expected: Results = whole.into_iter().map(|result| result.map(as_change)).collect();
            assert_eq!(adds, expected, "requests to add, against the entries that they add");
        }
    }
}

type Results = Vec<Result<Located, Fault>>;

/// Limits that inputs reach.
const SMALL: ReadLimits = ReadLimits::DEFAULT.line(40).record(100).value(12).values(4).faults(2);

fn in_pieces(file: &[u8], sizes: &[u8; SIZES], options: ReadOptions) -> Results {
    let mut reader = LdifReader::with_options(options);
    let mut results = Vec::new();
    let mut rest = file;
    for size in sizes.iter().cycle() {
        let (piece, after) = rest.split_at(rest.len().min(usize::from(*size) + 1));
        if piece.is_empty() {
            break;
        }
        rest = after;
        reader.feed(piece);
        results.extend(std::iter::from_fn(|| reader.next_record()));
    }
    reader.finish();
    results.extend(std::iter::from_fn(|| reader.next_record()));
    results
}

fn as_change(Located { position, record }: Located) -> Located {
    Located::new(position, record.into_change().into())
}

/// Places are those of the file.
fn check(result: &Result<Located, Fault>, file: &[u8]) {
    let place = |offset: u64| {
        let before = &file[..usize::try_from(offset).unwrap()];
        let line = before.iter().filter(|&&octet| octet == b'\n').count() + 1;
        let begin = before.iter().rposition(|&octet| octet == b'\n').map_or(0, |feed| feed + 1);
        let mark = if begin == 0 && before.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
        (line as u64, (before.len() - begin - mark) as u64 + 1)
    };
    match result {
        Ok(located) => assert_eq!(place(located.position.offset()), (located.position.line(), 1)),
        Err(fault) => {
            assert_eq!(place(fault.offset()), (fault.line(), fault.column()), "{fault}");
            assert!(fault.offset() >= fault.record().offset(), "{fault}");
        }
    }
}

/// Reads a file, writes its records in the form that the first octet gives, and reads that.
///
/// # Panics
///
/// A record does not come back.
pub fn ldif_round_trip(octets: &[u8]) {
    let Some((&form, file)) = octets.split_first() else { return };
    for tolerance in [Tolerance::Standard, Tolerance::AsFound] {
        let options = || ReadOptions::new().on_fault(OnFault::Continue).tolerance(tolerance);
        let records: Vec<_> = SliceReader::with_options(file, options()).filter_map(Result::ok).collect();
        let (mut writer, mut text, mut written) = (writer(form), Vec::new(), Vec::new());
        writer.version(&mut text);
        for located in records {
            match writer.ldif_record(&located.record, &mut text) {
                Ok(()) => written.push(located.record),
                Err(error) => assert_eq!(tolerance, Tolerance::AsFound, "{error}: {:?}", located.record),
            }
        }
        let again: Vec<_> = SliceReader::with_options(&text, options())
            .map(|result| result.unwrap_or_else(|fault| panic!("{fault}: {}", text.escape_ascii())).record)
            .collect();
        assert_eq!(again, written, "{}", text.escape_ascii());
    }
}

fn writer(form: u8) -> Writer {
    let policies = [
        Base64Policy::Required,
        Base64Policy::ControlCharacters,
        Base64Policy::ExceptUtf8,
        Base64Policy::Always,
    ];
    let policy = policies.into_iter().cycle().nth(usize::from(form)).unwrap_or_default();
    let line_end = if form & 4 == 0 { LineEnd::Lf } else { LineEnd::CrLf };
    Writer::new().columns(usize::from(form >> 3) * 5).line_end(line_end).base64(policy)
}
