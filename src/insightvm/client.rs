//! The InsightVM client and its builder.

use std::{fmt, sync::Arc};

use reqwest::header::HeaderName;
use secrecy::SecretString;

use super::call;
use crate::{
    Error, Result,
    http::{Credentials, SecretHeaders, Transport},
};

/// A client of one InsightVM console.
///
/// It has a method for each operation of the console's scan engine API, generated from
/// `spec/insightvm.yaml`; the [table](#operations) lists all 22. A method takes what the operation
/// requires, is awaited, and returns a [`Response`](crate::Response), which dereferences to the
/// value:
///
/// ```
/// # async fn f(console: scanops::insightvm::Client) -> scanops::Result<()> {
/// use scanops::insightvm::types::{ScanEngineCreate, ScanEngineUpdate};
///
/// let engine = console.get_scan_engine(6).await?;
/// println!("{} is {:?}, refreshed {:?}", engine.name, engine.status, engine.last_refreshed_date);
///
/// let north = ScanEngineCreate::new("North", "10.1.2.3", 40814);
/// let created = console.create_scan_engine(&north).await?;
/// if let Some(id) = created.id {
///     // Name, address and port are replaced; what an update leaves out stays as it is.
///     let renamed = ScanEngineUpdate::new("North 2", "10.1.2.3", 40814);
///     console.update_scan_engine(id, &renamed).await?;
///     console.delete_scan_engine(id).await?;
/// }
/// # Ok(()) }
/// ```
///
/// The two lists that are paged can be walked: [`scan_engine_scans`](Self::scan_engine_scans) and
/// [`scan_engine_sites`](Self::scan_engine_sites). [`request`](Self::request) makes a call that
/// this crate has no method for.
///
/// A clone is cheap and shares connections, retry budget and limits. Futures borrow the client, so
/// give a spawned task a clone of its own.
///
/// # Errors
///
/// Every call can fail because of the connection, the credentials, or an error that the console
/// reports: see [`ErrorKind`](crate::ErrorKind). An argument out of its documented bounds is
/// [`InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent.
#[derive(Clone)]
#[expect(clippy::struct_field_names, reason = "generated code names `baseurl` and `client`")]
pub struct Client {
    pub(super) baseurl: String,
    pub(super) client: reqwest::Client,
    pub(super) transport: Transport,
}

/// Sets up a [`Client`]. Everything is checked in [`build`](Self::build), which opens no socket.
///
/// ```
/// use std::time::Duration;
/// use scanops::insightvm;
///
/// let console = insightvm::Client::builder("https://console.example.com:3780")
///     .basic_auth("automation", "the password")
///     .attempt_timeout(Duration::from_secs(300))
///     .user_agent_suffix("nightly-report/2.1")
///     .build()?;
/// # Ok::<(), scanops::Error>(())
/// ```
pub type ClientBuilder = crate::http::ClientBuilder<Login>;

/// How a client logs in: a part of its [`ClientBuilder`].
#[derive(Default)]
pub struct Login {
    basic_auth: Option<(String, SecretString)>,
    two_factor_token: Option<SecretString>,
    anonymous: bool,
}

impl ClientBuilder {
    /// User and password of a console account (HTTP Basic).
    pub fn basic_auth(
        mut self,
        user: impl Into<String>,
        password: impl Into<SecretString>,
    ) -> Self {
        self.product.basic_auth = Some((user.into(), password.into()));
        self
    }

    /// The token of an account with two-factor authentication, in addition to
    /// [`basic_auth`](Self::basic_auth). It is sent as header `Token` and works for as long as the
    /// console accepts it: usually 30 seconds, for one-time codes.
    #[doc(alias = "2fa")]
    pub fn two_factor_token(mut self, token: impl Into<SecretString>) -> Self {
        self.product.two_factor_token = Some(token.into());
        self
    }

    /// Sends no credentials: for a proxy that adds them, and for tests. Without this, a client
    /// without credentials is an error.
    pub fn anonymous(mut self) -> Self {
        self.product.anonymous = true;
        self
    }

    /// Validates every setting and makes the client.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a setting that is not valid: no
    /// credentials, an empty user name, a token without a user, a base URL without a scheme or with
    /// a path, a query or a user name, a header value with a line break, a timeout of zero,
    /// credentials over plain http to another machine, a proxy that is not supported, certificates
    /// and fingerprints that can't be parsed.
    pub fn build(self) -> Result<Client> {
        let Login { basic_auth, two_factor_token, anonymous } = self.product;
        let mut headers = SecretHeaders::default();
        match (&basic_auth, anonymous) {
            (Some((user, password)), false) => headers.basic(user, password)?,
            (None, true) if two_factor_token.is_some() => {
                return Err(Error::config("both `two_factor_token` and `anonymous` are given"));
            }
            (None, true) => {}
            (None, false) if two_factor_token.is_some() => {
                return Err(Error::config("a two-factor token is given without user and password"));
            }
            (None, false) => {
                return Err(Error::config(
                    "no credentials are given: use `basic_auth`, or `anonymous` to send none",
                ));
            }
            (Some(_), true) => {
                return Err(Error::config("both `basic_auth` and `anonymous` are given"));
            }
        }
        if let Some(token) = &two_factor_token {
            headers.add(HeaderName::from_static("token"), token, "the two-factor token")?;
        }
        let confidential = !headers.is_empty();
        let credentials = Credentials::Fixed(Arc::new(headers));
        let transport = self.settings.build(credentials, confidential, call::classify)?;
        let (baseurl, client) = (transport.base_url().to_owned(), transport.request_builder());
        Ok(Client { baseurl, client, transport })
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("basic_auth", &self.basic_auth.is_some())
            .field("two_factor_token", &self.two_factor_token.is_some())
            .field("anonymous", &self.anonymous)
            .finish()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("transport", &self.transport).finish_non_exhaustive()
    }
}

impl Client {
    /// Starts a client for the console at `base_url`: scheme, host and port, as
    /// `https://console.example.com:3780`.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url.into(), Login::default())
    }
}
