//! Values in the cells of a table.
//!
//! A cell holds all values of an attribute, a separator between them. What would be taken for something else is written with a
//! backslash, so that every value comes back: `\xx` is an octet (the separator, the backslash, an octet that is not UTF-8), and
//! `\-` an empty value; an empty cell is no value.

use ldapwire::model::Value;

/// Writes values into a cell.
pub(crate) fn to_cell<'v>(values: impl IntoIterator<Item = &'v [u8]>, separator: char) -> String {
    let mut cell = String::new();
    for (number, value) in values.into_iter().enumerate() {
        if number > 0 {
            cell.push(separator);
        }
        if value.is_empty() {
            cell.push_str("\\-");
        }
        for chunk in value.utf8_chunks() {
            for character in chunk.valid().chars() {
                // Readers of tables change line ends, and a NUL ends text for some of them.
                if character == separator || matches!(character, '\\' | '\r' | '\0') {
                    let mut buffer = [0; 4];
                    push_escaped(character.encode_utf8(&mut buffer).as_bytes(), &mut cell);
                } else {
                    cell.push(character);
                }
            }
            push_escaped(chunk.invalid(), &mut cell);
        }
    }
    cell
}

/// Reads the values of a cell.
pub(crate) fn from_cell(cell: &str, separator: char) -> Result<Vec<Value>, String> {
    if cell.is_empty() {
        return Ok(Vec::new());
    }
    cell.split(separator).map(value).collect()
}

fn value(text: &str) -> Result<Value, String> {
    if text == "\\-" {
        return Ok(Value::default());
    }
    let mut parts = text.split('\\');
    let mut octets = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let escaped = part.get(..2).and_then(|digits| {
            digits
                .bytes()
                .all(|digit| digit.is_ascii_hexdigit())
                .then(|| u8::from_str_radix(digits, 16).ok())?
        });
        octets.push(escaped.ok_or("expected two hexadecimal digits or '-' behind '\\'")?);
        octets.extend_from_slice(part.get(2..).unwrap_or_default().as_bytes());
    }
    Ok(Value::from(octets))
}

fn push_escaped(octets: &[u8], cell: &mut String) {
    for octet in octets {
        cell.push_str(&format!("\\{octet:02x}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back() {
        for values in [
            vec![],
            vec![&b""[..]],
            vec![b"", b""],
            vec![b"a", b"", b"b|c"],
            vec![b"\\", b"\\-", b"\\5c", b"-"],
            vec![b"\xff\x00\r\n", "Zoë, \"x\"".as_bytes()],
        ] {
            for separator in ['|', ';', '→'] {
                let cell = to_cell(values.iter().copied(), separator);
                let read = from_cell(&cell, separator).unwrap();
                assert_eq!(
                    read,
                    values.iter().map(|value| Value::from(*value)).collect::<Vec<_>>(),
                    "{cell}"
                );
            }
        }
        assert_eq!(to_cell([&b"a|b"[..], b"\xff"], '|'), "a\\7cb|\\ff");
    }

    #[test]
    fn a_broken_escape_is_refused() {
        for cell in ["\\", "\\4", "\\xy", "a\\é", "\\+1"] {
            assert!(from_cell(cell, '|').is_err(), "{cell}");
        }
    }
}
