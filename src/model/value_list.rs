//! The values of an attribute, as they are held.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::mem;

use super::Value;

/// A list of values. One alone, which is what nearly all attributes have, needs no memory of its own.
#[derive(Clone)]
pub(super) enum ValueList {
    One([Value; 1]),
    Many(Vec<Value>),
}

impl ValueList {
    pub(super) const fn new() -> Self {
        Self::Many(Vec::new())
    }

    pub(super) fn push(&mut self, value: Value) {
        match self {
            Self::Many(list) if !list.is_empty() => list.push(value),
            _ => {
                *self = match mem::take(self) {
                    Self::One([first]) => Self::Many(vec![first, value]),
                    Self::Many(_) => Self::One([value]),
                }
            }
        }
    }

    pub(super) fn retain(&mut self, is_kept: impl FnMut(&Value) -> bool) {
        let mut list = mem::take(self).into_vec();
        list.retain(is_kept);
        *self = Self::from(list);
    }

    pub(super) fn as_slice(&self) -> &[Value] {
        match self {
            Self::One(one) => one,
            Self::Many(list) => list,
        }
    }

    pub(super) fn into_vec(self) -> Vec<Value> {
        match self {
            Self::One(one) => one.into(),
            Self::Many(list) => list,
        }
    }
}

impl Default for ValueList {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Vec<Value>> for ValueList {
    fn from(list: Vec<Value>) -> Self {
        Self::Many(list)
    }
}

impl FromIterator<Value> for ValueList {
    fn from_iter<T: IntoIterator<Item = Value>>(values: T) -> Self {
        let mut values = values.into_iter();
        let Some(first) = values.next() else { return Self::new() };
        let Some(second) = values.next() else { return Self::One([first]) };
        let mut list = Vec::with_capacity(values.size_hint().0.saturating_add(2));
        list.extend([first, second]);
        list.extend(values);
        Self::Many(list)
    }
}

impl PartialEq for ValueList {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for ValueList {}

impl Hash for ValueList {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_slice().hash(state);
    }
}

impl fmt::Debug for ValueList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_slice(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_takes_no_more_room_than_itself() {
        assert_eq!(size_of::<ValueList>(), size_of::<Value>());
    }

    #[test]
    fn the_form_does_not_show() {
        let values = ["a", "b", "c"].map(Value::from);
        let mut pushed = ValueList::new();
        for count in 0..=values.len() {
            let collected: ValueList = values[..count].iter().cloned().collect();
            let listed = ValueList::from(values[..count].to_vec());
            for list in [&pushed, &collected, &listed] {
                assert_eq!(list.as_slice(), &values[..count]);
                assert_eq!(*list, listed);
                assert_eq!(format!("{list:?}"), format!("{:?}", &values[..count]));
                assert_eq!(list.clone().into_vec(), values[..count]);
            }
            values.get(count).into_iter().for_each(|value| pushed.push(value.clone()));
        }
        pushed.retain(|value| value != "b");
        assert_eq!(pushed.into_vec(), ["a", "c"].map(Value::from));
    }
}
