//! A request as a test looks at it afterwards.

use std::borrow::Cow;
use std::fmt;

use axum::extract::Query;
use axum::http::{HeaderMap, HeaderName, Method, Uri};
use serde::de::DeserializeOwned;

/// How many bytes of a body are kept.
pub(super) const KEPT: usize = 64 * 1024;

/// How much of a body `Debug` shows.
const SHOWN: usize = 1024;

/// A request that a sandbox got, whatever became of it.
///
/// It has all that the client sent, credentials too, so that a test can look at them. `Debug` does
/// not show them, nor the body of a login.
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
pub struct Recorded {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) length: u64,
    pub(super) ended: bool,
}

impl Recorded {
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

    /// The first value of a header, if it is text. Names are the same in either case.
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

    /// How many bytes of the body the sandbox has read so far. It reads no further where it answers
    /// before, as it does to strangers.
    #[must_use]
    pub fn body_length(&self) -> u64 {
        self.length
    }

    /// Whether the body was read to its end, and all of it is here.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.ended && usize::try_from(self.length) == Ok(self.body.len())
    }

    /// The body as text. What is no UTF-8 is replaced by `U+FFFD`.
    #[must_use]
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }

    /// The body, read as JSON.
    ///
    /// # Errors
    /// When it is not JSON, not of this type, or too long to be here.
    pub fn json<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.body)
    }

    /// Whether its body has a password in it.
    fn is_login(&self) -> bool {
        let path = self.path().trim_end_matches('/');
        path.ends_with("/token") || self.text().contains("\"password\"")
    }
}

impl fmt::Debug for Recorded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(show).collect();
        let text = self.text();
        let body = match text.char_indices().nth(SHOWN) {
            _ if self.is_login() && !self.body.is_empty() => "[redacted]",
            Some((end, _)) => text.get(..end).unwrap_or_default(),
            None => &text,
        };
        f.debug_struct("Recorded")
            .field("method", &self.method)
            .field("uri", &self.uri)
            .field("headers", &headers)
            .field("body", &body)
            .field("body_length", &self.length)
            .finish_non_exhaustive()
    }
}

fn show<'a>(
    (name, value): (&'a HeaderName, &'a axum::http::HeaderValue),
) -> (&'a str, Cow<'a, str>) {
    let secret = matches!(
        name.as_str(),
        "authorization"
            | "proxy-authorization"
            | "cookie"
            | "token"
            | "x-apikey"
            | "x-securitycenter"
    );
    let value =
        if secret { "[redacted]".into() } else { String::from_utf8_lossy(value.as_bytes()) };
    (name.as_str(), value)
}
