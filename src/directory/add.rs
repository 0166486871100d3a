//! The Add operation (RFC 4511 4.7).

use rustc_hash::{FxBuildHasher, FxHashSet};

use crate::model::{Attribute, AttributeDescription, Dn, Entry, ResultCode, Value};
use crate::proto::AddRequest;
use crate::schema::AttributeTypeRef;
use crate::server::Answer;

use super::bind::PASSWORD;
use super::computed::Placed;
use super::handle::Directory;
use super::modify::check_assertion;
use super::policy::New;
use super::record::{Kind, Record};
use super::referral;
use super::resolve;
use super::root_dse;
use super::rules::Rules;
use super::store::{Place, Store};
use super::update::Asked;

impl Directory {
    pub(super) fn add(
        &self,
        store: &mut Store,
        request: &AddRequest,
        asked: &Asked,
    ) -> Result<Answer, Answer> {
        let controls = &asked.controls;
        let dn = resolve::name(request.dn())?;
        let list = request.attributes();
        let given = list.iter().map(|own| list.to_attribute(own));
        let mut entry = self.complete(&store.rules, &dn, given, asked, controls.relax)?;
        let place = store.place(&dn);
        self.check_place(store, &dn, &place, controls.manage_dsa_it)?;
        if !entry.values(&PASSWORD).is_empty() && self.policy(store, &entry).is_some() {
            let given = entry.clone();
            let passwords: Vec<_> = given.values(&PASSWORD).iter().map(Value::as_bytes).collect();
            let new = New {
                before: &given,
                old: &[],
                count: passwords.len(),
                passwords,
                has_old: false,
                who: asked.who.as_ref(),
            };
            let is_asked = controls.password_policy;
            self.renew(store, &new, &mut entry).map_err(|refusal| refusal.answer(is_asked))?;
        }
        let answer = store.rules.check(&entry)?;
        let record = Record::new(&store.rules, &entry);
        let seen = self.seen(&store.rules, &record, asked);
        let placed = Placed { record: &seen, children: 0, rules: &store.rules };
        check_assertion(controls.assertion.as_ref(), &placed)?;
        let answer = asked.conclude(answer, None, Some(&placed))?;
        store.insert(&place, record);
        Ok(answer)
    }

    /// Puts an entry in without a client that asks for it.
    pub(super) fn load(&self, entry: &Entry) -> Result<(), Answer> {
        let dn = resolve::name(entry.dn())?;
        let mut store = self.write();
        let given = entry.attributes().iter().cloned();
        let entry = self.complete(&store.rules, &dn, given, &Asked::default(), true)?;
        let place = store.place(&dn);
        if place.entry.is_some() {
            return Err(ResultCode::ENTRY_ALREADY_EXISTS.into());
        }
        let _warning = store.rules.check(&entry)?;
        let record = Record::new(&store.rules, &entry);
        store.insert(&place, record);
        store.commit()
    }

    /// Checks the attributes of a new entry, and adds what the server adds: the values of its name, and operational
    /// attributes that are not given.
    fn complete(
        &self,
        rules: &Rules,
        dn: &Dn,
        given: impl Iterator<Item = Attribute>,
        asked: &Asked,
        may_set_own: bool,
    ) -> Result<Entry, Answer> {
        if let Some(rdn) = dn.rdn() {
            rules.check_rdn(rdn, may_set_own)?;
        }
        let mut complete = Growing::new(dn);
        for attribute in given {
            let found = rules.attribute_type(attribute.description());
            let attribute = Rules::canonical_attribute(attribute, found);
            let description = attribute.description();
            rules.check_described(description, found, may_set_own)?;
            if attribute.values().is_empty() {
                return Err(Answer::refuse(
                    ResultCode::PROTOCOL_ERROR,
                    format!("{description}: no values given"),
                ));
            }
            if complete.has(description, found) || has_double(rules, &attribute, found) {
                let text = format!("{description}: a value or the attribute is given more than once");
                return Err(Answer::refuse(ResultCode::ATTRIBUTE_OR_VALUE_EXISTS, text));
            }
            complete.push(attribute, found);
        }
        if complete.entry.attribute("objectClass").is_none() {
            return Err(Answer::refuse(ResultCode::OBJECT_CLASS_VIOLATION, "no objectClass attribute"));
        }
        complete.entry = rules.with_superclasses(complete.entry);
        for (description, value) in rules.naming_values(dn) {
            complete.add_value(rules, description, value);
        }
        let (now, author) = (Value::from(self.options().now()), Value::from(asked.author()));
        let class = rules.structural_class(&complete.entry);
        for (name, value) in [
            ("structuralObjectClass", class.into()),
            ("entryUUID", uuid::Uuid::new_v4().to_string().into()),
            ("creatorsName", author.clone()),
            ("createTimestamp", now.clone()),
            ("modifiersName", author),
            ("modifyTimestamp", now),
        ] {
            let name = AttributeDescription::from_static(name);
            let found = rules.attribute_type(&name);
            if !complete.has(&name, found) {
                complete.push(Attribute::new(name, [value]), found);
            }
        }
        Ok(complete.entry)
    }

    /// "The entry named in the entry field of the AddRequest MUST NOT exist [...]. The immediate superior (parent) of an
    /// object or alias entry to be added MUST exist."
    fn check_place(
        &self,
        store: &Store,
        dn: &Dn,
        place: &Place,
        manages_referrals: bool,
    ) -> Result<(), Answer> {
        if root_dse::is_own(store, dn) || place.entry.is_some() {
            return Err(ResultCode::ENTRY_ALREADY_EXISTS.into());
        }
        let is_suffix = |suffix: &Dn| store.rules.is_same_dn(suffix, dn);
        if self.options().suffixes.iter().any(is_suffix) {
            return Ok(());
        }
        let parent = dn.parent().unwrap_or_default();
        let above = place.above.filter(|_| !parent.is_root()).and_then(|above| store.record(above));
        match above.map(|above| (above, above.kind)) {
            None => Err(resolve::missing(store, dn, manages_referrals)),
            Some((above, Kind::Referral)) if !manages_referrals => Err(referral::answer(above, dn, None)),
            Some((_, Kind::Alias)) => {
                Err(Answer::refuse(ResultCode::ALIAS_PROBLEM, "an alias has no entries below it"))
            }
            Some(_) => Ok(()),
        }
    }
}

/// An entry that gets one attribute after the other.
struct Growing {
    entry: Entry,
    /// The places of the types that it has attributes of, in the schema: most have one attribute, and are not looked for.
    types: FxHashSet<usize>,
}

impl Growing {
    fn new(dn: &Dn) -> Self {
        let attributes = Vec::with_capacity(USUAL);
        let types = FxHashSet::with_capacity_and_hasher(USUAL, FxBuildHasher);
        Self { entry: Entry::from_parts(dn.into(), attributes), types }
    }

    /// Whether it has an attribute, whose type was looked up.
    fn has(&self, description: &AttributeDescription, found: Option<AttributeTypeRef<'_>>) -> bool {
        found.is_none_or(|found| self.types.contains(&found.place()))
            && self.entry.attribute(description).is_some()
    }

    fn push(&mut self, attribute: Attribute, found: Option<AttributeTypeRef<'_>>) {
        self.types.extend(found.map(AttributeTypeRef::place));
        self.entry.push(attribute);
    }

    /// Adds a value that it may have.
    fn add_value(&mut self, rules: &Rules, description: AttributeDescription, value: Value) {
        let found = rules.attribute_type(&description);
        if self.has(&description, found) {
            rules.add_value(&mut self.entry, description, value);
        } else {
            self.push(Attribute::new(description, [value]), found);
        }
    }
}

/// Attributes of an entry, about: no more than fit into a kilobyte, which allocators keep at hand.
const USUAL: usize = 16;

/// Whether a value is given twice.
fn has_double(rules: &Rules, attribute: &Attribute, found: Option<AttributeTypeRef<'_>>) -> bool {
    if attribute.values().len() < 2 {
        return false;
    }
    let own_type = found.map(AttributeTypeRef::place);
    let values = attribute.values().iter();
    let mut keys: Vec<_> = values.map(|value| rules.index_key(own_type, value).octets).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair.first() == pair.last())
}
