//! The controls that a request comes with.

use crate::model::{Filter, Oid, ResultCode};
use crate::proto::OpKind;
use crate::proto::controls::{
    AssertionControl, AuthorizationIdentity, ControlValue, Controls, Dereference, DontUseCopy, ManageDsaIt,
    MatchedValues, NoOp, PagedResults, PasswordPolicy, PermissiveModify, PostRead, PreRead,
    ProxiedAuthorization, RelaxRules, ServerSideSort, Subentries, SyncRequest, TransactionSpecification,
    TreeDelete, VirtualListView,
};
use crate::server::{Answer, Operation};

/// The controls that a request comes with and that the directory acts on.
#[derive(Clone, Debug, Default)]
pub(super) struct Requested {
    pub(super) manage_dsa_it: bool,
    pub(super) assertion: Option<Filter>,
    pub(super) pre_read: Option<PreRead>,
    pub(super) post_read: Option<PostRead>,
    pub(super) no_op: bool,
    pub(super) permissive: bool,
    pub(super) tree_delete: bool,
    pub(super) relax: bool,
    pub(super) subentries: Option<Subentries>,
    pub(super) paged: Option<PagedResults>,
    pub(super) sort: Option<ServerSideSort>,
    pub(super) view: Option<VirtualListView>,
    pub(super) matched_values: Option<MatchedValues>,
    pub(super) dereference: Option<Dereference>,
    pub(super) proxied: Option<ProxiedAuthorization>,
    pub(super) authorization_identity: bool,
    pub(super) password_policy: bool,
    pub(super) sync: Option<SyncRequest>,
    pub(super) transaction: Option<TransactionSpecification>,
}

/// The controls that the directory acts on, each with the operations that it means something for. All are announced in the
/// root DSE.
static SUPPORTED: [(Oid, &[OpKind]); 20] = [
    (AssertionControl::OID, &[SEARCH, COMPARE, ADD, DELETE, MODIFY, MODIFY_DN]),
    (AuthorizationIdentity::OID, &[BIND]),
    (Dereference::OID, &[SEARCH]),
    // There is no copy: "the DUC control [...] indicates that the operation must not be performed on copied information".
    (DontUseCopy::OID, &[SEARCH, COMPARE]),
    (ManageDsaIt::OID, &[SEARCH, COMPARE, ADD, DELETE, MODIFY, MODIFY_DN]),
    (MatchedValues::OID, &[SEARCH]),
    (NoOp::OID, &[ADD, DELETE, MODIFY, MODIFY_DN]),
    (PagedResults::OID, &[SEARCH]),
    (PasswordPolicy::OID, &[BIND, SEARCH, COMPARE, ADD, DELETE, MODIFY, MODIFY_DN, EXTENDED]),
    (PermissiveModify::OID, &[MODIFY]),
    (PostRead::OID, &[ADD, MODIFY, MODIFY_DN]),
    (PreRead::OID, &[DELETE, MODIFY, MODIFY_DN]),
    (ProxiedAuthorization::OID, &[SEARCH, COMPARE, ADD, DELETE, MODIFY, MODIFY_DN, EXTENDED]),
    (RelaxRules::OID, &[ADD, MODIFY, MODIFY_DN]),
    (ServerSideSort::OID, &[SEARCH]),
    (Subentries::OID, &[SEARCH]),
    (SyncRequest::OID, &[SEARCH]),
    (TransactionSpecification::OID, &[ADD, DELETE, MODIFY, MODIFY_DN]),
    (TreeDelete::OID, &[DELETE]),
    (VirtualListView::OID, &[SEARCH]),
];

const ADD: OpKind = OpKind::AddRequest;
const BIND: OpKind = OpKind::BindRequest;
const COMPARE: OpKind = OpKind::CompareRequest;
const DELETE: OpKind = OpKind::DeleteRequest;
const EXTENDED: OpKind = OpKind::ExtendedRequest;
const MODIFY: OpKind = OpKind::ModifyRequest;
const MODIFY_DN: OpKind = OpKind::ModifyDnRequest;
const SEARCH: OpKind = OpKind::SearchRequest;

/// All that are announced.
pub(super) fn supported() -> impl Iterator<Item = &'static str> {
    SUPPORTED.iter().map(|(oid, _)| oid.as_str())
}

impl Requested {
    /// Reads the controls of a request.
    ///
    /// One that does not fit the operation counts as unknown: refused if it is critical, else ignored (RFC 4511 4.1.11).
    pub(super) fn read(operation: &Operation) -> Result<Self, Answer> {
        if operation.controls().is_empty() {
            return Ok(Self::default());
        }
        let kind = operation.kind();
        let fitting = SUPPORTED.iter().filter(|(_, kinds)| kinds.contains(&kind)).map(|(oid, _)| oid.clone());
        let controls = Fitting { operation, fitting: fitting.collect() };
        operation.check_controls(&controls.fitting)?;
        Ok(Self {
            manage_dsa_it: controls.find::<ManageDsaIt>()?.is_some(),
            assertion: controls.find::<AssertionControl>()?.map(|control| control.filter().clone()),
            pre_read: controls.find()?,
            post_read: controls.find()?,
            no_op: controls.find::<NoOp>()?.is_some(),
            permissive: controls.find::<PermissiveModify>()?.is_some(),
            tree_delete: controls.find::<TreeDelete>()?.is_some(),
            relax: controls.find::<RelaxRules>()?.is_some(),
            subentries: controls.find()?,
            paged: controls.find()?,
            sort: controls.find()?,
            view: controls.find()?,
            matched_values: controls.find()?,
            dereference: controls.find()?,
            proxied: controls.find()?,
            password_policy: controls.find::<PasswordPolicy>()?.is_some(),
            sync: controls.find()?,
            transaction: controls.find()?,
            authorization_identity: controls.find::<AuthorizationIdentity>()?.is_some(),
        })
    }
}

struct Fitting<'a> {
    operation: &'a Operation,
    fitting: Vec<Oid>,
}

impl Fitting<'_> {
    fn find<C: ControlValue>(&self) -> Result<Option<C>, Answer> {
        if !self.fitting.contains(&C::OID) {
            return Ok(None);
        }
        self.operation.controls().control::<C>().transpose().map_err(|error| {
            let text = format!("the value of the control {} cannot be read: {error}", C::OID);
            Answer::refuse(ResultCode::PROTOCOL_ERROR, text)
        })
    }
}
