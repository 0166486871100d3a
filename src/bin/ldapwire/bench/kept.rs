//! What entries had before they were changed, and how they get it back.
//!
//! An entry is read before its first change, by whoever comes first; the others wait for that. So what it had is known
//! before anything is sent, whatever becomes of the change.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use ldapwire::ldif::{ChangeRecord, Writer};
use ldapwire::model::{AttributeDescription, Entry, Modification, Value};
use ldapwire::proto::{ModifyRequest, SearchRequest};
use ldapwire::{Error, ErrorKind, Executor, Phase, Pool};
use tokio::sync::OnceCell;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::work::word;

/// What the entries had that are changed.
pub(super) struct Kept {
    attribute: AttributeDescription,
    entries: Mutex<HashMap<Arc<str>, Arc<Before>>>,
    octets: AtomicUsize,
    max_octets: usize,
}

/// An entry that is changed.
#[derive(Default)]
pub(super) struct Before {
    values: OnceCell<Vec<Value>>,
    is_changed: AtomicBool,
    /// Changes that may have been carried out, or may be yet.
    unanswered: AtomicUsize,
    /// What came of putting it back.
    back: OnceLock<Result<(), String>>,
}

/// Entries that are changed, by their names.
pub(super) type Changed = Vec<(Arc<str>, Arc<Before>)>;

/// What came of putting all of them back.
#[derive(Debug, Default)]
pub(super) struct PutBack {
    pub(super) entries: u64,
    /// What would do it for the others, each with a word for why it is not done.
    pub(super) left: Vec<(ChangeRecord, String)>,
}

/// Octets of names and values that are kept: enough for a million entries.
const MAX_OCTETS: usize = 256 << 20;

/// About what an entry takes besides its name and its values.
const ENTRY: usize = 160;

/// How long each answer is waited for. Who gets none twice gives up.
const PATIENCE: Duration = Duration::from_secs(5);

impl Kept {
    pub(super) fn new(attribute: AttributeDescription) -> Self {
        Self { attribute, entries: Mutex::default(), octets: AtomicUsize::new(0), max_octets: MAX_OCTETS }
    }

    /// Returns what an entry had, which is read the first time.
    pub(super) async fn before(&self, pool: &Pool, dn: &str) -> Result<Arc<Before>, String> {
        let before = self.entry(dn)?;
        before.values.get_or_try_init(|| self.read(pool, dn)).await?;
        Ok(before)
    }

    fn entry(&self, dn: &str) -> Result<Arc<Before>, String> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = entries.get(dn) {
            return Ok(Arc::clone(before));
        }
        self.make_room(ENTRY + dn.len())?;
        let before = Arc::new(Before::default());
        entries.insert(dn.into(), Arc::clone(&before));
        Ok(before)
    }

    fn make_room(&self, octets: usize) -> Result<(), String> {
        if self.octets.fetch_add(octets, Ordering::Relaxed) + octets > self.max_octets {
            self.octets.fetch_sub(octets, Ordering::Relaxed);
            return Err(
                "more than can be remembered and put back; --leave-changed remembers nothing".to_owned()
            );
        }
        Ok(())
    }

    async fn read(&self, pool: &Pool, dn: &str) -> Result<Vec<Value>, String> {
        let search = SearchRequest::entry(dn).attributes([self.attribute.as_str()]);
        let entry = pool.search_one(search).await.map_err(|error| word(&error))?;
        let values = values(&entry.to_entry(), &self.attribute)?;
        self.make_room(values.iter().map(|value| size_of::<Value>() + value.len()).sum())?;
        Ok(values)
    }

    /// Gives an entry another value.
    pub(super) async fn change(
        &self,
        pool: &Pool,
        dn: &str,
        before: &Before,
        value: String,
    ) -> Result<(), Error> {
        before.unanswered.fetch_add(1, Ordering::Relaxed);
        let result = pool.modify(replacing(dn, &self.attribute, [value])).await;
        if result.is_ok() {
            before.is_changed.store(true, Ordering::Relaxed);
        }
        // Who is dropped before that has no answer either.
        if result.as_ref().err().is_none_or(|error| error.phase() != Phase::Unknown) {
            before.unanswered.fetch_sub(1, Ordering::Relaxed);
        }
        result.map(drop)
    }

    /// Returns those that are to be put back, without order.
    pub(super) fn changed(&self) -> Changed {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = entries.iter().filter(|(_, before)| {
            before.is_changed.load(Ordering::Relaxed) || before.unanswered.load(Ordering::Relaxed) > 0
        });
        changed.map(|(dn, before)| (Arc::clone(dn), Arc::clone(before))).collect()
    }

    /// Gives these what they had, so many at a time, until somebody has heard enough.
    pub(super) async fn put_back(
        self: &Arc<Self>,
        pool: &Pool,
        changed: Changed,
        concurrency: u32,
        interrupted: impl Future<Output = ()>,
    ) -> PutBack {
        let changed = Arc::new(changed);
        let next = Arc::new(AtomicUsize::new(0));
        let mut workers = JoinSet::new();
        for _ in 0..usize::try_from(concurrency).unwrap_or(usize::MAX).min(changed.len()) {
            let (kept, pool) = (Arc::clone(self), pool.clone());
            let (changed, next) = (Arc::clone(&changed), Arc::clone(&next));
            workers.spawn(async move {
                while let Some((dn, before)) = changed.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let outcome = kept.put_one_back(&pool, dn, before).await;
                    // The same would come of the next one.
                    let is_over = matches!(outcome, Err(Failed::Unanswered(_)));
                    let _ = before.back.set(outcome.map_err(Failed::into_word));
                    if is_over {
                        return;
                    }
                }
            });
        }
        tokio::select! {
            () = async { while workers.join_next().await.is_some() {} } => {}
            () = interrupted => workers.shutdown().await,
        }
        let mut all = PutBack::default();
        for (dn, before) in &*changed {
            match before.why_left() {
                None => all.entries += 1,
                Some(why) => {
                    let values = before.values.get().map(Vec::as_slice).unwrap_or_default();
                    let request = replacing(dn, &self.attribute, values.iter().cloned());
                    all.left.push((ChangeRecord::new(request), why.to_owned()));
                }
            }
        }
        all.left.sort_by(|one, other| one.0.dn().cmp(other.0.dn()));
        all
    }

    async fn put_one_back(&self, pool: &Pool, dn: &str, before: &Before) -> Result<(), Failed> {
        let values = before.values.get().map(Vec::as_slice).unwrap_or_default();
        let mut last = Failed::Unanswered("unanswered".to_owned());
        for _ in 0..2 {
            let request = replacing(dn, &self.attribute, values.iter().cloned());
            match timeout(PATIENCE, pool.modify(request)).await {
                Ok(Ok(_)) => return Ok(()),
                Ok(Err(error)) if matches!(error.kind(), ErrorKind::Refused { .. }) => {
                    return Err(Failed::Refused(word(&error)));
                }
                Ok(Err(error)) => last = Failed::Unanswered(word(&error)),
                Err(_) => {}
            }
        }
        Err(last)
    }
}

/// Why an entry is not put back.
enum Failed {
    Refused(String),
    Unanswered(String),
}

impl Failed {
    fn into_word(self) -> String {
        match self {
            Self::Refused(word) | Self::Unanswered(word) => word,
        }
    }
}

impl Before {
    fn why_left(&self) -> Option<&str> {
        match self.back.get() {
            None => Some("not put back"),
            Some(Err(word)) => Some(word),
            Some(Ok(())) if self.unanswered.load(Ordering::Relaxed) > 0 => {
                Some("put back, but a change was not answered, and may be carried out yet")
            }
            Some(Ok(())) => None,
        }
    }
}

impl PutBack {
    /// Returns LDIF that puts back what is left, if anything is.
    pub(super) fn to_ldif(&self) -> Option<Vec<u8>> {
        if self.left.is_empty() {
            return None;
        }
        let (mut writer, mut text) = (Writer::new(), Vec::new());
        writer.comment("Left changed, or perhaps so; `ldapwire apply` puts back by this.", &mut text);
        for (record, why) in &self.left {
            writer.comment(why, &mut text);
            // The name of an attribute comes from an argument, which is read as its grammar says.
            let _ = writer.change(record, &mut text);
        }
        Some(text)
    }

    pub(super) fn names(&self) -> Vec<String> {
        self.left.iter().map(|(record, _)| record.dn().as_str().to_owned()).collect()
    }
}

/// Makes the change that gives an attribute these values.
pub(super) fn replacing(
    dn: &str,
    attribute: &AttributeDescription,
    values: impl IntoIterator<Item = impl Into<Value>>,
) -> ModifyRequest {
    ModifyRequest::new(dn, [Modification::replace(attribute.clone(), values)])
}

/// Returns the values of an attribute.
///
/// **What comes under another name is not taken for nothing**: to put back nothing would delete it. That is an alias, or
/// a range of values.
fn values(entry: &Entry, attribute: &AttributeDescription) -> Result<Vec<Value>, String> {
    let came = || entry.attributes().iter().filter(|one| !one.values().is_empty());
    let own =
        |description: &AttributeDescription| description.as_str().eq_ignore_ascii_case(attribute.as_str());
    if let Some(found) = came().find(|one| own(one.description())) {
        return Ok(found.detach().into_parts().1);
    }
    // The one with as many options is told: it is the same under another name.
    let options = attribute.options().count();
    match came().min_by_key(|one| one.description().options().count().abs_diff(options)) {
        None => Ok(Vec::new()),
        Some(other) => {
            Err(format!("{attribute} comes as {}, and could not be put back", other.description()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(name: &str) -> AttributeDescription {
        AttributeDescription::parse(name).unwrap()
    }

    #[test]
    fn what_comes_under_another_name_is_not_taken_for_nothing() {
        let entry = Entry::new("cn=a").with("Description", ["a", "b"]).with("description;lang-fr", ["c"]);
        assert_eq!(values(&entry, &attribute("description")).unwrap().len(), 2);
        assert!(values(&Entry::new("cn=a"), &attribute("description")).unwrap().is_empty());
        for (asked, came) in [("2.5.4.13", "description"), ("member", "member;range=0-1499")] {
            let entry = Entry::new("cn=a").with(asked, [""; 0]).with(came, ["x"]);
            let refused = values(&entry, &attribute(asked)).unwrap_err();
            assert!(refused.contains(&format!("{asked} comes as {came}")), "{refused}");
        }
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let kept = Kept { max_octets: 2 * ENTRY + 10, ..Kept::new(attribute("description")) };
        assert!(kept.entry("cn=a").is_ok() && kept.entry("cn=b").is_ok());
        assert!(kept.entry("cn=c").is_err());
        assert!(kept.entry("cn=a").is_ok());
        assert!(kept.make_room(3).is_err() && kept.make_room(2).is_ok());
        assert!(kept.changed().is_empty());
    }

    #[test]
    fn what_is_left_is_told_as_ldif_that_puts_it_back() {
        assert_eq!(PutBack::default().to_ldif(), None);
        let before = Before::default();
        assert_eq!(before.why_left(), Some("not put back"));
        let change = |dn: &str, values: &[&str]| {
            let request = replacing(dn, &attribute("description"), values.iter().copied());
            (ChangeRecord::new(request), "busy".to_owned())
        };
        let left = vec![change("cn=a", &["x", "y"]), change("cn=b", &[])];
        let left = PutBack { entries: 0, left };
        assert_eq!(left.names(), ["cn=a", "cn=b"]);
        let text = String::from_utf8(left.to_ldif().unwrap()).unwrap();
        let records = "# busy\ndn: cn=a\nchangetype: modify\nreplace: description\ndescription: x\ndescription: y\n-\n\n\
                       # busy\ndn: cn=b\nchangetype: modify\nreplace: description\n-\n\n";
        assert!(text.starts_with("# Left changed") && text.ends_with(records), "{text}");
    }

    #[test]
    fn an_entry_is_left_for_certain_only_if_all_its_changes_are_answered() {
        let before = Before::default();
        before.back.set(Ok(())).unwrap();
        assert_eq!(before.why_left(), None);
        before.unanswered.store(1, Ordering::Relaxed);
        assert!(before.why_left().is_some());
    }
}
