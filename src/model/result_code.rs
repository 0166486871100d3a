//! `LDAPResult.resultCode`: how an operation ended, as a number.

use std::fmt;

/// How an operation ended: an open number, with names for what the standards register.
///
/// ```text
/// resultCode         ENUMERATED {
///      success                      (0),
///      operationsError              (1),
///      ... },                                                   (RFC 4511 4.1.9)
/// ```
///
/// "Client implementations SHALL treat any result code that they do not recognize as an unknown error condition"
/// (RFC 4511 App. A), so every number is kept, and [`is_error`](Self::is_error) is true for all but the five that the
/// standard calls non-errors.
///
/// ```
/// use ldapwire::model::ResultCode;
///
/// let code = ResultCode::new(32);
/// assert_eq!(code, ResultCode::NO_SUCH_OBJECT);
/// assert_eq!(code.to_string(), "noSuchObject (32)");
/// assert_eq!(code.explanation(), "The entry does not exist.");
/// assert_eq!(ResultCode::new(4711).to_string(), "unknown (4711)");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResultCode(u32);

impl ResultCode {
    /// Makes a code of any number.
    pub const fn new(number: u32) -> Self {
        Self(number)
    }

    /// Returns the number.
    pub const fn number(self) -> u32 {
        self.0
    }

    /// Whether the code is `success` (0).
    ///
    /// A comparison succeeds with `compareTrue` or `compareFalse` instead; [`is_error`](Self::is_error) knows.
    pub const fn is_success(self) -> bool {
        self.0 == Self::SUCCESS.0
    }

    /// Whether the code says that something went wrong: any but `success`, `compareFalse`, `compareTrue`, `referral` and
    /// `saslBindInProgress`, which "do not indicate an error condition" (RFC 4511 App. A.1).
    pub const fn is_error(self) -> bool {
        !matches!(
            self,
            Self::SUCCESS
                | Self::COMPARE_FALSE
                | Self::COMPARE_TRUE
                | Self::REFERRAL
                | Self::SASL_BIND_IN_PROGRESS
        )
    }
}

impl ResultCode {
    /// Returns the document that defines the code, if it has a name.
    ///
    /// ```
    /// use ldapwire::model::ResultCode;
    ///
    /// assert_eq!(ResultCode::NO_SUCH_OBJECT.specification(), Some("RFC 4511"));
    /// assert_eq!(ResultCode::new(4711).specification(), None);
    /// ```
    pub const fn specification(self) -> Option<&'static str> {
        if self.name().is_none() {
            return None;
        }
        Some(match self.0 {
            9 | 35 => "RFC 1777",
            60 | 61 | 76 => "draft-ietf-ldapext-ldapv3-vlv",
            70 => "draft-ietf-ldapext-ldapudp",
            113..=117 => "RFC 3928",
            118..=121 => "RFC 3909",
            122 => "RFC 4528",
            123 => "RFC 4370",
            4096 => "RFC 4533",
            16654 => "draft-zeilenga-ldap-noop",
            16657 => "draft-sermersheim-ldap-chaining",
            _ => "RFC 4511",
        })
    }
}

impl fmt::Display for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name().unwrap_or("unknown"), self.0)
    }
}

impl fmt::Debug for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Makes constants, names and explanations of one list.
macro_rules! result_codes {
    ($($constant:ident = $number:literal, $name:literal, $explanation:literal;)*) => {
        impl ResultCode {
            $(
                #[doc = concat!("`", $name, "` (", $number, "): ", $explanation)]
                pub const $constant: Self = Self($number);
            )*

            /// Returns the name that the standards give the code, such as `noSuchObject`.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($name),)*
                    _ => None,
                }
            }

            /// Returns the code of this name, ASCII letters in either case.
            ///
            /// ```
            /// use ldapwire::model::ResultCode;
            ///
            /// assert_eq!(ResultCode::from_name("BUSY"), Some(ResultCode::BUSY));
            /// assert_eq!(ResultCode::from_name("tired"), None);
            /// ```
            pub fn from_name(name: &str) -> Option<Self> {
                NAMED.iter().find(|(_, own)| own.eq_ignore_ascii_case(name)).map(|(code, _)| *code)
            }

            /// Walks the codes that have a name, smallest first.
            pub fn named() -> impl Iterator<Item = Self> {
                NAMED.iter().map(|(code, _)| *code)
            }

            /// Returns one sentence for people.
            pub const fn explanation(self) -> &'static str {
                match self.0 {
                    $($number => $explanation,)*
                    _ => "The server answered with a code that has no registered meaning.",
                }
            }
        }

        const NAMED: &[(ResultCode, &str)] = &[$((ResultCode::$constant, $name),)*];
    };
}

// Up to 80 those of RFC 4511 App. A.2 and few others; see `specification`. No-Op has the number that is in use.
result_codes! {
    SUCCESS = 0, "success", "The operation succeeded.";
    OPERATIONS_ERROR = 1, "operationsError", "The operation does not fit the state of the connection.";
    PROTOCOL_ERROR = 2, "protocolError", "The server did not understand the request.";
    TIME_LIMIT_EXCEEDED = 3, "timeLimitExceeded", "The operation took longer than the request allows.";
    SIZE_LIMIT_EXCEEDED = 4, "sizeLimitExceeded", "There are more entries than the request allows.";
    COMPARE_FALSE = 5, "compareFalse", "The comparison is false or undefined.";
    COMPARE_TRUE = 6, "compareTrue", "The comparison is true.";
    AUTH_METHOD_NOT_SUPPORTED = 7, "authMethodNotSupported", "The server does not support this way to authenticate.";
    STRONGER_AUTH_REQUIRED = 8, "strongerAuthRequired", "The server requires stronger authentication, or signing.";
    PARTIAL_RESULTS = 9, "partialResults", "The rest of the result is with other servers (LDAPv2).";
    REFERRAL = 10, "referral", "Another server has to be asked.";
    ADMIN_LIMIT_EXCEEDED = 11, "adminLimitExceeded", "The operation exceeds a limit set by the administrator.";
    UNAVAILABLE_CRITICAL_EXTENSION = 12, "unavailableCriticalExtension", "The server cannot apply a critical control.";
    CONFIDENTIALITY_REQUIRED = 13, "confidentialityRequired", "The server requires an encrypted connection.";
    SASL_BIND_IN_PROGRESS = 14, "saslBindInProgress", "The server waits for the next step of authentication.";
    NO_SUCH_ATTRIBUTE = 16, "noSuchAttribute", "The entry does not have this attribute or value.";
    UNDEFINED_ATTRIBUTE_TYPE = 17, "undefinedAttributeType", "The server's schema does not know this attribute.";
    INAPPROPRIATE_MATCHING = 18, "inappropriateMatching", "The matching rule is not defined for this attribute.";
    CONSTRAINT_VIOLATION = 19, "constraintViolation", "A value breaks a constraint of the directory.";
    ATTRIBUTE_OR_VALUE_EXISTS = 20, "attributeOrValueExists", "The attribute or value is there already.";
    INVALID_ATTRIBUTE_SYNTAX = 21, "invalidAttributeSyntax", "A value does not have the syntax of its attribute.";
    NO_SUCH_OBJECT = 32, "noSuchObject", "The entry does not exist.";
    ALIAS_PROBLEM = 33, "aliasProblem", "An alias leads nowhere.";
    INVALID_DN_SYNTAX = 34, "invalidDNSyntax", "A distinguished name is malformed.";
    IS_LEAF = 35, "isLeaf", "The entry cannot have subordinates (LDAPv2).";
    ALIAS_DEREFERENCING_PROBLEM = 36, "aliasDereferencingProblem", "An alias cannot or must not be followed here.";
    INAPPROPRIATE_AUTHENTICATION = 48, "inappropriateAuthentication", "The server requires credentials of some form.";
    INVALID_CREDENTIALS = 49, "invalidCredentials", "Name or password is wrong.";
    INSUFFICIENT_ACCESS_RIGHTS = 50, "insufficientAccessRights", "The access rights do not suffice.";
    BUSY = 51, "busy", "The server is too busy.";
    UNAVAILABLE = 52, "unavailable", "The server shuts down, or a part of it is offline.";
    UNWILLING_TO_PERFORM = 53, "unwillingToPerform", "The server is not willing to do this.";
    LOOP_DETECT = 54, "loopDetect", "The server went round in a loop.";
    SORT_CONTROL_MISSING = 60, "sortControlMissing", "A virtual list view needs the sort control.";
    OFFSET_RANGE_ERROR = 61, "offsetRangeError", "The offset lies outside of the virtual list.";
    NAMING_VIOLATION = 64, "namingViolation", "The name breaks the naming rules of the directory.";
    OBJECT_CLASS_VIOLATION = 65, "objectClassViolation", "The entry does not satisfy its object classes.";
    NOT_ALLOWED_ON_NON_LEAF = 66, "notAllowedOnNonLeaf", "The entry has subordinates.";
    NOT_ALLOWED_ON_RDN = 67, "notAllowedOnRDN", "The value is part of the entry's name.";
    ENTRY_ALREADY_EXISTS = 68, "entryAlreadyExists", "There is an entry of this name already.";
    OBJECT_CLASS_MODS_PROHIBITED = 69, "objectClassModsProhibited", "The object classes must not be changed like this.";
    RESULTS_TOO_LARGE = 70, "resultsTooLarge", "The result does not fit in a datagram.";
    AFFECTS_MULTIPLE_DSAS = 71, "affectsMultipleDSAs", "The operation would affect several servers.";
    VIRTUAL_LIST_VIEW_ERROR = 76, "virtualListViewError", "The virtual list view failed.";
    OTHER = 80, "other", "The server met an internal error.";
    LCUP_RESOURCES_EXHAUSTED = 113, "lcupResourcesExhausted", "The server has no resources left to send updates.";
    LCUP_SECURITY_VIOLATION = 114, "lcupSecurityViolation", "Access rights forbid to send updates.";
    LCUP_INVALID_DATA = 115, "lcupInvalidData", "The cookie of the update request is malformed.";
    LCUP_UNSUPPORTED_SCHEME = 116, "lcupUnsupportedScheme", "The server does not know the scheme of the cookie.";
    LCUP_RELOAD_REQUIRED = 117, "lcupReloadRequired", "The client must load the whole content again.";
    CANCELED = 118, "canceled", "The operation was cancelled as requested.";
    NO_SUCH_OPERATION = 119, "noSuchOperation", "The operation to cancel does not exist.";
    TOO_LATE = 120, "tooLate", "It is too late to cancel the operation.";
    CANNOT_CANCEL = 121, "cannotCancel", "The operation cannot be cancelled.";
    ASSERTION_FAILED = 122, "assertionFailed", "The entry does not match the asserted filter.";
    AUTHORIZATION_DENIED = 123, "authorizationDenied", "Acting as this identity is not allowed.";
    SYNC_REFRESH_REQUIRED = 4096, "e-syncRefreshRequired", "The client must refresh its whole content.";
    NO_OPERATION = 16654, "noOperation", "The operation would have succeeded and was not done, as requested.";
    CANNOT_CHAIN = 16657, "cannotChain", "The server cannot ask another one itself, as requested.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_belong_together() {
        for (code, name) in NAMED {
            assert_eq!(code.name(), Some(*name));
            assert_eq!(ResultCode::from_name(name), Some(*code));
            assert_eq!(ResultCode::new(code.number()), *code);
            assert!(code.explanation().ends_with('.') && code.specification().is_some());
        }
        assert!(NAMED.is_sorted_by(|left, right| left.0 < right.0));
    }

    #[test]
    fn the_five_non_error_codes_are_no_errors_and_unknown_ones_are() {
        let non_errors: Vec<u32> =
            (0..20_000).filter(|number| !ResultCode::new(*number).is_error()).collect();
        assert_eq!(non_errors, [0, 5, 6, 10, 14]);
        assert!(ResultCode::SUCCESS.is_success());
        assert!(!ResultCode::COMPARE_TRUE.is_success());
    }

    #[test]
    fn text_names_the_code_and_gives_the_number() {
        assert_eq!(ResultCode::INVALID_DN_SYNTAX.to_string(), "invalidDNSyntax (34)");
        assert_eq!(format!("{:?}", ResultCode::new(15)), "unknown (15)");
        assert_eq!(ResultCode::new(15).name(), None);
    }
}
