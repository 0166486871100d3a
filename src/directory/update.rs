//! Operations that change something: each on a store that is locked for it.

use crate::model::{Dn, ResultCode};
use crate::proto::ProtocolOp;
use crate::server::{Answer, Operation};

use super::controls::Requested;
use super::handle::Directory;
use super::identity::Identity;
use super::store::Store;

/// Who asks for a change, and in which way.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) controls: Requested,
    pub(super) who: Option<Dn>,
}

impl Asked {
    /// The name that goes into `creatorsName` and `modifiersName`.
    pub(super) fn author(&self) -> String {
        self.who.as_ref().map_or_else(String::new, Dn::to_string)
    }
}

impl Directory {
    pub(super) fn update(&self, operation: &Operation) -> Result<Answer, Answer> {
        let controls = Requested::read(operation)?;
        let asked = Asked { controls, who: Identity::of(&operation.connection) };
        self.change(&mut self.write(), operation.op(), &asked)
    }

    /// Carries out an operation, all of it or nothing.
    pub(super) fn change(&self, store: &mut Store, op: &ProtocolOp, asked: &Asked) -> Result<Answer, Answer> {
        match op {
            ProtocolOp::AddRequest(request) => self.add(store, request, asked),
            ProtocolOp::DeleteRequest(request) => self.delete(store, request, asked),
            ProtocolOp::ModifyRequest(request) => self.modify(store, request, asked),
            ProtocolOp::ModifyDnRequest(request) => self.modify_dn(store, request, asked),
            other => {
                Err(Answer::refuse(ResultCode::PROTOCOL_ERROR, format!("a {} changes nothing", other.kind())))
            }
        }
    }
}
