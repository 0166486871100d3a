//! `compare`: whether an entry has a value (RFC 4511 4.10).

use clap::Args;
use data_encoding::BASE64;
use ldapwire::Executor;
use ldapwire::model::{AttributeDescription, Value};
use ldapwire::proto::CompareRequest;
use serde_json::json;

use crate::connection::Connection;
use crate::failure::Failure;
use crate::output::{Format, Output};
use crate::status::Status;

/// Ask whether an entry has a value, by the rules of the attribute.
///
/// Prints TRUE and ends with status 0, or FALSE and status 6. With --json it is {"result": true} or false.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire compare -H ldaps://ldap.example.org uid=ada,dc=example,dc=org \\
    mail:ada@example.org
  ldapwire compare -H ldaps://ldap.example.org uid=ada,dc=example,dc=org \\
    cn::QWRhIA==")]
pub(crate) struct Compare {
    /// Name of the entry
    #[arg(value_name = "DN")]
    dn: String,

    /// What to compare with: ATTRIBUTE:VALUE, or ATTRIBUTE::BASE64
    #[arg(value_name = "ASSERTION", value_parser = assertion)]
    assertion: (AttributeDescription, Value),

    #[command(flatten)]
    pub(crate) format: Format,

    #[command(flatten)]
    connection: Connection,
}

impl Compare {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let (attribute, value) = self.assertion.clone();
        let request = CompareRequest::new(self.dn.as_str(), attribute, value);
        let is_true = self.connection.with_client(async |client| Ok(client.compare(request).await?))?;
        match self.format.json {
            true => Output::print(json!({ "result": is_true })),
            false => Output::print(if is_true { "TRUE" } else { "FALSE" }),
        }?;
        Ok(if is_true { Status::Success } else { Status::Different })
    }
}

/// Reads `attribute:value` and `attribute::base64`; the value begins right behind the colon.
fn assertion(text: &str) -> Result<(AttributeDescription, Value), String> {
    let (attribute, value) = text.split_once(':').ok_or("expected ATTRIBUTE:VALUE or ATTRIBUTE::BASE64")?;
    let attribute = AttributeDescription::parse(attribute).map_err(|error| error.to_string())?;
    let value = match value.strip_prefix(':') {
        Some(base64) => {
            Value::from(BASE64.decode(base64.as_bytes()).map_err(|error| format!("base64: {error}"))?)
        }
        None => Value::from(value),
    };
    Ok((attribute, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_assertion_is_text_or_base64() {
        let cases: [(&str, &str, &[u8]); 5] = [
            ("cn:Ada", "cn", b"Ada"),
            ("cn;lang-de: Ada ", "cn;lang-de", b" Ada "),
            ("cn:a:b", "cn", b"a:b"),
            ("cn:", "cn", b""),
            ("jpegPhoto::/9g=", "jpegPhoto", b"\xff\xd8"),
        ];
        for (text, attribute, value) in cases {
            let read = assertion(text).unwrap();
            assert_eq!((read.0.as_str(), read.1.as_bytes()), (attribute, value), "{text}");
        }
        for text in ["cn", ":x", "c n:x", "cn::%"] {
            assert!(assertion(text).is_err(), "{text}");
        }
    }
}
