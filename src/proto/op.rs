//! `protocolOp`: which operation a message carries.

use std::fmt;

use crate::ber::{DecodeError, Fault, Reader, Tag, Writer};

use super::{
    AbandonRequest, AddRequest, BindRequest, BindResponse, CompareRequest, Context, DeleteRequest,
    EncodeError, ExtendedRequest, ExtendedResponse, IntermediateResponse, LdapResult, ModifyDnRequest,
    ModifyRequest, SearchRequest, SearchResultEntry, SearchResultReference, UnbindRequest,
};

/// Declares the operations once: the kinds with their tags, the enum, and what goes through all of them.
macro_rules! operations {
    ($($(#[$doc:meta])* $kind:ident, $name:literal, $tag:expr, $type:ty;)*) => {
        /// The kind of an operation, named as in RFC 4511 4.2 to 4.13.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum OpKind {
            $($(#[$doc])* $kind,)*
        }

        impl OpKind {
            /// Every kind, in the order of the standard.
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            /// Returns the tag that announces the operation.
            pub const fn tag(self) -> Tag {
                match self { $(Self::$kind => $tag,)* }
            }

            /// Returns the kind that a tag announces.
            #[inline]
            pub fn from_tag(tag: Tag) -> Option<Self> {
                $(if tag == const { $tag } { return Some(Self::$kind); })*
                None
            }

            /// Returns the name that the standard gives it, such as `searchRequest`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name,)* }
            }
        }

        /// The operation of a message, request or response.
        ///
        /// ```text
        /// protocolOp      CHOICE {
        ///      bindRequest           BindRequest,
        ///      bindResponse          BindResponse,
        ///      ...
        ///      intermediateResponse  IntermediateResponse }          (RFC 4511 4.1.1)
        /// ```
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum ProtocolOp {
            $($(#[$doc])* $kind($type),)*
        }

        impl ProtocolOp {
            /// Returns the kind.
            pub const fn kind(&self) -> OpKind {
                match self { $(Self::$kind(_) => OpKind::$kind,)* }
            }
        }
    };
}

operations! {
    /// RFC 4511 4.2
    BindRequest, "bindRequest", Tag::application(0), BindRequest;
    /// RFC 4511 4.2.2
    BindResponse, "bindResponse", Tag::application(1), BindResponse;
    /// RFC 4511 4.3
    UnbindRequest, "unbindRequest", Tag::application_primitive(2), UnbindRequest;
    /// RFC 4511 4.5.1
    SearchRequest, "searchRequest", Tag::application(3), SearchRequest;
    /// RFC 4511 4.5.2
    SearchResultEntry, "searchResEntry", Tag::application(4), SearchResultEntry;
    /// RFC 4511 4.5.2
    SearchResultDone, "searchResDone", Tag::application(5), LdapResult;
    /// RFC 4511 4.6
    ModifyRequest, "modifyRequest", Tag::application(6), ModifyRequest;
    /// RFC 4511 4.6
    ModifyResponse, "modifyResponse", Tag::application(7), LdapResult;
    /// RFC 4511 4.7
    AddRequest, "addRequest", Tag::application(8), AddRequest;
    /// RFC 4511 4.7
    AddResponse, "addResponse", Tag::application(9), LdapResult;
    /// RFC 4511 4.8
    DeleteRequest, "delRequest", Tag::application_primitive(10), DeleteRequest;
    /// RFC 4511 4.8
    DeleteResponse, "delResponse", Tag::application(11), LdapResult;
    /// RFC 4511 4.9
    ModifyDnRequest, "modDNRequest", Tag::application(12), ModifyDnRequest;
    /// RFC 4511 4.9
    ModifyDnResponse, "modDNResponse", Tag::application(13), LdapResult;
    /// RFC 4511 4.10
    CompareRequest, "compareRequest", Tag::application(14), CompareRequest;
    /// RFC 4511 4.10
    CompareResponse, "compareResponse", Tag::application(15), LdapResult;
    /// RFC 4511 4.11
    AbandonRequest, "abandonRequest", Tag::application_primitive(16), AbandonRequest;
    /// RFC 4511 4.5.3
    SearchResultReference, "searchResRef", Tag::application(19), SearchResultReference;
    /// RFC 4511 4.12
    ExtendedRequest, "extendedReq", Tag::application(23), ExtendedRequest;
    /// RFC 4511 4.12
    ExtendedResponse, "extendedResp", Tag::application(24), ExtendedResponse;
    /// RFC 4511 4.13
    IntermediateResponse, "intermediateResponse", Tag::application(25), IntermediateResponse;
}

impl OpKind {
    /// Returns whether a client sends it.
    pub const fn is_request(self) -> bool {
        self.is_unanswered() || self.final_response().is_some()
    }

    /// Returns whether it is a request that has no response: unbind and abandon.
    pub const fn is_unanswered(self) -> bool {
        matches!(self, Self::UnbindRequest | Self::AbandonRequest)
    }

    /// Returns the response that ends a request, if it is a request that is answered.
    pub const fn final_response(self) -> Option<Self> {
        Some(match self {
            Self::BindRequest => Self::BindResponse,
            Self::SearchRequest => Self::SearchResultDone,
            Self::ModifyRequest => Self::ModifyResponse,
            Self::AddRequest => Self::AddResponse,
            Self::DeleteRequest => Self::DeleteResponse,
            Self::ModifyDnRequest => Self::ModifyDnResponse,
            Self::CompareRequest => Self::CompareResponse,
            Self::ExtendedRequest => Self::ExtendedResponse,
            _ => return None,
        })
    }
}

impl fmt::Display for OpKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl ProtocolOp {
    /// Decodes the operation that `reader` stands at.
    ///
    /// # Errors
    ///
    /// The tag is no operation's, or the operation is not encoded as RFC 4511 says.
    pub fn decode<'a>(reader: &mut Reader<'a>, context: &Context<'a>) -> Result<Self, DecodeError> {
        let start = *reader;
        let element = reader.read()?;
        let Some(kind) = OpKind::from_tag(element.tag) else {
            return Err(start.fault(Fault::UnknownChoice { choice: "protocolOp", found: element.tag }));
        };
        let content = element.content;
        Ok(match kind {
            OpKind::BindRequest => Self::BindRequest(BindRequest::decode(content, context)?),
            OpKind::BindResponse => Self::BindResponse(BindResponse::decode(content, context)?),
            OpKind::UnbindRequest => Self::UnbindRequest(UnbindRequest::decode(content)?),
            OpKind::SearchRequest => Self::SearchRequest(SearchRequest::decode(content, context)?),
            OpKind::SearchResultEntry => {
                Self::SearchResultEntry(SearchResultEntry::decode(content, context)?)
            }
            OpKind::SearchResultDone => Self::SearchResultDone(LdapResult::decode(content, context)?),
            OpKind::ModifyRequest => Self::ModifyRequest(ModifyRequest::decode(content, context)?),
            OpKind::ModifyResponse => Self::ModifyResponse(LdapResult::decode(content, context)?),
            OpKind::AddRequest => Self::AddRequest(AddRequest::decode(content, context)?),
            OpKind::AddResponse => Self::AddResponse(LdapResult::decode(content, context)?),
            OpKind::DeleteRequest => Self::DeleteRequest(DeleteRequest::decode(content, context)?),
            OpKind::DeleteResponse => Self::DeleteResponse(LdapResult::decode(content, context)?),
            OpKind::ModifyDnRequest => Self::ModifyDnRequest(ModifyDnRequest::decode(content, context)?),
            OpKind::ModifyDnResponse => Self::ModifyDnResponse(LdapResult::decode(content, context)?),
            OpKind::CompareRequest => Self::CompareRequest(CompareRequest::decode(content, context)?),
            OpKind::CompareResponse => Self::CompareResponse(LdapResult::decode(content, context)?),
            OpKind::AbandonRequest => Self::AbandonRequest(AbandonRequest::decode(content)?),
            OpKind::SearchResultReference => {
                Self::SearchResultReference(SearchResultReference::decode(content, context)?)
            }
            OpKind::ExtendedRequest => Self::ExtendedRequest(ExtendedRequest::decode(content, context)?),
            OpKind::ExtendedResponse => Self::ExtendedResponse(ExtendedResponse::decode(content, context)?),
            OpKind::IntermediateResponse => {
                Self::IntermediateResponse(IntermediateResponse::decode(content, context)?)
            }
        })
    }

    /// Encodes the operation under its tag.
    ///
    /// # Errors
    ///
    /// The operation is one that the protocol does not allow to be sent.
    pub fn encode(&self, writer: &mut Writer) -> Result<(), EncodeError> {
        match self {
            Self::BindRequest(op) => op.encode(writer),
            Self::BindResponse(op) => op.encode(writer),
            Self::UnbindRequest(op) => op.encode(writer),
            Self::SearchRequest(op) => op.encode(writer),
            Self::SearchResultEntry(op) => op.encode(writer),
            Self::SearchResultReference(op) => op.encode(writer),
            Self::ModifyRequest(op) => op.encode(writer),
            Self::AddRequest(op) => op.encode(writer),
            Self::DeleteRequest(op) => op.encode(writer),
            Self::ModifyDnRequest(op) => op.encode(writer),
            Self::CompareRequest(op) => op.encode(writer),
            Self::AbandonRequest(op) => op.encode(writer),
            Self::ExtendedRequest(op) => op.encode(writer),
            Self::ExtendedResponse(op) => op.encode(writer),
            Self::IntermediateResponse(op) => op.encode(writer),
            Self::SearchResultDone(result)
            | Self::ModifyResponse(result)
            | Self::AddResponse(result)
            | Self::DeleteResponse(result)
            | Self::ModifyDnResponse(result)
            | Self::CompareResponse(result) => result.encode(self.kind().tag(), writer),
        }
    }

    /// Returns the result that the operation carries, if it is a response that ends a request.
    pub const fn result(&self) -> Option<&LdapResult> {
        match self {
            Self::BindResponse(response) => Some(response.result()),
            Self::ExtendedResponse(response) => Some(response.result()),
            Self::SearchResultDone(result)
            | Self::ModifyResponse(result)
            | Self::AddResponse(result)
            | Self::DeleteResponse(result)
            | Self::ModifyDnResponse(result)
            | Self::CompareResponse(result) => Some(result),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_tag_and_no_other_tag_is_a_kind() {
        let known: Vec<_> = (0..=255).filter_map(|octet| OpKind::from_tag(Tag::from_octet(octet))).collect();
        assert_eq!(known.len(), OpKind::ALL.len());
        for kind in OpKind::ALL {
            assert_eq!(OpKind::from_tag(kind.tag()), Some(*kind));
        }
    }

    #[test]
    fn the_answered_requests_have_a_response_of_the_right_kind() {
        for kind in OpKind::ALL {
            let response = ProtocolOp::response(*kind, LdapResult::success());
            assert_eq!(response.as_ref().map(ProtocolOp::kind), kind.final_response());
            let has_result = response.as_ref().and_then(ProtocolOp::result).is_some();
            assert_eq!(has_result, kind.final_response().is_some());
        }
        let unanswered: Vec<_> = OpKind::ALL.iter().filter(|kind| kind.is_unanswered()).collect();
        assert_eq!(unanswered, [&OpKind::UnbindRequest, &OpKind::AbandonRequest]);
        assert_eq!(OpKind::ALL.iter().filter(|kind| kind.is_request()).count(), 10);
    }
}
