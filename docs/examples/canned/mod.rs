//! A server on loopback that answers every search with entries captured from a real one, as fast as the socket
//! takes them.
//!
//! It is the peer of the quick start and of the benches, which measure a client and want a server that costs
//! little. So it decides nothing: a bind succeeds, a search of a single entry (scope base) gets one entry, any
//! other search as many as the server was told, and what else a client asks is done without looking. It uses
//! plain threads and blocking sockets, one thread a connection.

mod crowd;

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;

use ldapwire::ber::{DecodeError, Reader, Tag, Writer, frame_length};

use crowd::Crowd;

/// A server that runs until the process ends.
#[derive(Debug)]
pub(crate) struct Canned {
    address: SocketAddr,
}

impl Canned {
    /// Starts a server whose searches find `entries` entries.
    ///
    /// # Errors
    ///
    /// No port of the loopback interface can be had.
    pub(crate) fn start(entries: usize) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                // How a connection ends is the client's affair.
                thread::spawn(move || Connection::new(stream, entries).serve());
            }
        });
        Ok(Self { address })
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

struct Connection {
    stream: TcpStream,
    entries: usize,
    /// Octets that were read and not looked at yet.
    input: Vec<u8>,
    /// Answers that wait until all requests of one read are looked at.
    output: Vec<u8>,
    writer: Writer,
}

/// A request, as far as an answer depends on it.
struct Request {
    id: i64,
    operation: Tag,
    /// Of a search: whether it looks at one entry only.
    is_base_search: bool,
    /// Of an Abandon: what is to be abandoned.
    abandoned: Option<i64>,
}

impl Connection {
    fn new(stream: TcpStream, entries: usize) -> Self {
        Self { stream, entries, input: Vec::new(), output: Vec::new(), writer: Writer::new() }
    }

    fn serve(mut self) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        while self.read()? > 0 {
            while let Some((request, length)) = next_request(&self.input)? {
                self.input.drain(..length);
                if request.operation == UNBIND_REQUEST {
                    return Ok(());
                }
                self.answer(&request)?;
            }
            self.flush()?;
        }
        Ok(())
    }

    fn answer(&mut self, request: &Request) -> io::Result<()> {
        match request.operation {
            ABANDON_REQUEST => {}
            BIND_REQUEST => self.result(request.id, BIND_RESPONSE, SUCCESS),
            SEARCH_REQUEST => {
                let count = if request.is_base_search { 1 } else { self.entries };
                if self.send_entries(request.id, count)? {
                    self.result(request.id, SEARCH_RESULT_DONE, SUCCESS);
                }
            }
            COMPARE_REQUEST => self.result(request.id, COMPARE_RESPONSE, COMPARE_TRUE),
            EXTENDED_REQUEST => self.result(request.id, EXTENDED_RESPONSE, PROTOCOL_ERROR),
            // Add, delete, modify and modify DN: the response has the next number.
            other => self.result(request.id, Tag::application(other.number() + 1), SUCCESS),
        }
        Ok(())
    }

    /// Sends entries and returns whether all went out before the client lost interest.
    fn send_entries(&mut self, id: i64, count: usize) -> io::Result<bool> {
        let mut crowd = Crowd::new(id);
        let (mut sent, mut batch) = (0, FIRST_BATCH);
        while sent < count {
            let size = batch.min(count - sent);
            let octets = crowd.entries(sent, size, &mut self.writer);
            if size == count {
                // Few: they go out together with the answers to other requests.
                self.output.extend_from_slice(octets);
            } else {
                self.stream.write_all(&self.output)?;
                self.output.clear();
                self.stream.write_all(octets)?;
                if self.is_abandoned(id)? {
                    return Ok(false);
                }
            }
            sent += size;
            batch = (batch * 2).min(LARGEST_BATCH);
        }
        Ok(true)
    }

    /// Looks, without waiting, whether an Abandon for `id` has come.
    fn is_abandoned(&mut self, id: i64) -> io::Result<bool> {
        self.stream.set_nonblocking(true)?;
        let read = self.read();
        self.stream.set_nonblocking(false)?;
        match read {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error),
        }
        let mut start = 0;
        while let Some((request, length)) = next_request(&self.input[start..])? {
            if request.abandoned == Some(id) {
                return Ok(true);
            }
            start += length;
        }
        Ok(false)
    }

    fn result(&mut self, id: i64, tag: Tag, code: i64) {
        self.writer.clear();
        self.writer.constructed(Tag::SEQUENCE, |writer| {
            writer.constructed(tag, |writer| {
                writer.octet_string(Tag::OCTET_STRING, b"");
                writer.octet_string(Tag::OCTET_STRING, b"");
                writer.integer(Tag::ENUMERATED, code);
            });
            writer.integer(Tag::INTEGER, id);
        });
        self.output.extend_from_slice(self.writer.written());
    }

    fn read(&mut self) -> io::Result<usize> {
        let mut octets = [0; READ_SIZE];
        let length = self.stream.read(&mut octets)?;
        self.input.extend_from_slice(&octets[..length]);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.write_all(&self.output)?;
        self.output.clear();
        Ok(())
    }
}

/// The first request in `input` and its length, if all of it is there.
fn next_request(input: &[u8]) -> io::Result<Option<(Request, usize)>> {
    let length = frame_length(input, MESSAGE_LIMIT).map_err(invalid)?;
    let Some((frame, length)) = length.and_then(|length| Some((input.get(..length)?, length))) else {
        return Ok(None);
    };
    Ok(Some((request(frame).map_err(invalid)?, length)))
}

fn request(frame: &[u8]) -> Result<Request, DecodeError> {
    let mut message = Reader::new(frame).sequence()?;
    let id = message.integer(Tag::INTEGER)?;
    let mut operation = message.read()?;
    let mut is_base_search = false;
    if operation.tag == SEARCH_REQUEST {
        operation.content.octet_string(Tag::OCTET_STRING)?;
        is_base_search = operation.content.integer::<i32>(Tag::ENUMERATED)? == 0;
    }
    let abandoned = match operation.tag {
        ABANDON_REQUEST => Some(operation.content.as_integer("messageID")?),
        _ => None,
    };
    Ok(Request { id, operation: operation.tag, is_base_search, abandoned })
}

fn invalid(error: DecodeError) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

// RFC 4511 4.2 to 4.12.
const BIND_REQUEST: Tag = Tag::application(0);
const BIND_RESPONSE: Tag = Tag::application(1);
const UNBIND_REQUEST: Tag = Tag::application_primitive(2);
const SEARCH_REQUEST: Tag = Tag::application(3);
const SEARCH_RESULT_DONE: Tag = Tag::application(5);
const COMPARE_REQUEST: Tag = Tag::application(14);
const COMPARE_RESPONSE: Tag = Tag::application(15);
const ABANDON_REQUEST: Tag = Tag::application_primitive(16);
const EXTENDED_REQUEST: Tag = Tag::application(23);
const EXTENDED_RESPONSE: Tag = Tag::application(24);

// RFC 4511 appendix A.
const SUCCESS: i64 = 0;
const PROTOCOL_ERROR: i64 = 2;
const COMPARE_TRUE: i64 = 6;

/// Entries in the first write of a search: few, so that the first one is there at once.
const FIRST_BATCH: usize = 16;

/// Entries in the largest write, about 1 MB: larger ones bring nothing, and smaller ones cost a system call each.
const LARGEST_BATCH: usize = 1024;

/// Octets of one read.
const READ_SIZE: usize = 16 << 10;

/// Octets of the largest request.
const MESSAGE_LIMIT: usize = 64 << 20;
