//! `timed PEER WORKLOAD OPERATIONS COMMAND...`: runs a command and prints one line of JSON, as the other programs print it of
//! themselves. For peers that are programs of their own: what counts is all that the process used, its start included.
//!
//! The last line that the command prints is what it has seen: entries, values, octets and the sum of all first octets.
//! One that prints nothing has not looked.

use std::env;
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::{TimeVal, TimeValLike as _};

fn main() {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().expect("PEER WORKLOAD OPERATIONS COMMAND...");
    let (peer, workload, operations, program) = (next(), next(), next(), next());
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::inherit());
    let began = Instant::now();
    let output = command.output().expect("a program that can be run");
    let wall = began.elapsed();
    assert!(output.status.success(), "{peer} failed: {}", output.status);
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("a process may ask what its child used");

    let text = String::from_utf8(output.stdout).expect("text");
    let last = text.lines().last().unwrap_or("0 0 0 0");
    let seen: Vec<u64> = last.split(' ').map(|word| word.parse().expect("a number")).collect();
    let [entries, values, octets, mark] = seen[..] else { panic!("four numbers, not {last:?}") };
    let nanoseconds = |time: TimeVal| time.num_microseconds() * 1000;
    println!(
        "{{\"peer\":\"{peer}\",\"workload\":\"{workload}\",\"operations\":{operations},\"entries\":{entries},\
         \"values\":{values},\"octets\":{octets},\"mark\":{mark},\"wall_ns\":{},\"user_ns\":{},\"system_ns\":{},\
         \"peak_kib\":{}}}",
        wall.as_nanos(),
        nanoseconds(usage.user_time()),
        nanoseconds(usage.system_time()),
        usage.max_rss(),
    );
}
