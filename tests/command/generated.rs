use serde::{Deserialize, Serialize};

/// The structural class `inetOrgPerson`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct InetOrgPerson {
    /// The name of the entry.
    pub dn: String,
    /// sn
    pub sn: Vec<String>,
    /// cn
    pub cn: Vec<String>,
    /// objectClass
    #[serde(rename = "objectClass")]
    pub object_class: Vec<String>,
    /// audio
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audio: Vec<ldapwire::model::Value>,
    /// businessCategory
    #[serde(rename = "businessCategory", default, skip_serializing_if = "Vec::is_empty")]
    pub business_category: Vec<String>,
    /// carLicense
    #[serde(rename = "carLicense", default, skip_serializing_if = "Vec::is_empty")]
    pub car_license: Vec<String>,
    /// departmentNumber
    #[serde(rename = "departmentNumber", default, skip_serializing_if = "Vec::is_empty")]
    pub department_number: Vec<String>,
    /// displayName
    #[serde(rename = "displayName", default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// employeeNumber
    #[serde(rename = "employeeNumber", default, skip_serializing_if = "Option::is_none")]
    pub employee_number: Option<String>,
    /// employeeType
    #[serde(rename = "employeeType", default, skip_serializing_if = "Vec::is_empty")]
    pub employee_type: Vec<String>,
    /// givenName
    #[serde(rename = "givenName", default, skip_serializing_if = "Vec::is_empty")]
    pub given_name: Vec<String>,
    /// homePhone
    #[serde(rename = "homePhone", default, skip_serializing_if = "Vec::is_empty")]
    pub home_phone: Vec<String>,
    /// homePostalAddress
    #[serde(rename = "homePostalAddress", default, skip_serializing_if = "Vec::is_empty")]
    pub home_postal_address: Vec<String>,
    /// initials
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub initials: Vec<String>,
    /// jpegPhoto
    #[serde(rename = "jpegPhoto", default, skip_serializing_if = "Vec::is_empty")]
    pub jpeg_photo: Vec<ldapwire::model::Value>,
    /// labeledURI
    #[serde(rename = "labeledURI", default, skip_serializing_if = "Vec::is_empty")]
    pub labeled_uri: Vec<String>,
    /// mail
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mail: Vec<String>,
    /// manager
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub manager: Vec<ldapwire::model::Dn>,
    /// mobile
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mobile: Vec<String>,
    /// o
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub o: Vec<String>,
    /// pager
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pager: Vec<String>,
    /// photo
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub photo: Vec<ldapwire::model::Value>,
    /// roomNumber
    #[serde(rename = "roomNumber", default, skip_serializing_if = "Vec::is_empty")]
    pub room_number: Vec<String>,
    /// secretary
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secretary: Vec<ldapwire::model::Dn>,
    /// uid
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uid: Vec<String>,
    /// userCertificate
    #[serde(rename = "userCertificate", default, skip_serializing_if = "Vec::is_empty")]
    pub user_certificate: Vec<ldapwire::model::Value>,
    /// x500UniqueIdentifier
    #[serde(rename = "x500UniqueIdentifier", default, skip_serializing_if = "Vec::is_empty")]
    pub x500_unique_identifier: Vec<String>,
    /// preferredLanguage
    #[serde(rename = "preferredLanguage", default, skip_serializing_if = "Option::is_none")]
    pub preferred_language: Option<String>,
    /// userSMIMECertificate
    #[serde(rename = "userSMIMECertificate", default, skip_serializing_if = "Vec::is_empty")]
    pub user_smime_certificate: Vec<ldapwire::model::Value>,
    /// userPKCS12
    #[serde(rename = "userPKCS12", default, skip_serializing_if = "Vec::is_empty")]
    pub user_pkcs12: Vec<ldapwire::model::Value>,
    /// title
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub title: Vec<String>,
    /// x121Address
    #[serde(rename = "x121Address", default, skip_serializing_if = "Vec::is_empty")]
    pub x121_address: Vec<String>,
    /// registeredAddress
    #[serde(rename = "registeredAddress", default, skip_serializing_if = "Vec::is_empty")]
    pub registered_address: Vec<String>,
    /// destinationIndicator
    #[serde(rename = "destinationIndicator", default, skip_serializing_if = "Vec::is_empty")]
    pub destination_indicator: Vec<String>,
    /// preferredDeliveryMethod
    #[serde(rename = "preferredDeliveryMethod", default, skip_serializing_if = "Option::is_none")]
    pub preferred_delivery_method: Option<String>,
    /// telexNumber
    #[serde(rename = "telexNumber", default, skip_serializing_if = "Vec::is_empty")]
    pub telex_number: Vec<String>,
    /// teletexTerminalIdentifier
    #[serde(rename = "teletexTerminalIdentifier", default, skip_serializing_if = "Vec::is_empty")]
    pub teletex_terminal_identifier: Vec<ldapwire::model::Value>,
    /// telephoneNumber
    #[serde(rename = "telephoneNumber", default, skip_serializing_if = "Vec::is_empty")]
    pub telephone_number: Vec<String>,
    /// internationalISDNNumber
    #[serde(rename = "internationalISDNNumber", default, skip_serializing_if = "Vec::is_empty")]
    pub international_isdn_number: Vec<String>,
    /// facsimileTelephoneNumber
    #[serde(rename = "facsimileTelephoneNumber", default, skip_serializing_if = "Vec::is_empty")]
    pub facsimile_telephone_number: Vec<String>,
    /// street
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub street: Vec<String>,
    /// postOfficeBox
    #[serde(rename = "postOfficeBox", default, skip_serializing_if = "Vec::is_empty")]
    pub post_office_box: Vec<String>,
    /// postalCode
    #[serde(rename = "postalCode", default, skip_serializing_if = "Vec::is_empty")]
    pub postal_code: Vec<String>,
    /// postalAddress
    #[serde(rename = "postalAddress", default, skip_serializing_if = "Vec::is_empty")]
    pub postal_address: Vec<String>,
    /// physicalDeliveryOfficeName
    #[serde(rename = "physicalDeliveryOfficeName", default, skip_serializing_if = "Vec::is_empty")]
    pub physical_delivery_office_name: Vec<String>,
    /// ou
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ou: Vec<String>,
    /// st
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub st: Vec<String>,
    /// l
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub l: Vec<String>,
    /// userPassword
    #[serde(rename = "userPassword", default, skip_serializing_if = "Vec::is_empty")]
    pub user_password: Vec<ldapwire::model::Value>,
    /// seeAlso
    #[serde(rename = "seeAlso", default, skip_serializing_if = "Vec::is_empty")]
    pub see_also: Vec<ldapwire::model::Dn>,
    /// description
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub description: Vec<String>,
}

/// The auxiliary class `posixAccount`.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct PosixAccount {
    /// The name of the entry.
    pub dn: String,
    /// cn
    pub cn: Vec<String>,
    /// uid
    pub uid: Vec<String>,
    /// uidNumber
    #[serde(rename = "uidNumber")]
    pub uid_number: i64,
    /// gidNumber
    #[serde(rename = "gidNumber")]
    pub gid_number: i64,
    /// homeDirectory
    #[serde(rename = "homeDirectory")]
    pub home_directory: String,
    /// objectClass
    #[serde(rename = "objectClass")]
    pub object_class: Vec<String>,
    /// userPassword
    #[serde(rename = "userPassword", default, skip_serializing_if = "Vec::is_empty")]
    pub user_password: Vec<ldapwire::model::Value>,
    /// loginShell
    #[serde(rename = "loginShell", default, skip_serializing_if = "Option::is_none")]
    pub login_shell: Option<String>,
    /// gecos
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gecos: Option<String>,
    /// description
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub description: Vec<String>,
}
