//! `schema rust`: structs for classes.

use std::collections::HashSet;
use std::fmt::{self, Write as _};

use clap::Args;
use ldapwire::schema::{AttributeTypeRef, Definition, ObjectClassKind, ObjectClassRef, Schema};

use super::source::Source;
use crate::failure::Failure;
use crate::output::Output;
use crate::status::Status;

/// Write a Rust struct for each class, which serde fills from an entry and the other way round.
///
/// Attributes that the class requires are fields; those that it allows are options, or lists that may be empty.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire schema rust --builtin standard inetOrgPerson > person.rs
  ldapwire schema rust -H ldap://ldap.example.org person posixAccount")]
pub(crate) struct Rust {
    /// Names or object identifiers of classes
    #[arg(value_name = "CLASS", required = true)]
    classes: Vec<String>,

    #[command(flatten)]
    source: Source,
}

impl Rust {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let schema = self.source.load()?;
        let mut classes = Vec::new();
        for name in &self.classes {
            let found = schema.object_class(name);
            classes.push(found.ok_or_else(|| {
                Failure::new(Status::Refused, format_args!("no object class is called '{name}'"))
            })?);
        }
        let mut output = Output::new();
        output.buffer.extend_from_slice(Code { schema: &schema, classes: &classes }.to_string().as_bytes());
        output.flush()?;
        Ok(Status::Success)
    }
}

/// Structs for classes.
struct Code<'a> {
    schema: &'a Schema,
    classes: &'a [ObjectClassRef<'a>],
}

impl fmt::Display for Code<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("use serde::{Deserialize, Serialize};\n")?;
        let mut names = Names::default();
        self.classes.iter().try_for_each(|class| self.structure(*class, &mut names, f))
    }
}

impl Code<'_> {
    fn structure(
        &self,
        class: ObjectClassRef<'_>,
        names: &mut Names,
        f: &mut fmt::Formatter<'_>,
    ) -> fmt::Result {
        let kind = match class.kind {
            ObjectClassKind::Abstract => "abstract",
            ObjectClassKind::Auxiliary => "auxiliary",
            _ => "structural",
        };
        let definition = class.definition();
        let described =
            definition.description().map(|text| format!(": {}", comment(text))).unwrap_or_default();
        writeln!(f, "\n/// The {kind} class `{}`{described}.", comment(definition.name()))?;
        writeln!(f, "#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]")?;
        writeln!(f, "pub struct {} {{", names.take(camel_case(definition.name())))?;
        writeln!(f, "    /// The name of the entry.")?;
        writeln!(f, "    pub dn: String,")?;
        let mut fields = Names::default();
        fields.take("dn".to_owned());
        let mut seen = HashSet::new();
        let must = class.all_must().into_iter().map(|name| (name, true));
        let may = class.all_may().into_iter().map(|name| (name, false));
        for (name, is_required) in must.chain(may) {
            let Some(attribute) = self.schema.attribute_type(name) else {
                writeln!(f, "    // `{}` is not defined.", comment(name))?;
                continue;
            };
            if seen.insert(attribute.definition().identifier()) {
                field(attribute, is_required, &mut fields, f)?;
            }
        }
        writeln!(f, "}}")
    }
}

fn field(
    attribute: AttributeTypeRef<'_>,
    is_required: bool,
    fields: &mut Names,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let definition = attribute.definition();
    let name = definition.name();
    let identifier = fields.take(snake_case(name));
    let described = definition.description().unwrap_or(name);
    writeln!(f, "    /// {}", comment(described))?;
    let value = value_type(attribute);
    let (field_type, default) = match (attribute.is_single_value, is_required) {
        (true, true) => (value.to_owned(), ""),
        (true, false) => (format!("Option<{value}>"), "default, skip_serializing_if = \"Option::is_none\""),
        (false, true) => (format!("Vec<{value}>"), ""),
        (false, false) => (format!("Vec<{value}>"), "default, skip_serializing_if = \"Vec::is_empty\""),
    };
    let rename = if identifier == name { String::new() } else { format!("rename = {name:?}") };
    let settings: Vec<_> = [rename.as_str(), default].into_iter().filter(|text| !text.is_empty()).collect();
    if !settings.is_empty() {
        writeln!(f, "    #[serde({})]", settings.join(", "))?;
    }
    writeln!(f, "    pub {identifier}: {field_type},")
}

/// The type of one value: by the attribute where Active Directory has more than its syntax says, else by the syntax.
fn value_type(attribute: AttributeTypeRef<'_>) -> &'static str {
    match attribute.definition().name() {
        "objectGUID" => return "ldapwire::mapping::Guid",
        "objectSid" | "sIDHistory" => return "ldapwire::mapping::Sid",
        "nTSecurityDescriptor" => return "ldapwire::mapping::SecurityDescriptor",
        "userAccountControl" => return "ldapwire::mapping::UserAccountControl",
        "pwdLastSet" | "accountExpires" | "lastLogon" | "lastLogonTimestamp" | "badPasswordTime"
        | "lockoutTime" => return "ldapwire::mapping::FileTime",
        _ => {}
    }
    let Some(syntax) = attribute.syntax() else { return "ldapwire::model::Value" };
    match syntax.name() {
        "Boolean" => "bool",
        "Integer" | "LargeInteger" => "i64",
        "Generalized Time" => "ldapwire::schema::GeneralizedTime",
        "DN" => "ldapwire::model::Dn",
        // What is not text, or need not be.
        "Octet String"
        | "JPEG"
        | "Fax"
        | "Audio"
        | "Binary"
        | "String(NT-Sec-Desc)"
        | "X.509 Certificate"
        | "X.509 Certificate List"
        | "X.509 Certificate Pair"
        | "X.509 Supported Algorithm"
        | "Teletex Terminal Identifier" => "ldapwire::model::Value",
        _ => "String",
    }
}

/// Identifiers that are taken.
#[derive(Default)]
struct Names(HashSet<String>);

impl Names {
    /// Takes an identifier, with a number behind it if it is taken already.
    fn take(&mut self, wanted: String) -> String {
        let mut name = wanted.clone();
        let mut number = 2_u32;
        while !self.0.insert(name.clone()) {
            name = format!("{wanted}_{number}");
            number += 1;
        }
        name
    }
}

/// Turns `telephoneNumber` into `telephone_number` and `objectGUID` into `object_guid`.
fn snake_case(name: &str) -> String {
    let mut words = String::new();
    let characters: Vec<char> = name.chars().collect();
    for (index, character) in characters.iter().enumerate() {
        if !character.is_ascii_alphanumeric() {
            words.push('_');
            continue;
        }
        let before = index.checked_sub(1).and_then(|before| characters.get(before));
        let after = characters.get(index + 1);
        let begins_word = character.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase))
            });
        if begins_word {
            words.push('_');
        }
        words.push(character.to_ascii_lowercase());
    }
    identifier(words)
}

/// Turns `inetOrgPerson` and `ds-cfg` into `InetOrgPerson` and `DsCfg`.
fn camel_case(name: &str) -> String {
    let mut words = String::new();
    let mut begins_word = true;
    for character in name.chars() {
        if !character.is_ascii_alphanumeric() {
            begins_word = true;
        } else if begins_word {
            words.push(character.to_ascii_uppercase());
            begins_word = false;
        } else {
            words.push(character);
        }
    }
    identifier(words)
}

/// Makes sure that a word is an identifier: neither empty nor a keyword, and without a digit at the beginning.
fn identifier(word: String) -> String {
    const KEYWORDS: &str = " abstract as async await become box break const continue crate do dyn else enum extern false \
        final fn for gen if impl in let loop macro match mod move mut override priv pub ref return self static struct \
        super trait true try type typeof unsafe unsized use virtual where while yield Self ";
    if word.is_empty() || word.starts_with(|first: char| first.is_ascii_digit()) || word == "_" {
        return format!("n{word}");
    }
    if KEYWORDS.contains(&format!(" {word} ")) { format!("{word}_") } else { word }
}

/// A text that goes into a comment: one line.
fn comment(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        // A carriage return alone is not allowed in a comment, and what moves the cursor should not be there.
        if character.is_control() {
            line.push(' ');
        } else {
            let _ = line.write_char(character);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        for (name, snake, camel) in [
            ("telephoneNumber", "telephone_number", "TelephoneNumber"),
            ("objectGUID", "object_guid", "ObjectGUID"),
            ("dITContentRules", "d_it_content_rules", "DITContentRules"),
            ("cACertificate", "c_a_certificate", "CACertificate"),
            ("x500UniqueIdentifier", "x500_unique_identifier", "X500UniqueIdentifier"),
            ("ds-cfg_x", "ds_cfg_x", "DsCfgX"),
            ("type", "type_", "Type"),
            ("1.2.3", "n1_2_3", "n123"),
            ("_", "n_", "n"),
            ("é", "n_", "n"),
        ] {
            assert_eq!((snake_case(name).as_str(), camel_case(name).as_str()), (snake, camel), "{name}");
        }
    }

    #[test]
    fn hostile_descriptions_stay_in_their_comments() {
        let schema = Schema::from_ldif(
            "attributeTypes:: KCAxLjIuMyBOQU1FICdhIicgREVTQyAneApmbiBtYWluKCkge30NeScgU1lOVEFYIDEuMyAp\n\
             objectClasses: ( 1.2.4 NAME ( 'c' ) DESC 'd' MUST a\" )\n",
        );
        let class = schema.object_class("c").unwrap();
        let code = Code { schema: &schema, classes: &[class] }.to_string();
        assert!(code.contains("    /// x fn main() {} y\n"), "{code}");
        assert!(
            code.contains("#[serde(rename = \"a\\\"\")]\n    pub a_: Vec<ldapwire::model::Value>,\n"),
            "{code}"
        );
    }
}
