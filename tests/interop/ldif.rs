//! What a tool prints, read back: enough of LDIF to compare entries by their octets.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::BufRead;

use data_encoding::BASE64;
use ldapwire::proto::SearchResultEntry;

/// An entry without the order in which a server happens to send attributes and values.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Plain {
    pub(crate) dn: Vec<u8>,
    pub(crate) attributes: BTreeMap<String, Vec<Vec<u8>>>,
}

impl From<&SearchResultEntry> for Plain {
    fn from(entry: &SearchResultEntry) -> Self {
        let mut plain = Self { dn: entry.dn().into(), attributes: BTreeMap::new() };
        for attribute in entry.attributes() {
            let values = plain.attributes.entry(attribute.description().to_owned()).or_default();
            values.extend(attribute.values().map(<[u8]>::to_vec));
        }
        plain.sorted()
    }
}

impl Plain {
    /// Reads the next record, or nothing at the end. Comments and the line `version: 1` are passed over.
    pub(crate) fn read(lines: &mut impl BufRead) -> Result<Option<Self>, Box<dyn Error>> {
        let mut record = Vec::<(String, Vec<u8>)>::new();
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line)? > 0 {
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            // A line that begins with a space goes on with the one before it.
            if let Some(rest) = text.strip_prefix(b" ") {
                record.last_mut().ok_or("a folded line begins the file")?.1.extend_from_slice(rest);
            } else if text.is_empty() {
                if record.iter().any(|(name, _)| name == "dn") {
                    break;
                }
                record.clear();
            } else {
                let colon = text.iter().position(|octet| *octet == b':');
                let (name, value) = text.split_at(colon.unwrap_or(text.len()));
                record.push((String::from_utf8_lossy(name).into_owned(), value.to_vec()));
            }
            line.clear();
        }
        let mut values = record.into_iter().filter(|(name, _)| name != "version" && !name.starts_with('#'));
        let Some((_, dn)) = values.next() else { return Ok(None) };
        let mut plain = Self { dn: value(&dn)?, attributes: BTreeMap::new() };
        for (name, text) in values {
            plain.attributes.entry(name).or_default().push(value(&text)?);
        }
        Ok(Some(plain.sorted()))
    }

    fn sorted(mut self) -> Self {
        self.attributes.values_mut().for_each(|values| values.sort());
        self
    }
}

/// The value of `: text` or `:: base64`.
fn value(text: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let (text, is_base64) = match text.strip_prefix(b"::") {
        Some(text) => (text, true),
        None => (text.strip_prefix(b":").ok_or("a line without a colon")?, false),
    };
    let text = text.trim_ascii_start();
    Ok(if is_base64 { BASE64.decode(text)? } else { text.to_vec() })
}
