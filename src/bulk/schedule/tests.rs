//! The machine against what it has to be, said with names and pairs of records.

use proptest::prelude::*;

use super::*;
use crate::ldif::{Change, new_name};
use crate::model::{Dn, Modification, OldRdn, SortKeys};
use crate::proto::{AddRequest, DeleteRequest, ModifyDnRequest, ModifyRequest};

const WIDE: Bounds = Bounds { records: 1000, octets: 1 << 20, held: 1000 };

fn claims(change: &Change) -> Claims {
    Claims::of(change, &mut SortKeys::default())
}

fn add(dn: &str) -> Change {
    AddRequest::new(dn, []).into()
}

fn modify(dn: &str) -> Change {
    ModifyRequest::new(dn, [Modification::clear("cn")]).into()
}

fn delete(dn: &str) -> Change {
    DeleteRequest::new(dn).into()
}

fn rename(dn: &str, rdn: &str, superior: Option<&str>) -> Change {
    let request = ModifyDnRequest::new(dn, rdn, OldRdn::Delete);
    match superior {
        Some(superior) => request.with_new_superior(superior).into(),
        None => request.into(),
    }
}

/// Takes up changes whose records are their numbers.
fn scheduler(bounds: Bounds, changes: &[Change]) -> Scheduler<usize> {
    let mut scheduler = Scheduler::new(bounds);
    for (number, change) in changes.iter().enumerate() {
        scheduler.push(number, claims(change), 10);
    }
    scheduler
}

fn take_all(scheduler: &mut Scheduler<usize>) -> Vec<(RecordId, usize)> {
    std::iter::from_fn(|| scheduler.next()).collect()
}

fn numbers(taken: &[(RecordId, usize)]) -> Vec<usize> {
    taken.iter().map(|(_, number)| *number).collect()
}

#[test]
fn siblings_go_together_and_a_parent_goes_before() {
    let changes =
        [add("dc=a"), add("cn=1,dc=a"), add("CN=2,DC=A"), modify("cn=x,dc=a"), add("cn=3,cn=1,dc=a")];
    let mut scheduler = scheduler(WIDE, &changes);
    let first = take_all(&mut scheduler);
    assert_eq!(numbers(&first), [0, 3]);
    scheduler.finish(first[0].0, true);
    let second = take_all(&mut scheduler);
    assert_eq!(numbers(&second), [1, 2]);
    scheduler.finish(second[1].0, true);
    assert_eq!(take_all(&mut scheduler), []);
    scheduler.finish(second[0].0, false);
    assert_eq!(numbers(&take_all(&mut scheduler)), [4], "it goes even if the parent was refused");
}

#[test]
fn a_child_is_held_until_its_parent_comes() {
    let mut scheduler = scheduler(WIDE, &[add("cn=1,dc=a"), add("cn=2,dc=a")]);
    for (id, record) in take_all(&mut scheduler) {
        scheduler.hold(id, record).unwrap();
    }
    assert!(scheduler.is_stalled() && scheduler.len() == 2);
    scheduler.push(2, claims(&add("dc=a")), 10);
    assert!(!scheduler.is_stalled());
    let parent = take_all(&mut scheduler);
    assert_eq!(numbers(&parent), [2]);
    scheduler.finish(parent[0].0, true);
    let children = take_all(&mut scheduler);
    assert_eq!(numbers(&children), [0, 1]);
    children.into_iter().for_each(|(id, _)| scheduler.finish(id, true));
    assert!(scheduler.is_clean());
}

#[test]
fn without_a_parent_they_are_tried_once_more_and_given_back() {
    let mut scheduler = scheduler(
        Bounds { held: 2, ..WIDE },
        &["cn=1", "cn=2", "cn=3"].map(|rdn| add(&format!("{rdn},dc=a"))),
    );
    for (id, record) in take_all(&mut scheduler) {
        scheduler.hold(id, record).unwrap();
    }
    // One too many: the oldest has its turn.
    let oldest = take_all(&mut scheduler);
    assert_eq!(numbers(&oldest), [0]);
    assert_eq!(scheduler.hold(oldest[0].0, 0), Err(0));
    scheduler.finish(oldest[0].0, false);
    assert!(scheduler.is_stalled() && scheduler.relieve());
    for (id, record) in take_all(&mut scheduler) {
        assert_eq!(scheduler.hold(id, record), Err(record));
        scheduler.finish(id, false);
    }
    assert!(!scheduler.relieve() && scheduler.is_clean());
}

/// Answers a delete as a directory does in which there are these names.
fn answer(scheduler: &mut Scheduler<String>, id: RecordId, name: String, there: &mut Vec<String>) {
    let below = format!(",{name}");
    if there.iter().any(|other| other.ends_with(&below)) {
        scheduler.hold_full(id, name).unwrap();
    } else {
        there.retain(|other| *other != name);
        scheduler.finish(id, false);
    }
}

#[test]
fn a_delete_that_is_too_early_waits_for_those_below() {
    let names = ["dc=a", "ou=b,dc=a", "cn=c,ou=b,dc=a", "cn=d,ou=b,dc=a"].map(str::to_owned);
    let (mut scheduler, mut there) = (Scheduler::new(WIDE), names.to_vec());
    for (comes, left) in [(&names[..3], &[0, 1, 3][..]), (&names[3..], &[])] {
        for name in comes {
            scheduler.push(name.clone(), claims(&delete(name)), 10);
        }
        while let Some((id, name)) = scheduler.next() {
            answer(&mut scheduler, id, name, &mut there);
        }
        assert!(there.iter().eq(left.iter().map(|number| &names[*number])), "{there:?}");
        assert_eq!(scheduler.is_stalled(), !left.is_empty());
    }
    assert!(scheduler.is_clean());
}

#[test]
fn a_delete_that_waits_has_its_last_try_before_what_comes_at_its_place() {
    let mut scheduler = scheduler(WIDE, &[delete("dc=a")]);
    let (id, _) = scheduler.next().unwrap();
    scheduler.hold_full(id, 0).unwrap();
    scheduler.push(1, claims(&add("dc=a")), 10);
    assert_eq!(numbers(&take_all(&mut scheduler)), [0]);
    assert_eq!(scheduler.hold_full(id, 0), Err(0), "the add waits for it");
    scheduler.finish(id, false);
    let taken = take_all(&mut scheduler);
    assert_eq!(numbers(&taken), [1]);
    scheduler.finish(taken[0].0, true);
    assert!(scheduler.is_clean());
}

#[test]
fn there_is_room_for_one_however_large_and_bounds_hold() {
    let mut scheduler = Scheduler::new(Bounds { records: 2, octets: 100, held: 1 });
    assert!(scheduler.has_room());
    scheduler.push(0, claims(&add("cn=1")), 1000);
    assert!(!scheduler.has_room());
    let (id, _) = scheduler.next().unwrap();
    scheduler.finish(id, true);
    scheduler.push(1, claims(&add("cn=1")), 10);
    assert!(scheduler.has_room());
    scheduler.push(2, claims(&add("cn=2")), 10);
    assert!(!scheduler.has_room());
}

#[test]
fn names_that_are_none_keep_their_order_among_themselves() {
    let mut scheduler = scheduler(WIDE, &[add("no name"), delete("no name"), delete("no other name")]);
    let first = take_all(&mut scheduler);
    assert_eq!(numbers(&first), [0, 2]);
    scheduler.finish(first[0].0, false);
    assert_eq!(numbers(&take_all(&mut scheduler)), [1]);
}

#[test]
fn a_record_that_was_held_too_long_goes_behind_its_parent_if_that_has_come() {
    let mut scheduler = Scheduler::new(Bounds { held: 1, ..WIDE });
    for (number, dn) in ["cn=1,ou=a", "cn=2,ou=a"].into_iter().enumerate() {
        scheduler.push(number, claims(&add(dn)), 10);
    }
    let children = take_all(&mut scheduler);
    scheduler.hold(children[0].0, 0).unwrap();
    scheduler.push(2, claims(&add("ou=a")), 10);
    let parent = take_all(&mut scheduler);
    assert_eq!(numbers(&parent), [2]);
    // There is room for one that is held: the older one has its last try, but not before the parent has ended.
    scheduler.hold(children[1].0, 1).unwrap();
    assert_eq!(scheduler.next(), None);
    scheduler.finish(parent[0].0, true);
    let mut again = take_all(&mut scheduler);
    again.sort_unstable_by_key(|(_, number)| *number);
    assert_eq!(numbers(&again), [0, 1]);
    for (id, _) in again {
        scheduler.finish(id, true);
    }
    assert!(scheduler.is_clean());
}

#[test]
fn a_record_that_touches_a_place_twice_does_not_wait_for_itself() {
    let key: std::sync::Arc<[u8]> = claims(&add("cn=1")).own.key;
    let claim = |is_tree| claims::Claim { key: key.clone(), is_tree };
    let twice = |is_tree| Claims { own: claim(is_tree), target: Some(claim(is_tree)), makes: true };
    let mut scheduler = scheduler(WIDE, &[rename("cn=1", "cn=1", None)]);
    scheduler.push(1, twice(false), 10);
    scheduler.push(2, twice(true), 10);
    for number in 0..3 {
        let taken = take_all(&mut scheduler);
        assert_eq!(numbers(&taken), [number]);
        scheduler.finish(taken[0].0, true);
    }
    assert!(scheduler.is_clean());
}

#[test]
fn what_follows_at_the_same_place_may_go_along_or_behind() {
    let mut scheduler =
        scheduler(WIDE, &[modify("cn=1"), modify("CN=1"), modify("cn=1"), delete("cn=1"), modify("cn=2")]);
    let taken = take_all(&mut scheduler);
    assert_eq!(numbers(&taken), [0, 4]);
    let first = taken[0].0;
    assert_eq!(scheduler.follow(first, |_| false), None);
    let second = scheduler.follow(first, |number| *number == 1).unwrap();
    let third = scheduler.follow(second.0, |_| true).unwrap();
    assert_eq!((second.1, third.1), (1, 2));
    assert_eq!(scheduler.follow(third.0, |_| true), None, "a delete goes alone");
    // Refused together: one behind the other.
    scheduler.put_back(third.0, 2);
    scheduler.put_back(second.0, 1);
    scheduler.retry(first, 0);
    let again = take_all(&mut scheduler);
    assert_eq!(numbers(&again), [0]);
    // Once more, and done together: the last is finished first.
    let second = scheduler.follow(first, |_| true).unwrap();
    let third = scheduler.follow(second.0, |_| true).unwrap();
    for id in [third.0, second.0, first] {
        scheduler.finish(id, false);
    }
    let last = take_all(&mut scheduler);
    assert_eq!(numbers(&last), [3]);
    scheduler.finish(last[0].0, false);
    scheduler.finish(taken[1].0, false);
    assert!(scheduler.is_clean());
}

#[test]
fn what_did_not_run_is_taken_out_at_the_end() {
    let mut scheduler = scheduler(WIDE, &[add("cn=1"), add("cn=1"), add("cn=2")]);
    scheduler.next().unwrap();
    assert_eq!(scheduler.drain(), [1, 2]);
    assert_eq!(scheduler.next(), None);
}

/// What a change touches, and what it makes, in names.
fn touched(change: &Change) -> (Vec<(Dn, bool)>, Option<Dn>) {
    let own = Dn::try_from(change.dn()).unwrap();
    match change {
        Change::Add(_) => (vec![(own.clone(), false)], Some(own)),
        Change::Modify(_) => (vec![(own, false)], None),
        Change::Delete(_) => (vec![(own, true)], None),
        Change::ModifyDn(request) => {
            let new = new_name(request).unwrap();
            (vec![(own, true), (new.clone(), true)], Some(new))
        }
    }
}

/// Whether a later change has to wait for an earlier one.
fn has_to_wait(later: &Change, earlier: &Change) -> bool {
    let ((late, makes), (early, made)) = (touched(later), touched(earlier));
    let meet = late.iter().any(|(one, is_tree)| {
        early.iter().any(|(other, other_is_tree)| {
            one == other || (*is_tree && other.is_within(one)) || (*other_is_tree && one.is_within(other))
        })
    });
    meet || made.is_some_and(|made| makes.is_some_and(|makes| makes.parent() == Some(made)))
}

fn change() -> impl Strategy<Value = Change> {
    let rdn = || proptest::sample::select(vec!["cn=a", "cn=b", "CN=A"]);
    let dn = move || proptest::collection::vec(rdn(), 1..4).prop_map(|rdns| rdns.join(","));
    prop_oneof![
        4 => dn().prop_map(|dn| add(&dn)),
        2 => dn().prop_map(|dn| modify(&dn)),
        2 => dn().prop_map(|dn| delete(&dn)),
        1 => (dn(), rdn(), proptest::option::of(dn()))
            .prop_map(|(dn, rdn, superior)| rename(&dn, rdn, superior.as_deref())),
    ]
}

proptest! {
    /// What may go is exactly what no earlier unfinished record stands in the way of; and all goes in the end.
    #[test]
    fn order_is_kept_where_it_matters_and_nowhere_else(
        changes in proptest::collection::vec(change(), 1..24),
        choices in proptest::collection::vec(any::<(u8, u8)>(), 200),
    ) {
        let mut scheduler = Scheduler::new(WIDE);
        let mut pushed = 0;
        let mut unfinished: Vec<usize> = Vec::new();
        let mut held: Vec<usize> = Vec::new();
        let mut running: Vec<(RecordId, usize)> = Vec::new();
        for (choice, which) in choices.into_iter().chain(std::iter::repeat_n((9, 0), 400)) {
            running.extend(take_all(&mut scheduler));
            let mut goes = numbers(&running);
            goes.sort_unstable();
            held.retain(|number| !goes.contains(number));
            let is_free = |number: &usize| {
                let before = unfinished.iter().filter(|other| *other < number);
                !held.contains(number)
                    && !before.into_iter().any(|other| has_to_wait(&changes[*number], &changes[*other]))
            };
            let expected: Vec<usize> = unfinished.iter().copied().filter(is_free).collect();
            prop_assert_eq!(&goes, &expected);
            if scheduler.is_stalled() && pushed == changes.len() {
                prop_assert!(scheduler.relieve());
                continue;
            }
            if choice % 2 == 0 && pushed < changes.len() {
                scheduler.push(pushed, claims(&changes[pushed]), 1);
                unfinished.push(pushed);
                pushed += 1;
                continue;
            }
            if running.is_empty() {
                if pushed < changes.len() {
                    scheduler.push(pushed, claims(&changes[pushed]), 1);
                    unfinished.push(pushed);
                    pushed += 1;
                }
                continue;
            }
            let (id, number) = running.remove(which as usize % running.len());
            match choice % 5 {
                0 => scheduler.retry(id, number),
                1 if matches!(changes[number], Change::Add(_)) && scheduler.hold(id, number).is_ok() => held.push(number),
                _ => {
                    scheduler.finish(id, which % 2 == 0);
                    unfinished.retain(|other| *other != number);
                }
            }
        }
        prop_assert_eq!((pushed, unfinished.len(), scheduler.len()), (changes.len(), 0, 0));
        prop_assert!(scheduler.is_clean());
    }
}

proptest! {
    /// A tree is deleted whatever the order of its names, however far apart they are, as long as all may be held.
    #[test]
    fn a_tree_is_deleted_in_any_order(
        parents in proptest::collection::vec(any::<prop::sample::Index>(), 1..20),
        order in Just((0..20usize).collect::<Vec<_>>()).prop_shuffle(),
        choices in proptest::collection::vec(any::<(bool, u8)>(), 60),
    ) {
        let mut names = vec!["dc=0".to_owned()];
        for (number, parent) in parents.iter().enumerate() {
            let above = parent.get(&names).clone();
            names.push(format!("dc={},{above}", number + 1));
        }
        let mut there = names.clone();
        let mut left: Vec<_> = order.into_iter().filter_map(|number| names.get(number).cloned()).collect();
        left.extend(names.get(20).cloned());
        let (mut scheduler, mut running) = (Scheduler::new(WIDE), Vec::new());
        for (pushes, which) in choices.into_iter().chain(std::iter::repeat_n((true, 0), 1000)) {
            if pushes && let Some(name) = left.pop() {
                scheduler.push(name.clone(), claims(&delete(&name)), 1);
            }
            running.extend(std::iter::from_fn(|| scheduler.next()));
            if running.is_empty() {
                continue;
            }
            let (id, name) = running.remove(usize::from(which) % running.len());
            answer(&mut scheduler, id, name, &mut there);
        }
        prop_assert_eq!(there, [""; 0]);
        prop_assert!(scheduler.is_clean());
    }
}
