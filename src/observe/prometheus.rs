//! A snapshot as Prometheus reads it: the text format 0.0.4.

use std::fmt::{self, Write};

use super::Snapshot;
use super::json::Seconds;

impl Snapshot {
    /// Returns it in the text format of Prometheus, names as the feature `metrics` has them; to be served as
    /// `text/plain; version=0.0.4`.
    pub fn to_prometheus(&self) -> String {
        let mut text = String::new();
        // A string takes all.
        let _ = write_snapshot(self, &mut text);
        text
    }
}

fn write_snapshot(snapshot: &Snapshot, f: &mut String) -> fmt::Result {
    head("ldap_ops_total", "counter", "Operations that are over, by what became of them.", f)?;
    for counts in &snapshot.operations {
        let op = counts.kind.name();
        for (result, count) in &counts.results {
            writeln!(f, "ldap_ops_total{{op=\"{op}\",result=\"{result}\"}} {count}")?;
        }
    }
    head("ldap_op_seconds", "summary", "How long operations took.", f)?;
    for counts in &snapshot.operations {
        let op = counts.kind.name();
        let quantiles =
            [("0.5", counts.p50), ("0.9", counts.p90), ("0.99", counts.p99), ("1", counts.longest)];
        for (quantile, time) in quantiles {
            writeln!(f, "ldap_op_seconds{{op=\"{op}\",quantile=\"{quantile}\"}} {}", Seconds(time))?;
        }
        writeln!(f, "ldap_op_seconds_sum{{op=\"{op}\"}} {}", Seconds(counts.total))?;
        writeln!(f, "ldap_op_seconds_count{{op=\"{op}\"}} {}", counts.count)?;
    }
    head("ldap_inflight", "gauge", "Operations under way.", f)?;
    for counts in &snapshot.operations {
        writeln!(f, "ldap_inflight{{op=\"{}\"}} {}", counts.kind.name(), counts.active)?;
    }
    head("ldap_search_messages_total", "counter", "Messages of searches besides their last.", f)?;
    let messages: u64 = snapshot.operations.iter().map(|counts| counts.messages).sum();
    writeln!(f, "ldap_search_messages_total {messages}")?;
    head("ldap_connects_total", "counter", "Attempts to connect.", f)?;
    for counts in &snapshot.connects {
        for (result, count) in [("success", counts.made), ("failed", counts.failed)] {
            f.write_str("ldap_connects_total{server=\"")?;
            write_escaped(&counts.server, f)?;
            writeln!(f, "\",result=\"{result}\"}} {count}")?;
        }
    }
    head("ldap_pool_waits_total", "counter", "Waits for a connection, by why there was none.", f)?;
    for (why, count) in snapshot.waits.by_reason() {
        writeln!(f, "ldap_pool_waits_total{{why=\"{why}\"}} {count}")?;
    }
    head("ldap_pool_wait_seconds_total", "counter", "How long those waits took together.", f)?;
    writeln!(f, "ldap_pool_wait_seconds_total {}", Seconds(snapshot.waits.total))?;
    let Some(pool) = &snapshot.pool else { return Ok(()) };
    for (name, help, value) in [
        ("ldap_pool_idle", "Connections that nobody uses.", pool.idle),
        ("ldap_pool_leased", "Connections that somebody uses.", pool.leased),
        ("ldap_pool_connecting", "Connections that are being made.", pool.connecting),
        ("ldap_pool_waiting", "Callers that wait for a connection.", pool.waiting),
    ] {
        head(name, "gauge", help, f)?;
        writeln!(f, "{name} {value}")?;
    }
    head("ldap_pool_server_up", "gauge", "1 unless the last attempt to connect failed.", f)?;
    for server in &pool.servers {
        f.write_str("ldap_pool_server_up{server=\"")?;
        write_escaped(&server.name, f)?;
        writeln!(f, "\"}} {}", u8::from(server.failures == 0))?;
    }
    Ok(())
}

fn head(name: &str, kind: &str, help: &str, f: &mut String) -> fmt::Result {
    writeln!(f, "# HELP {name} {help}")?;
    writeln!(f, "# TYPE {name} {kind}")
}

/// Writes the value of a label: "backslash, double-quote and line feed are escaped".
fn write_escaped(text: &str, f: &mut String) -> fmt::Result {
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(f, "\\{character}")?,
            '\n' => f.write_str("\\n")?,
            character => f.write_char(character)?,
        }
    }
    Ok(())
}
