//! What can go wrong with a connection, whatever is sent over it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::transport::Stream;

/// What goes wrong with a connection, by the octets that the server sends; below TLS, if there is some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StreamFault {
    /// So many octets are sent, and the connection is dropped.
    DropAt(u64),
    /// The octet at this place, counted from 0, is changed by these bits.
    FlipAt(u64, u8),
    /// Each write sends one octet, so that every message comes in pieces.
    Crumbs,
}

/// A stream that something goes wrong with.
#[derive(Debug)]
pub(super) struct FaultyStream {
    inner: Stream,
    fault: StreamFault,
    sent: u64,
}

impl FaultyStream {
    pub(super) const fn new(inner: Stream, fault: StreamFault) -> Self {
        Self { inner, fault, sent: 0 }
    }

    fn is_dropped(&self) -> bool {
        matches!(self.fault, StreamFault::DropAt(count) if self.sent >= count)
    }

    /// What is sent of some octets, at most; with the octet that is changed in place of the first.
    fn part<'a>(&self, octets: &'a [u8], changed: &'a mut [u8; 1]) -> &'a [u8] {
        let until = |place: u64| usize::try_from(place - self.sent).unwrap_or(usize::MAX).min(octets.len());
        let first = octets.len().min(1);
        let end = match self.fault {
            StreamFault::DropAt(count) => until(count.max(self.sent)),
            StreamFault::FlipAt(place, bits) if place == self.sent => {
                let Some(octet) = octets.first() else { return octets };
                changed[0] = octet ^ bits;
                return changed;
            }
            StreamFault::FlipAt(place, _) if place > self.sent => until(place),
            StreamFault::FlipAt(..) => octets.len(),
            StreamFault::Crumbs => first,
        };
        octets.get(..end).unwrap_or(octets)
    }
}

impl AsyncRead for FaultyStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.is_dropped() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for FaultyStream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        if self.is_dropped() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        let mut changed = [0];
        let part = self.part(octets, &mut changed);
        let written = std::task::ready!(Pin::new(&mut self.inner).poll_write(cx, part))?;
        self.sent = self.sent.saturating_add(u64::try_from(written).unwrap_or(u64::MAX));
        if self.is_dropped() {
            // Whoever reads learns of it now and not with the next request.
            cx.waker().wake_by_ref();
        }
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
