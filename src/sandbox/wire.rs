//! Connections that can be cut: an accepted socket that fails from the moment somebody says so, because no
//! HTTP server offers "answer nothing at all" by itself. Nothing here knows what travels on the wire.

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

/// The handle that cuts one connection. Each request carries the one of its connection.
#[derive(Debug, Clone)]
pub(super) struct Cut(Arc<watch::Sender<bool>>);

impl Cut {
    /// From now on the connection neither reads nor writes; the peer sees it closed.
    pub(super) fn now(&self) {
        self.0.send_replace(true);
    }
}

/// Accepts connections that can be cut one by one, or all together when the sandbox stops.
pub(super) struct Wires {
    pub(super) listener: TcpListener,
    pub(super) stop: watch::Receiver<bool>,
}

impl Listener for Wires {
    type Io = Wire;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Wire, SocketAddr) {
        let (stream, peer) = Listener::accept(&mut self.listener).await;
        (Wire::new(stream, self.stop.clone()), peer)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

impl Connected<IncomingStream<'_, Wires>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Wires>) -> Cut {
        stream.io().cut.clone()
    }
}

/// One connection.
pub(super) struct Wire {
    stream: TcpStream,
    cut: Cut,
    /// Ends when the wire is cut or the sandbox stops; `None` from then on.
    whole: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl Wire {
    fn new(stream: TcpStream, mut stop: watch::Receiver<bool>) -> Wire {
        // Small answers leave at once; a failure to set it only makes them slower.
        let _ = stream.set_nodelay(true);
        let (sender, mut cut) = watch::channel(false);
        let whole = Box::pin(async move {
            tokio::select! {
                _ = cut.wait_for(|cut| *cut) => {}
                _ = stop.wait_for(|stop| *stop) => {}
            }
        });
        Wire { stream, cut: Cut(Arc::new(sender)), whole: Some(whole) }
    }

    /// An error once the wire is cut; the task is woken when that happens.
    fn check(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        if let Some(whole) = &mut self.whole {
            if whole.as_mut().poll(cx).is_pending() {
                return Ok(());
            }
            self.whole = None;
        }
        Err(io::ErrorKind::ConnectionAborted.into())
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        wire.check(cx)?;
        Pin::new(&mut wire.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        wire.check(cx)?;
        Pin::new(&mut wire.stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        wire.check(cx)?;
        Pin::new(&mut wire.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // Closing is the one thing a cut wire still does.
        let wire = self.get_mut();
        let _ = ready!(Pin::new(&mut wire.stream).poll_shutdown(cx));
        Poll::Ready(Ok(()))
    }
}
