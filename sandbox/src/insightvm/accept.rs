//! What a client is ready to read: recent consoles answer 406 to an `Accept` that does not fit the
//! operation.

use axum::extract::Request;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;

use super::answer::Refusal;
use super::console::Shared;

/// Operations that answer in JSON.
pub(super) fn json(operations: MethodRouter<Shared>) -> MethodRouter<Shared> {
    operations.route_layer(from_fn(async |request: Request, next: Next| {
        run_if(request, next, "application", "json").await
    }))
}

/// Operations that answer in plain text.
pub(super) fn text(operations: MethodRouter<Shared>) -> MethodRouter<Shared> {
    operations.route_layer(from_fn(async |request: Request, next: Next| {
        run_if(request, next, "text", "plain").await
    }))
}

async fn run_if(request: Request, next: Next, kind: &str, subkind: &str) -> Response {
    if accepts(request.headers(), kind, subkind) {
        return next.run(request).await;
    }
    let message = format!("This operation answers in {kind}/{subkind} only.");
    Refusal::new(StatusCode::NOT_ACCEPTABLE, message).into_response()
}

/// Whether `Accept` allows `kind/subkind`. The most specific range decides, whatever the order they
/// stand in.
fn accepts(headers: &HeaderMap, kind: &str, subkind: &str) -> bool {
    let ranges: Vec<(String, bool)> = headers
        .get_all(ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(range)
        .filter(|(range, _)| !range.is_empty())
        .collect();
    if ranges.is_empty() {
        return true;
    }
    let verdict = |wanted: &str| {
        let found = ranges.iter().find(|(range, _)| range == wanted);
        found.map(|(_, wanted)| *wanted)
    };
    verdict(&format!("{kind}/{subkind}"))
        .or_else(|| verdict(&format!("{kind}/*")))
        .or_else(|| verdict("*/*"))
        .unwrap_or(false)
}

/// A media range, and whether it is wanted: `q=0` says "anything but this".
fn range(written: &str) -> (String, bool) {
    let mut parts = written.split(';').map(str::trim);
    let range = parts.next().unwrap_or_default().to_ascii_lowercase();
    let unwanted = parts
        .filter_map(|parameter| parameter.split_once('='))
        .any(|(name, value)| name.eq_ignore_ascii_case("q") && value.parse() == Ok(0.0));
    (range, !unwanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_range_decides() {
        for (accept, fits) in [
            ("", true),
            ("*/*", true),
            ("application/*;q=0.5", true),
            ("text/html, Application/JSON; charset=utf-8", true),
            ("text/plain", false),
            ("*/*, application/json;q=0", false),
            ("application/json;q=0.000", false),
            ("nonsense", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, accept.parse().unwrap());
            assert_eq!(accepts(&headers, "application", "json"), fits, "{accept:?}");
        }
        assert!(accepts(&HeaderMap::new(), "application", "json"));
    }
}
