//! Operation purpose (UnboundID's): why an application does an operation, for the server's log.

use bytes::Bytes;

use crate::ber::{DecodeError, Tag};
use crate::model::{LdapString, Oid};
use crate::proto::{Context, Quirks, sequence_value};

use super::ControlValue;

/// Tells the server which application does an operation, and why.
///
/// ```text
/// OperationPurposeRequest ::= SEQUENCE {
///      applicationName     [0] OCTET STRING OPTIONAL,
///      applicationVersion  [1] OCTET STRING OPTIONAL,
///      codeLocation        [2] OCTET STRING OPTIONAL,
///      requestPurpose      [3] OCTET STRING OPTIONAL }
/// ```
///
/// "At least one of the elements in the value sequence must be present", so it begins with the purpose; the others are
/// added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OperationPurpose {
    fields: [Option<LdapString>; 4],
}

/// The fields in their order, with their tags.
const FIELDS: [(Tag, &str); 4] = [
    (Tag::context_primitive(0), "applicationName"),
    (Tag::context_primitive(1), "applicationVersion"),
    (Tag::context_primitive(2), "codeLocation"),
    (Tag::context_primitive(3), "requestPurpose"),
];

impl OperationPurpose {
    /// Tells why an operation is done.
    pub fn new(purpose: impl Into<LdapString>) -> Self {
        Self { fields: [None, None, None, Some(purpose.into())] }
    }

    /// Sets the name and the version of the application. Default none.
    #[must_use]
    pub fn with_application(mut self, name: impl Into<LdapString>, version: impl Into<LdapString>) -> Self {
        let [_, _, location, purpose] = self.fields;
        self.fields = [Some(name.into()), Some(version.into()), location, purpose];
        self
    }

    /// Sets the place in the application's code. Default none.
    #[must_use]
    pub fn with_code_location(mut self, location: impl Into<LdapString>) -> Self {
        let [name, version, _, purpose] = self.fields;
        self.fields = [name, version, Some(location.into()), purpose];
        self
    }

    /// Returns the name of the application.
    pub const fn application_name(&self) -> Option<&LdapString> {
        let [name, ..] = &self.fields;
        name.as_ref()
    }

    /// Returns the version of the application.
    pub const fn application_version(&self) -> Option<&LdapString> {
        let [_, version, ..] = &self.fields;
        version.as_ref()
    }

    /// Returns the place in the application's code.
    pub const fn code_location(&self) -> Option<&LdapString> {
        let [_, _, location, _] = &self.fields;
        location.as_ref()
    }

    /// Returns why the operation is done.
    pub const fn purpose(&self) -> Option<&LdapString> {
        let [.., purpose] = &self.fields;
        purpose.as_ref()
    }
}

impl ControlValue for OperationPurpose {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.30221.2.5.19");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let mut sequence = context.sequence()?;
        let mut fields = [const { None }; 4];
        for (field, (tag, name)) in fields.iter_mut().zip(FIELDS) {
            *field = context.optional_text(&mut sequence, tag, name)?;
        }
        sequence.finish_extensible_after(&FIELDS.map(|(tag, _)| tag))?;
        Ok(Self { fields })
    }

    fn encode_value(&self) -> Option<Bytes> {
        Some(sequence_value(|writer| {
            for (field, (tag, _)) in self.fields.iter().zip(FIELDS).rev() {
                if let Some(text) = field {
                    writer.octet_string(tag, text.as_bytes());
                }
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::controls::tests::{known, read, refused};

    #[test]
    fn values_have_the_octets_of_the_specification() {
        known(OperationPurpose::new("why"), b"\x30\x05\x83\x03why");
        let full = OperationPurpose::new("why").with_application("app", "1").with_code_location("x.rs");
        known(full.clone(), b"\x30\x13\x80\x03app\x81\x011\x82\x04x.rs\x83\x03why");
        assert_eq!(full.application_name().unwrap(), "app");
        assert_eq!(full.application_version().unwrap(), "1");
        assert_eq!((full.code_location().unwrap(), full.purpose().unwrap()), (&"x.rs".into(), &"why".into()));
        assert_eq!(read::<OperationPurpose>(b"\x30\x00").purpose(), None);
        let swapped = refused::<OperationPurpose>(b"\x30\x04\x81\x00\x80\x00");
        assert!(matches!(swapped, Fault::Misplaced { .. }));
    }
}
