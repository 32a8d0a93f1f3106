//! Connections that can be cut: a socket that fails after it was cut.
//! An HTTP server has no other way to close a connection without a response.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Handle that cuts one connection. Each request carries the handle of its connection.
#[derive(Debug, Clone)]
pub(super) struct ConnectionKiller(Arc<watch::Sender<bool>>);

impl ConnectionKiller {
    /// Cuts the connection: it no longer reads or writes; the peer sees it closed.
    pub(super) fn cut(&self) {
        self.0.send_replace(true);
    }
}

/// Accepts connections that can be cut one by one, or all together when the sandbox stops.
pub(super) struct CuttableListener {
    pub(super) listener: TcpListener,
    pub(super) stop: watch::Receiver<bool>,
}

impl Listener for CuttableListener {
    type Io = CuttableStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (CuttableStream, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.listener).await;
        (CuttableStream::new(stream, self.stop.clone()), peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, CuttableListener>> for ConnectionKiller {
    fn connect_info(stream: IncomingStream<'_, CuttableListener>) -> ConnectionKiller {
        stream.io().killer.clone()
    }
}

/// A TCP connection that can be cut.
pub(super) struct CuttableStream {
    stream: TcpStream,
    killer: ConnectionKiller,
    /// Completes when the connection is cut or the sandbox stops; then `None`.
    closed: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl CuttableStream {
    fn new(stream: TcpStream, mut stop: watch::Receiver<bool>) -> CuttableStream {
        // Sends small responses immediately. An error is ignored, because responses are then only slower.
        let _ = stream.set_nodelay(true);
        let (sender, mut killed) = watch::channel(false);
        let closed = Box::pin(async move {
            tokio::select! {
                _ = killed.wait_for(|killed| *killed) => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        });
        CuttableStream { stream, killer: ConnectionKiller(Arc::new(sender)), closed: Some(closed) }
    }

    /// Returns an error if the connection was cut; otherwise wakes the task when it is cut.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if let Some(closed) = &mut self.closed {
            if closed.as_mut().poll(cx).is_pending() {
                return Ok(());
            }
            self.closed = None;
        }
        Err(io::ErrorKind::ConnectionAborted.into())
    }
}

impl AsyncRead for CuttableStream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.check(cx)?;
        Pin::new(&mut this.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for CuttableStream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        this.check(cx)?;
        Pin::new(&mut this.stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.check(cx)?;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A cut connection can still be closed.
        let this = self.get_mut();
        let _ = ready!(Pin::new(&mut this.stream).poll_shutdown(cx));
        Poll::Ready(Ok(()))
    }
}
