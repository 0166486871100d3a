//! The order of the lines in a record.
//!
//! ```text
//! ldif-attrval-record = dn-spec SEP 1*attrval-spec
//! ldif-change-record  = dn-spec SEP *control changerecord
//! change-add          = "add"                SEP 1*attrval-spec
//! change-delete       = "delete"             SEP
//! change-moddn        = ("modrdn" / "moddn") SEP
//!                        "newrdn:" (    FILL rdn /
//!                                   ":" FILL base64-rdn) SEP
//!                        "deleteoldrdn:" FILL ("0" / "1")  SEP
//!                        0*1("newsuperior:"
//!                        (    FILL distinguishedName /
//!                         ":" FILL base64-distinguishedName) SEP)
//! change-modify       = "modify"             SEP *mod-spec                                (RFC 2849)
//! ```

use super::super::fault::{Expected, FaultKind};
use super::super::grammar::{AttrvalSpec, ChangeType, ValueSpec};
use super::super::options::Path;
use super::super::short;
use super::super::stored::{Kind, Line, Role, Stored};
use super::{FileKind, Problem, Scanner, Stage, Text};
use crate::model::{AttributeDescription, Criticality, Dn, ModifyOperation, Rdn};
use crate::proto::OldRdn;

impl Scanner {
    /// Takes a joined line.
    #[inline]
    pub(super) fn text(&mut self, text: Text<'_>) -> Result<(), Problem> {
        match self.stage {
            Stage::Values => {
                let spec = self.attrval_spec(text)?;
                self.attrval(text, spec)
            }
            Stage::ModValues { first } => self.mod_value(text, first),
            _ => self.other(text),
        }
    }

    /// What the record still needs before it may end.
    pub(super) fn missing(&self) -> Option<Expected> {
        match self.stage {
            Stage::Body => self.is_standard().then_some(Expected::Body),
            Stage::Controls => Some(Expected::ChangeType),
            Stage::Values if self.lines.len() <= self.head.controls => Some(Expected::Attribute),
            Stage::ModValues { .. } => Some(Expected::Hyphen),
            Stage::NewRdn => Some(Expected::NewRdn),
            Stage::DeleteOldRdn => Some(Expected::DeleteOldRdn),
            _ => None,
        }
    }

    fn other(&mut self, text: Text<'_>) -> Result<(), Problem> {
        match self.stage {
            Stage::File => self.first(text),
            Stage::Dn => self.dn(text, Expected::Dn),
            Stage::Body => self.body(text),
            Stage::Controls if is_keyword(text, b"control:") => self.control(text),
            Stage::Controls => self.changetype(text),
            Stage::ModSpec => self.mod_spec(text),
            Stage::NewRdn => self.new_rdn(text),
            Stage::DeleteOldRdn => self.delete_old_rdn(text),
            Stage::NewSuperior => self.new_superior(text),
            Stage::End => Err(text.expected(Expected::EndOfRecord)),
            Stage::Values | Stage::ModValues { .. } | Stage::Skipped => Ok(()),
        }
    }

    fn first(&mut self, text: Text<'_>) -> Result<(), Problem> {
        if !is_keyword(text, b"version:") {
            return self.dn(text, Expected::VersionOrDn);
        }
        text.read(self.grammar.version_spec(text.octets))?;
        self.stage = Stage::Dn;
        // A version is no record.
        self.number = 0;
        Ok(())
    }

    fn dn(&mut self, text: Text<'_>, expected: Expected) -> Result<(), Problem> {
        let spec = match self.path {
            Path::Short => short::dn_spec(text.octets),
            Path::Grammar => None,
        };
        let spec = match spec {
            Some(spec) => spec,
            None if text.octets.first() == Some(&b' ') => return Err(text.expected(Expected::FirstLine)),
            None if !is_keyword(text, b"dn:") => return Err(text.expected(expected)),
            None => text.read(self.grammar.dn_spec(text.octets))?,
        };
        let mut superior = std::mem::take(&mut self.superior);
        let dn = self.name(text, spec, |dn| Dn::check_next(dn, &mut superior));
        self.superior = superior;
        self.head.dn = Some(dn?);
        self.stage = Stage::Body;
        Ok(())
    }

    fn body(&mut self, text: Text<'_>) -> Result<(), Problem> {
        if is_keyword(text, b"control:") {
            self.only(FileKind::Changes, text)?;
            return self.control(text);
        }
        if is_keyword(text, b"changetype:") {
            self.only(FileKind::Changes, text)?;
            return self.changetype(text);
        }
        let spec = self.attrval_spec(text)?;
        self.only(FileKind::Content, text)?;
        self.stage = Stage::Values;
        self.attrval(text, spec)
    }

    /// "An LDIF file specifies a set of directory entries, or a set of changes to be applied to directory entries, but
    /// not both." (RFC 2849)
    fn only(&mut self, kind: FileKind, text: Text<'_>) -> Result<(), Problem> {
        self.own_kind = Some(kind);
        if self.content.is_none_or(|content| content == kind) || !self.is_standard() {
            return Ok(());
        }
        Err(text.expected(match kind {
            FileKind::Content => Expected::Change,
            FileKind::Changes => Expected::Content,
        }))
    }

    #[inline]
    fn attrval_spec<'l>(&self, text: Text<'l>) -> Result<AttrvalSpec<'l>, Problem> {
        if self.path == Path::Short
            && let Some(spec) = short::attrval_spec(text.octets)
        {
            return Ok(spec);
        }
        text.read(self.grammar.attrval_spec(text.octets))
    }

    #[inline]
    fn attrval(&mut self, text: Text<'_>, spec: AttrvalSpec<'_>) -> Result<(), Problem> {
        if let [b'd' | b'D', b'n' | b'N'] = spec.description {
            return Err(text.expected(Expected::NoSecondDn));
        }
        self.push(text, spec.description, Some(spec.value), Role::Value)
    }

    fn control(&mut self, text: Text<'_>) -> Result<(), Problem> {
        let control = text.read(self.grammar.control(text.octets))?;
        let criticality = if control.is_critical { Criticality::Critical } else { Criticality::NonCritical };
        self.push(text, control.oid, control.value, Role::Control(criticality, control.value.is_some()))?;
        self.head.controls = self.lines.len();
        self.stage = Stage::Controls;
        Ok(())
    }

    fn changetype(&mut self, text: Text<'_>) -> Result<(), Problem> {
        let change = text.read(self.grammar.changetype(text.octets))?;
        (self.head.kind, self.stage) = match change {
            ChangeType::Add => (Kind::Add, Stage::Values),
            ChangeType::Delete => (Kind::Delete, Stage::End),
            ChangeType::Modify => (Kind::Modify, Stage::ModSpec),
            ChangeType::ModifyDn => (Kind::ModifyDn(OldRdn::Keep), Stage::NewRdn),
        };
        Ok(())
    }

    fn mod_spec(&mut self, text: Text<'_>) -> Result<(), Problem> {
        let (operation, description) = text.read(self.grammar.mod_spec(text.octets))?;
        let first = self.lines.len();
        self.push(text, description, None, Role::Change(operation))?;
        self.stage = Stage::ModValues { first };
        Ok(())
    }

    fn mod_value(&mut self, text: Text<'_>, first: usize) -> Result<(), Problem> {
        let values = self.lines.len().saturating_sub(first).saturating_sub(1);
        let (operation, name) = match self.lines.get(first) {
            Some(Line { role: Role::Change(operation), name, .. }) => (*operation, name),
            _ => return Err(text.expected(Expected::ModifyOperation)),
        };
        if text.octets.first() == Some(&b'-') {
            text.read(self.grammar.hyphen(text.octets))?;
            // "The modification must provide one and only one value." (RFC 4525 2)
            if operation == ModifyOperation::Increment && values != 1 {
                return Err(text.expected(Expected::OneIncrement));
            }
            self.stage = Stage::ModSpec;
            return Ok(());
        }
        let spec = self.attrval_spec(text)?;
        if !AttributeDescription::is_same(spec.description, self.stores(text).octets(name)) {
            return Err(text.expected(Expected::ValueOrHyphen));
        }
        self.push(text, spec.description, Some(spec.value), Role::Value)
    }

    fn new_rdn(&mut self, text: Text<'_>) -> Result<(), Problem> {
        let spec = text.read(self.grammar.newrdn(text.octets))?;
        let new_rdn = self.name(text, spec, |rdn| Rdn::parse(rdn).map(drop))?;
        self.lines.push(Line::unnamed(new_rdn, Role::NewRdn));
        self.stage = Stage::DeleteOldRdn;
        Ok(())
    }

    fn delete_old_rdn(&mut self, text: Text<'_>) -> Result<(), Problem> {
        self.head.kind = Kind::ModifyDn(text.read(self.grammar.deleteoldrdn(text.octets))?);
        self.stage = Stage::NewSuperior;
        Ok(())
    }

    fn new_superior(&mut self, text: Text<'_>) -> Result<(), Problem> {
        let spec = text.read(self.grammar.newsuperior(text.octets))?;
        let new_superior = self.name(text, spec, Dn::check)?;
        self.lines.push(Line::unnamed(new_superior, Role::NewSuperior));
        self.stage = Stage::End;
        Ok(())
    }

    /// Adds a line to the record.
    #[inline]
    fn push(
        &mut self,
        text: Text<'_>,
        name: &[u8],
        value: Option<ValueSpec<'_>>,
        role: Role,
    ) -> Result<(), Problem> {
        if self.lines.len() >= self.limits.values {
            return Err(Problem {
                at: 0,
                kind: FaultKind::TooLarge(super::Limit::Values(self.limits.values)),
            });
        }
        let value = match value {
            Some(spec) => self.value(text, spec)?,
            None => Stored::default(),
        };
        let has_options = name.contains(&b';');
        let name = self.store(text, name);
        self.lines.push(Line { name, value, role, has_options });
        Ok(())
    }
}

/// Whether a line begins with a keyword, in any case.
fn is_keyword(text: Text<'_>, keyword: &[u8]) -> bool {
    text.octets.get(..keyword.len()).is_some_and(|start| start.eq_ignore_ascii_case(keyword))
}
