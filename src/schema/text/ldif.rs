//! LDIF, as far as a schema in it goes.

use data_encoding::BASE64;

use super::lines::logical;
use crate::schema::DefinitionKind;

/// Walks the definitions in LDIF: the values of attributes that hold some, whatever entry or change they belong to.
///
/// ```text
/// attrval-spec = AttributeDescription value-spec SEP
/// value-spec   = ":" ( FILL 0*1(SAFE-STRING) /
///                      ":" FILL (BASE64-STRING) /
///                      "<" FILL url )                            (RFC 2849)
/// ```
///
/// A value in base64 that is none gives nothing, and neither does a URL. Only what base64 hides may be no text.
pub(in crate::schema) fn ldif(text: &str, mut each: impl FnMut(DefinitionKind, Result<&str, &[u8]>)) {
    let mut last: Option<DefinitionKind> = None;
    logical(text, false, |line| {
        let Some((name, value)) = line.split_once(':') else { return };
        // Definitions of a kind stand together.
        if last.is_none_or(|kind| kind.attribute() != name) {
            // Servers have written definitions with options, such as `attributeTypes;lang-en`.
            last = DefinitionKind::of_attribute(name.split(';').next().unwrap_or_default());
        }
        let Some(kind) = last else { return };
        match value.strip_prefix(':') {
            Some(base64) => {
                if let Ok(octets) = BASE64.decode(base64.trim().as_bytes()) {
                    each(kind, str::from_utf8(&octets).map_err(|_| octets.as_slice()));
                }
            }
            None if value.starts_with('<') => {}
            None => each(kind, Ok(value.trim_start_matches(' '))),
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_found_wherever_ldif_has_them() {
        let text = "version: 1\ndn: cn=schema\nchangetype: modify\nadd: attributeTypes\n\
                    # a comment\n  that goes on\nattributeTypes: ( 1.2\n  NAME\n   'a' )\n-\n\
                    olcObjectClasses: {0}( 1.3 )\nobjectClasses:: KCAxLjQgKQ==\nobjectClasses:: %%%\n\
                    cn: schema\nldapSyntaxes:< file:///x\n\nLDAPSYNTAXES:( 1.5 )\n";
        let mut found = Vec::new();
        ldif(text, |kind, text| found.push((kind, text.unwrap().to_owned())));
        let expected = [
            (DefinitionKind::AttributeType, "( 1.2 NAME  'a' )"),
            (DefinitionKind::ObjectClass, "{0}( 1.3 )"),
            (DefinitionKind::ObjectClass, "( 1.4 )"),
            (DefinitionKind::LdapSyntax, "( 1.5 )"),
        ];
        assert_eq!(found, expected.map(|(kind, text)| (kind, text.to_owned())));
    }
}
