//! Where a server listens.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use crate::transport::{SocketOptions, Stream, Target};

use super::ServerError;

/// A place to listen on; prints as the URL by which it is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    place: Place,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Tcp { address: SocketAddr, is_tls: bool },
    Unix(PathBuf),
}

impl Endpoint {
    /// A TCP address; port 0 is a free port. TLS comes by StartTLS, if the server has a certificate.
    pub fn tcp(address: impl Into<SocketAddr>) -> Self {
        Self { place: Place::Tcp { address: address.into(), is_tls: false } }
    }

    /// A TCP address with TLS from the first octet; port 0 is a free port.
    pub fn tls(address: impl Into<SocketAddr>) -> Self {
        Self { place: Place::Tcp { address: address.into(), is_tls: true } }
    }

    /// A free port of the loopback interface.
    pub fn localhost() -> Self {
        Self::tcp((Ipv4Addr::LOCALHOST, 0))
    }

    /// A Unix socket. The file is made when the server starts and removed when it stops; one that is left of a server
    /// that is gone is replaced.
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self { place: Place::Unix(path.into()) }
    }

    pub(super) const fn is_tls(&self) -> bool {
        matches!(self.place, Place::Tcp { is_tls: true, .. })
    }

    /// Returns the address by which it is reached on TCP.
    pub const fn address(&self) -> Option<SocketAddr> {
        match self.place {
            Place::Tcp { address, .. } => Some(address),
            Place::Unix(_) => None,
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = match &self.place {
            Place::Tcp { address, is_tls } => {
                // What listens everywhere is reached on this machine.
                let host = match address.ip() {
                    IpAddr::V4(ip) if ip.is_unspecified() => "127.0.0.1".to_owned(),
                    IpAddr::V6(ip) if ip.is_unspecified() => "::1".to_owned(),
                    ip => ip.to_string(),
                };
                let target = if *is_tls { Target::ldaps(host) } else { Target::ldap(host) };
                target.with_port(address.port())
            }
            Place::Unix(path) => Target::ldapi(path),
        };
        target.fmt(f)
    }
}

/// An open place.
#[derive(Debug)]
pub(super) struct Listener {
    /// As it was asked for, with the port that it got.
    pub(super) endpoint: Endpoint,
    socket: Socket,
}

#[derive(Debug)]
enum Socket {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix {
        listener: UnixListener,
        _file: UnixFile,
    },
}

/// How long a listener rests when the system has no socket for it: as long as others are open, trying on only burns
/// time.
const REST: Duration = Duration::from_millis(50);

impl Listener {
    pub(super) async fn open(endpoint: Endpoint) -> Result<Self, ServerError> {
        let opened = match &endpoint.place {
            Place::Tcp { address, is_tls } => open_tcp(*address, *is_tls).await,
            Place::Unix(path) => open_unix(path).await.map(|socket| (endpoint.clone(), socket)),
        };
        match opened {
            Ok((endpoint, socket)) => Ok(Self { endpoint, socket }),
            Err(source) => Err(ServerError::Listen { endpoint, source }),
        }
    }

    /// Waits for the next connection.
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost.
    pub(super) async fn accept(&self, options: &SocketOptions) -> Stream {
        loop {
            let accepted = match &self.socket {
                Socket::Tcp(listener) => match listener.accept().await {
                    // A socket that takes no options has been closed by its client.
                    Ok((stream, _)) => options.apply(&stream).map(|()| Stream::from(stream)),
                    Err(error) => Err(error),
                },
                #[cfg(unix)]
                Socket::Unix { listener, .. } => listener.accept().await.map(|(stream, _)| stream.into()),
            };
            match accepted {
                Ok(stream) => return stream,
                Err(error) if is_of_one_client(&error) => {}
                Err(_) => tokio::time::sleep(REST).await,
            }
        }
    }
}

/// Tells whether an error concerns the connection that was about to be taken and not the listener.
fn is_of_one_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::InvalidInput
            | io::ErrorKind::NotConnected
    )
}

async fn open_tcp(address: SocketAddr, is_tls: bool) -> io::Result<(Endpoint, Socket)> {
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    Ok((Endpoint { place: Place::Tcp { address, is_tls } }, Socket::Tcp(listener)))
}

#[cfg(unix)]
async fn open_unix(path: &std::path::Path) -> io::Result<Socket> {
    let listener = match UnixListener::bind(path) {
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
            // A file that nobody listens behind is left of a server that is gone.
            match tokio::net::UnixStream::connect(path).await {
                Err(refused) if refused.kind() == io::ErrorKind::ConnectionRefused => {
                    std::fs::remove_file(path)?;
                    UnixListener::bind(path)?
                }
                _ => return Err(error),
            }
        }
        bound => bound?,
    };
    Ok(Socket::Unix { listener, _file: UnixFile { path: path.to_owned() } })
}

#[cfg(not(unix))]
async fn open_unix(_: &std::path::Path) -> io::Result<Socket> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no unix sockets"))
}

/// The file of a Unix socket, removed with its listener.
#[cfg(unix)]
#[derive(Debug)]
struct UnixFile {
    path: PathBuf,
}

#[cfg(unix)]
impl Drop for UnixFile {
    fn drop(&mut self) {
        // Somebody may have removed it already.
        let _ = std::fs::remove_file(&self.path);
    }
}
