//! A line for each operation.

use std::fmt::{self, Write as _};
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::model::ResultCode;
use crate::proto::{Authentication, LdapMessage, ProtocolOp};
use crate::server::{Answer, Connection, End, Handler, Layer, Operation, Sink};
use crate::transport::Peer;

/// Writes a line for each operation when it ends, and for each connection when it begins and ends.
///
/// ```text
/// conn=1 peer=127.0.0.1:40312 connected
/// conn=1 op=1 bind dn="cn=admin,dc=example" method=simple result=success time=0.210ms
/// conn=1 op=2 search base="dc=example" scope=sub filter="(uid=ada)" attributes="cn mail" entries=1 result=success time=0.034ms
/// conn=1 end="unbind"
/// ```
///
/// No password and no value of an entry is written; filters are. What a client sent is escaped, so that it cannot
/// forge a line. Lines are written in the task of the connection: a writer that blocks makes it wait.
#[derive(Clone)]
pub struct AccessLog {
    writer: Arc<Mutex<dyn Write + Send>>,
    format: LogFormat,
}

/// How a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogFormat {
    /// `name=value`, for people.
    Text,
    /// One JSON object a line, for programs.
    Json,
}

/// The longest text of a client in a line, in characters: a hostile filter does not fill a disk.
const LONGEST: usize = 1024;

impl AccessLog {
    /// Makes a log that writes lines for people.
    pub fn new(writer: impl Write + Send + 'static) -> Self {
        Self { writer: Arc::new(Mutex::new(writer)), format: LogFormat::Text }
    }

    /// Sets how a line is written. Default [`LogFormat::Text`].
    #[must_use]
    pub const fn format(mut self, format: LogFormat) -> Self {
        self.format = format;
        self
    }

    fn write(&self, line: Line) {
        let text = line.finish();
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        // A log that cannot be written does not stop the server.
        let _ = writer.write_all(text.as_bytes());
    }

    fn line(&self, connection: &Connection) -> Line {
        let mut line = Line { format: self.format, text: String::new() };
        line.number("conn", connection.number());
        line
    }
}

impl fmt::Debug for AccessLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessLog").field("format", &self.format).finish_non_exhaustive()
    }
}

impl<H: Handler> Layer<H> for AccessLog {
    type Handler = Logged<H>;

    fn layer(self, inner: H) -> Logged<H> {
        Logged { inner, log: self }
    }
}

/// A handler behind an [`AccessLog`].
#[derive(Clone, Debug)]
pub struct Logged<H> {
    inner: H,
    log: AccessLog,
}

impl<H: Handler> Handler for Logged<H> {
    async fn handle(&self, operation: Operation, sink: &mut Sink) -> Answer {
        let mut line = self.log.line(&operation.connection);
        line.request(&operation.message);
        let mut pending = Pending { log: &self.log, line: Some(line), begin: Instant::now() };
        let before = (sink.entries(), sink.references());
        let answer = self.inner.handle(operation, sink).await;
        let sent = (sink.entries() - before.0, sink.references() - before.1);
        pending.finish(sent, &answer);
        answer
    }

    fn connected(&self, connection: &Connection) {
        let mut line = self.log.line(connection);
        line.text("peer", &connection.peer().to_string());
        line.word("connected");
        self.log.write(line);
        self.inner.connected(connection);
    }

    fn disconnected(&self, connection: &Connection, end: &End) {
        let mut line = self.log.line(connection);
        line.text("end", &end.to_string());
        self.log.write(line);
        self.inner.disconnected(connection, end);
    }

    fn refused(&self, peer: &Peer) {
        let mut line = Line { format: self.log.format, text: String::new() };
        line.text("peer", &peer.to_string());
        line.word("refused");
        self.log.write(line);
        self.inner.refused(peer);
    }
}

/// An operation without its answer; one that is dropped so was abandoned.
struct Pending<'a> {
    log: &'a AccessLog,
    line: Option<Line>,
    begin: Instant,
}

impl Pending<'_> {
    fn finish(&mut self, (entries, references): (u64, u64), answer: &Answer) {
        let Some(mut line) = self.line.take() else { return };
        if entries > 0 {
            line.number("entries", entries);
        }
        if references > 0 {
            line.number("references", references);
        }
        let result = answer.result();
        let name = result.code().name();
        line.name("result", name.map_or_else(|| result.code().number().to_string(), str::to_owned).as_str());
        if result.code() != ResultCode::SUCCESS && !result.diagnostic_message_octets().is_empty() {
            line.text("text", &result.diagnostic_message());
        }
        line.time(self.begin.elapsed());
        self.log.write(line);
    }
}

impl Drop for Pending<'_> {
    fn drop(&mut self) {
        if let Some(mut line) = self.line.take() {
            line.name("result", "abandoned");
            line.time(self.begin.elapsed());
            self.log.write(line);
        }
    }
}

/// A line that is being put together.
struct Line {
    format: LogFormat,
    text: String,
}

impl Line {
    fn request(&mut self, message: &LdapMessage) {
        self.number("op", u64::from(message.id.number()));
        match &message.op {
            ProtocolOp::BindRequest(request) => {
                self.word("bind");
                self.text("dn", request.name());
                match request.authentication() {
                    Authentication::Simple(_) => self.name("method", "simple"),
                    Authentication::Sasl { mechanism, .. } => self.text("mechanism", mechanism),
                    Authentication::Other { .. } => self.name("method", "unknown"),
                }
            }
            ProtocolOp::SearchRequest(request) => {
                self.word("search");
                self.text("base", request.base());
                self.name("scope", &request.scope().to_string());
                self.text("filter", &request.filter().to_string());
                if !request.selectors().is_empty() {
                    self.text("attributes", &request.selectors().join(" "));
                }
            }
            ProtocolOp::ModifyRequest(request) => {
                self.word("modify");
                self.text("dn", request.dn());
            }
            ProtocolOp::AddRequest(request) => {
                self.word("add");
                self.text("dn", request.dn());
            }
            ProtocolOp::DeleteRequest(request) => {
                self.word("delete");
                self.text("dn", request.dn());
            }
            ProtocolOp::ModifyDnRequest(request) => {
                self.word("modify_dn");
                self.text("dn", request.dn());
                self.text("new_rdn", request.new_rdn());
                if let Some(superior) = request.new_superior() {
                    self.text("new_superior", superior);
                }
            }
            ProtocolOp::CompareRequest(request) => {
                self.word("compare");
                self.text("dn", request.dn());
                self.text("attribute", request.description().as_str());
            }
            ProtocolOp::ExtendedRequest(request) => {
                self.word("extended");
                self.text("name", request.name().as_str());
            }
            other => self.word(other.kind().name()),
        }
        for control in &message.controls {
            self.text(if control.is_critical() { "critical" } else { "control" }, control.oid().as_str());
        }
    }

    /// What happened.
    fn word(&mut self, word: &str) {
        match self.format {
            LogFormat::Text => {
                self.separate();
                self.text.push_str(word);
            }
            LogFormat::Json => self.name("event", word),
        }
    }

    /// A value that needs no escaping.
    fn name(&mut self, key: &str, value: &str) {
        self.key(key);
        match self.format {
            LogFormat::Text => self.text.push_str(value),
            LogFormat::Json => push_quoted(&mut self.text, value),
        }
    }

    /// A value that somebody else chose.
    fn text(&mut self, key: &str, value: &str) {
        self.key(key);
        push_quoted(&mut self.text, value);
    }

    fn number(&mut self, key: &str, value: u64) {
        self.key(key);
        // Writing to a string does not fail.
        let _ = write!(self.text, "{value}");
    }

    fn time(&mut self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        match self.format {
            LogFormat::Text => {
                self.key("time");
                let _ = write!(self.text, "{}.{:03}ms", micros / 1000, micros % 1000);
            }
            LogFormat::Json => self.number("time_us", micros),
        }
    }

    fn key(&mut self, key: &str) {
        self.separate();
        let _ = match self.format {
            LogFormat::Text => write!(self.text, "{key}="),
            LogFormat::Json => write!(self.text, "\"{key}\":"),
        };
    }

    fn separate(&mut self) {
        if !self.text.is_empty() {
            self.text.push(if self.format == LogFormat::Json { ',' } else { ' ' });
        }
    }

    fn finish(self) -> String {
        match self.format {
            LogFormat::Text => self.text + "\n",
            LogFormat::Json => format!("{{{}}}\n", self.text),
        }
    }
}

/// Writes a JSON string (RFC 8259 7), cut where it is too long; everything outside of printable ASCII but letters of other
/// scripts is escaped.
fn push_quoted(target: &mut String, text: &str) {
    target.push('"');
    for (position, character) in text.chars().enumerate() {
        if position >= LONGEST {
            target.push('…');
            break;
        }
        match character {
            '"' | '\\' => target.extend(['\\', character]),
            ' '..='~' => target.push(character),
            _ if character.is_alphanumeric() => target.push(character),
            _ => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    let _ = write!(target, "\\u{unit:04x}");
                }
            }
        }
    }
    target.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proto::{BindRequest, DeleteRequest, MessageId};

    fn line(format: LogFormat, op: impl Into<ProtocolOp>) -> String {
        let mut line = Line { format, text: String::new() };
        line.request(&LdapMessage::new(MessageId::FIRST, op));
        line.finish()
    }

    #[test]
    fn a_client_cannot_forge_a_line() {
        let hostile = DeleteRequest::new("cn=a\"\nconn=2 op=1 \\\u{7f}\u{2028}\u{1f600}ä");
        let escaped = r#""cn=a\"\u000aconn=2 op=1 \\\u007f\u2028\ud83d\ude00ä""#;
        assert_eq!(line(LogFormat::Text, hostile.clone()), format!("op=1 delete dn={escaped}\n"));
        let json = format!("{{\"op\":1,\"event\":\"delete\",\"dn\":{escaped}}}\n");
        assert_eq!(line(LogFormat::Json, hostile), json);
        assert!(line(LogFormat::Text, DeleteRequest::new("x".repeat(1 << 20))).len() < 2 * LONGEST);
    }

    #[test]
    fn no_password_is_written() {
        let line = line(LogFormat::Text, BindRequest::simple("cn=a", "canary"));
        assert_eq!(line, "op=1 bind dn=\"cn=a\" method=simple\n");
    }
}
