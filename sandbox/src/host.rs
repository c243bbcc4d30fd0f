//! What both products have in common: how a sandbox is reached, its faults, and its requests.

use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;

use super::certificate::Certificates;
use super::front::{Front, Product};
use super::server::Server;
use super::time::Clock;

/// How a sandbox is reached, and its clock.
#[derive(Debug, Clone, Default)]
pub(super) struct Options {
    pub(super) port: u16,
    pub(super) https: bool,
    /// Whether clients are asked for a certificate.
    pub(super) client_certificates: bool,
    /// How many requests are remembered.
    pub(super) kept: Option<usize>,
    /// Whether the control interface is served.
    pub(super) control: bool,
    pub(super) clock: Clock,
}

impl Options {
    /// Serves a product. `build` makes it from its URL, and returns it with its routes and its own
    /// control routes.
    pub(super) async fn serve<P: Product + 'static>(
        self,
        build: impl FnOnce(String) -> (Arc<P>, Router, Router),
    ) -> io::Result<(Arc<P>, Host)> {
        let certificates =
            self.https.then(|| Certificates::new(self.client_certificates)).transpose()?;
        let acceptor = certificates.as_ref().map(|made| made.acceptor.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await?;
        let scheme = if self.https { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr()?);
        let (product, router, control) = build(url.clone());
        let control = self.control.then_some(control);
        let kept = self.kept.unwrap_or(1000);
        let front = Arc::new(Front::new(Arc::clone(&product) as _, router, control, kept));
        let server = Server::start(listener, Arc::clone(&front), acceptor);
        Ok((product, Host { url, certificates, front, server }))
    }
}

/// A product that is served. Dropping it stops it.
pub(super) struct Host {
    pub(super) url: String,
    pub(super) certificates: Option<Certificates>,
    pub(super) front: Arc<Front>,
    pub(super) server: Server,
}

/// The methods that a product has from its field `host`. They are its own and not those of a
/// trait, so that a test has nothing to import for them.
macro_rules! hosted {
    ($product:ident) => {
        impl $product {
            /// The base URL for clients, as `http://127.0.0.1:PORT`, or with `https`.
            #[must_use]
            pub fn url(&self) -> &str {
                &self.host.url
            }

            /// Injects a [`Fault`](crate::Fault) for requests from now on. Returns a counter of the
            /// requests that met it.
            ///
            /// ```
            #[doc = concat!("use scanops_sandbox::{Fault, ", stringify!($product), "};")]
            ///
            /// # #[tokio::main(flavor = "current_thread")]
            /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
            #[doc = concat!("let sandbox = ", stringify!($product), "::start().await?;")]
            /// let busy = sandbox.inject(Fault::status(503).retry_after(2).on_method("GET").times(1));
            ///
            /// let response = reqwest::get(sandbox.url()).await?;
            /// assert_eq!(response.status(), 503);
            /// assert_eq!(response.headers()["retry-after"], "2");
            /// assert_eq!(busy.used(), 1);
            /// assert_ne!(reqwest::get(sandbox.url()).await?.status(), 503);
            /// # Ok(())
            /// # }
            /// ```
            pub fn inject(&self, fault: crate::Fault) -> crate::InjectedFault {
                self.host.front.faults.add(fault)
            }

            /// Removes all faults. Responses that are already damaged by one remain so.
            pub fn clear_faults(&self) {
                self.host.front.faults.clear();
            }

            /// The latest requests, the oldest first: 1,000, unless the builder was given another
            /// number. They are all those that arrived, successful or not; a request that is
            /// still being read is there as far as it was read.
            #[must_use]
            pub fn requests(&self) -> Vec<crate::RecordedRequest> {
                self.host.front.requests.all()
            }

            /// Forgets the requests so far.
            pub fn forget_requests(&self) {
                self.host.front.requests.clear();
            }

            /// The SHA-256 fingerprint of its certificate in hexadecimal digits, for clients that
            /// pin it. `None` over plain HTTP.
            #[must_use]
            pub fn fingerprint(&self) -> Option<&str> {
                Some(&self.host.certificates.as_ref()?.fingerprint)
            }

            /// Its certificate as PEM, for clients that take it as a root. `None` over plain HTTP.
            #[must_use]
            pub fn certificate_pem(&self) -> Option<&str> {
                Some(&self.host.certificates.as_ref()?.pem)
            }

            /// Stops it and waits until its port is free and its last task has ended.
            ///
            /// Requests in flight have one second to end. Dropping it ends them at once, and
            /// returns before the runtime has closed the port.
            pub async fn stop(self) {
                self.host.server.stop().await;
            }
        }
    };
}

/// The methods that a product's builder has from its field `options`.
macro_rules! builder_options {
    ($builder:ident) => {
        impl $builder {
            $crate::host::setters! {
                /// The port, a free one by default.
                port(number: u16) => options.port = number;
                /// How many requests it remembers, the latest 1,000 by default. Each takes the memory
                /// of its headers and up to 64 KiB of its body.
                keep_requests(count: usize) => options.kept = Some(count);
                /// The clock, the system's by default. Sessions and secrets expire by it, and the
                /// dates of what a sandbox starts with are before what it shows at the start.
                clock(clock: crate::ManualClock) => options.clock = crate::time::Clock(Some(clock));
            }

            /// Serves HTTPS, with a new self-signed certificate for `localhost` and `127.0.0.1`.
            /// By default it serves plain HTTP.
            pub fn https(mut self) -> Self {
                self.options.https = true;
                self
            }

            /// Serves the [control interface](crate#control-over-http) below `/__sandbox/`, without
            /// asking for credentials. Off by default.
            pub fn control_over_http(mut self) -> Self {
                self.options.control = true;
                self
            }
        }
    };
}

/// Setters of a builder: `name(argument: Type) => field = value;`.
macro_rules! setters {
    ($(
        $(#[doc = $doc:literal])*
        $name:ident($value:ident: $type:ty) => $($field:ident).+ = $set:expr;
    )*) => {$(
        $(#[doc = $doc])*
        pub fn $name(mut self, $value: $type) -> Self {
            self.$($field).+ = $set;
            self
        }
    )*};
}

pub(super) use {builder_options, hosted, setters};
