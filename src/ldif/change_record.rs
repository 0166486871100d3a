//! `ChangeRecord`: a request of the protocol and its controls.

use crate::model::{Control, LdapString};
use crate::proto::{AddRequest, DeleteRequest, ModifyDnRequest, ModifyRequest, ProtocolOp};

/// A change to a directory: one request that can be sent, and the controls that go with it.
///
/// ```text
/// ldif-change-record = dn-spec SEP *control changerecord                                  (RFC 2849)
/// ```
///
/// "There is a one-to-one correlation between LDAP operations that modify the directory (add, delete, modify, and
/// modrdn), and the types of changerecords" (RFC 2849): so the change **is** the request, and there is no second model.
///
/// "If the criticality of a control is "true", then the implementation MUST either include the control, or MUST NOT send
/// the operation to a remote server." (RFC 2849 note 9)
///
/// ```
/// use ldapwire::ldif::{Change, ChangeRecord};
/// use ldapwire::model::{Control, Oid};
/// use ldapwire::proto::DeleteRequest;
///
/// let tree_delete = Control::new(Oid::from_static("1.2.840.113556.1.4.805")).critical();
/// let record = ChangeRecord::new(DeleteRequest::new("ou=old,dc=example")).with_controls([tree_delete]);
/// assert_eq!(record.dn(), "ou=old,dc=example");
/// assert!(matches!(record.change(), Change::Delete(_)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeRecord {
    change: Change,
    controls: Vec<Control>,
}

impl ChangeRecord {
    /// Makes a record of a request, without controls.
    pub fn new(change: impl Into<Change>) -> Self {
        Self { change: change.into(), controls: Vec::new() }
    }

    /// Sets the controls. Default none.
    #[must_use]
    pub fn with_controls(mut self, controls: impl IntoIterator<Item = Control>) -> Self {
        self.controls = controls.into_iter().collect();
        self
    }

    /// Returns the name of the entry that changes.
    pub const fn dn(&self) -> &LdapString {
        self.change.dn()
    }

    /// Returns the request.
    pub const fn change(&self) -> &Change {
        &self.change
    }

    /// Returns the controls in their order.
    pub fn controls(&self) -> &[Control] {
        &self.controls
    }

    /// Takes the record apart into what is sent.
    pub fn into_parts(self) -> (Change, Vec<Control>) {
        (self.change, self.controls)
    }
}

impl<C: Into<Change>> From<C> for ChangeRecord {
    fn from(change: C) -> Self {
        Self::new(change)
    }
}

/// The four requests that change a directory.
///
/// ```text
/// changerecord = "changetype:" FILL
///                (change-add / change-delete /
///                 change-modify / change-moddn)                                            (RFC 2849)
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::exhaustive_enums,
    reason = "the operations that change a directory, which the standard names"
)]
pub enum Change {
    /// `changetype: add`
    Add(AddRequest),
    /// `changetype: delete`
    Delete(DeleteRequest),
    /// `changetype: modify`
    Modify(ModifyRequest),
    /// `changetype: modrdn` or `moddn`
    ModifyDn(ModifyDnRequest),
}

impl Change {
    /// Returns the name of the entry that changes.
    pub const fn dn(&self) -> &LdapString {
        match self {
            Self::Add(request) => request.dn(),
            Self::Delete(request) => request.dn(),
            Self::Modify(request) => request.dn(),
            Self::ModifyDn(request) => request.dn(),
        }
    }
}

macro_rules! conversions {
    ($($kind:ident $request:ident)*) => {
        $(
            impl From<$request> for Change {
                fn from(request: $request) -> Self {
                    Self::$kind(request)
                }
            }
        )*

        impl From<Change> for ProtocolOp {
            fn from(change: Change) -> Self {
                match change {
                    $(Change::$kind(request) => request.into(),)*
                }
            }
        }
    };
}

conversions! {
    Add AddRequest
    Delete DeleteRequest
    Modify ModifyRequest
    ModifyDn ModifyDnRequest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Entry, Modification, Oid};
    use crate::proto::{OldRdn, OpKind};

    #[test]
    fn each_change_is_a_request_with_the_name_of_its_entry() {
        for (change, kind) in [
            (Change::from(AddRequest::from(Entry::new("cn=a").with("cn", ["a"]))), OpKind::AddRequest),
            (DeleteRequest::new("cn=a").into(), OpKind::DeleteRequest),
            (ModifyRequest::new("cn=a", [Modification::clear("cn")]).into(), OpKind::ModifyRequest),
            (ModifyDnRequest::new("cn=a", "cn=b", OldRdn::Keep).into(), OpKind::ModifyDnRequest),
        ] {
            assert_eq!(change.dn(), "cn=a");
            assert_eq!(ProtocolOp::from(change).kind(), kind);
        }
    }

    #[test]
    fn controls_keep_their_order() {
        let controls = [Control::new(Oid::from_static("1.2.2")), Control::new(Oid::from_static("1.2.1"))];
        let record = ChangeRecord::from(DeleteRequest::new("")).with_controls(controls.clone());
        assert_eq!(record.controls(), controls);
        assert_eq!(record.into_parts(), (DeleteRequest::new("").into(), controls.to_vec()));
    }
}
