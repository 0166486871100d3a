//! Which attributes have secrets for values.

use super::AttributeDescription;

impl AttributeDescription {
    /// Whether the values are known to be secrets, or keys that serve as well: passwords, what is kept of them, the keys
    /// of Kerberos and of second factors. Such values belong in no log.
    ///
    /// Known by name are those of the standards, OpenLDAP, 389 Directory Server, Samba, MIT Kerberos and Active Directory. A
    /// directory may keep secrets under any other name.
    ///
    /// ```
    /// use ldapwire::model::AttributeDescription;
    ///
    /// assert!(AttributeDescription::from("userpassword;x-old").is_secret());
    /// assert!(AttributeDescription::from("2.5.4.35").is_secret());
    /// assert!(!AttributeDescription::from("pwdChangedTime").is_secret());
    /// ```
    pub fn is_secret(&self) -> bool {
        let own = self.attribute_type();
        SECRETS.iter().any(|secret| own.eq_ignore_ascii_case(secret))
    }
}

const SECRETS: [&str; 22] = [
    // userPassword (RFC 4519 2.41) by its identifier.
    "2.5.4.35",
    "userPassword",
    "authPassword",
    "userPKCS12",
    "pwdHistory",
    "passwordHistory",
    "olcRootPW",
    "nsslapd-rootpw",
    "sambaNTPassword",
    "sambaLMPassword",
    "sambaPasswordHistory",
    "krbPrincipalKey",
    "oathSecret",
    "unicodePwd",
    "dBCSPwd",
    "ntPwdHistory",
    "lmPwdHistory",
    "supplementalCredentials",
    "ms-Mcs-AdmPwd",
    "msLAPS-Password",
    "msLAPS-EncryptedPassword",
    "msDS-ManagedPassword",
];
