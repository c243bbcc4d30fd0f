//! What faults that are ordered need of a Tenable.sc.

use axum::http::HeaderMap;
use axum::http::request::Parts;
use serde_json::{Value, json};

use super::center::Center;
use super::sessions::Pass;
use crate::front::Product;

impl Product for Center {
    fn error(&self, _: &Parts, code: u16, message: String) -> Value {
        json!({
            "type": "regular",
            "response": "",
            "error_code": code,
            "error_msg": message,
            "warnings": [],
            "timestamp": self.now().seconds(),
        })
    }

    fn end_session(&self, request: &HeaderMap) {
        if let Some(pass) = Pass::shown(request) {
            self.with(|world| world.sessions.close(&pass));
        }
    }
}
