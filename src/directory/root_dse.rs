//! What the server says of itself (RFC 4512 5.1).

use std::sync::Arc;

use crate::model::{Attribute, Dn, Entry, Scope};
use crate::proto::BindRequest;
use crate::proto::extops::{
    Cancel, EndTransaction, ExtendedOp, PasswordModify, StartTls, StartTransaction, WhoAmI,
};
use crate::server::Operation;

use super::computed::SUBSCHEMA;
use super::controls;
use super::record::Record;
use super::store::Store;

/// Features that are announced: all operational attributes (RFC 3673), absolute true and false filters (RFC 4526),
/// increment (RFC 4525).
const FEATURES: [&str; 3] = ["1.3.6.1.4.1.4203.1.5.1", "1.3.6.1.4.1.4203.1.5.3", "1.3.6.1.1.14"];

/// Returns the entry that is none of the tree, if that is what is searched for: the root DSE or the subschema.
pub(super) fn own_entry(
    store: &Store,
    base: &Dn,
    scope: Scope,
    operation: &Operation,
) -> Option<Arc<Record>> {
    if scope != Scope::BaseObject {
        return None;
    }
    if base.is_root() {
        return Some(root_dse(store, operation));
    }
    let subschema = Dn::parse(SUBSCHEMA).ok()?;
    (store.rules.is_same_dn(base, &subschema) && store.find(base).is_none()).then(|| {
        let entry = store.rules.schema().to_entry(SUBSCHEMA).with("cn", ["Subschema"]);
        Record::new(&store.rules, &subschema, &entry.with("subtreeSpecification", ["{}"]))
    })
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
    Record::new(&store.rules, &Dn::root(), &shown)
}
