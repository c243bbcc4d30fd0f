//! A small HTTP server: its connections, and how they end. It knows no product.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use super::certificate::Certificates;
use super::connection::{Connection, End, Socket, Wire};
use super::front::{Front, Peer};

/// How long requests in flight may take to end once the server is asked to stop.
const GRACE: Duration = Duration::from_secs(1);

/// A running server. Dropping it ends it and all its connections at once.
#[derive(Debug)]
pub(super) struct Server {
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// Lets `front` respond to requests until the server is stopped or dropped: over TLS if there are
    /// `certificates`.
    pub(super) fn start(
        listener: TcpListener,
        front: Arc<Front>,
        certificates: Option<Arc<Certificates>>,
    ) -> Self {
        let (stop, stopping) = watch::channel(());
        let task = tokio::spawn(accept(listener, Each { front, certificates, stopping }));
        Self { stop, task }
    }

    /// Closes the port, lets requests in flight end, and returns when nothing of the server is
    /// left.
    pub(super) async fn stop(mut self) {
        self.stop.send_replace(());
        // A task that panicked is gone, too.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The task owns the listener and every connection: they end with it.
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, mut each: Each) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = each.stopping.changed() => break,
            // Ended connections are collected here, or the set would only grow.
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(each.clone().accept(stream));
                }
                // Mostly a lack of file descriptors: connections that end return some.
                Err(_) => sleep(Duration::from_millis(10)).await,
            },
        }
    }
    drop(listener);
    let ended = async { while connections.join_next().await.is_some() {} };
    if timeout(GRACE, ended).await.is_err() {
        connections.shutdown().await;
    }
}

/// What a connection needs.
#[derive(Clone)]
struct Each {
    front: Arc<Front>,
    certificates: Option<Arc<Certificates>>,
    stopping: watch::Receiver<()>,
}

impl Each {
    /// Serves one connection. Its errors are ignored: the client went away, did not speak HTTP, or a
    /// fault asked for it.
    async fn accept(mut self, stream: TcpStream) {
        let connection = Connection::default();
        if self.front.faults.refuse(&connection.counted_by) {
            // Dropped like this, it is reset.
            let _ = stream.set_zero_linger();
            return;
        }
        // Otherwise small responses may wait 40 ms for the client's acknowledgement.
        let _ = stream.set_nodelay(true);
        let Some(certificates) = self.certificates.take() else {
            let peer = Peer { https: false, certificate: false };
            return self.serve(stream, peer, connection).await;
        };
        let accepted = tokio::select! {
            accepted = certificates.accept(stream) => accepted,
            _ = self.stopping.changed() => return,
        };
        if let Ok((stream, certificate)) = accepted {
            self.serve(stream, Peer { https: true, certificate }, connection).await;
        }
    }

    async fn serve(mut self, socket: impl Socket, peer: Peer, connection: Connection) {
        let service = service_fn(|request| {
            Arc::clone(&self.front).respond(request, peer, connection.clone())
        });
        let wire = TokioIo::new(Wire { socket, connection: connection.clone() });
        let mut served = pin!(http1::Builder::new().serve_connection(wire, service));
        tokio::select! {
            _ = served.as_mut() => return,
            _ = self.stopping.changed() => served.as_mut().graceful_shutdown(),
        }
        // Nothing more comes on a silent connection.
        if connection.ending() != Some(End::Silence) {
            let _ = served.await;
        }
    }
}
