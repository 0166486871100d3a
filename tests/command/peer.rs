//! A peer on loopback that answers as a test tells it to.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use ldapwire::ber::frame_length;
use ldapwire::model::{Entry, ResultCode};
use ldapwire::proto::{
    ExtendedResponse, LdapMessage, LdapResult, MessageId, ProtocolOp, SearchResultEntry,
    SearchResultReference,
};

/// What the peer does about a request.
pub(crate) enum Answer {
    /// Sends these messages.
    Send(Vec<LdapMessage>),
    /// Sends these messages and closes the connection.
    SendAndClose(Vec<LdapMessage>),
}

/// A peer that serves every connection with the same function, until the test is over.
pub(crate) struct Peer {
    url: String,
    seen: Arc<Mutex<Vec<ProtocolOp>>>,
}

impl Peer {
    /// Serves, with an answer to each request.
    pub(crate) fn new(answer: impl Fn(&LdapMessage) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let url = format!("ldap://{}", listener.local_addr().unwrap());
        let seen = Arc::<Mutex<Vec<ProtocolOp>>>::default();
        let log = Arc::clone(&seen);
        thread::spawn(move || {
            for stream in listener.incoming() {
                // A client that goes away in the middle is what some tests are about.
                let _ = serve(stream.unwrap(), &answer, &log);
            }
        });
        Self { url, seen }
    }

    /// Serves, with success to each bind and `answer` to all else.
    pub(crate) fn answering(
        answer: impl Fn(&LdapMessage) -> Vec<LdapMessage> + Send + Sync + 'static,
    ) -> Self {
        Self::new(move |request| Answer::Send(answer(request)))
    }

    /// Serves, with one result for each request.
    pub(crate) fn with_result(result: LdapResult) -> Self {
        Self::answering(move |request| vec![done(request, result.clone())])
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the requests of the clients so far, which must have gone away.
    pub(crate) fn seen(&self) -> Vec<ProtocolOp> {
        // Connections are served in turn: when this one is, those before it were read to their end.
        let mut turn = TcpStream::connect(self.url.trim_start_matches("ldap://")).unwrap();
        turn.shutdown(Shutdown::Write).unwrap();
        turn.read_to_end(&mut Vec::new()).unwrap();
        self.seen.lock().unwrap().clone()
    }
}

fn serve(
    mut stream: TcpStream,
    answer: &impl Fn(&LdapMessage) -> Answer,
    log: &Mutex<Vec<ProtocolOp>>,
) -> std::io::Result<()> {
    let mut received = Vec::new();
    loop {
        let Ok(length) = frame_length(&received, 1 << 20) else { return Ok(()) };
        let Some(length) = length.filter(|length| *length <= received.len()) else {
            let mut octets = [0; 4096];
            let count = stream.read(&mut octets)?;
            if count == 0 {
                return Ok(());
            }
            received.extend_from_slice(&octets[..count]);
            continue;
        };
        let frame: Vec<u8> = received.drain(..length).collect();
        let Ok(request) = LdapMessage::parse(&frame.into()) else { return Ok(()) };
        log.lock().unwrap().push(request.op.clone());
        if request.op.kind().is_unanswered() {
            continue;
        }
        let (messages, is_last) = match answer(&request) {
            Answer::Send(messages) => (messages, false),
            Answer::SendAndClose(messages) => (messages, true),
        };
        for message in messages {
            stream.write_all(&message.to_bytes().unwrap())?;
        }
        if is_last {
            return Ok(());
        }
    }
}

/// Makes the message that ends a request.
pub(crate) fn done(request: &LdapMessage, result: LdapResult) -> LdapMessage {
    LdapMessage::new(request.id, ProtocolOp::response(request.op.kind(), result).unwrap())
}

/// Makes the message that ends a request with success.
pub(crate) fn success(request: &LdapMessage) -> LdapMessage {
    done(request, LdapResult::success())
}

/// Makes an extended response with a value.
pub(crate) fn value(request: &LdapMessage, value: &'static [u8]) -> LdapMessage {
    LdapMessage::new(request.id, ExtendedResponse::new(LdapResult::success()).with_value(value))
}

pub(crate) fn entry(id: MessageId, entry: &Entry) -> LdapMessage {
    LdapMessage::new(id, SearchResultEntry::from(entry))
}

pub(crate) fn reference(id: MessageId, url: &str) -> LdapMessage {
    LdapMessage::new(id, SearchResultReference::new([url]))
}

/// Makes a result with a message for people.
pub(crate) fn result(code: ResultCode, text: &str) -> LdapResult {
    LdapResult::new(code).with_diagnostic_message(text)
}
