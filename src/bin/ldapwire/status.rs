//! The exit statuses.

use std::process::ExitCode;

/// What the command tells the shell. The documentation has the same table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// All went well.
    Success = 0,
    /// The server refused, or octets are not what they should be.
    Refused = 1,
    /// The command was called in a wrong way.
    Usage = 2,
    /// No connection, no TLS, or the connection was lost.
    Connection = 3,
    /// The connection does not belong to whom it should.
    Authentication = 4,
    /// Entries were printed, and there are more.
    Partial = 5,
    /// The comparison is false, or what was compared differs.
    Different = 6,
}

/// The table for people.
pub(crate) const TABLE: &str = include_str!("../../../docs/exit-status.md");

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(status as u8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_status_and_no_other() {
        use Status::*;

        let all = [Success, Refused, Usage, Connection, Authentication, Partial, Different];
        let rows: Vec<u8> = TABLE
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.split_once(' ')?.0.parse().ok())
            .collect();
        assert_eq!(rows, all.map(|status| status as u8));
    }
}
