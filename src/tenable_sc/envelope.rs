//! The envelope that every JSON answer of Tenable.sc comes in.

use std::time::{Duration, SystemTime};

use memchr::{memchr, memmem};
use reqwest::StatusCode;
use serde::{
    Deserialize,
    de::{DeserializeOwned, IgnoredAny},
};
use serde_json::{Value, value::RawValue};

use crate::{
    Error, ErrorKind, Result, Warning,
    http::{Answer, Explanation, Verdict, looks_like_html, summary},
};

/// The session has expired.
pub(super) const INVALID_TOKEN: i64 = 12;
const ACCESS_REFUSED: i64 = 146;
const NOT_FOUND: i64 = 147;

/// A warning as servers send it: `{"code": …, "warning": …}`.
fn warning(value: &Value) -> Warning {
    let code = value.get("code").and_then(integer);
    let message = match value.get("warning").unwrap_or(value) {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Warning { code, message }
}

/// What tells a refusal: read without what is inside of anything, so that nothing in there can
/// hide it.
#[derive(Default, Deserialize)]
struct Outcome<'a> {
    #[serde(borrow)]
    error_code: Option<&'a RawValue>,
    #[serde(borrow)]
    error_msg: Option<&'a RawValue>,
}

fn value(raw: Option<&RawValue>) -> Value {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

/// An envelope as it comes.
#[derive(Deserialize)]
struct Wire<T> {
    response: Option<T>,
    #[serde(default)]
    warnings: Value,
    #[serde(default)]
    timestamp: Value,
    // Where one of these came twice, nobody knows whether it was refused.
    #[serde(default, rename = "error_code")]
    _error_code: IgnoredAny,
    #[serde(default, rename = "error_msg")]
    _error_msg: IgnoredAny,
}

/// What is in an envelope, and what came beside it.
#[derive(Clone, Debug)]
pub(crate) struct Envelope<T> {
    pub(crate) response: T,
    pub(super) warnings: Vec<Warning>,
    pub(super) timestamp: Option<SystemTime>,
}

impl<T: DeserializeOwned> Envelope<T> {
    /// Opens an answer that was not refused. Nothing in it is the same as `null` in it.
    pub(crate) fn open(answer: &Answer) -> Result<Self> {
        // Read in one go: what is wrong is looked for where something is.
        let read = parse(answer).and_then(|wire| {
            let nothing = || serde_json::from_str("null");
            Ok((wire.response.map_or_else(nothing, Ok)?, wire.warnings, wire.timestamp))
        });
        let (response, warnings, timestamp) = read.map_err(|error| refuse(answer, error))?;
        let warnings: Vec<_> = match warnings {
            Value::Array(warnings) => warnings.iter().map(warning).collect(),
            _ => Vec::new(),
        };
        let timestamp = integer(&timestamp).and_then(|seconds| u64::try_from(seconds).ok());
        let timestamp = timestamp
            .and_then(|seconds| SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)));
        Ok(Self { response, warnings, timestamp })
    }
}

impl Envelope<()> {
    /// For calls that return nothing, whatever is in it.
    pub(super) fn open_unread(answer: &Answer) -> Result<Self> {
        Envelope::<IgnoredAny>::open(answer).map(|envelope| envelope.map(|_| ()))
    }
}

impl<T> Envelope<T> {
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Envelope<U> {
        let Self { response, warnings, timestamp } = self;
        Envelope { response: change(response), warnings, timestamp }
    }
}

fn parse<T: DeserializeOwned>(answer: &Answer) -> serde_json::Result<Wire<T>> {
    let object = answer.body.trim_ascii_start();
    // An array would be taken for the fields in their order.
    let object = if object.starts_with(b"[") { &[] } else { object };
    serde_json::from_slice(object)
}

fn refuse(answer: &Answer, error: serde_json::Error) -> Error {
    let Err(error) = parse::<IgnoredAny>(answer).map(|_| &error) else {
        let what = "the answer is not what this call returns";
        return answer.refuse(ErrorKind::Decode, what).with_source(error);
    };
    let what = if looks_like_html(&answer.body) {
        "the answer is an HTML page, not JSON"
    } else if answer.body.trim_ascii().is_empty() {
        "the answer is empty"
    } else {
        "the answer is not one of Tenable.sc's"
    };
    answer
        .refuse(ErrorKind::Decode, what)
        .with_answer(None, summary(&answer.body))
        .with_source(error)
}

/// What Tenable.sc says of a call. HTTP's status is the least of it: a refusal comes with 200, and
/// a mail that was not sent with 200, code 0 and a message.
pub(crate) fn examine(status: StatusCode, body: &[u8]) -> Verdict {
    if status.is_success() && is_plainly_accepted(body) {
        return Verdict::Accept;
    }
    judge(status, body)
}

fn judge(status: StatusCode, body: &[u8]) -> Verdict {
    // Not all messages are in UTF-8. Most are: to look for that alone takes a tenth of the time.
    let body = std::str::from_utf8(body)
        .map_or_else(|_| String::from_utf8_lossy(body), std::borrow::Cow::Borrowed);
    let outcome: Outcome<'_> = serde_json::from_str(&body).unwrap_or_default();
    let code = integer(&value(outcome.error_code)).filter(|code| *code != 0);
    let message = match value(outcome.error_msg) {
        Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
        _ => None,
    };
    if status.is_success() && code.is_none() && message.is_none() {
        return Verdict::Accept;
    }
    let locked = message
        .as_ref()
        .is_some_and(|text| text.to_ascii_lowercase().contains("database is locked"));
    let kind = match code {
        _ if locked => Some(ErrorKind::Unavailable),
        Some(INVALID_TOKEN) => Some(ErrorKind::Unauthorized),
        Some(ACCESS_REFUSED) => Some(ErrorKind::Forbidden),
        Some(NOT_FOUND) => Some(ErrorKind::NotFound),
        // 403 is what everything comes with that is refused: the code says more than it does.
        Some(_) if status.is_success() || status == StatusCode::FORBIDDEN => {
            Some(ErrorKind::Rejected)
        }
        None if status.is_success() => Some(ErrorKind::Rejected),
        _ => None,
    };
    Verdict::Refuse(Explanation { kind, code, message })
}

/// Whether nothing that could be the code or the message of a refusal says anything: most answers
/// are spared a second reading.
fn is_plainly_accepted(body: &[u8]) -> bool {
    // A name may be written with escapes.
    let escapes = memchr(b'\\', body).and_then(|at| body.get(at..));
    if escapes.is_some_and(|rest| memmem::find(rest, br"\u00").is_some()) {
        return false;
    }
    memmem::find_iter(body, b"\"error_").all(|at| {
        let rest = body.get(at + "\"error_".len()..).unwrap_or_default();
        let (value, nothing) = match (rest.strip_prefix(b"code\""), rest.strip_prefix(b"msg\"")) {
            (Some(value), _) => (value, &b"0"[..]),
            (_, Some(value)) => (value, &b"\"\""[..]),
            _ => return true,
        };
        let after = value.trim_ascii_start().strip_prefix(b":").map(<[u8]>::trim_ascii_start);
        let after = after.and_then(|value| value.strip_prefix(nothing));
        after.is_some_and(|rest| matches!(rest.trim_ascii_start().first(), Some(b',' | b'}')))
    })
}

/// A whole number, as a number or in a string.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refusal(status: u16, body: &str) -> Option<Explanation> {
        match examine(StatusCode::from_u16(status).unwrap(), body.as_bytes()) {
            Verdict::Accept => None,
            Verdict::Refuse(explanation) => Some(explanation),
        }
    }

    #[test]
    fn refusals_are_told_by_code_and_message_before_status() {
        use ErrorKind::{Forbidden, NotFound, Rejected, Unauthorized, Unavailable};
        for (status, body, kind) in [
            (200, r#"{"error_code": 147, "error_msg": "gone"}"#, Some(NotFound)),
            (403, r#"{"error_code": 147, "error_msg": "gone"}"#, Some(NotFound)),
            (403, r#"{"error_code": "147", "error_msg": "gone"}"#, Some(NotFound)),
            (403, r#"{"error_code": 12}"#, Some(Unauthorized)),
            (403, r#"{"error_code": 146}"#, Some(Forbidden)),
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
            let explanation = refusal(status, body).unwrap();
            assert_eq!(explanation.kind, kind, "{status} {body}");
        }
        for body in [r#"{"error_code": 0, "error_msg": ""}"#, "{}", "[]", "not json", ""] {
            assert!(refusal(200, body).is_none(), "{body}: what it is, is seen when it is opened");
        }
    }

    #[test]
    fn nothing_hides_a_refusal() {
        let latin_1 = &b"{\"error_code\": 99, \"error_msg\": \"Ung\xfcltig\"}"[..];
        let deep = "[".repeat(1000) + &"]".repeat(1000);
        let deep = format!(r#"{{"error_code": 99, "error_msg": {deep}}}"#);
        for (body, message) in [(latin_1, Some("Ung\u{fffd}ltig")), (deep.as_bytes(), None)] {
            let Verdict::Refuse(explanation) = examine(StatusCode::OK, body) else { panic!() };
            assert_eq!((explanation.code, explanation.message.as_deref()), (Some(99), message));
        }
    }

    #[test]
    fn most_answers_are_read_once() {
        for body in [
            r#"{"type":"regular","response":"","error_code":0,"error_msg":"","warnings":[]}"#,
            r#"{"error_code" : 0 , "error_msg": "" }"#,
            r#"{"response": {"errors": 3}}"#,
        ] {
            assert!(is_plainly_accepted(body.as_bytes()), "{body}");
        }
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
        fn no_refusal_is_missed_by_a_glance(
            fields in prop::collection::vec((
                prop::sample::select(vec![
                    r#""error_code""#, r#""error_msg""#, r#""error\u005fcode""#, r#""\u0065rror_msg""#,
                    r#""error_count""#, r#""response""#, r#""\\error_code""#,
                ]),
                prop::sample::select(vec![":", " : ", ":\n"]),
                prop::sample::select(vec![
                    "0", "00", "0.5", "1", "-0", "0 ", r#""""#, r#"" ""#, r#""no""#, r#""0""#, "null",
                    "[]", r#"{"error_code":99}"#, r#""\"error_code\":0,""#, r#""\u00e9""#,
                ]),
            ), 0..5),
        ) {
            let fields: Vec<_> = fields.iter().map(|(name, colon, value)| [*name, colon, value].concat()).collect();
            let body = format!("{{{}}}", fields.join(","));
            if is_plainly_accepted(body.as_bytes()) {
                let verdict = judge(StatusCode::OK, body.as_bytes());
                prop_assert!(matches!(verdict, Verdict::Accept), "{}", body);
            }
        }

        #[test]
        fn no_body_makes_it_panic(body in "\\PC*", status in 100u16..600) {
            let _ = refusal(status, &body);
        }
    }
}
