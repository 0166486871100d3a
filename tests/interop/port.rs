//! Ports that servers are told to listen on.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpSocket;

/// A port of 127.0.0.1 that nobody else is given as long as this is there, whether its server runs or not.
pub(crate) struct Port {
    pub(crate) number: u16,
    /// Bound and silent. Linux lets a server listen on it all the same, if both say that they share the address; and it
    /// gives the port neither to a listener nor to a client that takes any. Elsewhere the server could not listen then,
    /// and the port is only likely to be free.
    _kept: Option<TcpSocket>,
}

impl Port {
    pub(crate) fn take() -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
        let number = socket.local_addr()?.port();
        Ok(Self { number, _kept: cfg!(target_os = "linux").then_some(socket) })
    }
}
