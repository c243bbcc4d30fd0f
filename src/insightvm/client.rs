//! The InsightVM client and its builder.

use std::fmt;

use reqwest::header::HeaderName;
use secrecy::SecretString;

use super::call;
use crate::{
    Error, Result,
    http::{SecretHeaders, Settings, Transport, transport_setters},
};

/// A client of one InsightVM console.
///
/// It has a method for each operation of the console's scan engine API, generated from
/// `spec/insightvm.yaml`. A method takes what the operation requires, is awaited, and returns a
/// [`Response`](crate::Response), which dereferences to the value:
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
///     let mut moved = ScanEngineUpdate::new("North", "10.1.2.4", 40814);
///     moved.sites = Some(vec![42]);
///     console.update_scan_engine(id, &moved).await?;
///     console.delete_scan_engine(id).await?;
/// }
/// # Ok(()) }
/// ```
///
/// The two lists that are paged can be walked: [`scan_engine_scans`](Self::scan_engine_scans) and
/// [`scan_engine_sites`](Self::scan_engine_sites). [`request`](Self::request) makes a call that
/// this crate does not know.
///
/// A clone is cheap and shares connections, retry budget and limits. Futures borrow the client, so
/// give a spawned task a clone of its own.
///
/// # Errors
///
/// Every call can fail with the kinds of [`ErrorKind`](crate::ErrorKind) that stand for the
/// connection, the credentials and the console's own errors. An argument out of its documented
/// bounds is [`InvalidRequest`](crate::ErrorKind::InvalidRequest), before anything is sent.
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
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    settings: Settings,
    basic: Option<(String, SecretString)>,
    token: Option<SecretString>,
}

transport_setters!(ClientBuilder);

impl ClientBuilder {
    /// The account of the console to work as (HTTP Basic).
    pub fn basic_auth(
        mut self,
        user: impl Into<String>,
        password: impl Into<SecretString>,
    ) -> Self {
        self.basic = Some((user.into(), password.into()));
        self
    }

    /// The token of an account with two-factor authentication, besides
    /// [`basic_auth`](Self::basic_auth). It is sent as header `Token` and is good for as long as
    /// the console accepts it: usually 30 seconds, for one-time codes.
    #[doc(alias = "2fa")]
    pub fn two_factor_token(mut self, token: impl Into<SecretString>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Checks every setting and makes the client.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for what can't work: a base URL without scheme, with a path, a query
    /// or a user name; a header value with a line break; a limit of zero; an empty user name or a
    /// token without a user; credentials over plain http to another machine; a root that is not
    /// PEM, an invalid fingerprint.
    pub fn build(self) -> Result<Client> {
        let mut secrets = SecretHeaders::default();
        if let Some((user, password)) = &self.basic {
            secrets.basic(user, password)?;
        }
        if let Some(token) = &self.token {
            if self.basic.is_none() {
                return Err(Error::config(
                    "a two-factor token is given without user and password, which it comes on top of",
                ));
            }
            secrets.add(HeaderName::from_static("token"), token, "the two-factor token")?;
        }
        let confidential = !secrets.is_empty();
        let transport = self.settings.build(secrets, confidential, call::classify)?;
        let (baseurl, client) = (transport.base_url().to_owned(), transport.http().clone());
        Ok(Client { baseurl, client, transport })
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("settings", &self.settings)
            .field("basic_auth", &self.basic.is_some())
            .field("two_factor_token", &self.token.is_some())
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
        ClientBuilder { settings: Settings::new(base_url.into()), basic: None, token: None }
    }
}
