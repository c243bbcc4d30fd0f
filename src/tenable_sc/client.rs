//! The Tenable.sc client, and its builder.

use std::{fmt, sync::Arc};

use reqwest::{Method, header::HeaderName};
use secrecy::{ExposeSecret, SecretString};

use super::{
    call::{self, Call, Prepared},
    envelope,
    files::Files,
    scan_results::ScanResults,
    session::{Account, SessionManager},
    system::System,
};
use crate::{
    Error, Result,
    http::{Credentials, Response, RetryContext, SecretHeaders, Transport},
};

/// A client of one Tenable.sc server.
///
/// A call takes its required arguments, is sent when it is awaited, and returns a
/// [`Response`](crate::Response), which dereferences to the value:
///
/// ```
/// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
/// let results = sc.scan_results();
/// for scan in &results.list().all_time().await?.usable {
///     println!("{} {:?} is {:?}", scan.id, scan.name, scan.status);
/// }
/// results.stop(122).await?;
/// let stopped = results.watch(122).until_imported().await?;
/// println!("import: {:?}", stopped.import_status);
/// results.download(122).await?.save_to("122.zip").await?;
/// # Ok(()) }
/// ```
///
/// # Calls
///
/// | Call | Request | |
/// | --- | --- | --- |
/// | [`scan_results().list()`](ScanResults::list) | `GET /rest/scanResult` | Lists scan results. |
/// | [`scan_results().get(id)`](ScanResults::get) | `GET /rest/scanResult/{id}` | Reads one. |
/// | [`scan_results().copy(id, users)`](ScanResults::copy) | `POST /rest/scanResult/{id}/copy` | Copies it to users. |
/// | [`scan_results().delete(id)`](ScanResults::delete) | `DELETE /rest/scanResult/{id}` | Deletes it. |
/// | [`scan_results().download(id)`](ScanResults::download) | `POST /rest/scanResult/{id}/download` | Downloads its report. |
/// | [`scan_results().email(id, addresses)`](ScanResults::email) | `POST /rest/scanResult/{id}/email` | Mails it. |
/// | [`scan_results().import(upload, repository)`](ScanResults::import) | `POST /rest/scanResult/import` | Uploads and imports a report. |
/// | [`scan_results().reimport(id)`](ScanResults::reimport) | `POST /rest/scanResult/{id}/import` | Imports its report again. |
/// | [`scan_results().pause(id)`](ScanResults::pause) | `POST /rest/scanResult/{id}/pause` | Pauses a running scan. |
/// | [`scan_results().resume(id)`](ScanResults::resume) | `POST /rest/scanResult/{id}/resume` | Resumes a paused scan. |
/// | [`scan_results().stop(id)`](ScanResults::stop) | `POST /rest/scanResult/{id}/stop` | Stops a running scan. |
/// | [`scan_results().watch(id)`](ScanResults::watch) | several | Waits until a scan, or its import, has ended. |
/// | [`scan_results().pull(cursor)`](ScanResults::pull) | several | Every result that is new to a cursor. |
/// | [`files().upload(upload)`](Files::upload) | `POST /rest/file/upload` | Uploads a file. |
/// | [`files().clear(filename)`](Files::clear) | `POST /rest/file/clear` | Removes an uploaded file. |
/// | [`system()`](Self::system) | `GET /rest/system` | Version and clock of the server. |
/// | [`login()`](Self::login) | `POST /rest/token` | Logs in now. |
/// | [`logout()`](Self::logout) | `DELETE /rest/token` | Ends the session. |
/// | [`request(method, path)`](Self::request) | any | A call that this crate has no method for. |
///
/// A clone is cheap and shares connections, session, retry budget and limits.
#[derive(Clone)]
#[doc(alias = "TenableSC")]
pub struct Client {
    transport: Transport,
    /// `None` with API keys, which go with every request.
    sessions: Option<SessionManager>,
}

impl Client {
    /// Starts a client for the server at `base_url`: scheme, host and port, as
    /// `https://sc.example.com`.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url.into(), Login::default())
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

    /// What the server says about itself.
    ///
    /// `GET /rest/system`
    pub fn system(&self) -> Call<System> {
        let mut prepared = Prepared::new("system::GET", Method::GET, "system");
        // Servers put the session's token into it.
        prepared.operation.confidential = true;
        Call::new(self.clone(), Ok(prepared), call::decode)
    }

    /// Logs in now instead of with the first call, to find out early whether the credentials are
    /// accepted. If the client has a session already, nothing is sent, and the session is not
    /// checked. With API keys there is nothing to do.
    ///
    /// `POST /rest/token`
    ///
    /// A login that the server rejected is not tried again for five minutes, because servers lock
    /// an account after a few attempts; calls return the same error meanwhile. This method tries
    /// it again.
    ///
    /// # Errors
    /// [`Unauthorized`](crate::ErrorKind::Unauthorized) for rejected credentials.
    pub async fn login(&self) -> Result<()> {
        match &self.sessions {
            Some(sessions) => sessions.log_in_now(&self.transport).await,
            None => Ok(()),
        }
    }

    /// Ends the session on the server. With API keys, or when no call has logged in yet, there is
    /// nothing to do. If it fails or is dropped, the session may still exist; calling it again
    /// retries.
    ///
    /// `DELETE /rest/token`
    ///
    /// A later call logs in again. A call that is in progress meanwhile may fail with
    /// [`Unauthorized`](crate::ErrorKind::Unauthorized); it does not open another session.
    ///
    /// Dropping a client does not end its session: the server does, some time later. A user may
    /// have few sessions, so a program should call this before it ends.
    pub async fn logout(&self) -> Result<()> {
        match &self.sessions {
            Some(sessions) => sessions.log_out(&self.transport).await,
            None => Ok(()),
        }
    }

    pub(super) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Sends a call as a part of an operation.
    pub(super) async fn exchange(
        &self,
        context: &mut RetryContext,
        prepared: &Prepared,
    ) -> Result<Response> {
        let request = prepared.request(self.transport.base_url())?;
        self.transport.call_in(context, request, prepared.operation).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("transport", &self.transport).finish_non_exhaustive()
    }
}

/// Sets up a [`Client`]. Everything is validated in [`build`](Self::build), which opens no
/// connection.
///
/// ```
/// use scanops::tenable_sc::Client;
///
/// let sc = Client::builder("https://sc.example.com")
///     .api_key("the access key", "the secret key")
///     .build()?;
/// # Ok::<(), scanops::Error>(())
/// ```
pub type ClientBuilder = crate::http::ClientBuilder<Login>;

/// How a client logs in: a part of its [`ClientBuilder`].
#[derive(Default)]
pub struct Login {
    api_key: Option<(SecretString, SecretString)>,
    password: Option<(String, SecretString)>,
    client_certificate: bool,
}

impl ClientBuilder {
    /// Logs in with API keys (Tenable.sc 5.13 and later). Each request carries them, and there is no
    /// session. The vendor recommends this for programs.
    #[doc(alias = "login")]
    #[doc(alias = "access_key")]
    #[doc(alias = "secret_key")]
    pub fn api_key(
        mut self,
        access_key: impl Into<SecretString>,
        secret_key: impl Into<SecretString>,
    ) -> Self {
        self.product.api_key = Some((access_key.into(), secret_key.into()));
        self
    }

    /// Logs in with user and password: with the first call, and again when the session has expired.
    /// If the user has no session left, the server ends an older one. End the session with
    /// [`Client::logout`].
    #[doc(alias = "login")]
    #[doc(alias = "session")]
    #[doc(alias = "username")]
    pub fn password(mut self, user: impl Into<String>, password: impl Into<SecretString>) -> Self {
        self.product.password = Some((user.into(), password.into()));
        self
    }

    /// Logs in with a client certificate: certificate, intermediates and private key as one PEM
    /// text. (PKCS#12 is not supported: `openssl pkcs12 -in it.p12 -nodes` converts it to PEM.)
    #[cfg(feature = "rustls")]
    #[doc(alias = "cert")]
    #[doc(alias = "p12_cert")]
    pub fn client_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.settings.set_identity(pem.as_ref().to_vec());
        self.product.client_certificate = true;
        self
    }

    /// How long a download or an upload may go without progress: without a byte that arrives, or
    /// that the network accepts. Default 60 s. If less time is left to the
    /// [`deadline`](Self::deadline), that is the limit. Apart from this and
    /// [`minimum_throughput`](Self::minimum_throughput), a transfer may take any time.
    ///
    /// The progress of an upload is seen every few hundred KiB: a server that accepts less than
    /// that within the timeout counts as stalled. A slow consumer or source does not count as a
    /// stall, nor does the wait for the response to an upload, which is limited by the
    /// [`attempt_timeout`](Self::attempt_timeout).
    pub fn stall_timeout(mut self, limit: std::time::Duration) -> Self {
        self.settings.stall_timeout = Some(limit);
        self
    }

    /// Disables the stall timeout.
    pub fn no_stall_timeout(mut self) -> Self {
        self.settings.stall_timeout = None;
        self
    }

    /// The lowest throughput of a download, in bytes per second. A slower one fails as a stalled one
    /// does. Default: none, so that a server which sends a byte within each stall timeout is waited
    /// for as long as it sends.
    ///
    /// It is measured over the [`stall_timeout`](Self::stall_timeout) (60 s if that is disabled), or
    /// over what is left to the deadline if that is less.
    /// What counts is the time from when your program asks for more until it takes what has arrived:
    /// time in which it does not ask does not count, but where one task polls several downloads, the
    /// time that it spends on one of them counts for the others.
    #[doc(alias = "low_speed_limit")]
    pub fn minimum_throughput(mut self, bytes_per_second: u64) -> Self {
        self.settings.minimum_throughput = Some(bytes_per_second).filter(|rate| *rate > 0);
        self
    }

    /// Validates every setting and makes the client.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a setting that is not valid: no login or
    /// several, an empty user name or key, a header value with a line break, a base URL without a
    /// scheme or with a path, a query or a user name, a timeout of zero, credentials over plain http
    /// to another machine, a proxy that is not supported, certificates and fingerprints that can't
    /// be parsed.
    pub fn build(self) -> Result<Client> {
        let Login { api_key, password, client_certificate } = self.product;
        let sessions = match (&api_key, password, client_certificate) {
            (Some(_), None, false) => None,
            (None, Some((user, _)), false) if user.is_empty() => {
                return Err(Error::config("the user name is empty"));
            }
            (None, Some((user, password)), false) => {
                Some(SessionManager::new(Account::Password { user, password }))
            }
            (None, None, true) => Some(SessionManager::new(Account::Certificate)),
            (None, None, false) => {
                return Err(Error::config(
                    "no login is given: use `api_key`, `password` or `client_certificate`",
                ));
            }
            _ => {
                return Err(Error::config(
                    "several logins are given: use one of `api_key`, `password` and \
                     `client_certificate`",
                ));
            }
        };
        let credentials = match (&sessions, &api_key) {
            (Some(sessions), _) => Credentials::Session(Box::new(sessions.clone())),
            (None, None) => Credentials::Fixed(Arc::default()),
            (None, Some((access_key, secret_key))) => {
                let header =
                    api_key_header(access_key.expose_secret(), secret_key.expose_secret())?;
                let mut headers = SecretHeaders::default();
                headers.add(HeaderName::from_static("x-apikey"), &header, "an API key")?;
                Credentials::Fixed(Arc::new(headers))
            }
        };
        let transport = self.settings.build(credentials, true, envelope::classify)?;
        Ok(Client { transport, sessions })
    }
}

fn api_key_header(access_key: &str, secret_key: &str) -> Result<SecretString> {
    for (key, what) in [(access_key, "the access key"), (secret_key, "the secret key")] {
        if key.is_empty() || key.contains([';', '=']) {
            return Err(Error::config(format!("{what} is empty, or not valid")));
        }
    }
    Ok(format!("accesskey={access_key}; secretkey={secret_key}").into())
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("api_key", &self.api_key.is_some())
            .field("password", &self.password.is_some())
            .field("client_certificate", &self.client_certificate)
            .finish()
    }
}
