//! Requests and the kind of answer that ends each.

use super::{
    AbandonRequest, AddRequest, BindRequest, BindResponse, CompareRequest, DeleteRequest, ExtendedRequest,
    ExtendedResponse, IntermediateResponse, LdapResult, ModifyDnRequest, ModifyRequest, OpKind, ProtocolOp,
    SearchRequest, SearchResultEntry, SearchResultReference, UnbindRequest,
};

/// A request that is answered: all but unbind and abandon.
///
/// The trait is sealed: RFC 4511 has these eight, and a new operation is an
/// [`ExtendedOp`](super::extops::ExtendedOp).
///
/// ```
/// use ldapwire::proto::{DeleteRequest, OpKind, Request};
///
/// fn answered_by<R: Request>(_: &R) -> Option<OpKind> {
///     R::KIND.final_response()
/// }
/// assert_eq!(answered_by(&DeleteRequest::new("cn=old")), Some(OpKind::DeleteResponse));
/// ```
pub trait Request: Into<ProtocolOp> + sealed::Sealed {
    /// The kind of the operation; [`OpKind::final_response`] is the kind of the message that ends it.
    const KIND: OpKind;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! requests {
    ($($request:ident)*) => {
        $(
            impl Request for $request {
                const KIND: OpKind = OpKind::$request;
            }

            impl sealed::Sealed for $request {}
        )*
    };
}

requests! {
    BindRequest SearchRequest ModifyRequest AddRequest DeleteRequest ModifyDnRequest CompareRequest ExtendedRequest
}

/// Operations that have a type of their own; the other responses are made by [`ProtocolOp::response`].
macro_rules! conversions {
    ($($op:ident)*) => {
        $(
            impl From<$op> for ProtocolOp {
                fn from(op: $op) -> Self {
                    Self::$op(op)
                }
            }
        )*
    };
}

conversions! {
    BindRequest BindResponse UnbindRequest SearchRequest SearchResultEntry SearchResultReference ModifyRequest
    AddRequest DeleteRequest ModifyDnRequest CompareRequest AbandonRequest ExtendedRequest ExtendedResponse
    IntermediateResponse
}

impl ProtocolOp {
    /// Makes the message that ends a request of this kind with `result`; none if it is no request that is answered.
    ///
    /// For servers, which can refuse any request without looking into it:
    ///
    /// ```
    /// use ldapwire::model::ResultCode;
    /// use ldapwire::proto::{LdapResult, OpKind, ProtocolOp};
    ///
    /// let busy = LdapResult::new(ResultCode::BUSY);
    /// assert_eq!(
    ///     ProtocolOp::response(OpKind::SearchRequest, busy.clone()),
    ///     Some(ProtocolOp::SearchResultDone(busy.clone()))
    /// );
    /// assert_eq!(ProtocolOp::response(OpKind::AbandonRequest, busy), None);
    /// ```
    pub fn response(request: OpKind, result: LdapResult) -> Option<Self> {
        Some(match request {
            OpKind::BindRequest => Self::BindResponse(BindResponse::new(result)),
            OpKind::SearchRequest => Self::SearchResultDone(result),
            OpKind::ModifyRequest => Self::ModifyResponse(result),
            OpKind::AddRequest => Self::AddResponse(result),
            OpKind::DeleteRequest => Self::DeleteResponse(result),
            OpKind::ModifyDnRequest => Self::ModifyDnResponse(result),
            OpKind::CompareRequest => Self::CompareResponse(result),
            OpKind::ExtendedRequest => Self::ExtendedResponse(ExtendedResponse::new(result)),
            _ => return None,
        })
    }
}
