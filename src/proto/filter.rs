//! Filters as they stand in a message (RFC 4511 4.5.1.7).
//!
//! Advice for the next maintainer: a filter is the one part of the protocol that nests, and a peer decides how deep.
//! Neither direction recurses; the limit is checked before each step down.

use crate::ber::{DecodeError, Element, Fault, Reader, Tag, Writer};
use crate::model::{
    Assertion, ExtensibleMatch, Filter, FilterAssembly, FilterEvent, FilterGroup, Substring, Substrings,
    SubstringsError,
};

use super::{Context, EncodeError, Limits};

const AND: Tag = Tag::context(0);
const OR: Tag = Tag::context(1);
const NOT: Tag = Tag::context(2);
const EQUALITY_MATCH: Tag = Tag::context(3);
const SUBSTRINGS: Tag = Tag::context(4);
const GREATER_OR_EQUAL: Tag = Tag::context(5);
const LESS_OR_EQUAL: Tag = Tag::context(6);
const PRESENT: Tag = Tag::context_primitive(7);
const APPROX_MATCH: Tag = Tag::context(8);
const EXTENSIBLE_MATCH: Tag = Tag::context(9);

/// ```text
/// Filter ::= CHOICE {
///      and             [0] SET SIZE (1..MAX) OF filter Filter,
///      or              [1] SET SIZE (1..MAX) OF filter Filter,
///      not             [2] Filter,
///      equalityMatch   [3] AttributeValueAssertion,
///      substrings      [4] SubstringFilter,
///      greaterOrEqual  [5] AttributeValueAssertion,
///      lessOrEqual     [6] AttributeValueAssertion,
///      present         [7] AttributeDescription,
///      approxMatch     [8] AttributeValueAssertion,
///      extensibleMatch [9] MatchingRuleAssertion,
///      ...  }                                                   (RFC 4511 4.5.1)
/// ```
///
/// An `and` and an `or` may be empty: "An 'and' filter consisting of an empty set of filters SHALL evaluate to True"
/// (RFC 4526 2).
pub(super) fn decode<'a>(reader: &mut Reader<'a>, context: &Context<'a>) -> Result<Filter, DecodeError> {
    let mut assembly = FilterAssembly::new();
    let mut budget = Budget::new(context.limits());
    // What is left of each group that is begun, innermost last.
    let mut open: Vec<Reader<'a>> = Vec::new();
    loop {
        let source = match open.last_mut() {
            Some(rest) => rest,
            None => &mut *reader,
        };
        let start = *source;
        let Element { tag, content, .. } = read_filter(source)?;
        budget.spend(&start)?;
        if open.len() >= budget.limits.filter_depth {
            return Err(start.fault(Fault::TooDeep { limit: budget.limits.filter_depth }));
        }
        match group(tag) {
            None => assembly.add(decode_item(tag, content, &start, &mut budget, context)?),
            Some(group) => {
                if group == FilterGroup::Not {
                    check_not(content)?;
                }
                assembly.open(group);
                open.push(content);
            }
        }
        while open.pop_if(|rest| rest.is_empty()).is_some() {
            assembly.close();
        }
        if open.is_empty() {
            return assembly.finish().ok_or_else(|| start.fault(Fault::Empty { list: "filter" }));
        }
    }
}

fn read_filter<'a>(source: &mut Reader<'a>) -> Result<Element<'a>, DecodeError> {
    if source.is_empty() {
        return Err(source.fault(Fault::Empty { list: "filter" }));
    }
    source.read()
}

fn group(tag: Tag) -> Option<FilterGroup> {
    match tag {
        AND => Some(FilterGroup::And),
        OR => Some(FilterGroup::Or),
        NOT => Some(FilterGroup::Not),
        _ => None,
    }
}

/// A `not` holds one filter: "the 'not' filter is an example of a tagged choice in an implicitly-tagged module. In BER
/// this is treated as if the tag were explicit" (RFC 4511 4.5.1.7).
fn check_not(mut content: Reader<'_>) -> Result<(), DecodeError> {
    read_filter(&mut content)?;
    content.finish()
}

fn decode_item<'a>(
    tag: Tag,
    content: Reader<'a>,
    start: &Reader<'a>,
    budget: &mut Budget<'_>,
    context: &Context<'a>,
) -> Result<Filter, DecodeError> {
    Ok(match tag {
        EQUALITY_MATCH => Filter::Equality(decode_assertion(content, context)?),
        SUBSTRINGS => Filter::Substrings(decode_substrings(content, budget, context)?),
        GREATER_OR_EQUAL => Filter::GreaterOrEqual(decode_assertion(content, context)?),
        LESS_OR_EQUAL => Filter::LessOrEqual(decode_assertion(content, context)?),
        PRESENT => Filter::Present(context.content_text(content, "present")?.into()),
        APPROX_MATCH => Filter::Approximate(decode_assertion(content, context)?),
        EXTENSIBLE_MATCH => Filter::Extensible(decode_extensible(content, context)?),
        found => return Err(start.fault(Fault::UnknownChoice { choice: "Filter", found })),
    })
}

/// ```text
/// AttributeValueAssertion ::= SEQUENCE {
///      attributeDesc   AttributeDescription,
///      assertionValue  AssertionValue }                         (RFC 4511 4.1.6)
/// ```
pub(super) fn decode_assertion<'a>(
    mut content: Reader<'a>,
    context: &Context<'a>,
) -> Result<Assertion, DecodeError> {
    let attribute = context.text(&mut content, Tag::OCTET_STRING, "attributeDesc")?;
    let value = context.octets(&mut content, Tag::OCTET_STRING)?;
    content.finish_extensible_after(&[Tag::OCTET_STRING])?;
    Ok(Assertion::new(attribute, value))
}

const INITIAL: Tag = Tag::context_primitive(0);
const ANY: Tag = Tag::context_primitive(1);
const FINAL: Tag = Tag::context_primitive(2);

/// ```text
/// SubstringFilter ::= SEQUENCE {
///      type           AttributeDescription,
///      substrings     SEQUENCE SIZE (1..MAX) OF substring CHOICE {
///           initial [0] AssertionValue,  -- can occur at most once
///           any     [1] AssertionValue,
///           final   [2] AssertionValue } -- can occur at most once
///      }
/// ```
///
/// "If 'initial' is present, it SHALL be the first element of 'substrings'. If 'final' is present, it SHALL be the
/// last element of 'substrings'" (RFC 4511 4.5.1.7.2).
fn decode_substrings<'a>(
    mut content: Reader<'a>,
    budget: &mut Budget<'_>,
    context: &Context<'a>,
) -> Result<Substrings, DecodeError> {
    let attribute = context.text(&mut content, Tag::OCTET_STRING, "type")?;
    let list = content.sequence()?;
    content.finish_extensible_after(&[Tag::OCTET_STRING, Tag::SEQUENCE])?;
    let mut parts = Vec::new();
    let mut rest = list;
    while !rest.is_empty() {
        budget.spend(&rest)?;
        let start = rest;
        let element = rest.read()?;
        let value = || context.share(element.content.octets());
        parts.push(match element.tag {
            INITIAL => Substring::Initial(value()),
            ANY => Substring::Any(value()),
            FINAL => Substring::Final(value()),
            found => return Err(start.fault(Fault::UnknownChoice { choice: "substring", found })),
        });
    }
    Substrings::from_parts(attribute, parts).map_err(|error| {
        list.fault(match error {
            SubstringsError::InitialNotFirst => {
                Fault::Invalid { field: "initial", expected: "the first of the substrings, and once" }
            }
            SubstringsError::FinalNotLast => {
                Fault::Invalid { field: "final", expected: "the last of the substrings, and once" }
            }
            _ => Fault::Empty { list: "substrings" },
        })
    })
}

const MATCHING_RULE: Tag = Tag::context_primitive(1);
const TYPE: Tag = Tag::context_primitive(2);
const MATCH_VALUE: Tag = Tag::context_primitive(3);
const DN_ATTRIBUTES: Tag = Tag::context_primitive(4);

/// ```text
/// MatchingRuleAssertion ::= SEQUENCE {
///      matchingRule    [1] MatchingRuleId OPTIONAL,
///      type            [2] AttributeDescription OPTIONAL,
///      matchValue      [3] AssertionValue,
///      dnAttributes    [4] BOOLEAN DEFAULT FALSE }
/// ```
///
/// "If the matchingRule field is absent, the type field MUST be present" (RFC 4511 4.5.1.7.7).
fn decode_extensible<'a>(
    mut content: Reader<'a>,
    context: &Context<'a>,
) -> Result<ExtensibleMatch, DecodeError> {
    let start = content;
    let rule = match content.optional(MATCHING_RULE)? {
        None => None,
        Some(rule) => Some(context.content_text(rule, "matchingRule")?),
    };
    let attribute = match content.optional(TYPE)? {
        None => None,
        Some(attribute) => Some(context.content_text(attribute, "type")?),
    };
    let value = context.octets(&mut content, MATCH_VALUE)?;
    let dn_attributes = content.boolean_or(DN_ATTRIBUTES, false)?;
    content.finish_extensible_after(&[MATCHING_RULE, TYPE, MATCH_VALUE, DN_ATTRIBUTES])?;
    let extensible = match (attribute, rule) {
        (Some(attribute), None) => ExtensibleMatch::new(attribute, value),
        (Some(attribute), Some(rule)) => ExtensibleMatch::new(attribute, value).with_rule(rule),
        (None, Some(rule)) => ExtensibleMatch::any_attribute(rule, value),
        (None, None) => return Err(start.fault(Fault::Missing { expected: TYPE })),
    };
    Ok(if dn_attributes { extensible.with_dn_attributes() } else { extensible })
}

/// How many filters and parts of substrings may still come.
struct Budget<'a> {
    left: usize,
    limits: &'a Limits,
}

impl<'a> Budget<'a> {
    const fn new(limits: &'a Limits) -> Self {
        Self { left: limits.filter_items, limits }
    }

    /// Takes one; the error points to where `reader` stands.
    fn spend(&mut self, reader: &Reader<'_>) -> Result<(), DecodeError> {
        let too_many = || reader.fault(Fault::TooMany { list: "filter", limit: self.limits.filter_items });
        self.left = self.left.checked_sub(1).ok_or_else(too_many)?;
        Ok(())
    }
}

/// Writes a filter.
///
/// # Errors
///
/// It is nested deeper than our own decoder allows by default.
pub(super) fn encode(filter: &Filter, writer: &mut Writer) -> Result<(), EncodeError> {
    let limit = Filter::MAX_DEPTH;
    // How much was written before each group that is begun.
    let mut open = Vec::new();
    let mut walk = filter.walk_backward();
    while let Some(event) = walk.next() {
        match event {
            FilterEvent::Enter(..) if walk.depth() > limit => {
                return Err(EncodeError::FilterTooDeep { limit });
            }
            FilterEvent::Enter(..) => open.push(writer.len()),
            FilterEvent::Item(_) if walk.depth() >= limit => {
                return Err(EncodeError::FilterTooDeep { limit });
            }
            FilterEvent::Item(item) => encode_item(item, writer),
            FilterEvent::Leave(group) => {
                let before = open.pop().unwrap_or_default();
                writer.header(group_tag(group), writer.len().saturating_sub(before));
            }
        }
    }
    Ok(())
}

const fn group_tag(group: FilterGroup) -> Tag {
    match group {
        FilterGroup::And => AND,
        FilterGroup::Or => OR,
        FilterGroup::Not => NOT,
    }
}

fn encode_item(item: &Filter, writer: &mut Writer) {
    match item {
        Filter::Equality(assertion) => encode_assertion(EQUALITY_MATCH, assertion, writer),
        Filter::GreaterOrEqual(assertion) => encode_assertion(GREATER_OR_EQUAL, assertion, writer),
        Filter::LessOrEqual(assertion) => encode_assertion(LESS_OR_EQUAL, assertion, writer),
        Filter::Approximate(assertion) => encode_assertion(APPROX_MATCH, assertion, writer),
        Filter::Substrings(substrings) => encode_substrings(substrings, writer),
        Filter::Present(attribute) => writer.octet_string(PRESENT, attribute.as_str().as_bytes()),
        Filter::Extensible(extensible) => encode_extensible(extensible, writer),
        // The walk tells of groups by other events.
        Filter::And(_) | Filter::Or(_) | Filter::Not(_) => {}
    }
}

fn encode_assertion(tag: Tag, assertion: &Assertion, writer: &mut Writer) {
    writer.constructed(tag, |writer| {
        writer.octet_string(Tag::OCTET_STRING, assertion.value().as_bytes());
        writer.octet_string(Tag::OCTET_STRING, assertion.attribute().as_str().as_bytes());
    });
}

fn encode_substrings(substrings: &Substrings, writer: &mut Writer) {
    writer.constructed(SUBSTRINGS, |writer| {
        writer.constructed(Tag::SEQUENCE, |writer| {
            for part in substrings.parts().rev() {
                let (tag, value) = match part {
                    Substring::Initial(value) => (INITIAL, value),
                    Substring::Any(value) => (ANY, value),
                    Substring::Final(value) => (FINAL, value),
                };
                writer.octet_string(tag, value.as_bytes());
            }
        });
        writer.octet_string(Tag::OCTET_STRING, substrings.attribute().as_str().as_bytes());
    });
}

/// The default of dnAttributes is not written: "If a value of a type is its default value, it is absent"
/// (RFC 4511 5.1).
fn encode_extensible(extensible: &ExtensibleMatch, writer: &mut Writer) {
    writer.constructed(EXTENSIBLE_MATCH, |writer| {
        if extensible.has_dn_attributes() {
            writer.boolean(DN_ATTRIBUTES, true);
        }
        writer.octet_string(MATCH_VALUE, extensible.value().as_bytes());
        if let Some(attribute) = extensible.attribute() {
            writer.octet_string(TYPE, attribute.as_str().as_bytes());
        }
        if let Some(rule) = extensible.rule() {
            writer.octet_string(MATCHING_RULE, rule.as_bytes());
        }
    });
}

#[cfg(test)]
mod tests;
