//! The canned server as a process of its own: `canned ENTRIES` prints its address and runs until it is ended.

use std::thread;

#[path = "../../../../docs/examples/canned/mod.rs"]
mod canned;

fn main() {
    let entries =
        std::env::args().nth(1).and_then(|entries| entries.parse().ok()).expect("a number of entries");
    println!("{}", canned::Canned::start(entries).expect("a port of the loopback interface").address());
    loop {
        thread::park();
    }
}
