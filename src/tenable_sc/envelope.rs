//! The envelope that every JSON response of Tenable.sc comes in.

use jiff::Timestamp;
use reqwest::StatusCode;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::{Value, value::RawValue};

use crate::{
    Error, ErrorKind, Result, Warning,
    http::{DecodeCost, Operation, Response, ServerMessage, looks_like_html},
    response::Parts,
};

/// The session has expired.
pub(super) const INVALID_TOKEN: i64 = 12;
const ACCESS_REJECTED: i64 = 146;
/// The resource does not exist.
pub(super) const NOT_FOUND: i64 = 147;

/// The largest `error_code` or `error_msg` that is looked at, in bytes.
const LARGEST_FIELD: usize = 64 * 1024;

/// The memory that records of scan results take. The limit allows 400 000 of them with the default
/// fields, or 30 000 with all fields.
const DECODE_COST: DecodeCost =
    DecodeCost { object: 720, array: 160, comma: 64, colon: 150, byte: 2 };

/// The operation whose failures come with code 0 and a message.
pub(super) const EMAIL: &str = "scanResult::email::POST";

/// The fields that say whether a call failed. The rest of the body is skipped, so that nothing in it
/// can hide an error.
#[derive(Default, Deserialize)]
struct Outcome<'a> {
    #[serde(borrow)]
    error_code: Option<&'a RawValue>,
    #[serde(borrow)]
    error_msg: Option<&'a RawValue>,
}

/// An envelope as it is sent.
#[derive(Deserialize)]
struct Wire<T> {
    response: Option<T>,
    #[serde(default)]
    warnings: Value,
    #[serde(default)]
    timestamp: Value,
    // Named, so that a body with two of either is an error: it is unknown which one counts.
    #[serde(default, rename = "error_code")]
    _error_code: IgnoredAny,
    #[serde(default)]
    error_msg: Value,
}

/// The content of an envelope, and what came with it.
#[derive(Clone, Debug)]
pub(crate) struct Envelope<T> {
    pub(crate) response: T,
    pub(super) warnings: Vec<Warning>,
    pub(super) timestamp: Option<Timestamp>,
}

impl<T: DeserializeOwned> Envelope<T> {
    /// Opens a response that is not an error. A missing `response` is the same as `null`.
    pub(crate) fn open(response: &Response) -> Result<Self> {
        response.check_decoded_size(DECODE_COST)?;
        let read = parse(response).and_then(|wire: Wire<T>| {
            let null = || serde_json::from_str("null");
            let value = wire.response.map_or_else(null, Ok)?;
            Ok((value, wire.warnings, wire.timestamp, wire.error_msg))
        });
        let (value, warnings, timestamp, message) =
            read.map_err(|error| unreadable(response, error))?;
        let mut warnings: Vec<_> = match warnings {
            Value::Array(warnings) => warnings.iter().map(warning).collect(),
            _ => Vec::new(),
        };
        // A message with code 0 that `classify` did not take for an error.
        if let Some(message) = message.as_str().map(str::trim).filter(|text| !text.is_empty()) {
            warnings.push(Warning { code: None, message: message.to_owned() });
        }
        let timestamp = match code(&timestamp) {
            Code::Number(seconds) => Timestamp::from_second(seconds).ok(),
            Code::None | Code::Unreadable => None,
        };
        Ok(Self { response: value, warnings, timestamp })
    }
}

impl Envelope<()> {
    /// For calls that return nothing, whatever is in it.
    pub(super) fn open_unread(response: &Response) -> Result<Self> {
        Envelope::<IgnoredAny>::open(response).map(|envelope| envelope.map(|_| ()))
    }
}

impl<T> Envelope<T> {
    pub(super) fn map<U>(self, convert: impl FnOnce(T) -> U) -> Envelope<U> {
        let Self { response, warnings, timestamp } = self;
        Envelope { response: convert(response), warnings, timestamp }
    }

    /// The value of a call, with what came with it.
    pub(super) fn into_response(self, response: &Response) -> crate::Response<T> {
        for warning in &self.warnings {
            tracing::debug!(operation = response.call.operation, code = warning.code, "warning");
        }
        let parts =
            Parts { warnings: self.warnings, timestamp: self.timestamp, ..response.parts() };
        crate::Response::new(self.response, parts)
    }
}

fn warning(value: &Value) -> Warning {
    let code = match value.get("code").map_or(Code::None, code) {
        Code::Number(code) => Some(code),
        Code::None | Code::Unreadable => None,
    };
    let message = match value.get("warning").unwrap_or(value) {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Warning { code, message }
}

fn parse<T: DeserializeOwned>(response: &Response) -> serde_json::Result<Wire<T>> {
    let object = response.body.trim_ascii_start();
    // serde would take an array for the fields in their order.
    let object = if object.starts_with(b"[") { &[] } else { object };
    serde_json::from_slice(object)
}

fn unreadable(response: &Response, error: serde_json::Error) -> Error {
    if parse::<IgnoredAny>(response).is_ok() {
        let error_without_text =
            response.error(ErrorKind::Decode, "the response is not what this call returns");
        return if response.confidential {
            error_without_text
        } else {
            error_without_text.with_source(error)
        };
    }
    let what = if looks_like_html(&response.body) {
        "the response is an HTML page, not JSON"
    } else if response.body.trim_ascii().is_empty() {
        "the response is empty"
    } else {
        "the response is not one of Tenable.sc"
    };
    response.decode_error(what, error)
}

/// Whether a response is an error. The HTTP status alone does not say so: errors come with 200, and
/// a mail that could not be sent with 200, code 0 and a message.
pub(crate) fn classify(
    operation: &Operation,
    status: StatusCode,
    body: &[u8],
) -> Result<(), ServerMessage> {
    // Not all messages are UTF-8.
    let body = String::from_utf8_lossy(body);
    let outcome: Outcome<'_> = serde_json::from_str(&body).unwrap_or_default();
    // What serde_json can't represent (nested too deeply, for example) is not a valid code.
    // Nor is what is too large for one: it is not worth the memory.
    let value = |raw: Option<&RawValue>| match raw.map(RawValue::get) {
        None => Value::Null,
        Some(raw) if raw.len() > LARGEST_FIELD => Value::Bool(true),
        Some(raw) => serde_json::from_str(raw).unwrap_or(Value::Bool(true)),
    };
    let code = code(&value(outcome.error_code));
    let message = message(&value(outcome.error_msg));
    let text = match &message {
        Message::Text(text) => Some(text.clone()),
        Message::None | Message::Unreadable => None,
    };
    let contains =
        |what: &str| text.as_ref().is_some_and(|text| text.to_ascii_lowercase().contains(what));
    let locked = contains("database is locked");
    let failed = match (&code, &message) {
        (Code::Number(_) | Code::Unreadable, _) | (_, Message::Unreadable) => true,
        (Code::None, Message::Text(_)) => locked || operation.name == EMAIL,
        (Code::None, Message::None) => false,
    };
    if status.is_success() && !failed {
        return Ok(());
    }
    let number = match code {
        Code::Number(number) => Some(number),
        Code::None | Code::Unreadable => None,
    };
    let kind = match number {
        _ if locked => Some(ErrorKind::Unavailable),
        Some(INVALID_TOKEN) => Some(ErrorKind::Unauthorized),
        Some(NOT_FOUND) => Some(ErrorKind::NotFound),
        // Also sent for invalid values: the text says which.
        Some(ACCESS_REJECTED)
            if text.is_none()
                || ["access", "permission", "authoriz", "not allowed"]
                    .into_iter()
                    .any(contains) =>
        {
            Some(ErrorKind::Forbidden)
        }
        // Every error comes with 403, so the code says more.
        Some(_) if status == StatusCode::FORBIDDEN => Some(ErrorKind::Rejected),
        _ if status.is_success() => Some(ErrorKind::Rejected),
        _ => None,
    };
    Err(ServerMessage { kind, code: number, text })
}

/// `error_code` as servers send it.
enum Code {
    /// Missing, or 0.
    None,
    Number(i64),
    /// Present, and not a whole number.
    Unreadable,
}

fn code(value: &Value) -> Code {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be a whole number")]
    let whole =
        |number: f64| (number.fract() == 0.0 && number.abs() < 1e15).then_some(number as i64);
    let number = match value {
        Value::Null | Value::Bool(false) => return Code::None,
        Value::String(text) if text.trim().is_empty() => return Code::None,
        Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
        Value::String(text) => {
            let text = text.trim();
            text.parse().ok().or_else(|| whole(text.parse().ok()?))
        }
        _ => None,
    };
    match number {
        Some(0) => Code::None,
        Some(number) => Code::Number(number),
        None => Code::Unreadable,
    }
}

/// `error_msg` as servers send it.
enum Message {
    /// Missing, or empty.
    None,
    Text(String),
    /// Present, and not a string.
    Unreadable,
}

fn message(value: &Value) -> Message {
    match value {
        Value::Null | Value::Bool(false) => Message::None,
        Value::String(text) => match text.trim() {
            "" => Message::None,
            text => Message::Text(text.to_owned()),
        },
        Value::Array(items) if items.is_empty() => Message::None,
        Value::Object(fields) if fields.is_empty() => Message::None,
        _ => Message::Unreadable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn error(operation: &'static str, status: u16, body: &[u8]) -> Option<ServerMessage> {
        let status = StatusCode::from_u16(status).unwrap();
        classify(&Operation::new(operation), status, body).err()
    }

    #[test]
    fn errors_are_classified_by_code_and_message_before_status() {
        use ErrorKind::{Forbidden, NotFound, Rejected, Unauthorized, Unavailable};
        for (status, body, kind) in [
            (200, r#"{"error_code": 147, "error_msg": "gone"}"#, Some(NotFound)),
            (403, r#"{"error_code": 147, "error_msg": "gone"}"#, Some(NotFound)),
            (403, r#"{"error_code": "147", "error_msg": "gone"}"#, Some(NotFound)),
            (403, r#"{"error_code": 12}"#, Some(Unauthorized)),
            (403, r#"{"error_code": 146}"#, Some(Forbidden)),
            (
                403,
                r#"{"error_code": 146, "error_msg": "Group #2 does not have access to it"}"#,
                Some(Forbidden),
            ),
            (
                403,
                r#"{"error_code": 146, "error_msg": "Scan Result #2 is Running and can't be downloaded"}"#,
                Some(Rejected),
            ),
            (403, r#"{"error_code": 99}"#, Some(Rejected)),
            (403, r#"{"error_code": 0, "error_msg": ""}"#, None),
            (
                200,
                r#"{"error_code": 0, "error_msg": "Scan Result email failed.\n"}"#,
                Some(Rejected),
            ),
            (200, r#"{"error_code": 1, "error_msg": "Database is LOCKED"}"#, Some(Unavailable)),
            (500, r#"{"error_code": 1, "error_msg": "database is locked"}"#, Some(Unavailable)),
            (500, r#"{"error_code": 1}"#, None),
            (502, "<html>", None),
        ] {
            let message = error(EMAIL, status, body.as_bytes()).unwrap();
            assert_eq!(message.kind, kind, "{status} {body}");
        }
        for body in [r#"{"error_code": 0, "error_msg": ""}"#, "{}", "[]", "not json", ""] {
            let accepted = error(EMAIL, 200, body.as_bytes()).is_none();
            assert!(accepted, "{body}: whether it can be read is seen when it is opened");
        }
    }

    #[test]
    fn an_error_is_never_taken_for_a_success_however_it_is_written() {
        let deep = "[".repeat(1000) + &"]".repeat(1000);
        let long = format!("[{}0]", "0,".repeat(LARGEST_FIELD));
        for (field, value, code) in [
            ("error_code", "12.0", Some(12)),
            ("error_code", "1.2e1", Some(12)),
            ("error_code", "\" 147 \"", Some(147)),
            ("error_code", "99999999999999999999", None),
            ("error_code", "0.5", None),
            ("error_code", "true", None),
            ("error_code", "\"0x93\"", None),
            ("error_code", "[147]", None),
            ("error_code", "{\"a\":1}", None),
            ("error_code", &deep, None),
            ("error_msg", "[\"no\"]", None),
            ("error_msg", "7", None),
            ("error_msg", "true", None),
            ("error_msg", &deep, None),
            ("error_msg", &long, None),
        ] {
            let body = format!("{{\"response\": {{}}, \"{field}\": {value}}}");
            let message = error("scanResult::GET", 200, body.as_bytes()).expect(value);
            assert_eq!((message.kind.is_some(), message.code), (true, code), "{value}");
        }
        let latin_1 = b"{\"error_code\": 99, \"error_msg\": \"Ung\xfcltig\"}";
        let message = error("scanResult::GET", 200, latin_1).unwrap();
        assert_eq!((message.code, message.text.as_deref()), (Some(99), Some("Ung\u{fffd}ltig")));
    }

    #[test]
    fn a_message_with_code_0_is_an_error_of_a_mail_and_a_warning_elsewhere() {
        let body = br#"{"response": "", "error_code": 0, "error_msg": "something to know"}"#;
        assert!(error(EMAIL, 200, body).is_some());
        assert!(error("scanResult::GET", 200, body).is_none());
    }

    #[test]
    fn warnings_are_kept_whatever_their_form() {
        let sent: Vec<Value> =
            serde_json::from_str(r#"[{"code": "7", "warning": "old"}, "bare", {"x": 1}]"#).unwrap();
        let warnings: Vec<Warning> = sent.iter().map(warning).collect();
        assert_eq!((warnings[0].code, warnings[0].message.as_str()), (Some(7), "old"));
        assert_eq!((warnings[1].code, warnings[1].message.as_str()), (None, "bare"));
        assert_eq!(warnings[2].message, r#"{"x":1}"#);
    }

    proptest! {
        #[test]
        fn no_body_makes_it_panic(body in "\\PC*", status in 100u16..600) {
            let _ = error(EMAIL, status, body.as_bytes());
        }
    }
}
