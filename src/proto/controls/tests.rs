//! What holds for every value: used by the tests of each control.

use std::fmt::Debug;

use bytes::Bytes;

use super::{ControlValue, Controls};
use crate::ber::Fault;
use crate::model::Control;
use crate::proto::Quirks;

/// Checks that a value has these octets, comes back from them and from a control, and from nothing else: no part of
/// them, no other tag, nothing behind them.
#[track_caller]
pub(super) fn known<T: ControlValue + PartialEq + Debug>(value: T, octets: &'static [u8]) {
    let frame = Bytes::from_static(octets);
    assert_eq!(value.encode_value().expect("it has a value"), frame);
    for end in 0..octets.len() {
        assert!(T::decode_value(Some(&frame.slice(..end))).is_err(), "cut after {end}");
    }
    let mut changed = octets.to_vec();
    changed.push(0);
    assert!(T::decode_value(Some(&changed.clone().into())).is_err(), "an octet behind it");
    changed.pop();
    changed[0] = 0x1e;
    assert!(T::decode_value(Some(&changed.into())).is_err(), "another tag");
    assert_eq!(T::decode_value_with(Some(&frame), &Quirks::strict()), Ok(value));
    let control = Control::new(T::OID).with_value(frame).critical();
    let read = [control.clone()].control::<T>().expect("it is there").expect("it is well-formed");
    assert_eq!(read.critical(), control);
}

/// Returns what is wrong with octets that are no value of this type.
#[track_caller]
pub(super) fn refused<T: ControlValue + Debug>(octets: &'static [u8]) -> Fault {
    T::decode_value(Some(&Bytes::from_static(octets))).expect_err("it is malformed").fault()
}

/// Reads octets that are not those that we write.
#[track_caller]
pub(super) fn read<T: ControlValue>(octets: &'static [u8]) -> T {
    T::decode_value(Some(&Bytes::from_static(octets))).expect("it is well-formed")
}

/// Makes a SEQUENCE of so many elements, to reach limits.
pub(super) fn many(element: &[u8], count: usize) -> Bytes {
    crate::proto::sequence_value(|writer| (0..count).for_each(|_| writer.raw(element)))
}
