//! Where the generated client meets the transport.

use reqwest::{
    Request, StatusCode,
    header::{ACCEPT, HeaderValue},
};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Client,
    pages::LARGEST_PAGE,
    runtime::{ClientHooks, OperationInfo},
    secret::SharedSecret,
};
use crate::{
    Error, ErrorKind, Result,
    error::Call,
    http::{Idempotency, Operation, Response, ServerMessage, Transport},
};

impl ClientHooks<Transport> for Client {
    async fn exec(&self, mut request: Request, info: &OperationInfo) -> Result<Response> {
        if let Err(error) = check(&request, info.operation_id) {
            return Err(error.with_call(&Call::new(info.operation_id, &request).into()));
        }
        let headers = request.headers_mut();
        // No console asked for it; progenitor sends it on every request.
        headers.remove("api-version");
        let is_text = matches!(info.operation_id, "getCurrentSharedSecret" | "createSharedSecret");
        if is_text {
            // 8.x consoles answer 406 where JSON would be accepted too.
            headers.insert(ACCEPT, HeaderValue::from_static("text/plain"));
        }
        let mut operation = Operation::new(info.operation_id);
        if info.operation_id == "createSharedSecret" {
            // It returns the secret that exists already.
            operation.idempotency = Idempotency::Idempotent;
        }
        let answer = self.inner.call(request, operation).await?;
        if is_text && !SharedSecret::check(&answer.body) {
            // No excerpt: it may be a secret in a form not known here.
            return Err(answer
                .error(ErrorKind::Decode, "the response is not a shared secret")
                .with_excerpt(None));
        }
        Ok(answer)
    }
}

/// Refuses what every console would refuse, or take for something else, before it is sent.
fn check(request: &Request, operation: &str) -> Result<()> {
    for segment in request.url().path_segments().into_iter().flatten() {
        if segment.parse::<i64>().is_ok_and(|id| id < 1) {
            return Err(Error::invalid_request(format!("{segment} is no id: ids begin with 1")));
        }
    }
    for (name, value) in request.url().query_pairs() {
        let number = value.parse::<i32>().unwrap_or_default();
        let complaint = match &*name {
            "page" if number < 0 => "pages are numbered from 0",
            "size" if !(1..=LARGEST_PAGE).contains(&number) => "a page has 1 to 500 records",
            "sort" if value.trim().is_empty() => "a sort criterion names a property",
            _ => continue,
        };
        return Err(Error::invalid_request(format!("{name}={value}: {complaint}")));
    }
    if operation == "createScanEnginePool" {
        #[derive(Deserialize)]
        struct Pool {
            engines: Vec<i32>,
        }
        let body = request.body().and_then(reqwest::Body::as_bytes).unwrap_or_default();
        if serde_json::from_slice::<Pool>(body).is_ok_and(|pool| pool.engines.is_empty()) {
            return Err(Error::invalid_request("a new pool needs at least one engine"));
        }
    }
    if matches!(operation, "createScanEngine" | "updateScanEngine")
        && let Some(body) = request.body().and_then(reqwest::Body::as_bytes)
    {
        #[derive(Deserialize)]
        struct Engine {
            port: i32,
        }
        if let Ok(Engine { port }) = serde_json::from_slice(body)
            && !(1..=65535).contains(&port)
        {
            return Err(Error::invalid_request(format!("{port} is no port: 1 to 65535")));
        }
    }
    Ok(())
}

/// What a console says of an error. Some say it in JSON, with `status` a number or a string; some
/// in HTML or bare text, which the transport reads. Under a 200 it is an error all the same.
pub(super) fn classify(
    _: &Operation,
    status: StatusCode,
    body: &[u8],
) -> std::result::Result<(), ServerMessage> {
    // No error is so long, and a list that is should not be read twice.
    if status.is_success() && body.len() > LONGEST_ERROR {
        return Ok(());
    }
    // An array would be taken for the fields in their order.
    let object = body.trim_ascii_start().starts_with(b"{");
    let said = if object { serde_json::from_slice(body).ok() } else { None };
    let said: Said = said.unwrap_or_default();
    let message = match said.message {
        Some(Value::String(message)) if !message.trim().is_empty() => Some(message),
        _ => None,
    };
    if !status.is_success() {
        return Err(ServerMessage { text: message, ..ServerMessage::default() });
    }
    // The status of an engine is a word.
    let code = match said.status {
        Some(Value::Number(number)) => number.as_u64().and_then(|code| u16::try_from(code).ok()),
        Some(Value::String(text)) => text.trim().parse().ok(),
        _ => None,
    };
    let code = code.and_then(|code| StatusCode::from_u16(code).ok());
    match code.filter(|code| code.is_client_error() || code.is_server_error()) {
        Some(code) if message.is_some() => {
            let kind = Some(ErrorKind::of_status(code));
            Err(ServerMessage { kind, text: message, ..ServerMessage::default() })
        }
        _ => Ok(()),
    }
}

const LONGEST_ERROR: usize = 64 * 1024;

/// What an error answer has, and hardly another.
#[derive(Default, Deserialize)]
struct Said {
    status: Option<Value>,
    message: Option<Value>,
}
