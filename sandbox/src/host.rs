//! What both products have in common: how a sandbox is reached, its faults, and its requests.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;

use super::certificate::Certificates;
use super::front::{Front, Product};
use super::server::Server;
use super::time::Clock;

/// Who may log in with a password.
#[derive(Clone)]
pub(super) struct Login {
    pub(super) user: String,
    pub(super) password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("user", &self.user).finish_non_exhaustive()
    }
}

/// How a sandbox is reached, and its clock.
#[derive(Debug)]
pub(super) struct Options {
    pub(super) login: Login,
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

impl Options {
    /// The defaults. All but the user are the same for both products.
    pub(super) fn new(user: &str) -> Self {
        let login = Login { user: user.to_owned(), password: "sandbox".to_owned() };
        Self {
            login,
            port: 0,
            https: false,
            client_certificates: false,
            kept: 1000,
            control: false,
            clock: Clock::default(),
        }
    }

    /// Serves a product. `build` makes it from its URL, and returns it with its routes and its own
    /// control routes.
    pub(super) async fn serve<P: Product + 'static>(
        self,
        build: impl FnOnce(String) -> (Arc<P>, Router, Router),
    ) -> io::Result<(Arc<P>, Host)> {
        let certificates = Certificates::new(&self)?.map(Arc::new);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| io::Error::new(error.kind(), format!("{address}: {error}")))?;
        let scheme = if self.https { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr()?);
        let (product, router, control) = build(url.clone());
        let control = self.control.then_some(control);
        let front = Arc::new(Front::new(Arc::clone(&product) as _, router, control, self.kept));
        let server = Server::start(listener, Arc::clone(&front), certificates.clone());
        Ok((product, Host { url, login: self.login, certificates, front, server }))
    }
}

/// A product that is served. Dropping it stops it.
pub(super) struct Host {
    pub(super) url: String,
    pub(super) login: Login,
    #[cfg_attr(not(feature = "rustls"), allow(dead_code, reason = "there are none"))]
    pub(super) certificates: Option<Arc<Certificates>>,
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

            /// The user name to log in with.
            #[must_use]
            pub fn user(&self) -> &str {
                &self.host.login.user
            }

            /// The password to log in with.
            #[must_use]
            pub fn password(&self) -> &str {
                &self.host.login.password
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
            #[cfg(feature = "rustls")]
            #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
            #[must_use]
            pub fn fingerprint(&self) -> Option<&str> {
                Some(&self.host.certificates.as_ref()?.fingerprint)
            }

            /// Its certificate as PEM, for clients that take it as a root. `None` over plain HTTP.
            #[cfg(feature = "rustls")]
            #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
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

        impl std::fmt::Debug for $product {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($product))
                    .field("url", &self.host.url)
                    .field("login", &self.host.login)
                    .finish_non_exhaustive()
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
                keep_requests(count: usize) => options.kept = count;
                /// The clock, the system's by default. Sessions and secrets expire by it, and the
                /// dates of what a sandbox starts with are before what it shows at the start.
                clock(clock: crate::ManualClock) => options.clock = crate::time::Clock(Some(clock));
            }

            /// The user and password to log in with. By default the user is `secman` in Tenable.sc
            /// and `nxadmin` in InsightVM, whose basic authentication can't transmit a user name
            /// with a colon; the password is `sandbox`.
            pub fn credentials(
                mut self,
                user: impl Into<String>,
                password: impl Into<String>,
            ) -> Self {
                self.options.login =
                    $crate::host::Login { user: user.into(), password: password.into() };
                self
            }

            /// Serves HTTPS, with a new self-signed certificate for `localhost` and `127.0.0.1`.
            /// By default it serves plain HTTP.
            ///
            /// The certificate is valid today, whatever the [clock](Self::clock) shows: it does not
            /// expire, and an expired one can't be served.
            #[cfg(feature = "rustls")]
            #[cfg_attr(docsrs, doc(cfg(feature = "rustls")))]
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

        impl std::fmt::Debug for $builder {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($builder))
                    .field("options", &self.options)
                    .finish_non_exhaustive()
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
