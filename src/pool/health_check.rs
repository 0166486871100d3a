//! Whether a connection is alive.

use std::time::Duration;

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::execute::{Executor, RequestExt};
use crate::model::{LdapString, ResultCode};
use crate::proto::SearchRequest;
use crate::proto::extops::{ExtendedOp, WhoAmI};

/// What a server is asked to find out whether a connection is alive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum HealthCheck {
    /// To read the root DSE (RFC 4512 5.1) without any attribute. Any answer will do but `busy` and `unavailable`.
    /// The default: nothing is cheaper, and every server has one.
    #[default]
    RootDse,
    /// To read this entry without any attribute: it has to be there. Finds out, too, whether the database behind the
    /// server works.
    Entry(LdapString),
    /// Who the connection belongs to (RFC 4532). Any answer will do but `busy` and `unavailable`.
    WhoAmI,
    /// Nothing. A connection is good until it is closed; a server that went without a word is noticed by
    /// operations that time out.
    None,
}

impl HealthCheck {
    /// Asks, and returns whether the connection is alive; nothing if there is no answer in time.
    pub(super) async fn ask(&self, client: &Client, timeout: Duration) -> Option<bool> {
        let nothing = |dn: &LdapString| SearchRequest::entry(dn.clone()).attributes(["1.1"]);
        let (answer, must_succeed) = match self {
            Self::None => return Some(!client.is_closed()),
            Self::RootDse => {
                let search = nothing(&LdapString::from("")).with_timeout(timeout);
                (client.search_one(search).await.map(|_| ()), false)
            }
            Self::Entry(dn) => (client.search_one(nothing(dn).with_timeout(timeout)).await.map(|_| ()), true),
            Self::WhoAmI => {
                let call = WhoAmI.into_request().with_timeout(timeout);
                (client.extended(call).await.map(|_| ()), false)
            }
        };
        match answer {
            Ok(()) => Some(true),
            Err(error) if matches!(error.kind(), ErrorKind::Timeout { .. }) => None,
            Err(error) => Some(!must_succeed && is_answer(&error)),
        }
    }
}

/// Returns whether the server answered something that shows it at work.
fn is_answer(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Refused { result, .. } => {
            !matches!(result.code(), ResultCode::BUSY | ResultCode::UNAVAILABLE)
        }
        ErrorKind::NotOne { .. } => true,
        _ => false,
    }
}
