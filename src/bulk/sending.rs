//! Which record goes over which connection.

use std::sync::Arc;

use tokio::time::Instant;

use crate::execute::Executor;
use crate::proto::controls::PreRead;

use super::Connections;
use super::attempt::{Rules, Undo, carry_out};
use super::pack::{Along, Pack, packed};
use super::record::Job;
use super::run::{Answered, Event, Run, given_up};
use super::schedule::RecordId;
use super::supported::is_supported;
use super::worker::{State, Worker};

impl<C: Connections> Run<'_, C> {
    /// Makes connections, if there is more to do than those that are there take.
    pub(super) fn connect(&mut self, now: Instant) {
        let demand = self.scheduler.ready();
        let mut room: usize = self.workers.iter().map(Worker::promised).sum();
        for worker in 0..self.settings.max_concurrent {
            if room >= demand {
                return;
            }
            if worker == self.workers.len() {
                let rules = Arc::clone(&self.rules);
                self.workers.push(Worker::new(self.settings.window, rules, now));
            }
            let Some(place) = self.workers.get_mut(worker) else { return };
            if !matches!(place.state, State::Down(until) if until <= now) {
                continue;
            }
            place.state = State::Connecting;
            room += place.promised();
            let (connections, earlier, undo) = (self.connections, self.connects, self.rules.undo);
            self.connects += 1;
            self.events.push(Box::pin(async move {
                let result = async {
                    let connection = connections.connect(earlier).await?;
                    let undo = if undo == Undo::Read { how_to_undo(&connection).await } else { undo };
                    Ok((connection, undo))
                };
                Event::Connected { worker, result: result.await }
            }));
        }
    }

    /// Sends what may go, as far as there is room.
    pub(super) fn issue(&mut self, now: Instant) {
        // Those that can only go where there is no room now.
        let mut parked = Vec::new();
        while self.scheduler.ready() > 0 {
            let Some(worker) = self.roomiest(now, None) else { break };
            if let Some(pace) = &mut self.pace {
                self.paced_until = pace.take(now).err();
                if self.paced_until.is_some() {
                    break;
                }
            }
            let Some((id, job)) = self.scheduler.next() else { break };
            if !self.books.is_reserved(job.number)
                && let Err(stop) = self.books.write(Some(job.number))
            {
                self.scheduler.retry(id, job);
                self.stop = Some(stop);
                break;
            }
            match &job.server {
                Some(server) if job.is_doubtful => match self.roomiest(now, Some(server)) {
                    Some(worker) => self.send(worker, id, job, now),
                    None if self.may_reach(server) => parked.push((id, job)),
                    None => self.settle(id, &job, given_up(true), None),
                },
                _ => self.send(worker, id, job, now),
            }
        }
        for (id, job) in parked.into_iter().rev() {
            self.scheduler.retry(id, job);
        }
    }

    /// Returns the connection with the most room, to any server or to this one.
    fn roomiest(&self, now: Instant, server: Option<&Arc<str>>) -> Option<usize> {
        let workers = self.workers.iter().enumerate();
        let fit = workers.filter(|(_, worker)| server.is_none_or(|server| worker.server == *server));
        let rooms = fit.map(|(place, worker)| (worker.room(now), place)).filter(|(room, _)| *room > 0);
        // Of those with the same room the first.
        rooms.max_by_key(|(room, place)| (*room, usize::MAX - place)).map(|(_, place)| place)
    }

    /// Whether there is a connection to a server, or may be soon.
    fn may_reach(&self, server: &Arc<str>) -> bool {
        self.workers.iter().any(|worker| !matches!(worker.state, State::Up(_)) || worker.server == *server)
    }

    fn send(&mut self, worker: usize, id: RecordId, job: Box<Job>, now: Instant) {
        let Some(place) = self.workers.get_mut(worker) else { return };
        let State::Up(connection) = &place.state else { return };
        let (connection, rules) = (Arc::clone(connection), Arc::clone(&place.rules));
        let generation = place.generation;
        place.begin();
        let along = self.along(id, &job);
        self.events.push(Box::pin(async move {
            let answer = if along.is_empty() {
                carry_out(&*connection, &job, &rules).await
            } else {
                let record = packed(&job, &along);
                carry_out(&*connection, &job.with_record(record), &rules).await
            };
            Event::Answered(Box::new(Answered { worker, generation, id, job, along, begun: now, answer }))
        }));
    }

    /// Takes what can be packed with a record.
    fn along(&mut self, id: RecordId, job: &Job) -> Along {
        let mut along = Vec::new();
        let Some(mut pack) = Pack::begin(job, self.settings.pack) else { return along };
        let mut last = id;
        let books = &self.books;
        while let Some((id, job)) =
            self.scheduler.follow(last, |job| books.is_reserved(job.number) && pack.takes(job))
        {
            last = id;
            along.push((id, job));
        }
        along
    }

    /// Takes a connection into use.
    pub(super) fn is_up(&mut self, worker: usize, connection: C::Connection, undo: Undo) {
        let Some(place) = self.workers.get_mut(worker) else { return };
        place.server = Arc::from(C::server(&connection));
        place.rules = Arc::new(Rules { undo, ..(*self.rules).clone() });
        place.generation += 1;
        place.tries = 0;
        place.state = State::Up(Arc::new(connection));
    }
}

/// Finds out whether the server reads entries before it changes them.
async fn how_to_undo<E: Executor>(connection: &E) -> Undo {
    let is_known = match connection.root_dse().await {
        Ok(root) => is_supported::<PreRead>(&root),
        Err(_) => false,
    };
    if is_known { Undo::PreRead } else { Undo::Read }
}
