//! The latest requests, recorded while they are read.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, HttpBody as _};
use axum::extract::Query;
use axum::http::header::PROXY_AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri};
use futures_util::TryStreamExt;
use futures_util::stream::try_unfold;
use hyper::body::Incoming;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::fault::CREDENTIALS;

/// How many bytes of a body are kept.
const KEPT: usize = 64 * 1024;
/// How much of a body `Debug` shows.
const SHOWN: usize = 1024;

/// A request that a sandbox received, successful or not.
///
/// It has all that the client sent, including credentials, so that a test can look at them. `Debug`
/// does not show them, nor the body of a login.
///
/// ```
/// use scanops_sandbox::TenableSc;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let center = TenableSc::start().await?;
/// let client = scanops::tenable_sc::Client::builder(center.url())
///     .api_key(center.access_key(), center.secret_key())
///     .build()?;
/// client.scan_results().email(1, ["soc@example.com"]).await?;
///
/// let requests = center.requests();
/// let email = requests.last().expect("the call above");
/// assert_eq!((email.method(), email.path()), ("POST", "/rest/scanResult/1/email"));
/// assert_eq!(email.json::<serde_json::Value>()?["email"], "soc@example.com");
/// assert!(email.header("x-apikey").is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RecordedRequest {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Vec<u8>,
    length: u64,
    ended: bool,
}

impl RecordedRequest {
    /// The method, as `GET`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// The path as it was sent, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        self.uri.path()
    }

    /// The first value of a parameter of the query, decoded.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<String> {
        self.parameters().into_iter().find_map(|(found, value)| (found == name).then_some(value))
    }

    /// All parameters of the query in their order, decoded.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, String)> {
        Query::try_from_uri(&self.uri).map(|Query(pairs)| pairs).unwrap_or_default()
    }

    /// The first value of a header, if it is text. Names are case-insensitive.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All headers in the order in which their names arrived first, in lower case.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
    }

    /// The body as it was sent, or the first 64 KiB of it.
    #[must_use]
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// How many bytes of the body the sandbox has read so far. It reads no further once it
    /// responds, as it does at once to a client without credentials whose body is larger than
    /// 64 KiB or of unknown length.
    #[must_use]
    pub fn body_length(&self) -> u64 {
        self.length
    }

    /// Whether the body was read to its end, and all of it is in [`body`](Self::body).
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.ended && usize::try_from(self.length) == Ok(self.body.len())
    }

    /// The body as text. Bytes that are not UTF-8 are replaced by `U+FFFD`.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body, read as JSON.
    ///
    /// # Errors
    /// If it is not JSON, not of this type, or longer than what is kept of it.
    pub fn json<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.body)
    }

    /// Adds what was read of the body.
    fn add(&mut self, chunk: &[u8], ended: bool) {
        self.length += u64::try_from(chunk.len()).unwrap_or(u64::MAX);
        let kept = chunk.len().min(KEPT.saturating_sub(self.body.len()));
        self.body.extend_from_slice(chunk.get(..kept).unwrap_or_default());
        self.ended = ended;
    }

    /// All of it, for clients of the control interface.
    pub(crate) fn to_json(&self) -> Value {
        let headers: Vec<_> = self
            .headers()
            .map(|(name, value)| json!([name, String::from_utf8_lossy(value)]))
            .collect();
        json!({
            "method": self.method(),
            "uri": self.uri.to_string(),
            "headers": headers,
            "body": self.text(),
            "body_length": self.length,
            "is_whole": self.is_whole(),
        })
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text();
        let login =
            self.path().trim_end_matches('/').ends_with("/token") || text.contains("\"password\"");
        let body = match text.char_indices().nth(SHOWN) {
            _ if login && !text.is_empty() => "[redacted]",
            Some((end, _)) => text.get(..end).unwrap_or_default(),
            None => &text,
        };
        f.debug_struct("RecordedRequest")
            .field("method", &self.method)
            .field("uri", &self.uri)
            .field("headers", &self.headers)
            .field("body", &body)
            .field("body_length", &self.length)
            .finish_non_exhaustive()
    }
}

/// A request of which more may come.
type Entry = Arc<Mutex<RecordedRequest>>;

/// The latest requests.
pub(crate) struct RequestLog {
    limit: usize,
    entries: Mutex<VecDeque<Entry>>,
}

impl RequestLog {
    /// A log of at most `limit` requests.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, entries: Mutex::default() }
    }

    /// Records a request, and its body as it is read.
    pub(crate) fn add(&self, head: &Parts, body: Incoming) -> Body {
        let mut headers = head.headers.clone();
        for (name, value) in &mut headers {
            // `Debug` hides what is marked like this.
            value.set_sensitive(CREDENTIALS.contains(name) || name == PROXY_AUTHORIZATION);
        }
        let entry = Arc::new(Mutex::new(RecordedRequest {
            method: head.method.clone(),
            uri: head.uri.clone(),
            headers,
            body: Vec::new(),
            length: 0,
            ended: body.is_end_stream(),
        }));
        let mut entries = lock(&self.entries);
        entries.push_back(Arc::clone(&entry));
        while entries.len() > self.limit {
            entries.pop_front();
        }
        let data = Body::new(body).into_data_stream();
        Body::from_stream(try_unfold((data, entry), async |(mut data, entry)| {
            let chunk = data.try_next().await?;
            // A reader that knows the length may not ask for the end.
            let ended = chunk.is_none() || data.is_end_stream();
            lock(&entry).add(chunk.as_deref().unwrap_or_default(), ended);
            Ok::<_, axum::Error>(chunk.map(|chunk| (chunk, (data, entry))))
        }))
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        lock(&self.entries).iter().map(|entry| lock(entry).clone()).collect()
    }

    pub(crate) fn clear(&self) {
        lock(&self.entries).clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
