//! A connection that a response can end before its time.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::fault::CountedBy;

/// How a connection ends before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// In good order.
    Close,
    /// With a TCP `RST`.
    Reset,
    /// It stays, but nothing more is sent.
    Silence,
}

/// A handle to a connection, for the code that responds to its requests.
#[derive(Clone, Default)]
pub(super) struct Connection {
    end: Arc<OnceLock<End>>,
    pub(super) counted_by: CountedBy,
}

impl Connection {
    /// Ends it as soon as everything that was written to it has left. Must be called while the
    /// connection waits for more to send: then it looks here next.
    pub(super) fn end(&self, how: End) {
        // The first call counts.
        let _ = self.end.set(how);
    }

    /// How it ends, if that was decided.
    pub(super) fn ending(&self) -> Option<End> {
        self.end.get().copied()
    }
}

/// What is under a connection: TCP, or TLS over it.
pub(super) trait Socket: AsyncRead + AsyncWrite + Send + Unpin {
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

/// A socket that ends as its connection says.
pub(super) struct Wire<S> {
    pub(super) socket: S,
    pub(super) connection: Connection,
}

impl<S: Socket> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_read(context, buffer)
    }
}

impl<S: Socket> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.socket.is_write_vectored()
    }

    // hyper comes here whenever it has written all that it has.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.socket).poll_flush(context))?;
        match self.connection.ending() {
            None | Some(End::Silence) => return Poll::Ready(Ok(())),
            Some(End::Close) => ready!(Pin::new(&mut self.socket).poll_shutdown(context))?,
            Some(End::Reset) => self.socket.tcp().set_zero_linger()?,
        }
        // The connection gives up, and drops the socket.
        Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }
}
