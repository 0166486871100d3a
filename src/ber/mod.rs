//! The subset of BER that LDAP allows (RFC 4511 5.1).
