//! Who may do what, and where.

use std::borrow::Cow;
use std::sync::Arc;

use crate::model::{AttributeDescription, Control, Criticality, Dn, Entry, MatchingRules, ResultCode};
use crate::proto::controls::{ControlValue, ProxiedAuthorization};
use crate::schema::Key;
use crate::server::{Answer, Operation};

use super::controls::Requested;
use super::error::DirectoryError;
use super::handle::Directory;
use super::identity::Identity;
use super::record::Record;
use super::rules::Rules;

/// A rule of access: whom it is about, what, and how much they may.
///
/// **The first rule that is about an attribute, its entry and whoever asks decides.** As soon as there is a rule, what no rule
/// is about is not allowed; the administrator of the directory may do everything.
///
/// ```
/// use ldapwire::directory::{AccessRule, Directory, Level, Subject};
///
/// let directory = Directory::builder()
///     .admin("cn=admin", "secret")
///     .access(AccessRule::new(Level::Write, Subject::Oneself).attributes(["userPassword"]))
///     .access(AccessRule::new(Level::Auth, Subject::Anyone).attributes(["userPassword"]))
///     .access(AccessRule::new(Level::Write, Subject::Entry("cn=clerk,dc=example".into())).below("ou=people,dc=example"))
///     .access(AccessRule::new(Level::Read, Subject::Authenticated))
///     .build()?;
/// # Ok::<(), ldapwire::directory::DirectoryError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct AccessRule {
    level: Level,
    subject: Subject,
    base: String,
    attributes: Vec<AttributeDescription>,
}

/// How much somebody may; each level has those before it in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Nothing: as if it were not there.
    Nothing,
    /// Bind as the entry.
    Auth,
    /// Compare values.
    Compare,
    /// Search for it and read it.
    Read,
    /// Change it. A new entry, or one that goes, needs this level for the entry as a whole.
    Write,
}

/// Whom a rule is about.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject {
    /// Everybody.
    Anyone,
    /// Who has not bound.
    Anonymous,
    /// Who has bound.
    Authenticated,
    /// Who has bound as the entry itself.
    Oneself,
    /// Who has bound as the entry of this name.
    Entry(String),
    /// Who has bound as an entry below this name.
    Below(String),
}

impl AccessRule {
    /// Makes a rule about all entries and attributes.
    pub fn new(level: Level, subject: Subject) -> Self {
        Self { level, subject, base: String::new(), attributes: Vec::new() }
    }

    /// Restricts the rule to an entry and all below it.
    pub fn below(mut self, dn: impl Into<String>) -> Self {
        self.base = dn.into();
        self
    }

    /// Restricts the rule to some attributes and their subtypes. It then does not count for entries as a whole.
    pub fn attributes<A: Into<AttributeDescription>>(
        mut self,
        attributes: impl IntoIterator<Item = A>,
    ) -> Self {
        self.attributes = attributes.into_iter().map(Into::into).collect();
        self
    }
}

/// The rules of a directory, read.
#[derive(Clone, Debug, Default)]
pub(super) struct AccessRules {
    rules: Vec<Read>,
}

/// A rule whose names are read.
#[derive(Clone, Debug)]
struct Read {
    rule: AccessRule,
    base: Key,
    subject: Option<Key>,
}

impl AccessRules {
    pub(super) fn read(access: Vec<AccessRule>, rules: &Rules) -> Result<Self, DirectoryError> {
        let key = |text: &str| {
            let of = "whom or what a rule of access is about";
            let dn = Dn::parse(text);
            dn.map(|dn| rules.dn_key(&dn)).map_err(|error| DirectoryError::Dn {
                of,
                text: text.to_owned(),
                error,
            })
        };
        let read = access.into_iter().map(|rule| {
            let subject = match &rule.subject {
                Subject::Entry(dn) | Subject::Below(dn) => Some(key(dn)?),
                _ => None,
            };
            let base = key(&rule.base)?;
            Ok(Read { rule, base, subject })
        });
        Ok(Self { rules: read.collect::<Result<_, DirectoryError>>()? })
    }
}

/// Somebody who looks at entries.
#[derive(Clone, Debug)]
pub(super) struct Viewer<'a> {
    access: &'a AccessRules,
    rules: &'a Rules,
    /// Who it is; nobody who has not bound. Not asked for where that makes no difference.
    own: Option<Key>,
    may_all: bool,
}

impl<'a> Viewer<'a> {
    pub(super) fn new(
        access: &'a AccessRules,
        rules: &'a Rules,
        who: Option<&Dn>,
        is_admin: impl Fn(&Dn) -> bool,
    ) -> Self {
        // Where there are no rules, it does not matter who it is.
        let may_all = access.rules.is_empty() || who.is_some_and(is_admin);
        let own = who.filter(|_| !may_all).map(|who| rules.dn_key(who));
        Self { access, rules, own, may_all }
    }

    /// Whether this one may do everything.
    pub(super) const fn may_all(&self) -> bool {
        self.may_all
    }

    /// How much this one may do with an attribute of an entry, or with the entry as a whole.
    pub(super) fn level(&self, key: &Key, attribute: Option<&AttributeDescription>) -> Level {
        if self.may_all {
            return Level::Write;
        }
        let is_within = |base: &Key, key: &Key| key.as_bytes().starts_with(base.as_bytes());
        let found = self.access.rules.iter().find(|Read { rule, base, subject }| {
            let is_about = match attribute {
                None => rule.attributes.is_empty(),
                Some(own) => {
                    let mut named = rule.attributes.iter();
                    rule.attributes.is_empty() || named.any(|named| self.rules.is_same_or_subtype(own, named))
                }
            };
            let is_subject = match (&rule.subject, &self.own, subject) {
                (Subject::Anyone, ..)
                | (Subject::Anonymous, None, _)
                | (Subject::Authenticated, Some(_), _) => true,
                (Subject::Oneself, Some(own), _) => own == key,
                (Subject::Entry(_), Some(own), Some(one)) => own == one,
                (Subject::Below(_), Some(own), Some(base)) => own != base && is_within(base, own),
                _ => false,
            };
            is_about && is_subject && is_within(base, key)
        });
        found.map_or(Level::Nothing, |found| found.rule.level)
    }

    /// What this one sees of an entry; nothing if it may not read it.
    pub(super) fn view(&self, record: &Arc<Record>) -> Option<Arc<Record>> {
        if self.may_all {
            return Some(Arc::clone(record));
        }
        let key = self.rules.dn_key(&record.dn());
        if self.level(&key, None) < Level::Read {
            return None;
        }
        let is_hidden = |own: &AttributeDescription| self.level(&key, Some(own)) < Level::Read;
        let entry = record.entry();
        let attributes = entry.attributes();
        if !attributes.iter().any(|own| is_hidden(own.description())) {
            return Some(Arc::clone(record));
        }
        let mut shown = Entry::new(entry.dn().clone());
        shown.extend(attributes.iter().filter(|own| !is_hidden(own.description())).cloned());
        Some(Record::new(self.rules, &shown))
    }

    /// Checks that this one may do something with an entry, or an attribute of it.
    ///
    /// # Errors
    ///
    /// `insufficientAccessRights`; of what one may not even know `noSuchObject`.
    pub(super) fn check(
        &self,
        dn: &Dn,
        attribute: Option<&AttributeDescription>,
        needed: Level,
    ) -> Result<(), Answer> {
        if self.may_all {
            return Ok(());
        }
        let key = self.rules.dn_key(dn);
        if self.level(&key, attribute) >= needed {
            return Ok(());
        }
        if self.level(&key, None) == Level::Nothing {
            return Err(ResultCode::NO_SUCH_OBJECT.into());
        }
        let of = attribute.map_or(Cow::Borrowed("the entry"), |own| own.as_str().to_owned().into());
        Err(Answer::refuse(ResultCode::INSUFFICIENT_ACCESS_RIGHTS, format!("no right to do this with {of}")))
    }
}

impl Directory {
    /// Whoever asks, with what the rules let them do.
    pub(super) fn viewer(&self, who: Option<&Dn>) -> Viewer<'_> {
        let options = self.options();
        Viewer::new(&options.access, &options.rules, who, |who| self.is_admin(who))
    }

    /// Who a request is carried out for: who the connection belongs to, or whom the Proxied Authorization control names
    /// (RFC 4370).
    pub(super) fn acting(&self, controls: &Requested, operation: &Operation) -> Result<Option<Dn>, Answer> {
        let own = Identity::of(&operation.connection);
        let Some(control) = &controls.proxied else { return Ok(own) };
        // "Clients MUST include the criticality flag and MUST set it to TRUE. Servers MUST reject any request containing
        // a Proxy Authorization Control without a criticality flag or with the flag set to FALSE with a protocolError".
        let is_critical = |control: &Control| control.criticality() == Criticality::Critical;
        let mut proxied = operation.controls().iter().filter(|own| *own.oid() == ProxiedAuthorization::OID);
        if !proxied.all(is_critical) {
            let text = "proxied authorization must be critical";
            return Err(Answer::refuse(ResultCode::PROTOCOL_ERROR, text));
        }
        let identity = control.identity();
        if identity.is_anonymous() {
            return Ok(None);
        }
        let denied = || Answer::refuse(ResultCode::AUTHORIZATION_DENIED, "you may not act as this one");
        let wanted = self.identity(identity.as_str()).ok_or_else(denied)?;
        let own = own.ok_or_else(denied)?;
        if self.is_admin(&own) || self.options().rules.is_same_dn(&own, &wanted) {
            Ok(Some(wanted))
        } else {
            Err(denied())
        }
    }
}
