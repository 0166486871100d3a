//! Names that most attributes have.

/// Returns the name as one that is there as long as the program runs, if it is one of those that nearly all files are
/// full of, in their usual spelling: such a name is neither copied nor counted.
///
/// Which names are here makes no difference but to speed. They are those of people, groups, accounts and organisations
/// (RFC 4519, 2798, 2307, Active Directory), and of the operational attributes that an export has (RFC 4512, 4530).
#[allow(clippy::collapsible_match, reason = "a length may have one name or several")]
pub(super) fn usual_name(name: &[u8]) -> Option<&'static str> {
    /// One comparison for each name of that length: the compiler turns them into those of one or two words.
    macro_rules! usual {
        ($($length:literal: $($name:literal)+;)+) => {
            match name.len() {
                $($length => $(if name == $name.as_bytes() { $name } else)+ { return None },)+
                _ => return None,
            }
        };
    }
    Some(usual! {
        1: "c" "l" "o";
        2: "cn" "sn" "ou" "dc" "st";
        3: "uid";
        4: "mail" "name";
        5: "title" "gecos" "pager" "owner";
        6: "member" "mobile" "street";
        7: "manager" "seeAlso";
        8: "initials" "memberOf" "entryCSN";
        9: "givenName" "uidNumber" "gidNumber" "entryUUID" "memberUid" "jpegPhoto" "secretary" "homePhone" "objectSid";
        10: "labeledURI" "carLicense" "loginShell" "postalCode" "roomNumber" "objectGUID";
        11: "objectClass" "displayName" "description" "whenCreated" "whenChanged";
        12: "userPassword" "uniqueMember" "creatorsName" "employeeType";
        13: "homeDirectory" "postalAddress" "modifiersName" "postOfficeBox";
        14: "employeeNumber" "objectCategory" "sAMAccountName";
        15: "telephoneNumber" "createTimestamp" "modifyTimestamp";
        16: "departmentNumber" "shadowLastChange";
        17: "homePostalAddress" "preferredLanguage" "userPrincipalName" "distinguishedName";
        18: "userAccountControl";
        21: "structuralObjectClass";
        24: "facsimileTelephoneNumber";
        26: "physicalDeliveryOfficeName";
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usual_name_is_itself_and_no_other_spelling_is() {
        for name in ["c", "cn", "objectClass", "userAccountControl", "physicalDeliveryOfficeName"] {
            assert_eq!(usual_name(name.as_bytes()), Some(name));
            assert_eq!(usual_name(name.to_uppercase().as_bytes()), None);
            assert_eq!(usual_name(format!("{name};x").as_bytes()), None);
        }
        assert_eq!(usual_name(b""), None);
    }
}
