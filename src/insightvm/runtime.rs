//! What the generated client stands on.
//!
//! progenitor writes its code against a crate of support types, whose errors lose the HTTP status
//! of an answer that can't be read, and show whole bodies and headers. The build replaces that
//! crate by this module (see `build.rs`): the same names, over our transport and our error.

use std::{
    fmt,
    ops::{Deref, DerefMut},
};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{StatusCode, header::HeaderMap};
use serde::{Serialize, Serializer, de::DeserializeOwned, ser::Error as _};
use serde_json::Value;

pub(crate) use super::secret::SharedSecret;
use super::{
    mend::{self, SetAside},
    types::ApiError,
};
pub(crate) use crate::Error;
use crate::{ErrorKind, Result, http::Response};

/// What an operation returned: its value (which this dereferences to), and what came with it.
#[derive(Clone)]
pub struct ResponseValue<T> {
    value: T,
    status: StatusCode,
    headers: HeaderMap,
    set_aside: Vec<SetAside>,
}

impl<T> ResponseValue<T> {
    /// The value alone.
    #[must_use]
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The HTTP status: some 2xx. Consoles answer 200 where 201 is documented, and the reverse.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers of the answer.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The records of a list that could not be typed, as the console sent them; nearly always
    /// none. One record without an id does not cost the other 499 of its page.
    #[must_use]
    pub fn set_aside(&self) -> &[SetAside] {
        &self.set_aside
    }
}

impl<T> Deref for ResponseValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for ResponseValue<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for ResponseValue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers may hold a session's cookies.
        f.debug_struct("ResponseValue")
            .field("value", &self.value)
            .field("status", &self.status)
            .field("set_aside", &self.set_aside)
            .finish_non_exhaustive()
    }
}

impl<T: DeserializeOwned> ResponseValue<T> {
    #[expect(clippy::unused_async, reason = "generated code awaits it")]
    pub(super) async fn from_response(answer: Response) -> Result<Self> {
        let (value, set_aside) = mend::read(&answer)?;
        Ok(Self { value, status: answer.status, headers: answer.headers, set_aside })
    }
}

impl ResponseValue<SharedSecret> {
    pub(super) fn stream(answer: Response) -> Self {
        Self {
            value: SharedSecret::of_checked(&answer.body),
            status: answer.status,
            headers: answer.headers,
            set_aside: Vec::new(),
        }
    }
}

impl Error {
    /// Refuses an argument before there is a request.
    pub(super) fn refusal_of(operation: &'static str) -> impl Fn(String) -> Self {
        move |message| Self::invalid_request(message).with_operation(operation)
    }
}

// The names of the variants that generated code makes errors by.
#[expect(non_snake_case, reason = "generated code takes them for variants of an enum")]
impl Error {
    /// A documented error code. The transport has made an error of it before it comes here.
    pub(super) fn ErrorResponse(response: ResponseValue<ApiError>) -> Self {
        Self::new(
            ErrorKind::of_status(response.status),
            format!("the server answered {}", response.status),
        )
        .with_status(response.status)
        .with_server_message(response.value.message)
    }

    /// Any other code. As above.
    pub(super) fn UnexpectedResponse(answer: Response) -> Self {
        answer.error(
            ErrorKind::of_status(answer.status),
            format!("the server answered {}", answer.status),
        )
    }
}

impl From<reqwest::Error> for Error {
    /// For code that builds requests with the re-exported [`reqwest`](crate::reqwest) beside the
    /// crate's own calls, which return [`Error`] themselves.
    fn from(error: reqwest::Error) -> Self {
        crate::http::from_reqwest(error)
    }
}

/// An operation, as generated code names it.
pub(crate) struct OperationInfo {
    pub(crate) operation_id: &'static str,
}

/// What generated code asks of its client.
#[expect(dead_code, reason = "generated code implements all of it and calls the first")]
pub(crate) trait ClientInfo<Inner> {
    fn api_version() -> &'static str;
    fn baseurl(&self) -> &str;
    fn client(&self) -> &reqwest::Client;
    fn inner(&self) -> &Inner;
}

/// How generated code sends. progenitor's `HooksMode::Expected` makes the compiler demand it.
pub(crate) trait ClientHooks<Inner>: ClientInfo<Inner> {
    async fn pre(&self, _: &mut reqwest::Request, _: &OperationInfo) -> Result<()> {
        Ok(())
    }

    async fn exec(&self, request: reqwest::Request, info: &OperationInfo) -> Result<Response>;

    async fn post(&self, _: &Result<Response>, _: &OperationInfo) -> Result<()> {
        Ok(())
    }
}

/// Imported by all generated code, used by forms alone, which this API has none of.
#[expect(dead_code, reason = "see above")]
pub(crate) trait RequestBuilderExt {}

/// One segment of a path.
pub(super) fn encode_path(segment: &str) -> String {
    const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');
    utf8_percent_encode(segment, RESERVED).to_string()
}

/// A query parameter: left out where its value is none, repeated where it is a list.
pub(super) struct QueryParam<'a, T> {
    name: &'a str,
    value: &'a T,
}

impl<'a, T> QueryParam<'a, T> {
    pub(super) fn new(name: &'a str, value: &'a T) -> Self {
        Self { name, value }
    }
}

impl<T: Serialize> Serialize for QueryParam<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values = query_values(self.value).map_err(S::Error::custom)?;
        serializer.collect_seq(values.into_iter().map(|value| (self.name, value)))
    }
}

/// The values of a query parameter as text.
pub(super) fn query_values<T: Serialize>(value: &T) -> serde_json::Result<Vec<String>> {
    let text = |value| match value {
        Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(match serde_json::to_value(value)? {
        Value::Null => Vec::new(),
        Value::Array(values) => values.into_iter().map(text).collect(),
        value => vec![text(value)],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query<T: Serialize>(value: &T) -> String {
        let request = reqwest::Client::new()
            .get("http://console/")
            .query(&QueryParam::new("sort", value))
            .build()
            .unwrap();
        request.url().query().unwrap_or_default().to_owned()
    }

    #[test]
    fn query_parameters_are_left_out_or_repeated() {
        assert_eq!(query(&None::<i32>), "");
        assert_eq!(query(&Some(0)), "sort=0");
        assert_eq!(
            query(&Some(vec!["a,DESC".to_owned(), "b&c".to_owned()])),
            "sort=a%2CDESC&sort=b%26c"
        );
        assert_eq!(query(&Some(Vec::<String>::new())), "");
    }

    #[test]
    fn a_path_segment_stays_one() {
        assert_eq!(encode_path("a/b c?d#e%"), "a%2Fb%20c%3Fd%23e%25");
        assert_eq!(encode_path("-1"), "-1");
    }
}
