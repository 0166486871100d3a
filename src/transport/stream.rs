//! `Stream`: one type for whatever the messages run over.

use std::fmt;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, DuplexStream, ReadBuf};
use tokio::net::TcpStream;
#[cfg(unix)]
use tokio::net::UnixStream;
#[cfg(feature = "tls")]
use tokio_rustls::TlsStream;

#[cfg(feature = "tls")]
use super::tls::TlsSession;

/// A byte stream to the other end: TCP, Unix socket, memory pipe, a stream of the caller's own, or TLS over any of
/// them.
///
/// Reading and writing cost one `match` more than the stream inside; only a stream given to
/// [`from_io`](Self::from_io) is behind a pointer to a table of functions.
///
/// ```
/// use ldapwire::transport::Stream;
/// use tokio::io::{AsyncReadExt, AsyncWriteExt};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// let (mut client, mut server) = Stream::memory_pair(1024);
/// client.write_all(b"\x30\x05").await?;
/// let mut octets = [0; 2];
/// server.read_exact(&mut octets).await?;
/// assert_eq!(octets, [0x30, 0x05]);
/// assert!(client.is_local() && !client.is_encrypted());
/// # Ok(())
/// # }
/// ```
pub struct Stream {
    io: Io,
    peer: Peer,
}

impl Stream {
    /// Makes two streams joined in memory: what is written to one is read from the other.
    ///
    /// Up to `size` octets wait in each direction before a writer has to wait.
    pub fn memory_pair(size: usize) -> (Self, Self) {
        let (left, right) = tokio::io::duplex(size);
        (left.into(), right.into())
    }

    /// Takes any stream: a tunnel, a proxy connection, a recorder of a test.
    ///
    /// Nothing is known of it, so it counts as neither encrypted nor local, and passwords are not sent over it in
    /// clear; [`TlsConnector::handshake`](super::tls::TlsConnector::handshake) can put TLS on it.
    pub fn from_io(io: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Self {
        Self { io: Io::Other(Box::new(io)), peer: Peer::Unknown }
    }

    /// Puts the TLS layer, its handshake done, around the stream it took.
    #[cfg(feature = "tls")]
    pub(super) fn from_tls(tls: TlsStream<Self>) -> Self {
        let peer = tls.get_ref().0.peer.clone();
        Self { io: Io::Tls(Box::new(tls)), peer }
    }

    /// Tells whether TLS protects what is sent.
    pub fn is_encrypted(&self) -> bool {
        match self.io {
            #[cfg(feature = "tls")]
            Io::Tls(_) => true,
            _ => false,
        }
    }

    /// Tells whether the octets stay on this machine by construction: a Unix socket or a memory pipe.
    ///
    /// A password may travel in clear over such a stream. TCP to the loopback address does not count: the address
    /// says nothing of who forwards the port.
    pub fn is_local(&self) -> bool {
        match &self.io {
            Io::Memory(_) => true,
            #[cfg(unix)]
            Io::Unix(_) => true,
            #[cfg(feature = "tls")]
            Io::Tls(tls) => tls.get_ref().0.is_local(),
            Io::Tcp(_) | Io::Other(_) => false,
        }
    }

    /// Says who is at the other end, as it was known when the stream was opened.
    pub fn peer(&self) -> &Peer {
        &self.peer
    }

    /// Returns as which user the process at the other end of a Unix socket runs, as the system says; `None` for any
    /// other stream.
    pub fn unix_credentials(&self) -> Option<UnixCredentials> {
        match &self.io {
            #[cfg(unix)]
            Io::Unix(io) => {
                io.peer_cred().ok().map(|user| UnixCredentials { user: user.uid(), group: user.gid() })
            }
            #[cfg(feature = "tls")]
            Io::Tls(tls) => tls.get_ref().0.unix_credentials(),
            _ => None,
        }
    }

    /// Returns what the TLS handshake agreed on; `None` where there is no TLS.
    #[cfg(feature = "tls")]
    pub fn tls(&self) -> Option<TlsSession<'_>> {
        match &self.io {
            Io::Tls(tls) => Some(TlsSession::new(tls)),
            _ => None,
        }
    }
}

/// Calls a method of `AsyncRead` or `AsyncWrite` on the stream inside.
macro_rules! forward {
    ($stream:expr, $method:ident($($argument:expr),*)) => {
        match $stream {
            Io::Tcp(io) => Pin::new(io).$method($($argument),*),
            #[cfg(feature = "tls")]
            Io::Tls(io) => Pin::new(io.as_mut()).$method($($argument),*),
            #[cfg(unix)]
            Io::Unix(io) => Pin::new(io).$method($($argument),*),
            Io::Memory(io) => Pin::new(io).$method($($argument),*),
            Io::Other(io) => Pin::new(io.as_mut()).$method($($argument),*),
        }
    };
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        forward!(&mut self.get_mut().io, poll_read(cx, buf))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        forward!(&mut self.get_mut().io, poll_write(cx, buf))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        forward!(&mut self.get_mut().io, poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        match &self.io {
            Io::Tcp(io) => io.is_write_vectored(),
            #[cfg(feature = "tls")]
            Io::Tls(io) => io.is_write_vectored(),
            #[cfg(unix)]
            Io::Unix(io) => io.is_write_vectored(),
            Io::Memory(io) => io.is_write_vectored(),
            Io::Other(io) => io.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(&mut self.get_mut().io, poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(&mut self.get_mut().io, poll_shutdown(cx))
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("peer", &self.peer)
            .field("encrypted", &self.is_encrypted())
            .finish_non_exhaustive()
    }
}

impl From<TcpStream> for Stream {
    fn from(io: TcpStream) -> Self {
        let peer = io.peer_addr().map_or(Peer::Unknown, Peer::Tcp);
        Self { io: Io::Tcp(io), peer }
    }
}

#[cfg(unix)]
impl From<UnixStream> for Stream {
    fn from(io: UnixStream) -> Self {
        let path = io.peer_addr().ok().and_then(|address| address.as_pathname().map(PathBuf::from));
        Self { io: Io::Unix(io), peer: Peer::Unix(path) }
    }
}

impl From<DuplexStream> for Stream {
    fn from(io: DuplexStream) -> Self {
        Self { io: Io::Memory(io), peer: Peer::Memory }
    }
}

/// Who is at the other end of a [`Stream`]; prints as one would name it in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Peer {
    /// A TCP connection to or from this address.
    Tcp(SocketAddr),
    /// A Unix socket; the path is absent where the other end has none, as clients have.
    Unix(Option<PathBuf>),
    /// The other half of a memory pipe.
    Memory,
    /// A stream of the caller's own.
    Unknown,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => fmt::Display::fmt(address, f),
            Self::Unix(Some(path)) => fmt::Display::fmt(&path.display(), f),
            Self::Unix(None) => f.pad("unix socket"),
            Self::Memory => f.pad("memory pipe"),
            Self::Unknown => f.pad("unknown peer"),
        }
    }
}

/// As which user a process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnixCredentials {
    /// The number of the user; 0 is the administrator.
    pub user: u32,
    /// The number of the group.
    pub group: u32,
}

/// The stream inside. TLS is boxed: its state is some hundred octets, which every plain stream would carry.
enum Io {
    Tcp(TcpStream),
    #[cfg(feature = "tls")]
    Tls(Box<TlsStream<Stream>>),
    #[cfg(unix)]
    Unix(UnixStream),
    Memory(DuplexStream),
    Other(Box<dyn OtherIo>),
}

/// What [`Stream::from_io`] asks of a stream.
trait OtherIo: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> OtherIo for T {}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// Sends octets, plain and vectored, both ways, then the end of the stream.
    async fn carries_octets_both_ways(mut near: Stream, mut far: Stream) {
        near.write_all(b"request").await.unwrap();
        near.flush().await.unwrap();
        let mut octets = [0; 7];
        far.read_exact(&mut octets).await.unwrap();
        assert_eq!(&octets, b"request");

        let parts = [IoSlice::new(b"ans"), IoSlice::new(b"wer")];
        let written = far.write_vectored(&parts).await.unwrap();
        far.write_all(&b"answer"[written..]).await.unwrap();
        far.shutdown().await.unwrap();
        let mut rest = Vec::new();
        near.read_to_end(&mut rest).await.unwrap();
        assert_eq!(rest, b"answer");
    }

    #[tokio::test]
    async fn memory_pipe_carries_octets_and_is_local() {
        let (near, far) = Stream::memory_pair(64);
        assert!(near.is_local() && !near.is_encrypted());
        assert_eq!(near.peer().to_string(), "memory pipe");
        carries_octets_both_ways(near, far).await;
    }

    #[tokio::test]
    async fn tcp_carries_octets_and_names_its_peer() {
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (near, far) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (near, far) = (Stream::from(near.unwrap()), Stream::from(far.unwrap().0));
        assert!(!near.is_local() && !near.is_encrypted() && near.is_write_vectored());
        assert_eq!(near.peer(), &Peer::Tcp(address));
        carries_octets_both_ways(near, far).await;
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn unix_socket_carries_octets_and_is_local() {
        let (near, far) = UnixStream::pair().unwrap();
        let (near, far) = (Stream::from(near), Stream::from(far));
        assert!(near.is_local() && !near.is_encrypted());
        assert_eq!(near.peer().to_string(), "unix socket");
        carries_octets_both_ways(near, far).await;
    }

    #[tokio::test]
    async fn stream_of_the_caller_is_neither_local_nor_encrypted() {
        let (near, far) = tokio::io::duplex(64);
        let (near, far) = (Stream::from_io(near), Stream::from_io(far));
        assert!(!near.is_local() && !near.is_encrypted());
        assert_eq!(format!("{near:?}"), "Stream { peer: Unknown, encrypted: false, .. }");
        carries_octets_both_ways(near, far).await;
    }
}
