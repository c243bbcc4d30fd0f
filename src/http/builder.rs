//! The builder of both products' clients.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::{
    Url,
    header::{HeaderMap, HeaderName, HeaderValue},
};
#[cfg(feature = "rustls")]
use secrecy::SecretBox;

#[cfg(feature = "rustls")]
use super::tls::{Identity, Trust};
use super::{
    base_url::BaseUrl,
    clients::Clients,
    clock::{Clock, FastRandom, Random, SystemClock},
    observe::Observer,
    retry::{Budget, RetryPolicy, RetrySettings},
    transport::{Classify, Credentials, Inner, Limits, Transport},
};
use crate::{Error, Result};

/// Headers that carry credentials. They are set by the builder's own methods alone.
pub(super) const CREDENTIAL_HEADERS: [&str; 6] =
    ["authorization", "cookie", "proxy-authorization", "token", "x-apikey", "x-securitycenter"];

type ReqwestBuilder = Arc<dyn Fn() -> reqwest::ClientBuilder + Send + Sync>;

/// Sets up a client. `P` holds what is specific to a product, such as its credentials.
///
/// Its names are [`insightvm::ClientBuilder`](crate::insightvm::ClientBuilder) and
/// [`tenable_sc::ClientBuilder`](crate::tenable_sc::ClientBuilder). Everything is checked in
/// `build`, which opens no connection.
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder<P> {
    pub(crate) settings: Settings,
    pub(crate) product: P,
}

/// What a builder collects for the transport.
pub(crate) struct Settings {
    base_url: String,
    connect_timeout: Duration,
    attempt_timeout: Duration,
    deadline: Option<Duration>,
    pub(crate) stall_timeout: Option<Duration>,
    pub(crate) minimum_throughput: Option<u64>,
    retry: RetryPolicy,
    response_limit: usize,
    proxy: Proxy,
    user_agent_suffix: Option<String>,
    headers: Vec<(String, String)>,
    plain_http_credentials: bool,
    #[cfg(feature = "rustls")]
    trust: Trust,
    reqwest: Option<ReqwestBuilder>,
    observer: Option<Arc<dyn Observer>>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

enum Proxy {
    Environment,
    None,
    /// May contain a password.
    Url(String),
}

impl<P> ClientBuilder<P> {
    pub(crate) fn new(base_url: String, product: P) -> Self {
        let settings = Settings {
            base_url,
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(180),
            deadline: None,
            stall_timeout: Some(Duration::from_secs(60)),
            minimum_throughput: None,
            retry: RetryPolicy::new(),
            response_limit: 64 * 1024 * 1024,
            proxy: Proxy::Environment,
            user_agent_suffix: None,
            headers: Vec::new(),
            plain_http_credentials: false,
            #[cfg(feature = "rustls")]
            trust: Trust::default(),
            reqwest: None,
            observer: None,
            clock: Arc::new(SystemClock),
            random: Arc::new(FastRandom),
        };
        Self { settings, product }
    }

    /// How long connecting may take, name resolution and TLS included. Default 10 s. A call that
    /// times out here was not sent, and is retried.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.settings.connect_timeout = limit;
        self
    }

    /// How long one attempt of a call may take, from connecting to the last byte of the response. For
    /// a download it covers the wait for the report's first bytes only; for an upload, connecting and
    /// the wait for the response, each on its own.
    ///
    /// Default 180 s: busy consoles were seen to need two minutes. A call that times out here is not
    /// retried. See [`deadline`](Self::deadline) for all attempts together.
    pub fn attempt_timeout(mut self, limit: Duration) -> Self {
        self.settings.attempt_timeout = limit;
        self
    }

    /// How long a call may take with everything that it waits for: a login, each attempt, and the
    /// waits between them. Default: no limit besides that of each attempt and the number of
    /// attempts in [`retry`](Self::retry). While a download or an upload makes progress, the
    /// deadline is paused.
    pub fn deadline(mut self, limit: Duration) -> Self {
        self.settings.deadline = Some(limit);
        self
    }

    /// When a failed call is retried. Default: [`RetryPolicy::new`].
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.settings.retry = policy;
        self
    }

    /// The largest response, in bytes, that is read into memory. Default 64 MiB. A larger one fails
    /// with [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge). The records decoded from it can
    /// take several times its size.
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.settings.response_limit = bytes;
        self
    }

    /// Sends everything through this HTTP proxy, as `http://proxy:3128`, with user and password in
    /// the URL if it needs them. Default: the environment (`HTTPS_PROXY`, `NO_PROXY`, …), except
    /// that plain http to this machine uses no proxy.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.settings.proxy = Proxy::Url(url.into());
        self
    }

    /// Uses no proxy, whatever the environment says. Replaces an earlier [`proxy`](Self::proxy).
    pub fn no_proxy(mut self) -> Self {
        self.settings.proxy = Proxy::None;
        self
    }

    /// Adds the name of your program to the user agent, which is `scanops/VERSION` by default.
    pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
        self.settings.user_agent_suffix = Some(suffix.into());
        self
    }

    /// Sends a header with every call. A repeated name sends both values. Headers that carry
    /// credentials are rejected by `build`: they have methods of their own.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.headers.push((name.into(), value.into()));
        self
    }

    /// Trusts the certificates of this PEM text as roots, in addition to the system's. A server's
    /// own self-signed certificate can be given too, if it is not marked as an authority; else pin
    /// it.
    #[cfg(feature = "rustls")]
    pub fn add_root_certificate_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.settings.trust.roots_pem.push(pem.as_ref().to_vec());
        self
    }

    /// Trusts the one certificate with this SHA-256 fingerprint (or one of these, if called several
    /// times, as while a certificate is being replaced), and no other.
    ///
    /// This is for the self-signed certificate that a product is installed with. Only a server that
    /// has the private key of that certificate is accepted. Issuer, name and dates are not
    /// checked. Read the fingerprint from a place that you trust, for example on the server itself:
    /// `openssl s_client -connect localhost:3780 </dev/null | openssl x509 -noout -fingerprint -sha256`.
    /// For the accepted formats see [`Fingerprint`](crate::Fingerprint).
    #[cfg(feature = "rustls")]
    #[doc(alias = "ssl_verify")]
    pub fn pin_certificate_sha256(mut self, fingerprint: impl fmt::Display) -> Self {
        self.settings.trust.pins.push(fingerprint.to_string());
        self
    }

    /// Allows credentials over plain http to another machine, where anyone on the network can read
    /// them. Default: rejected by `build`.
    pub fn danger_allow_plain_http_credentials(mut self) -> Self {
        self.settings.plain_http_credentials = true;
        self
    }

    /// Starts from a reqwest builder, for a setting that is missing here. It is called by `build`, and
    /// again for each further tokio runtime that makes calls.
    ///
    /// What this builder sets is applied on top: connect timeout, user agent, proxy, no redirects,
    /// no retries of reqwest's, no TCP user timeout. TLS stays as configured there, unless you also
    /// pin a certificate, add a root or give a client certificate here. A total timeout set there
    /// bounds each attempt as well. reqwest is re-exported as [`scanops::reqwest`](crate::reqwest).
    pub fn reqwest_builder(
        mut self,
        builder: impl Fn() -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.settings.reqwest = Some(Arc::new(builder));
        self
    }

    /// Observes each attempt: for metrics and trace headers. Default: none.
    pub fn observer(mut self, observer: impl Observer) -> Self {
        self.settings.observer = Some(Arc::new(observer));
        self
    }

    /// The source of time for deadlines, retries and watches: for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.settings.clock = Arc::new(clock);
        self
    }

    /// The source of the jitter between retries: for tests.
    pub fn random(mut self, random: impl Random) -> Self {
        self.settings.random = Arc::new(random);
        self
    }
}

impl Settings {
    /// The client's own certificate and its key.
    #[cfg(feature = "rustls")]
    pub(crate) fn set_identity(&mut self, pem: Vec<u8>) {
        self.trust.identity_pem = Some(Identity(Arc::new(SecretBox::new(Box::new(pem)))));
    }

    /// Validates every setting and makes the transport. `confidential` says that calls carry
    /// credentials.
    pub(crate) fn build(
        self,
        credentials: Credentials,
        confidential: bool,
        classify: Classify,
    ) -> Result<Transport> {
        let base = BaseUrl::parse(&self.base_url)?;
        self.check_limits()?;
        self.retry.check()?;
        self.check_confidentiality(&base, confidential)?;
        #[cfg(not(feature = "rustls"))]
        if base.is_https() && self.reqwest.is_none() {
            return Err(Error::config(
                "the base URL is https, and the feature `rustls` of scanops is off",
            ));
        }
        let headers = self.headers()?;
        let retry = RetrySettings {
            budget: Arc::new(Budget::new(&self.retry)),
            policy: self.retry.clone(),
            clock: Arc::clone(&self.clock),
            random: Arc::clone(&self.random),
            deadline: self.deadline,
        };
        Ok(Transport::new(Inner {
            clients: self.clients(&base)?,
            base,
            headers,
            credentials,
            classify,
            limits: Limits {
                attempt: self.attempt_timeout,
                stall: self.stall_timeout,
                minimum_throughput: self.minimum_throughput,
                response: self.response_limit,
            },
            retry: Arc::new(retry),
            observer: self.observer,
        }))
    }

    fn check_limits(&self) -> Result<()> {
        for (name, limit) in [
            ("connect timeout", Some(self.connect_timeout)),
            ("attempt timeout", Some(self.attempt_timeout)),
            ("deadline", self.deadline),
            ("stall timeout", self.stall_timeout),
        ] {
            if limit.is_some_and(|limit| limit.is_zero()) {
                return Err(Error::config(format!("the {name} is zero: every call would fail")));
            }
        }
        if self.response_limit == 0 {
            return Err(Error::config("the response limit is zero: no response could be read"));
        }
        Ok(())
    }

    fn check_confidentiality(&self, base: &BaseUrl, confidential: bool) -> Result<()> {
        if base.is_https() || !confidential || self.plain_http_credentials {
            return Ok(());
        }
        if !base.is_loopback() {
            return Err(Error::config(format!(
                "credentials would cross the network in clear text to {}: use https, or call \
                 `danger_allow_plain_http_credentials` if that is intended",
                base.as_str()
            )));
        }
        if matches!(self.proxy, Proxy::Url(_)) {
            return Err(Error::config(
                "credentials for a plain http server on this machine would go through a proxy in \
                 clear text: leave the proxy out",
            ));
        }
        Ok(())
    }

    fn clients(&self, base: &BaseUrl) -> Result<Clients> {
        #[cfg(feature = "rustls")]
        if !base.is_https() && !self.trust.is_default() {
            return Err(Error::config(
                "a root, a pinned or a client certificate is given, and the base URL is plain \
                 http, which has no certificates",
            ));
        }
        #[cfg(feature = "rustls")]
        let tls = if base.is_https() && (self.reqwest.is_none() || !self.trust.is_default()) {
            Some(self.trust.client_config()?)
        } else {
            None
        };
        let proxy = match &self.proxy {
            Proxy::Url(url) => Some(parse_proxy(url)?),
            Proxy::Environment | Proxy::None => None,
        };
        // Plain http to this machine must not leave it, whatever the environment says.
        let no_proxy = matches!(self.proxy, Proxy::None)
            || (!base.is_https() && base.is_loopback() && proxy.is_none());
        let own = self.reqwest.clone();
        let connect_timeout = self.connect_timeout;
        let user_agent = self.user_agent()?;
        Clients::new(Box::new(move || {
            let mut builder = own
                .as_ref()
                .map_or_else(reqwest::Client::builder, |own| own())
                .connect_timeout(connect_timeout)
                .user_agent(user_agent.clone())
                // Redirects are followed where it is known what they would carry.
                .redirect(reqwest::redirect::Policy::none())
                // One layer of retries: two would multiply.
                .retry(reqwest::retry::never());
            #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
            {
                // The stall timeout is the limit on a connection that makes no progress.
                builder = builder.tcp_user_timeout(None);
            }
            #[cfg(feature = "rustls")]
            if let Some(tls) = &tls {
                builder = builder.tls_backend_preconfigured(tls.clone());
            }
            if let Some(proxy) = &proxy {
                builder = builder.proxy(proxy.clone());
            }
            if no_proxy {
                builder = builder.no_proxy();
            }
            builder.build().map_err(|error| {
                Error::config("the HTTP client can't be set up").with_source(error.without_url())
            })
        }))
    }

    fn user_agent(&self) -> Result<HeaderValue> {
        let mut agent = concat!("scanops/", env!("CARGO_PKG_VERSION")).to_owned();
        if let Some(suffix) = &self.user_agent_suffix {
            agent.push(' ');
            agent.push_str(suffix);
        }
        header_value("the user agent suffix", &agent)
    }

    fn headers(&self) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let parsed = HeaderName::try_from(name.as_str())
                .map_err(|_| Error::config(format!("{name:?} is not a valid header name")))?;
            if CREDENTIAL_HEADERS.contains(&parsed.as_str()) {
                return Err(Error::config(format!(
                    "the header {name:?} carries credentials: use the builder's own methods, which \
                     keep them to their server and out of logs"
                )));
            }
            headers.append(parsed, header_value(&format!("the value of header {name:?}"), value)?);
        }
        Ok(headers)
    }
}

/// reqwest sends requests directly where it does not know the proxy's scheme. Errors don't show the
/// URL, which may contain a password.
fn parse_proxy(url: &str) -> Result<reqwest::Proxy> {
    let invalid = || Error::config("the proxy is not a URL like http://proxy:3128");
    let parsed = Url::parse(url).map_err(|_| invalid())?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(Error::config(format!(
            "the proxy's scheme {:?} is not supported: use http or https",
            parsed.scheme()
        )));
    }
    reqwest::Proxy::all(url).map_err(|_| invalid())
}

/// The value of a header, or an error that names it (and does not show the value).
fn header_value(what: &str, value: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(value).map_err(|_| {
        Error::config(format!(
            "{what} contains a line break or another character that is not allowed in a header"
        ))
    })
}

impl<P: fmt::Debug> fmt::Debug for ClientBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.settings;
        // The base URL and the proxy may contain passwords until they are validated.
        f.debug_struct("ClientBuilder")
            .field("connect_timeout", &settings.connect_timeout)
            .field("attempt_timeout", &settings.attempt_timeout)
            .field("deadline", &settings.deadline)
            .field("retry", &settings.retry)
            .field("response_limit", &settings.response_limit)
            .field("product", &self.product)
            .finish_non_exhaustive()
    }
}
