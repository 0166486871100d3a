//! Which operations, and when.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

use crate::model::ResultCode;
use crate::proto::OpKind;
use crate::transport::Stream;

use super::stream::FaultyStream;
use super::{Fault, StreamFault};

/// Misbehaves on command or at random; a clone commands the same layer.
///
/// What is commanded goes before what is drawn. StartTLS is an extended operation: refuse the next one, or
/// [inject](Fault::Inject) octets behind its answer.
///
/// ```
/// use ldapwire::model::ResultCode;
/// use ldapwire::proto::OpKind;
/// use ldapwire::server::layers::{Fault, Faults};
///
/// let faults = Faults::new();
/// // The next search finds the server busy, the one after it loses its connection within the answer.
/// faults.next(OpKind::SearchRequest, Fault::Refuse(ResultCode::BUSY));
/// faults.next(OpKind::SearchRequest, Fault::Cut(5));
/// // One in a hundred operations gets no answer; the same ones each time with the same seed.
/// let unreliable = Faults::random(7, 100, [Fault::Never]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Faults {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    next: HashMap<OpKind, VecDeque<Fault>>,
    always: HashMap<OpKind, Fault>,
    random: Option<Random>,
    /// All operations are refused with this code until then.
    refuses: Option<(ResultCode, Instant)>,
    connections: VecDeque<StreamFault>,
}

#[derive(Debug)]
struct Random {
    numbers: Rng,
    one_in: u64,
    faults: Vec<Fault>,
}

impl Faults {
    /// Makes a layer that behaves until it is told otherwise.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a layer by which one in so many operations, drawn by this seed, has one of these faults.
    pub fn random(seed: u64, one_in: u64, faults: impl IntoIterator<Item = Fault>) -> Self {
        let (numbers, faults) = (Rng::with_seed(seed), faults.into_iter().collect());
        let random = Random { numbers, one_in: one_in.max(1), faults };
        let state = State { random: Some(random), ..State::default() };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Has the next operation of a kind go wrong; told several times, one after the other.
    pub fn next(&self, kind: OpKind, fault: Fault) {
        self.lock().next.entry(kind).or_default().push_back(fault);
    }

    /// Has all operations of a kind go wrong in this way.
    pub fn always(&self, kind: OpKind, fault: Fault) {
        self.lock().always.insert(kind, fault);
    }

    /// Has all operations refused with this code for a time: `busy`, as a server under load does.
    pub fn refuse_for(&self, code: ResultCode, time: Duration) {
        self.lock().refuses = Some((code, Instant::now() + time));
    }

    /// Has something go wrong with the next connection; told several times, with one after the other. Needs
    /// [`wrap`](Self::wrap) on the server; a directory that is started has it.
    pub fn next_connection(&self, fault: StreamFault) {
        self.lock().connections.push_back(fault);
    }

    /// Puts what shall go wrong around the stream of a connection: for
    /// [`Server::wrap_streams`](crate::server::Server::wrap_streams).
    pub fn wrap(&self, stream: Stream) -> Stream {
        match self.lock().connections.pop_front() {
            Some(fault) => Stream::from_io(FaultyStream::new(stream, fault)),
            None => stream,
        }
    }

    /// Behaves again.
    pub fn clear(&self) {
        *self.lock() = State::default();
    }

    pub(super) fn draw(&self, kind: OpKind) -> Option<Fault> {
        let mut state = self.lock();
        if let Some((code, end)) = state.refuses {
            if Instant::now() < end {
                return Some(Fault::Refuse(code));
            }
            state.refuses = None;
        }
        let next = state.next.get_mut(&kind).and_then(VecDeque::pop_front);
        next.or_else(|| state.always.get(&kind).cloned()).or_else(|| state.random.as_mut()?.draw())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Random {
    fn draw(&mut self) -> Option<Fault> {
        if self.faults.is_empty() || self.numbers.u64(..self.one_in) > 0 {
            return None;
        }
        self.faults.get(self.numbers.usize(..self.faults.len())).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_faults() {
        let draw = |seed| {
            let faults = Faults::random(seed, 4, [Fault::Never, Fault::Drop, Fault::Twice]);
            (0..200).map(|_| faults.draw(OpKind::AddRequest)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let drawn = draw(1).iter().flatten().count();
        assert!((25..100).contains(&drawn), "{drawn} of 200, and one in four was asked for");
    }

    #[test]
    fn what_is_commanded_goes_before_what_is_drawn() {
        let faults = Faults::random(1, 1, [Fault::Never]);
        faults.always(OpKind::AddRequest, Fault::Drop);
        faults.next(OpKind::AddRequest, Fault::Twice);
        let drawn: Vec<_> = (0..2).filter_map(|_| faults.draw(OpKind::AddRequest)).collect();
        assert_eq!(drawn, [Fault::Twice, Fault::Drop]);
        assert_eq!(faults.draw(OpKind::DeleteRequest), Some(Fault::Never));
        faults.clear();
        assert_eq!(faults.draw(OpKind::AddRequest), None);
    }
}
