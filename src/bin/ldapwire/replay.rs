//! `replay`: a recorded session, played as a server.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use ldapwire::server::proxy::{Recording, Replay};
use ldapwire::server::{Endpoint, Server};
use tokio::runtime;

use crate::failure::Failure;
use crate::output::Format;
use crate::serve::{failure, until_interrupted};
use crate::status::Status;

/// Play a recording as the server that was recorded, until interrupted.
///
/// A request is answered as the same one was; any password will do. What was not recorded is refused with
/// unwillingToPerform. `ldapwire proxy --record` makes recordings.
#[derive(Args)]
#[command(after_help = "Examples:
  ldapwire replay session.txt
  ldapwire replay session.txt --listen 127.0.0.1:1390")]
pub(crate) struct Play {
    /// The recording
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Listen on this address; with port 0 on a free port [default: 127.0.0.1:1389]
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:1389", hide_default_value = true)]
    listen: SocketAddr,

    #[command(flatten)]
    pub(crate) format: Format,
}

/// How long operations may go on when the server is interrupted.
const GRACE: Duration = Duration::from_secs(1);

impl Play {
    pub(crate) fn run(&self) -> Result<Status, Failure> {
        let text = fs::read_to_string(&self.file).map_err(|error| failure(self.file.display(), &error))?;
        let recording = Recording::parse(&text).map_err(|error| failure(self.file.display(), &error))?;
        let runtime = runtime::Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failure("cannot start", &error))?;
        let server = Server::new(Replay::new(&recording)).listen(Endpoint::tcp(self.listen));
        runtime.block_on(until_interrupted(server, GRACE))
    }
}
