//! From a URL to a running connection.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use futures_core::Stream as _;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout_at};
use tokio_util::codec::Framed;

use crate::ber::Writer;
use crate::error::{Closed, Error, ErrorKind, Phase, Waiting};
use crate::model::ResultCode;
use crate::observe::{Connect, Scope};
use crate::proto::extops::{ExtendedOp, StartTls};
use crate::proto::{MessageId, NoticeOfDisconnection, OpKind, ProtocolOp, encode_head, encode_operation};
use crate::sasl::SaslError;
use crate::session::{ClientEvent, ClientSession, Violation};
use crate::transport::{
    self, FrameError, LdapCodec, Security, Stream, Target, TargetParseError, TransportError,
};

use super::driver::Driver;
use super::handle::{Bound, Client, Handle};
use super::inbox;
use super::options::ConnectOptions;
use super::shared::Shared;

impl ConnectOptions {
    /// Makes a connection over a stream of the caller's, for example a memory pipe or a tunnel. The scheme of the URL
    /// and [`start_tls`](Self::start_tls) decide about TLS as for any other.
    ///
    /// # Errors
    ///
    /// As [`connect`](Self::connect).
    pub async fn connect_over(self, stream: Stream) -> Result<Client, Error> {
        Client::observed(self, async |options, deadline| {
            let target = target(&options.url)?;
            Client::secure(options, &target, stream, deadline).await
        })
        .await
    }
}

impl Client {
    pub(super) async fn establish(options: ConnectOptions) -> Result<Self, Error> {
        let server: Arc<str> = options.url.as_str().into();
        let connected = Self::observed(options, async |options, deadline| {
            let target = target(&options.url)?;
            let stream = transport::connect(&target, &options.socket, deadline).await?;
            Self::secure(options, &target, stream, deadline).await
        });
        connected.await.map_err(|error| error.with_server(server))
    }

    /// Makes a connection, and tells those who observe it.
    async fn observed(
        options: ConnectOptions,
        connect: impl AsyncFnOnce(ConnectOptions, Instant) -> Result<Self, Error>,
    ) -> Result<Self, Error> {
        let began = Instant::now();
        let deadline = began + options.connect_timeout;
        let (observers, server) = (options.settings.observers.clone(), options.url.clone());
        let connected = connect(options, deadline).await;
        if !observers.is_empty() {
            observers.connected(&Connect::new(&server, began.elapsed(), connected.as_ref().err()));
        }
        connected
    }

    /// Connects once more with the same options, and binds as this connection is bound.
    ///
    /// # Errors
    ///
    /// As [`ConnectOptions::connect`], and as the bind that this connection has. One that took several steps cannot be
    /// repeated ([`SaslError::Unrepeatable`]); then nothing is connected.
    pub async fn again(&self) -> Result<Self, Error> {
        let bound = self.handle.bound();
        if matches!(bound, Bound::BySteps) {
            return Err(self.stuck(SaslError::Unrepeatable));
        }
        let client = self.handle.options.clone().connect().await?;
        if let Bound::By(request) = bound {
            client.bind(request).await?;
        }
        Ok(client)
    }

    /// Makes the connection private where that is asked for, and starts its driver.
    async fn secure(
        options: ConnectOptions,
        target: &Target,
        stream: Stream,
        deadline: Instant,
    ) -> Result<Self, Error> {
        let mut first = MessageId::FIRST;
        let stream = if target.security() == Security::Tls {
            handshake(&options, target, stream, deadline).await?
        } else if options.start_tls {
            first = first.next();
            let stream = timeout_at(deadline, start_tls(&options, stream)).await.unwrap_or_else(|_| {
                let after = options.connect_timeout;
                let kind = ErrorKind::Timeout { waiting: Waiting::Connection, after };
                Err(Error::new(kind).with_phase(Phase::NotSent))
            })?;
            handshake(&options, target, stream, deadline).await?
        } else {
            stream
        };
        Ok(Self::run(options, stream, first))
    }

    /// Starts the driver of a connection that is ready for its first request.
    fn run(options: ConnectOptions, stream: Stream, first: MessageId) -> Self {
        let settings = Arc::new(options.settings.clone());
        let is_private = stream.is_encrypted() || stream.is_local();
        let certificate = certificate(&stream);
        let server: Arc<str> = options.url.as_str().into();
        let scope = Arc::new(Scope::new(settings.observers.clone(), Arc::clone(&server)));
        let shared = Arc::new(Shared::new(first, stream.is_encrypted(), &settings, server));
        tokio::spawn(Driver::new(stream, Arc::clone(&shared), Arc::clone(&settings)));
        let bound = Mutex::default();
        let handle = Handle { shared, settings, options, scope, is_private, certificate, bound };
        Self { handle: Arc::new(handle) }
    }
}

/// Reads the part of a URL that says where the server is.
fn target(url: &str) -> Result<Target, Error> {
    Ok(url.parse().map_err(|error: TargetParseError| TransportError::from(error))?)
}

#[cfg(feature = "tls")]
async fn handshake(
    options: &ConnectOptions,
    target: &Target,
    stream: Stream,
    deadline: Instant,
) -> Result<Stream, Error> {
    let connector = options.connector().map_err(TransportError::from)?;
    Ok(connector.handshake(stream, target.host(), deadline).await?)
}

#[cfg(not(feature = "tls"))]
async fn handshake(_: &ConnectOptions, _: &Target, _: Stream, _: Instant) -> Result<Stream, Error> {
    Err(TransportError::TlsNotBuiltIn.into())
}

/// Returns the certificate that the server has shown.
#[cfg(feature = "tls")]
fn certificate(stream: &Stream) -> Option<Box<[u8]>> {
    stream.tls()?.peer_certificate().map(Into::into)
}

#[cfg(not(feature = "tls"))]
const fn certificate(_: &Stream) -> Option<Box<[u8]>> {
    None
}

/// Asks for TLS and waits for the answer, alone on the connection (RFC 4511 4.14).
async fn start_tls(options: &ConnectOptions, mut stream: Stream) -> Result<Stream, Error> {
    let kind = OpKind::ExtendedRequest;
    let mut session = ClientSession::new();
    let id = session.start_tls(())?;
    let mut writer = Writer::new();
    encode_operation(&StartTls.into_request().into(), &[], &mut writer)?;
    encode_head(id, &mut writer, 0);
    let failed = |error| Error::from(TransportError::from(error)).with_operation(kind, Some(id));
    stream.write_all(writer.written()).await.map_err(failed)?;
    stream.flush().await.map_err(failed)?;

    let mut framed = Framed::new(stream, LdapCodec::new(options.settings.limits.message_size));
    let closed = |reason: Closed| inbox::closed(&reason, Phase::NotSent).with_operation(kind, Some(id));
    loop {
        let frame = match poll_fn(|cx| Pin::new(&mut framed).poll_next(cx)).await {
            Some(Ok(frame)) => frame,
            Some(Err(FrameError::Io(error))) => return Err(failed(error)),
            Some(Err(FrameError::Decode(error))) => return Err(closed(Closed::Violation(error.into()))),
            None => return Err(closed(Closed::ByServer)),
        };
        let event = session.handle(&frame).map_err(|violation| closed(Closed::Violation(violation)))?;
        let decoded = options.settings.decode(&frame);
        let message = decoded.map_err(|violation| closed(Closed::Violation(violation)))?;
        if let Some(notice) = NoticeOfDisconnection::from_message(&message) {
            return Err(closed(Closed::Notice(notice.result().detach())));
        }
        // What is not final is advisory.
        if let (ClientEvent::Final { .. }, ProtocolOp::ExtendedResponse(response)) = (event, message.op) {
            if response.result().code() == ResultCode::SUCCESS {
                break;
            }
            let error = Error::refused(response.result().detach(), message.controls);
            return Err(error.with_operation(kind, Some(id)));
        }
    }
    // "Taking them as protected" is the injection of RFC 4513 6.2: not even to be thrown away.
    if !framed.read_buffer().is_empty() {
        return Err(closed(Closed::Violation(Violation::OctetsBeforeTls)));
    }
    Ok(framed.into_inner())
}
