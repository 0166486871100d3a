//! The Add operation (RFC 4511 4.7).

use crate::model::{Attribute, Dn, Entry, ResultCode, Value, ValueEquality};
use crate::proto::AddRequest;
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
        let mut entry = self.complete(&store.rules, &dn, &request.to_entry(), asked, controls.relax)?;
        let place = store.place(&dn);
        self.check_place(store, &dn, &place, controls.manage_dsa_it)?;
        if !entry.values(&PASSWORD).is_empty() {
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
        let record = Record::new(&store.rules, &dn, &entry);
        let seen = self.seen(&store.rules, &record, asked);
        let placed = Placed { record: &seen, children: 0, rules: &store.rules };
        check_assertion(controls.assertion.as_ref(), &placed)?;
        let answer = asked.conclude(answer, None, Some(&placed))?;
        store.insert(&place, &entry, record);
        Ok(answer)
    }

    /// Puts an entry in without a client that asks for it.
    pub(super) fn load(&self, entry: &Entry) -> Result<(), Answer> {
        let dn = resolve::name(entry.dn())?;
        let mut store = self.write();
        let entry = self.complete(&store.rules, &dn, entry, &Asked::default(), true)?;
        let place = store.place(&dn);
        if place.entry.is_some() {
            return Err(ResultCode::ENTRY_ALREADY_EXISTS.into());
        }
        let _warning = store.rules.check(&entry)?;
        let record = Record::new(&store.rules, &dn, &entry);
        store.insert(&place, &entry, record);
        store.commit()
    }

    /// Checks the attributes of a new entry, and adds what the server adds: the values of its name, and operational
    /// attributes that are not given.
    fn complete(
        &self,
        rules: &Rules,
        dn: &Dn,
        entry: &Entry,
        asked: &Asked,
        may_set_own: bool,
    ) -> Result<Entry, Answer> {
        if let Some(rdn) = dn.rdn() {
            rules.check_rdn(rdn, may_set_own)?;
        }
        let mut complete = Entry::new(dn);
        for attribute in entry.attributes() {
            let attribute = rules.canonical_attribute(attribute);
            let description = attribute.description();
            rules.check_description(description, may_set_own)?;
            if attribute.values().is_empty() {
                return Err(Answer::refuse(
                    ResultCode::PROTOCOL_ERROR,
                    format!("{description}: no values given"),
                ));
            }
            if complete.attribute(description).is_some() || has_double(rules, &attribute) {
                let text = format!("{description}: a value or the attribute is given more than once");
                return Err(Answer::refuse(ResultCode::ATTRIBUTE_OR_VALUE_EXISTS, text));
            }
            complete.push(attribute);
        }
        if complete.attribute("objectClass").is_none() {
            return Err(Answer::refuse(ResultCode::OBJECT_CLASS_VIOLATION, "no objectClass attribute"));
        }
        rules.add_superclasses(&mut complete);
        rules.add_naming_values(&mut complete, dn);
        let now = self.options().now();
        let class = rules.structural_class(&complete);
        for (name, value) in [
            ("structuralObjectClass", class),
            ("entryUUID", uuid::Uuid::new_v4().to_string()),
            ("creatorsName", asked.author()),
            ("createTimestamp", now.clone()),
            ("modifiersName", asked.author()),
            ("modifyTimestamp", now),
        ] {
            if complete.attribute(name).is_none() {
                complete.push(Attribute::new(name, [value]));
            }
        }
        Ok(complete)
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

/// Whether a value is given twice.
fn has_double(rules: &Rules, attribute: &Attribute) -> bool {
    if attribute.values().len() < 2 {
        return false;
    }
    let values = attribute.values().iter();
    let mut keys: Vec<_> = values.map(|value| rules.key(attribute.description(), value)).collect();
    keys.sort_unstable();
    keys.windows(2).any(|pair| pair[0] == pair[1])
}
