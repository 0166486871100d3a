//! The rows of the registry.
//!
//! To add one, add a line below; where there is a type, by its constant.

use super::{Kind, Registered};
use crate::model::Oid;
use crate::proto::NoticeOfDisconnection;
use crate::proto::controls::active_directory::{
    AttributeScopedQuery, DirSync, DomainScope, ExtendedDn, ForceUpdate, LazyCommit, LinkTtl, Notification,
    PolicyHints, RangeRetrievalNoError, SdFlags, SearchOptions, ShowDeactivatedLinks, ShowDeleted,
    ShowRecycled, Statistics,
};
use crate::proto::controls::{
    AccountUsability, AssertionControl, AuthorizationIdentity, AuthorizationIdentityResponse,
    ChainingBehavior, ControlValue, Dereference, DontUseCopy, DuplicateEntries, DuplicateEntriesDone,
    DuplicateSearchResult, EntryChangeNotification, GetEffectiveRights, IntermediateValue, ManageDsaIt,
    MatchedValues, NoOp, OperationPurpose, PagedResults, PasswordExpired, PasswordExpiring, PasswordPolicy,
    PermissiveModify, PersistentSearch, PostRead, PreRead, ProxiedAuthorization, ProxiedAuthorizationV1,
    RealAttributesOnly, RelaxRules, ServerSideSort, ServerSideSortResponse, SessionTracking, Subentries,
    SyncDone, SyncInfo, SyncRequest, SyncState, TraceContext, TransactionSpecification, TreeDelete,
    VirtualAttributesOnly, VirtualListView, VirtualListViewResponse, WhatFailed,
};
use crate::proto::extops::{
    AbortedTransactionNotice, Cancel, EndTransaction, ExtendedOp, FastBind, PasswordModify, Refresh,
    StartTls, StartTransaction, Turn, VerifyCredentials, WhoAmI,
};

/// Walks all that is known, by kind.
pub fn all() -> impl Iterator<Item = &'static Registered> {
    TABLE.iter()
}

/// Finds what an identifier stands for.
pub fn find(oid: &Oid) -> Option<&'static Registered> {
    TABLE.iter().find(|registered| registered.oid() == oid)
}

/// Finds what has this name, ASCII letters in either case.
pub fn by_name(name: &str) -> impl Iterator<Item = &'static Registered> {
    TABLE.iter().filter(move |registered| registered.name().eq_ignore_ascii_case(name))
}

/// Makes the table of rows by kind.
macro_rules! table {
    ($($kind:ident { $($name:literal, $specification:literal, $oid:expr;)* })*) => {
        static TABLE: [Registered; [$($($name,)*)*].len()] = [
            $($(Registered::new(Kind::$kind, $oid, $name, $specification),)*)*
        ];
    };
}

const fn oid(text: &'static str) -> Oid {
    Oid::from_static(text)
}

table! {
    Control {
        "pagedResults", "RFC 2696", PagedResults::OID;
        "sortRequest", "RFC 2891", ServerSideSort::OID;
        "sortResponse", "RFC 2891", ServerSideSortResponse::OID;
        "signedOperation", "RFC 2649", oid("1.2.840.113549.6.0.0");
        "demandSignedResult", "RFC 2649", oid("1.2.840.113549.6.0.1");
        "signedResult", "RFC 2649", oid("1.2.840.113549.6.0.2");
        "manageDsaIT", "RFC 3296", ManageDsaIt::OID;
        "subentries", "RFC 3672", Subentries::OID;
        "authorizationIdentityRequest", "RFC 3829", AuthorizationIdentity::OID;
        "authorizationIdentityResponse", "RFC 3829", AuthorizationIdentityResponse::OID;
        "matchedValues", "RFC 3876", MatchedValues::OID;
        "lcupSyncRequest", "RFC 3928", oid("1.3.6.1.1.7.1");
        "lcupSyncUpdate", "RFC 3928", oid("1.3.6.1.1.7.2");
        "lcupSyncDone", "RFC 3928", oid("1.3.6.1.1.7.3");
        "proxiedAuthorization", "RFC 4370", ProxiedAuthorization::OID;
        "preRead", "RFC 4527", PreRead::OID;
        "postRead", "RFC 4527", PostRead::OID;
        "assertion", "RFC 4528", AssertionControl::OID;
        "syncRequest", "RFC 4533", SyncRequest::OID;
        "syncState", "RFC 4533", SyncState::OID;
        "syncDone", "RFC 4533", SyncDone::OID;
        "transactionSpecification", "RFC 5805", TransactionSpecification::OID;
        "dontUseCopy", "RFC 6171", DontUseCopy::OID;

        "treeDelete", "draft-armijo-ldap-treedelete", TreeDelete::OID;
        "passwordPolicy", "draft-behera-ldap-password-policy", PasswordPolicy::OID;
        "virtualListViewRequest", "draft-ietf-ldapext-ldapv3-vlv", VirtualListView::OID;
        "virtualListViewResponse", "draft-ietf-ldapext-ldapv3-vlv", VirtualListViewResponse::OID;
        "persistentSearch", "draft-ietf-ldapext-psearch", PersistentSearch::OID;
        "entryChangeNotification", "draft-ietf-ldapext-psearch", EntryChangeNotification::OID;
        "duplicateEntriesRequest", "draft-ietf-ldapext-ldapv3-dupent", DuplicateEntries::OID;
        "duplicateSearchResult", "draft-ietf-ldapext-ldapv3-dupent", DuplicateSearchResult::OID;
        "duplicateEntriesDone", "draft-ietf-ldapext-ldapv3-dupent", DuplicateEntriesDone::OID;
        "ldapSubentries", "draft-ietf-ldup-subentry", oid("1.3.6.1.4.1.7628.5.101.1");
        "dereference", "draft-masarati-ldap-deref", Dereference::OID;
        "whatFailed", "draft-masarati-ldap-whatfailed", WhatFailed::OID;
        "chainingBehavior", "draft-sermersheim-ldap-chaining", ChainingBehavior::OID;
        "passwordExpired", "draft-vchu-ldap-pwd-policy", PasswordExpired::OID;
        "passwordExpiring", "draft-vchu-ldap-pwd-policy", PasswordExpiring::OID;
        "sessionTracking", "draft-wahl-ldap-session", SessionTracking::OID;
        "proxiedAuthorizationV1", "draft-weltman-ldapv3-proxy", ProxiedAuthorizationV1::OID;
        "noOp", "draft-zeilenga-ldap-noop", NoOp::OID;
        "relaxRules", "draft-zeilenga-ldap-relax", RelaxRules::OID;

        "getEffectiveRights", "Sun", GetEffectiveRights::OID;
        "accountUsability", "Sun", AccountUsability::OID;
        "replicationUpdateInformation", "389 Directory Server", oid("2.16.840.1.113730.3.4.13");
        "searchOnSpecificBackend", "389 Directory Server", oid("2.16.840.1.113730.3.4.14");
        "realAttributesOnly", "Netscape", RealAttributesOnly::OID;
        "virtualAttributesOnly", "Netscape", VirtualAttributesOnly::OID;
        "useOneBackend", "389 Directory Server", oid("2.16.840.1.113730.3.4.20");
        "transactionId", "ForgeRock", oid("1.3.6.1.4.1.36733.2.1.5.1");
        "traceContext", "ForgeRock; W3C Trace Context", TraceContext::OID;
        "operationPurpose", "UnboundID", OperationPurpose::OID;

        "rangeOption", "MS-ADTS", oid("1.2.840.113556.1.4.802");
        "permissiveModify", "MS-ADTS", PermissiveModify::OID;
        "showDeleted", "MS-ADTS", ShowDeleted::OID;
        "crossDomainMoveTarget", "MS-ADTS", oid("1.2.840.113556.1.4.521");
        "notification", "MS-ADTS", Notification::OID;
        "extendedDN", "MS-ADTS", ExtendedDn::OID;
        "lazyCommit", "MS-ADTS", LazyCommit::OID;
        "sdFlags", "MS-ADTS", SdFlags::OID;
        "dirSync", "MS-ADTS", DirSync::OID;
        "getStatistics", "MS-ADTS", Statistics::OID;
        "verifyName", "MS-ADTS", oid("1.2.840.113556.1.4.1338");
        "domainScope", "MS-ADTS", DomainScope::OID;
        "searchOptions", "MS-ADTS", SearchOptions::OID;
        "rodcDcPromo", "MS-ADTS", oid("1.2.840.113556.1.4.1341");
        "attributeScopedQuery", "MS-ADTS", AttributeScopedQuery::OID;
        "quota", "MS-ADTS", oid("1.2.840.113556.1.4.1852");
        "shutdownNotify", "MS-ADTS", oid("1.2.840.113556.1.4.1907");
        "rangeRetrievalNoError", "MS-ADTS", RangeRetrievalNoError::OID;
        "forceUpdate", "MS-ADTS", ForceUpdate::OID;
        "inputDN", "MS-ADTS", oid("1.2.840.113556.1.4.2026");
        "showRecycled", "MS-ADTS", ShowRecycled::OID;
        "showDeactivatedLinks", "MS-ADTS", ShowDeactivatedLinks::OID;
        "policyHintsDeprecated", "MS-ADTS", oid("1.2.840.113556.1.4.2066");
        "dirSyncEx", "MS-ADTS", oid("1.2.840.113556.1.4.2090");
        "treeDeleteEx", "MS-ADTS", oid("1.2.840.113556.1.4.2204");
        "updateStatistics", "MS-ADTS", oid("1.2.840.113556.1.4.2205");
        "searchHints", "MS-ADTS", oid("1.2.840.113556.1.4.2206");
        "expectedEntryCount", "MS-ADTS", oid("1.2.840.113556.1.4.2211");
        "policyHints", "MS-ADTS", PolicyHints::OID;
        "setOwner", "MS-ADTS", oid("1.2.840.113556.1.4.2255");
        "bypassQuota", "MS-ADTS", oid("1.2.840.113556.1.4.2256");
        "linkTTL", "MS-ADTS", LinkTtl::OID;
        "setCorrelationId", "MS-ADTS", oid("1.2.840.113556.1.4.2330");
        "threadTraceOverride", "MS-ADTS", oid("1.2.840.113556.1.4.2354");
    }

    ExtendedOperation {
        "refresh", "RFC 2589", Refresh::OID;
        "passwdModify", "RFC 3062", PasswordModify::OID;
        "cancel", "RFC 3909", Cancel::OID;
        "startLBURPRequest", "RFC 4373", oid("1.3.6.1.1.17.1");
        "startLBURPResponse", "RFC 4373", oid("1.3.6.1.1.17.2");
        "endLBURPRequest", "RFC 4373", oid("1.3.6.1.1.17.3");
        "endLBURPResponse", "RFC 4373", oid("1.3.6.1.1.17.4");
        "lburpUpdateRequest", "RFC 4373", oid("1.3.6.1.1.17.5");
        "lburpUpdateResponse", "RFC 4373", oid("1.3.6.1.1.17.6");
        "startTLS", "RFC 4511", StartTls::OID;
        "turn", "RFC 4531", Turn::OID;
        "whoAmI", "RFC 4532", WhoAmI::OID;
        "startTransaction", "RFC 5805", StartTransaction::OID;
        "endTransaction", "RFC 5805", EndTransaction::OID;
        "verifyCredentials", "OpenLDAP", VerifyCredentials::OID;
        "fastBind", "MS-ADTS", FastBind::OID;
        "batchRequest", "MS-ADTS", oid("1.2.840.113556.1.4.2212");
        "passwordPolicyState", "OpenDS", oid("1.3.6.1.4.1.26027.1.6.1");
        "getConnectionId", "OpenDS", oid("1.3.6.1.4.1.26027.1.6.2");
        "startReplication", "Netscape", oid("2.16.840.1.113730.3.5.3");
        "replicationResponse", "Netscape", oid("2.16.840.1.113730.3.5.4");
        "endReplication", "Netscape", oid("2.16.840.1.113730.3.5.5");
        "replicationEntry", "Netscape", oid("2.16.840.1.113730.3.5.6");
        "bulkImportStart", "Netscape", oid("2.16.840.1.113730.3.5.7");
        "bulkImportFinished", "Netscape", oid("2.16.840.1.113730.3.5.8");
    }

    IntermediateResponse {
        "syncInfo", "RFC 4533", SyncInfo::OID;
    }

    Notification {
        "noticeOfDisconnection", "RFC 4511", NoticeOfDisconnection::OID;
        "abortedTransactionNotice", "RFC 5805", AbortedTransactionNotice::OID;
    }

    Feature {
        "allOperationalAttributes", "RFC 3673", oid("1.3.6.1.4.1.4203.1.5.1");
        "objectClassAttributes", "RFC 4529", oid("1.3.6.1.4.1.4203.1.5.2");
        "trueFalseFilters", "RFC 4526", oid("1.3.6.1.4.1.4203.1.5.3");
        "languageTagOptions", "RFC 3866", oid("1.3.6.1.4.1.4203.1.5.4");
        "languageRangeOptions", "RFC 3866", oid("1.3.6.1.4.1.4203.1.5.5");
        "modifyIncrement", "RFC 4525", oid("1.3.6.1.1.14");
        "lburpIncrementalUpdate", "RFC 4373", oid("1.3.6.1.1.17.7");
    }

    Capability {
        "activeDirectory", "MS-ADTS", oid("1.2.840.113556.1.4.800");
        "activeDirectoryV51", "MS-ADTS", oid("1.2.840.113556.1.4.1670");
        "activeDirectoryLdapIntegration", "MS-ADTS", oid("1.2.840.113556.1.4.1791");
        "adam", "MS-ADTS", oid("1.2.840.113556.1.4.1851");
        "adamDigest", "MS-ADTS", oid("1.2.840.113556.1.4.1880");
        "partialSecrets", "MS-ADTS", oid("1.2.840.113556.1.4.1920");
        "activeDirectoryV60", "MS-ADTS", oid("1.2.840.113556.1.4.1935");
        "activeDirectoryV61R2", "MS-ADTS", oid("1.2.840.113556.1.4.2080");
        "activeDirectoryW8", "MS-ADTS", oid("1.2.840.113556.1.4.2237");
    }

    MatchingRule {
        "bitAnd", "MS-ADTS", oid("1.2.840.113556.1.4.803");
        "bitOr", "MS-ADTS", oid("1.2.840.113556.1.4.804");
        "transitiveEval", "MS-ADTS", oid("1.2.840.113556.1.4.1941");
        "dnWithData", "MS-ADTS", oid("1.2.840.113556.1.4.2253");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_and_names_are_well_formed_and_there_is_one_of_each() {
        for registered in all() {
            let (oid, name) = (registered.oid(), registered.name());
            assert!(oid.is_valid() && !registered.specification().is_empty(), "{name}");
            assert!(name.bytes().all(|octet| octet.is_ascii_alphanumeric()), "{name}");
            assert_eq!(all().filter(|other| other.oid() == oid).count(), 1, "{oid}");
            assert_eq!(by_name(&name.to_ascii_uppercase()).count(), 1, "{name}");
            assert!(std::ptr::eq(find(oid).unwrap(), registered));
        }
        assert!(find(&oid("1.2.3")).is_none() && by_name("").next().is_none());
    }
}
