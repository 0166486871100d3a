//! Turns what the programs print into `benches/results/*.json`, and those into `docs/performance.md`.
//!
//! `report peers LINES FILE STAMP`, `report criterion FOLDER PREFIXES FILE STAMP`, `report counts LINES FILE STAMP`,
//! `report render FOLDER`.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["peers", lines, file, stamp] => save(file, stamp, peers(&read(lines))),
        ["criterion", folder, prefixes, file, stamp] => {
            save(file, stamp, criterion(Path::new(folder), prefixes))
        }
        ["counts", lines, file, stamp] => save(file, stamp, counts(&read(lines))),
        ["render", folder] => print!("{}", render(Path::new(folder))),
        _ => panic!("peers, criterion, counts or render"),
    }
}

fn read(file: &str) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Writes figures with machine, commit and date.
fn save(file: &str, stamp: &str, figures: Vec<Value>) {
    let stamp: Map<String, Value> = stamp
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    let document = json!({ "machine": stamp, "figures": figures });
    fs::write(file, format!("{document:#}\n")).expect("the file of results");
}

/// One figure for each workload and peer: the best of all rounds, field by field, since whatever disturbs only adds.
fn peers(lines: &str) -> Vec<Value> {
    let mut runs: BTreeMap<(String, String), Vec<Value>> = BTreeMap::new();
    for line in lines.lines() {
        let run: Value = serde_json::from_str(line).expect("a line of JSON");
        let key = (text(&run, "workload"), text(&run, "peer"));
        runs.entry(key).or_default().push(run);
    }
    agree(&runs);
    // A bare socket does not know how many entries it read.
    let streamed = runs.iter().filter(|((workload, _), _)| workload == "stream").flat_map(|(_, runs)| runs);
    let streamed = streamed.map(|run| number(run, "entries")).fold(1.0, f64::max);
    runs.into_iter()
        .map(|((workload, peer), runs)| {
            let least = |field: &str| runs.iter().map(|run| number(run, field)).fold(f64::INFINITY, f64::min);
            // A search is one operation of many entries.
            let count = if workload == "stream" { streamed } else { least("operations") };
            let round = |number: f64| (number * 10.0).round() / 10.0;
            let cpu = runs.iter().map(|run| (number(run, "user_ns"), number(run, "system_ns")));
            let (user, system) = cpu.min_by(|a, b| (a.0 + a.1).total_cmp(&(b.0 + b.1))).unwrap_or_default();
            json!({
                "workload": workload,
                "peer": peer,
                "rounds": runs.len(),
                "best_ns": least("best_ns"),
                "per_second": (count / least("wall_ns") * 1e9).round(),
                "user_ns": round(user / count),
                "system_ns": round(system / count),
                "first_us": round(least("first_ns") / 1000.0),
                "mean_us": (least("mean_ns") / 10.0).round() / 100.0,
                "p50_us": round(least("p50_ns") / 1000.0),
                "p99_us": round(least("p99_ns") / 1000.0),
                "peak_kib": least("peak_kib"),
                "each_us": round(least("wall_ns") / count / 1e3),
                "grown_octets": round(least("grown_kib") * 1024.0 / count),
                "share": least("share"),
            })
        })
        .collect()
}

/// Who visits values must have visited the same ones.
fn agree(runs: &BTreeMap<(String, String), Vec<Value>>) {
    let mut seen: BTreeMap<&str, (f64, &str)> = BTreeMap::new();
    for ((workload, peer), runs) in runs {
        let run = &runs[0];
        let entries = number(run, "entries");
        if entries == 0.0 {
            continue;
        }
        let mark = number(run, "mark") / entries + number(run, "octets") / entries;
        let (expected, first) = *seen.entry(workload).or_insert((mark, peer));
        assert!((mark - expected).abs() < 1e-6, "{workload}: {peer} visited other values than {first}");
    }
}

/// Criterion's estimates of groups whose folder begins with one of the prefixes.
fn criterion(folder: &Path, prefixes: &str) -> Vec<Value> {
    let mut figures = Vec::new();
    for group in
        entries(folder).iter().filter(|group| prefixes.split(' ').any(|prefix| group.starts_with(prefix)))
    {
        for row in entries(&folder.join(group)) {
            let Ok(estimates) = fs::read_to_string(folder.join(group).join(&row).join("new/estimates.json"))
            else {
                continue;
            };
            let estimates: Value = serde_json::from_str(&estimates).expect("criterion's estimates");
            let median = &estimates["median"];
            let round = |value: &Value| (value.as_f64().unwrap_or_default() * 10.0).round() / 10.0;
            let interval = &median["confidence_interval"];
            figures.push(json!({
                "group": group,
                "row": row,
                "median_ns": round(&median["point_estimate"]),
                "from_ns": round(&interval["lower_bound"]),
                "to_ns": round(&interval["upper_bound"]),
            }));
        }
    }
    figures
}

fn counts(lines: &str) -> Vec<Value> {
    let pairs = lines.lines().filter_map(|line| line.split_once(' '));
    pairs
        .map(|(what, count)| json!({ "what": what, "instructions": count.parse::<u64>().expect("a count") }))
        .collect()
}

fn entries(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .map(|entries| {
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
        })
        .unwrap_or_default();
    names.sort();
    names
}

fn render(folder: &Path) -> String {
    let mut page = INTRODUCTION.to_owned();
    if let Some(results) = Results::load(folder, "peers") {
        results.stamp(&mut page, "Beside other implementations");
        render_decode(&results, &mut page);
        render_stream(&results, &mut page);
        render_base(&results, &mut page);
    }
    if let Some(results) = Results::load(folder, "bulk") {
        results.stamp(&mut page, "Loads");
        page.push_str(BULK);
        render_bulk(&results, &mut page);
    }
    if let Some(results) = Results::load(folder, "directory") {
        results.stamp(&mut page, "The directory in memory");
        page.push_str(DIRECTORY);
        render_directory(&results, &mut page);
    }
    if let Some(results) = Results::load(folder, "pool") {
        results.stamp(&mut page, "The pool");
        render_pool(&results, &mut page);
    }
    if let Some(results) = Results::load(folder, "codec") {
        results.stamp(&mut page, "Six messages");
        page.push_str(CODEC);
        render_codec(
            &results,
            "decode",
            &["copy", "walk", "walk_reused", "borrowed", "owned", "rasn"],
            "walk",
            &mut page,
        );
        render_codec(&results, "encode", &["by_hand", "owned", "received", "rasn"], "by_hand", &mut page);
    }
    if let Some(results) = Results::load(folder, "stream") {
        results.stamp(&mut page, "Client and bare socket in one process");
        page.push_str(STREAM);
        for figure in &results.figures {
            let (group, row, median) =
                (text(figure, "group"), text(figure, "row"), number(figure, "median_ns"));
            let count = if group == "search_100000" { 100_000.0 } else { 1.0 };
            let _ = writeln!(
                page,
                "| {group} | {row} | {} | {} |",
                nanoseconds(median / count),
                thousands(count / median * 1e9)
            );
        }
    }
    if let Some(results) = Results::load(folder, "ldif") {
        results.stamp(&mut page, "LDIF");
        page.push_str(LDIF);
        for (workload, count) in [("ldif-100000", "100,000"), ("ldif-1000000", "1,000,000")] {
            render_ldif(&results, workload, count, &mut page);
        }
    }
    if let Some(results) = Results::load(folder, "breadth") {
        results.stamp(&mut page, "A schema, and entries as structs");
        page.push_str(SCHEMA);
        for row in ["copy", "ldif", "entry", "print"] {
            let median = results.median("schema_4000", row).unwrap_or(f64::NAN);
            let _ = writeln!(page, "| {row} | {:.2} ms | {} |", median / 1e6, nanoseconds(median / 4_000.0));
        }
        page.push_str(MAPPING);
        let decode = results.median("map_person", "decode").unwrap_or(f64::NAN);
        for row in [
            "decode",
            "nine_borrowed",
            "nine_borrowed_by_walk",
            "nine_fields",
            "nine_by_walk",
            "by_hand",
            "all_fields",
            "all_by_walk",
            "borrowed",
        ] {
            let Some(median) = results.median("map_person", row) else { continue };
            let _ = writeln!(page, "| {row} | {} | {:.2} |", nanoseconds(median), median / decode);
        }
    }
    if let Some(results) = Results::load(folder, "instructions") {
        results.stamp(&mut page, "Instructions");
        page.push_str(COUNTS);
        for figure in &results.figures {
            let _ = writeln!(
                page,
                "| {} | {} |",
                text(figure, "what"),
                thousands(number(figure, "instructions"))
            );
        }
    }
    page.push_str(MEMORY);
    page
}

fn render_decode(results: &Results, page: &mut String) {
    for (workload, what) in
        [("decode", "decoded, all names and values visited"), ("encode", "encoded from its parts")]
    {
        let ours = results.peer(workload, "ldapwire").map_or(f64::NAN, |figure| number(figure, "best_ns"));
        let _ = write!(page, "\nOne person of 1,076 octets and 23 values, {what}:\n\n");
        page.push_str("| implementation | time | times `ldapwire` |\n|---|---:|---:|\n");
        for figure in results.ordered(workload, "best_ns") {
            let best = number(figure, "best_ns");
            let _ =
                writeln!(page, "| {} | {} | {:.1} |", text(figure, "peer"), nanoseconds(best), best / ours);
        }
    }
}

fn render_stream(results: &Results, page: &mut String) {
    let cpu = |figure: &Value| number(figure, "user_ns") + number(figure, "system_ns");
    let ours = results.peer("stream", "ldapwire").map_or(f64::NAN, cpu);
    page.push_str("\nA search streamed from the canned server, all names and values visited:\n\n");
    page.push_str("| client | CPU per entry | of it in the kernel | times `ldapwire` | entries per second | first entry | peak memory |\n");
    page.push_str("|---|---:|---:|---:|---:|---:|---:|\n");
    let mut figures = results.of("stream");
    figures.sort_by(|left, right| cpu(left).total_cmp(&cpu(right)));
    for figure in figures {
        let _ = writeln!(
            page,
            "| {} | {} | {} | {:.1} | {} | {} µs | {:.1} MiB |",
            text(figure, "peer"),
            nanoseconds(cpu(figure)),
            nanoseconds(number(figure, "system_ns")),
            cpu(figure) / ours,
            thousands(number(figure, "per_second")),
            thousands(number(figure, "first_us")),
            number(figure, "peak_kib") / 1024.0,
        );
    }
}

fn render_pool(results: &Results, page: &mut String) {
    page.push_str(POOL);
    page.push_str("| server | client | tasks | operations per second | CPU per operation | peak memory |\n");
    page.push_str("|---|---|---:|---:|---:|---:|\n");
    for server in ["canned", "slapd"] {
        for tasks in ["1024", "10000"] {
            for figure in results.ordered(&format!("pool-{server}-{tasks}"), "per_second").into_iter().rev() {
                let cpu = number(figure, "user_ns") + number(figure, "system_ns");
                let _ = writeln!(
                    page,
                    "| {server} | {} | {tasks} | {} | {} | {} |",
                    text(figure, "peer"),
                    thousands(number(figure, "per_second")),
                    nanoseconds(cpu),
                    mebibytes(number(figure, "peak_kib")),
                );
            }
        }
    }
    let pool = |workload: &str, field: &str| {
        results.peer(workload, "ldapwire").map_or(f64::NAN, |figure| number(figure, field))
    };
    let observed = |workload: &str, field: &str| {
        results.peer(workload, "ldapwire, observed").map_or(f64::NAN, |figure| number(figure, field))
    };
    let peak = |tasks: &str| pool(&format!("pool-canned-{tasks}"), "peak_kib") * 1024.0;
    let canned = "pool-canned-1024";
    let seen = observed(canned, "user_ns") + observed(canned, "system_ns");
    let unseen = pool(canned, "user_ns") + pool(canned, "system_ns");
    let slower = 1.0 - observed("pool-slapd-1024", "per_second") / pool("pool-slapd-1024", "per_second");
    let cpu = |workload: &str| pool(workload, "user_ns") + pool(workload, "system_ns");
    let one_check = cpu("check-50");
    page.push_str("\n| what | measured |\n|---|---:|\n");
    for (what, measured) in [
        (
            "memory for each of the 8,976 that wait of 10,000",
            format!("{} octets", thousands((peak("10000") - peak("1024")) / 8976.0)),
        ),
        (
            "share of the time in which all room is taken while somebody waits, canned server",
            percent(pool("utilisation-canned-10000", "share")),
        ),
        ("the same with slapd", percent(pool("utilisation-slapd-10000", "share"))),
        (
            "acquire where there is room, one task, average (aim: under 10 µs)",
            microseconds(pool("acquire-1", "mean_us")),
        ),
        (
            "acquire where there is room, 1,000 tasks on 16 connections, average",
            microseconds(pool("acquire-1000", "mean_us")),
        ),
        ("the same, 99 of 100", format!("{} µs", pool("acquire-1000", "p99_us"))),
        (
            "1,000 tasks wait for 16 connections: from one given back to the next task having it, average (aim: \
             under 1 ms)",
            microseconds(pool("hand-over-1000", "mean_us")),
        ),
        ("CPU of acquire and release, one task", microseconds(cpu("acquire-1") / 1000.0)),
        ("the same, 1,000 tasks of which 984 wait", microseconds(cpu("hand-over-1000") / 1000.0)),
        ("CPU of an observer for each operation, canned server", nanoseconds((seen - unseen).max(0.0))),
        ("operations a second lost to an observer, slapd", percent(slower.max(0.0))),
        ("CPU of a health check", nanoseconds(one_check)),
        ("of a core, for 50 connections checked every 60 s", percent(one_check * 50.0 / 60e9)),
    ] {
        let _ = writeln!(page, "| {what} | {measured} |");
    }
}

/// Writes an amount of memory; nothing where it was not measured.
fn mebibytes(kib: f64) -> String {
    if kib > 0.0 { format!("{:.1} MiB", kib / 1024.0) } else { String::new() }
}

fn microseconds(time: f64) -> String {
    if time > 0.0 { format!("{time:.2} µs") } else { "not measured".to_owned() }
}

fn percent(share: f64) -> String {
    format!("{:.3} %", share * 100.0)
}

fn render_base(results: &Results, page: &mut String) {
    for (workload, what) in
        [("base-100", "100 at a time on one connection"), ("base-1", "one after the other")]
    {
        let ours = results.peer(workload, "ldapwire").map_or(f64::NAN, |figure| number(figure, "per_second"));
        let _ = write!(page, "\nReading one entry, {what}:\n\n");
        page.push_str("| client | operations per second | of `ldapwire` | median | 99 of 100 within |\n|---|---:|---:|---:|---:|\n");
        for figure in results.ordered(workload, "per_second").into_iter().rev() {
            let rate = number(figure, "per_second");
            let _ = writeln!(
                page,
                "| {} | {} | {:.2} | {} µs | {} µs |",
                text(figure, "peer"),
                thousands(rate),
                rate / ours,
                number(figure, "p50_us"),
                number(figure, "p99_us"),
            );
        }
    }
}

fn render_ldif(results: &Results, workload: &str, count: &str, page: &mut String) {
    let cpu = |figure: &Value| number(figure, "user_ns") + number(figure, "system_ns");
    let theirs = results.peer(workload, "ldapmodify -n").map_or(f64::NAN, cpu);
    let _ = write!(page, "\n{count} entries:\n\n");
    page.push_str(
        "| reader | CPU per entry | times as fast as `ldapmodify -n` | entries per second | peak memory |\n",
    );
    page.push_str("|---|---:|---:|---:|---:|\n");
    let mut figures = results.of(workload);
    figures.sort_by(|left, right| cpu(left).total_cmp(&cpu(right)));
    for figure in figures {
        let _ = writeln!(
            page,
            "| {} | {} | {:.2} | {} | {:.1} MiB |",
            text(figure, "peer"),
            nanoseconds(cpu(figure)),
            theirs / cpu(figure),
            thousands(number(figure, "per_second")),
            number(figure, "peak_kib") / 1024.0,
        );
    }
}

fn render_bulk(results: &Results, page: &mut String) {
    let cpu = |figure: &Value| number(figure, "user_ns") + number(figure, "system_ns");
    for (server, what) in [
        ("slapd", "OpenLDAP's slapd, mdb without sync"),
        ("directory", "the directory in memory"),
        ("canned", "the canned server, which only answers"),
    ] {
        for kind in ["add", "modify", "delete"] {
            let workload = format!("{kind}-{server}");
            if results.of(&workload).is_empty() {
                continue;
            }
            let ours = results.peer(&workload, "ldapwire").map_or(f64::NAN, cpu);
            let _ = write!(page, "\n`{kind}`, {what}:\n\n");
            page.push_str("| client | operations per second | CPU per operation | of it in the kernel | times `ldapwire` | peak memory |\n");
            page.push_str("|---|---:|---:|---:|---:|---:|\n");
            for figure in results.ordered(&workload, "per_second").into_iter().rev() {
                let _ = writeln!(
                    page,
                    "| {} | {} | {} | {} | {:.1} | {:.1} MiB |",
                    text(figure, "peer"),
                    thousands(number(figure, "per_second")),
                    nanoseconds(cpu(figure)),
                    nanoseconds(number(figure, "system_ns")),
                    cpu(figure) / ours,
                    number(figure, "peak_kib") / 1024.0,
                );
            }
        }
    }
}

/// One table: a line for each figure, a column for each server.
fn render_directory(results: &Results, page: &mut String) {
    let milliseconds = |figure: &Value| format!("{:.2} ms", number(figure, "each_us") / 1e3);
    let rate = |figure: &Value| thousands(number(figure, "per_second"));
    let cpu = |figure: &Value| nanoseconds(number(figure, "user_ns") + number(figure, "system_ns"));
    let memory = |figure: &Value| format!("{} octets", thousands(number(figure, "grown_octets")));
    let resident = |figure: &Value| format!("{:.0} MiB", number(figure, "grown_octets") / 1048576.0);
    let rows: [(&str, &str, &dyn Fn(&Value) -> String); 13] = [
        ("start, empty, within a process", "start-within", &milliseconds),
        ("start as a process, without entries", "start-empty", &milliseconds),
        ("start as a process, with 10,000 entries from LDIF", "start-10000", &milliseconds),
        ("start as a process, with 1,000,000 entries of 1 KB from LDIF", "start-million", &milliseconds),
        ("memory of that process", "start-million", &resident),
        ("searches by equality each second", "serve-equality", &rate),
        ("CPU for each", "serve-equality", &cpu),
        ("a search of all entries for a part of a value", "serve-scan", &milliseconds),
        ("additions each second", "serve-add", &rate),
        ("CPU for each", "serve-add", &cpu),
        ("memory for each entry that was added", "serve-add", &memory),
        ("modifications each second", "serve-modify", &rate),
        ("CPU for each", "serve-modify", &cpu),
    ];
    for (what, workload, show) in rows {
        let _ = write!(page, "| {what} |");
        for peer in ["ldapwire", "ldapwire, as slapd", "slapd", "UnboundID"] {
            let shown = results.peer(workload, peer).map(show).unwrap_or_default();
            let _ = write!(page, " {shown} |");
        }
        page.push('\n');
    }
}

/// One table: a line for each message, a column for each row of criterion, with the ratio to one of them.
fn render_codec(results: &Results, verb: &str, rows: &[&str], base: &str, page: &mut String) {
    let _ = write!(page, "\n| {verb} | {} |\n|---|{}\n", rows.join(" | "), "---:|".repeat(rows.len()));
    for shape in ["person", "ad_user", "group_5000", "result", "search_request", "modify_request"] {
        let time = |row: &str| results.median(&format!("{verb}_{shape}"), row);
        let _ = write!(page, "| {shape} |");
        for row in rows {
            let _ = match (time(row), time(base)) {
                (Some(time), Some(base)) => write!(page, " {} ({:.2}) |", nanoseconds(time), time / base),
                _ => write!(page, " |"),
            };
        }
        page.push('\n');
    }
}

struct Results {
    machine: Value,
    figures: Vec<Value>,
}

impl Results {
    fn load(folder: &Path, name: &str) -> Option<Self> {
        let octets = fs::read(folder.join(name).with_extension("json")).ok()?;
        let mut document: Value = serde_json::from_slice(&octets).expect("results");
        let Value::Array(figures) = document["figures"].take() else { panic!("figures") };
        Some(Self { machine: document["machine"].take(), figures })
    }

    fn stamp(&self, page: &mut String, title: &str) {
        let of = |name: &str| text(&self.machine, name);
        let _ = write!(
            page,
            "\n## {title}\n\n{}, {} cores, {}; {}; commit {}, {}; load when the runs had ended {}.\n",
            of("cpu"),
            of("cores"),
            of("kernel"),
            of("rustc"),
            of("commit"),
            of("date"),
            of("load"),
        );
    }

    fn of(&self, workload: &str) -> Vec<&Value> {
        self.figures.iter().filter(|figure| text(figure, "workload") == workload).collect()
    }

    fn ordered(&self, workload: &str, field: &str) -> Vec<&Value> {
        let mut figures = self.of(workload);
        figures.sort_by(|left, right| number(left, field).total_cmp(&number(right, field)));
        figures
    }

    fn peer(&self, workload: &str, peer: &str) -> Option<&Value> {
        self.of(workload).into_iter().find(|figure| text(figure, "peer") == peer)
    }

    fn median(&self, group: &str, row: &str) -> Option<f64> {
        let mut figures = self.figures.iter();
        let figure = figures.find(|figure| text(figure, "group") == group && text(figure, "row") == row)?;
        Some(number(figure, "median_ns"))
    }
}

fn text(value: &Value, field: &str) -> String {
    value[field].as_str().unwrap_or_default().to_owned()
}

fn number(value: &Value, field: &str) -> f64 {
    value[field].as_f64().unwrap_or_default()
}

fn nanoseconds(time: f64) -> String {
    match time {
        ..100.0 => format!("{time:.1} ns"),
        ..10_000.0 => format!("{} ns", thousands(time)),
        _ => format!("{:.1} µs", time / 1000.0),
    }
}

fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

const INTRODUCTION: &str = "\
# Performance

What reading and writing LDAP costs with this crate, beside other implementations and beside the least work that it can
be. `benches/run` measures all of it and writes this page from `benches/results`; do not edit it.

Trust the ratios, not the times: all were taken one after the other on the same machine, with the same release profile
(`opt-level = 3`, fat LTO, one codegen unit for all Rust programs under \"Beside other implementations\"; `cc -O3` and
Debian's libraries for C). A shared machine disturbs wall-clock figures - entries and operations per second, medians,
99 of 100 - most, and more the longer a run takes; CPU times less; the time of a codec, which is that of the fastest of
thousands of short batches, least.

The canned server (`docs/examples/canned`) replays entries that were captured from a real one, as fast as the socket takes
them; it is a process of its own, on the other core. All clients use one thread. `socket` is no client: a bare loop that
reads and writes the same octets and decodes nothing. `libldap` is the loop that most C programs have; with
`ldap_get_attribute_ber`, which copies nothing, it is `libldap-in-place`. `ldapwire-in-place` is the decoder that borrows.
";

const BULK: &str = "
Entries of eight attributes, about 300 octets as a request: added, one attribute replaced, deleted. `ldapwire` is
`bulk::Load` on one connection with its default window of 64 operations, entries made as they go; with five connections, or with
a journal (which syncs), where it says so. `libldap` is a C loop that keeps 64 operations outstanding, `ldap3` 64 tasks on
one connection; `ldapadd` and `ldapdelete` are OpenLDAP's tools with a file, one operation at a time. `socket` is no client: it
writes requests in bunches, keeps 64 outstanding and counts answers. What is missing was not there or did not run.
";

const DIRECTORY: &str = "
Servers on one core, asked by the client of this crate from another over one connection, 64 requests at a time; scans one after
the other. CPU is that of the server. Entries are those of the loads above, of which there are 10,000 at first. The directory
in memory has its default indexes, 22 attributes by value and four of them by parts of values, and does not hold entries against
its schema; slapd (mdb without sync) and UnboundID's server in memory do, and index `objectClass` and `uid` by value, as does the
directory where it is set as slapd is. No index helps the scan, which finds 100 entries. The start of slapd with entries is
`slapadd -q` and what follows; a start as a process is over when an entry was read. Memory is what is resident; for each entry that
was added it is what came on top.

| what | ldapwire | ldapwire, as slapd | slapd | UnboundID |
|---|---:|---:|---:|---:|
";

const POOL: &str = "
One entry, read again and again over 16 connections, all names and values visited: with 1,024 tasks each has its operation under
way at any time, 64 on a connection; with 10,000 most wait. `deadpool` lends a connection to one task at a time. Clients with
threads have 16 in place of tasks, each with a connection: the C client with 64 requests under way, UnboundID's pool with one,
warmed up by a fifth of the operations before. A client has one core, the server another.

";

const CODEC: &str = "
Medians of criterion, default release profile without LTO; in brackets the ratio to `walk` or to `by_hand`. `copy` copies
the octets; `walk` steps over every tag and length and keeps all slices in a new list; `walk_reused` keeps them in a list
that is used again; `by_hand` is one backward pass over the same fields. `owned` decodes a message and visits names and
values, or encodes the message of a value of the model; `borrowed` decodes without a count or an allocation; `received`
encodes a message that was decoded.
";

const STREAM: &str = "
Medians of criterion, default release profile; the server's threads belong to the same process. Per entry of the search,
per operation of the base search.

| group | row | time | per second |
|---|---|---:|---:|
";

const LDIF: &str = "
People of about 1 KB: 27 lines, of which two are folded and three or four base64. Whole processes that read a file from the
page cache, their start included, on one core; the best of all rounds. All but the limits and `ldapmodify` visit every value.
How often as fast is told by CPU time; entries per second are by the clock, and need a machine that does nothing else.

`ldapwire-in-place` borrows its records; `ldapwire` makes an `Entry` of each; `ldapwire-requests` makes the request to add
it, which is what `ldapmodify -n` does, too; with `-two-cores` by `ParallelRecords` with two threads, in order. Limits: `line-ends`
only finds line ends, by `memchr`; `scan` unfolds, splits and decodes base64, and checks nothing.
";

const SCHEMA: &str = "
Medians of criterion, default release profile without LTO. A schema of 4,000 definitions: those of the standards and of
OpenLDAP, again and again under other names and identifiers. `ldif` and `entry` read it from either form, follow all
references and check it; `copy` copies the texts, each for itself; `print` is the way back.

| row | time | per definition |
|---|---:|---:|
";

const MAPPING: &str = "
A struct made of the person of 1,076 octets and 23 values, once it is decoded; in the last column beside what decoding takes.
`nine_fields` and `all_fields` own their values; `nine_borrowed` and `borrowed`, which has all of them, own none. What ends in
`by_walk` makes the same by hand, in one walk over the attributes that checks hardly anything: the least that such structs cost;
`by_hand` asks for the nine fields one after the other.

| row | time | times `decode` |
|---|---:|---:|
";

const COUNTS: &str = "
Instructions for one person, by callgrind: the difference of two runs of 11,000 and 1,000 messages, divided. Default
release profile without LTO. `decode` visits nothing; `borrowed` and `owned` decode and visit all names and values. Of the structs
(above) the decoding is not counted, and `nine_by_name` is what is called `by_hand` there. The last
two rows are for the whole schema of 4,000 definitions, by 3 and 1.

| what | instructions |
|---|---:|
";

const MEMORY: &str = "
## Memory

Counts of allocations are no figures of a run but tests, `tests/allocations`: none for an entry that is borrowed and
visited, two at most for one that is owned, none for handing an entry to its search, a peak of 2.5 times the frame for an
entry of small values, less than 1 MiB live after a frame of 16 MiB has gone.
";
