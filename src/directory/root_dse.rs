//! What the server says of itself (RFC 4512 5.1).

use std::sync::Arc;

use crate::model::{Attribute, Dn, Entry, ResultCode};
use crate::proto::BindRequest;
use crate::proto::extops::{
    Cancel, EndTransaction, ExtendedOp, PasswordModify, StartTls, StartTransaction, WhoAmI,
};
use crate::server::{Answer, Operation};

use super::computed::SUBSCHEMA;
use super::controls;
use super::handle::Directory;
use super::record::Record;
use super::store::Store;

/// Features that are announced: all operational attributes (RFC 3673), absolute true and false filters (RFC 4526),
/// increment (RFC 4525).
const FEATURES: [&str; 3] = ["1.3.6.1.4.1.4203.1.5.1", "1.3.6.1.4.1.4203.1.5.3", "1.3.6.1.1.14"];

impl Directory {
    /// Returns the entry that is none of the tree, if it has this name: the root DSE or the subschema.
    pub(super) fn own_entry(&self, store: &Store, dn: &Dn, operation: &Operation) -> Option<Arc<Record>> {
        if dn.is_root() {
            return Some(root_dse(store, operation));
        }
        is_own(store, dn).then(|| subschema(store, self.began()))
    }
}

/// Whether a name is that of an entry that is none of the tree. A subschema that somebody has loaded is one of it.
pub(super) fn is_own(store: &Store, dn: &Dn) -> bool {
    let is_subschema = || Dn::parse(SUBSCHEMA).is_ok_and(|own| store.rules.is_same_dn(dn, &own));
    dn.is_root() || (dn.depth() == 1 && is_subschema() && store.find(dn).is_none())
}

/// Checks that what is to be changed is not the server's own.
pub(super) fn refuse_own(store: &Store, dn: &Dn) -> Result<(), Answer> {
    if is_own(store, dn) {
        let text = "the root DSE and the subschema cannot be changed";
        return Err(Answer::refuse(ResultCode::UNWILLING_TO_PERFORM, text));
    }
    Ok(())
}

/// "Servers SHOULD provide the attributes 'createTimestamp' and 'modifyTimestamp' in subschema (sub)entries, in order to
/// allow clients to maintain their caches of schema information" (RFC 4512 4.2): it is as old as the directory.
fn subschema(store: &Store, began: &str) -> Arc<Record> {
    let entry = store
        .rules
        .schema()
        .to_entry(SUBSCHEMA)
        .with("cn", ["Subschema"])
        .with("subtreeSpecification", ["{}"])
        .with("createTimestamp", [began])
        .with("modifyTimestamp", [began]);
    Record::new(&store.rules, &entry)
}

/// All but `objectClass` are operational: returned when asked for.
fn root_dse(store: &Store, operation: &Operation) -> Arc<Record> {
    let mut extensions =
        vec![Cancel::OID, EndTransaction::OID, PasswordModify::OID, StartTransaction::OID, WhoAmI::OID];
    let connection = &operation.connection;
    if connection.offers_start_tls() && !connection.is_encrypted() {
        extensions.push(StartTls::OID);
    }
    let mut mechanisms = vec!["PLAIN"];
    if connection.unix_credentials().is_some() || connection.client_certificate().is_some() {
        mechanisms.push("EXTERNAL");
    }
    let mut entry = Entry::new("").with("objectClass", ["top"]);
    entry.extend([
        Attribute::new("namingContexts", store.roots().map(|record| record.name())),
        Attribute::new("supportedControl", controls::supported()),
        Attribute::new("supportedExtension", extensions.iter().map(|oid| oid.as_str())),
        Attribute::new("supportedFeatures", FEATURES),
        Attribute::new("supportedLDAPVersion", [BindRequest::VERSION.to_string()]),
        Attribute::new("supportedSASLMechanisms", mechanisms),
        Attribute::new("vendorName", ["ldapwire"]),
        Attribute::new("vendorVersion", [env!("CARGO_PKG_VERSION")]),
    ]);
    let without_values = |attribute: &Attribute| attribute.values().is_empty();
    let mut shown = Entry::new("");
    shown.extend(entry.attributes().iter().filter(|attribute| !without_values(attribute)).cloned());
    Record::new(&store.rules, &shown)
}
