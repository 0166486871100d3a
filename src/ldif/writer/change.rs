//! Change records: requests as text.

use super::{Writer, check_name};
use crate::ldif::{Change, ChangeRecord, LdifRecord, WriteError};
use crate::model::{Control, Entry, Modification, ModifyOperation, Value};
use crate::proto::{AddRequest, ModifyDnRequest, ModifyRequest, OldRdn};

impl Writer {
    /// Writes a record of either kind.
    ///
    /// # Errors
    ///
    /// As [`content`](Self::content) and [`change`](Self::change). `target` is as it was.
    pub fn ldif_record(&mut self, record: &LdifRecord, target: &mut Vec<u8>) -> Result<(), WriteError> {
        match record {
            LdifRecord::Content(entry) => self.content(entry, target),
            LdifRecord::Change(change) => self.change(change, target),
        }
    }

    /// Writes an entry as a content record. An attribute without values is written with an empty one.
    ///
    /// # Errors
    ///
    /// As [`entry`](Self::entry). `target` is as it was.
    pub fn content(&mut self, entry: &Entry, target: &mut Vec<u8>) -> Result<(), WriteError> {
        self.all_or_nothing(target, |writer, target| {
            writer.line("dn", entry.dn().as_bytes(), target)?;
            for (position, attribute) in entry.attributes().iter().enumerate() {
                let values = attribute.values().iter().map(Value::as_bytes);
                writer.attribute(position, attribute.description().as_str(), values, target)?;
            }
            writer.end(target);
            Ok(())
        })
    }

    /// Writes a change record.
    ///
    /// ```text
    /// ldif-change-record = dn-spec SEP *control changerecord                              (RFC 2849)
    /// ```
    ///
    /// ```
    /// use ldapwire::ldif::{ChangeRecord, Writer};
    /// use ldapwire::model::{Control, Modification, Oid};
    /// use ldapwire::proto::ModifyRequest;
    ///
    /// let request = ModifyRequest::new("cn=Ada", [Modification::replace("mail", ["ada@example.org"])]);
    /// let permissive = Control::new(Oid::from_static("1.2.840.113556.1.4.1413")).critical();
    /// let mut text = Vec::new();
    /// Writer::new().change(&ChangeRecord::new(request).with_controls([permissive]), &mut text)?;
    /// assert_eq!(
    ///     std::str::from_utf8(&text),
    ///     Ok("dn: cn=Ada\ncontrol: 1.2.840.113556.1.4.1413 true\nchangetype: modify\n\
    ///         replace: mail\nmail: ada@example.org\n-\n\n")
    /// );
    /// # Ok::<(), ldapwire::ldif::WriteError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The request has no form in LDIF, as the [error](WriteError) says. `target` is as it was.
    pub fn change(&mut self, record: &ChangeRecord, target: &mut Vec<u8>) -> Result<(), WriteError> {
        self.all_or_nothing(target, |writer, target| {
            writer.line("dn", record.dn().as_bytes(), target)?;
            record.controls().iter().try_for_each(|control| writer.control(control, target))?;
            match record.change() {
                Change::Add(request) => writer.add(request, target)?,
                Change::Delete(_) => writer.keyword("changetype: delete", target),
                Change::Modify(request) => writer.modify(request, target)?,
                Change::ModifyDn(request) => writer.modify_dn(request, target)?,
            }
            writer.end(target);
            Ok(())
        })
    }

    /// ```text
    /// control = "control:" FILL ldap-oid        ; controlType
    ///           0*1(1*SPACE ("true" / "false")) ; criticality
    ///           0*1(value-spec)                 ; controlValue
    ///           SEP
    /// ```
    fn control(&mut self, control: &Control, target: &mut Vec<u8>) -> Result<(), WriteError> {
        let oid = control.oid().as_str();
        let is_oid =
            oid.split('.').all(|arc| !arc.is_empty() && arc.bytes().all(|octet| octet.is_ascii_digit()));
        if !is_oid {
            return Err(WriteError::ControlOid);
        }
        let criticality = if control.is_critical() { " true" } else { "" };
        let head = format!("control: {oid}{criticality}");
        match control.value() {
            None => self.keyword(&head, target),
            Some(value) => self.value(&head, value, target),
        }
        Ok(())
    }

    /// ```text
    /// change-add = "add" SEP 1*attrval-spec
    /// ```
    fn add(&mut self, request: &AddRequest, target: &mut Vec<u8>) -> Result<(), WriteError> {
        if request.attributes().is_empty() {
            return Err(WriteError::NoAttributes);
        }
        self.keyword("changetype: add", target);
        for attribute in request.attributes() {
            // Behind `changetype:` no name reads as another part of the record.
            self.attribute(usize::MAX, attribute.description(), attribute.values(), target)?;
        }
        Ok(())
    }

    /// ```text
    /// change-modify = "modify" SEP *mod-spec
    /// mod-spec      = ("add:" / "delete:" / "replace:")
    ///                 FILL AttributeDescription SEP
    ///                 *attrval-spec
    ///                 "-" SEP
    /// mod-spec      =/ "increment:" FILL AttributeDescription SEP
    ///                 attrval-spec "-" SEP                                            (RFC 4525 3)
    /// ```
    fn modify(&mut self, request: &ModifyRequest, target: &mut Vec<u8>) -> Result<(), WriteError> {
        self.keyword("changetype: modify", target);
        request.changes().iter().try_for_each(|change| self.mod_spec(change, target))
    }

    fn mod_spec(&mut self, change: &Modification, target: &mut Vec<u8>) -> Result<(), WriteError> {
        let name = change.attribute().description().as_str();
        let values = change.attribute().values();
        let keyword: &[u8] = match ModifyOperation::from_number(change.operation().number()) {
            ModifyOperation::Add => b"add: ",
            ModifyOperation::Delete => b"delete: ",
            ModifyOperation::Replace => b"replace: ",
            ModifyOperation::Increment if values.len() == 1 => b"increment: ",
            ModifyOperation::Increment => return Err(WriteError::OneIncrement),
            ModifyOperation::Other(number) => return Err(WriteError::Operation(number)),
        };
        check_name(name)?;
        self.fold([keyword, name.as_bytes(), b""], target);
        values.iter().for_each(|value| self.value(name, value, target));
        self.keyword("-", target);
        Ok(())
    }

    /// ```text
    /// change-moddn = ("modrdn" / "moddn") SEP
    ///                 "newrdn:" (    FILL rdn /
    ///                            ":" FILL base64-rdn) SEP
    ///                 "deleteoldrdn:" FILL ("0" / "1")  SEP
    ///                 0*1("newsuperior:"
    ///                 (    FILL distinguishedName /
    ///                  ":" FILL base64-distinguishedName) SEP)
    /// ```
    fn modify_dn(&mut self, request: &ModifyDnRequest, target: &mut Vec<u8>) -> Result<(), WriteError> {
        self.keyword("changetype: modrdn", target);
        self.line("newrdn", request.new_rdn().as_bytes(), target)?;
        self.keyword(
            match request.old_rdn() {
                OldRdn::Keep => "deleteoldrdn: 0",
                OldRdn::Delete => "deleteoldrdn: 1",
            },
            target,
        );
        match request.new_superior() {
            None => Ok(()),
            Some(superior) => self.line("newsuperior", superior.as_bytes(), target),
        }
    }

    fn keyword(&self, line: &str, target: &mut Vec<u8>) {
        self.fold([line.as_bytes(), b"", b""], target);
    }
}
