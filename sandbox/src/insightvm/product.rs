//! What faults that are ordered need of a console.

use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde_json::{Value, json};

use super::console::Console;
use crate::front::Product;

impl Product for Console {
    fn error(&self, request: &Parts, code: u16, message: String) -> Value {
        let href = format!("{}{}", self.origin, request.uri.path());
        json!({
            "links": [{"href": href, "rel": "self"}],
            "message": message,
            "status": code,
        })
    }

    /// There are none: each request shows the password.
    fn end_session(&self, _: &HeaderMap) {}
}
