//! A change carried out on the entry that it names.

use crate::ldif::{Change, ChangeRecord};
use crate::model::{
    Dn, DnParseError, Entry, Modification, ModifyOperation, OctetEquality, Rdn, Strictness, ValueEquality,
};
use crate::proto::{AddRequest, ModifyDnRequest};

use super::{ChangeError, ChangeProblem};

impl ChangeRecord {
    /// Returns what becomes of an entry: as it is after the change, or nothing if the change deletes it. `before` is the
    /// entry of the name in the record, or nothing if there is none.
    ///
    /// The changes follow RFC 4511 4.6 to 4.9, as far as one entry goes: whether there are entries above and below is
    /// what [`Content`](super::Content) knows. Values are compared by their octets. Of the controls, those for
    /// permissive modifications and for deleting a tree are heeded, `ManageDsaIT` has no effect here, and any other
    /// that is critical is refused.
    ///
    /// # Errors
    ///
    /// The change is refused, with the code that a server would answer.
    ///
    /// ```
    /// use ldapwire::ldif::ChangeRecord;
    /// use ldapwire::model::{Entry, Modification};
    /// use ldapwire::proto::ModifyRequest;
    ///
    /// let before = Entry::new("cn=Ada").with("cn", ["Ada"]);
    /// let record = ChangeRecord::new(ModifyRequest::new("cn=Ada", [Modification::add("sn", ["Lovelace"])]));
    /// assert_eq!(record.apply(Some(&before))?, Some(before.with("sn", ["Lovelace"])));
    /// # Ok::<(), ldapwire::ldif::ChangeError>(())
    /// ```
    pub fn apply(&self, before: Option<&Entry>) -> Result<Option<Entry>, ChangeError> {
        self.apply_by(before, &OctetEquality)
    }

    /// As [`apply`](Self::apply), with values compared by rules of the caller's.
    ///
    /// # Errors
    ///
    /// As [`apply`](Self::apply).
    pub fn apply_by(
        &self,
        before: Option<&Entry>,
        equality: &(impl ValueEquality + ?Sized),
    ) -> Result<Option<Entry>, ChangeError> {
        let refused = |problem| ChangeError::new(self.dn(), problem);
        let strictness = self.check_controls()?;
        let existing = || before.ok_or(ChangeProblem::NoSuchEntry).map_err(refused);
        match self.change() {
            Change::Add(_) if before.is_some() => Err(refused(ChangeProblem::EntryExists)),
            Change::Add(request) => added(request, equality).map(Some).map_err(refused),
            Change::Delete(_) => existing().map(|_| None),
            Change::Modify(request) => {
                let mut entry = existing()?.clone();
                let applied = entry.apply_by(request.changes(), strictness, equality);
                applied.map_err(|error| refused(ChangeProblem::Modification(error)))?;
                Ok(Some(entry))
            }
            Change::ModifyDn(request) => {
                let mut entry = existing()?.clone();
                let renamed = new_name(request).and_then(|dn| entry.rename(&dn, request.old_rdn()));
                renamed.map_err(|error| refused(ChangeProblem::Name(error)))?;
                Ok(Some(entry))
            }
        }
    }

    /// Whether the record asks to delete what is below the entry, too.
    pub(super) fn deletes_tree(&self) -> bool {
        matches!(self.change(), Change::Delete(_))
            && self.controls().iter().any(|control| control.oid() == TREE_DELETE)
    }

    /// Looks for controls that must be heeded and cannot, and returns how strict modifications are.
    fn check_controls(&self) -> Result<Strictness, ChangeError> {
        let mut strictness = Strictness::Strict;
        for control in self.controls() {
            match control.oid().as_str() {
                PERMISSIVE_MODIFY => strictness = Strictness::Permissive,
                MANAGE_DSA_IT => {}
                TREE_DELETE if matches!(self.change(), Change::Delete(_)) => {}
                _ if control.is_critical() => {
                    let problem = ChangeProblem::CriticalControl(control.oid().clone());
                    return Err(ChangeError::new(self.dn(), problem));
                }
                _ => {}
            }
        }
        Ok(strictness)
    }
}

/// Returns the name that an entry has after the change.
pub(crate) fn new_name(request: &ModifyDnRequest) -> Result<Dn, DnParseError> {
    let old = Dn::try_from(request.dn())?;
    let superior = match request.new_superior() {
        Some(superior) => Dn::try_from(superior)?,
        None => old.parent().unwrap_or_default(),
    };
    Ok(superior.child_rdn(Rdn::parse(request.new_rdn())?))
}

/// "attributes: the list of attributes that, along with those from the RDN, make up the content of the entry being added.
/// Clients MAY or MAY NOT include the RDN attribute in this list." (RFC 4511 4.7)
fn added(request: &AddRequest, equality: &(impl ValueEquality + ?Sized)) -> Result<Entry, ChangeProblem> {
    let dn = Dn::try_from(request.dn()).map_err(ChangeProblem::Name)?;
    let mut entry = Entry::new(request.dn().clone());
    let attributes = request.attributes().to_attributes();
    let additions: Vec<_> =
        attributes.into_iter().map(|attribute| Modification::new(ModifyOperation::Add, attribute)).collect();
    entry.apply_by(&additions, Strictness::Strict, equality).map_err(ChangeProblem::Modification)?;
    entry.add_distinguished_values(&dn);
    Ok(entry)
}

/// Deletes what is below an entry, too (draft-armijo-ldap-treedelete).
const TREE_DELETE: &str = "1.2.840.113556.1.4.805";

/// Passes over values that are there already or not there (MS-ADTS 3.1.1.3.4.1.8).
const PERMISSIVE_MODIFY: &str = "1.2.840.113556.1.4.1413";

/// Takes referral objects for plain entries (RFC 3296 3).
pub(super) const MANAGE_DSA_IT: &str = "2.16.840.1.113730.3.4.2";
