//! What failed (draft-masarati-ldap-whatfailed-00).

use bytes::Bytes;

use crate::ber::{DecodeError, Tag, Writer};
use crate::model::Oid;
use crate::proto::{Context, Quirks};

use super::ControlValue;

/// Names the controls or extensions that made an operation fail; comes if the client sent
/// [`WhatFailed`](super::WhatFailed).
///
/// ```text
/// controlValue ::= SET OF oid LDAPOID            (draft-masarati-ldap-whatfailed-00 2.3)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatFailedResponse {
    oids: Vec<Oid>,
}

impl WhatFailedResponse {
    /// Names what failed.
    pub fn new(oids: impl IntoIterator<Item = Oid>) -> Self {
        Self { oids: oids.into_iter().collect() }
    }

    /// Returns what failed.
    pub fn oids(&self) -> &[Oid] {
        &self.oids
    }
}

impl ControlValue for WhatFailedResponse {
    const OID: Oid = Oid::from_static("1.3.6.1.4.1.4203.666.5.17");

    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError> {
        let context = Context::of_value(value, quirks)?;
        let oids = context.texts(context.only(Tag::SET)?, "oid")?;
        Ok(Self { oids: oids.into_iter().map(Oid::from_wire).collect() })
    }

    fn encode_value(&self) -> Option<Bytes> {
        let mut writer = Writer::new();
        writer.constructed(Tag::SET, |writer| {
            for oid in self.oids.iter().rev() {
                writer.octet_string(Tag::OCTET_STRING, oid.as_str().as_bytes());
            }
        });
        Some(writer.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ber::Fault;
    use crate::proto::controls::tests::{known, refused};

    #[test]
    fn the_value_is_a_set_of_identifiers() {
        let oids = [Oid::from_static("1.2.3"), Oid::from_static("1.2")];
        known(WhatFailedResponse::new(oids), b"\x31\x0c\x04\x051.2.3\x04\x031.2");
        assert!(matches!(refused::<WhatFailedResponse>(b"\x30\x00"), Fault::UnexpectedTag { .. }));
        assert!(matches!(refused::<WhatFailedResponse>(b"\x31\x03\x04\x01\xff"), Fault::NotUtf8 { .. }));
    }
}
