//! When two values of an attribute are one and the same, for whoever compares entries.

use std::borrow::Cow;

use super::{AttributeDescription, Value, case_ignore};

/// Decides whether two values of an attribute are the same value, as an EQUALITY rule of a schema does (RFC 4512 4.1.2).
///
/// The answer is given as a key, so that a group with a million members is compared in one pass: **two values of an
/// attribute are equal when their keys are.**
///
/// ```
/// use std::borrow::Cow;
///
/// use ldapwire::model::{AttributeDescription, Entry, ValueEquality};
///
/// /// Compares addresses in either case, and all else by its octets.
/// struct Mail;
///
/// impl ValueEquality for Mail {
///     fn key<'v>(&self, attribute: &AttributeDescription, value: &'v [u8]) -> Cow<'v, [u8]> {
///         if *attribute == "mail" { value.to_ascii_lowercase().into() } else { value.into() }
///     }
/// }
///
/// let before = Entry::new("uid=ada").with("mail", ["Ada@Example.org"]);
/// let after = Entry::new("uid=ada").with("mail", ["ada@example.org"]);
/// assert_eq!(before.diff(&after).len(), 1);
/// assert_eq!(before.diff_by(&after, &Mail), []);
/// ```
pub trait ValueEquality {
    /// Returns what is the same for equal values and differs for others.
    fn key<'v>(&self, attribute: &AttributeDescription, value: &'v [u8]) -> Cow<'v, [u8]>;

    /// Whether servers can tell values of this attribute from each other. If not, the attribute can only be replaced:
    /// where its type has no EQUALITY rule, "individual values of a multi-valued attribute are not to be independently added
    /// or deleted" (RFC 4512 2.5.1). [`Entry::diff`](super::Entry::diff) makes no such modification, and
    /// [`Entry::apply`](super::Entry::apply) refuses it as servers do.
    ///
    /// The default knows the attributes of RFC 2798 and RFC 4519 that have none, such as `jpegPhoto`.
    fn has_rule(&self, attribute: &AttributeDescription) -> bool {
        let own = attribute.attribute_type();
        !WITHOUT_EQUALITY.iter().any(|name| own.eq_ignore_ascii_case(name))
    }

    /// Whether a value comes with others, so that an entry is the same with and without it: the superclass of a class, which
    /// servers add (RFC 4512 3.3). [`Entry::diff`](super::Entry::diff) does not delete it.
    ///
    /// The default knows of none.
    fn is_implied(&self, _attribute: &AttributeDescription, _value: &[u8], _others: &[&Value]) -> bool {
        false
    }
}

/// Values are equal when their octets are: the strictest equality, and right for every attribute in the sense that
/// nothing that differs is taken for the same.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::exhaustive_structs, reason = "it has nothing to hold")]
pub struct OctetEquality;

impl ValueEquality for OctetEquality {
    fn key<'v>(&self, _: &AttributeDescription, value: &'v [u8]) -> Cow<'v, [u8]> {
        Cow::Borrowed(value)
    }
}

/// Text is equal in either case, white space counts as one space and not at all at the ends; what is not UTF-8 is equal
/// when its octets are. It is how [`Dn`](super::Dn) compares values, and right for most attributes that people read.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::exhaustive_structs, reason = "it has nothing to hold")]
pub struct CaseIgnoreEquality;

impl ValueEquality for CaseIgnoreEquality {
    fn key<'v>(&self, _: &AttributeDescription, value: &'v [u8]) -> Cow<'v, [u8]> {
        match std::str::from_utf8(value) {
            Ok(text) => Cow::Owned(case_ignore::folded(text).collect::<String>().into_bytes()),
            Err(_) => Cow::Borrowed(value),
        }
    }
}

const WITHOUT_EQUALITY: [&str; 11] = [
    "jpegPhoto",
    "photo",
    "userSMIMECertificate",
    "userPKCS12",
    "facsimileTelephoneNumber",
    "preferredDeliveryMethod",
    "registeredAddress",
    "teletexTerminalIdentifier",
    "telexNumber",
    "searchGuide",
    "enhancedSearchGuide",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_folded_and_octets_are_not() {
        let cn = AttributeDescription::from("cn");
        for (left, right, is_equal) in [
            (&b"Ada  L"[..], &b" aDA l "[..], true),
            ("Zo\u{cb}".as_bytes(), "zo\u{eb}".as_bytes(), true),
            (b"\xffA", b"\xffa", false),
            (b"a b", b"ab", false),
        ] {
            let key = |value| CaseIgnoreEquality.key(&cn, value);
            assert_eq!(key(left) == key(right), is_equal, "{left:?} {right:?}");
            assert_ne!(OctetEquality.key(&cn, left), OctetEquality.key(&cn, right));
        }
    }

    #[test]
    fn attributes_without_a_rule_are_known_with_their_options() {
        assert!(!OctetEquality.has_rule(&"JPEGphoto;x-small".into()));
        assert!(OctetEquality.has_rule(&"member".into()));
    }
}
