//! What both products have in common: how a sandbox is reached, its faults, and its requests.

use std::io;
use std::sync::Arc;

use axum::Router;

use super::certificate::Certificates;
use super::front::{Front, Product};
use super::server::{Port, Server};
use super::time::Clock;

/// How a sandbox is reached, and its clock.
#[derive(Debug, Clone)]
pub(super) struct Options {
    pub(super) port: u16,
    pub(super) https: bool,
    /// Whether clients are asked for a certificate.
    pub(super) client_certificates: bool,
    /// How many requests are remembered.
    pub(super) kept: usize,
    /// Whether the control interface is served.
    pub(super) control: bool,
    pub(super) clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            https: false,
            client_certificates: false,
            kept: 1000,
            control: false,
            clock: Clock::default(),
        }
    }
}

impl Options {
    /// Binds the port.
    pub(super) async fn bind(self) -> io::Result<Bound> {
        let certificates =
            self.https.then(|| Certificates::new(self.client_certificates)).transpose()?;
        let port = Port::bind(self.port).await?;
        let scheme = if self.https { "https" } else { "http" };
        let url = format!("{scheme}://{}", port.address());
        Ok(Bound { url, port, certificates, options: self })
    }
}

/// A bound port that is not served yet.
pub(super) struct Bound {
    /// Scheme, host and port.
    pub(super) url: String,
    port: Port,
    certificates: Option<Certificates>,
    options: Options,
}

impl Bound {
    /// Serves a product. `control` are the product's own control routes.
    pub(super) fn serve(self, product: Arc<dyn Product>, router: Router, control: Router) -> Host {
        let control = self.options.control.then_some(control);
        let front = Arc::new(Front::new(product, router, control, self.options.kept));
        let acceptor = self.certificates.as_ref().map(|made| made.acceptor.clone());
        let server = self.port.serve(Arc::clone(&front), acceptor);
        Host { url: self.url, certificates: self.certificates, front, server }
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

            /// Makes something go wrong from now on: a [`Fault`](crate::Fault) says what, and for
            /// which requests. Returns how often it did.
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
            /// number. They are those that arrived, whatever became of them; a request that is
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
            /// The port, a free one by default.
            pub fn port(mut self, number: u16) -> Self {
                self.options.port = number;
                self
            }

            /// Serves HTTPS, with a new self-signed certificate for `localhost` and `127.0.0.1`.
            /// By default it serves plain HTTP.
            pub fn https(mut self) -> Self {
                self.options.https = true;
                self
            }

            /// How many requests it remembers, the latest 1,000 by default. Each takes the memory
            /// of its headers and up to 64 KiB of its body.
            pub fn keep_requests(mut self, count: usize) -> Self {
                self.options.kept = count;
                self
            }

            /// Serves the [control interface](crate#control-over-http) below `/__sandbox/`, without
            /// asking for credentials. Off by default.
            pub fn control_over_http(mut self) -> Self {
                self.options.control = true;
                self
            }

            /// The clock, the system's by default. Sessions and secrets expire by it, and the
            /// dates of what a sandbox starts with are before what it shows at the start.
            pub fn clock(mut self, clock: crate::ManualClock) -> Self {
                self.options.clock = crate::time::Clock(Some(clock));
                self
            }
        }
    };
}

/// Setters of a builder. `name = Type` takes whatever converts into the field's type, `name: Type`
/// the type itself; `Some(Type)` sets an optional field; `=> field` names another field.
macro_rules! setters {
    ($(#[doc = $doc:literal])* $name:ident => $field:ident $($rest:tt)*) => {
        setters!(@one [$(#[doc = $doc])*] $name $field $($rest)*);
    };
    ($(#[doc = $doc:literal])* $name:ident $($rest:tt)*) => {
        setters!(@one [$(#[doc = $doc])*] $name $name $($rest)*);
    };
    (@one [$($doc:tt)*] $name:ident $field:ident = Some($type:ty); $($rest:tt)*) => {
        $($doc)* pub fn $name(mut self, value: impl Into<$type>) -> Self {
            self.$field = Some(value.into());
            self
        }
        setters!($($rest)*);
    };
    (@one [$($doc:tt)*] $name:ident $field:ident : Some($type:ty); $($rest:tt)*) => {
        $($doc)* pub fn $name(mut self, value: $type) -> Self {
            self.$field = Some(value);
            self
        }
        setters!($($rest)*);
    };
    (@one [$($doc:tt)*] $name:ident $field:ident = $type:ty; $($rest:tt)*) => {
        $($doc)* pub fn $name(mut self, value: impl Into<$type>) -> Self {
            self.$field = value.into();
            self
        }
        setters!($($rest)*);
    };
    (@one [$($doc:tt)*] $name:ident $field:ident : $type:ty; $($rest:tt)*) => {
        $($doc)* pub fn $name(mut self, value: $type) -> Self {
            self.$field = value;
            self
        }
        setters!($($rest)*);
    };
    () => {};
}

pub(super) use {builder_options, hosted, setters};
