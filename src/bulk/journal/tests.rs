use super::*;

const STEP: u64 = 10;

fn open(path: &Path) -> io::Result<(Journal, Sizes, usize)> {
    let mut count = 0;
    Journal::open(path, STEP, |_, _| count += 1).map(|(journal, sizes)| (journal, sizes, count))
}

/// Writes a journal of three blocks; records 1 to 3 and 5 are settled, 12 may have been sent.
fn written(path: &Path) {
    let (mut journal, ..) = open(path).unwrap();
    assert!(!journal.is_reserved(1));
    journal.write(Sizes::default(), Some(1)).unwrap();
    assert!(journal.is_reserved(11) && !journal.is_reserved(12));
    for number in [2, 1, 5] {
        journal.settle(number, OutcomeKind::Applied, None, number as u32);
    }
    journal.write(Sizes { rejects: 7, undo: 0 }, None).unwrap();
    journal.settle(3, OutcomeKind::Rejected, Some(ResultCode::ENTRY_ALREADY_EXISTS), 3);
    assert_eq!(journal.pending(), 1);
    journal.write(Sizes { rejects: 300, undo: 9 }, Some(12)).unwrap();
}

fn path(folder: &tempfile::TempDir) -> std::path::PathBuf {
    folder.path().join("journal")
}

#[test]
fn what_was_settled_is_known_again_and_what_may_have_been_sent_is_doubtful() {
    let folder = tempfile::tempdir().unwrap();
    written(&path(&folder));
    let (mut journal, sizes, count) = open(&path(&folder)).unwrap();
    assert_eq!((sizes, count), (Sizes { rejects: 300, undo: 9 }, 4));
    assert!(journal.is_reserved(22) && !journal.is_reserved(23));
    assert_eq!(journal.missing(0), Some(5));
    let known: Vec<_> = (1..=23).map(|number| journal.known(number, number as u32)).collect();
    let (settled, doubtful) = (Known::Settled, Known::Doubtful);
    assert_eq!(known[..6], [settled, settled, settled, doubtful, settled, doubtful]);
    assert_eq!(known[20..], [doubtful, doubtful, Known::Fresh]);
    assert_eq!(journal.missing(23), None);
}

#[test]
fn another_input_is_noticed_before_anything_is_sent() {
    let folder = tempfile::tempdir().unwrap();
    written(&path(&folder));
    for changed in [1, 2, 3, 5] {
        let (mut journal, ..) = open(&path(&folder)).unwrap();
        let mut known =
            (1..=5).map(|number| journal.known(number, if number == changed { 99 } else { number as u32 }));
        assert!(known.any(|known| known == Known::Another), "{changed}");
    }
    let (mut journal, ..) = open(&path(&folder)).unwrap();
    assert_eq!(journal.known(1, 1), Known::Settled);
    assert_eq!(journal.missing(1), Some(5));
}

#[test]
fn a_file_cut_anywhere_goes_on_with_whole_blocks() {
    let folder = tempfile::tempdir().unwrap();
    written(&path(&folder));
    let whole = std::fs::read(path(&folder)).unwrap();
    let mut counts = Vec::new();
    for length in 0..=whole.len() {
        std::fs::write(path(&folder), &whole[..length]).unwrap();
        let (mut journal, sizes, count) = open(&path(&folder)).unwrap();
        counts.push(count);
        journal.settle(4, OutcomeKind::Skipped, None, 4);
        journal.write(sizes, None).unwrap();
        let (journal, again, more) = open(&path(&folder)).unwrap();
        assert_eq!((again, more), (sizes, count + 1));
        assert!(count == 0 || journal.is_reserved(11));
    }
    counts.dedup();
    assert_eq!(counts, [0, 3, 4]);
}

#[test]
fn damage_before_the_end_is_an_error_and_never_a_shorter_journal() {
    let folder = tempfile::tempdir().unwrap();
    written(&path(&folder));
    let whole = std::fs::read(path(&folder)).unwrap();
    let last = memchr::memmem::rfind(&whole, &MAGIC).unwrap();
    for place in 0..whole.len() {
        let mut octets = whole.clone();
        octets[place] ^= 0x10;
        std::fs::write(path(&folder), &octets).unwrap();
        let opened = open(&path(&folder));
        if place < last {
            assert_eq!(opened.unwrap_err().kind(), io::ErrorKind::InvalidData, "{place}");
        } else {
            assert_eq!(opened.unwrap().2, 3, "{place}");
        }
    }
    std::fs::write(path(&folder), b"dn: cn=Ada\n").unwrap();
    assert!(open(&path(&folder)).unwrap_err().to_string().contains("no journal"));
}

#[test]
fn numbers_of_any_size_come_back() {
    for number in [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, u64::from(u32::MAX), u64::MAX] {
        let mut octets = Vec::new();
        push_number(&mut octets, number);
        assert_eq!(take_number(&mut octets.as_slice()), Some(number));
        octets.pop();
        assert_eq!(take_number(&mut octets.as_slice()), None);
    }
}
