//! Reading hostile inputs of a mebibyte.

use ldapwire::model::Filter;

use crate::counting::counted;
use crate::kinds::KINDS;

/// What is allocated for any input that is refused at its first octets.
const LITTLE: usize = 64 * 1024;

/// How many octets may be live at once for each octet of the input. The most expensive are groups without members: three
/// octets of text make a filter of a hundred, and up to three copies of it are compared.
const MOST: usize = 160;

#[test]
fn memory_grows_with_the_input_and_not_faster() {
    for kind in KINDS {
        let allocated = |size: usize| {
            let input = kind.input(size);
            counted(|| (kind.read)(&input)).1
        };
        let (half, whole) = (allocated(512 * 1024), allocated(1024 * 1024));
        assert!(whole.octets <= 3 * half.octets + LITTLE, "{}: {half:?}, {whole:?}", kind.name);
        assert!(whole.allocations <= 3 * half.allocations + 100, "{}: {half:?}, {whole:?}", kind.name);
        assert!(whole.peak <= (MOST * 1024 * 1024) as isize, "{}: {whole:?}", kind.name);
    }
}

#[test]
fn a_filter_takes_less_than_12_mebibytes_whatever_its_text() {
    for part in [
        "(a=)",
        "(a=*)",
        "(&)",
        "(!(a=))",
        "(&(a=))",
        "(|(a=)(b=))",
        "(|(a=)(b=)(c=)(d=)(e=))",
        "(a=*b*)",
        "(a:=)",
        "(a=\\00)",
    ] {
        let most = Filter::MAX_ITEMS / (part.matches('(').count() + part.matches("*b").count()) - 1;
        for (count, is_read) in [(most, true), (1024 * 1024 / part.len(), false)] {
            let text = format!("(&{})", part.repeat(count));
            let (filter, counts) = counted(|| Filter::parse(&text));
            assert_eq!(filter.is_ok(), is_read, "{part}");
            let own = text.len() as isize;
            assert!(counts.peak - own < 12 * 1024 * 1024, "{part}: {counts:?}");
        }
    }
}
