//! What is the same for both products: how one is reached, what goes wrong with it, and what was
//! asked of it.

use std::fmt;
use std::io;
use std::sync::Arc;

use axum::Router;

use super::certificate::Certificates;
use super::fault::{Fault, Injected};
use super::front::{Front, Product};
use super::recorded::Recorded;
use super::recording::Records;
use super::server::{Port, Server};

/// How a product is to be reached, as its builder is told.
#[derive(Debug, Clone)]
pub(super) struct Listen {
    pub(super) port: u16,
    pub(super) https: bool,
    /// Whether clients are asked for a certificate.
    pub(super) ask_clients: bool,
    /// How many requests are remembered.
    pub(super) kept: usize,
}

impl Default for Listen {
    fn default() -> Self {
        Self { port: 0, https: false, ask_clients: false, kept: 1000 }
    }
}

impl Listen {
    /// Takes the port.
    pub(super) async fn take(self) -> io::Result<Place> {
        let certificates = self.https.then(|| Certificates::new(self.ask_clients)).transpose()?;
        let port = Port::take(self.port).await?;
        let scheme = if self.https { "https" } else { "http" };
        let url = format!("{scheme}://{}", port.address());
        Ok(Place { url, port, certificates, kept: self.kept })
    }
}

/// A port that is taken, and where nobody answers yet.
pub(super) struct Place {
    url: String,
    port: Port,
    certificates: Option<Certificates>,
    kept: usize,
}

impl Place {
    /// Where clients reach it: scheme, host and port.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Lets a product answer.
    pub(super) fn serve(self, router: Router, product: Arc<dyn Product>) -> Host {
        let front = Arc::new(Front::new(router, product, Records::new(self.kept)));
        let acceptor = self.certificates.as_ref().map(|made| made.acceptor.clone());
        let server = self.port.serve(Arc::clone(&front), acceptor);
        Host { url: self.url, certificates: self.certificates, front, server }
    }
}

/// A product that answers. Dropping it ends it.
pub(super) struct Host {
    url: String,
    certificates: Option<Certificates>,
    front: Arc<Front>,
    server: Server,
}

impl Host {
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn certificates(&self) -> Option<&Certificates> {
        self.certificates.as_ref()
    }

    pub(super) fn inject(&self, fault: Fault) -> Injected {
        self.front.faults.add(fault)
    }

    pub(super) fn clear_faults(&self) {
        self.front.faults.clear();
    }

    pub(super) fn requests(&self) -> Vec<Recorded> {
        self.front.records.all()
    }

    pub(super) fn forget_requests(&self) {
        self.front.records.clear();
    }

    pub(super) async fn stop(self) {
        self.server.stop().await;
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The methods that a product has from its field `host`. They are its own, and not those of a
/// trait, so that a test needs to import nothing for them.
macro_rules! hosted {
    ($product:ident) => {
        impl $product {
            /// Where it answers, as `http://127.0.0.1:PORT`, or with `https`. It is what a client
            /// takes for its base URL.
            #[must_use]
            pub fn url(&self) -> &str {
                self.host.url()
            }

            /// Lets something go wrong from now on. A [`Fault`](crate::Fault) says what,
            /// and for which requests. What it gives tells how often it went wrong.
            ///
            /// ```
            #[doc = concat!("use scanops_sandbox::{Fault, ", stringify!($product), "};")]
            ///
            /// # #[tokio::main(flavor = "current_thread")]
            /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
            #[doc = concat!("let sandbox = ", stringify!($product), "::start().await?;")]
            /// let busy = sandbox.inject(Fault::status(503).retry_after(2).on_method("GET").times(1));
            ///
            /// let answer = reqwest::get(sandbox.url()).await?;
            /// assert_eq!(answer.status(), 503);
            /// assert_eq!(answer.headers()["retry-after"], "2");
            /// assert_eq!(busy.used(), 1);
            /// assert_ne!(reqwest::get(sandbox.url()).await?.status(), 503);
            /// # Ok(())
            /// # }
            /// ```
            pub fn inject(&self, fault: crate::Fault) -> crate::Injected {
                self.host.inject(fault)
            }

            /// Takes back all faults. Answers that suffer from one already go on to do so.
            pub fn clear_faults(&self) {
                self.host.clear_faults();
            }

            /// The latest requests, the oldest first: a thousand, unless the builder was told
            /// otherwise. They are those that arrived, whatever became of them; what is still being
            /// read is there as far as it was read.
            #[must_use]
            pub fn requests(&self) -> Vec<crate::Recorded> {
                self.host.requests()
            }

            /// Forgets the requests so far.
            pub fn forget_requests(&self) {
                self.host.forget_requests();
            }

            /// The SHA-256 fingerprint of its certificate in hexadecimal digits, to pin it. None
            /// over plain HTTP.
            #[must_use]
            pub fn fingerprint(&self) -> Option<&str> {
                Some(&self.host.certificates()?.fingerprint)
            }

            /// Its certificate as PEM, for clients that take it as a root. None over plain HTTP.
            #[must_use]
            pub fn certificate_pem(&self) -> Option<&str> {
                Some(&self.host.certificates()?.pem)
            }

            /// Stops it and waits until its port is free and its last task has ended.
            ///
            /// Requests in flight have one second to end. Dropping it ends them at once, and
            /// returns before the runtime has closed the port.
            pub async fn stop(self) {
                self.host.stop().await;
            }
        }
    };
}

/// The methods that a product's builder has from its field `listen`.
macro_rules! listening {
    ($builder:ident) => {
        impl $builder {
            /// The port, a free one by default.
            pub fn port(mut self, number: u16) -> Self {
                self.listen.port = number;
                self
            }

            /// Speaks HTTPS, with a new self-signed certificate for `localhost` and `127.0.0.1`. By
            /// default it speaks plain HTTP.
            pub fn https(mut self) -> Self {
                self.listen.https = true;
                self
            }

            /// How many requests it remembers, the latest 1,000 by default. Each costs what its
            /// headers cost and up to 64 KiB of its body.
            pub fn keep_requests(mut self, most: usize) -> Self {
                self.listen.kept = most;
                self
            }
        }
    };
}

pub(super) use {hosted, listening};
