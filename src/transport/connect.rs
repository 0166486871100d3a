//! From a [`Target`] to an open [`Stream`], within a deadline.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::path::Path;

use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout_at};

use super::error::{Phase, TransportError};
use super::happy_eyeballs::race;
use super::socket::SocketOptions;
use super::stream::Stream;
use super::target::{Address, Target};

/// Opens a stream to the target, without TLS whatever its [`security`](Target::security): the handshake is
/// [`TlsConnector::handshake`](super::tls::TlsConnector::handshake), now for `ldaps`, later for StartTLS.
///
/// A host name is resolved to all its addresses (the first 32), which are tried as RFC 8305 says: IPv6 and IPv4 in
/// turn, the next one beside the running ones after 250 ms or when one fails, the first that answers wins.
///
/// ```no_run
/// use std::time::Duration;
/// use ldapwire::transport::{SocketOptions, Target, connect};
/// use tokio::time::Instant;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let target = Target::ldap("ldap.example.org");
/// let deadline = Instant::now() + Duration::from_secs(10);
/// let stream = connect(&target, &SocketOptions::new(), deadline).await?;
/// println!("connected to {}", stream.peer());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// The name does not resolve, no address takes the connection (the error lists each with its cause), the Unix
/// socket takes none, or the deadline passes, be it at the resolver or at the addresses.
///
/// # Cancel safety
///
/// Dropping the future closes what it opened. A question to the system's resolver runs on in a thread of the
/// runtime until it is answered.
pub async fn connect(
    target: &Target,
    options: &SocketOptions,
    deadline: Instant,
) -> Result<Stream, TransportError> {
    match target.address() {
        Address::Tcp { host, port } => {
            let resolve = || async { Ok(lookup_host((host.as_str(), *port)).await?.collect()) };
            let open = |address| open_tcp(address, options);
            connect_tcp(host, *port, deadline, resolve, open).await.map(Stream::from)
        }
        Address::Unix(path) => connect_unix(path, deadline).await,
    }
}

/// Resolves and races; the resolver and the opening of a socket are the caller's, so that tests need no network.
async fn connect_tcp<T, R, F>(
    host: &str,
    port: u16,
    deadline: Instant,
    resolve: impl FnOnce() -> R,
    open: impl FnMut(SocketAddr) -> F,
) -> Result<T, TransportError>
where
    R: Future<Output = io::Result<Vec<SocketAddr>>>,
    F: Future<Output = io::Result<T>>,
{
    let mut addresses = match timeout_at(deadline, resolve()).await {
        Ok(Ok(addresses)) => addresses,
        Ok(Err(source)) => return Err(TransportError::Resolve { host: host.to_owned(), source }),
        Err(_) => return Err(TransportError::TimedOut { phase: Phase::Resolve, target: host.to_owned() }),
    };
    if addresses.is_empty() {
        return Err(TransportError::NoAddress { host: host.to_owned() });
    }
    addresses.truncate(ADDRESS_LIMIT);
    race(addresses, deadline, open).await.map_err(|attempts| TransportError::Connect {
        host: host.to_owned(),
        port,
        attempts,
    })
}

async fn open_tcp(address: SocketAddr, options: &SocketOptions) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    options.apply(&stream)?;
    Ok(stream)
}

#[cfg(unix)]
async fn connect_unix(path: &Path, deadline: Instant) -> Result<Stream, TransportError> {
    match timeout_at(deadline, tokio::net::UnixStream::connect(path)).await {
        Ok(Ok(stream)) => Ok(stream.into()),
        Ok(Err(source)) => Err(TransportError::UnixSocket { path: path.to_owned(), source }),
        Err(_) => Err(TransportError::TimedOut { phase: Phase::Connect, target: path.display().to_string() }),
    }
}

#[cfg(not(unix))]
async fn connect_unix(path: &Path, _: Instant) -> Result<Stream, TransportError> {
    Err(TransportError::UnixSocketsUnsupported { path: path.to_owned() })
}

/// How many addresses of one name are tried. Real names have a few; a hostile answer can hold thousands, and each
/// one costs a socket until the deadline.
const ADDRESS_LIMIT: usize = 32;

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::time::Duration;

    use tokio::net::{TcpListener, TcpSocket};

    use super::*;

    /// Longer than the slowest machine takes. Where it is waited for, time is paused.
    const PATIENCE: Duration = Duration::from_secs(600);

    fn deadline() -> Instant {
        Instant::now() + PATIENCE
    }

    #[tokio::test]
    async fn connects_to_a_loopback_port_and_reports_the_peer() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let target = Target::ldap("127.0.0.1").with_port(address.port());
        let stream = connect(&target, &SocketOptions::new(), deadline()).await.unwrap();
        assert_eq!(stream.peer().to_string(), address.to_string());
    }

    #[tokio::test]
    async fn refused_port_is_named_with_its_address() {
        // Nobody listens, and nobody else gets the port.
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = socket.local_addr().unwrap();
        let target = Target::ldap("127.0.0.1").with_port(address.port());
        let error = connect(&target, &SocketOptions::new(), deadline()).await.unwrap_err();
        assert!(error.to_string().contains(&format!("{address} failed")), "{error}");
        assert!(!error.is_timeout());
    }

    #[tokio::test(start_paused = true)]
    async fn future_may_move_between_threads() {
        fn assert_send<T: Send>(_: &T) {}
        let (target, options) = (Target::ldap("192.0.2.1"), SocketOptions::new());
        assert_send(&connect(&target, &options, deadline()));
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn missing_unix_socket_is_named_by_its_path() {
        let target = Target::ldapi("/nonexistent/ldapi");
        let error = connect(&target, &SocketOptions::new(), deadline()).await.unwrap_err();
        assert!(
            error.to_string().starts_with("cannot connect to unix socket /nonexistent/ldapi: "),
            "{error}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn silent_resolver_ends_at_the_deadline() {
        let begin = Instant::now();
        let open = |_| pending::<io::Result<()>>();
        let error = connect_tcp("ldap.example.org", 389, deadline(), pending, open).await.unwrap_err();
        assert_eq!(begin.elapsed(), PATIENCE);
        assert_eq!(error.to_string(), "deadline passed while resolving the host name: ldap.example.org");
        assert!(error.is_timeout());
    }

    #[tokio::test(start_paused = true)]
    async fn failed_resolution_keeps_its_cause() {
        let resolve = || ready(Err(io::Error::other("no such name")));
        let open = |_| pending::<io::Result<()>>();
        let error = connect_tcp("ldap.example.org", 389, deadline(), resolve, open).await.unwrap_err();
        assert_eq!(error.to_string(), "cannot resolve host name `ldap.example.org`: no such name");
    }

    #[tokio::test(start_paused = true)]
    async fn name_without_address_is_an_error() {
        let open = |_| pending::<io::Result<()>>();
        let error =
            connect_tcp("a.example.org", 389, deadline(), || ready(Ok(Vec::new())), open).await.unwrap_err();
        assert_eq!(error.to_string(), "host name `a.example.org` has no address");
    }

    #[tokio::test(start_paused = true)]
    async fn resolver_and_addresses_share_one_deadline() {
        let begin = Instant::now();
        let resolve = || async {
            tokio::time::sleep(PATIENCE - Duration::from_secs(1)).await;
            Ok(vec!["192.0.2.1:389".parse().unwrap()])
        };
        let open = |_| pending::<io::Result<()>>();
        let error = connect_tcp("a.example.org", 389, deadline(), resolve, open).await.unwrap_err();
        assert_eq!(begin.elapsed(), PATIENCE);
        assert!(error.is_timeout() && error.phase() == Phase::Connect);
    }

    #[tokio::test(start_paused = true)]
    async fn addresses_beyond_the_limit_are_not_tried() {
        let flood = (0..1000u16).map(|port| SocketAddr::from(([192, 0, 2, 1], port))).collect();
        let open = |_| ready(Err::<(), _>(io::ErrorKind::ConnectionRefused.into()));
        let error =
            connect_tcp("a.example.org", 389, deadline(), || ready(Ok(flood)), open).await.unwrap_err();
        assert!(matches!(error, TransportError::Connect { attempts, .. } if attempts.len() == ADDRESS_LIMIT));
    }
}
