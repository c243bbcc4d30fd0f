//! What clients send: ids in the path, and JSON bodies, checked property by property.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::answer::Refusal;

/// The ids in a path: `i32`, or a tuple of them. What is no such number is the id of nothing: the
/// documents know no other answer to a path than 404.
pub(super) struct PathIds<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for PathIds<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(ids)) => Ok(Self(ids)),
            Err(_) => Err(Refusal::not_found()),
        }
    }
}

/// A body that is a list of ids.
pub(super) struct IdList(pub(super) Vec<i32>);

impl<S: Send + Sync> FromRequest<S> for IdList {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let ids = serde_json::from_value(value(request, state).await?);
        ids.map(Self)
            .map_err(|error| Refusal::bad_request(format!("A list of ids is expected: {error}.")))
    }
}

/// A body that is an object. Properties that nobody asks it for are ignored, as the console does.
pub(super) struct Properties(Map<String, Value>);

impl<S: Send + Sync> FromRequest<S> for Properties {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        match value(request, state).await? {
            Value::Object(properties) => Ok(Self(properties)),
            _ => Err(Refusal::bad_request("A JSON object is expected.")),
        }
    }
}

impl Properties {
    /// A property that may be missing or null, which is the same.
    pub(super) fn optional<T: DeserializeOwned>(
        &mut self,
        name: &str,
    ) -> Result<Option<T>, Refusal> {
        let value = self.0.remove(name).unwrap_or_default();
        serde_json::from_value(value)
            .map_err(|error| Refusal::bad_request(format!("{name}: {error}.")))
    }

    /// Rejects null where the specification does not allow it.
    pub(super) fn not_null(&self, name: &str) -> Result<(), Refusal> {
        match self.0.get(name) {
            Some(Value::Null) => Err(Refusal::bad_request(format!("{name}: must not be null."))),
            _ => Ok(()),
        }
    }

    /// A property that must be there.
    pub(super) fn required<T: DeserializeOwned>(&mut self, name: &str) -> Result<T, Refusal> {
        self.optional(name)?.ok_or_else(|| Refusal::bad_request(format!("{name}: must be given.")))
    }

    /// A text that must be there and say something.
    pub(super) fn text(&mut self, name: &str) -> Result<String, Refusal> {
        let text: String = self.required(name)?;
        if text.trim().is_empty() {
            return Err(Refusal::bad_request(format!("{name}: must not be blank.")));
        }
        Ok(text)
    }

    /// Refuses an id for something new: real consoles do, although their schema requires one.
    pub(super) fn without_id(&mut self) -> Result<(), Refusal> {
        match self.optional::<Value>("id")? {
            None => Ok(()),
            Some(_) => {
                Err(Refusal::bad_request("id: is assigned by the console and must not be given."))
            }
        }
    }

    /// Refuses an id that contradicts the path. A resource may be sent back as it was read.
    pub(super) fn with_id(&mut self, id: i32) -> Result<(), Refusal> {
        match self.optional::<i32>("id")? {
            Some(other) if other != id => {
                Err(Refusal::bad_request(format!("id: {other} is not the id in the path.")))
            }
            _ => Ok(()),
        }
    }
}

async fn value<S: Send + Sync>(request: Request, state: &S) -> Result<Value, Refusal> {
    let bytes = Bytes::from_request(request, state)
        .await
        .map_err(|rejection| Refusal::new(rejection.status(), rejection.body_text()))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| Refusal::bad_request(format!("The body is not JSON: {error}.")))
}
