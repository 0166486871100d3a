//! Values of Active Directory that are more than text.
//!
//! One file each: the form as MS-DTYP has it, the type, both directions. They can be used without serde's traits, too.

mod error;
mod file_time;
mod guid;
mod security_descriptor;
mod sid;
mod user_account_control;

pub use error::WindowsValueError;
pub use file_time::FileTime;
pub use guid::Guid;
pub use security_descriptor::{AccessControlEntry, SecurityDescriptor};
pub use sid::Sid;
pub use user_account_control::UserAccountControl;
