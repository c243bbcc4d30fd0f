//! How calls use the transport, and how responses are classified and read.

use bytes::Bytes;
use reqwest::{
    Method, Request, StatusCode,
    header::{ACCEPT, HeaderValue},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Client, SharedSecret,
    decode::{Decoded, Json, Reason},
    runtime::OperationInfo,
};
use crate::{
    Error, ErrorKind, Response, Result, Warning,
    http::{self, DecodeCost, Idempotency, Operation, ServerMessage, looks_like_html, summary},
    response::{InvalidRecords, Parts},
};

/// The memory that a console's records take.
const DECODE_COST: DecodeCost = DecodeCost { object: 640, array: 32, comma: 64, colon: 1, byte: 1 };
/// The longest text that can be an error of the console.
const LONGEST_ERROR: usize = 64 * 1024;

impl Client {
    /// Sends a request and reads its response.
    pub(super) async fn execute<T: Payload>(
        &self,
        mut request: Request,
        info: OperationInfo,
    ) -> Result<Response<T>> {
        // 8.x consoles answer 406 to a request for the shared secret that does not accept text.
        request.headers_mut().insert(ACCEPT, HeaderValue::from_static(info.accept));
        let mut operation = Operation::new(info.operation_id);
        if info.idempotent {
            operation.idempotency = Idempotency::Idempotent;
        }
        let received = Received(self.transport.call(request, operation).await?);
        let Content { value, invalid_records, warnings } = T::read(&received)?;
        if !invalid_records.kept.is_empty() {
            tracing::warn!(
                operation = info.operation_id,
                records = invalid_records.kept.len() + invalid_records.more,
                "some records of the list are invalid",
            );
        }
        let response = Response::new(value, Parts { warnings, ..received.0.parts() });
        Ok(response.with_invalid_records(invalid_records))
    }
}

/// A successful response, as the transport hands it over.
pub(super) struct Received(http::Response);

impl Received {
    fn body(&self) -> &Bytes {
        &self.0.body
    }

    /// Whether the call only reads.
    fn is_read(&self) -> bool {
        self.0.call.method == Method::GET
    }

    fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        self.0.error(kind, message)
    }
}

/// What a response is read as.
pub(super) trait Payload: Sized {
    fn read(received: &Received) -> Result<Content<Self>>;
}

/// A value with what else was found in the body.
pub(super) struct Content<T> {
    value: T,
    invalid_records: InvalidRecords,
    warnings: Vec<Warning>,
}

impl<T> Content<T> {
    fn new(value: T) -> Self {
        Self { value, invalid_records: InvalidRecords::default(), warnings: Vec::new() }
    }

    fn with_warning(mut self, message: impl Into<String>) -> Self {
        self.warnings.push(Warning { code: None, message: message.into() });
        self
    }
}

/// If the console reports a success, a call that changes something has changed it. Then a body that
/// can't be read is a warning: an error would make callers repeat the call.
impl<T: Json + Default> Payload for T {
    fn read(received: &Received) -> Result<Content<Self>> {
        let body = received.body();
        let is_read = received.is_read();
        if looks_like_html(body) {
            return Err(not_json(received, "the response is an HTML page, not JSON"));
        }
        if body.trim_ascii().is_empty() {
            if is_read {
                return Err(received.error(ErrorKind::Decode, "the response is empty"));
            }
            // Documented for changes, whose responses have nothing but links.
            let Ok(Decoded { value, is_bare, .. }) = T::from_json("{}") else {
                return Ok(Content::new(T::default()).with_warning(UNREADABLE));
            };
            let content = Content::new(value);
            return Ok(if is_bare { content.with_warning(UNREADABLE) } else { content });
        }
        let read = received
            .0
            .check_decoded_size(DECODE_COST)
            .and_then(|()| utf8(received))
            .and_then(|text| T::from_json(text).map_err(|reason| unreadable(received, reason)));
        match read {
            Ok(Decoded { value, invalid, is_bare }) => {
                let content = Content { invalid_records: invalid, ..Content::new(value) };
                Ok(if is_bare && !is_read { content.with_warning(UNREADABLE) } else { content })
            }
            Err(error) if is_read => Err(error),
            Err(_) => Ok(Content::new(T::default()).with_warning(UNREADABLE)),
        }
    }
}

const UNREADABLE: &str = "the console carried out the call, but did not return what is documented; don't repeat the call";

/// Any JSON: for calls that this crate has no method for.
impl Payload for Value {
    fn read(received: &Received) -> Result<Content<Self>> {
        let body = received.body();
        if body.trim_ascii().is_empty() {
            return Ok(Content::new(Value::Null));
        }
        if looks_like_html(body) {
            return Err(not_json(received, "the response is an HTML page, not JSON"));
        }
        received.0.check_decoded_size(DECODE_COST)?;
        let text = utf8(received)?;
        // Some calls return bare text.
        Ok(Content::new(serde_json::from_str(text).unwrap_or_else(|_| text.into())))
    }
}

impl Payload for SharedSecret {
    fn read(received: &Received) -> Result<Content<Self>> {
        Self::parse(received.body()).map(Content::new).ok_or_else(|| {
            // No excerpt: it may be a secret in a form that is not known here.
            received
                .error(ErrorKind::Decode, "the response is not a shared secret")
                .with_excerpt(None)
        })
    }
}

fn utf8(received: &Received) -> Result<&str> {
    std::str::from_utf8(received.body())
        .map_err(|_| received.error(ErrorKind::Decode, "the response is not UTF-8"))
}

fn unreadable(received: &Received, reason: Reason) -> Error {
    let body = received.body();
    // Worth the time: the error should say whether the text is JSON at all.
    if serde_json::from_slice::<serde::de::IgnoredAny>(body).is_err() {
        return not_json(received, "the response is not JSON").with_source(reason);
    }
    received
        .error(ErrorKind::Decode, "the response is JSON, but not what this call returns")
        .with_server_message(message_in(body))
        .with_source(reason)
}

fn not_json(received: &Received, what: &'static str) -> Error {
    received.error(ErrorKind::Decode, what).with_server_message(summary(received.body()))
}

/// Whether a response is an error, and the console's message. Some errors are JSON, with `status` a
/// number or a string; some are HTML or bare text, which the transport reads. An error with HTTP
/// status 200 is an error too.
pub(super) fn classify(
    _: &Operation,
    status: StatusCode,
    body: &[u8],
) -> Result<(), ServerMessage> {
    // No error is so long, and a list that is should not be read twice.
    if status.is_success() && body.len() > LONGEST_ERROR {
        return Ok(());
    }
    let error = error_in(body);
    let text = error.text();
    if !status.is_success() {
        return Err(ServerMessage { text, ..ServerMessage::default() });
    }
    match error.code() {
        Some(code) if text.is_some() => {
            let kind = Some(ErrorKind::of_status(code));
            Err(ServerMessage { kind, text, ..ServerMessage::default() })
        }
        _ => Ok(()),
    }
}

fn message_in(body: &[u8]) -> Option<String> {
    error_in(body.get(..body.len().min(LONGEST_ERROR))?).text()
}

fn error_in(body: &[u8]) -> ConsoleError {
    // An array would be taken for the fields in their order.
    let object = body.trim_ascii_start().starts_with(b"{");
    object.then(|| serde_json::from_slice(body).ok()).flatten().unwrap_or_default()
}

/// The fields that show that a text is an error. Hardly any record has both.
#[derive(Default, Deserialize)]
struct ConsoleError {
    status: Option<Value>,
    message: Option<Value>,
}

impl ConsoleError {
    fn text(&self) -> Option<String> {
        let text = self.message.as_ref()?.as_str()?;
        (!text.trim().is_empty()).then(|| text.to_owned())
    }

    /// The HTTP status of the error. The status of an engine or of a scan is a word.
    fn code(&self) -> Option<StatusCode> {
        let code = match self.status.as_ref()? {
            Value::Number(number) => number.as_u64().and_then(|code| u16::try_from(code).ok()),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let code = StatusCode::from_u16(code?).ok()?;
        (code.is_client_error() || code.is_server_error()).then_some(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::GROWTH;

    #[test]
    fn a_long_success_is_not_searched_for_an_error() {
        let operation = Operation::new("getScanEngines");
        let response = |length: usize| {
            let start = r#"{"status": 404, "message": "not found""#;
            format!("{start}{}}}", " ".repeat(length - start.len() - 1))
        };
        let error =
            |length| classify(&operation, StatusCode::OK, response(length).as_bytes()).err();
        assert_eq!(error(LONGEST_ERROR).unwrap().kind, Some(ErrorKind::NotFound));
        assert!(error(LONGEST_ERROR + 1).is_none() && error(2 * LONGEST_ERROR).is_none());
    }

    #[test]
    fn dense_json_is_distinguished_from_real_lists() {
        let dense = r#"{"id":1},"#.repeat(1000);
        assert!(DECODE_COST.of(dense.as_bytes()) > GROWTH * dense.len());
        let engine = r#"{"address":"engine-1.berlin.example.com","contentVersion":"2459471822",
            "id":6,"lastRefreshedDate":"2017-09-01T00:00:00.000Z","name":"Berlin 1","port":40814,
            "lastUpdatedDate":"2017-09-01T00:00:00.000Z","productVersion":"6.6.1","sites":[1,2,3],
            "links":[{"href":"https://console.example.com:3780/api/3/scan_engines/6","rel":"self"},
            {"href":"https://console.example.com:3780/api/3/scan_engines/6/sites","rel":"Sites"},
            {"href":"https://console.example.com:3780/api/3/scan_engines/6/scans","rel":"Scans"}]},"#;
        let list = engine.repeat(1000);
        assert!(DECODE_COST.of(list.as_bytes()) < GROWTH * list.len());
    }
}
