//! LDIF.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// A file that is LDIF in parts: lines that belong together and lines that do not, in all their forms.
pub fn ldif_text() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => select(WHOLE).prop_map(str::as_bytes),
        4 => select(LINES).prop_map(str::as_bytes),
        1 => select(OCTETS),
    ];
    (vec(piece, 0..24), vec((any::<prop::sample::Index>(), select(INSERTED)), 0..4)).prop_map(
        |(pieces, insertions)| {
            let mut file = pieces.concat();
            for (place, octets) in insertions {
                let place = place.index(file.len() + 1);
                file.splice(place..place, octets.iter().copied());
            }
            file
        },
    )
}

/// Records and what else may stand alone.
const WHOLE: &[&str] = &[
    "version: 1\n",
    "\n",
    "\r\n",
    "# comment\n",
    "dn: cn=a\ncn: a\nsn;lang-de: b\ncn: c\n\n",
    "dn:: Y249w6k=\r\ncn:: w6k=\r\nuid:\r\n\r\n",
    "dn: cn=a\nchangetype: add\ncn: a\nobjectClass: person\n\n",
    "dn: cn=a\ncontrol: 1.2.3 true: v\ncontrol: 1.2.4\nchangetype: delete\n\n",
    "dn: cn=a\nchangetype: modify\nadd: cn\ncn: a\n-\ndelete: sn\n-\nincrement: n\nn: 1\n-\n\n",
    "dn: cn=a\nchangetype: modrdn\nnewrdn: cn=b\ndeleteoldrdn: 1\nnewsuperior: o=c\n\n",
];

const LINES: &[&str] = &[
    "dn: cn=a\n",
    "dn: cn=a+sn=b, o=\\2cx\n",
    "DN:cn=a\r\n",
    "dn:: Y249YQ==\n",
    "dn: none\n",
    "dn:\n",
    "cn: a\n",
    "cn:a\n",
    "cn:  a \n",
    "cn:\n",
    "cn:: YWJj\n",
    "cn::YQ==\n",
    "cn:: YQ\n",
    "cn:: YQ==YQ==\n",
    "cn::  YWI=\n",
    "cn:: Y*\n",
    "cn:< file:///a\n",
    "cn: :a\n",
    "cn;lang-de;x: \u{e9}\n",
    "cn;: a\n",
    "2.5.4.3: a\n",
    "2.5.: a\n",
    "foo_bar: a\n",
    "changetype: add\n",
    "changetype: delete\n",
    "ChangeType: MODIFY\n",
    "changetype: moddn\n",
    "changetype: add \n",
    "changetype: other\n",
    "add: cn\n",
    "delete: sn\n",
    "replace: cn;x;lang-de\n",
    "increment: cn\n",
    "-\n",
    "--\n",
    "newrdn: cn=b\n",
    "newrdn:: Y249Yg==\n",
    "deleteoldrdn: 0\n",
    "deleteoldrdn: 2\n",
    "newsuperior: o=c\n",
    "control: 1.2.3\n",
    "control: 1.2.3 false:: YQ==\n",
    "control: 1.2.3 maybe\n",
    "no colon\n",
    " continued\n",
    "#\n",
];

const OCTETS: &[&[u8]] = &[b"\0", b"\r", b"\xff", b"\xc3", b":", b"<", b" ", b"x", b"=", b"-", b"#"];

const INSERTED: &[&[u8]] = &[
    b"\n ",
    b"\r\n ",
    b"\n",
    b"\r",
    b" ",
    b"\n\n",
    b"\xc3\xa9",
    b"\xe9",
    b"\0",
    b":",
    b";",
    b"#",
    b"\xef\xbb\xbf",
];
