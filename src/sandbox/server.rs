//! A small HTTP server: a loopback port, its connections, and their end. It knows no product.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

/// How long requests in flight may take to end once the server is told to stop.
const GRACE: Duration = Duration::from_secs(1);

/// A port that is taken but not served yet: what is served may want to know its own address.
pub(super) struct Port {
    listener: TcpListener,
    address: SocketAddr,
}

impl Port {
    /// Takes a port on the loopback interface, a free one where `number` is 0.
    pub(super) async fn take(number: u16) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, number)).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where clients reach it, as `http://127.0.0.1:PORT`.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers requests with `router` until the server is stopped or dropped.
    pub(super) fn serve(self, router: Router) -> Server {
        let (stop, stopping) = watch::channel(());
        let task = tokio::spawn(accept(self.listener, router, stopping));
        Server { stop, task }
    }
}

/// A running server. Dropping it ends it and all its connections at once.
#[derive(Debug)]
pub(super) struct Server {
    stop: watch::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    /// Closes the port, lets requests in flight end, and returns when nothing of the server is
    /// left.
    pub(super) async fn stop(mut self) {
        self.stop.send_replace(());
        // A task that panicked is gone just as well.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The task owns the listener and every connection: they end with it.
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, router: Router, mut stopping: watch::Receiver<()>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stopping.changed() => break,
            // Ended connections are collected here, or the set would only grow.
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(converse(stream, router.clone(), stopping.clone()));
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

/// Serves one connection. Its errors are the client's affair: it went away, or it did not speak
/// HTTP.
async fn converse(stream: TcpStream, router: Router, mut stopping: watch::Receiver<()>) {
    // Without it, small answers may wait 40 ms for the client's acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router);
    let mut connection =
        pin!(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stopping.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
