//! A snapshot as JSON (RFC 8259), on one line.

use std::fmt::{self, Write};
use std::time::Duration;

use super::{PoolStatus, Snapshot};

impl Snapshot {
    /// Returns it as one object of JSON, on one line; times in seconds.
    pub fn to_json(&self) -> String {
        let mut text = String::new();
        // A string takes all.
        let _ = write_snapshot(self, &mut text);
        text
    }
}

fn write_snapshot(snapshot: &Snapshot, f: &mut String) -> fmt::Result {
    write!(f, "{{\"uptime\":{},\"operations\":", Seconds(snapshot.uptime))?;
    write_list(&snapshot.operations, '[', ']', f, |counts, f| {
        write!(f, "{{\"operation\":\"{}\",\"active\":{}", counts.kind.name(), counts.active)?;
        write!(f, ",\"count\":{},\"perSecond\":{:.1}", counts.count, counts.per_second)?;
        write!(f, ",\"messages\":{},\"results\":", counts.messages)?;
        write_list(&counts.results, '{', '}', f, |(word, count), f| write!(f, "\"{word}\":{count}"))?;
        for (name, time) in [
            ("total", counts.total),
            ("p50", counts.p50),
            ("p90", counts.p90),
            ("p99", counts.p99),
            ("max", counts.longest),
        ] {
            write!(f, ",\"{name}\":{}", Seconds(time))?;
        }
        f.write_char('}')
    })?;
    f.write_str(",\"connects\":")?;
    write_list(&snapshot.connects, '[', ']', f, |counts, f| {
        f.write_str("{\"server\":")?;
        write_string(&counts.server, f)?;
        write!(f, ",\"made\":{},\"failed\":{}", counts.made, counts.failed)?;
        write!(f, ",\"lastTook\":{}}}", Seconds(counts.last_took))
    })?;
    f.write_str(",\"waits\":{")?;
    for (reason, count) in snapshot.waits.by_reason() {
        write!(f, "\"{reason}\":{count},")?;
    }
    let waits = &snapshot.waits;
    write!(f, "\"unserved\":{},\"total\":{}", waits.unserved, Seconds(waits.total))?;
    write!(f, ",\"max\":{}}}", Seconds(waits.longest))?;
    if let Some(pool) = &snapshot.pool {
        write_pool(pool, f)?;
    }
    f.write_char('}')
}

fn write_pool(pool: &PoolStatus, f: &mut String) -> fmt::Result {
    write!(f, ",\"pool\":{{\"idle\":{},\"leased\":{}", pool.idle, pool.leased)?;
    write!(f, ",\"connecting\":{},\"checking\":{}", pool.connecting, pool.checking)?;
    write!(f, ",\"leases\":{},\"waiting\":{}", pool.leases, pool.waiting)?;
    if let Some(shortage) = &pool.shortage {
        write!(f, ",\"shortage\":\"{}\"", shortage.word())?;
    }
    f.write_str(",\"servers\":")?;
    write_list(&pool.servers, '[', ']', f, |server, f| {
        f.write_str("{\"server\":")?;
        write_string(&server.name, f)?;
        write!(f, ",\"failures\":{},\"connections\":{}", server.failures, server.connections)?;
        write!(f, ",\"leases\":{}}}", server.leases)
    })?;
    f.write_char('}')
}

fn write_list<T>(
    items: &[T],
    open: char,
    close: char,
    f: &mut String,
    write: impl Fn(&T, &mut String) -> fmt::Result,
) -> fmt::Result {
    f.write_char(open)?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_char(',')?;
        }
        write(item, f)?;
    }
    f.write_char(close)
}

fn write_string(text: &str, f: &mut String) -> fmt::Result {
    f.write_char('"')?;
    for character in text.chars() {
        match character {
            '"' | '\\' => write!(f, "\\{character}")?,
            '\n' => f.write_str("\\n")?,
            character if character.is_control() => write!(f, "\\u{:04x}", u32::from(character))?,
            character => f.write_char(character)?,
        }
    }
    f.write_char('"')
}

/// A time in seconds, to the microsecond.
pub(super) struct Seconds(pub(super) Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:06}", self.0.as_secs(), self.0.subsec_micros())
    }
}
