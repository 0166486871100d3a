//! Records and faults as lines of text.

use std::fmt::Write as _;

use ldapwire::ldif::{Change, ChangeRecord, Fault, LdifRecord, Located};
use ldapwire::model::{Attribute, Value};
use ldapwire::proto::OldRdn;

/// Shows what a reader returned, one after the other.
pub(crate) fn render<'a>(results: impl IntoIterator<Item = &'a Result<Located, Fault>>) -> String {
    let mut text = String::new();
    for result in results {
        match result {
            Ok(located) => record(located, &mut text),
            Err(fault) => writeln!(text, "fault: {fault}").unwrap(),
        }
    }
    text
}

fn record(located: &Located, text: &mut String) {
    let head = |text: &mut String, kind: &str| {
        let dn = located.record.dn().escape_debug();
        writeln!(text, "{}, offset {}: {kind} \"{dn}\"", located.position, located.position.offset())
            .unwrap();
    };
    match &located.record {
        LdifRecord::Content(entry) => {
            head(text, "content");
            attributes(entry.attributes(), text);
        }
        LdifRecord::Change(record) => {
            head(text, kind(record));
            controls(record, text);
            change(record.change(), text);
        }
    }
}

fn kind(record: &ChangeRecord) -> &'static str {
    match record.change() {
        Change::Add(_) => "add",
        Change::Delete(_) => "delete",
        Change::Modify(_) => "modify",
        Change::ModifyDn(_) => "modrdn",
    }
}

fn controls(record: &ChangeRecord, text: &mut String) {
    for control in record.controls() {
        let criticality = if control.is_critical() { " critical" } else { "" };
        write!(text, "  control {}{criticality}", control.oid()).unwrap();
        match control.value() {
            None => writeln!(text).unwrap(),
            Some(octets) => writeln!(text, " \"{}\"", octets.escape_ascii()).unwrap(),
        }
    }
}

fn change(change: &Change, text: &mut String) {
    match change {
        Change::Add(request) => attributes(&request.attributes().to_attributes(), text),
        Change::Delete(_) => {}
        Change::Modify(request) => {
            for change in request.changes() {
                let attribute = change.attribute();
                writeln!(text, "  {} {}", change.operation(), attribute.description().as_str()).unwrap();
                values(attribute.values(), text);
            }
        }
        Change::ModifyDn(request) => {
            let old = match request.old_rdn() {
                OldRdn::Delete => "delete",
                OldRdn::Keep => "keep",
            };
            writeln!(text, "  \"{}\", {old} the old", request.new_rdn()).unwrap();
            if let Some(superior) = request.new_superior() {
                writeln!(text, "  below \"{superior}\"").unwrap();
            }
        }
    }
}

fn attributes(attributes: &[Attribute], text: &mut String) {
    for attribute in attributes {
        writeln!(text, "  {}", attribute.description().as_str()).unwrap();
        values(attribute.values(), text);
    }
}

fn values(values: &[Value], text: &mut String) {
    for value in values {
        writeln!(text, "    \"{}\"", value.as_bytes().escape_ascii()).unwrap();
    }
}
