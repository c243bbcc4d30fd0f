//! A call: made without IO, sent when it is awaited.

use std::{
    borrow::Cow,
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use reqwest::{Method, Request, Url};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Client, envelope::Envelope};
use crate::{
    Error, Response, Result,
    http::{self, Idempotency, Operation, RetryContext},
};

pub(super) type BoxFuture<T> = http::BoxFuture<'static, T>;

/// A request, complete but for the server and the login.
#[derive(Clone)]
pub(super) struct Prepared {
    pub(super) operation: Operation,
    pub(super) method: Method,
    /// Below `/rest/`.
    pub(super) path: String,
    pub(super) query: Vec<(Cow<'static, str>, String)>,
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

    pub(super) fn query(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl Into<String>,
    ) -> Self {
        self.query.push((name.into(), value.into()));
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
            "0 is not a valid id of a {what}: ids begin with 1"
        )));
    }
    Ok(id)
}

/// Reads what a call returns out of the server's response.
pub(super) type Decode<T> = fn(&http::Response) -> Result<Response<T>>;

/// Sends a request and reads what it returns.
pub(super) async fn send<T>(
    client: &Client,
    prepared: &Prepared,
    decode: Decode<T>,
) -> Result<Response<T>> {
    send_in(client, &mut client.transport().context(), prepared, decode).await
}

/// The same as a part of an operation that has begun.
pub(super) async fn send_in<T>(
    client: &Client,
    context: &mut RetryContext,
    prepared: &Prepared,
    decode: Decode<T>,
) -> Result<Response<T>> {
    decode(&client.exchange(context, prepared).await?)
}

/// Reads the value in an envelope.
pub(super) fn decode<T: DeserializeOwned>(response: &http::Response) -> Result<Response<T>> {
    Ok(Envelope::open(response)?.into_response(response))
}

/// For calls that return nothing, whatever is in the envelope.
pub(super) fn decode_nothing(response: &http::Response) -> Result<Response<()>> {
    Ok(Envelope::open_unread(response)?.into_response(response))
}

/// The future of a call, which is made when the call is first polled.
pub(super) struct Running<T>(Option<BoxFuture<Result<T>>>);

impl<T> Running<T> {
    pub(super) fn poll(
        &mut self,
        context: &mut Context<'_>,
        start: impl FnOnce() -> BoxFuture<Result<T>>,
    ) -> Poll<Result<T>> {
        self.0.get_or_insert_with(start).as_mut().poll(context)
    }
}

/// Not begun.
impl<T> Default for Running<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> fmt::Debug for Running<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "sent" } else { "not sent" })
    }
}

/// Makes a call with options a future: of the field `options`, whose `run(self)` does the work,
/// and of the field `running`. With `once`, `options` is an `Option` that is taken.
macro_rules! call_future {
    ($call:ident => $value:ty, once) => {
        impl ::std::future::Future for $call {
            type Output = $crate::Result<$value>;

            fn poll(
                mut self: ::std::pin::Pin<&mut Self>,
                context: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<Self::Output> {
                let Self { options, running } = &mut *self;
                running.poll(context, || match options.take() {
                    Some(options) => Box::pin(options.run()),
                    None => Box::pin(::std::future::pending()),
                })
            }
        }
    };
    ($call:ident => $value:ty) => {
        impl ::std::future::Future for $call {
            type Output = $crate::Result<$value>;

            fn poll(
                mut self: ::std::pin::Pin<&mut Self>,
                context: &mut ::std::task::Context<'_>,
            ) -> ::std::task::Poll<Self::Output> {
                let Self { options, running } = &mut *self;
                running.poll(context, || Box::pin(options.clone().run()))
            }
        }
    };
}
pub(super) use call_future;

/// A call that is ready to be sent. It is sent when it is awaited, and can be joined with others
/// or spawned.
///
/// ```
/// # async fn f(sc: scanops::tenable_sc::Client) -> scanops::Result<()> {
/// let results = sc.scan_results();
/// let (first, second) = tokio::try_join!(results.pause(1), results.pause(2))?;
/// println!("{:?} {:?}", first.status(), second.warnings());
/// let deleted = tokio::spawn(results.delete(3));
/// # drop(deleted);
/// # Ok(()) }
/// ```
#[must_use = "a call is sent when it is awaited"]
pub struct Call<T> {
    client: Client,
    prepared: Result<Prepared>,
    decode: Decode<T>,
    running: Running<Response<T>>,
}

impl<T> Call<T> {
    pub(super) fn new(client: Client, prepared: Result<Prepared>, decode: Decode<T>) -> Self {
        Self { client, prepared, decode, running: Running::default() }
    }
}

impl<T: 'static> Future for Call<T> {
    type Output = Result<Response<T>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { client, prepared, decode, running } = &mut *self;
        running.poll(context, || {
            let (client, prepared, decode) = (client.clone(), prepared.clone(), *decode);
            Box::pin(async move { send(&client, &prepared?, decode).await })
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_can_be_spawned() {
        fn check<T: Send + 'static>() {}
        check::<Call<()>>();
        check::<Call<crate::tenable_sc::record::ScanResult>>();
    }
}
