//! The changes that undo a change.

use crate::ldif::{Change, ChangeRecord};
use crate::model::{Dn, Entry, LdapString, OctetEquality, OldRdn, ValueEquality};
use crate::proto::{AddRequest, DeleteRequest, ModifyDnRequest, ModifyRequest};

use super::effect::MANAGE_DSA_IT;
use super::{ChangeError, ChangeProblem};

impl ChangeRecord {
    /// Returns the changes that undo this one, in the order in which they are to be carried out; none if it changes nothing. `before` is
    /// the entry of the name in the record, or nothing if there is none.
    ///
    /// It is one change, but for a new name: where the entry had some of the values of its new relative name before and
    /// others not, a modification follows that removes the others. What a tree delete deletes below the entry
    /// is not known here; [`Content`](super::Content) knows. Values are compared by their octets.
    ///
    /// # Errors
    ///
    /// The change cannot be carried out on this entry; there is nothing to undo.
    ///
    /// ```
    /// use ldapwire::ldif::ChangeRecord;
    /// use ldapwire::model::{Entry, Modification};
    /// use ldapwire::proto::ModifyRequest;
    ///
    /// let before = Entry::new("cn=Ada").with("cn", ["Ada"]).with("mail", ["ada@example.org"]);
    /// let change = ChangeRecord::new(ModifyRequest::new("cn=Ada", [Modification::delete_attribute("mail")]));
    /// let undo = ModifyRequest::new("cn=Ada", [Modification::add("mail", ["ada@example.org"])]);
    /// assert_eq!(change.inverse(Some(&before))?, [ChangeRecord::new(undo)]);
    /// # Ok::<(), ldapwire::ldif::ChangeError>(())
    /// ```
    pub fn inverse(&self, before: Option<&Entry>) -> Result<Vec<Self>, ChangeError> {
        self.inverse_by(before, &OctetEquality)
    }

    /// As [`inverse`](Self::inverse), with values compared by rules of the caller's.
    ///
    /// # Errors
    ///
    /// As [`inverse`](Self::inverse).
    pub fn inverse_by(
        &self,
        before: Option<&Entry>,
        equality: &(impl ValueEquality + ?Sized),
    ) -> Result<Vec<Self>, ChangeError> {
        let after = self.apply_by(before, equality)?;
        let undo = match (self.change(), before, after) {
            (Change::Delete(_), Some(before), _) => vec![Self::new(AddRequest::from(before))],
            (Change::Modify(_), Some(before), Some(after)) => {
                modify(&after, before, equality).into_iter().collect()
            }
            (Change::ModifyDn(_), Some(before), Some(after)) => {
                rename(&after, before, equality).map_err(|problem| ChangeError::new(self.dn(), problem))?
            }
            _ => vec![Self::new(DeleteRequest::new(self.dn().clone()))],
        };
        // A change to an object that is a referral is undone there, too.
        let kept = self.controls().iter().filter(|control| control.oid() == MANAGE_DSA_IT);
        Ok(undo.into_iter().map(|record| record.with_controls(kept.clone().cloned())).collect())
    }
}

fn modify(from: &Entry, to: &Entry, equality: &(impl ValueEquality + ?Sized)) -> Option<ChangeRecord> {
    let modifications = from.diff_by(to, equality);
    (!modifications.is_empty())
        .then(|| ChangeRecord::new(ModifyRequest::new(from.dn().clone(), modifications)))
}

/// Tries both ways back, and takes the one that needs no modification behind it, if there is one.
fn rename(
    after: &Entry,
    before: &Entry,
    equality: &(impl ValueEquality + ?Sized),
) -> Result<Vec<ChangeRecord>, ChangeProblem> {
    let (old, new) = (
        Dn::try_from(before.dn()).map_err(ChangeProblem::Name)?,
        Dn::try_from(after.dn()).map_err(ChangeProblem::Name)?,
    );
    let rdn = old.rdn().map(LdapString::from).unwrap_or_default();
    let back = |old_rdn| -> Result<Vec<ChangeRecord>, ChangeProblem> {
        let mut request = ModifyDnRequest::new(after.dn().clone(), rdn.clone(), old_rdn);
        if old.parent() != new.parent() {
            request = request.with_new_superior(old.parent().unwrap_or_default());
        }
        let mut entry = after.clone();
        entry.rename(&old, old_rdn).map_err(ChangeProblem::Name)?;
        let rest = modify(&entry, before, equality);
        Ok(std::iter::once(ChangeRecord::new(request)).chain(rest).collect())
    };
    let (deleting, keeping) = (back(OldRdn::Delete)?, back(OldRdn::Keep)?);
    Ok(if deleting.len() <= keeping.len() { deleting } else { keeping })
}
