//! Calls that this crate has no method for.

use std::future::IntoFuture;

use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use super::{
    Client,
    runtime::{OperationInfo, QueryParam},
};
use crate::{Error, Response, Result, http::is_valid_path};

const OPERATION: &str = "request";

/// A call that this crate has no method for: see [`Client::request`].
///
/// It is sent when it is awaited.
#[derive(Debug)]
#[must_use = "a request is sent when it is awaited"]
pub struct Request<'c> {
    client: &'c Client,
    builder: Result<reqwest::RequestBuilder>,
    idempotent: bool,
}

impl Client {
    /// A call that this crate has no method for, by method and path.
    ///
    /// It is sent like every other call: to this console only, with the same credentials, timeouts
    /// and retries, and with errors classified in the same way. The value is the JSON of
    /// the response; [`Value::Null`] if it is empty, a [`Value::String`] if it is bare text.
    ///
    /// ```
    /// # async fn f(console: scanops::insightvm::Client) -> scanops::Result<()> {
    /// use scanops::reqwest::Method;
    ///
    /// let sites = console.request(Method::GET, "/api/3/sites").query("size", 100).await?;
    /// for site in sites["resources"].as_array().into_iter().flatten() {
    ///     println!("{}", site["name"]);
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// When it is awaited: [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if the
    /// path does not begin with a slash, leads elsewhere (`..`, `//`), has a query (use
    /// [`query`](Request::query)) or a fragment, or has characters that must be percent-encoded; else
    /// what every call can fail with.
    pub fn request(&self, method: Method, path: &str) -> Request<'_> {
        let builder = if is_valid_path(path) {
            Ok(self.client.request(method, format!("{}{path}", self.baseurl)))
        } else {
            let message = format!(
                "{path:?} is not a valid path: it must begin with a slash, be percent-encoded, and have \
                 no query, no empty segment, and no `.` or `..`"
            );
            Err(Error::invalid_request(message).with_operation(OPERATION))
        };
        Request { client: self, builder, idempotent: false }
    }
}

impl Request<'_> {
    /// Adds a query parameter. A list repeats it; `None` adds nothing.
    pub fn query(mut self, name: &str, value: impl Serialize) -> Self {
        self.builder = self.builder.map(|it| it.query(&QueryParam::new(name, &value)));
        self
    }

    /// Sets the body, as JSON.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        self.builder = self.builder.map(|it| it.json(body));
        self
    }

    /// Allows a POST or a PATCH to be repeated when it is unknown whether it was carried out. GET,
    /// HEAD, OPTIONS, PUT and DELETE may be repeated in any case.
    pub fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }
}

impl<'c> IntoFuture for Request<'c> {
    type Output = Result<Response<Value>>;
    type IntoFuture = std::pin::Pin<Box<dyn Future<Output = Self::Output> + Send + 'c>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let Self { client, builder, idempotent } = self;
            let request = builder?.build().map_err(|error| {
                Error::invalid_request("the request can't be built")
                    .with_operation(OPERATION)
                    .with_source(error)
            })?;
            let accept = "application/json, text/plain;q=0.5";
            client
                .execute(request, OperationInfo { operation_id: OPERATION, accept, idempotent })
                .await
        })
    }
}
