//! `SECURITY_DESCRIPTOR` (MS-DTYP 2.4.6): `nTSecurityDescriptor`.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use super::{Guid, Sid, WindowsValueError};
use crate::model::Value;

type Result<T> = std::result::Result<T, WindowsValueError>;

/// Who owns an object and who may do what with it.
///
/// ```text
/// SECURITY_DESCRIPTOR ::= Revision (1) Sbz1 (1) Control (2) OffsetOwner (4) OffsetGroup (4)
///                         OffsetSacl (4) OffsetDacl (4) OwnerSid GroupSid Sacl Dacl
/// ACL                 ::= AclRevision (1) Sbz1 (1) AclSize (2) AceCount (2) Sbz2 (2) ACE...
/// ACE                 ::= AceType (1) AceFlags (1) AceSize (2) Mask (4) ...
/// ```
///
/// All numbers are little-endian, and an offset of 0 is that of a part that is not there. The octets are kept: what is
/// written is what was read.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SecurityDescriptor {
    octets: Value,
    control: u16,
    owner: Option<Sid>,
    group: Option<Sid>,
    system: Option<Vec<AccessControlEntry>>,
    discretionary: Option<Vec<AccessControlEntry>>,
}

/// One line of an access control list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct AccessControlEntry {
    /// What it does: 0 allows, 1 denies, 2 audits, 5 to 7 the same for a certain property or class (MS-DTYP 2.4.4.1).
    pub kind: u8,
    /// How it is inherited.
    pub flags: u8,
    /// What is allowed, denied or audited. Kinds beyond those above have 0 here.
    pub mask: u32,
    /// The property, the set of properties, the class of children or the right that it is limited to.
    pub object: Option<Guid>,
    /// The class of objects that inherit it.
    pub inherited_by: Option<Guid>,
    /// Whom it is for. Kinds beyond those above have nobody here.
    pub trustee: Option<Sid>,
}

impl SecurityDescriptor {
    /// How many octets are read: Active Directory has 64 KiB for each list.
    pub const MAX_LENGTH: usize = 256 * 1024;

    /// Reads the octets of an attribute.
    ///
    /// # Errors
    ///
    /// They are no security descriptor whose parts are within it; the error says where.
    pub fn from_octets(octets: &[u8]) -> Result<Self> {
        if octets.len() > Self::MAX_LENGTH {
            return Err(WindowsValueError::new(Self::MAX_LENGTH, "at most 256 KiB"));
        }
        if octets.first() != Some(&1) {
            return Err(WindowsValueError::new(0, "a security descriptor of revision 1"));
        }
        let control = read_u16(octets, 2)?;
        if control & SELF_RELATIVE == 0 {
            return Err(WindowsValueError::new(2, "a security descriptor in one piece"));
        }
        let list_if = |flag, place| if control & flag == 0 { Ok(None) } else { part(octets, place, list) };
        Ok(Self {
            octets: Value::from(octets),
            control,
            owner: part(octets, 4, sid)?,
            group: part(octets, 8, sid)?,
            system: list_if(SYSTEM_PRESENT, 12)?,
            discretionary: list_if(DISCRETIONARY_PRESENT, 16)?,
        })
    }

    /// Returns the octets.
    pub const fn octets(&self) -> &Value {
        &self.octets
    }

    /// Returns the control flags (MS-DTYP 2.4.6).
    pub const fn control(&self) -> u16 {
        self.control
    }

    /// Returns the owner.
    pub const fn owner(&self) -> Option<&Sid> {
        self.owner.as_ref()
    }

    /// Returns the owning group.
    pub const fn group(&self) -> Option<&Sid> {
        self.group.as_ref()
    }

    /// Returns who may do what. `None` means that everybody may do everything; an empty list, that nobody may do
    /// anything.
    pub fn discretionary(&self) -> Option<&[AccessControlEntry]> {
        self.discretionary.as_deref()
    }

    /// Returns what is audited.
    pub fn system(&self) -> Option<&[AccessControlEntry]> {
        self.system.as_deref()
    }
}

const SELF_RELATIVE: u16 = 0x8000;
const DISCRETIONARY_PRESENT: u16 = 0x0004;
const SYSTEM_PRESENT: u16 = 0x0010;

/// Reads the part whose offset stands at a place; there may be none.
fn part<T>(octets: &[u8], place: usize, read: fn(&[u8], usize) -> Result<T>) -> Result<Option<T>> {
    match read_u32(octets, place)? {
        0 => Ok(None),
        offset => read(octets, usize::try_from(offset).unwrap_or(usize::MAX)).map(Some),
    }
}

fn sid(octets: &[u8], offset: usize) -> Result<Sid> {
    const EXPECTED: &str = "a security identifier";
    let rest = octets.get(offset..).ok_or_else(|| WindowsValueError::new(octets.len(), EXPECTED))?;
    let (sid, _) =
        Sid::read(rest).map_err(|error| WindowsValueError::new(offset + error.position(), EXPECTED))?;
    Ok(sid)
}

fn list(octets: &[u8], offset: usize) -> Result<Vec<AccessControlEntry>> {
    let error = WindowsValueError::new(offset.min(octets.len()), "an access control list");
    let rest = octets.get(offset..).ok_or(error)?;
    let size = read_u16(rest, 2).map_err(|_| error)?;
    let count = read_u16(rest, 4).map_err(|_| error)?;
    let list = rest.get(..usize::from(size)).ok_or(error)?;
    let mut entries = Vec::new();
    let mut position = 8;
    for _ in 0..count {
        let error = WindowsValueError::new(offset + position, "an access control entry");
        let entry = list.get(position..).ok_or(error)?;
        let size = usize::from(read_u16(entry, 2).map_err(|_| error)?);
        // Each has a header at least, so that a count without entries ends here.
        let entry = entry.get(..size).filter(|entry| entry.len() >= 4).ok_or(error)?;
        entries.push(access_control_entry(entry).map_err(|_| error)?);
        position += size;
    }
    Ok(entries)
}

fn access_control_entry(octets: &[u8]) -> Result<AccessControlEntry> {
    let header = |index: usize| octets.get(index).copied().unwrap_or_default();
    let mut entry = AccessControlEntry {
        kind: header(0),
        flags: header(1),
        mask: 0,
        object: None,
        inherited_by: None,
        trustee: None,
    };
    let mut position = 8;
    match entry.kind {
        0..=2 => {}
        5..=7 => {
            let present = read_u32(octets, position)?;
            position += 4;
            for (bit, target) in [(1, &mut entry.object), (2, &mut entry.inherited_by)] {
                if present & bit != 0 {
                    let error = WindowsValueError::new(position, "a GUID");
                    let guid = octets.get(position..).and_then(<[u8]>::first_chunk).ok_or(error)?;
                    *target = Some(Guid::from_octets(*guid));
                    position += 16;
                }
            }
        }
        _ => return Ok(entry),
    }
    entry.mask = read_u32(octets, 4)?;
    entry.trustee = Some(sid(octets, position)?);
    Ok(entry)
}

fn read_u16(octets: &[u8], place: usize) -> Result<u16> {
    let found = octets.get(place..).and_then(<[u8]>::first_chunk);
    found.map(|octets| u16::from_le_bytes(*octets)).ok_or_else(|| WindowsValueError::new(place, "two octets"))
}

fn read_u32(octets: &[u8], place: usize) -> Result<u32> {
    let found = octets.get(place..).and_then(<[u8]>::first_chunk);
    found
        .map(|octets| u32::from_le_bytes(*octets))
        .ok_or_else(|| WindowsValueError::new(place, "four octets"))
}

impl fmt::Debug for SecurityDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecurityDescriptor")
            .field("control", &self.control)
            .field("owner", &self.owner)
            .field("group", &self.group)
            .field("discretionary", &self.discretionary)
            .field("system", &self.system)
            .finish_non_exhaustive()
    }
}

impl Serialize for SecurityDescriptor {
    /// As octets.
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.octets.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SecurityDescriptor {
    /// From octets.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let octets = Value::deserialize(deserializer)?;
        Self::from_octets(&octets).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Owner `S-1-5-18`, no group; one entry allows all to `S-1-1-0`, one allows a property to `S-1-5-10`.
    fn sample() -> Vec<u8> {
        let mut octets = vec![1, 0, 0x04, 0x80];
        for offset in [20_u32, 0, 0, 32] {
            octets.extend_from_slice(&offset.to_le_bytes());
        }
        octets.extend_from_slice(&[1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0]);
        octets.extend_from_slice(&[4, 0, 68, 0, 2, 0, 0, 0]);
        octets.extend_from_slice(&[0, 3, 20, 0, 0xff, 1, 0x0f, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
        octets.extend_from_slice(&[5, 0, 40, 0, 0x30, 0, 0, 0, 1, 0, 0, 0]);
        octets.extend_from_slice(&[7; 16]);
        octets.extend_from_slice(&[1, 1, 0, 0, 0, 0, 0, 5, 10, 0, 0, 0]);
        octets
    }

    #[test]
    fn owner_and_lists_are_read() {
        let octets = sample();
        let descriptor = SecurityDescriptor::from_octets(&octets).unwrap();
        assert_eq!(descriptor.owner().map(ToString::to_string).as_deref(), Some("S-1-5-18"));
        assert_eq!((descriptor.group(), descriptor.system()), (None, None));
        let [everybody, own] = descriptor.discretionary().unwrap() else { panic!("{descriptor:?}") };
        assert_eq!((everybody.kind, everybody.flags, everybody.mask), (0, 3, 0x000f_01ff));
        assert_eq!(everybody.trustee.as_ref().map(ToString::to_string).as_deref(), Some("S-1-1-0"));
        assert_eq!((own.kind, own.object, own.inherited_by), (5, Some(Guid::from_octets([7; 16])), None));
        assert_eq!(descriptor.octets(), octets.as_slice());
    }

    #[test]
    fn hostile_octets_are_refused() {
        let octets = sample();
        for end in 0..octets.len() {
            assert!(SecurityDescriptor::from_octets(&octets[..end]).is_err(), "{end}");
        }
        for place in 0..octets.len() {
            for octet in [0, 1, 0x7f, 0x80, 0xff] {
                let mut damaged = octets.clone();
                damaged[place] = octet;
                let _ = SecurityDescriptor::from_octets(&damaged);
            }
        }
        let long = vec![1; SecurityDescriptor::MAX_LENGTH + 1];
        let error = SecurityDescriptor::from_octets(&long).unwrap_err();
        assert_eq!(error.position(), SecurityDescriptor::MAX_LENGTH);
    }
}
