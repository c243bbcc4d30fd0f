//! A whole answer, and what a product makes of a failed one.

use std::sync::Arc;

use bytes::Bytes;
use reqwest::{StatusCode, header::HeaderMap};

use super::body;
use crate::{Error, ErrorKind, error::Call};

/// An answer that has arrived to its end, with the call it belongs to.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) call: Arc<Call>,
    pub(crate) attempts: u32,
}

/// What a product reads out of an error answer. What it leaves out follows from the HTTP status.
#[derive(Debug, Default)]
pub(crate) struct Explanation {
    pub(crate) kind: Option<ErrorKind>,
    pub(crate) code: Option<i64>,
    pub(crate) message: Option<String>,
}

impl Answer {
    /// An error about this answer: what was received does not fit, though HTTP says success.
    pub(crate) fn refuse(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        Error::new(kind, message)
            .with_call(&self.call)
            .with_status(self.status)
            .with_attempts(self.attempts)
            .with_excerpt(body::excerpt(&self.body))
    }

    /// The error that a status other than 2xx is.
    pub(crate) fn into_error(self, explanation: Explanation) -> Error {
        let kind = explanation.kind.unwrap_or_else(|| ErrorKind::of_status(self.status));
        let message = match explanation.message {
            Some(message) => Some(body::shortened(message)),
            None => body::summary(&self.body),
        };
        let what = if self.status.is_success() {
            format!("the server refused the call, with HTTP status {}", self.status)
        } else {
            format!("the server answered {}", self.status)
        };
        self.refuse(kind, what).with_answer(explanation.code, message)
    }
}
