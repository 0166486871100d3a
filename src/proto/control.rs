//! `Controls`: the raw form of every control (RFC 4511 4.1.11).

use crate::ber::{DecodeError, Reader, Tag, Writer};
use crate::model::{Control, Criticality, Oid};

use super::{Context, typed};

/// `controls       [0] Controls OPTIONAL`
pub(super) const CONTROLS: Tag = Tag::context(0);

/// ```text
/// Controls ::= SEQUENCE OF control Control
/// ```
pub(super) fn decode_list<'a>(
    reader: &mut Reader<'a>,
    context: &Context<'a>,
) -> Result<Vec<Control>, DecodeError> {
    match reader.optional(CONTROLS)? {
        None => Ok(Vec::new()),
        Some(list) => decode_elements(list, context),
    }
}

/// Reads the elements of a list, whatever its tag was: values of extended operations have such lists, too.
pub(super) fn decode_elements<'a>(
    list: Reader<'a>,
    context: &Context<'a>,
) -> Result<Vec<Control>, DecodeError> {
    context.list(list, "controls", context.limits().controls, |reader| decode(reader, context))
}

/// ```text
/// Control ::= SEQUENCE {
///      controlType             LDAPOID,
///      criticality             BOOLEAN DEFAULT FALSE,
///      controlValue            OCTET STRING OPTIONAL }
/// ```
fn decode<'a>(reader: &mut Reader<'a>, context: &Context<'a>) -> Result<Control, DecodeError> {
    let mut content = reader.sequence()?;
    let oid = Oid::from_wire(context.text(&mut content, Tag::OCTET_STRING, "controlType")?);
    let critical = content.boolean_or(Tag::BOOLEAN, false)?;
    let criticality = if critical { Criticality::Critical } else { Criticality::NonCritical };
    let mut control = Control::new(oid).with_criticality(criticality);
    if let Some(value) = context.optional_octets(&mut content, Tag::OCTET_STRING)? {
        control = control.with_value(value);
        typed::check_control(&control, content.offset(), context.quirks())?;
    }
    content.finish_extensible_after(&[Tag::BOOLEAN, Tag::OCTET_STRING])?;
    Ok(control)
}

/// Writes the list, if it has an element.
pub(super) fn encode_list(controls: &[Control], writer: &mut Writer) {
    if !controls.is_empty() {
        encode_list_as(CONTROLS, controls, writer);
    }
}

/// Writes the list under a tag, be it empty.
pub(super) fn encode_list_as(tag: Tag, controls: &[Control], writer: &mut Writer) {
    writer.constructed(tag, |writer| {
        for control in controls.iter().rev() {
            encode(control, writer);
        }
    });
}

/// The default of criticality is not written: "If a value of a type is its default value, it is absent"
/// (RFC 4511 5.1).
fn encode(control: &Control, writer: &mut Writer) {
    writer.constructed(Tag::SEQUENCE, |writer| {
        if let Some(value) = control.value() {
            writer.octet_string(Tag::OCTET_STRING, value);
        }
        if control.is_critical() {
            writer.boolean(Tag::BOOLEAN, true);
        }
        writer.octet_string(Tag::OCTET_STRING, control.oid().as_str().as_bytes());
    });
}
