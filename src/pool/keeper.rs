//! The tasks of a pool: one that keeps it, and one for each connection.

use std::sync::Arc;

use tokio::time::{sleep_until, timeout};

use crate::client::Client;
use crate::error::{Closed, Error, ErrorKind, Phase, Waiting};

use super::machine::{Action, ConnectionId, Machine, ServerId};
use super::shared::{FOREVER, Shared, Stage, random};

/// Does what the machine wants done, until the pool is stopped and nothing is left of it.
pub(super) async fn keep(shared: Arc<Shared>) {
    loop {
        let (todo, next) = shared.take_todo();
        for action in todo {
            match action {
                Action::Connect { id, server } => {
                    tokio::spawn(attend(Attempt { shared: Arc::clone(&shared), id, is_over: false }, server));
                }
                Action::Check { id, connection } => {
                    tokio::spawn(check(Arc::clone(&shared), id, connection));
                }
                Action::Close { connection, .. } => connection.leave(),
                Action::Abort { connection, .. } => {
                    connection.abort(Closed::Unresponsive(shared.options.check_timeout));
                }
                // To be dropped is to be refused. Grants do not come here.
                Action::Refuse { waiter } | Action::Grant { waiter, .. } => drop(waiter),
            }
        }
        if shared.is_drained() {
            shared.stage.send_replace(Stage::Stopped);
            return;
        }
        match next {
            Some(next) => tokio::select! {
                () = shared.keeper.notified() => {}
                () = sleep_until(next) => shared.tell(Machine::handle_time),
            },
            None => shared.keeper.notified().await,
        }
    }
}

/// An attempt to connect that is told to have failed if it ends without a word, because its task panicked or the
/// runtime is gone.
struct Attempt {
    shared: Arc<Shared>,
    id: ConnectionId,
    is_over: bool,
}

/// Makes a connection, and watches it until it is closed.
async fn attend(mut attempt: Attempt, server: ServerId) {
    let shared = Arc::clone(&attempt.shared);
    let mut stage = shared.stage.subscribe();
    let connected = tokio::select! {
        biased;
        _ = stage.wait_for(|stage| *stage != Stage::Open) => return,
        connected = timeout(shared.options.connect_timeout.min(FOREVER), connect(&shared, server)) => connected,
    };
    let client = match connected {
        Ok(Ok(client)) => client,
        Ok(Err(error)) => return attempt.fail(error),
        Err(_) => {
            let after = shared.options.connect_timeout;
            let kind = ErrorKind::Timeout { waiting: Waiting::Connection, after };
            return attempt.fail(Error::new(kind).with_phase(Phase::NotSent));
        }
    };
    attempt.is_over = true;
    let id = attempt.id;
    let is_wanted = shared.tell(|machine, now| machine.connected(id, client.clone(), now, random()));
    shared.attempted(None);
    if !is_wanted {
        client.leave();
        return;
    }
    client.closed().await;
    shared.tell(|machine, now| machine.lost(id, now));
}

async fn connect(shared: &Shared, server: ServerId) -> Result<Client, Error> {
    let Some(server) = shared.server(server) else {
        return Err(Error::new(ErrorKind::Closed(Closed::ByCaller)));
    };
    // One more than are lent, so that a check never waits for a turn.
    let in_flight = shared.options.machine_rules().room as usize + 1;
    let client = server.connect(in_flight, &shared.options.observers).await?;
    shared.options.provider.bind(&client).await?;
    Ok(client)
}

async fn check(shared: Arc<Shared>, id: ConnectionId, client: Client) {
    let limit = shared.options.check_timeout.min(FOREVER);
    let before = client.batches();
    // The waiting for a turn counts, too.
    let asked = timeout(limit, shared.options.check.ask(&client, limit)).await.ok().flatten();
    // A server that carries out one operation after the other may have others to answer first.
    let is_alive = asked.unwrap_or_else(|| client.batches() != before);
    shared.tell(|machine, now| machine.checked(id, is_alive, now));
}

impl Attempt {
    fn fail(mut self, error: Error) {
        self.is_over = true;
        let id = self.id;
        self.shared.tell(|machine, now| machine.connect_failed(id, now, random()));
        self.shared.attempted(Some(error));
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if !self.is_over {
            let id = self.id;
            self.shared.tell(|machine, now| machine.connect_failed(id, now, random()));
        }
    }
}
