//! What is promised, and what was found.

/// What a change has survived when it is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// The end of the machine: the change is on the disk. Changes that come at the same time share the wait for
    /// it. The default.
    #[default]
    Disk,
    /// The end of the process, `kill -9` included: the system has the change, and writes it when it likes. Many times as
    /// fast; a loss of power may take the last seconds.
    Process,
}

/// What was found in the folder when a directory was started from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recovery {
    /// Whether there was anything, so that what the builder was given besides was not loaded.
    pub is_from_data: bool,
    /// The changes that were made again, those since the last snapshot.
    pub changes: u64,
    /// The octets that were cut off behind the last whole change: one was being written when the process or the machine
    /// died, and was never answered.
    pub cut: u64,
}
