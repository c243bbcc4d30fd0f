//! A call: made without IO, sent when it is awaited.

use std::{
    fmt,
    future::{Future, IntoFuture},
    pin::Pin,
};

use reqwest::{Method, Request, Url};
use serde_json::Value;

use super::{Client, envelope::Envelope};
use crate::{
    Error, Response, Result,
    http::{self, Idempotency, Operation},
};

pub(super) type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// A request, complete but for the server and the login.
#[derive(Clone)]
pub(super) struct Prepared {
    pub(super) operation: Operation,
    pub(super) method: Method,
    /// Below `/rest/`.
    pub(super) path: String,
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) body: Option<Value>,
}

impl Prepared {
    pub(super) fn new(name: &'static str, method: Method, path: impl Into<String>) -> Self {
        Self {
            operation: Operation::new(name),
            method,
            path: path.into(),
            query: Vec::new(),
            body: None,
        }
    }

    /// The call may be sent again though it is a POST.
    pub(super) fn idempotent(mut self) -> Self {
        self.operation.idempotency = Idempotency::Idempotent;
        self
    }

    pub(super) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub(super) fn json(mut self, body: Value) -> Self {
        self.body = Some(body);
        self
    }

    pub(super) fn request(&self, base_url: &str) -> Result<Request> {
        let url = format!("{base_url}/rest/{}", self.path);
        let mut url = Url::parse(&url)
            .map_err(|error| Error::invalid_request("the URL can't be made").with_source(error))?;
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        let mut request = Request::new(self.method.clone(), url);
        if let Some(body) = &self.body {
            let json = reqwest::header::HeaderValue::from_static("application/json");
            request.headers_mut().insert(reqwest::header::CONTENT_TYPE, json);
            *request.body_mut() = Some(body.to_string().into());
        }
        Ok(request)
    }
}

impl fmt::Debug for Prepared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body of a login contains the password.
        f.debug_struct("Prepared")
            .field("operation", &self.operation.name)
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// A path segment for an id, which is never 0.
pub(super) fn id_segment(what: &str, id: u64) -> Result<u64> {
    if id == 0 {
        return Err(Error::invalid_request(format!(
            "0 is not a valid id of a {what}: ids start at 1"
        )));
    }
    Ok(id)
}

/// Opens the envelope of a response.
pub(super) type Open<T> = fn(&http::Response) -> Result<Envelope<T>>;

/// A call that is ready to be sent: `.await` it for its value, or [`send`](Self::send) it for the
/// value with what came with it.
#[must_use = "a call is sent when it is awaited"]
pub struct Call<T> {
    client: Client,
    prepared: Result<Prepared>,
    open: Open<T>,
}

impl<T> Call<T> {
    pub(super) fn new(client: Client, prepared: Result<Prepared>, open: Open<T>) -> Self {
        Self { client, prepared, open }
    }

    /// Sends it, and returns the value with what came beside it.
    pub async fn send(self) -> Result<Response<T>> {
        let response = self.client.exchange(&self.prepared?).await?;
        Ok((self.open)(&response)?.into_response(&response))
    }
}

impl<T: Send + 'static> IntoFuture for Call<T> {
    type Output = Result<T>;
    type IntoFuture = BoxFuture<Result<T>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async { Ok(self.send().await?.into_inner()) })
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Call");
        match &self.prepared {
            Ok(prepared) => out
                .field("operation", &prepared.operation.name)
                .field("method", &prepared.method)
                .field("path", &prepared.path),
            Err(error) => out.field("error", error),
        };
        out.finish_non_exhaustive()
    }
}
