//! The Tenable.sc client, and its builder.

use std::{fmt, sync::Arc};

use reqwest::{Method, Request, header::HeaderName};
use secrecy::{ExposeSecret, SecretString};

use super::{
    call::{self, Call, Prepared},
    envelope,
    files::Files,
    scan_results::ScanResults,
    session::{Account, Keeper, Session},
    system::System,
};
use crate::{
    Error, Result,
    http::{Answer, Opened, SecretHeaders, Settings, Transport, transport_setters},
};

/// A client for one Tenable.sc server. Cheap to clone; clones share connections and session.
#[derive(Clone)]
#[doc(alias = "TenableSC")]
pub struct Client(Arc<Inner>);

struct Inner {
    transport: Transport,
    /// None with API keys, which go with every request.
    keeper: Option<Keeper>,
}

impl Client {
    /// Starts a client for the server at `base_url`: scheme, host and port, as
    /// `https://sc.example.com`.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            settings: Settings::new(base_url.into()),
            keys: None,
            password: None,
            certificate: false,
        }
    }

    /// The calls on scan results.
    #[doc(alias = "scan_instances")]
    #[must_use]
    pub fn scan_results(&self) -> ScanResults {
        ScanResults::new(self.clone())
    }

    /// The calls on uploaded files.
    #[must_use]
    pub fn files(&self) -> Files {
        Files::new(self.clone())
    }

    /// What the server says of itself.
    ///
    /// `GET /rest/system`
    pub fn system(&self) -> Call<System> {
        let prepared = Prepared::new("system::GET", Method::GET, "system");
        Call::new(self.clone(), Ok(prepared), call::decode)
    }

    /// Ends the session on the server. With API keys, or when no call has logged in yet, there
    /// is nothing to do. A later call logs in again. One that fails or is dropped can be repeated.
    ///
    /// `DELETE /rest/token`
    ///
    /// Dropping a client does not end its session: the server does, some time later. A user may
    /// have few sessions, so a program that ends should call this.
    pub async fn logout(&self) -> Result<()> {
        match &self.0.keeper {
            Some(keeper) => keeper.log_out(&self.0.transport).await,
            None => Ok(()),
        }
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.0.transport
    }

    /// Sends a call, and once more with a new session if the server does not know the first any
    /// more.
    pub(super) async fn exchange(&self, prepared: &Prepared) -> Result<Answer> {
        let session = self.session().await?;
        let request = self.build_request(prepared, session.as_deref())?;
        let first = self.transport().call(request, prepared.operation).await;
        let Some(session) = self.renewed(first.as_ref().err(), session).await? else {
            return first;
        };
        let request = self.build_request(prepared, Some(&session))?;
        self.transport().call(request, prepared.operation).await
    }

    /// The same for an answer that streams.
    pub(super) async fn open(
        &self,
        prepared: &Prepared,
        recognise: fn(&[u8]) -> bool,
    ) -> Result<Opened> {
        let session = self.session().await?;
        let request = self.build_request(prepared, session.as_deref())?;
        let first = self.transport().open(request, prepared.operation, recognise).await;
        let Some(session) = self.renewed(first.as_ref().err(), session).await? else {
            return first;
        };
        let request = self.build_request(prepared, Some(&session))?;
        self.transport().open(request, prepared.operation, recognise).await
    }

    fn build_request(&self, prepared: &Prepared, session: Option<&Session>) -> Result<Request> {
        let mut request = prepared.request(self.transport().base_url())?;
        if let Some(session) = session {
            session.apply(&mut request)?;
        }
        Ok(request)
    }

    pub(super) async fn session(&self) -> Result<Option<Arc<Session>>> {
        match &self.0.keeper {
            Some(keeper) => keeper.session(self.transport()).await.map(Some),
            None => Ok(None),
        }
    }

    /// A new session, where a call failed because the server does not know this one any more. A
    /// 403 alone says nothing of that.
    pub(super) async fn renewed(
        &self,
        error: Option<&Error>,
        session: Option<Arc<Session>>,
    ) -> Result<Option<Arc<Session>>> {
        let expired = error.is_some_and(|error| error.code() == Some(envelope::INVALID_TOKEN));
        match (&self.0.keeper, session) {
            (Some(keeper), Some(dead)) if expired => {
                keeper.renew(&dead, self.transport()).await.map(Some)
            }
            _ => Ok(None),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("transport", &self.0.transport)
            .field("session", &self.0.keeper)
            .finish()
    }
}

/// Sets up a [`Client`]. Everything is checked in [`build`](Self::build), which opens no socket.
///
/// ```
/// use scanops::tenable_sc::Client;
///
/// let sc = Client::builder("https://sc.example.com")
///     .api_key("the access key", "the secret key")
///     .build()?;
/// # Ok::<(), scanops::Error>(())
/// ```
#[must_use = "a builder does nothing until `build` is called"]
pub struct ClientBuilder {
    settings: Settings,
    keys: Option<(SecretString, SecretString)>,
    password: Option<(String, SecretString)>,
    certificate: bool,
}

transport_setters!(ClientBuilder);

impl ClientBuilder {
    /// Logs in with API keys (Tenable.sc 5.13 and later): each request carries them, and there is
    /// no session. This is the way that the vendor advises for programs.
    #[doc(alias = "login")]
    #[doc(alias = "access_key")]
    #[doc(alias = "secret_key")]
    pub fn api_key(
        mut self,
        access_key: impl Into<SecretString>,
        secret_key: impl Into<SecretString>,
    ) -> Self {
        self.keys = Some((access_key.into(), secret_key.into()));
        self
    }

    /// Logs in with user and password, when the first call is sent, and again when the server has
    /// ended the session. If the user has no session left, an older one is ended. End it with
    /// [`Client::logout`].
    #[doc(alias = "login")]
    #[doc(alias = "username")]
    pub fn session(mut self, user: impl Into<String>, password: impl Into<SecretString>) -> Self {
        self.password = Some((user.into(), password.into()));
        self
    }

    /// Logs in with a client certificate: certificate, intermediates and private key as one PEM
    /// text. (rustls reads no PKCS#12: `openssl pkcs12 -in it.p12 -nodes` makes PEM of it.)
    #[cfg(feature = "rustls")]
    #[doc(alias = "cert")]
    #[doc(alias = "p12_cert")]
    pub fn client_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.settings.trust.identity(pem.as_ref().to_vec());
        self.certificate = true;
        self
    }

    /// How long a download or an upload may stand still. Default 60 s. A consumer or a source that
    /// is slow itself is no reason to end it, nor is an upload that was sent and whose answer is
    /// awaited (for as long as an [`attempt_timeout`](Self::attempt_timeout)).
    pub fn stall_timeout(mut self, limit: std::time::Duration) -> Self {
        self.settings.stall_timeout = Some(limit);
        self
    }

    /// Lets downloads and uploads stand still for ever.
    pub fn no_stall_timeout(mut self) -> Self {
        self.settings.stall_timeout = None;
        self
    }

    /// Checks every setting and makes the client.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for what can't work: none or several ways
    /// to log in, an empty user name or key, a key or other header value with a line break, a
    /// base URL without scheme, with a path, a query or a user name, a limit of zero, credentials
    /// over plain http to another machine, certificates and fingerprints that can't be read.
    pub fn build(self) -> Result<Client> {
        let ways = [self.keys.is_some(), self.password.is_some(), self.certificate];
        match ways.into_iter().filter(|way| *way).count() {
            1 => {}
            0 => {
                return Err(Error::config(
                    "no way to log in is given: `api_key`, `session` or `client_certificate`",
                ));
            }
            _ => {
                return Err(Error::config(
                    "several ways to log in are given: use one of `api_key`, `session` and \
                     `client_certificate`",
                ));
            }
        }
        let mut secrets = SecretHeaders::default();
        let mut account = None;
        if let Some((access, secret)) = &self.keys {
            for (key, what) in [(access, "the access key"), (secret, "the secret key")] {
                if key.expose_secret().is_empty() || key.expose_secret().contains([';', '=']) {
                    return Err(Error::config(format!("{what} is empty, or no key")));
                }
            }
            let (access, secret) = (access.expose_secret(), secret.expose_secret());
            let header = format!("accesskey={access}; secretkey={secret}").into();
            secrets.add(HeaderName::from_static("x-apikey"), &header, "an API key")?;
        } else if let Some((user, password)) = self.password {
            if user.is_empty() {
                return Err(Error::config("the user name is empty"));
            }
            account = Some(Account::Password { user, password });
        } else {
            account = Some(Account::Certificate);
        }
        let transport = self.settings.build(secrets, true, envelope::examine)?;
        Ok(Client(Arc::new(Inner { transport, keeper: account.map(Keeper::new) })))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("settings", &self.settings)
            .field("api_key", &self.keys.is_some())
            .field("session", &self.password.is_some())
            .field("client_certificate", &self.certificate)
            .finish()
    }
}
