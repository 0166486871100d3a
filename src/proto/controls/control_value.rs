//! How a type becomes a control and is found among controls.

use bytes::Bytes;

use crate::ber::{DecodeError, Fault};
use crate::model::{Control, Oid};
use crate::proto::{LdapMessage, Quirks};

/// A control with a type of its own.
///
/// **What cannot be encoded cannot be made:** constructors refuse it, so turning the type into a [`Control`] never
/// fails, and every `impl Into<Control>` takes it as it is. Where request and response have different values, each
/// is a type.
///
/// Lists in a value are held to [`Limits::DEFAULT`](crate::proto::Limits::DEFAULT).
pub trait ControlValue: Sized {
    /// The identifier: `controlType`.
    const OID: Oid;

    /// Whether the specification wants the control to be critical, always. Then it is made so, and one that is not
    /// so is refused when it is [decoded](Self::from_control).
    const IS_ALWAYS_CRITICAL: bool = false;

    /// Decodes the `controlValue`; `None` means that there is none, which differs from an empty one. What
    /// `quirks` names is read besides.
    ///
    /// # Errors
    ///
    /// The value is not what the specification of the control says. Offsets count from the value's first octet.
    fn decode_value_with(value: Option<&Bytes>, quirks: &Quirks) -> Result<Self, DecodeError>;

    /// Decodes the `controlValue` with the default quirks.
    ///
    /// # Errors
    ///
    /// As [`decode_value_with`](Self::decode_value_with).
    fn decode_value(value: Option<&Bytes>) -> Result<Self, DecodeError> {
        Self::decode_value_with(value, &Quirks::DEFAULT)
    }

    /// Encodes the `controlValue`; `None` means that there is none, which differs from an empty one.
    fn encode_value(&self) -> Option<Bytes>;

    /// Makes a control that is critical only if its specification wants it to be so always.
    fn into_control(self) -> Control {
        let control = Control::new(Self::OID);
        let control = if Self::IS_ALWAYS_CRITICAL { control.critical() } else { control };
        match self.encode_value() {
            None => control,
            Some(value) => control.with_value(value),
        }
    }

    /// Makes a critical control: a peer that does not know it refuses the operation.
    fn critical(self) -> Control {
        self.into_control().critical()
    }

    /// Decodes a control; `None` if it is another one.
    ///
    /// `Some(Err(_))` means that it is this one and malformed: see [`Controls::control`].
    fn from_control(control: &Control) -> Option<Result<Self, DecodeError>> {
        if *control.oid() != Self::OID {
            return None;
        }
        if Self::IS_ALWAYS_CRITICAL && !control.is_critical() {
            let fault = Fault::Invalid { field: "criticality", expected: "TRUE" };
            return Some(Err(DecodeError::new(0, fault)));
        }
        Some(Self::decode_value(control.value()))
    }
}

impl<T: ControlValue> From<T> for Control {
    fn from(value: T) -> Self {
        value.into_control()
    }
}

/// Finds controls by their type.
pub trait Controls {
    /// Decodes the first control with the identifier of `T`, if there is one.
    ///
    /// `Some(Err(_))` means that the control is there and malformed: a server answers the operation with
    /// `protocolError` then, whether or not the control is critical (RFC 4511 4.1.11). The connection goes on.
    fn control<T: ControlValue>(&self) -> Option<Result<T, DecodeError>>;
}

impl Controls for [Control] {
    fn control<T: ControlValue>(&self) -> Option<Result<T, DecodeError>> {
        self.iter().find_map(T::from_control)
    }
}

impl LdapMessage {
    /// Decodes the first control of a type, if there is one; see [`Controls::control`].
    ///
    /// ```
    /// use ldapwire::proto::controls::PagedResults;
    /// use ldapwire::proto::{LdapMessage, MessageId, SearchRequest};
    ///
    /// let search = SearchRequest::entry("dc=example");
    /// let message = LdapMessage::new(MessageId::FIRST, search).with_control(PagedResults::new(500));
    /// assert_eq!(message.control::<PagedResults>(), Some(Ok(PagedResults::new(500))));
    /// ```
    pub fn control<T: ControlValue>(&self) -> Option<Result<T, DecodeError>> {
        self.controls.control()
    }
}
