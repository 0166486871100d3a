//! `ldif anonymise`: the same directory, with other people in it.

use std::fs;
use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;

use clap::Args;
use ldapwire::ldif::{Change, ChangeRecord, LdifRecord};
use ldapwire::model::{
    Attribute, AttributeDescription, Ava, Dn, Entry, LdapString, Modification, Oid, Rdn, Value,
};
use ldapwire::proto::{AddRequest, DeleteRequest, ModifyDnRequest, ModifyRequest};

use crate::failure::Failure;
use crate::status::Status;

use super::pseudonym::Pseudonyms;
use super::source::Reading;
use super::writing::Writing;

/// Put other words in the place of those in all values, so that a file can be shown to others.
///
/// Each word becomes another of the same shape: letters stay letters, capitals capitals, digits digits, and what stands
/// between them stays. A word becomes the same one wherever it stands, in either case, and different words stay
/// different: so names, references to them and addresses fit together as before, and the tree is the same. Octets and passwords become others
/// of the same number. Object classes, truth values, object identifiers and attributes of --keep stay.
///
/// It depends on a key: --key-file gives the same words each time, without it they are others in each run. Whoever has the
/// key can undo it. Lengths, shapes, the tree and letters with accents show; look at the result before you give it away.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire ldif anonymise export.ldif > shown.ldif
  ldapwire ldif anonymise --key-file secret.key --keep dc \\
    --keep ou export.ldif.gz -o shown.ldif.gz")]
pub(crate) struct Anonymise {
    /// File to read
    #[arg(value_name = "FILE", default_value = "-", hide_default_value = true)]
    file: PathBuf,

    /// File whose octets are the key, at least 16 of them
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,

    /// Leave values of an attribute as they are, in names too; may be given several times
    #[arg(long, value_name = "ATTRIBUTE")]
    keep: Vec<String>,

    #[command(flatten)]
    reading: Reading,

    #[command(flatten)]
    writing: Writing,
}

impl Anonymise {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let mut mask = Mask { pseudonyms: Pseudonyms::new(&self.key()?), kept: self.kept() };
        let (records, bar) = self.reading.open(&self.file)?;
        let mut target = self.writing.create(&[&self.file])?;
        for located in records {
            bar.tick();
            match located?.record {
                LdifRecord::Content(entry) => target.entry(&mask.entry(&entry))?,
                LdifRecord::Change(record) => target.change(&mask.change(record))?,
            }
            target.relieve()?;
        }
        target.finish()?;
        Ok(Status::Success)
    }

    fn key(&self) -> Result<Vec<u8>, Failure> {
        let Some(path) = &self.key_file else {
            // Each of these is keyed by the system's randomness.
            return Ok((0..4_u8)
                .flat_map(|number| RandomState::new().hash_one(number).to_be_bytes())
                .collect());
        };
        let key = fs::read(path)
            .map_err(|error| Failure::usage(format_args!("cannot read {}: {error}", path.display())))?;
        if key.len() < 16 {
            return Err(Failure::usage(format_args!(
                "{}: expected at least 16 octets of key",
                path.display()
            )));
        }
        Ok(key)
    }

    fn kept(&self) -> Vec<AttributeDescription> {
        KEPT.into_iter().chain(self.keep.iter().map(String::as_str)).map(AttributeDescription::from).collect()
    }
}

/// Attributes that say what an entry is, not whose.
const KEPT: [&str; 5] =
    ["objectClass", "structuralObjectClass", "subschemaSubentry", "supportedControl", "preferredLanguage"];

/// Words before a `:` that say what a URL is.
const SCHEMES: [&str; 8] = ["http", "https", "ldap", "ldaps", "ldapi", "mailto", "ftp", "urn"];

struct Mask {
    pseudonyms: Pseudonyms,
    kept: Vec<AttributeDescription>,
}

impl Mask {
    fn entry(&mut self, entry: &Entry) -> Entry {
        let mut masked = Entry::new(self.name(entry.dn()));
        masked.extend(entry.attributes().iter().map(|attribute| self.attribute(attribute)));
        masked
    }

    fn change(&mut self, record: ChangeRecord) -> ChangeRecord {
        let (change, controls) = record.into_parts();
        let change: Change = match change {
            Change::Add(request) => AddRequest::from(self.entry(&request.to_entry())).into(),
            Change::Delete(request) => DeleteRequest::new(self.name(request.dn())).into(),
            Change::Modify(request) => {
                let steps: Vec<_> = request
                    .changes()
                    .iter()
                    .map(|step| Modification::new(step.operation(), self.attribute(step.attribute())))
                    .collect();
                ModifyRequest::new(self.name(request.dn()), steps).into()
            }
            Change::ModifyDn(request) => {
                let (dn, rdn) = (self.name(request.dn()), self.name(request.new_rdn()));
                let masked = ModifyDnRequest::new(dn, rdn, request.old_rdn());
                match request.new_superior() {
                    Some(superior) => masked.with_new_superior(self.name(superior)).into(),
                    None => masked.into(),
                }
            }
        };
        // Values of controls are not looked into; who they name cannot be told.
        ChangeRecord::new(change).with_controls(controls)
    }

    fn attribute(&mut self, attribute: &Attribute) -> Attribute {
        if self.is_kept(attribute.description()) {
            return attribute.clone();
        }
        // Nothing of a secret stays, but the scheme.
        let is_secret = attribute.description().is_secret();
        let values: Vec<Value> = attribute
            .values()
            .iter()
            .map(|value| if is_secret { self.secret(value) } else { self.value(value) })
            .collect();
        Attribute::new(attribute.description(), values)
    }

    fn is_kept(&self, description: &AttributeDescription) -> bool {
        self.kept.iter().any(|kept| description.is_same_or_subtype_of(kept))
    }

    fn name(&mut self, name: &LdapString) -> String {
        match Dn::try_from(name) {
            Ok(dn) => self.dn(&dn).to_string(),
            Err(_) => self.text(name),
        }
    }

    fn dn(&mut self, dn: &Dn) -> Dn {
        dn.rdns().iter().map(|rdn| self.rdn(rdn)).collect()
    }

    fn rdn(&mut self, rdn: &Rdn) -> Rdn {
        let mut avas = rdn.avas().map(|ava| self.ava(ava));
        // There is at least one.
        let first = avas.next().unwrap_or_else(|| rdn.first().clone());
        avas.fold(Rdn::from(first), Rdn::with_ava)
    }

    fn ava(&mut self, ava: &Ava) -> Ava {
        if self.is_kept(&ava.attribute().into()) {
            return ava.clone();
        }
        let masked = if ava.is_ber() {
            let mut octets = Vec::new();
            self.pseudonyms.octets(ava.value(), &mut octets);
            Ava::from_ber(ava.attribute(), octets)
        } else {
            Ava::new(ava.attribute(), self.value(&Value::from(ava.value().clone())))
        };
        masked.unwrap_or_else(|_| ava.clone())
    }

    fn value(&mut self, value: &Value) -> Value {
        let Ok(text) = value.as_str() else {
            let mut octets = Vec::with_capacity(value.len());
            // What begins a JPEG; nothing of the picture.
            let kept = if value.starts_with(JPEG) { JPEG.len() } else { 0 };
            octets.extend_from_slice(&value[..kept]);
            self.pseudonyms.octets(&value[kept..], &mut octets);
            return Value::from(octets);
        };
        if matches!(text, "TRUE" | "FALSE" | "") || is_oid(text) {
            return value.clone();
        }
        if let Some(masked) = self.uuid(text).or_else(|| self.time(text)) {
            return Value::from(masked);
        }
        match Dn::parse(text) {
            Ok(dn) if !dn.is_root() => Value::from(self.dn(&dn).to_string()),
            _ => Value::from(self.text(text)),
        }
    }

    fn text(&mut self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let rest = match text.split_once(':') {
            Some((scheme, rest)) if SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
                masked.push_str(scheme);
                masked.push(':');
                rest
            }
            _ => text,
        };
        self.pseudonyms.text(rest, &mut masked);
        masked
    }

    /// Keeps the scheme in braces, and one character for each.
    fn secret(&mut self, value: &Value) -> Value {
        const CHARACTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let scheme = match value.as_str() {
            Ok(text) if text.starts_with('{') => text.find('}').map_or(0, |end| end + 1),
            _ => 0,
        };
        let mut octets = Vec::new();
        self.pseudonyms.octets(&value[scheme..], &mut octets);
        octets.iter_mut().for_each(|octet| *octet = CHARACTERS[usize::from(*octet % 64)]);
        Value::from([&value[..scheme], &octets].concat())
    }

    /// `8-4-4-4-12` digits (RFC 4530).
    fn uuid(&mut self, text: &str) -> Option<String> {
        let lengths: Vec<usize> = text.split('-').map(str::len).collect();
        let is_hexadecimal = |character: char| character.is_ascii_hexdigit() || character == '-';
        if lengths != [8, 4, 4, 4, 12] || !text.chars().all(is_hexadecimal) {
            return None;
        }
        let digits: String = text.chars().filter(char::is_ascii_hexdigit).collect();
        let mut masked = String::new();
        self.pseudonyms.hexadecimal(&digits, &mut masked);
        for place in [8, 13, 18, 23] {
            masked.insert(place, '-');
        }
        Some(masked)
    }

    /// A GeneralizedTime in UTC keeps its year.
    fn time(&self, text: &str) -> Option<String> {
        let (digits, rest) = text.split_at_checked(14)?;
        let is_time = digits.bytes().all(|octet| octet.is_ascii_digit())
            && rest.ends_with('Z')
            && rest.trim_end_matches('Z').trim_start_matches('.').bytes().all(|octet| octet.is_ascii_digit());
        if !is_time {
            return None;
        }
        let part = |name: &str, limit| self.pseudonyms.number(&format!("{name} of {text}"), limit);
        let (month, day) = (part("month", 12) + 1, part("day", 28) + 1);
        let (hour, minute, second) = (part("hour", 24), part("minute", 60), part("second", 60));
        Some(format!("{}{month:02}{day:02}{hour:02}{minute:02}{second:02}{rest}", &digits[..4]))
    }
}

/// The marker that a JPEG begins with, and the first octet of the next.
const JPEG: &[u8] = b"\xff\xd8\xff";

/// Whether this is an object identifier, and not a number with a point in it.
fn is_oid(text: &str) -> bool {
    text.matches('.').count() >= 3 && Oid::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask() -> Mask {
        Mask {
            pseudonyms: Pseudonyms::new(b"key"),
            kept: KEPT.into_iter().map(AttributeDescription::from).collect(),
        }
    }

    fn masked(value: impl Into<Value>) -> Value {
        mask().value(&value.into())
    }

    #[test]
    fn syntaxes_stay() {
        for text in ["TRUE", "", "1.3.6.1.4.1.1466.20037", "2.5.4.3.1"] {
            assert_eq!(masked(text), Value::from(text));
        }
        let uuid = masked("597ae2f6-16a6-1027-98f4-d28b5365dc14");
        let uuid = uuid.as_str().unwrap();
        assert!(
            uuid.chars().all(|digit| digit.is_ascii_hexdigit() || digit == '-') && uuid.len() == 36,
            "{uuid}"
        );
        let time = masked("20241231235959.123Z");
        assert!(
            time.starts_with(b"2024") && time.ends_with(b".123Z") && time != b"20241231235959.123Z",
            "{time:?}"
        );
        let url = masked("https://example.org/ada");
        assert!(url.starts_with(b"https://") && !url.windows(7).any(|part| part == b"example"), "{url:?}");
        let photo = masked(b"\xff\xd8\xff\xe1secret\xff");
        assert!(
            photo.len() == 11
                && photo.starts_with(b"\xff\xd8\xff")
                && !photo.windows(6).any(|part| part == b"secret")
        );
    }

    #[test]
    fn a_name_and_what_refers_to_it_stay_the_same() {
        let entry = Entry::new("uid=ada,ou=People,dc=example")
            .with("objectClass", ["inetOrgPerson"])
            .with("uid", ["ada"])
            .with("manager", ["UID=Ada, OU=people, DC=example"])
            .with("userPassword", ["{SSHA}c2VjcmV0"]);
        let masked = mask().entry(&entry);
        let dn = Dn::try_from(masked.dn()).unwrap();
        assert_eq!(Dn::parse(masked.first_text("manager").unwrap()).unwrap(), dn);
        assert!(masked.has_value("uid", dn.rdn().unwrap().first().value()));
        assert_ne!(masked.first_text("uid"), Some("ada"));
        assert_eq!(masked.first_text("objectClass"), Some("inetOrgPerson"));
        let password = masked.first_text("userPassword").unwrap();
        assert!(
            password.starts_with("{SSHA}") && password.len() == 14 && !password.contains("c2Vj"),
            "{password}"
        );
    }
}
