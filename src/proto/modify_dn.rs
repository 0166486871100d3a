//! The Modify DN operation (RFC 4511 4.9).

use crate::ber::{DecodeError, Reader, Tag, Writer};
use crate::model::{LdapString, OldRdn};

use super::{Context, EncodeError, OpKind};

/// Asks to rename an entry, to move it with all that is below it, or both.
///
/// ```text
/// ModifyDNRequest ::= [APPLICATION 12] SEQUENCE {
///      entry           LDAPDN,
///      newrdn          RelativeLDAPDN,
///      deleteoldrdn    BOOLEAN,
///      newSuperior     [0] LDAPDN OPTIONAL }
/// ```
///
/// ```
/// use ldapwire::proto::{ModifyDnRequest, OldRdn};
///
/// let move_out = ModifyDnRequest::new("uid=ada,ou=people,dc=example", "uid=ada", OldRdn::Keep)
///     .with_new_superior("ou=alumni,dc=example");
/// assert_eq!(move_out.new_superior().unwrap(), "ou=alumni,dc=example");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModifyDnRequest {
    dn: LdapString,
    new_rdn: LdapString,
    old_rdn: OldRdn,
    new_superior: Option<LdapString>,
}

impl ModifyDnRequest {
    const NEW_SUPERIOR: Tag = Tag::context_primitive(0);

    /// Makes a request to rename an entry where it is.
    pub fn new(dn: impl Into<LdapString>, new_rdn: impl Into<LdapString>, old_rdn: OldRdn) -> Self {
        Self { dn: dn.into(), new_rdn: new_rdn.into(), old_rdn, new_superior: None }
    }

    /// Sets the entry to move to. Default none: the entry stays below its superior. The empty name is the root of
    /// the tree, and not the same as none.
    #[must_use]
    pub fn with_new_superior(mut self, dn: impl Into<LdapString>) -> Self {
        self.new_superior = Some(dn.into());
        self
    }

    /// Returns the name of the entry.
    pub const fn dn(&self) -> &LdapString {
        &self.dn
    }

    /// Returns the new relative name.
    pub const fn new_rdn(&self) -> &LdapString {
        &self.new_rdn
    }

    /// Returns what becomes of the old relative name.
    pub const fn old_rdn(&self) -> OldRdn {
        self.old_rdn
    }

    /// Returns the entry to move to, if there is one; absent differs from empty.
    pub const fn new_superior(&self) -> Option<&LdapString> {
        self.new_superior.as_ref()
    }

    pub(super) fn decode<'a>(mut content: Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let dn = context.text(&mut content, Tag::OCTET_STRING, "entry")?;
        let new_rdn = context.text(&mut content, Tag::OCTET_STRING, "newrdn")?;
        let old_rdn = if content.boolean(Tag::BOOLEAN)? { OldRdn::Delete } else { OldRdn::Keep };
        let new_superior = match content.optional(Self::NEW_SUPERIOR)? {
            None => None,
            Some(dn) => Some(context.content_text(dn, "newSuperior")?),
        };
        content.finish_extensible_after(&[Tag::OCTET_STRING, Tag::BOOLEAN, Self::NEW_SUPERIOR])?;
        Ok(Self { dn, new_rdn, old_rdn, new_superior })
    }

    /// Writes the request under its tag.
    ///
    /// # Errors
    ///
    /// None today.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        writer.constructed(OpKind::ModifyDnRequest.tag(), |writer| {
            if let Some(dn) = &self.new_superior {
                writer.octet_string(Self::NEW_SUPERIOR, dn.as_bytes());
            }
            writer.boolean(Tag::BOOLEAN, self.old_rdn == OldRdn::Delete);
            writer.octet_string(Tag::OCTET_STRING, self.new_rdn.as_bytes());
            writer.octet_string(Tag::OCTET_STRING, self.dn.as_bytes());
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::tests::round_trip;

    #[test]
    fn the_old_name_goes_or_stays_and_absent_differs_from_empty() {
        let rename = ModifyDnRequest::new("cn=a", "cn=b", OldRdn::Delete);
        for (octets, expected) in [
            (&b"\x30\x14\x02\x01\x05\x6c\x0f\x04\x04cn=a\x04\x04cn=b\x01\x01\xff"[..], rename.clone()),
            (
                b"\x30\x14\x02\x01\x05\x6c\x0f\x04\x04cn=a\x04\x04cn=b\x01\x01\x00",
                ModifyDnRequest::new("cn=a", "cn=b", OldRdn::Keep),
            ),
            (
                b"\x30\x16\x02\x01\x05\x6c\x11\x04\x04cn=a\x04\x04cn=b\x01\x01\xff\x80\x00",
                rename.clone().with_new_superior(""),
            ),
            (
                b"\x30\x19\x02\x01\x05\x6c\x14\x04\x04cn=a\x04\x04cn=b\x01\x01\xff\x80\x03o=c",
                rename.with_new_superior("o=c"),
            ),
        ] {
            assert_eq!(round_trip(octets), expected.into());
        }
    }
}
