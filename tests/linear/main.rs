//! Whatever the input, reading it takes time in proportion to its length.
//!
//! Held by counting instructions: this program runs itself under valgrind for an input and for one of twice the size. Where
//! valgrind is not installed each kind of input is reported as ignored, by name. What reading allocates for the same
//! inputs is counted in `tests/allocations`.

mod kinds;

use std::env;
use std::error::Error;
use std::process::{Command, ExitCode};
use std::sync::LazyLock;

use libtest_mimic::{Arguments, Failed, Trial};

use kinds::{KINDS, Kind};

/// Octets of the smaller input. What grows by the square takes at this size 64 million instructions and more.
const SIZE: usize = 8 * 1024;

/// How many times the instructions an input of twice the size may take. Buffers that double make it a little more than two;
/// by the square it would be four.
const MOST: u64 = 3;

/// Instructions that may come on top, for inputs that are refused at their first octets.
const NOISE: u64 = 100_000;

/// The argument with which this program runs itself; the name of a kind and a size follow.
const RUN: &str = "--run";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().collect();
    if let [_, first, name, size] = &words[..]
        && first == RUN
    {
        run(name, size.parse().expect("a size"));
        return ExitCode::SUCCESS;
    }
    let arguments = Arguments::from_args();
    let installed = Command::new("valgrind").arg("--version").output().is_ok();
    let trials = KINDS.iter().map(|kind| {
        let check = || is_linear(kind).map_err(|error| Failed::from(error.to_string()));
        Trial::test(kind.name, check).with_ignored_flag(!installed)
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// Reads one input; of size 0 it is none at all, so that the start of the program can be counted alone.
fn run(name: &str, size: usize) {
    if let Some(kind) = KINDS.iter().find(|kind| kind.name == name && size > 0) {
        (kind.read)(&kind.input(size));
    }
}

fn is_linear(kind: &Kind) -> Result<(), Box<dyn Error>> {
    static START: LazyLock<Result<u64, String>> =
        LazyLock::new(|| instructions("", 0).map_err(|error| error.to_string()));
    let start = START.clone()?;
    let once = instructions(kind.name, SIZE)?.saturating_sub(start);
    let twice = instructions(kind.name, 2 * SIZE)?.saturating_sub(start);
    if twice > MOST * once + NOISE {
        return Err(format!("{once} instructions for {SIZE} octets, {twice} for twice as many").into());
    }
    Ok(())
}

/// Counts what this program executes for one input.
fn instructions(name: &str, size: usize) -> Result<u64, Box<dyn Error>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe()?)
        .args([RUN, name, &size.to_string()])
        .output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        return Err(report.into_owned().into());
    }
    let count = report.lines().find_map(|line| line.split_once("Collected :"));
    Ok(count.ok_or("valgrind counted nothing")?.1.trim().parse()?)
}
