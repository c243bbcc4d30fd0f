//! The one error type of the crate, and its kinds.

use std::{
    borrow::Cow,
    error::Error as StdError,
    fmt::{self, Write as _},
    sync::Arc,
    time::Duration,
};

use reqwest::{Method, StatusCode, Url};

/// A result whose error is [`Error`] unless said otherwise.
pub type Result<T, E = Error> = std::result::Result<T, E>;

type Source = Arc<dyn StdError + Send + Sync + 'static>;

/// What went wrong, and on which call.
///
/// Every call of both products fails with this type, so `?` works across them. It is one pointer
/// wide and cheap to clone. [`kind`](Self::kind) classifies failures by what a program does about
/// them; the predicates (`is_not_found`, `is_retryable`, …) answer the common questions. `Display` is
/// one line for a log. For reports, uploads and connections it includes the text of the cause;
/// otherwise, as for a file that can't be written, the cause is in [`source`](StdError::source) alone.
///
/// It never contains a credential that was given to a client, neither in its text, its URL, its
/// `Debug` output nor its sources. Nothing of the response to a login is kept. (A server that
/// repeats a credential in the message of another call is quoted.)
///
/// Programs can construct errors too, for their own test doubles and streams:
///
/// ```
/// use scanops::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Unavailable, "the console is being updated");
/// assert!(error.is_retryable());
/// ```
///
/// ```
/// # async fn f(console: scanops::insightvm::Client) -> scanops::Result<()> {
/// match console.get_scan_engine(7).await {
///     Ok(engine) => println!("{} is there", engine.name),
///     Err(error) if error.is_not_found() => println!("no such engine"),
///     Err(error) if error.is_retryable() => println!("later, perhaps: {error}"),
///     Err(error) => return Err(error),
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: String,
    /// Set if the error came before there was a request, and so without a `call`.
    operation: Option<&'static str>,
    call: Option<Arc<Call>>,
    status: Option<StatusCode>,
    server_message: Option<String>,
    code: Option<i64>,
    excerpt: Option<String>,
    scan_result: Option<u64>,
    retry_after: Option<Duration>,
    attempts: u32,
    /// The call's request is known not to have been sent: this is an error of connecting, or of a login.
    never_sent: bool,
    /// An attempt before the one that this error is of may have been carried out.
    earlier_attempt: bool,
    note: Option<Cow<'static, str>>,
    source: Option<Source>,
}

/// Failures, classified by what a program does about them.
///
/// New kinds may be added: match with a wildcard arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting given to a builder is not valid, or a call was made outside a tokio runtime. Nothing
    /// was sent. Fix what the message names.
    Config,
    /// An argument of a call is not valid. Nothing was sent. Fix the argument.
    InvalidRequest,
    /// No connection could be made: the name did not resolve, nothing listens there, a proxy would
    /// not connect, or the server closed the connection during the TLS handshake. The request was
    /// not sent. Check host, port and proxy.
    Connect,
    /// The server's certificate was not accepted, or the TLS handshake failed. The server has not
    /// carried out the call. The message says what the check found; for a self-signed console, pin
    /// its certificate or add it as a root.
    Tls,
    /// A timeout of the client passed. Unless it is known to have passed while connecting
    /// ([`is_connect`](Error::is_connect)), it is unknown whether the server carried out the call.
    /// Raise the timeout, or look at the server's load.
    Timeout,
    /// The connection was lost after the request was (at least partly) sent. It is unknown whether
    /// the server carried out the call.
    Disconnected,
    /// The server redirected to another origin, where credentials must not go, redirected a call
    /// that must not be repeated, or redirected too often. If you trust the address in the message,
    /// use it as base URL.
    Redirect,
    /// The server does not accept these credentials (401, or the product's code for it). An
    /// InsightVM console sends this too in maintenance mode, and if the account needs a two-factor
    /// token.
    Unauthorized,
    /// The account may not do this (403). Tenable.sc sends 403 for nearly every error: only those
    /// about access or permission, or without a code, are of this kind. One without a code can also
    /// mean that the API key is unknown.
    Forbidden,
    /// The resource does not exist (404, or the product's code for it).
    NotFound,
    /// Too many calls (429). [`retry_after`](Error::retry_after) says how long to wait, if the
    /// server did.
    RateLimited,
    /// The server, or a proxy in front of it, is busy or down (408, 502, 503, 504; of Tenable.sc
    /// also "database is locked" with any status). Try again later.
    Unavailable,
    /// The server rejected the call as wrong (any other 4xx; an error of the product with a success
    /// status; an error of Tenable.sc with 403 and a code of its own). Its message says why.
    Rejected,
    /// The server failed (500 and any other 5xx). It is not retried: consoles send 500 for calls
    /// that would fail again.
    Server,
    /// A response came, and is not what the product documents. The excerpt shows how it begins;
    /// often it is the page of a proxy or of a login.
    Decode,
    /// A response was larger than the limit for it, and was not read further.
    TooLarge,
    /// A local file or stream could not be read or written, or does not have the declared length.
    Io,
    /// One item of a report (.nessus) is invalid. It is the only error after which the findings go
    /// on: with the next item.
    InvalidItem,
    /// A report (.nessus) exceeds one of the [limits](crate::nessus::Limits). Its findings have
    /// ended.
    Report,
    /// Something is not a complete report: cut short, corrupted, not well-formed, with something
    /// behind its end, or another kind of file altogether. The message says where. Such a download
    /// is not saved.
    Damaged,
}

/// The call an error belongs to. The URL has no user information.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) operation: &'static str,
    pub(crate) method: Method,
    pub(crate) url: Url,
}

impl Call {
    pub(crate) fn new(operation: &'static str, request: &reqwest::Request) -> Self {
        let mut url = request.url().clone();
        strip_user_info(&mut url);
        Self { operation, method: request.method().clone(), url }
    }

    /// The server's host name or address.
    pub(crate) fn server(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }
}

/// Takes user name and password out of a URL that will be shown.
pub(crate) fn strip_user_info(url: &mut Url) {
    // Both fail only for URLs that have no place for user information.
    let _ = url.set_username("");
    let _ = url.set_password(None);
}

impl Error {
    /// An error of this kind, with a message for people.
    #[must_use]
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            operation: None,
            call: None,
            status: None,
            server_message: None,
            code: None,
            excerpt: None,
            scan_result: None,
            retry_after: None,
            attempts: 0,
            never_sent: false,
            earlier_attempt: false,
            note: None,
            source: None,
        }))
    }

    pub(crate) fn config(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Config, message)
    }

    pub(crate) fn invalid_request(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidRequest, message)
    }

    /// Adds the error that caused this one.
    #[must_use]
    pub fn with_source(
        mut self,
        source: impl Into<Box<dyn StdError + Send + Sync + 'static>>,
    ) -> Self {
        self.0.source = Some(Arc::from(source.into()));
        self
    }

    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Names the operation of a call for which no request was made.
    pub(crate) fn with_operation(mut self, operation: &'static str) -> Self {
        self.0.operation = Some(operation);
        self
    }

    /// Names the call, unless an inner layer already did.
    pub(crate) fn with_call(mut self, call: &Arc<Call>) -> Self {
        self.0.call.get_or_insert_with(|| Arc::clone(call));
        self
    }

    pub(crate) fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = Some(status);
        self
    }

    pub(crate) fn with_server_message(mut self, message: Option<String>) -> Self {
        self.0.server_message = message;
        self
    }

    pub(crate) fn with_code(mut self, code: Option<i64>) -> Self {
        self.0.code = code;
        self
    }

    /// The call's request is known not to have been sent.
    pub(crate) fn with_never_sent(mut self) -> Self {
        self.0.never_sent = true;
        self
    }

    /// An attempt before this one, whose response was lost, may have been carried out.
    pub(crate) fn with_earlier_attempt(mut self) -> Self {
        self.0.earlier_attempt = true;
        self.with_note("an earlier attempt, whose response was lost, may have been carried out")
    }

    pub(crate) fn with_excerpt(mut self, excerpt: Option<String>) -> Self {
        self.0.excerpt = excerpt;
        self
    }

    pub(crate) fn with_scan_result(mut self, id: impl Into<Option<u64>>) -> Self {
        self.0.scan_result = id.into();
        self
    }

    pub(crate) fn with_retry_after(mut self, after: Option<Duration>) -> Self {
        self.0.retry_after = after;
        self
    }

    pub(crate) fn with_attempts(mut self, attempts: u32) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// Adds what else happened, for the end of the message.
    pub(crate) fn with_note(mut self, note: impl Into<Cow<'static, str>>) -> Self {
        let note = note.into();
        self.0.note = Some(match self.0.note.take() {
            None => note,
            Some(earlier) => format!("{earlier}; {note}").into(),
        });
        self
    }

    /// The kind of failure, which tells a program what to do.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The vendor's name of the operation that failed (`getScanEngine`), if it was a call.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.call.as_ref().map(|call| call.operation).or(self.0.operation)
    }

    /// The HTTP method of the call.
    #[must_use]
    pub fn method(&self) -> Option<&Method> {
        self.0.call.as_ref().map(|call| &call.method)
    }

    /// The URL of the call, without user information.
    #[must_use]
    pub fn url(&self) -> Option<&Url> {
        self.0.call.as_ref().map(|call| &call.url)
    }

    /// The HTTP status, if a response came.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The product's own error code, where it has one.
    #[must_use]
    pub fn code(&self) -> Option<i64> {
        self.0.code
    }

    /// The server's message: the product's own, the title of an HTML page, or the beginning of
    /// plain text. Text from a server: show it, don't trust it.
    #[must_use]
    pub fn server_message(&self) -> Option<&str> {
        self.0.server_message.as_deref()
    }

    /// How the response began: its first 4 KiB at most, where bytes that are not UTF-8 are replaced (by
    /// three bytes each).
    #[must_use]
    pub fn excerpt(&self) -> Option<&str> {
        self.0.excerpt.as_deref()
    }

    /// The id of the scan result that an error of a [pull](crate::tenable_sc::Pull) concerns.
    ///
    /// An error of the stream that has no id concerns the pull as a whole, and has ended it. The
    /// methods of a [`PulledScan`](crate::tenable_sc::PulledScan) set the id too, and so do its findings.
    /// A result that can't be read in any run is given up with
    /// [`PullHandle::give_up`](crate::tenable_sc::PullHandle::give_up).
    #[must_use]
    pub fn scan_result(&self) -> Option<u64> {
        self.0.scan_result
    }

    /// The fingerprint of the certificate that the server sent, if it was not trusted.
    ///
    /// It is for programs that trust a server on first use: show the fingerprint, have it compared
    /// with the server's own, then pin it. Pinned without a comparison, it protects later connections
    /// only: someone else may have sent that certificate.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let sandbox = scanops_sandbox::InsightVm::builder().https().start().await?;
    /// # let (url, user, password) = (sandbox.url(), sandbox.user(), sandbox.password());
    /// # let confirmed_by_user = |_| true;
    /// use scanops::insightvm::Client;
    ///
    /// let mut builder = Client::builder(url).basic_auth(user, password);
    /// let first = Client::builder(url).anonymous().build()?; // sends no password
    /// if let Err(error) = first.get_scan_engines().await
    ///     && let Some(fingerprint) = error.server_certificate()
    ///     && confirmed_by_user(fingerprint)
    /// {
    ///     builder = builder.pin_certificate_sha256(fingerprint);
    /// }
    /// let console = builder.build()?;
    /// # console.get_scan_engines().await?;
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "rustls")]
    #[doc(alias = "fingerprint")]
    #[must_use]
    pub fn server_certificate(&self) -> Option<crate::Fingerprint> {
        crate::http::rejected_certificate(self.source()?)
    }

    /// How long the server asked to wait (`Retry-After`, in seconds or as a date).
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// How many times the request was attempted; 0 if it was rejected before the first attempt.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Whether the resource does not exist.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.0.kind == ErrorKind::NotFound
    }

    /// Whether the server does not accept the credentials.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.0.kind == ErrorKind::Unauthorized
    }

    /// Whether the server refuses access: see [`ErrorKind::Forbidden`].
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.0.kind == ErrorKind::Forbidden
    }

    /// Whether a timeout of the client passed.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.0.kind == ErrorKind::Timeout
    }

    /// Whether the call did not get as far as the server: no connection could be made, TLS failed,
    /// or a timeout passed that is known to have passed while connecting or logging in. Only the
    /// [connect timeout](crate::ClientBuilder::connect_timeout) always is; the attempt timeout and the
    /// deadline are for an upload and during a login. False if an earlier attempt may have got there.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.attempt_did_not_connect() && !self.0.earlier_attempt
    }

    /// The same of the last attempt alone.
    pub(crate) fn attempt_did_not_connect(&self) -> bool {
        match self.0.kind {
            ErrorKind::Connect | ErrorKind::Tls => true,
            ErrorKind::Timeout => self.0.never_sent,
            _ => false,
        }
    }

    /// Whether the server may have carried out the call although it failed here: the response was
    /// lost, cut, or never came, or a gateway responded in place of the server (502, 504). That is
    /// also so if it happened to an earlier attempt: a DELETE whose first response was lost can end
    /// with [`NotFound`](ErrorKind::NotFound). Always false for GET, which changes nothing.
    ///
    /// If this is true and the call creates something, look at the server before you repeat it.
    #[must_use]
    pub fn may_have_taken_effect(&self) -> bool {
        if self.0.call.as_ref().is_some_and(|call| call.method.is_safe()) {
            return false;
        }
        let attempt = match self.0.kind {
            _ if self.0.never_sent => false,
            ErrorKind::Timeout
            | ErrorKind::Disconnected
            | ErrorKind::TooLarge
            | ErrorKind::Decode => true,
            ErrorKind::Unavailable => {
                self.0.status.is_some_and(|status| matches!(status.as_u16(), 502 | 504))
            }
            _ => false,
        };
        attempt || self.0.earlier_attempt
    }

    /// Whether the same call may succeed later: for the kinds [`Connect`](ErrorKind::Connect),
    /// [`Timeout`](ErrorKind::Timeout), [`Disconnected`](ErrorKind::Disconnected),
    /// [`RateLimited`](ErrorKind::RateLimited) and [`Unavailable`](ErrorKind::Unavailable).
    ///
    /// This does not say that repeating the call is safe. Before you repeat one that creates
    /// something, check [`may_have_taken_effect`](Self::may_have_taken_effect).
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connect
                | ErrorKind::Timeout
                | ErrorKind::Disconnected
                | ErrorKind::RateLimited
                | ErrorKind::Unavailable
        )
    }
}

/// `Malformed`, `Archive` and `NotAReport` become [`Damaged`](ErrorKind::Damaged), `Io` and `Source`
/// [`Io`](ErrorKind::Io), `InvalidItem` [`InvalidItem`](ErrorKind::InvalidItem), and any other kind
/// [`Report`](ErrorKind::Report). If an error of the network ended a stream of findings, that error is
/// returned unchanged.
impl From<scanops_nessus::Error> for Error {
    fn from(error: scanops_nessus::Error) -> Self {
        let source = StdError::source(&error).and_then(|source| source.downcast_ref::<Self>());
        if let Some(source) = source {
            return source.clone();
        }
        Self::new(ErrorKind::of_report(error.kind()), error.to_string()).with_source(error)
    }
}

impl ErrorKind {
    /// The kind of a report's error: the same whether the report is saved or its findings are read.
    fn of_report(kind: scanops_nessus::ErrorKind) -> Self {
        use scanops_nessus::ErrorKind as Kind;
        match kind {
            Kind::Malformed | Kind::Archive | Kind::NotAReport => Self::Damaged,
            Kind::Io | Kind::Source => Self::Io,
            Kind::InvalidItem => Self::InvalidItem,
            _ => Self::Report,
        }
    }

    /// The kind that an HTTP status stands for, where the product says nothing more precise.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        match status.as_u16() {
            401 => Self::Unauthorized,
            403 => Self::Forbidden,
            404 => Self::NotFound,
            429 => Self::RateLimited,
            408 | 502 | 503 | 504 => Self::Unavailable,
            300..=399 => Self::Redirect,
            400..=499 => Self::Rejected,
            500..=599 => Self::Server,
            _ => Self::Decode,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        if let Some(operation) = self.operation() {
            write!(f, "{operation}: ")?;
        }
        OneLine(&inner.message).fmt(f)?;
        if let Some(said) = &inner.server_message {
            write!(f, ": {said:?}")?;
        }
        if let Some(code) = inner.code {
            write!(f, " (code {code})")?;
        }
        if let Some(call) = &inner.call {
            write!(f, " [{} {}", call.method, call.url)?;
            match inner.attempts {
                0 => f.write_str(", not sent]")?,
                1 => f.write_str("]")?,
                n => write!(f, ", {n} attempts]")?,
            }
        }
        if let Some(note) = &inner.note {
            write!(f, "; {}", OneLine(note))?;
        }
        Ok(())
    }
}

/// A text that may quote a server or a document. Control characters are escaped, so that it stays
/// on one line and can't send commands to a terminal.
struct OneLine<'a>(&'a str);

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| match c {
            c if c.is_control() => c.escape_default().fmt(f),
            c => f.write_char(c),
        })
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &*self.0;
        let mut out = f.debug_struct("Error");
        out.field("kind", &inner.kind).field("message", &inner.message);
        if let Some(operation) = self.operation() {
            out.field("operation", &operation);
        }
        if let Some(call) = &inner.call {
            out.field("method", &call.method).field("url", &call.url.as_str());
        }
        if let Some(status) = inner.status {
            out.field("status", &status.as_u16());
        }
        if let Some(code) = inner.code {
            out.field("code", &code);
        }
        if let Some(said) = &inner.server_message {
            out.field("server_message", said);
        }
        if let Some(after) = inner.retry_after {
            out.field("retry_after", &after);
        }
        out.field("attempts", &inner.attempts);
        if let Some(note) = &inner.note {
            out.field("note", note);
        }
        if let Some(source) = &inner.source {
            out.field("source", source);
        }
        out.finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|source| &**source as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call() -> Arc<Call> {
        let request = reqwest::Request::new(
            Method::GET,
            Url::parse("https://user:secret@console:3780/api/3/scan_engines/7").unwrap(),
        );
        Arc::new(Call::new("getScanEngine", &request))
    }

    #[test]
    fn is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
        assert_eq!(size_of::<Result<()>>(), size_of::<usize>());
    }

    #[test]
    fn crosses_threads_and_holds_no_borrow() {
        fn check<T: Send + Sync + 'static>() {}
        check::<Error>();
    }

    #[test]
    fn display_is_one_line_without_the_source() {
        let error = Error::new(ErrorKind::NotFound, "the server answered 404 Not Found")
            .with_call(&call())
            .with_status(StatusCode::NOT_FOUND)
            .with_code(Some(147))
            .with_server_message(Some("no engine\n7".into()))
            .with_attempts(2)
            .with_source(std::io::Error::other("the inner cause"));
        assert_eq!(
            error.to_string(),
            "getScanEngine: the server answered 404 Not Found: \"no engine\\n7\" (code 147) \
             [GET https://console:3780/api/3/scan_engines/7, 2 attempts]"
        );
        assert_eq!(error.source().unwrap().to_string(), "the inner cause");
    }

    #[test]
    fn what_a_message_quotes_stays_on_its_line() {
        let error =
            Error::new(ErrorKind::Report, "no element <a\n\u{1b}[2J>").with_note("a\tb\u{85}");
        assert_eq!(error.to_string(), "no element <a\\n\\u{1b}[2J>; a\\tb\\u{85}");
    }

    #[test]
    fn neither_display_nor_debug_shows_user_information() {
        let error = Error::invalid_request("x").with_call(&call());
        assert!(!format!("{error} {error:?} {error:#?}").contains("secret"));
        assert!(error.to_string().contains("not sent"));
    }

    #[test]
    fn the_innermost_call_is_the_one_named() {
        let request = reqwest::Request::new(Method::PUT, Url::parse("http://other").unwrap());
        let other = Arc::new(Call::new("other", &request));
        let error = Error::invalid_request("x").with_call(&call()).with_call(&other);
        assert_eq!(error.operation(), Some("getScanEngine"));
    }

    #[test]
    fn statuses_have_the_kinds_that_the_docs_promise() {
        for (status, kind, retryable) in [
            (400, ErrorKind::Rejected, false),
            (401, ErrorKind::Unauthorized, false),
            (403, ErrorKind::Forbidden, false),
            (404, ErrorKind::NotFound, false),
            (408, ErrorKind::Unavailable, true),
            (409, ErrorKind::Rejected, false),
            (429, ErrorKind::RateLimited, true),
            (500, ErrorKind::Server, false),
            (501, ErrorKind::Server, false),
            (502, ErrorKind::Unavailable, true),
            (503, ErrorKind::Unavailable, true),
            (504, ErrorKind::Unavailable, true),
        ] {
            let of = ErrorKind::of_status(StatusCode::from_u16(status).unwrap());
            assert_eq!(of, kind, "{status}");
            assert_eq!(Error::new(of, "").is_retryable(), retryable, "{status}");
        }
    }
}
