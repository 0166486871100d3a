//! What shall go wrong.

use clap::Args;
use ldapwire::server::layers::{Fault, Faults};

/// What shall go wrong, for testing clients.
#[derive(Args)]
#[command(next_help_heading = "Faults")]
pub(super) struct Misbehaving {
    /// Let operations go wrong in one of these ways, drawn at random: all, or a list of delay=MS, refuse=CODE, drop,
    /// drop-after=ENTRIES, cut=OCTETS, flip=OCTET:BITS, wrong-id, wrong-kind, twice, never, late, drip=MS,
    /// disconnect=CODE, ignore-abandon
    #[arg(long, value_name = "LIST", value_parser = parse)]
    faults: Option<List>,

    /// Of how many operations one goes wrong
    #[arg(long, value_name = "COUNT", default_value_t = 10, requires = "faults")]
    fault_rate: u64,

    /// Draw by this number: the same operations go wrong each time
    #[arg(long, value_name = "NUMBER", default_value_t = 1, requires = "faults")]
    fault_seed: u64,
}

#[derive(Clone)]
struct List(Vec<Fault>);

impl Misbehaving {
    pub(super) fn faults(&self) -> Faults {
        match &self.faults {
            Some(List(faults)) => Faults::random(self.fault_seed, self.fault_rate, faults.iter().cloned()),
            None => Faults::new(),
        }
    }
}

fn parse(text: &str) -> Result<List, String> {
    if text == "all" {
        return Ok(List(Fault::all()));
    }
    let read = |word: &str| word.parse().map_err(|error| format!("'{word}' is no fault: {error}"));
    text.split(',').map(read).collect::<Result<_, _>>().map(List)
}
