//! The builder of the InsightVM client.

use std::{fmt, sync::Arc};

use reqwest::header::HeaderName;
use secrecy::SecretString;

use super::{Client, hook};
use crate::{
    Error, Result,
    http::{Credentials, SecretHeaders},
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
        let transport = self.settings.build(credentials, confidential, hook::classify)?;
        let base_url = transport.base_url().to_owned();
        // Generated code builds requests with a client, and never sends with it.
        Ok(Client::new_with_client(&base_url, reqwest::Client::new(), transport))
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
        f.debug_struct("Client").field("transport", &self.inner).finish_non_exhaustive()
    }
}

impl Client {
    /// Starts a client for the console at `base_url`: scheme, host and port, as
    /// `https://console.example.com:3780`.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url.into(), Login::default())
    }
}
