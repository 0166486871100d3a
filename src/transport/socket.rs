//! Options of a TCP socket.

use std::io;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

/// How a TCP socket behaves once it is connected.
///
/// ```
/// use std::time::Duration;
/// use ldapwire::transport::SocketOptions;
///
/// // Give up a connection half a minute after the other end stopped acknowledging.
/// let options = SocketOptions::new().user_timeout(Duration::from_secs(30));
/// # let _ = options;
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketOptions {
    coalescing: WriteCoalescing,
    keepalive: Option<Keepalive>,
    user_timeout: Option<Duration>,
}

impl SocketOptions {
    /// Returns the defaults: small writes sent at once, keep-alive after 60 s of silence and every 10 s, no user
    /// timeout.
    pub const fn new() -> Self {
        Self {
            coalescing: WriteCoalescing::Off,
            keepalive: Some(Keepalive { idle: KEEPALIVE_IDLE, interval: KEEPALIVE_INTERVAL }),
            user_timeout: None,
        }
    }

    /// Sets whether the system may hold a small write back to join it with the next (Nagle's algorithm).
    ///
    /// Default: off, since the writer above joins what is queued, and a request held back waits for as long as the
    /// other end delays its acknowledgements. On saves packets where the caller writes piece by piece.
    #[must_use]
    pub fn write_coalescing(mut self, coalescing: WriteCoalescing) -> Self {
        self.coalescing = coalescing;
        self
    }

    /// Sets after how much silence the system asks whether the other end is alive, and how often it repeats the
    /// question.
    ///
    /// Default: 60 s and 10 s, so that firewalls and load balancers keep an idle connection in their tables and a
    /// dead peer is found within minutes. Shorter finds it sooner and sends more packets. The system counts in
    /// whole seconds, from 1 to 32767; what lies outside is moved to the nearest.
    #[must_use]
    pub fn keepalive(mut self, idle: Duration, interval: Duration) -> Self {
        let within = |time: Duration| time.clamp(KEEPALIVE_MIN, KEEPALIVE_MAX);
        self.keepalive = Some(Keepalive { idle: within(idle), interval: within(interval) });
        self
    }

    /// Turns keep-alive off: an idle connection whose peer has gone stays open until something is written.
    #[must_use]
    pub fn without_keepalive(mut self) -> Self {
        self.keepalive = None;
        self
    }

    /// Sets how long sent octets may stay unacknowledged before the system closes the connection
    /// (`TCP_USER_TIMEOUT`).
    ///
    /// Default: the system's, often many minutes. Operations have deadlines of their own, so this only decides how
    /// soon the socket itself is known to be dead. Where the system has no such option it is ignored.
    #[must_use]
    pub fn user_timeout(mut self, timeout: Duration) -> Self {
        self.user_timeout = Some(timeout);
        self
    }

    /// Sets the options on a connected socket.
    pub(crate) fn apply(&self, stream: &TcpStream) -> io::Result<()> {
        let socket = SockRef::from(stream);
        socket.set_tcp_nodelay(self.coalescing == WriteCoalescing::Off)?;
        if let Some(keepalive) = &self.keepalive {
            socket.set_tcp_keepalive(&keepalive.to_system())?;
        }
        if let Some(timeout) = self.user_timeout {
            set_user_timeout(&socket, timeout)?;
        }
        Ok(())
    }
}

impl Default for SocketOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether the system may join small writes (Nagle's algorithm).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(clippy::exhaustive_enums, reason = "a switch")]
pub enum WriteCoalescing {
    /// A write leaves at once (`TCP_NODELAY`).
    Off,
    /// A small write may wait for the acknowledgement of the one before.
    On,
}

/// The times of TCP keep-alive.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Keepalive {
    idle: Duration,
    interval: Duration,
}

impl Keepalive {
    #[cfg(not(any(
        target_os = "openbsd",
        target_os = "redox",
        target_os = "solaris",
        target_os = "nto",
        target_os = "haiku"
    )))]
    fn to_system(&self) -> TcpKeepalive {
        TcpKeepalive::new().with_time(self.idle).with_interval(self.interval)
    }

    /// These systems know no interval.
    #[cfg(any(
        target_os = "openbsd",
        target_os = "redox",
        target_os = "solaris",
        target_os = "nto",
        target_os = "haiku"
    ))]
    fn to_system(&self) -> TcpKeepalive {
        TcpKeepalive::new().with_time(self.idle)
    }
}

#[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux", target_os = "cygwin"))]
fn set_user_timeout(socket: &SockRef<'_>, timeout: Duration) -> io::Result<()> {
    socket.set_tcp_user_timeout(Some(timeout))
}

#[cfg(not(any(target_os = "android", target_os = "fuchsia", target_os = "linux", target_os = "cygwin")))]
fn set_user_timeout(_: &SockRef<'_>, _: Duration) -> io::Result<()> {
    Ok(())
}

/// Silence before the first keep-alive probe: below the idle limits of common firewalls and load balancers, which
/// begin at some minutes.
const KEEPALIVE_IDLE: Duration = Duration::from_secs(60);

/// Time between probes that get no answer.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(10);

/// The least that systems take: they count in seconds and refuse none.
const KEEPALIVE_MIN: Duration = Duration::from_secs(1);

/// The most that Linux takes.
const KEEPALIVE_MAX: Duration = Duration::from_secs(32_767);

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    async fn socket_with(options: &SocketOptions) -> TcpStream {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let stream = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        options.apply(&stream).unwrap();
        stream
    }

    #[tokio::test]
    async fn defaults_send_at_once_and_keep_alive() {
        let stream = socket_with(&SocketOptions::default()).await;
        let socket = SockRef::from(&stream);
        assert!(socket.tcp_nodelay().unwrap() && socket.keepalive().unwrap());
        #[cfg(target_os = "linux")]
        {
            assert_eq!(socket.tcp_keepalive_time().unwrap(), Duration::from_secs(60));
            assert_eq!(socket.tcp_keepalive_interval().unwrap(), Duration::from_secs(10));
            assert_eq!(socket.tcp_user_timeout().unwrap(), None);
        }
    }

    #[tokio::test]
    async fn times_the_system_would_refuse_are_moved_to_the_nearest() {
        let stream = socket_with(&SocketOptions::new().keepalive(Duration::ZERO, Duration::MAX)).await;
        let socket = SockRef::from(&stream);
        assert!(socket.keepalive().unwrap());
        #[cfg(target_os = "linux")]
        {
            assert_eq!(socket.tcp_keepalive_time().unwrap(), KEEPALIVE_MIN);
            assert_eq!(socket.tcp_keepalive_interval().unwrap(), KEEPALIVE_MAX);
        }
    }

    #[tokio::test]
    async fn every_option_reaches_the_socket() {
        let options = SocketOptions::new()
            .write_coalescing(WriteCoalescing::On)
            .without_keepalive()
            .user_timeout(Duration::from_secs(7));
        let stream = socket_with(&options).await;
        let socket = SockRef::from(&stream);
        assert!(!socket.tcp_nodelay().unwrap() && !socket.keepalive().unwrap());
        #[cfg(target_os = "linux")]
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(Duration::from_secs(7)));
    }
}
