//! `userAccountControl` (MS-ADTS 2.2.16).

use std::fmt;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

/// The flags of an account: `userAccountControl`. Flags that are not named here are kept.
///
/// ```
/// use ldapwire::mapping::UserAccountControl;
///
/// let account = UserAccountControl::new(514);
/// assert!(account.is_disabled() && account.contains(UserAccountControl::NORMAL_ACCOUNT));
/// let enabled = account.without(UserAccountControl::ACCOUNT_DISABLE);
/// assert_eq!((enabled.bits(), enabled.to_string().as_str()), (512, "NORMAL_ACCOUNT"));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct UserAccountControl(u32);

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident = $bits:literal;)*) => {
        impl UserAccountControl {
            $($(#[$doc])* pub const $name: Self = Self($bits);)*

            const NAMES: &[(Self, &str)] = &[$((Self::$name, stringify!($name))),*];
        }
    };
}

flags! {
    /// The account is disabled.
    ACCOUNT_DISABLE = 0x2;
    /// A home directory is required.
    HOMEDIR_REQUIRED = 0x8;
    /// The account is locked out. Active Directory computes it elsewhere.
    LOCKOUT = 0x10;
    /// No password is required.
    PASSWD_NOTREQD = 0x20;
    /// The user cannot change the password. Active Directory computes it elsewhere.
    PASSWD_CANT_CHANGE = 0x40;
    /// The password is kept in a form that can be read.
    ENCRYPTED_TEXT_PASSWORD_ALLOWED = 0x80;
    /// An account of a user.
    NORMAL_ACCOUNT = 0x200;
    /// An account of a domain that is trusted.
    INTERDOMAIN_TRUST_ACCOUNT = 0x800;
    /// An account of a computer.
    WORKSTATION_TRUST_ACCOUNT = 0x1000;
    /// An account of a domain controller.
    SERVER_TRUST_ACCOUNT = 0x2000;
    /// The password does not expire.
    DONT_EXPIRE_PASSWORD = 0x1_0000;
    /// A smart card is required.
    SMARTCARD_REQUIRED = 0x4_0000;
    /// The service may act for any user.
    TRUSTED_FOR_DELEGATION = 0x8_0000;
    /// Nobody may act for the user.
    NOT_DELEGATED = 0x10_0000;
    /// Keys are of DES only.
    USE_DES_KEY_ONLY = 0x20_0000;
    /// Kerberos asks for no pre-authentication.
    DONT_REQUIRE_PREAUTH = 0x40_0000;
    /// The password has expired. Active Directory computes it elsewhere.
    PASSWORD_EXPIRED = 0x80_0000;
    /// The service may act for users that others have authenticated.
    TRUSTED_TO_AUTHENTICATE_FOR_DELEGATION = 0x100_0000;
    /// An account of a domain controller that only reads.
    PARTIAL_SECRETS_ACCOUNT = 0x400_0000;
}

impl UserAccountControl {
    /// Makes flags of their bits.
    pub const fn new(bits: u32) -> Self {
        Self(bits)
    }

    /// Returns the bits.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// Whether all of these flags are set.
    pub const fn contains(self, flags: Self) -> bool {
        self.0 & flags.0 == flags.0
    }

    /// Sets flags.
    #[must_use]
    pub const fn with(self, flags: Self) -> Self {
        Self(self.0 | flags.0)
    }

    /// Clears flags.
    #[must_use]
    pub const fn without(self, flags: Self) -> Self {
        Self(self.0 & !flags.0)
    }

    /// Whether the account is disabled.
    pub const fn is_disabled(self) -> bool {
        self.contains(Self::ACCOUNT_DISABLE)
    }
}

impl fmt::Display for UserAccountControl {
    /// Writes the names of the flags, and what has no name as a number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = *self;
        let mut separator = "";
        for (flag, name) in Self::NAMES.iter().filter(|(flag, _)| self.contains(*flag)) {
            write!(f, "{separator}{name}")?;
            separator = " | ";
            rest = rest.without(*flag);
        }
        if rest.0 != 0 || separator.is_empty() { write!(f, "{separator}{:#x}", rest.0) } else { Ok(()) }
    }
}

impl Serialize for UserAccountControl {
    /// As the directory writes it: a number of 32 bits with a sign.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i32(self.0.cast_signed())
    }
}

impl<'de> Deserialize<'de> for UserAccountControl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        i32::deserialize(deserializer).map(|bits| Self(bits.cast_unsigned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_have_names_and_the_rest_a_number() {
        assert_eq!(UserAccountControl::new(0).to_string(), "0x0");
        assert_eq!(UserAccountControl::new(0x202).to_string(), "ACCOUNT_DISABLE | NORMAL_ACCOUNT");
        assert_eq!(UserAccountControl::new(0x8000_0200).to_string(), "NORMAL_ACCOUNT | 0x80000000");
        let account = UserAccountControl::NORMAL_ACCOUNT.with(UserAccountControl::DONT_EXPIRE_PASSWORD);
        assert_eq!(account.bits(), 66_048);
        assert!(!account.contains(UserAccountControl::NORMAL_ACCOUNT.with(UserAccountControl::LOCKOUT)));
    }
}
