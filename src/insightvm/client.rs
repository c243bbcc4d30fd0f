//! The builder of the InsightVM client.

use std::fmt;

use reqwest::header::HeaderName;
use secrecy::SecretString;

use super::{Client, hook};
use crate::{
    Error, Result,
    http::{SecretHeaders, Settings, transport_setters},
};

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
    /// token without a user; credentials over plain http to another machine; a root that is no
    /// PEM, a fingerprint that is none.
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
        let transport = self.settings.build(secrets, confidential, hook::examine)?;
        let base_url = transport.base_url().to_owned();
        Ok(Client::new_with_client(&base_url, transport.http().clone(), transport))
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
        f.debug_struct("Client").field("transport", &self.inner).finish_non_exhaustive()
    }
}

impl Client {
    /// Starts a client for the console at `base_url`: scheme, host and port, as
    /// `https://console.example.com:3780`.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder { settings: Settings::new(base_url.into()), basic: None, token: None }
    }
}
