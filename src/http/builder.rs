//! The settings that both products' builders share, checked when the client is built.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue, USER_AGENT};
#[cfg(feature = "rustls")]
use secrecy::SecretBox;

#[cfg(feature = "rustls")]
use super::tls::{Identity, Trust};
use super::{
    base_url::BaseUrl,
    clock::{Clock, FastRandom, Random, SystemClock},
    retry::RetryPolicy,
    secret::SecretHeaders,
    transport::{Examine, Limits, Transport},
};
use crate::{Error, Result};

/// Headers that no caller sets beside the builder's own methods.
const CREDENTIALS: [&str; 6] =
    ["authorization", "cookie", "proxy-authorization", "token", "x-apikey", "x-securitycenter"];

/// What a product's builder collects. Nothing is checked before [`build`](Self::build), so that a
/// chain of setters needs one `?`.
pub(crate) struct Settings {
    pub(crate) base_url: String,
    pub(crate) connect_timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) deadline: Option<Duration>,
    pub(crate) stall_timeout: Option<Duration>,
    pub(crate) retry: RetryPolicy,
    pub(crate) answer_limit: usize,
    pub(crate) proxy: Option<String>,
    pub(crate) no_proxy: bool,
    pub(crate) user_agent_suffix: Option<String>,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) plain_http_credentials: bool,
    #[cfg(feature = "rustls")]
    pub(crate) trust: TrustSettings,
    pub(crate) reqwest: Option<reqwest::ClientBuilder>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

#[cfg(feature = "rustls")]
#[derive(Default)]
pub(crate) struct TrustSettings(Trust);

#[cfg(feature = "rustls")]
impl TrustSettings {
    pub(crate) fn add_root(&mut self, pem: &[u8]) {
        self.0.roots_pem.push(pem.to_vec());
    }

    pub(crate) fn pin(&mut self, fingerprint: String) {
        self.0.pins.push(fingerprint);
    }

    pub(crate) fn identity(&mut self, pem: Vec<u8>) {
        self.0.identity_pem = Some(Identity(Arc::new(SecretBox::new(Box::new(pem)))));
    }
}

impl Settings {
    pub(crate) fn new(base_url: String) -> Self {
        Self {
            base_url,
            connect_timeout: Duration::from_secs(10),
            attempt_timeout: Duration::from_secs(180),
            deadline: None,
            stall_timeout: Some(Duration::from_secs(60)),
            retry: RetryPolicy::new(),
            answer_limit: 64 * 1024 * 1024,
            proxy: None,
            no_proxy: false,
            user_agent_suffix: None,
            headers: Vec::new(),
            plain_http_credentials: false,
            #[cfg(feature = "rustls")]
            trust: TrustSettings::default(),
            reqwest: None,
            clock: Arc::new(SystemClock),
            random: Arc::new(FastRandom),
        }
    }

    /// Checks every setting and makes the transport. No socket is opened. `confidential` says
    /// that calls carry credentials, in `secrets` or otherwise.
    pub(crate) fn build(
        mut self,
        secrets: SecretHeaders,
        confidential: bool,
        examine: Examine,
    ) -> Result<Transport> {
        let base = BaseUrl::parse(&self.base_url)?;
        self.check_limits()?;
        self.retry.check()?;
        self.check_who_may_listen(&base, confidential)?;
        #[cfg(not(feature = "rustls"))]
        if base.is_https() && self.reqwest.is_none() {
            return Err(Error::config(
                "the base URL is https, and the feature `rustls` of scanops is off",
            ));
        }
        let http = self.http_client(&base)?;
        Ok(Transport::new(
            http,
            base,
            secrets,
            examine,
            Limits {
                attempt: self.attempt_timeout,
                deadline: self.deadline,
                answer: self.answer_limit,
                stall: self.stall_timeout,
            },
            self.retry,
            self.clock,
            self.random,
        ))
    }

    fn check_limits(&self) -> Result<()> {
        for (name, limit) in [
            ("connect timeout", Some(self.connect_timeout)),
            ("attempt timeout", Some(self.attempt_timeout)),
            ("deadline", self.deadline),
            ("stall timeout", self.stall_timeout),
        ] {
            if limit.is_some_and(|limit| limit.is_zero()) {
                return Err(Error::config(format!(
                    "the {name} is zero: every call would fail; a long one is the way to wait long"
                )));
            }
        }
        if self.answer_limit == 0 {
            return Err(Error::config("the answer limit is zero: no answer could be read"));
        }
        Ok(())
    }

    fn check_who_may_listen(&self, base: &BaseUrl, confidential: bool) -> Result<()> {
        if base.is_https() || !confidential || self.plain_http_credentials {
            return Ok(());
        }
        if !base.is_loopback() {
            return Err(Error::config(format!(
                "credentials would cross the network in clear text to {}: use https, or call \
                 `danger_allow_plain_http_credentials` if that is meant",
                base.as_str()
            )));
        }
        if self.proxy.is_some() {
            return Err(Error::config(
                "credentials for a plain http server on this machine would go through a proxy in \
                 clear text: leave the proxy out",
            ));
        }
        Ok(())
    }

    fn http_client(&mut self, base: &BaseUrl) -> Result<reqwest::Client> {
        let own = self.reqwest.take();
        #[cfg(feature = "rustls")]
        let tls_is_the_callers = own.is_some() && self.trust.0.is_default();
        let mut builder = own
            .unwrap_or_default()
            .connect_timeout(self.connect_timeout)
            // Redirects are followed, or not, where it is known what they would carry.
            .redirect(reqwest::redirect::Policy::none())
            // Retries are ours: two layers of them would multiply.
            .retry(reqwest::retry::never())
            .default_headers(self.default_headers()?);
        #[cfg(feature = "rustls")]
        if !base.is_https() && !self.trust.0.is_default() {
            return Err(Error::config(
                "a root, a pinned or a client certificate is given, and the base URL is plain \
                 http, which has no certificates",
            ));
        }
        #[cfg(feature = "rustls")]
        if base.is_https() && !tls_is_the_callers {
            builder = builder.tls_backend_preconfigured(self.trust.0.client_config()?);
        }
        if let Some(proxy) = &self.proxy {
            // The error of reqwest would show the URL, which may hold the proxy's password.
            let proxy = reqwest::Proxy::all(proxy.as_str())
                .map_err(|_| Error::config("the proxy is not a URL like http://proxy:3128"))?;
            builder = builder.proxy(proxy);
        }
        // A proxy set by the environment must not see what goes to this machine in clear text.
        if self.no_proxy || (!base.is_https() && base.is_loopback() && self.proxy.is_none()) {
            builder = builder.no_proxy();
        }
        builder.build().map_err(|error| {
            Error::config("the HTTP client can't be set up").with_source(error.without_url())
        })
    }

    fn default_headers(&self) -> Result<HeaderMap> {
        let mut headers = HeaderMap::new();
        let mut agent = concat!("scanops/", env!("CARGO_PKG_VERSION")).to_owned();
        if let Some(suffix) = &self.user_agent_suffix {
            agent.push(' ');
            agent.push_str(suffix);
        }
        headers.insert(USER_AGENT, header_value("the user agent suffix", &agent)?);
        for (name, value) in &self.headers {
            let parsed = HeaderName::try_from(name.as_str())
                .map_err(|_| Error::config(format!("{name:?} is not the name of a header")))?;
            if CREDENTIALS.contains(&parsed.as_str()) {
                return Err(Error::config(format!(
                    "the header {name:?} carries credentials: give them to the builder's own \
                     methods, which keep them to their server and out of logs"
                )));
            }
            headers.append(parsed, header_value(&format!("the value of header {name:?}"), value)?);
        }
        Ok(headers)
    }
}

/// The value of a header, or an error that names it (and does not show the value).
fn header_value(what: &str, value: &str) -> Result<HeaderValue> {
    HeaderValue::from_str(value).map_err(|_| {
        Error::config(format!(
            "{what} contains a line break or another character that no header can carry"
        ))
    })
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The base URL and the proxy may hold passwords until they are checked.
        f.debug_struct("Settings")
            .field("connect_timeout", &self.connect_timeout)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("deadline", &self.deadline)
            .field("retry", &self.retry)
            .field("answer_limit", &self.answer_limit)
            .finish_non_exhaustive()
    }
}

/// Writes the setters that every product's builder has, on the builder type given, whose settings
/// are in its field `settings`.
macro_rules! transport_setters {
    ($builder:ident) => {
        impl $builder {
            /// How long connecting may take, name resolution and TLS included. Default 10 s.
            pub fn connect_timeout(mut self, limit: ::std::time::Duration) -> Self {
                self.settings.connect_timeout = limit;
                self
            }

            /// How long one attempt of a call may take, from connecting to the last byte of the
            /// answer. Default 180 s: busy consoles were seen to need two minutes. See
            /// [`deadline`](Self::deadline) for all attempts together.
            pub fn attempt_timeout(mut self, limit: ::std::time::Duration) -> Self {
                self.settings.attempt_timeout = limit;
                self
            }

            /// How long a call may take with all its attempts and the waits between them.
            /// Default: no limit of its own, beyond that of each attempt and the number of
            /// attempts in [`retry`](Self::retry).
            pub fn deadline(mut self, limit: ::std::time::Duration) -> Self {
                self.settings.deadline = Some(limit);
                self
            }

            /// When a failed call is tried again. Default: [`RetryPolicy::new`].
            ///
            /// [`RetryPolicy::new`]: crate::http::RetryPolicy::new
            pub fn retry(mut self, policy: $crate::http::RetryPolicy) -> Self {
                self.settings.retry = policy;
                self
            }

            /// The largest answer, in bytes, that is read into memory. Default 64 MiB. A larger
            /// one fails with [`ErrorKind::TooLarge`](crate::ErrorKind::TooLarge). What it is made
            /// into takes more than its text: typed records some ten times as much, where they
            /// hold little.
            pub fn answer_limit(mut self, bytes: usize) -> Self {
                self.settings.answer_limit = bytes;
                self
            }

            /// Sends everything through this proxy, as `http://proxy:3128`, user and password
            /// in the URL where it needs them. Default: what the environment says
            /// (`HTTPS_PROXY`, `NO_PROXY`, …), except that plain http to this machine goes to no
            /// proxy.
            pub fn proxy(mut self, url: impl Into<String>) -> Self {
                self.settings.proxy = Some(url.into());
                self.settings.no_proxy = false;
                self
            }

            /// Uses no proxy, whatever the environment says. A [`proxy`](Self::proxy) set before
            /// is dropped.
            pub fn no_proxy(mut self) -> Self {
                self.settings.no_proxy = true;
                self.settings.proxy = None;
                self
            }

            /// Adds the name of your program to the user agent, which is `scanops/VERSION` by
            /// default.
            pub fn user_agent_suffix(mut self, suffix: impl Into<String>) -> Self {
                self.settings.user_agent_suffix = Some(suffix.into());
                self
            }

            /// Sends a header of your own with every call. Headers that carry credentials are
            /// refused when the client is built: they have methods of their own here.
            pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
                self.settings.headers.push((name.into(), value.into()));
                self
            }

            /// Trusts the certificates of this PEM text as roots, besides the system's. A
            /// server's own self-signed certificate can be given too, if it is not marked as an
            /// authority; else pin it.
            #[cfg(feature = "rustls")]
            pub fn add_root_certificate_pem(mut self, pem: impl AsRef<[u8]>) -> Self {
                self.settings.trust.add_root(pem.as_ref());
                self
            }

            /// Trusts the one certificate with this SHA-256 fingerprint (or one of these, if
            /// called several times, as while a certificate is being replaced), and no other.
            ///
            /// This is for the self-signed certificate that a product comes with: whoever does
            /// not hold its private key is refused, as with any other certificate. Issuer, name
            /// and dates are not looked at. Read the fingerprint where you can trust it, for
            /// example on the server itself:
            /// `openssl s_client -connect localhost:3780 </dev/null | openssl x509 -noout -fingerprint -sha256`.
            /// The forms that are read: [`Fingerprint`](crate::http::Fingerprint).
            #[cfg(feature = "rustls")]
            #[doc(alias = "ssl_verify")]
            pub fn pin_certificate_sha256(mut self, fingerprint: impl ToString) -> Self {
                self.settings.trust.pin(fingerprint.to_string());
                self
            }

            /// Lets credentials cross a network in clear text, where the base URL is plain http
            /// and not of this machine. Whoever listens can then use them. Default: refused.
            pub fn danger_allow_plain_http_credentials(mut self) -> Self {
                self.settings.plain_http_credentials = true;
                self
            }

            /// Starts from a reqwest builder of your own, for a setting that is missing here.
            ///
            /// What this builder sets goes on top: connect timeout, user agent, no redirects, no
            /// retries of reqwest's. TLS stays as you set it, unless you also pin a certificate
            /// or add a root here. A total timeout set on it bounds each attempt as well.
            /// reqwest is re-exported as [`scanops::reqwest`](crate::reqwest).
            pub fn reqwest_builder(mut self, builder: $crate::reqwest::ClientBuilder) -> Self {
                self.settings.reqwest = Some(builder);
                self
            }

            /// Takes the time between attempts from this clock: for tests.
            pub fn clock(mut self, clock: impl $crate::http::Clock) -> Self {
                self.settings.clock = ::std::sync::Arc::new(clock);
                self
            }

            /// Takes the jitter of the waits from this source: for tests.
            pub fn random(mut self, random: impl $crate::http::Random) -> Self {
                self.settings.random = ::std::sync::Arc::new(random);
                self
            }
        }
    };
}
pub(crate) use transport_setters;
