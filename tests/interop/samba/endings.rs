//! How operations and connections end here, which is not always as the standard says.

use ldapwire::Executor;
use ldapwire::model::ResultCode;
use ldapwire::proto::SearchRequest;
use ldapwire::proto::extops::{ExtendedOp, FastBind, WhoAmI};

use crate::{Outcome, cases};

use super::server::{DOMAIN, Samba};

cases![Samba:
    refusals_say_what_windows_says,
    extended_operations_that_it_lacks_are_refused,
];

async fn refusals_say_what_windows_says(server: &Samba) -> Outcome {
    let client = server.connect().await?;
    let error = client.simple_bind("administrator@ad.example.org", "wrong").await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::INVALID_CREDENTIALS));
    // A number of Windows stands behind `data`: 52e, the password is wrong.
    let text = error.to_string();
    assert!(text.contains("AcceptSecurityContext error, data 52e"), "{text}");

    let error = client.search_one(SearchRequest::entry(DOMAIN)).await.unwrap_err();
    assert_eq!(error.code(), Some(ResultCode::OPERATIONS_ERROR), "{error}");
    assert!(error.is_connection_usable());
    Ok(())
}

async fn extended_operations_that_it_lacks_are_refused(server: &Samba) -> Outcome {
    let client = server.admin().await?;
    for request in [WhoAmI.into_request(), FastBind.into_request()] {
        let error = client.extended(request).await.unwrap_err();
        assert_eq!(error.code(), Some(ResultCode::PROTOCOL_ERROR), "{error}");
    }
    // It goes on as before.
    assert!(client.read(DOMAIN).await.is_ok());
    Ok(())
}
