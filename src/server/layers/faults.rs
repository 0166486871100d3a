//! Misbehaving on command or at random.

use std::collections::{HashMap, VecDeque};
use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use crate::model::ResultCode;
use crate::proto::{LdapMessage, LdapResult, MessageId, OpKind};
use crate::server::wrapper::tell_inner;
use crate::server::{Answer, Connection, Handler, Layer, Operation, Sink};

/// What goes wrong with one operation.
///
/// Where it says "the answer", the request is carried out, and only the message that ends it is spoilt.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The request waits before it is carried out.
    Delay(Duration),
    /// The request is refused with this code and not carried out; `busy`, say, or `unavailable` to StartTLS.
    Refuse(ResultCode),
    /// The connection is dropped without a word before the request is carried out.
    Drop,
    /// The connection is dropped when so many entries, references and intermediate responses were sent; if there are
    /// fewer, before the answer.
    DropAfter(u64),
    /// So many octets of the answer are sent, and the connection is dropped.
    Cut(usize),
    /// The octet of the answer at this place, counted from 0 and around its end, is changed by these bits.
    Flip(usize, u8),
    /// The answer has the message id of a request that was never made.
    WrongId,
    /// The answer is that to another kind of request.
    WrongKind,
    /// The answer comes twice.
    Twice,
    /// There is no answer.
    Never,
    /// The answer comes octet by octet with this pause between them.
    Drip(Duration),
    /// The answer is followed by these octets in the same breath: before the handshake, say, if it grants StartTLS.
    Inject(Bytes),
    /// The connection ends with a Notice of Disconnection that has this code, before the request is carried out.
    Disconnect(ResultCode),
}

/// Misbehaves on command or at random; a clone commands the same layer.
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
}

#[derive(Debug)]
struct Random {
    state: u64,
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
        let random = Random { state: seed, one_in: one_in.max(1), faults: faults.into_iter().collect() };
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

    /// Behaves again.
    pub fn clear(&self) {
        *self.lock() = State::default();
    }

    fn draw(&self, kind: OpKind) -> Option<Fault> {
        let mut state = self.lock();
        let next = state.next.get_mut(&kind).and_then(VecDeque::pop_front);
        next.or_else(|| state.always.get(&kind).cloned()).or_else(|| state.random.as_mut()?.draw())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Random {
    fn draw(&mut self) -> Option<Fault> {
        if !self.number().is_multiple_of(self.one_in) {
            return None;
        }
        let number = self.number();
        let count = u64::try_from(self.faults.len()).ok().filter(|count| *count > 0)?;
        self.faults.get(usize::try_from(number % count).ok()?).cloned()
    }

    /// SplitMix64, by Steele, Lea and Flood: short, and good enough to draw faults.
    fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl<H: Handler> Layer<H> for Faults {
    type Handler = Faulty<H>;

    fn layer(self, inner: H) -> Faulty<H> {
        Faulty { inner, faults: self }
    }
}

/// A handler behind [`Faults`].
#[derive(Clone, Debug)]
pub struct Faulty<H> {
    inner: H,
    faults: Faults,
}

impl<H: Handler> Handler for Faulty<H> {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        let Some(fault) = self.faults.draw(operation.kind()) else {
            return self.inner.handle(operation, sink).await;
        };
        let connection = operation.connection.clone();
        match fault {
            Fault::Refuse(code) => return Answer::refuse(code, "as commanded"),
            Fault::Delay(time) => tokio::time::sleep(time).await,
            Fault::Drop => return dropped(&connection).await,
            Fault::Disconnect(code) => {
                connection.disconnect(LdapResult::new(code));
                return pending().await;
            }
            Fault::DropAfter(count) => {
                drop_after(count, &connection, sink);
                let _ = self.inner.handle(operation, sink).await;
                return dropped(&connection).await;
            }
            _ => {}
        }
        let (id, kind) = (operation.id(), operation.kind());
        let answer = self.inner.handle(operation, sink).await;
        spoil(&fault, id, kind, answer, &connection, sink).await
    }

    tell_inner!();
}

async fn dropped(connection: &Connection) -> Answer {
    connection.drop_now();
    pending().await
}

fn drop_after(count: u64, connection: &Connection, sink: &mut Sink) {
    let (mut left, connection) = (count, connection.clone());
    sink.tap(move |op, _| match left.checked_sub(1) {
        Some(fewer) => {
            left = fewer;
            Some(op)
        }
        None => {
            connection.drop_now();
            None
        }
    });
}

/// Sends what the fault makes of an answer; returns the answer itself where it is still to be sent.
async fn spoil(
    fault: &Fault,
    id: MessageId,
    kind: OpKind,
    answer: Answer,
    connection: &Connection,
    sink: &mut Sink,
) -> Answer {
    let encode = |id: MessageId, kind: OpKind| {
        let op = answer.to_op(kind)?;
        let message = LdapMessage { controls: answer.controls().to_vec(), ..LdapMessage::new(id, op) };
        message.to_bytes().ok().map(|octets| octets.to_vec())
    };
    let mut octets = match fault {
        Fault::Never => return pending().await,
        Fault::WrongId => encode(MessageId::MAX, kind),
        Fault::WrongKind if kind == OpKind::CompareRequest => encode(id, OpKind::AddRequest),
        Fault::WrongKind => encode(id, OpKind::CompareRequest),
        Fault::Twice | Fault::Flip(..) | Fault::Cut(_) | Fault::Inject(_) | Fault::Drip(_) => {
            encode(id, kind)
        }
        _ => return answer,
    }
    .unwrap_or_default();
    match fault {
        Fault::Cut(count) => octets.truncate(*count),
        Fault::Inject(behind) => octets.extend_from_slice(behind),
        Fault::Flip(at, bits) => {
            let at = at.checked_rem(octets.len()).unwrap_or(0);
            if let Some(octet) = octets.get_mut(at) {
                *octet ^= bits;
            }
        }
        Fault::Drip(pause) => {
            for octet in &octets {
                // The connection may end meanwhile.
                let _ = sink.danger_send_octets(&[*octet]).await;
                tokio::time::sleep(*pause).await;
            }
            return pending().await;
        }
        _ => {}
    }
    let _ = sink.danger_send_octets(&octets).await;
    match fault {
        Fault::Twice => answer,
        Fault::Cut(_) => {
            connection.close_now();
            pending().await
        }
        _ => pending().await,
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
