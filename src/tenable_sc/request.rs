//! Calls that this crate has no method for.

use std::fmt;

use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use super::{
    Client,
    call::{self, Prepared, Running, call_future},
};
use crate::{
    Error, Response, Result,
    http::{is_valid_path, path_segments},
};

/// The name of such a call in errors and traces.
const NAME: &str = "request";

impl Client {
    /// Makes a call that this crate has no method for, with the same login, retries and limits as
    /// any other call.
    ///
    /// `{method} /rest/{path}`
    ///
    /// The path is relative to `/rest/`, as in the vendor's documentation, with its ids filled in.
    /// The value is the content of `response`, as JSON. A GET, PUT or DELETE is repeated when the
    /// connection is lost; a POST or PATCH is only repeated if it was never sent.
    ///
    /// ```
    /// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
    /// use scanops::reqwest::Method;
    ///
    /// let scans = sc.request(Method::GET, "scan").query("fields", "id,name").await?;
    /// for scan in scans["usable"].as_array().into_iter().flatten() {
    ///     println!("{} {}", scan["id"], scan["name"]);
    /// }
    /// sc.request(Method::POST, "scan/12/launch").json(serde_json::json!({})).await?;
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Before anything is sent, [`InvalidRequest`](crate::ErrorKind::InvalidRequest) for a path
    /// that is empty, leads elsewhere (`..`, `//`), has a query or a fragment, or has characters
    /// that must be percent-encoded.
    pub fn request(&self, method: Method, path: impl Into<String>) -> RawCall {
        let mut prepared = Prepared::new(NAME, method, path);
        prepared.operation.confidential = returns_token(&prepared.path);
        RawCall {
            options: Options { client: self.clone(), prepared, body: Ok(()) },
            running: Running::default(),
        }
    }
}

/// A call that this crate has no method for: see [`Client::request`].
#[must_use = "a call is sent when it is awaited"]
pub struct RawCall {
    options: Options,
    running: Running<Response<Value>>,
}

#[derive(Clone)]
struct Options {
    client: Client,
    prepared: Prepared,
    /// Whether the body could be written as JSON.
    body: Result<()>,
}

impl RawCall {
    /// Adds a query parameter. One name can be given several times.
    pub fn query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.prepared.query.push((name.into().into(), value.into()));
        self
    }

    /// The body. Default: none.
    ///
    /// One that can't be written as JSON is an [`InvalidRequest`](crate::ErrorKind::InvalidRequest)
    /// when the call is awaited.
    pub fn json(mut self, body: impl Serialize) -> Self {
        match serde_json::to_value(body) {
            Ok(body) => self.options.prepared.body = Some(body),
            Err(error) => {
                let what = "the body can't be written as JSON";
                self.options.body = Err(Error::invalid_request(what).with_source(error));
            }
        }
        self
    }
}

call_future!(RawCall => Response<Value>);

impl Options {
    async fn run(self) -> Result<Response<Value>> {
        let checked = self.body.and_then(|()| check_path(&self.prepared.path));
        checked.map_err(|error| error.with_operation(NAME))?;
        call::send(&self.client, &self.prepared, call::decode).await
    }
}

/// Whether the response has the session's token, however the path is spelled.
fn returns_token(path: &str) -> bool {
    match &path_segments(path)[..] {
        [only] => ["system", "token"].iter().any(|name| only.eq_ignore_ascii_case(name)),
        _ => false,
    }
}

/// A path below `/rest/`, without a slash at its ends.
fn check_path(path: &str) -> Result<()> {
    if !path.is_empty() && !path.ends_with('/') && is_valid_path(&format!("/rest/{path}")) {
        return Ok(());
    }
    Err(Error::invalid_request(format!(
        "{path:?} is not a valid path below /rest/: it must be relative, such as \"scan/12\", \
         without a query, and percent-encoded"
    )))
}

impl fmt::Debug for RawCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body may hold credentials: such calls can create users.
        f.debug_struct("RawCall")
            .field("method", &self.options.prepared.method)
            .field("path", &self.options.prepared.path)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stays_below_rest() {
        for path in ["scan", "scanResult/7/x", "repository/1/deviceInfo", "a%20b", "x:y/z"] {
            assert!(check_path(path).is_ok(), "{path}");
        }
        for path in [
            "",
            "/",
            "/scan",
            "scan/",
            "a//b",
            "..",
            "../x",
            "a/../b",
            "a/./b",
            "a/%2e%2e/b",
            "a?b",
            "a#b",
            "a b",
            "a\\b",
            "a\n",
            "a\tb",
            "ä",
            "//evil.example/x",
            "a/%2E%2e",
        ] {
            assert!(check_path(path).is_err(), "{path}");
        }
    }
}
