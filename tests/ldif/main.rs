//! LDIF files of `tests/data/ldif` and what a reader makes of them.
//!
//! Beside each `NAME.ldif` stands `NAME.txt`: the records and faults in the words of `render`. The files are the examples
//! of RFC 2849 (`rfc2849_*`, example 3 as erratum 2258 corrects it), other good ones, and bad ones (`bad_*`).

mod render;
mod table;
